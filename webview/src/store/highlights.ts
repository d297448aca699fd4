// Which field of the struct tree each byte belongs to, as colours for the grid: of what is open in the tree and has been read.
// Pure; the grid asks per row, so an answer costs what the row shows.

import type { FieldRange } from "../../../shared/structProtocol";

/** Byte marks: 0, or hue + 1 of the innermost field, plus these; the outer struct's hue + 1 times OUTER. */
export const FIELD_FIRST = 8;
export const FIELD_OUTER = 16;
export const FIELD_CLOSED = 128;

export class Highlights {
  #fields: readonly FieldRange[] = [];
  #outer: readonly FieldRange[] = [];
  /** Grows with each change. */
  revision = 0;
  /** As they were set. */
  ranges: readonly FieldRange[] = [];
  /** The furthest end among the fields up to each: they may overlap. */
  #reach: number[] = [];

  /** @param ranges parents before children */
  set(ranges: readonly FieldRange[]): void {
    this.revision++;
    this.ranges = ranges;
    this.#outer = ranges.filter(({ outer }) => outer);
    this.#fields = ranges.filter(({ outer }) => !outer).sort((a, b) => a.start - b.start);
    let reach = 0;
    this.#reach = this.#fields.map(({ end }) => (reach = Math.max(reach, end)));
  }

  get empty(): boolean {
    return this.#fields.length === 0 && this.#outer.length === 0;
  }

  /** Marks of `length` bytes at `offset`, into `marks`. */
  read(offset: number, length: number, marks: Uint8Array): void {
    marks.fill(0, 0, length);
    const end = offset + length;
    for (const { start, end: outerEnd, hue } of this.#outer) {
      const to = Math.min(end, outerEnd) - offset;
      for (let at = Math.max(start, offset) - offset; at < to; at++) marks[at] = (hue + 1) * FIELD_OUTER;
    }
    let next = this.#firstFrom(end);
    // Back to the first that can reach into the row, then forward: of two over one byte the later begins within.
    while (next > 0 && this.#reach[next - 1]! > offset) next--;
    for (; next < this.#fields.length; next++) {
      const field = this.#fields[next]!;
      if (field.start >= end) return;
      const to = Math.min(end, field.end) - offset;
      for (let at = Math.max(field.start, offset) - offset; at < to; at++) {
        const outer = (marks[at]! % FIELD_CLOSED) - (marks[at]! % FIELD_OUTER);
        const first = at + offset === field.start ? FIELD_FIRST : 0;
        marks[at] = outer + field.hue + 1 + first + (field.closed ? FIELD_CLOSED : 0);
      }
    }
  }

  /** Index of the first field that begins at or behind `offset`. */
  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#fields.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#fields[middle]!.start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
