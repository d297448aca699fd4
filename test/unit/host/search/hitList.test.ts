// The list of hits against a plain array, with blocks of a few numbers, so that most of it is in the file.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { HitList } from "../../../../extension/src/host/search/hitList";

const ascending = fc
  .array(fc.integer({ min: 1, max: 2 ** 40 }), { maxLength: 400 })
  .map((steps) => steps.reduce<number[]>((all, step) => [...all, (all.at(-1) ?? 0) + step], []));

describe("HitList", () => {
  it("holds offsets as an array does, whatever the parts they come in", () => {
    fc.assert(
      fc.property(
        ascending,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 2, max: 40 }),
        (offsets, part, block) => {
          const list = new HitList(4, block);
          for (let at = 0; at < offsets.length; at += part) list.add(Float64Array.from(offsets.slice(at, at + part)));
          assert.equal(list.count, offsets.length);
          for (const [index, start] of offsets.entries()) assert.deepEqual(list.at(index), { start, end: start + 4 });
          for (const start of [0, ...offsets, ...offsets.map((offset) => offset + 1)]) {
            const naive = offsets.findIndex((offset) => offset >= start);
            assert.equal(list.firstFrom(start), naive < 0 ? offsets.length : naive);
          }
          list.dispose();
        },
      ),
      { numRuns: 60 },
    );
  });

  it("holds ranges of different lengths", () => {
    const list = new HitList(0, 6);
    const ranges = Array.from({ length: 50 }, (_, at) => ({ start: at * 100, end: at * 100 + at + 1 }));
    for (const { start, end } of ranges) list.add(Float64Array.of(start, end));
    assert.equal(list.count, 50);
    assert.deepEqual(
      ranges.map((_, at) => list.at(at)),
      ranges,
    );
    assert.equal(list.firstFrom(4901), 50);
    list.dispose();
  });
});
