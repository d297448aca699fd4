// Which bookmarks lie in a row, and what they are called. Pure.
import type { BookmarkMark } from "../../../shared/bookmarks";

export interface BookmarkRun {
  /** Bytes of the row. */
  readonly first: number;
  readonly end: number;
  readonly begins: boolean;
  readonly ends: boolean;
  readonly mark: BookmarkMark;
}

/** Of the bytes [start, end). */
export function bookmarkRuns(marks: readonly BookmarkMark[], start: number, end: number): BookmarkRun[] {
  return marks
    .filter((mark) => mark.start < end && mark.end > start)
    .map((mark) => ({
      first: Math.max(mark.start, start) - start,
      end: Math.min(mark.end, end) - start,
      begins: mark.start >= start,
      ends: mark.end <= end,
      mark,
    }));
}

export function bookmarkName({ name }: BookmarkMark): string {
  return name === "" ? "Bookmark" : `Bookmark: ${name}`;
}

/** Those over the bytes [start, end), in words; "": none. */
export function bookmarkWords(marks: readonly BookmarkMark[], start: number, end: number): string {
  return marks
    .filter((mark) => mark.start < end && mark.end > start)
    .map(bookmarkName)
    .join(", ");
}
