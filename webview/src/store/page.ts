// One page of a document as the store keeps it, and how a window of bytes from the host becomes pages. Pure.
import { PAGE_BYTES } from "../../../shared/protocol";
import type { FreshWindow } from "../../../shared/protocol";

export const MARK_UNSAVED = 1;
export const MARK_UNREADABLE = 2;

export interface Page {
  /** PAGE_BYTES, fewer on the document's last page. */
  readonly bytes: Uint8Array;
  /** Per byte MARK_*; undefined where no byte has one, which is nearly everywhere. */
  marks: Uint8Array | undefined;
  /** The version of the document that all of it belongs to. */
  version: number;
}

export function pageOf(offset: number): number {
  return (offset - (offset % PAGE_BYTES)) / PAGE_BYTES;
}

export function pageStart(page: number): number {
  return page * PAGE_BYTES;
}

/** Bytes that page `page` of a document of `size` bytes holds. */
export function pageLength(page: number, size: number): number {
  return Math.max(0, Math.min(PAGE_BYTES, size - pageStart(page)));
}

/** The part of `window` on page `page` as a page of its own; undefined when the window has not all of it. */
export function cutPage(window: FreshWindow, page: number, size: number): Page | undefined {
  const start = pageStart(page);
  const length = pageLength(page, size);
  const from = start - window.offset;
  if (length === 0 || from < 0 || from + length > window.bytes.byteLength) return undefined;
  return {
    bytes: new Uint8Array(window.bytes).slice(from, from + length),
    marks: markedBytes(window, start, length),
    version: window.version,
  };
}

/** Overwrites what `window` has of the page; the page then is of the window's version. */
export function patchPage(target: Page, page: number, window: FreshWindow): void {
  const start = pageStart(page);
  const from = Math.max(start, window.offset);
  const to = Math.min(start + target.bytes.length, window.offset + window.bytes.byteLength);
  if (from >= to) return;
  target.bytes.set(new Uint8Array(window.bytes, from - window.offset, to - from), from - start);
  const marks = markedBytes(window, from, to - from);
  if (marks !== undefined || target.marks !== undefined) {
    target.marks ??= new Uint8Array(target.bytes.length);
    target.marks.fill(0, from - start, to - start);
    if (marks !== undefined) target.marks.set(marks, from - start);
  }
  target.version = window.version;
}

function markedBytes(window: FreshWindow, start: number, length: number): Uint8Array | undefined {
  let marks: Uint8Array | undefined;
  const mark = (ranges: readonly number[], bit: number): void => {
    for (let at = 0; at + 1 < ranges.length; at += 2) {
      const from = Math.max(start, ranges[at] ?? 0);
      const to = Math.min(start + length, ranges[at + 1] ?? 0);
      if (from >= to) continue;
      marks ??= new Uint8Array(length);
      for (let index = from - start; index < to - start; index++) marks[index] = (marks[index] ?? 0) | bit;
    }
  };
  mark(window.unsaved, MARK_UNSAVED);
  mark(window.unreadable, MARK_UNREADABLE);
  return marks;
}
