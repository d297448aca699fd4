// Offsets and lengths of the command line.
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseLength, parseOffset } from "../../../shared/parseOffset";

describe("parseOffset", () => {
  const good: readonly (readonly [string, number])[] = [
    ["0", 0],
    ["4096", 4096],
    ["0x10", 16],
    ["0x1fffffffffffff", Number.MAX_SAFE_INTEGER],
    ["4K", 4096],
    ["3m", 3 * 1024 ** 2],
    ["4G", 4 * 1024 ** 3],
    ["8T", 8 * 1024 ** 4],
    ["1.5K", 1536],
    ["-1", 999],
    ["-0x10", 984],
    ["-1000", 0],
  ];
  for (const [text, value] of good) {
    it(`reads "${text}"`, () => assert.deepEqual(parseOffset(text, 1000), { ok: true, value }));
  }

  for (const text of [
    "",
    " ",
    "-",
    "--1",
    "abc",
    "0x",
    "1e3",
    "1.5",
    "NaN",
    "Infinity",
    "4X",
    "1,000",
    "-1001",
    "9007199254740992",
    "0x10000000000000000",
    "-1K",
  ]) {
    it(`refuses "${text}"`, () => assert.equal(parseOffset(text, 1000).ok, false));
  }

  it("takes no negative length", () => assert.equal(parseLength("-1").ok, false));

  it("reads back every safe integer in both bases", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        assert.deepEqual(parseLength(String(value)), { ok: true, value });
        assert.deepEqual(parseLength(`0x${value.toString(16)}`), { ok: true, value });
      }),
    );
  });
});
