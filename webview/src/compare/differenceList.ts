// The differences of two sides as the page has heard of them. Pure; where they stand beside each other is alignment.ts' matter.
import type { ByteRange } from "../../../shared/byteRange";

export type DifferenceKind = "changed" | "inserted" | "deleted";

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
}
