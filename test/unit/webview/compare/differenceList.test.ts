// The list of differences: places on the other side, what is in view, batches that come twice, and the naive twin of its halving.
import assert from "node:assert/strict";
import fc from "fast-check";
import { DifferenceList } from "../../../../webview/src/compare/differenceList";

const STARTS = { left: 0, right: 0 };

function listOf(...fours: number[]): DifferenceList {
  const list = new DifferenceList();
  list.add(1, 0, fours);
  return list;
}

describe("the list of differences", () => {
  it("finds a byte's place on the other side, past insertions and deletions", () => {
    const list = listOf(10, 10, 10, 14, 20, 30, 24, 24);
    const cases = [[0, 0], [9, 9], [10, 10], [11, 15], [19, 23], [20, 24], [29, 24], [30, 24], [40, 34]]; // prettier-ignore
    for (const [left = 0, right] of cases) assert.equal(list.otherOffset("left", left, STARTS), right, String(left));
    assert.equal(list.otherOffset("right", 34, STARTS), 40);
    assert.equal(list.otherOffset("right", 12, STARTS), 10);
  });

  it("begins two ranges beside each other, wherever they stand", () => {
    assert.equal(new DifferenceList().otherOffset("left", 120, { left: 100, right: 5000 }), 5020);
    assert.equal(new DifferenceList().otherOffset("right", 10, { left: 100, right: 5000 }), 0);
  });

  it("takes each batch once, and forgets those of another run", () => {
    const list = listOf(1, 2, 1, 2);
    list.add(1, 0, [1, 2, 1, 2, 5, 5, 5, 6]);
    list.add(1, 7, [9, 9, 9, 9]);
    assert.equal(list.count, 2);
    assert.deepEqual(list.counts, { changed: 1, inserted: 1, deleted: 0 });
    list.add(2, 0, [3, 4, 3, 3]);
    assert.deepEqual([list.count, list.counts], [1, { changed: 0, inserted: 0, deleted: 1 }]);
  });

  it("colours what is in view as a naive search does", () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9), fc.nat(9)), { maxLength: 30 });
    fc.assert(
      fc.property(gaps, fc.nat(200), fc.nat(50), (parts, start, length) => {
        const fours: number[] = [];
        let [left, right] = [0, 0];
        for (const [gap, removed, added] of parts) {
          if (removed + added === 0) continue;
          fours.push(left + gap, left + gap + removed, right + gap, right + gap + added);
          [left, right] = [left + gap + removed, right + gap + added];
        }
        const list = listOf(...fours);
        const naive = Array.from({ length: list.count }, (_, index) => list.at(index).left).filter(
          (range) => range.start < start + length && range.end > start && range.end > range.start,
        );
        const seen = list
          .inView("left", start, start + length)
          .map((range) => ({ start: range.start, end: range.end }));
        assert.deepEqual(seen, naive);
      }),
    );
  });

  it("marks the parts of the whole that differ", () => {
    assert.deepEqual(listOf(0, 1, 0, 1, 511, 512, 511, 512).marks("left", 512), [0, 511]);
    assert.equal(listOf(0, 512, 0, 512).marks("left", 512).length, 512);
    assert.deepEqual(listOf(0, 0, 0, 9).marks("left", 0), []);
  });
});
