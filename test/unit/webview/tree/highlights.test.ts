// Colours of bytes: held against a naive list per byte, and cut into runs per row.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import fc from "fast-check";
import type { FieldRange } from "../../../../shared/structProtocol";
import { fieldRuns } from "../../../../webview/src/grid/fieldRuns";
import { FIELD_CLOSED, FIELD_FIRST, FIELD_OUTER, Highlights } from "../../../../webview/src/store/highlights";

const range = fc.record({
  start: fc.nat(200),
  length: fc.integer({ min: 1, max: 80 }),
  hue: fc.nat(5),
  outer: fc.boolean(),
  closed: fc.boolean(),
});

function naive(ranges: readonly FieldRange[], offset: number): number {
  let outer = 0;
  let inner = 0;
  for (const { start, end, hue, outer: isOuter } of ranges) {
    if (isOuter && offset >= start && offset < end) outer = (hue + 1) * FIELD_OUTER;
  }
  const fields = ranges.filter((one) => !one.outer).sort((a, b) => a.start - b.start);
  for (const { start, end, hue, closed } of fields) {
    if (offset >= start && offset < end)
      inner = hue + 1 + (offset === start ? FIELD_FIRST : 0) + (closed ? FIELD_CLOSED : 0);
  }
  return outer + inner;
}

describe("Highlights", () => {
  it("marks the bytes of any window as a look at every range does, also far out and overlapping", () => {
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 30 }),
        fc.nat(250),
        fc.integer({ min: 1, max: 64 }),
        fc.constantFrom(0, 2 ** 43),
        (list, at, length, base) => {
          const ranges = list.map(({ start, length: bytes, ...rest }) => ({
            start: base + start,
            end: base + start + bytes,
            ...rest,
          }));
          const highlights = new Highlights();
          highlights.set(ranges);
          const marks = new Uint8Array(64).fill(255);
          highlights.read(base + at, length, marks);
          for (let index = 0; index < length; index++) assert.equal(marks[index], naive(ranges, base + at + index));
        },
      ),
    );
  });

  it("cuts a row into runs that know whether their field begins and ends there", () => {
    const highlights = new Highlights();
    highlights.set([
      { start: 0, end: 40, hue: 4, outer: true, closed: false },
      { start: 2, end: 4, hue: 1, outer: false, closed: false },
      { start: 4, end: 6, hue: 1, outer: false, closed: false },
      { start: 10, end: 20, hue: 2, outer: false, closed: false },
    ]);
    const marks = new Uint8Array(17);
    highlights.read(0, 17, marks);
    const runs = fieldRuns(marks, 16).map(({ first, end, hue, outer, begins, ends }) => [
      first,
      end,
      hue,
      outer,
      begins,
      ends,
    ]);
    assert.deepEqual(runs, [
      [0, 2, -1, 4, false, true],
      [2, 4, 1, 4, true, true],
      [4, 6, 1, 4, true, true],
      [6, 10, -1, 4, false, true],
      [10, 16, 2, 4, true, false],
    ]);
    highlights.read(16, 17, marks);
    assert.deepEqual(fieldRuns(marks, 16)[0], {
      first: 0,
      end: 4,
      hue: 2,
      outer: 4,
      closed: false,
      begins: false,
      ends: true,
    });
  });
});
