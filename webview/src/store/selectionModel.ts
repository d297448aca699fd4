// Moving the cursor and the selection. Pure: a selection goes in, the next one comes out; cost never depends on the size.
import { clipRanges, MAX_RANGES, normalRanges } from "../../../shared/byteRange";
import type { EditColumn, EditMode, Selection } from "../../../shared/protocol";
import { isRange, selectedRanges } from "../../../shared/selection";
import { GROUP_BYTES } from "../grid/rowLayout";

export type Motion =
  | "left"
  | "right"
  | "groupLeft"
  | "groupRight"
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "rowStart"
  | "rowEnd"
  | "documentStart"
  | "documentEnd";

export interface MotionSpace {
  /** Where the cursor may stand: cursorPlaces(). Nothing moves where there is none. */
  readonly places: number;
  readonly rowBytes: number;
  /** Rows of Page Up and Page Down. */
  readonly pageRows: number;
}

export function cursorAt(offset: number, column: EditColumn): Selection {
  return { anchor: offset, focus: offset, column };
}

/** The cursor stands on bytes, and in insert mode also behind the last one. */
export function cursorPlaces(size: number, mode: EditMode): number {
  return mode === "insert" ? size + 1 : size;
}

export function clampSelection(selection: Selection, size: number, mode: EditMode): Selection {
  const last = Math.max(0, cursorPlaces(size, mode) - 1);
  const { anchor, focus, column, more } = selection;
  const lastEnd = more?.at(-1)?.end ?? 0;
  if (anchor <= last && focus <= last && lastEnd <= size) return selection;
  const kept = clipRanges(more ?? [], size);
  const inside = { anchor: Math.min(anchor, last), focus: Math.min(focus, last), column };
  return kept.length === 0 ? inside : { ...inside, more: kept };
}

/** Selects the byte at `offset` besides what is selected, with the cursor on it; a bare cursor's byte was not selected.
 *  @returns undefined when that would be more ranges than can be kept. */
export function addToSelection(
  selection: Selection,
  offset: number,
  column: EditColumn,
  size: number,
): Selection | undefined {
  const before = isRange(selection) ? selectedRanges(selection, size) : [];
  const more = normalRanges([...before, { start: offset, end: Math.min(offset + 1, size) }]);
  return more.length > MAX_RANGES ? undefined : { ...cursorAt(offset, column), more };
}

export function moveSelection(selection: Selection, motion: Motion, extend: boolean, space: MotionSpace): Selection {
  if (space.places === 0) return cursorAt(0, selection.column);
  const from = !extend && isRange(selection) ? collapseFor(selection, motion) : undefined;
  const focus = from ?? target(selection.focus, motion, space);
  return extend ? { ...selection, focus } : cursorAt(focus, selection.column);
}

/** As in text editors: left and right put the cursor to the end of the selection that lies in that direction. */
function collapseFor(selection: Selection, motion: Motion): number | undefined {
  if (motion === "left") return Math.min(selection.anchor, selection.focus);
  if (motion === "right") return Math.max(selection.anchor, selection.focus);
  return undefined;
}

function target(focus: number, motion: Motion, space: MotionSpace): number {
  const { rowBytes, pageRows } = space;
  const last = space.places - 1;
  const column = focus % rowBytes;
  switch (motion) {
    case "left":
      return Math.max(0, focus - 1);
    case "right":
      return Math.min(last, focus + 1);
    case "groupLeft":
      return groupLeft(focus, column, rowBytes);
    case "groupRight":
      return Math.min(last, focus + Math.min(GROUP_BYTES - (column % GROUP_BYTES), rowBytes - column));
    case "up":
      return focus < rowBytes ? focus : focus - rowBytes;
    case "down":
      return down(focus, 1, space);
    case "pageUp":
      return up(focus, pageRows, rowBytes);
    case "pageDown":
      return down(focus, pageRows, space);
    case "rowStart":
      return focus - column;
    case "rowEnd":
      return Math.min(last, focus - column + (rowBytes - 1));
    case "documentStart":
      return 0;
    case "documentEnd":
      return last;
  }
}

function groupLeft(focus: number, column: number, rowBytes: number): number {
  if (column % GROUP_BYTES !== 0) return focus - (column % GROUP_BYTES);
  if (column !== 0) return focus - GROUP_BYTES;
  const lastGroup = (rowBytes - 1) % GROUP_BYTES;
  return Math.max(0, focus - 1 - lastGroup);
}

function up(focus: number, rows: number, rowBytes: number): number {
  const column = focus % rowBytes;
  const row = (focus - column) / rowBytes;
  return Math.max(0, row - rows) * rowBytes + column;
}

/** Stays in its column; below the last row's end it takes the last byte. */
function down(focus: number, rows: number, space: MotionSpace): number {
  const { places, rowBytes } = space;
  const last = places - 1;
  const lastRow = (last - (last % rowBytes)) / rowBytes;
  const column = focus % rowBytes;
  const row = (focus - column) / rowBytes;
  const next = Math.min(row + rows, lastRow);
  if (next === row && rows === 1) return focus;
  const start = next * rowBytes;
  return last - start < column ? last : start + column;
}
