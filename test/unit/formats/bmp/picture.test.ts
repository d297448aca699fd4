// What bitmaps show, against pixels known before they were written.
import assert from "node:assert/strict";
import { EngineError } from "../../../../extension/src/engine/engineError";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { bytesOfPixel, pixelOfByte, rowsOfBytes } from "../../../../shared/pictureGeometry";
import { BmpPicture } from "../../../../extension/src/formats/bmp/picture";
import { bitmapFile, packedRows, randomFrom, rgba, type BitmapFields } from "./bitmapFile";

const open = (fields: BitmapFields) => BmpPicture.open(new MemoryByteSource(bitmapFile(fields)));

function whole(picture: BmpPicture, step = 1, samples = 1): number[] {
  const { width, height } = picture.layout;
  return [...picture.region({ x: 0, y: 0, width, height, step, samples }).pixels];
}

const greys = (count: number) =>
  Array.from({ length: count }, (_, index): [number, number, number] => {
    const level = Math.round((index * 255) / (count - 1));
    return [level, level, level];
  });
const grey = (level: number) => rgba(level, level, level);

/** Each kind with what its pixels should look like. */
const kinds: { name: string; bits: number; fields: Partial<BitmapFields>; color: (pixel: number) => number }[] = [
  ...[1, 2, 4, 8].flatMap((bits) =>
    [12, 16, 40, 64, 108, 124].map((headerBytes) => ({
      name: `${bits} bits with a header of ${headerBytes} bytes`,
      bits,
      fields: { headerBytes, palette: greys(2 ** bits) },
      color: (pixel: number) => grey(Math.round((pixel * 255) / (2 ** bits - 1))),
    })),
  ),
  {
    name: "16 bits, 5 for each colour",
    bits: 16,
    fields: {},
    color: (pixel) => {
      const level = (shift: number) => Math.round((((pixel >>> shift) & 31) * 255) / 31);
      return rgba(level(10), level(5), level(0));
    },
  },
  {
    name: "16 bits with masks behind the header",
    bits: 16,
    fields: { compression: 3, masks: [0xf800, 0x07e0, 0x001f] },
    color: (pixel) =>
      rgba(
        Math.round(((pixel >>> 11) * 255) / 31),
        Math.round((((pixel >>> 5) & 63) * 255) / 63),
        Math.round(((pixel & 31) * 255) / 31),
      ),
  },
  {
    name: "16 bits with 1, 9, 2 and 4 bits in a long header",
    bits: 16,
    fields: { headerBytes: 124, compression: 3, masks: [0x8000, 0x7fc0, 0x0030, 0x000f] },
    color: (pixel) =>
      rgba(
        (pixel >>> 15) * 255,
        Math.round((((pixel >>> 6) & 511) * 255) / 511),
        ((pixel >>> 4) & 3) * 85,
        (pixel & 15) * 17,
      ),
  },
  {
    name: "16 bits without blue",
    bits: 16,
    fields: { compression: 3, masks: [0xff00, 0x00ff, 0] },
    color: (pixel) => rgba(pixel >>> 8, pixel & 255, 0),
  },
  {
    name: "24 bits",
    bits: 24,
    fields: {},
    color: (pixel) => rgba((pixel >>> 16) & 255, (pixel >>> 8) & 255, pixel & 255),
  },
  {
    name: "32 bits, the fourth byte of no meaning",
    bits: 32,
    fields: {},
    color: (pixel) => rgba((pixel >>> 16) & 255, (pixel >>> 8) & 255, pixel & 255),
  },
  {
    name: "32 bits with 11, 11 and 10",
    bits: 32,
    fields: { headerBytes: 52, compression: 3, masks: [0xffe00000, 0x001ffc00, 0x000003ff] },
    color: (pixel) =>
      rgba(
        Math.round(((pixel >>> 21) * 255) / 2047),
        Math.round((((pixel >>> 10) & 2047) * 255) / 2047),
        Math.round(((pixel & 1023) * 255) / 1023),
      ),
  },
  {
    name: "32 bits with 7, 18 and 7",
    bits: 32,
    fields: { compression: 3, masks: [0xfe000000, 0x01ffff80, 0x0000007f] },
    color: (pixel) =>
      rgba(
        Math.round(((pixel >>> 25) * 255) / 127),
        Math.round((((pixel >>> 7) & 0x3ffff) * 255) / 0x3ffff),
        Math.round(((pixel & 127) * 255) / 127),
      ),
  },
  {
    name: "32 bits with alpha masks behind the header",
    bits: 32,
    fields: { compression: 6, masks: [0xff, 0xff00, 0xff0000, 0xff000000] },
    color: (pixel) => pixel >>> 0,
  },
  {
    name: "32 bits with alpha in a header of 56 bytes",
    bits: 32,
    fields: { headerBytes: 56, compression: 3, masks: [0xff000000, 0xff0000, 0xff00, 0xff] },
    color: (pixel) => rgba(pixel >>> 24, (pixel >>> 16) & 255, (pixel >>> 8) & 255, pixel & 255),
  },
];

