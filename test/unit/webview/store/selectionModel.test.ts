import assert from "node:assert/strict";
import fc from "fast-check";
import * as model from "../../../../webview/src/store/selectionModel";
import type { Motion } from "../../../../webview/src/store/selectionModel";

const MAX = Number.MAX_SAFE_INTEGER;
const MOTIONS: Motion[] = [
  ...(["left", "right", "groupLeft", "groupRight", "up", "down", "pageUp", "pageDown"] as const),
  ...(["rowStart", "rowEnd", "documentStart", "documentEnd"] as const),
];

/** The slow twin, in bigints. */
function twin(focus: bigint, motion: Motion, size: bigint, row: bigint, page: bigint): bigint {
  const last = size - 1n;
  const clamp = (at: bigint): bigint => (at < 0n ? 0n : at > last ? last : at);
  const column = focus % row;
  const rows = (by: bigint): bigint => {
    const lastRow = last / row;
    const target = focus / row + by;
    const bounded = target < 0n ? 0n : target > lastRow ? lastRow : target;
    return clamp(bounded * row + column);
  };
  switch (motion) {
    case "left":
      return clamp(focus - 1n);
    case "right":
      return clamp(focus + 1n);
    case "groupLeft":
      if (column % 8n !== 0n) return focus - (column % 8n);
      return column !== 0n ? focus - 8n : clamp(focus - 1n - ((row - 1n) % 8n));
    case "groupRight": {
      const toGroup = 8n - (column % 8n);
      return clamp(focus + (toGroup < row - column ? toGroup : row - column));
    }
    case "up":
      return focus < row ? focus : focus - row;
    case "down":
      return focus / row === last / row ? focus : rows(1n);
    case "pageUp":
      return rows(-page);
    case "pageDown":
      return rows(page);
    case "rowStart":
      return focus - column;
    case "rowEnd":
      return clamp(focus - column + row - 1n);
    case "documentStart":
      return 0n;
    case "documentEnd":
      return last;
  }
}

describe("selectionModel", () => {
  it("moves exactly as the bigint twin, up to 2^53 - 1 bytes", () => {
    const sizes = fc.oneof(
      fc.integer({ min: 1, max: 600 }),
      fc.constant(MAX),
      fc.constant(2 ** 43 + 5),
      fc.maxSafeNat(),
    );
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 256 }),
        fc.integer({ min: 1, max: 80 }),
        fc.nat(),
        fc.boolean(),
        fc.array(fc.constantFrom(...MOTIONS), { maxLength: 30 }),
        (rawSize, rowBytes, pageRows, from, nearEnd, motions) => {
          const size = Math.max(1, rawSize);
          const start = nearEnd ? size - 1 - (from % Math.min(size, 700)) : from % size;
          let selection = model.cursorAt(start, "hex");
          for (const motion of motions) {
            const wanted = twin(BigInt(selection.focus), motion, BigInt(size), BigInt(rowBytes), BigInt(pageRows));
            selection = model.moveSelection(selection, motion, true, { size, rowBytes, pageRows });
            assert.equal(BigInt(selection.focus), wanted, motion);
            assert.equal(selection.anchor, start);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("collapses a selection to the side that is gone to", () => {
    const space = { size: 100, rowBytes: 16, pageRows: 4 };
    const selection = { anchor: 40, focus: 20, column: "hex" } as const;
    assert.deepEqual(model.moveSelection(selection, "left", false, space), model.cursorAt(20, "hex"));
    assert.deepEqual(model.moveSelection(selection, "right", false, space), model.cursorAt(40, "hex"));
  });

  it("DL-25: stays put in an empty document", () => {
    for (const motion of MOTIONS) {
      const moved = model.moveSelection(model.cursorAt(0, "hex"), motion, false, {
        size: 0,
        rowBytes: 16,
        pageRows: 4,
      });
      assert.deepEqual(moved, model.cursorAt(0, "hex"));
    }
    assert.deepEqual(model.selectedRange(model.cursorAt(0, "hex"), 0), { start: 0, end: 0 });
    assert.deepEqual(model.clampSelection({ anchor: 5, focus: 90, column: "text" }, 0), model.cursorAt(0, "text"));
  });

  it("selects both ends, and clamps to a document that shrank", () => {
    assert.deepEqual(model.selectedRange({ anchor: 9, focus: 3, column: "hex" }, 100), { start: 3, end: 10 });
    const shrunk = model.clampSelection({ anchor: 3, focus: 99, column: "hex" }, 10);
    assert.deepEqual(shrunk, { anchor: 3, focus: 9, column: "hex" });
  });
});
