// Painted pixels read back as the colour that was asked for, and nothing else changes.
import assert from "node:assert/strict";
import fc from "fast-check";
import { EngineError } from "../../../../extension/src/engine/engineError";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { paintEdits, type PixelSpan } from "../../../../extension/src/formats/bmp/paint";
import { BmpPicture } from "../../../../extension/src/formats/bmp/picture";
import { bitmapFile, packedRows, randomFrom, rgba, type BitmapFields } from "./bitmapFile";

const palette = (count: number) =>
  Array.from({ length: count }, (_, index): [number, number, number] => [index, index, index]);

function shown(bytes: Uint8Array): number[] {
  const picture = BmpPicture.open(new MemoryByteSource(bytes));
  const { width, height } = picture.layout;
  return [...picture.region({ x: 0, y: 0, width, height, step: 1, samples: 1 }).pixels];
}

function painted(bytes: Uint8Array, color: number, spans: readonly PixelSpan[]): Uint8Array {
  const source = new MemoryByteSource(bytes);
  const after = bytes.slice();
  for (const { offset, length, pattern } of paintEdits(source, BmpPicture.open(source).layout, { color }, spans)) {
    for (let at = 0; at < length; at += 1) after[offset + at] = pattern[at % pattern.length]!;
  }
  return after;
}

const kinds: [string, number, Partial<BitmapFields>, number][] = [
  ["1 bit", 1, { palette: palette(2) }, rgba(1, 1, 1)],
  ["2 bits", 2, { palette: palette(4) }, rgba(2, 2, 2)],
  ["4 bits", 4, { palette: palette(16) }, rgba(9, 9, 9)],
  ["8 bits", 8, { palette: palette(256) }, rgba(200, 200, 200)],
  ["16 bits", 16, { compression: 3, masks: [0xf800, 0x07e0, 0x001f] }, rgba(255, 0, 255)],
  ["24 bits", 24, {}, rgba(1, 2, 3)],
  ["32 bits", 32, { headerBytes: 124, compression: 3, masks: [0xff, 0xff00, 0xff0000, 0xff000000] }, rgba(1, 2, 3, 4)],
  ["64 bits", 64, {}, rgba(10, 128, 255)],
];

describe("bmp: painting", () => {
  for (const [name, bits, fields, color] of kinds) {
    it(`gives pixels of ${name} a colour, and no others`, () => {
      const random = randomFrom(bits);
      const [width, height] = [37, 5];
      for (const topDown of [false, true]) {
        const data = packedRows(width, height, bits, topDown, () => random(2 ** Math.min(bits, 31)));
        const file = bitmapFile({ ...fields, width, height: topDown ? -height : height, bits, data });
        for (let run = 0; run < 30; run += 1) {
          const span = { y: random(height), x: random(width), end: 1 + random(width + 10) };
          const expected = shown(file);
          for (let x = span.x; x < Math.min(width, span.end); x += 1) expected[span.y * width + x] = color;
          assert.deepEqual(shown(painted(file, color, [span])), expected, JSON.stringify(span));
        }
      }
    });
  }

  for (const [name, bits, fields, color] of kinds) {
    it(`paints pixels of ${name} in several spans of a row, also such that share a byte or overlap`, () => {
      const [width, height] = [21, 2];
      const random = randomFrom(bits);
      const data = packedRows(width, height, bits, false, () => random(2 ** Math.min(bits, 31)));
      const file = bitmapFile({ ...fields, width, height, bits, data });
      const span = fc
        .record({ y: fc.nat(height - 1), x: fc.nat(width - 1), length: fc.integer({ min: 1, max: 12 }) })
        .map(({ y, x, length }) => ({ y, x, end: x + length }));
      fc.assert(
        fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
          const expected = shown(file);
          for (const { y, x, end } of spans) expected.fill(color, y * width + x, y * width + Math.min(width, end));
          assert.deepEqual(shown(painted(file, color, spans)), expected);
        }),
        {
          numRuns: 200,
          examples: [
            [[0, 5].map((x) => ({ y: 0, x, end: x + 3 }))],
            [[0, 0, 5].map((x, at) => ({ y: 0, x, end: at === 1 ? 9 : x + 3 }))],
          ],
        },
      );
    });
  }

  it("takes the nearest colour of a palette", () => {
    const file = bitmapFile({ width: 4, height: 1, bits: 4, palette: palette(16), data: new Uint8Array(4) });
    assert.equal(shown(painted(file, rgba(6, 9, 7), [{ y: 0, x: 1, end: 2 }]))[1], rgba(7, 7, 7));
  });

  it("writes nothing that is not in the picture or not in the file", () => {
    const data = packedRows(3, 3, 24, true, () => 0);
    const file = bitmapFile({ width: 3, height: -3, data }).slice(0, 54 + 12 + 5);
    const spans = [0, 1, 2, 3].map((y) => ({ y, x: 0, end: 99 }));
    const after = painted(file, rgba(255, 255, 255), spans);
    assert.equal(after.length, file.length);
    assert.deepEqual([...after.slice(54)], [255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 0, 0]);
  });

  it("refuses compressed pictures", () => {
    const file = bitmapFile({
      width: 3,
      height: 1,
      bits: 8,
      compression: 1,
      palette: palette(4),
      data: Uint8Array.of(0, 1),
    });
    assert.throws(() => painted(file, 0, [{ y: 0, x: 0, end: 1 }]), EngineError);
  });
});
