// Hits as runs of a row, against each byte by hand.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { hitRuns } from "../../../../webview/src/find/hitRuns";

describe("hitRuns", () => {
  it("covers the bytes of the row that a hit covers, hits of one length overlapping", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(60)),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(50),
        (starts, length, rowStart) => {
          starts.sort((a, b) => a - b);
          const ranges = starts.flatMap((start) => [start, start + length]);
          const current = starts[0] === undefined ? undefined : { start: starts[0], end: starts[0] + length };
          const runs = hitRuns({ ranges, current, revision: 0 }, rowStart, 16);
          for (let at = 0; at < 16; at++) {
            const offset = rowStart + at;
            const expected = starts.filter((start) => offset >= start && offset < start + length).length;
            assert.equal(runs.filter(({ first, end }) => at >= first && at < end).length, expected);
          }
          for (const { first, end } of runs) assert.ok(first >= 0 && end <= 16 && first < end);
          assert.ok(runs.filter((run) => run.current).length <= 1);
        },
      ),
    );
  });
});
