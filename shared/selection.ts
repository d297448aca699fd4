// Which bytes a selection means: the one that has the cursor, and those beside it. Pure; known to the view and to the host.
import { clipRanges, normalRanges, type ByteRange } from "./byteRange";
import type { Selection } from "./protocol";

/** More than a bare cursor. */
export function isRange({ anchor, focus, more }: Selection): boolean {
  return anchor !== focus || (more !== undefined && more.length > 0);
}

/** The selected bytes from the one that has the cursor; a bare cursor stands on one. Empty behind the last byte. */
export function selectedRange({ anchor, focus }: Selection, size: number): ByteRange {
  return { start: Math.min(anchor, focus, size), end: Math.min(Math.max(anchor, focus) + 1, size) };
}

/** All selected bytes in normal form, a bare cursor's byte too. */
export function selectedRanges(selection: Selection, size: number): readonly ByteRange[] {
  const { more } = selection;
  const main = selectedRange(selection, size);
  if (more === undefined || more.length === 0) return main.start < main.end ? [main] : [];
  return normalRanges([...clipRanges(more, size), main]);
}
