// A half-open range of bytes and its arithmetic; lists of ranges in normal form: ascending, not empty, not touching. Pure.

/** Safe integers, `start <= end`; `end` is not part of it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Ranges of one selection, one edit or one copy. Beyond that nobody sees what is selected, and messages grow. */
export const MAX_RANGES = 10_000;

/** The same bytes in normal form. */
export function normalRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const ascending = ranges.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
  const normal: ByteRange[] = [];
  for (const { start, end } of ascending) {
    const last = normal.at(-1);
    if (last === undefined || start > last.end) normal.push({ start, end });
    else if (end > last.end) normal[normal.length - 1] = { start: last.start, end };
  }
  return normal;
}

/** What of the ranges lies in [0, size). */
export function clipRanges(ranges: readonly ByteRange[], size: number): ByteRange[] {
  if (ranges.every(({ start, end }) => start < end && end <= size)) return [...ranges];
  return ranges.map(({ start, end }) => ({ start, end: Math.min(end, size) })).filter(({ start, end }) => start < end);
}

export function totalLength(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + (end - start), 0);
}

/** The ranges that have a byte in [start, end). @param ranges in normal form. */
export function rangesWithin(ranges: readonly ByteRange[], start: number, end: number): readonly ByteRange[] {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ranges[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  let to = low;
  while (to < ranges.length && (ranges[to]?.start ?? end) < end) to++;
  return low === 0 && to === ranges.length ? ranges : ranges.slice(low, to);
}
