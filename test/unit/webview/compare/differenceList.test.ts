// The list of differences: batches that come twice, and those of another run.
import assert from "node:assert/strict";
import { DifferenceList } from "../../../../webview/src/compare/differenceList";

function listOf(...fours: number[]): DifferenceList {
  const list = new DifferenceList();
  list.add(1, 0, fours);
  return list;
}

describe("the list of differences", () => {
  it("takes each batch once, and forgets those of another run", () => {
    const list = listOf(1, 2, 1, 2);
    list.add(1, 0, [1, 2, 1, 2, 5, 5, 5, 6]);
    list.add(1, 7, [9, 9, 9, 9]);
    assert.equal(list.count, 2);
    assert.deepEqual(list.counts, { changed: 1, inserted: 1, deleted: 0 });
    list.add(2, 0, [3, 4, 3, 3]);
    assert.deepEqual([list.count, list.counts], [1, { changed: 0, inserted: 0, deleted: 1 }]);
  });
});
