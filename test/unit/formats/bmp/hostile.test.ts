// Bitmaps that lie: what is wrong is named where it stands, the rest is shown, nothing takes long or throws anything else.
import assert from "node:assert/strict";
import type { ByteSource, ByteWindow } from "../../../../extension/src/engine/byteSource";
import { EngineError } from "../../../../extension/src/engine/engineError";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { clippedLength } from "../../../../extension/src/engine/readRequest";
import { bytesOfPixel } from "../../../../shared/pictureGeometry";
import { BmpPicture } from "../../../../extension/src/formats/bmp/picture";
import { bitmapFile, packedRows, rgba, type BitmapFields } from "./bitmapFile";

const openBytes = (bytes: Uint8Array) => BmpPicture.open(new MemoryByteSource(bytes));
const data = packedRows(3, 2, 24, false, (x, y) => 0x10000 * x + y);
const whole = (picture: BmpPicture, step = 1) => {
  const { width, height } = picture.layout;
  return [...picture.region({ x: 0, y: 0, width, height, step, samples: 1 }).pixels];
};

/** Zeros of any size, but for a few bytes. */
class SparseSource implements ByteSource {
  readonly version = 1;
  longestRead = 0;
  bytesRead = 0;

  constructor(
    readonly size: number,
    private readonly pieces: readonly { readonly offset: number; readonly bytes: Uint8Array }[],
  ) {}

  read(offset: number, length: number): Promise<ByteWindow> {
    return Promise.resolve(this.readSync(offset, length));
  }
  readSync(offset: number, length: number): ByteWindow {
    const bytes = new Uint8Array(clippedLength(offset, length, this.size));
    this.longestRead = Math.max(this.longestRead, bytes.length);
    this.bytesRead += bytes.length;
    for (const piece of this.pieces) {
      for (let index = 0; index < piece.bytes.length; index += 1) {
        const at = piece.offset + index - offset;
        if (at >= 0 && at < bytes.length) bytes[at] = piece.bytes[index]!;
      }
    }
    return { bytes: bytes.buffer, version: 1, unsaved: [], unreadable: [] };
  }
}