describe("bmp: pixels", () => {
  for (const { name, bits, fields, color } of kinds) {
    it(`shows ${name}, both ways up, whole, in parts and sampled`, () => {
      const random = randomFrom(bits + (fields.headerBytes ?? 40));
      for (const topDown of fields.headerBytes === 12 ? [false] : [false, true]) {
        for (const width of [1, 7, 8, 33]) {
          const height = 9;
          const values = Array.from({ length: width * height }, () => random(2 ** bits));
          const data = packedRows(width, height, bits, topDown, (x, y) => values[y * width + x]!);
          const picture = open({ ...fields, width, height: topDown ? -height : height, bits, data });
          const expected = values.map(color);
          assert.deepEqual(whole(picture), expected);
          assert.deepEqual(picture.defects, []);
          for (let run = 0; run < 10; run += 1) {
            const x = random(width);
            const y = random(height);
            const step = 1 + random(5);
            const asked = { x, y, width: 1 + random(width), height: 1 + random(height), step, samples: 1 };
            const region = picture.region(asked);
            // Pixels that stand `step` apart and begin within the first square.
            const right = Math.min(width, x + asked.width) - 1;
            const bottom = Math.min(height, y + asked.height) - 1;
            const shift = (last: number, first: number) =>
              Math.floor((Math.min(step, ((last - first) % step) + 1) - 1) / 2);
            const wanted: number[] = [];
            for (let py = y + shift(bottom, y); py <= bottom && wanted.length < region.pixels.length; py += step) {
              for (let px = x + shift(right, x); px <= right; px += step) wanted.push(expected[py * width + px]!);
            }
            assert.deepEqual([...region.pixels], wanted, JSON.stringify({ topDown, of: width, ...asked }));
          }
        }
      }
    });
  }

  it("shows 64 bits as linear light with 13 bits behind the point", () => {
    const channel = (value: number) => [value & 255, (value >>> 8) & 255];
    const pixel = (blue: number, green: number, red: number, alpha: number) =>
      [blue, green, red, alpha].flatMap((value) => channel(value & 0xffff));
    const data = Uint8Array.from([
      ...pixel(0, 8192, 8192, 8192),
      ...pixel(1753, 1753, 1753, 4096),
      ...pixel(-5, 32767, 0, 9000),
    ]);
    const picture = open({ width: 3, height: 1, bits: 64, data });
    assert.deepEqual(whole(picture), [rgba(255, 255, 0), rgba(127, 127, 127, 128), rgba(0, 255, 0)]);
  });

  it("reduces by boxes to the mean, weighted by alpha", () => {
    const values = [rgba(255, 0, 0), rgba(0, 255, 0, 0), rgba(0, 0, 0), rgba(0, 0, 255, 127), grey(8)];
    const data = packedRows(5, 2, 32, true, (x, y) => (y === 0 ? values[x]! : rgba(255, 0, 0)));
    const masks = [0xff, 0xff00, 0xff0000, 0xff000000];
    const picture = open({ headerBytes: 56, width: 5, height: -2, bits: 32, compression: 3, masks, data });
    const mean = (red: number, green: number, blue: number, alpha: number) => rgba(red, green, blue, alpha);
    assert.deepEqual(whole(picture, 2, 2), [
      mean(255, 0, 0, Math.round((3 * 255) / 4)),
      mean(Math.round((2 * 255 * 255) / (3 * 255 + 127)), 0, Math.round((127 * 255) / (3 * 255 + 127)), 223),
      mean(Math.round((8 + 255) / 2), 4, 4, 255),
    ]);
  });

  it("names the bytes of a pixel and the pixel of a byte", () => {
    const data = packedRows(5, 3, 24, false, () => 0);
    const picture = open({ width: 5, height: 3, bits: 24, data });
    assert.deepEqual(bytesOfPixel(picture.layout, { x: 0, y: 2 }), { start: 54, end: 57 });
    assert.deepEqual(bytesOfPixel(picture.layout, { x: 4, y: 0 }), { start: 54 + 32 + 12, end: 54 + 32 + 15 });
    assert.deepEqual(pixelOfByte(picture.layout, 54 + 32 + 14), { x: 4, y: 0 });
    assert.equal(pixelOfByte(picture.layout, 54 + 15), undefined, "padding");
    assert.equal(pixelOfByte(picture.layout, 53), undefined);
    assert.equal(bytesOfPixel(picture.layout, { x: 5, y: 0 }), undefined);
    const bottom = { start: 54 + 3, end: 54 + 4 };
    assert.deepEqual(rowsOfBytes(picture.layout, bottom), { start: 2, end: 3 });
    assert.deepEqual(rowsOfBytes(picture.layout, { start: 0, end: 54 + 17 }), { start: 1, end: 3 });
    assert.equal(rowsOfBytes(picture.layout, { start: 0, end: 54 }), undefined);
  });

  it("refuses to decode a file within the file, and says where it stands", () => {
    const picture = open({ width: 3, height: 1, bits: 0, compression: 5, imageBytes: 6, data: new Uint8Array(9) });
    assert.deepEqual(picture.layout.coding, { kind: "embedded", format: "png", range: { start: 54, end: 60 } });
    assert.throws(() => whole(picture), EngineError);
  });

  it("shows the first bitmap of an OS/2 array", () => {
    const inner = bitmapFile({ headerBytes: 12, width: 1, height: 1, bits: 24, data: Uint8Array.of(1, 2, 3, 0) });
    const file = new Uint8Array(14 + inner.length);
    file.set([0x42, 0x41]);
    file.set(inner, 14);
    new DataView(file.buffer).setUint32(14 + 10, 14 + 26, true);
    assert.deepEqual(whole(BmpPicture.open(new MemoryByteSource(file))), [rgba(3, 2, 1)]);
  });
});
