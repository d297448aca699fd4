// Hits as runs of bytes within rows, for drawing behind them. Pure.
import type { HitsInView } from "./findModel";

/** Bytes [first, end) of a row. */
export interface HitRun {
  readonly first: number;
  readonly end: number;
  readonly current: boolean;
  /** The hit's first and last byte are in this run. */
  readonly begins: boolean;
  readonly ends: boolean;
}

/** Of the row [start, start + length); overlapping hits each give theirs. */
export function hitRuns({ ranges, current }: HitsInView, start: number, length: number): HitRun[] {
  const runs: HitRun[] = [];
  const end = start + length;
  const add = (from: number, to: number, isCurrent: boolean): void => {
    if (from >= end || to <= start) return;
    runs.push({
      first: Math.max(from, start) - start,
      end: Math.min(to, end) - start,
      current: isCurrent,
      begins: from >= start,
      ends: to <= end,
    });
  };
  for (let at = firstReaching(ranges, start); at < ranges.length; at += 2) {
    const from = ranges[at] ?? 0;
    if (from >= end) break;
    if (from !== current?.start) add(from, ranges[at + 1] ?? 0, false);
  }
  if (current !== undefined) add(current.start, current.end, true);
  return runs;
}

/** Ends ascend as starts do: hits have one length, or do not overlap. */
function firstReaching(ranges: readonly number[], offset: number): number {
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ranges[2 * middle + 1] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}
