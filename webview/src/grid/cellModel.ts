// How one byte looks: its text in both columns and its set of marks, as a small number that a draw compares with the last
// one. Pure; the view turns marks into class names once.
import { MARK_HOT, MARK_HOT_AGAIN } from "../store/liveHeat";
import { MARK_UNSAVED, NOT_LOADED, NOT_READABLE } from "../store/pageStore";
import type { ByteRange } from "../../../shared/byteRange";
import type { EditColumn, Selection } from "../../../shared/protocol";

/** In the place of a byte's value: the other side of a comparison has bytes here, this one has none. */
export const MISSING = -5;

export const UNLOADED = 1;
export const UNREADABLE = 2;
export const UNSAVED = 4;
/** Zeros in the hex column and bytes without a character in the text column: there, but not in the foreground. */
export const QUIET = 8;
export const SELECTED = 16;
/** Selected together with the cell before it in the row: the gap between them is filled. */
export const JOINED = 32;
export const CURSOR = 64;
/** The cursor's byte in the column that is not being typed into. */
export const TWIN = 128;
/** The next digit goes to the low half. */
export const LOW_HALF = 256;
/** Behind the last byte, in the last row. */
export const ABSENT = 512;
/** The place behind the last byte, where insert mode appends. */
export const BEHIND = 1024;
/** Changed a moment ago in live mode; the two take turns. */
export const HOT = 2048;
export const HOT_AGAIN = 4096;
/** Nothing but its byte to show: the row draws it. */
export const INKED = 8192;

const CLASS_OF_FLAG: readonly (readonly [number, string])[] = [
  [UNLOADED, "unloaded"],
  [UNREADABLE, "unreadable"],
  [UNSAVED, "unsaved"],
  [QUIET, "quiet"],
  [SELECTED, "selected"],
  [JOINED, "joined"],
  [CURSOR, "cursor"],
  [TWIN, "twin"],
  [LOW_HALF, "low"],
  [ABSENT, "absent"],
  [BEHIND, "end"],
  [HOT, "hot"],
  [HOT_AGAIN, "hot-again"],
  [INKED, "inked"],
];

/** The class names of a set of marks. */
export function classesOf(base: string, marks: number): string {
  return CLASS_OF_FLAG.reduce((names, [flag, name]) => ((marks & flag) !== 0 ? `${names} ${name}` : names), base);
}

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).toUpperCase().padStart(2, "0"));
const TEXT = Array.from({ length: 256 }, (_, value) =>
  value >= 0x20 && value <= 0x7e ? String.fromCharCode(value) : "\u00b7",
);

export function hexText(value: number): string {
  if (value >= 0) return HEX[value] ?? "";
  return value === NOT_READABLE ? "??" : "";
}

export function plainText(value: number): string {
  if (value >= 0) return TEXT[value] ?? "";
  return value === NOT_READABLE ? "?" : "";
}

export function isPrintable(value: number): boolean {
  return value >= 0x20 && value <= 0x7e;
}

/** The marks that come from the byte alone. */
export function byteMarks(value: number, mark: number, column: EditColumn): number {
  if (value === NOT_LOADED) return UNLOADED;
  if (value === MISSING) return ABSENT;
  const unsaved = (mark & MARK_UNSAVED) !== 0 ? UNSAVED : 0;
  const hot = (mark & MARK_HOT) !== 0 ? HOT : (mark & MARK_HOT_AGAIN) !== 0 ? HOT_AGAIN : 0;
  if (value === NOT_READABLE) return UNREADABLE + unsaved;
  const quiet = column === "hex" ? value === 0 : !isPrintable(value);
  return (quiet ? QUIET : 0) + unsaved + hot;
}

/** The marks that come from where the cursor and the selection are. @param ranges selected, those of the row. */
export function placeMarks(
  offset: number,
  first: boolean,
  column: EditColumn,
  selection: Selection,
  ranges: readonly ByteRange[],
  lowHalf: boolean,
): number {
  let marks = 0;
  for (const { start, end } of ranges) {
    if (offset >= start && offset < end) marks = SELECTED + (!first && offset > start ? JOINED : 0);
  }
  if (offset !== selection.focus) return marks;
  if (column !== selection.column) return marks + TWIN;
  return marks + CURSOR + (lowHalf && column === "hex" ? LOW_HALF : 0);
}
