import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_RANGES, normalRanges, rangesWithin, type ByteRange } from "../../../../shared/byteRange";
import { isRange, selectedRange, selectedRanges } from "../../../../shared/selection";
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
            selection = model.moveSelection(selection, motion, true, { places: size, rowBytes, pageRows });
            assert.equal(BigInt(selection.focus), wanted, motion);
            assert.equal(selection.anchor, start);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("collapses a selection to the side that is gone to", () => {
    const space = { places: 100, rowBytes: 16, pageRows: 4 };
    const selection = { anchor: 40, focus: 20, column: "hex" } as const;
    assert.deepEqual(model.moveSelection(selection, "left", false, space), model.cursorAt(20, "hex"));
    assert.deepEqual(model.moveSelection(selection, "right", false, space), model.cursorAt(40, "hex"));
  });

  it("DL-25: stays put in an empty document", () => {
    for (const motion of MOTIONS) {
      const moved = model.moveSelection(model.cursorAt(0, "hex"), motion, false, {
        places: 0,
        rowBytes: 16,
        pageRows: 4,
      });
      assert.deepEqual(moved, model.cursorAt(0, "hex"));
    }
    assert.deepEqual(selectedRange(model.cursorAt(0, "hex"), 0), { start: 0, end: 0 });
    assert.deepEqual(
      model.clampSelection({ anchor: 5, focus: 90, column: "text" }, 0, "overwrite"),
      model.cursorAt(0, "text"),
    );
  });

  it("selects both ends, and clamps to a document that shrank", () => {
    assert.deepEqual(selectedRange({ anchor: 9, focus: 3, column: "hex" }, 100), { start: 3, end: 10 });
    const shrunk = model.clampSelection({ anchor: 3, focus: 99, column: "hex" }, 10, "overwrite");
    assert.deepEqual(shrunk, { anchor: 3, focus: 9, column: "hex" });
  });

  it("lets the cursor behind the last byte in insert mode only", () => {
    const space = { places: model.cursorPlaces(10, "insert"), rowBytes: 4, pageRows: 2 };
    const end = model.moveSelection(model.cursorAt(9, "hex"), "right", false, space);
    assert.equal(end.focus, 10);
    assert.equal(model.moveSelection(end, "right", false, space).focus, 10);
    assert.equal(model.moveSelection(model.cursorAt(0, "hex"), "documentEnd", false, space).focus, 10);
    assert.deepEqual(selectedRanges(end, 10), []);
    assert.equal(model.clampSelection(end, 10, "insert"), end);
    assert.equal(model.clampSelection(end, 10, "overwrite").focus, 9);
    const back = model.moveSelection(end, "left", true, space);
    assert.deepEqual(selectedRanges(back, 10), [{ start: 9, end: 10 }]);
    assert.equal(model.cursorPlaces(0, "insert"), 1);
  });

  it("adds bytes and ranges to a selection, and drops them at the next plain move", () => {
    let selection = model.addToSelection(model.cursorAt(50, "hex"), 4, "hex", 100)!;
    assert.deepEqual(selectedRanges(selection, 100), [{ start: 4, end: 5 }], "the bare cursor's byte was not selected");
    assert.ok(isRange(selection));
    selection = { ...selection, focus: 7 };
    selection = model.addToSelection(selection, 20, "hex", 100)!;
    selection = model.moveSelection(selection, "right", true, { places: 100, rowBytes: 16, pageRows: 4 });
    const ranges = [
      { start: 4, end: 8 },
      { start: 20, end: 22 },
    ];
    assert.deepEqual(selectedRanges(selection, 100), ranges);
    assert.deepEqual(selectedRanges(model.clampSelection(selection, 6, "insert"), 6), [{ start: 4, end: 6 }]);
    const moved = model.moveSelection(selection, "down", false, { places: 100, rowBytes: 16, pageRows: 4 });
    assert.equal(isRange(moved), false);
  });

  it("refuses more ranges than can be kept", () => {
    const more = Array.from({ length: MAX_RANGES }, (_, index) => ({ start: index * 2, end: index * 2 + 1 }));
    const full = { ...model.cursorAt(0, "hex"), more };
    assert.equal(model.addToSelection(full, 100_001, "hex", 200_000), undefined);
    assert.notEqual(model.addToSelection(full, 1, "hex", 200_000), undefined, "joins two");
  });

  it("normalises and finds ranges as a set of bytes does", () => {
    const range = fc
      .tuple(fc.nat(60), fc.nat(12))
      .map(([start, length]): ByteRange => ({ start, end: start + length }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20 }), fc.nat(70), fc.nat(20), (ranges, from, length) => {
        const bytesOf = (list: readonly ByteRange[]): number[] => {
          const set = new Set(
            list.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
          );
          return [...set].sort((a, b) => a - b);
        };
        const normal = normalRanges(ranges);
        assert.deepEqual(bytesOf(normal), bytesOf(ranges));
        normal.forEach(({ start, end }, index) => {
          assert.ok(start < end && (index === 0 || normal[index - 1]!.end < start));
        });
        const within = rangesWithin(normal, from, from + length);
        assert.deepEqual(
          within,
          normal.filter(({ start, end }) => start < from + length && end > from),
        );
      }),
      { numRuns: 500 },
    );
  });
});
