import assert from "node:assert/strict";
import fc from "fast-check";
import * as layout from "../../../../webview/src/grid/rowLayout";

const MAX = Number.MAX_SAFE_INTEGER;
const font = { charWidthPx: 8.43, rowHeightPx: 21 };
const offsets = fc.oneof(
  fc.maxSafeNat(),
  fc.integer({ min: 0, max: 5000 }).map((back) => MAX - back),
);
const rowBytes = fc.integer({ min: 1, max: 256 });

describe("rowLayout", () => {
  it("finds the row of every offset up to 2^53 - 1 exactly", () => {
    fc.assert(
      fc.property(offsets, rowBytes, (offset, bytes) => {
        const row = layout.rowOf(offset, bytes);
        assert.equal(BigInt(row), BigInt(offset) / BigInt(bytes));
        assert.equal(BigInt(layout.rowStart(row, bytes)), BigInt(row) * BigInt(bytes));
      }),
    );
  });

  it("counts rows exactly, the partial last one included", () => {
    fc.assert(
      fc.property(offsets, rowBytes, (size, bytes) => {
        const exact = (BigInt(size) + BigInt(bytes) - 1n) / BigInt(bytes);
        assert.equal(BigInt(layout.rowCount(size, bytes)), exact);
      }),
    );
    assert.equal(layout.rowCount(0, 16), 0);
    assert.equal(layout.rowCount(1, 16), 1);
    assert.equal(layout.rowCount(MAX, 1), MAX);
  });

  it("gives offsets 8, 12 or 16 digits by the size", () => {
    assert.deepEqual(
      [0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 43, 2 ** 48, 2 ** 48 + 1, MAX].map(layout.offsetDigits),
      [8, 8, 8, 12, 12, 12, 16, 16],
    );
    assert.deepEqual(layout.offsetGroups(2 ** 43 - 16, 12), ["07FF", "FFFF", "FFF0"]);
    assert.deepEqual(layout.offsetGroups(MAX, 16), ["001F", "FFFF", "FFFF", "FFFF"]);
  });

  it("finds the cell under the middle of every cell", () => {
    fc.assert(
      fc.property(rowBytes, fc.integer({ min: 4, max: 30 }), (bytes, char) => {
        const row = layout.layoutRows(MAX, bytes, { charWidthPx: char / 1.7, rowHeightPx: 20 });
        for (let index = 0; index < bytes; index++) {
          const hexPx = layout.hexCellLeftPx(row, index) + row.hexCellPx / 2;
          const textPx = layout.textCellLeftPx(row, index) + row.textCellPx / 2;
          assert.deepEqual(layout.placeAt(row, hexPx), { column: "hex", index });
          assert.deepEqual(layout.placeAt(row, textPx), { column: "text", index });
          assert.equal(layout.indexInColumn(row, "hex", hexPx), index);
          assert.equal(layout.indexInColumn(row, "text", textPx), index);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("clamps places outside of the cells to the nearest one", () => {
    const row = layout.layoutRows(100, 16, font);
    assert.equal(layout.indexInColumn(row, "hex", -500), 0);
    assert.equal(layout.indexInColumn(row, "hex", 5000), 15);
    assert.equal(layout.indexInColumn(row, "text", -1), 0);
    assert.deepEqual(layout.placeAt(row, 1e6), { column: "text", index: 15 });
    assert.deepEqual(layout.placeAt(row, 1), { column: "offset", index: 0 });
  });

  it("fits the most multiples of 8 that the width allows", () => {
    for (const widthPx of [0, 300, 700, 1200, 5000, 1e6]) {
      const bytes = layout.fitRowBytes(2 ** 43, widthPx, font);
      assert.equal(bytes % 8, 0);
      if (bytes > 8) assert.ok(layout.layoutRows(2 ** 43, bytes, font).totalWidthPx <= widthPx);
      if (bytes < 256) assert.ok(layout.layoutRows(2 ** 43, bytes + 8, font).totalWidthPx > widthPx);
    }
  });
});
