import assert from "node:assert/strict";
import fc from "fast-check";
import * as scroll from "../../../../webview/src/grid/scrollModel";

const MAX = Number.MAX_SAFE_INTEGER;
const extents = fc.record({
  rows: fc.oneof(
    fc.integer({ min: 1, max: 200 }),
    fc.maxSafeNat().map((rows) => Math.max(1, rows)),
    fc.constant(MAX),
  ),
  rowHeightPx: fc.integer({ min: 12, max: 60 }),
  viewportPx: fc.integer({ min: 60, max: 3000 }),
});

/** Pixels from the top, exact. */
function pixels({ row, px }: scroll.ScrollPosition, rowHeightPx: number): bigint {
  return BigInt(row) * BigInt(rowHeightPx) + BigInt(px);
}

describe("scrollModel", () => {
  it("adds up whole pixels exactly at any row", () => {
    fc.assert(
      fc.property(
        extents,
        fc.array(fc.integer({ min: -100_000, max: 100_000 })),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (extent, deltas, part) => {
          const max = scroll.maxScroll(extent);
          let position = scroll.clampScroll({ row: Math.floor(max.row * part), px: 0 }, extent);
          let exact = pixels(position, extent.rowHeightPx);
          const end = pixels(max, extent.rowHeightPx);
          for (const delta of deltas) {
            position = scroll.scrollByPx(position, delta, extent);
            exact += BigInt(delta);
            exact = exact < 0n ? 0n : exact > end ? end : exact;
            assert.equal(pixels(position, extent.rowHeightPx), exact);
            assert.ok(position.px >= 0 && position.px < extent.rowHeightPx);
          }
        },
      ),
    );
  });

  it("ends where the last row touches the lower edge", () => {
    fc.assert(
      fc.property(extents, (extent) => {
        const all = BigInt(extent.rows) * BigInt(extent.rowHeightPx) - BigInt(extent.viewportPx);
        assert.equal(pixels(scroll.maxScroll(extent), extent.rowHeightPx), all < 0n ? 0n : all);
      }),
    );
  });

  it("keeps fractions of a touchpad until they make a pixel", () => {
    const extent = { rows: 1e9, rowHeightPx: 20, viewportPx: 400 };
    let position = scroll.TOP;
    for (let step = 0; step < 400; step++) position = scroll.scrollByPx(position, 0.25, extent);
    assert.deepEqual(position, { row: 5, px: 0 });
  });

  it("reaches both ends exactly with the thumb, and comes back to where it is drawn", () => {
    fc.assert(
      fc.property(
        extents,
        fc.integer({ min: 100, max: 2000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (extent, trackPx, part) => {
          const thumb = scroll.thumbOf(scroll.TOP, extent, trackPx, 24);
          if (thumb === undefined) return;
          assert.equal(thumb.startPx, 0);
          assert.deepEqual(scroll.scrollForThumb(0, thumb, extent, trackPx), scroll.TOP);
          const rangePx = trackPx - thumb.lengthPx;
          assert.deepEqual(scroll.scrollForThumb(rangePx, thumb, extent, trackPx), scroll.maxScroll(extent));
          const position = scroll.scrollForThumb(rangePx * part, thumb, extent, trackPx);
          const again = scroll.thumbOf(position, extent, trackPx, 24);
          assert.ok(again !== undefined && Math.abs(again.startPx - rangePx * part) < 1e-6);
        },
      ),
    );
  });

  it("shows no thumb when everything is in view", () => {
    assert.equal(scroll.thumbOf(scroll.TOP, { rows: 10, rowHeightPx: 20, viewportPx: 200 }, 200, 24), undefined);
    assert.notEqual(scroll.thumbOf(scroll.TOP, { rows: 11, rowHeightPx: 20, viewportPx: 200 }, 200, 24), undefined);
  });

  it("moves no more than needed to reveal a row, and puts far rows where one sees around them", () => {
    const extent = { rows: MAX, rowHeightPx: 20, viewportPx: 410 };
    const at = { row: 1000, px: 5 };
    assert.deepEqual(scroll.revealRow(at, 1010, extent), at);
    assert.deepEqual(scroll.revealRow(at, 1000, extent), { row: 1000, px: 0 });
    assert.deepEqual(scroll.revealRow(at, 1021, extent), { row: 1001, px: 10 });
    assert.deepEqual(scroll.jumpToRow(at, 9_000_000, extent), { row: 9_000_000 - 6, px: 0 });
    assert.deepEqual(scroll.jumpToRow(at, MAX - 1, extent), scroll.maxScroll(extent));
  });
});
