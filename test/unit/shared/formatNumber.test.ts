// Counts and offsets as people read them.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatByteCount,
  formatExact,
  formatExactBytes,
  formatHexOffset,
  hexOffsetDigits,
} from "../../../shared/formatNumber";

describe("formatNumber", () => {
  const counts: readonly (readonly [number, string])[] = [
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1 KB"],
    [1500, "1.5 KB"],
    [9_949, "9.9 KB"],
    [9_950, "10 KB"],
    [999_499, "999 KB"],
    [999_500, "1 MB"],
    [83_000_000_000, "83 GB"],
    [8 * 1024 ** 4, "8.8 TB"],
    [Number.MAX_SAFE_INTEGER, "9 PB"],
  ];
  for (const [count, text] of counts) {
    it(`shows ${count} as ${text}`, () => assert.equal(formatByteCount(count), text));
  }

  it("never shows four figures below the largest unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999e12 }), (count) =>
        assert.match(formatByteCount(count), /^(\d\.\d|\d{1,3}) /),
      ),
    );
  });

  it("keeps every digit of an exact count", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (count) => assert.equal(formatExact(count).replaceAll(",", ""), String(count))),
    );
    assert.equal(formatExactBytes(8 * 1024 ** 4), "8,796,093,022,208 bytes");
    assert.equal(formatExactBytes(1), "1 byte");
  });

  it("gives all offsets of one document the same width", () => {
    assert.equal(formatHexOffset(0x1f00), "00001F00");
    assert.equal(hexOffsetDigits(0), 8);
    assert.equal(hexOffsetDigits(8 * 1024 ** 4), 12);
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        const digits = hexOffsetDigits(Math.max(a, b));
        assert.equal(formatHexOffset(Math.min(a, b), digits).length, digits);
      }),
    );
  });
});
