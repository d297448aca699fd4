// The rows that two sides share, against the naive twin that writes out every place of both.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { CompareSide } from "../../../../shared/compareProtocol";
import { Alignment } from "../../../../webview/src/compare/alignment";
import { DifferenceList } from "../../../../webview/src/compare/differenceList";

const SIDES: readonly CompareSide[] = ["left", "right"];

function aligned(
  fours: readonly number[],
  left: readonly [number, number],
  right: readonly [number, number],
): Alignment {
  const list = new DifferenceList();
  const alignment = new Alignment(list);
  alignment.ranges = { left: { start: left[0], end: left[1] }, right: { start: right[0], end: right[1] } };
  list.add(1, 0, fours);
  return alignment;
}

/** The offset of the byte at each place, or undefined for a gap. */
function written(alignment: Alignment, side: CompareSide): (number | undefined)[] {
  return alignment
    .stretches(side, 0, alignment.size)
    .flatMap(({ start, end, offset }) =>
      Array.from({ length: end - start }, (_, at) => (offset === undefined ? undefined : offset + at)),
    );
}

describe("two sides in the same rows", () => {
  it("stand beside each other again behind an insertion and a deletion, with a gap where one has no bytes", () => {
    const alignment = aligned([2, 2, 2, 4, 5, 7, 7, 7], [0, 9], [0, 9]);
    assert.equal(alignment.size, 11);
    assert.deepEqual(written(alignment, "left"), [0, 1, undefined, undefined, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(written(alignment, "right"), [0, 1, 2, 3, 4, 5, 6, undefined, undefined, 7, 8]);
    assert.deepEqual(alignment.difference(1), { start: 7, end: 9 });
    assert.deepEqual([0, 1, 2, 3, 7, 8].map((place) => alignment.firstFrom(place)), [0, 0, 0, 1, 1, 2]); // prettier-ignore
    assert.equal(alignment.offsetAt("left", 3), 2, "in a gap the next byte");
    assert.equal(alignment.placeOf("left", 2), 4);
    assert.equal(alignment.placeOf("right", 2), 2);
  });

  it("begin with the ranges that are compared, and end with the longer one", () => {
    const alignment = aligned([], [100, 104], [5000, 5003]);
    assert.deepEqual(written(alignment, "left"), [100, 101, 102, 103]);
    assert.deepEqual(written(alignment, "right"), [5000, 5001, 5002, undefined]);
    assert.equal(aligned([], [0, 0], [0, 0]).size, 0);
  });

  it("are the same as written out by hand, looked at from anywhere", () => {
    const gaps = fc.array(fc.tuple(fc.nat(6), fc.nat(5), fc.nat(5)), { maxLength: 12 });
    fc.assert(
      fc.property(gaps, fc.nat(9), fc.nat(9), fc.nat(80), fc.nat(30), (parts, tail, otherTail, from, length) => {
        const fours: number[] = [];
        const places: Record<CompareSide, (number | undefined)[]> = { left: [], right: [] };
        const next = { left: 0, right: 0 };
        const take = (lengths: Readonly<Record<CompareSide, number>>): void => {
          const most = Math.max(lengths.left, lengths.right);
          for (const side of SIDES)
            for (let at = 0; at < most; at++) places[side].push(at < lengths[side] ? next[side]++ : undefined);
        };
        for (const [gap, removed, added] of parts) {
          if (removed + added === 0) continue;
          // Differences that touch would be one.
          take({ left: gap + 1, right: gap + 1 });
          fours.push(next.left, next.left + removed, next.right, next.right + added);
          take({ left: removed, right: added });
        }
        take({ left: tail, right: otherTail });
        const alignment = aligned(fours, [0, next.left], [0, next.right]);
        assert.equal(alignment.size, places.left.length);
        for (const side of SIDES) {
          assert.deepEqual(written(alignment, side), places[side]);
          const seen = alignment.stretches(side, from, from + length);
          const bytes = seen.flatMap(({ start, end, offset }) =>
            Array.from({ length: end - start }, (_, at) => (offset === undefined ? undefined : offset + at)),
          );
          assert.deepEqual(bytes, places[side].slice(from, from + length));
          places[side].forEach((offset, place) => {
            if (offset !== undefined) assert.equal(alignment.placeOf(side, offset), place);
            const behind = places[side].slice(place).find((one) => one !== undefined) ?? next[side];
            assert.equal(alignment.offsetAt(side, place), behind);
          });
        }
      }),
    );
  });

  it("mark the parts of the whole that differ, the same ones for both", () => {
    assert.deepEqual(aligned([0, 1, 0, 1, 511, 512, 511, 512], [0, 512], [0, 512]).marks(), [0, 511]);
    assert.equal(aligned([0, 512, 0, 512], [0, 512], [0, 512]).marks().length, 512);
    assert.equal(aligned([256, 256, 256, 512], [0, 256], [0, 512]).marks().length, 256);
    assert.deepEqual(aligned([], [0, 0], [0, 0]).marks(), []);
  });
});
