// Ranges in ascending order, asked many times what they have in common with others: extents and unsaved bytes of a document
// against its cells. Pure.
import type { ByteRange } from "../../../../shared/byteRange";

export class Spans {
  /** @param ranges ascending, none touching another */
  constructor(private readonly ranges: readonly ByteRange[]) {}

  /** What lies in [start, end). */
  within(start: number, end: number): ByteRange[] {
    const { ranges } = this;
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (ranges[middle]!.end <= start) low = middle + 1;
      else high = middle;
    }
    const found: ByteRange[] = [];
    for (let at = low; at < ranges.length && ranges[at]!.start < end; at++) {
      const range = ranges[at]!;
      found.push({ start: Math.max(start, range.start), end: Math.min(end, range.end) });
    }
    return found;
  }

  /** Bytes in [start, end). */
  length(start: number, end: number): number {
    return this.within(start, end).reduce((sum, range) => sum + range.end - range.start, 0);
  }
}

/** Pieces of `ranges`, evenly spread over their bytes, `most` bytes in all; everything where they hold no more. */
export function spreadPieces(ranges: readonly ByteRange[], most: number, pieceBytes: number): ByteRange[] {
  const total = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  if (total <= most) return ranges.flatMap((range) => cut(range, pieceBytes));
  const pieces = Math.floor(most / pieceBytes);
  const found: ByteRange[] = [];
  let range = 0;
  let before = 0;
  for (let piece = 0; piece < pieces; piece++) {
    // In the middle of its part, counted in bytes of the ranges.
    const at = Math.floor((total / pieces) * (piece + 0.5) - pieceBytes / 2);
    for (let here = ranges[range]; here !== undefined && before + (here.end - here.start) <= at; here = ranges[range]) {
      before += here.end - here.start;
      range += 1;
    }
    const here = ranges[range];
    if (here === undefined) break;
    const start = here.start + (at - before);
    found.push({ start, end: Math.min(here.end, start + pieceBytes) });
  }
  return found;
}

function cut({ start, end }: ByteRange, pieceBytes: number): ByteRange[] {
  const pieces: ByteRange[] = [];
  for (let at = start; at < end; at += pieceBytes) pieces.push({ start: at, end: Math.min(end, at + pieceBytes) });
  return pieces;
}
