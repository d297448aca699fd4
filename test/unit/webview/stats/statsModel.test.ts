// Figures of counts against plain arithmetic; zooming stays inside and comes back.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { StatsOfRange } from "../../../../shared/measureProtocol";
import { barHeights, bucketRange, entropyOf, figures, zoomedIn, zoomedOut } from "../../../../webview/src/stats/statsModel"; // prettier-ignore

function stats(
  counts: readonly number[],
  start = 0,
  end = counts.reduce((a, b) => a + b, 0),
  buckets = 4,
): StatsOfRange {
  const entropy = Array.from({ length: buckets }, () => 1);
  return { start, end, counts, entropy, pairs: new ArrayBuffer(65536), pairBytes: 0, unreadableBytes: 0, stale: false };
}

const value = (of: StatsOfRange, name: string): string => figures(of).find((one) => one.name === name)?.value ?? "";

describe("statistics", () => {
  it("know even counts, one byte alone, and text", () => {
    const even = Array.from({ length: 256 }, () => 10);
    assert.ok(Math.abs(entropyOf(even) - 8) < 1e-12);
    assert.equal(value(stats(even), "Mean"), "127.50");
    assert.equal(value(stats(even), "Chi-square"), "0.0 (255 for random bytes)");
    const lone = Array.from({ length: 256 }, (_, byte) => (byte === 0x41 ? 100 : 0));
    assert.equal(entropyOf(lone), 0);
    assert.equal(value(stats(lone), "Most frequent"), "41 “A”, 100.00 %");
    assert.equal(value(stats(lone), "Different bytes"), "1 of 256");
    assert.equal(value(stats(lone), "Printable ASCII"), "100.00 %");
    assert.equal(value(stats(lone, 2 ** 43 - 100, 2 ** 43), "Range"), "0x7FFFFFFFF9C – 0x7FFFFFFFFFF");
  });

  it("draw bars between 0 and 1, in the order of the counts", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { minLength: 256, maxLength: 256 }), fc.boolean(), (counts, logarithmic) => {
        const heights = barHeights(counts, logarithmic);
        heights.forEach((height, byte) => {
          assert.ok(height >= 0 && height <= 1 && height > 0 === (counts[byte] ?? 0) > 0);
          if (byte > 0) assert.ok(Math.sign(height - heights[byte - 1]!) === Math.sign(counts[byte]! - counts[byte - 1]!));
        });
      }),
    ); // prettier-ignore
  });

  it("divide and zoom without a gap, and never leave the whole", () => {
    const length = fc.integer({ min: 64, max: 2 ** 50 });
    fc.assert(
      fc.property(length, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40), (bytes, share, times) => {
        const whole = { start: 1000, end: 1000 + bytes };
        let range = whole;
        for (let time = 0; time < times; time++) {
          const offset = range.start + Math.floor((range.end - range.start - 1) * share);
          const next = zoomedIn(range, offset);
          if (next === undefined) break;
          assert.ok(next.start >= range.start && next.end <= range.end && next.start <= offset && offset < next.end + 1);
          range = next;
        }
        const parts = stats([], range.start, range.end, Math.min(512, range.end - range.start));
        assert.equal(bucketRange(parts, 0).start, range.start);
        assert.equal(bucketRange(parts, parts.entropy.length - 1).end, range.end);
        assert.equal(bucketRange(parts, 0).end, parts.entropy.length > 1 ? bucketRange(parts, 1).start : range.end);
        for (let time = 0; time < 60; time++) range = zoomedOut(range, whole);
        assert.deepEqual(range, whole);
      }),
    ); // prettier-ignore
  });
});
