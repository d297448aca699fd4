// Bookmarks as both sides know them: places of a file that the person named, in the document with its unsaved edits. Pure.
import type { ByteRange } from "./byteRange";

/** Classes of bookmarks.css; the first is what a new one gets. */
export const BOOKMARK_COLORS = ["blue", "green", "yellow", "orange", "red", "purple"] as const;
export type BookmarkColor = (typeof BOOKMARK_COLORS)[number];

/** At least one byte; they may overlap. */
export interface BookmarkMark extends ByteRange {
  /** "": none. */
  readonly name: string;
  readonly color: BookmarkColor;
}

/** Of one file: all of them cross to the page. */
export const MAX_BOOKMARKS = 1000;