describe("bmp: wrong files", () => {
  const refused: [string, Uint8Array, string, number][] = [
    ["another file", Uint8Array.from([0x50, 0x4b, 3, 4]), "corrupt", 0],
    ["an empty file", new Uint8Array(0), "corrupt", 0],
    ["a cut header", bitmapFile({ data }).slice(0, 20), "corrupt", 20],
    ["a negative width", bitmapFile({ width: -3, data }), "corrupt", 18],
    ["no width", bitmapFile({ width: 0, data }), "corrupt", 18],
    ["no height", bitmapFile({ height: 0, data }), "corrupt", 22],
    ["255 bits", bitmapFile({ bits: 255, data }), "unsupported", 28],
    ["an unknown compression", bitmapFile({ compression: 77, data }), "unsupported", 30],
  ];
  for (const [name, bytes, code, offset] of refused) {
    it(`refuses ${name}, and says where`, () => {
      assert.throws(
        () => openBytes(bytes),
        (error: unknown) => error instanceof EngineError && error.code === code && error.offset === offset,
      );
    });
  }

  const survived: [string, Partial<BitmapFields>, readonly number[]][] = [
    ["sizes of gigabytes", { fileBytes: 0xfffffff0, imageBytes: 0xfffffff0 }, []],
    ["a file size of the headers alone", { fileBytes: 54 }, []],
    ["5 planes", { planes: 5 }, [26]],
    ["pixels said to begin at 0", { pixelOffset: 0 }, [10]],
    ["pixels said to begin behind the end", { pixelOffset: 0x7fffffff }, [10]],
    ["a header of 66 bytes", { headerBytes: 66 }, [14]],
    ["more colours than can be", { colorsUsed: 0x20000000 }, []],
  ];
  for (const [name, fields, offsets] of survived) {
    it(`shows a picture with ${name}`, () => {
      const picture = openBytes(bitmapFile({ width: 3, height: 2, data, ...fields }));
      assert.deepEqual(
        whole(picture),
        [0, 1, 2, 0, 1, 2].map((x, index) => rgba(x, 0, index < 3 ? 0 : 1)),
      );
      assert.deepEqual(
        picture.defects.map(({ offset }) => offset),
        offsets,
      );
    });
  }

  it("shows indices without a colour as black, and a palette cut by the pixels", () => {
    const palette: [number, number, number][] = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const fields = { width: 4, height: 1, bits: 8, data: Uint8Array.of(0, 1, 2, 255) };
    const expected = [rgba(3, 2, 1), rgba(6, 5, 4), rgba(0, 0, 0), rgba(0, 0, 0)];
    assert.deepEqual(whole(openBytes(bitmapFile({ ...fields, palette, colorsUsed: 2 }))), expected);
    assert.deepEqual(whole(openBytes(bitmapFile({ ...fields, palette }))), expected);
    assert.deepEqual(whole(openBytes(bitmapFile({ ...fields, palette, colorsUsed: 0x12345678 }))), expected);
  });

  it("leaves what a short file lacks transparent, to the pixel", () => {
    const bytes = bitmapFile({ width: 3, height: 3, data: packedRows(3, 3, 24, false, () => 0xffffff) });
    const picture = openBytes(bytes.slice(0, 54 + 12 + 7));
    const white = rgba(255, 255, 255);
    assert.deepEqual(whole(picture), [0, 0, 0, white, white, 0, white, white, white]);
    assert.deepEqual(picture.defects, [
      { offset: 73, message: "the file ends within its pixels: 1 of 3 rows are whole", incomplete: true },
    ]);
  });

  it("takes a picture of 2^31 by 2^31 pixels for what it is", () => {
    for (const bits of [1, 8, 24, 32, 64]) {
      const fields = { width: 0x7fffffff, height: -0x80000000, bits, data: new Uint8Array(64) };
      const picture = openBytes(bitmapFile(fields));
      assert.equal(whole(picture, 2 ** 22).length, 512 * 512);
      const corner = { x: 0x7ffffff0, y: 0x7ffffff0, width: 100, height: 100, step: 1, samples: 1 };
      assert.deepEqual(new Set(picture.region(corner).pixels), new Set([0]));
      assert.throws(() => whole(picture), EngineError);
    }
  });

  it("DL-16: is exact behind 4 GiB, and reads only what it shows", () => {
    const width = 200_000;
    const height = 200_000;
    const header = bitmapFile({ width, height, data: new Uint8Array(0) });
    const rowBytes = 600_000;
    const at = (x: number, y: number) => 54 + (height - 1 - y) * rowBytes + 3 * x;
    const mark = { offset: at(123_456, 7), bytes: Uint8Array.of(1, 2, 3) };
    const source = new SparseSource(54 + rowBytes * height, [{ offset: 0, bytes: header }, mark]);
    const picture = BmpPicture.open(source);
    assert.ok(mark.offset > 2 ** 36);
    const region = picture.region({ x: 123_455, y: 6, width: 3, height: 3, step: 1, samples: 1 });
    const black = rgba(0, 0, 0);
    assert.deepEqual([...region.pixels], [black, black, black, black, rgba(3, 2, 1), black, black, black, black]);
    assert.deepEqual(bytesOfPixel(picture.layout, { x: 123_456, y: 7 }), { start: mark.offset, end: mark.offset + 3 });
    source.bytesRead = 0;
    whole(picture, 2000);
    assert.ok(source.bytesRead < 100_000, `${source.bytesRead} bytes read for 100 x 100 pixels`);
  });

  it("answers at once for a coded picture in eight tebibytes of zeros", () => {
    const size = { width: 0x7fffffff, height: 0x7fffffff };
    const fields = { ...size, headerBytes: 64, bits: 1, compression: 3, data: new Uint8Array(0) };
    const header = bitmapFile({
      ...fields,
      palette: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    });
    const source = new SparseSource(2 ** 43, [{ offset: 0, bytes: header }]);
    const picture = BmpPicture.open(source);
    const started = performance.now();
    const overview = { x: 0, y: 0, ...size, step: 2 ** 22, samples: 1 };
    const corner = { x: 0x7fffff00, y: 0, width: 200, height: 200, step: 1, samples: 1 };
    for (const area of [overview, corner]) {
      assert.ok(picture.prepare(area, Infinity));
      assert.deepEqual(new Set(picture.region(area).pixels), new Set([0]));
    }
    assert.match(picture.defects.at(-1)!.message, /break off/);
    assert.ok(source.bytesRead < 64 * 1024 * 1024, `${source.bytesRead} bytes read`);
    assert.ok(performance.now() - started < 10_000);
  });
});
