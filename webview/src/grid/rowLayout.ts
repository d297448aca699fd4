// Where rows, columns and cells are: offsets to rows, pixels to cells and back. Pure; knows nothing of DOM or bytes.
// Rows are numbers, exact up to 2^53 - 1: (a - a % b) / b divides only multiples, so nothing is ever rounded.
import type { RowNames } from "./addressColumn";
import type { EditColumn } from "../../../shared/protocol";

export const MAX_ROW_BYTES = 256;
export const GROUP_BYTES = 8;
const MIN_OFFSET_DIGITS = 8;
const OFFSET_DIGIT_GROUP = 4;

export interface FontMetrics {
  /** Advance of one character of the editor's fixed-width font; fractional. */
  readonly charWidthPx: number;
  readonly rowHeightPx: number;
}

export interface RowLayout {
  readonly rowBytes: number;
  /** In place of offsets; undefined: none. */
  readonly addresses: RowNames | undefined;
  /** 8, 12 or 16 hexadecimal digits. */
  readonly offsetDigits: number;
  readonly offsetWidthPx: number;
  readonly hexLeftPx: number;
  readonly hexCellPx: number;
  readonly groupGapPx: number;
  readonly textLeftPx: number;
  readonly textCellPx: number;
  readonly totalWidthPx: number;
  readonly rowHeightPx: number;
}

export interface GridPlace {
  readonly column: EditColumn | "offset";
  /** Byte within the row, 0 to rowBytes - 1. */
  readonly index: number;
}

/** @param offset a safe integer. */
export function rowOf(offset: number, rowBytes: number): number {
  return (offset - (offset % rowBytes)) / rowBytes;
}

export function rowStart(row: number, rowBytes: number): number {
  return row * rowBytes;
}

/** Rows of a document of `size` bytes; the last may be partial. */
export function rowCount(size: number, rowBytes: number): number {
  return size === 0 ? 0 : rowOf(size - 1, rowBytes) + 1;
}

/** Fixed by the size, so that the columns never move while one scrolls. */
export function offsetDigits(size: number): number {
  const needed = Math.max(0, size - 1).toString(16).length;
  const digits = Math.max(MIN_OFFSET_DIGITS, needed);
  return Math.ceil(digits / OFFSET_DIGIT_GROUP) * OFFSET_DIGIT_GROUP;
}

/** An offset as its groups of four hexadecimal digits, most significant first. */
export function offsetGroups(offset: number, digits: number): string[] {
  const text = offset.toString(16).toUpperCase().padStart(digits, "0");
  const groups: string[] = [];
  for (let at = 0; at < text.length; at += OFFSET_DIGIT_GROUP) groups.push(text.slice(at, at + OFFSET_DIGIT_GROUP));
  return groups;
}

export function layoutRows(size: number, rowBytes: number, font: FontMetrics, addresses?: RowNames): RowLayout {
  const char = font.charWidthPx;
  const digits = addresses?.digits ?? offsetDigits(size);
  const groups = digits / OFFSET_DIGIT_GROUP;
  const padPx = Math.round(char * 1.5);
  const offsetWidthPx = Math.ceil(digits * char + (groups - 1) * offsetGroupGapPx(char)) + 2 * padPx;
  const hexCellPx = Math.ceil(char * 2.9);
  const textCellPx = Math.ceil(char + 0.5);
  const groupGapPx = Math.round(char);
  const hexLeftPx = offsetWidthPx + Math.round(char * 0.5);
  const gaps = rowOf(rowBytes - 1, GROUP_BYTES);
  const hexWidthPx = rowBytes * hexCellPx + gaps * groupGapPx;
  const textLeftPx = hexLeftPx + hexWidthPx + Math.round(char * 2);
  const totalWidthPx = textLeftPx + rowBytes * textCellPx + padPx;
  return {
    rowBytes,
    addresses,
    offsetDigits: digits,
    offsetWidthPx,
    hexLeftPx,
    hexCellPx,
    groupGapPx,
    textLeftPx,
    textCellPx,
    totalWidthPx,
    rowHeightPx: font.rowHeightPx,
  };
}

export function offsetGroupGapPx(charWidthPx: number): number {
  return Math.round(charWidthPx * 0.4);
}

/** The most bytes, a multiple of 8, whose row is not wider than `widthPx`; at least 8. */
export function fitRowBytes(size: number, widthPx: number, font: FontMetrics, addresses?: RowNames): number {
  let rowBytes = GROUP_BYTES;
  while (
    rowBytes + GROUP_BYTES <= MAX_ROW_BYTES &&
    layoutRows(size, rowBytes + GROUP_BYTES, font, addresses).totalWidthPx <= widthPx
  ) {
    rowBytes += GROUP_BYTES;
  }
  return rowBytes;
}

export function hexCellLeftPx(layout: RowLayout, index: number): number {
  return layout.hexLeftPx + index * layout.hexCellPx + rowOf(index, GROUP_BYTES) * layout.groupGapPx;
}

export function textCellLeftPx(layout: RowLayout, index: number): number {
  return layout.textLeftPx + index * layout.textCellPx;
}

/** The cell under or nearest to `xPx`, measured from the left edge of the unscrolled row. */
export function placeAt(layout: RowLayout, xPx: number): GridPlace {
  const last = layout.rowBytes - 1;
  const betweenPx = (hexCellLeftPx(layout, last) + layout.hexCellPx + layout.textLeftPx) / 2;
  if (xPx >= betweenPx) {
    return { column: "text", index: clampIndex(Math.floor((xPx - layout.textLeftPx) / layout.textCellPx), last) };
  }
  if (xPx < layout.offsetWidthPx) return { column: "offset", index: 0 };
  return { column: "hex", index: hexIndexAt(layout, xPx) };
}

/** The cell of one column that is nearest to `xPx`: while dragging, the column stays. */
export function indexInColumn(layout: RowLayout, column: EditColumn, xPx: number): number {
  if (column === "hex") return hexIndexAt(layout, xPx);
  return clampIndex(Math.floor((xPx - layout.textLeftPx) / layout.textCellPx), layout.rowBytes - 1);
}

function hexIndexAt(layout: RowLayout, xPx: number): number {
  const groupPx = GROUP_BYTES * layout.hexCellPx + layout.groupGapPx;
  const group = Math.max(0, Math.floor((xPx - layout.hexLeftPx) / groupPx));
  const within = Math.floor((xPx - layout.hexLeftPx - group * groupPx) / layout.hexCellPx);
  return clampIndex(group * GROUP_BYTES + clampIndex(within, GROUP_BYTES - 1), layout.rowBytes - 1);
}

function clampIndex(index: number, last: number): number {
  return Math.min(Math.max(0, index), last);
}
