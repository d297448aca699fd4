// The formatter against a naive dumper: any bytes, any cut into chunks, any runs of zeros.
import assert from "node:assert/strict";
import fc from "fast-check";
import { Hexdump } from "../../../cli/hexdump";
import { naiveHexdump } from "./naiveHexdump";

describe("Hexdump", () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 70 }),
    fc.nat(100).map((length) => ({ zeros: length })),
    fc.tuple(fc.nat(255), fc.nat(80)).map(([byte, length]) => new Uint8Array(length).fill(byte)),
  );

  it("prints what the naive dumper prints, however the bytes arrive", () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.nat(1000),
        fc.integer({ min: 1, max: 40 }),
        (parts, start, width) => {
          const hexdump = new Hexdump(start, width);
          const text = parts.map((each) =>
            (each instanceof Uint8Array ? hexdump.bytes(each) : hexdump.zeros(each.zeros)).toString(),
          );
          const all = Buffer.concat(
            parts.map((each) => (each instanceof Uint8Array ? each : new Uint8Array(each.zeros))),
          );
          assert.equal(text.join("") + hexdump.end().toString(), naiveHexdump(all, start, width));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("takes no longer for a run of 8 TiB", () => {
    const hexdump = new Hexdump(0);
    assert.equal(
      hexdump
        .zeros(8 * 1024 ** 4)
        .toString()
        .split("\n").length,
      3,
    );
    assert.equal(hexdump.end().toString(), "80000000000\n");
  });

  it("shows unreadable bytes as such, never as 00, and squeezes no such row", () => {
    const hexdump = new Hexdump(0);
    const text = hexdump
      .bytes(new Uint8Array(64), [{ start: 18, end: 49 }])
      .toString()
      .split("\n");
    assert.equal(text[1], "00000010  00 00 ?? ?? ?? ?? ?? ??  ?? ?? ?? ?? ?? ?? ?? ??  |..??????????????|");
    assert.equal(text.length, 5);
  });
});
