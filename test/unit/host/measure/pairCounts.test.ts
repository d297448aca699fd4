// Pairs of neighbours against a plain count.
import assert from "node:assert/strict";
import fc from "fast-check";
import { pairBrightness, PairCounts } from "../../../../extension/src/host/measure/pairCounts";

describe("pairs of neighbours", () => {
  it("are counted in each piece, the most frequent brightest, none dark", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }), (pieces) => {
        const pairs = new PairCounts();
        const naive = new Map<number, number>();
        for (const piece of pieces) {
          pairs.add(piece);
          for (let at = 1; at < piece.length; at++) {
            const pair = piece[at - 1]! * 256 + piece[at]!;
            naive.set(pair, (naive.get(pair) ?? 0) + 1);
          }
        }
        const bright = pairBrightness(pairs.counts);
        const most = Math.max(0, ...naive.values());
        bright.forEach((value, pair) => {
          assert.equal(pairs.counts[pair], naive.get(pair) ?? 0);
          assert.equal(value > 0, naive.has(pair));
          if (naive.get(pair) === most) assert.equal(value, 255);
        });
      }),
      { numRuns: 20 },
    );
  });
});
