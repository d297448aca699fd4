// Modified Huffman coding of OS/2: against what another program wrote, at any place, and where it is damaged.
import assert from "node:assert/strict";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { blackRuns, whiteRuns } from "../../../../extension/src/formats/bmp/faxCodes";
import { BmpPicture } from "../../../../extension/src/formats/bmp/picture";
import { bitmapFile, randomFrom, rgba } from "./bitmapFile";
import { FAX_BASE64, FAX_HEIGHT, FAX_WIDTH, faxRun } from "./faxPicture";

const white = rgba(250, 251, 252);
const black = rgba(1, 2, 3);
const palette = [
  [252, 251, 250],
  [3, 2, 1],
] as const;

function open(width: number, height: number, data: Uint8Array) {
  const file = bitmapFile({ headerBytes: 64, width, height, bits: 1, compression: 3, palette, data });
  return BmpPicture.open(new MemoryByteSource(file));
}

function pixelsOf(picture: BmpPicture, x = 0, y = 0, width = picture.layout.width, height = picture.layout.height) {
  const area = { x, y, width, height, step: 1, samples: 1 };
  assert.ok(picture.prepare(area, Infinity));
  return picture.region(area).pixels;
}

/** "0" and "1" as bytes, the first one highest. */
function bytesOf(bits: string): Uint8Array {
  const padded = bits.replaceAll(" ", "");
  return Uint8Array.from({ length: Math.ceil(padded.length / 8) }, (_, at) =>
    Number.parseInt(padded.slice(8 * at, 8 * at + 8).padEnd(8, "0"), 2),
  );
}

describe("bmp: Modified Huffman", () => {
  const fax = new Uint8Array(Buffer.from(FAX_BASE64, "base64"));
  const expected = (x: number, row: number) => (x >= faxRun(row) && x < 2 * faxRun(row) ? black : white);

  it("has codes of which none begins another, for runs of every length", () => {
    for (const table of [whiteRuns, blackRuns]) {
      const share = new Map<number, number>();
      for (const found of table) share.set(found, (share.get(found) ?? 0) + 1);
      share.delete(0);
      assert.equal(share.size, 64 + 40);
      for (const [found, count] of share) assert.equal(count, 2 ** (13 - (found % 16)), String(found));
    }
  });

  it("shows what libtiff wrote, with every code of both colours", () => {
    const picture = open(FAX_WIDTH, FAX_HEIGHT, fax);
    const pixels = pixelsOf(picture);
    for (let y = 0; y < FAX_HEIGHT; y += 1) {
      const row = FAX_HEIGHT - 1 - y;
      for (let x = 0; x < FAX_WIDTH; x += 1) {
        if (pixels[y * FAX_WIDTH + x] !== expected(x, row)) assert.fail(`row ${row}, pixel ${x}`);
      }
    }
    assert.deepEqual(picture.defects, []);
  });

  it("shows any region as a part of the whole", () => {
    const random = randomFrom(41);
    const picture = open(FAX_WIDTH, FAX_HEIGHT, fax);
    for (let run = 0; run < 50; run += 1) {
      const [x, y] = [random(FAX_WIDTH - 1), random(FAX_HEIGHT - 1)];
      const [width, height] = [1 + random(Math.min(300, FAX_WIDTH - x)), 1 + random(Math.min(20, FAX_HEIGHT - y))];
      const pixels = pixelsOf(picture, x, y, width, height);
      pixels.forEach((color, index) => {
        const row = FAX_HEIGHT - 1 - (y + Math.floor(index / width));
        assert.equal(color, expected(x + (index % width), row), JSON.stringify({ x, y, width, height, index }));
      });
    }
  });

  it("reads rows with and without marks between them, and ends at two marks", () => {
    const row = "0111 010"; // two white, one black
    const mark = "000000000001";
    for (const bits of [`${row} ${row}`, `${mark} ${row} ${mark} ${row}`, `${row} 0000${mark} ${row} ${mark}${mark}`]) {
      const picture = open(3, 2, bytesOf(bits));
      assert.deepEqual([...pixelsOf(picture)], [white, white, black, white, white, black], bits);
    }
    // A short row ends at its mark, the picture at two of them.
    const short = open(3, 3, bytesOf(`0111 ${mark} ${row} ${mark} ${mark} ${row}`));
    assert.deepEqual([...pixelsOf(short)], [0, 0, 0, white, white, black, white, white, 0]);
  });

  it("keeps what a damaged stream has drawn, and walks zeros without end in bounded steps", () => {
    const broken = open(3, 2, bytesOf("0111 010 0000000011111111"));
    assert.deepEqual([...pixelsOf(broken)], [0, 0, 0, white, white, black]);
    assert.match(broken.defects.at(-1)!.message, /break off/);
    const zeros = open(2 ** 20, 2 ** 20, new Uint8Array(4 * 1024 * 1024));
    const area = { x: 0, y: 0, width: 8, height: 8, step: 1, samples: 1 };
    const started = performance.now();
    zeros.prepare(area, performance.now() + 20);
    assert.ok(performance.now() - started < 5000);
    assert.ok(pixelsOf(open(7, 5, new Uint8Array(0))).every((color) => color === 0));
  });

  it("breaks off at runs of no pixels and at marks that lead nowhere, wherever they stand", () => {
    const mark = "000000000001";
    const none = "00110101 0000110111";
    const row = "0111 010";
    for (const idle of [none, `${mark} ${none} ${none} ${"0".repeat(20)}`]) {
      const picture = open(3, 3, bytesOf(`${row} 0111 0000110111 ${idle.repeat(5000)}`));
      assert.equal(pixelsOf(picture)[6], white);
      assert.match(picture.defects.at(-1)!.message, /break off/);
      assert.ok(picture.defects.at(-1)!.offset < 4096);
    }
  });

  it("keeps a mark behind the longest fill that is allowed", () => {
    const picture = open(3, 2, bytesOf(`0111 010 ${"0".repeat(72_000)} 1 0111 010`));
    assert.deepEqual([...pixelsOf(picture)], [white, white, black, white, white, black]);
    assert.deepEqual(picture.defects, []);
  });

  it("begins inside a long row, near what is asked for", () => {
    let bytesRead = 0;
    class Counted extends MemoryByteSource {
      override readSync(offset: number, length: number) {
        bytesRead += length;
        return super.readSync(offset, length);
      }
    }
    // Runs of one pixel each: nine bits for two of them, eight pairs in nine bytes.
    const width = 2 ** 21;
    const pairs = bytesOf("000111 010".repeat(8));
    const data = new Uint8Array((width / 16) * 9);
    for (let at = 0; at < data.length; at += 9) data.set(pairs, at);
    const fields = { headerBytes: 64, width, height: 1, bits: 1, compression: 3, palette, data };
    const picture = BmpPicture.open(new Counted(bitmapFile(fields)));
    assert.ok(picture.prepare({ x: 0, y: 0, width, height: 1, step: 1, samples: 1 }, Infinity));
    for (const x of [0, 1, 300_000, 1_000_001, width - 8]) {
      bytesRead = 0;
      const { pixels } = picture.region({ x, y: 0, width: 8, height: 1, step: 1, samples: 1 });
      const colors = x % 2 === 0 ? [white, black] : [black, white];
      assert.deepEqual([...pixels], [...colors, ...colors, ...colors, ...colors], String(x));
      assert.ok(bytesRead <= 256 * 1024, `${bytesRead} bytes read`);
    }
  });
});
