// The state of the grid's window on the document: layout, scroll position both ways, direction of travel. Pure; sizes in
// pixels are told to it, and it decides nothing about bytes.
import { fitRowBytes, layoutRows, rowCount, rowOf, rowStart } from "./rowLayout";
import type { RowNames } from "./addressColumn";
import type { FontMetrics, RowLayout } from "./rowLayout";
import { clampScroll, compareScroll, jumpToRow, maxScroll, revealRow, scrollByPx, TOP, wholeRows } from "./scrollModel";
import type { ScrollExtent, ScrollPosition } from "./scrollModel";

export interface ViewportSize extends FontMetrics {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Further than this in one step is a jump: what lies ahead is not known any more. */
const JUMP_ROWS = 4096;

export class Viewport {
  scroll: ScrollPosition = TOP;
  scrollXPx = 0;
  /** Where rows are moving: the store reads ahead there. */
  direction: -1 | 0 | 1 = 0;
  layout: RowLayout;
  #size = 0;
  #setting: number | "fit" = 16;
  #box: ViewportSize = { charWidthPx: 8, rowHeightPx: 20, widthPx: 800, heightPx: 600 };

  constructor() {
    this.layout = layoutRows(0, 16, this.#box);
  }

  get extent(): ScrollExtent {
    return {
      rows: rowCount(this.#size, this.layout.rowBytes),
      rowHeightPx: this.layout.rowHeightPx,
      viewportPx: this.#box.heightPx,
    };
  }

  get pageRows(): number {
    return wholeRows(this.extent);
  }

  get widthPx(): number {
    return this.#box.widthPx;
  }

  get topOffset(): number {
    return rowStart(this.scroll.row, this.layout.rowBytes);
  }

  /** Half-open range of bytes that have a cell on screen. */
  get visible(): { readonly start: number; readonly end: number } {
    const { rows, rowHeightPx, viewportPx } = this.extent;
    const last = Math.min(rows, this.scroll.row + Math.ceil((viewportPx + this.scroll.px) / rowHeightPx));
    const end = last >= rows ? this.#size : rowStart(last, this.layout.rowBytes);
    return { start: Math.min(this.topOffset, this.#size), end };
  }

  /** Anything about the layout may have changed; the byte at the top stays at the top. */
  fit(size: number, setting: number | "fit", box: ViewportSize, addresses?: RowNames): void {
    const top = this.topOffset;
    this.#size = size;
    this.#setting = setting;
    this.#box = box;
    const rowBytes = this.#setting === "fit" ? fitRowBytes(size, box.widthPx, box, addresses) : this.#setting;
    const changed = rowBytes !== this.layout.rowBytes;
    this.layout = layoutRows(size, rowBytes, box, addresses);
    if (changed) this.scroll = { row: rowOf(top, rowBytes), px: 0 };
    this.scroll = clampScroll(this.scroll, this.extent);
    this.scrollXPx = Math.min(this.scrollXPx, this.#maxXPx);
  }

  restore(topOffset: number, px: number, scrollXPx: number): void {
    const row = rowOf(Math.min(topOffset, Math.max(0, this.#size - 1)), this.layout.rowBytes);
    this.scroll = clampScroll({ row, px: Math.min(px, this.layout.rowHeightPx - 1) }, this.extent);
    this.scrollXPx = Math.min(scrollXPx, this.#maxXPx);
  }

  byPx(deltaXPx: number, deltaYPx: number): void {
    this.scrollXPx = Math.min(this.#maxXPx, Math.max(0, this.scrollXPx + deltaXPx));
    this.to(scrollByPx(this.scroll, deltaYPx, this.extent));
  }

  to(position: ScrollPosition): void {
    const next = clampScroll(position, this.extent);
    const moved = compareScroll(next, this.scroll);
    if (moved === 0) return;
    this.direction = Math.abs(next.row - this.scroll.row) > JUMP_ROWS ? 0 : moved > 0 ? 1 : -1;
    this.scroll = next;
  }

  /** Shows the byte at `offset`. @param far it may lie anywhere: put it where one sees its surroundings. */
  reveal(offset: number, far: boolean): void {
    const row = rowOf(offset, this.layout.rowBytes);
    this.to((far ? jumpToRow : revealRow)(this.scroll, row, this.extent));
  }

  /** Makes cells from `leftPx` to `rightPx` of the unscrolled row visible. @param fixedPx the offset column covers this. */
  revealX(leftPx: number, rightPx: number, fixedPx: number): void {
    if (leftPx - this.scrollXPx < fixedPx) this.scrollXPx = Math.max(0, leftPx - fixedPx);
    else if (rightPx - this.scrollXPx > this.#box.widthPx) this.scrollXPx = rightPx - this.#box.widthPx;
    this.scrollXPx = Math.min(this.scrollXPx, this.#maxXPx);
  }

  /** The byte row at `yPx` below the upper edge of the rows, clamped to the document. */
  rowAt(yPx: number): number {
    const rows = Math.floor((yPx + this.scroll.px) / this.layout.rowHeightPx);
    return Math.min(Math.max(0, this.scroll.row + rows), Math.max(0, this.extent.rows - 1));
  }

  get atEnd(): boolean {
    return compareScroll(this.scroll, maxScroll(this.extent)) >= 0;
  }

  get #maxXPx(): number {
    return Math.max(0, this.layout.totalWidthPx - this.#box.widthPx);
  }
}
