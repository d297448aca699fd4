// The scroll position as (row number, pixels into that row), and what the scroll bar shows of it. Pure. Browsers cap an
// element's height at some 33 million pixels, so nothing here ever multiplies rows by pixels beyond 2^53.

/** `row`: the topmost row, of which `px` pixels are hidden above the edge; 0 <= px < row height. */
export interface ScrollPosition {
  readonly row: number;
  readonly px: number;
}

export interface ScrollExtent {
  readonly rows: number;
  readonly rowHeightPx: number;
  readonly viewportPx: number;
}

export const TOP: ScrollPosition = { row: 0, px: 0 };

/** Rows that fit completely; at least one. */
export function wholeRows(extent: ScrollExtent): number {
  return Math.max(1, Math.floor(extent.viewportPx / extent.rowHeightPx));
}

/** The position at which the last row touches the lower edge. */
export function maxScroll(extent: ScrollExtent): ScrollPosition {
  const { rows, rowHeightPx, viewportPx } = extent;
  const whole = Math.floor(viewportPx / rowHeightPx);
  const restPx = viewportPx - whole * rowHeightPx;
  const row = rows - whole - (restPx > 0 ? 1 : 0);
  if (row < 0) return TOP;
  return { row, px: restPx > 0 ? rowHeightPx - restPx : 0 };
}

export function compareScroll(a: ScrollPosition, b: ScrollPosition): number {
  return a.row !== b.row ? a.row - b.row : a.px - b.px;
}

export function clampScroll(position: ScrollPosition, extent: ScrollExtent): ScrollPosition {
  if (compareScroll(position, TOP) <= 0) return TOP;
  const max = maxScroll(extent);
  return compareScroll(position, max) > 0 ? max : position;
}

/** @param deltaPx may be fractional, as touchpads send it; what is left over stays in `px`. */
export function scrollByPx(position: ScrollPosition, deltaPx: number, extent: ScrollExtent): ScrollPosition {
  const px = position.px + deltaPx;
  const rows = Math.floor(px / extent.rowHeightPx);
  return clampScroll({ row: position.row + rows, px: px - rows * extent.rowHeightPx }, extent);
}

export function scrollByRows(position: ScrollPosition, rows: number, extent: ScrollExtent): ScrollPosition {
  return clampScroll({ row: position.row + rows, px: position.px }, extent);
}

/** The smallest move that shows all of `row`. */
export function revealRow(position: ScrollPosition, row: number, extent: ScrollExtent): ScrollPosition {
  if (row < position.row || (row === position.row && position.px > 0)) return clampScroll({ row, px: 0 }, extent);
  const bottom = maxScroll({ ...extent, rows: row + 1 });
  return compareScroll(position, bottom) < 0 ? clampScroll(bottom, extent) : position;
}

/** Puts `row` a third down the view when it is not shown at all: one sees what is around the place one jumped to. */
export function jumpToRow(position: ScrollPosition, row: number, extent: ScrollExtent): ScrollPosition {
  const whole = wholeRows(extent);
  if (row >= position.row && row <= position.row + whole) return revealRow(position, row, extent);
  return clampScroll({ row: row - Math.floor(whole / 3), px: 0 }, extent);
}

export interface Thumb {
  readonly startPx: number;
  readonly lengthPx: number;
}

/** @param minPx so that the thumb of 8 TiB can still be grasped. @returns undefined when everything is in view. */
export function thumbOf(
  position: ScrollPosition,
  extent: ScrollExtent,
  trackPx: number,
  minPx: number,
): Thumb | undefined {
  const max = maxScroll(extent);
  if (compareScroll(max, TOP) === 0 || trackPx <= 0) return undefined;
  const shownPart = extent.viewportPx / extent.rowHeightPx / extent.rows;
  const lengthPx = Math.min(trackPx, Math.max(minPx, Math.round(trackPx * shownPart)));
  return { startPx: fractionOf(position, max, extent.rowHeightPx) * (trackPx - lengthPx), lengthPx };
}

/** Where the thumb stands, 0 to 1. Only for showing: it may round. */
function fractionOf(position: ScrollPosition, max: ScrollPosition, rowHeightPx: number): number {
  return Math.min(1, (position.row + position.px / rowHeightPx) / (max.row + max.px / rowHeightPx));
}

/** The position for a thumb dragged to `startPx`; both ends of the track are exact. */
export function scrollForThumb(startPx: number, thumb: Thumb, extent: ScrollExtent, trackPx: number): ScrollPosition {
  const rangePx = trackPx - thumb.lengthPx;
  const max = maxScroll(extent);
  if (rangePx <= 0 || startPx <= 0) return TOP;
  if (startPx >= rangePx) return max;
  const target = (startPx / rangePx) * (max.row + max.px / extent.rowHeightPx);
  const row = Math.floor(target);
  return clampScroll({ row, px: (target - row) * extent.rowHeightPx }, extent);
}
