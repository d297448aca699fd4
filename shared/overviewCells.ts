// The cells of the overview: where they begin, and what is told of each. Pure.

/** As many as the find bar's marks, so that both stand at the same height. */
export const MOST_CELLS = 512;
/** One byte for each of these; shares are 0 to 255, and 1 where there is any at all. */
export const Cell = {
  /** How much is known, as CellState. */
  state: 0,
  /** Of the stored bytes, 255 for 8 bits. */
  entropy: 1,
  /** Shares of the stored bytes that were looked at. */
  zeros: 2,
  low: 3,
  printable: 4,
  high: 5,
  /** Shares of the whole cell. */
  holes: 6,
  unsaved: 7,
  unreadable: 8,
} as const;
export const CELL_BYTES = 9;
export const CellState = { unknown: 0, sampled: 1, whole: 2 } as const;

/** No cell is empty. */
export function cellCount(size: number): number {
  return Math.min(MOST_CELLS, size);
}

/** @param index 0 to the count of cells, which gives the size. */
export function cellStart(index: number, size: number): number {
  const count = cellCount(size);
  if (count === 0) return 0;
  // No product of a size leaves 2^53.
  const rest = size % count;
  return ((size - rest) / count) * index + Math.floor((rest * index) / count);
}

/** The cell that holds the byte at `offset`; of an offset behind the end the last one. */
export function cellAt(offset: number, size: number): number {
  const count = cellCount(size);
  if (count === 0) return 0;
  const last = count - 1;
  let index = Math.min(last, Math.floor((offset / size) * count));
  while (index > 0 && cellStart(index, size) > offset) index -= 1;
  while (index < last && cellStart(index + 1, size) <= offset) index += 1;
  return index;
}
