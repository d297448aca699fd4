// Adjusted pixels against the same adjustment of their colours, through the native core and its tables: every kind, areas at any
// place, one step. And what the page shows before: the same colours.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { levelTables, NO_ADJUSTMENT, parseTable, type Adjustment } from "../../../../shared/adjustment";
import { EngineDocument } from "../../../../extension/src/engine/document";
import { EngineError } from "../../../../extension/src/engine/engineError";
import { mapElements } from "../../../../extension/src/engine/mapElements";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { adjustPlan, type PixelArea } from "../../../../extension/src/formats/bmp/adjust";
import { BmpPicture } from "../../../../extension/src/formats/bmp/picture";
import type { ByteSource } from "../../../../extension/src/engine/byteSource";
import { adjustTile, colorFunction } from "../../../../webview/src/pixels/previewPixels";
import { bitmapFile, packedRows, randomFrom, type BitmapFields } from "./bitmapFile";

const palette = (count: number) =>
  Array.from({ length: count }, (_, index): [number, number, number] => [
    (index * 85) % 256,
    (index * 37) % 256,
    (index * 199) % 256,
  ]);

function shown(source: ByteSource): Uint32Array {
  const picture = BmpPicture.open(source);
  const { width, height } = picture.layout;
  return picture.region({ x: 0, y: 0, width, height, step: 1, samples: 1 }).pixels;
}

/** `apart`: how far levels may differ, of 255: channels of fewer or more bits than the screen's are rounded elsewhere. */
const kinds: readonly (readonly [name: string, bits: number, fields: Partial<BitmapFields>, apart: number])[] = [
  ["1 bit", 1, { palette: palette(2) }, 0],
  ["2 bits", 2, { palette: palette(4) }, 0],
  ["4 bits", 4, { palette: palette(16) }, 0],
  ["8 bits", 8, { palette: palette(256) }, 0],
  ["16 bits", 16, { compression: 3, masks: [0xf800, 0x07e0, 0x001f] }, 4],
  ["24 bits", 24, {}, 0],
  ["32 bits", 32, { headerBytes: 124, compression: 3, masks: [0xff, 0xff00, 0xff0000, 0xff000000] }, 0],
  ["10 bits a channel", 32, { headerBytes: 56, compression: 3, masks: [0x3ff00000, 0xffc00, 0x3ff, 0xc0000000] }, 6],
  ["64 bits", 64, {}, 8],
];

const adjustments: readonly Adjustment[] = [
  { ...NO_ADJUSTMENT, brightness: 20 },
  { ...NO_ADJUSTMENT, contrast: -40 },
  { ...NO_ADJUSTMENT, contrast: 30, brightness: -10 },
  { ...NO_ADJUSTMENT, invert: true },
  { ...NO_ADJUSTMENT, channels: [2, 1, 0] },
  { ...NO_ADJUSTMENT, channels: [1, 1, 0], invert: true },
  { ...NO_ADJUSTMENT, table: parseTable("0=255 100=30 255=200")! },
];

describe("bmp: adjusting", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-adjust-"));
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const [name, bits, fields, apart] of kinds) {
    it(`makes of ${name} a pixel what the page showed before, inside the area alone, as one step`, async () => {
      const random = randomFrom(bits + 5);
      const [width, height] = [41, 7];
      for (const [index, adjustment] of adjustments.entries()) {
        const topDown = index % 2 === 0;
        const data = packedRows(width, height, bits, topDown, () => random(2 ** Math.min(bits, 31)));
        const file = path.join(folder, "a.bmp");
        fs.writeFileSync(file, bitmapFile({ ...fields, width, height: topDown ? -height : height, bits, data }));
        const document = EngineDocument.open(file);
        try {
          const { layout } = BmpPicture.open(document);
          const [x, y] = [random(width), random(height)];
          const area: PixelArea = { x, y, width: 1 + random(width), height: 1 + random(height) };
          const before = shown(document);
          const expected = before.slice();
          const tile = { key: "", x: 0, y: 0, width, height, step: 1, samples: 1 };
          adjustTile(expected, tile, area, colorFunction(adjustment, [...layout.colors]));
          const plan = adjustPlan(document, layout, area, adjustment);
          assert.ok(plan !== undefined);
          await mapElements(document, plan.rows, plan.map);
          const now = shown(document);
          now.forEach((color, at) => {
            const [column, row] = [at % width, Math.floor(at / width)];
            const inside = column >= x && column < x + area.width && row >= y && row < y + area.height;
            const told = `${JSON.stringify({ adjustment, area })} at ${column}, ${row}: ${before[at]!.toString(16)}`;
            if (!inside) assert.equal(color, before[at], told);
            else assert.ok(levelsApart(color, expected[at]!) <= apart, `${told} ${color.toString(16)}`);
          });
          assert.ok(document.position <= 1);
          if (document.position === 1) document.undo();
          assert.deepEqual(shown(document), before);
        } finally {
          document.close(true);
        }
      }
    });
  }

  it("adjusts the rows that the file has, and says what it cannot adjust", () => {
    const data = packedRows(10, 10, 24, true, (x) => x);
    const cut = bitmapFile({ width: 10, height: -10, data }).slice(0, -40);
    const source = new MemoryByteSource(cut);
    const { layout } = BmpPicture.open(source);
    const whole = { x: 0, y: 0, width: 10, height: 10 };
    const bright = { ...NO_ADJUSTMENT, brightness: 10 };
    assert.equal(adjustPlan(source, layout, whole, bright)?.rows.rows, 8);
    assert.equal(adjustPlan(source, layout, { ...whole, x: 10 }, bright), undefined);
    assert.equal(adjustPlan(source, layout, { ...whole, y: 9 }, bright), undefined);
    assert.equal(adjustPlan(source, layout, whole, NO_ADJUSTMENT), undefined);
    for (const masks of [
      [0x7fffc000, 0x3f00, 0xff],
      [0xff00ff, 0xff00, 0xff000000],
      [0xff00, 0xffff, 0xff0000],
    ]) {
      const file = bitmapFile({ width: 1, height: 1, bits: 32, compression: 3, masks, data: new Uint8Array(4) });
      const odd = new MemoryByteSource(file);
      assert.throws(
        () => adjustPlan(odd, BmpPicture.open(odd).layout, whole, bright),
        (error) => error instanceof EngineError && error.code === "unsupported",
      );
    }
  });

  it("reads tables as people write them", () => {
    assert.equal(parseTable("  "), null);
    for (const wrong of ["x", "1", "256=0", "0=256", "q1=2", "1=2=3", "-1=0"])
      assert.equal(parseTable(wrong), undefined);
    const steps = parseTable("0=0, 100=200")!;
    assert.deepEqual([steps[0], steps[50], steps[100], steps[255], steps[256 + 50]], [0, 100, 200, 200, 100]);
    const red = parseTable("r0=255 R255=0")!;
    assert.deepEqual([red[0], red[255], red[256], red[511]], [255, 0, 0, 255]);
    assert.deepEqual(
      [...levelTables(NO_ADJUSTMENT).subarray(0, 256)],
      Array.from({ length: 256 }, (_, level) => level),
    );
  });
});

function levelsApart(a: number, b: number): number {
  return Math.max(...[0, 8, 16, 24].map((shift) => Math.abs(((a >>> shift) & 255) - ((b >>> shift) & 255))));
}
