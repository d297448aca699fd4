// The differences of two sides as the page knows them: which are in view, which is the next, where a byte of one side stands on the
// other, and where in the whole file they are. Pure; positions are found by halving, so that a frame costs what it shows.
import type { ByteRange } from "../../../shared/byteRange";
import type { CompareSide } from "../../../shared/compareProtocol";
import { MARK_BUCKETS } from "../../../shared/findProtocol";
import type { FieldRange } from "../../../shared/structProtocol";

export type DifferenceKind = "changed" | "inserted" | "deleted";
/** Colours of compare.css. */
const HUE: Readonly<Record<DifferenceKind, number>> = { changed: 0, inserted: 1, deleted: 2 };

export interface Difference {
  readonly left: ByteRange;
  readonly right: ByteRange;
  readonly kind: DifferenceKind;
}

export class DifferenceList {
  #run = 0;
  /** Start and end on the left, start and end on the right. */
  #fours: number[] = [];
  readonly counts: Record<DifferenceKind, number> = { changed: 0, inserted: 0, deleted: 0 };

  get count(): number {
    return this.#fours.length / 4;
  }

  get run(): number {
    return this.#run;
  }

  /** A run that is not known yet begins an empty list. */
  begin(run: number): void {
    if (run === this.#run) return;
    this.#run = run;
    this.#fours = [];
    this.counts.changed = this.counts.inserted = this.counts.deleted = 0;
  }

  /** @param from how many come before them: what was told already is told once. */
  add(run: number, from: number, fours: readonly number[]): void {
    this.begin(run);
    const known = this.count - from;
    if (known < 0) return;
    for (let at = 4 * known; at + 3 < fours.length; at += 4) {
      this.#fours.push(fours[at]!, fours[at + 1]!, fours[at + 2]!, fours[at + 3]!);
      this.counts[this.at(this.count - 1).kind] += 1;
    }
  }

  at(index: number): Difference {
    const [start = 0, end = 0, otherStart = 0, otherEnd = 0] = this.#fours.slice(4 * index, 4 * index + 4);
    const kind = start === end ? "inserted" : otherStart === otherEnd ? "deleted" : "changed";
    return { left: { start, end }, right: { start: otherStart, end: otherEnd }, kind };
  }

  /** The first that ends behind `offset`, an empty one also at it; the count when there is none. */
  firstBehind(side: CompareSide, offset: number): number {
    const column = side === "left" ? 0 : 2;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const start = this.#fours[4 * middle + column]!;
      const end = this.#fours[4 * middle + column + 1]!;
      if (Math.max(end, start + 1) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where the byte at `offset` of `side` stands on the other; within a difference as far from its start, at most at its end. */
  otherOffset(side: CompareSide, offset: number, starts: Readonly<Record<CompareSide, number>>): number {
    const other = side === "left" ? "right" : "left";
    const index = this.firstBehind(side, offset);
    if (index < this.count) {
      const difference = this.at(index);
      const into = offset - difference[side].start;
      if (into >= 0) return Math.min(difference[other].start + into, difference[other].end);
    }
    const before = index > 0 ? this.at(index - 1) : undefined;
    const equalFrom = before?.[side].end ?? starts[side];
    const otherFrom = before?.[other].end ?? starts[other];
    return Math.max(0, otherFrom + offset - equalFrom);
  }

  /** What the bytes [start, end) of a side are coloured by. */
  inView(side: CompareSide, start: number, end: number): FieldRange[] {
    const found: FieldRange[] = [];
    for (let index = this.firstBehind(side, start); index < this.count; index++) {
      const difference = this.at(index);
      const range = difference[side];
      if (range.start >= end) break;
      if (range.end > range.start) found.push({ ...range, hue: HUE[difference.kind], outer: false, closed: false });
    }
    return found;
  }

  /** Parts of the whole side that differ. */
  marks(side: CompareSide, size: number): number[] {
    const parts = new Set<number>();
    const partOf = (offset: number): number => Math.min(MARK_BUCKETS - 1, Math.floor((offset / size) * MARK_BUCKETS));
    for (let index = 0; index < this.count && size > 0; index++) {
      const { start, end } = this.at(index)[side];
      const last = partOf(Math.max(start, end - 1));
      for (let part = partOf(start); part <= last; part++) parts.add(part);
      if (parts.size === MARK_BUCKETS) break;
    }
    return [...parts].sort((a, b) => a - b);
  }
}
