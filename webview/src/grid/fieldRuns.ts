// The bytes of one row as runs of one field's colour, from the marks that the struct tree gives them. Pure.
import { FIELD_CLOSED, FIELD_FIRST, FIELD_OUTER } from "../store/highlights";

/** Bytes [first, end) of the row. */
export interface FieldRun {
  readonly first: number;
  readonly end: number;
  /** Of the innermost field; -1: between fields of something open. */
  readonly hue: number;
  /** Of the open struct around it; -1: none. */
  readonly outer: number;
  readonly closed: boolean;
  /** The field's first byte, its last byte is in this run. */
  readonly begins: boolean;
  readonly ends: boolean;
}

/** @param marks one more than `length`, so that the last run knows whether it goes on in the next row */
export function fieldRuns(marks: Uint8Array, length: number): FieldRun[] {
  const runs: FieldRun[] = [];
  for (let first = 0; first < length;) {
    const mark = marks[first] ?? 0;
    let end = first + 1;
    while (end < length && continues(mark, marks[end] ?? 0)) end++;
    if (mark !== 0) {
      runs.push({
        first,
        end,
        hue: (mark % FIELD_FIRST) - 1,
        outer: Math.floor((mark % FIELD_CLOSED) / FIELD_OUTER) - 1,
        closed: mark >= FIELD_CLOSED,
        begins: Math.floor(mark / FIELD_FIRST) % 2 === 1,
        ends: !continues(mark, marks[end] ?? 0),
      });
    }
    first = end;
  }
  return runs;
}

/** The next byte is the same field's: equal but for the mark of a first byte, which it does not have. */
function continues(mark: number, next: number): boolean {
  const begins = Math.floor(mark / FIELD_FIRST) % 2 === 1;
  return next === (begins ? mark - FIELD_FIRST : mark);
}
