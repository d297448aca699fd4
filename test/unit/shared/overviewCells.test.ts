// The cells of the overview divide any document without gap, exactly beyond 2^32 and up to the last offset.
import assert from "node:assert/strict";
import fc from "fast-check";
import { cellAt, cellCount, cellStart, MOST_CELLS } from "../../../shared/overviewCells";

const sizes = fc.oneof(
  fc.integer({ min: 1, max: 5000 }),
  fc.maxSafeInteger().map((n) => Math.abs(n) + 1),
);

describe("cells of the overview", () => {
  it("begin as exact arithmetic says, none empty, up to the last offset", () => {
    fc.assert(
      fc.property(sizes, fc.nat(MOST_CELLS), (anySize, anyIndex) => {
        const size = Math.min(anySize, Number.MAX_SAFE_INTEGER);
        const count = cellCount(size);
        const index = Math.min(anyIndex, count);
        const share = (BigInt(size) - (BigInt(size) % BigInt(count))) / BigInt(count);
        const exact = share * BigInt(index) + ((BigInt(size) % BigInt(count)) * BigInt(index)) / BigInt(count);
        assert.equal(BigInt(cellStart(index, size)), exact);
        assert.equal(cellStart(count, size), size);
        if (index > 0) assert.ok(cellStart(index, size) > cellStart(index - 1, size));
      }),
    );
  });

  it("hold the offsets between their ends", () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (anySize, share) => {
        const size = Math.min(anySize, Number.MAX_SAFE_INTEGER);
        const offset = Math.min(size - 1, Math.floor(share * size));
        const index = cellAt(offset, size);
        assert.ok(cellStart(index, size) <= offset && offset < cellStart(index + 1, size));
      }),
    );
    assert.equal(cellAt(5, 0), 0);
    assert.equal(cellAt(2 ** 43, 2 ** 43), MOST_CELLS - 1);
  });
});
