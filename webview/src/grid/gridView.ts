// The grid's DOM: header, a pool of rows, both scroll bars. Two phases a frame: measure() reads the layout, draw() only
// writes. Decides nothing: positions, bytes and selection come in with the frame.
import type { BookmarkMark } from "../../../shared/bookmarks";
import type { ByteRange } from "../../../shared/byteRange";
import type { Selection } from "../../../shared/protocol";
import type { RegionRow } from "../../../shared/sectionsProtocol";
import { BookmarkMarksView } from "../bookmarks/bookmarkMarksView";
import type { Highlights } from "../store/highlights";
import type { HitsInView } from "../find/findModel";
import { HitMarksView } from "../find/hitMarksView";
import { bandsIn } from "../sections/bands";
import { BandsView } from "../sections/bandsView";
import { FieldColorsView } from "./fieldColorsView";
import { GridInk } from "./gridInkView";
import { hexCellLeftPx, offsetGroupGapPx, rowOf, rowStart, textCellLeftPx } from "./rowLayout";
import type { FontMetrics, RowLayout } from "./rowLayout";
import { RowView } from "./rowView";
import { MIN_THUMB_PX, SCROLLBAR_PX, ScrollbarView } from "./scrollbarView";
import type { ScrollbarHandlers } from "./scrollbarView";
import { thumbOf } from "./scrollModel";
import type { ScrollExtent, ScrollPosition, Thumb } from "./scrollModel";

export interface Measures extends FontMetrics {
  readonly widthPx: number;
  /** Of the rows alone, without the header. */
  readonly heightPx: number;
}

export interface GridFrame {
  readonly size: number;
  /** Where the cursor may stand: bytes, and in insert mode the place behind them. */
  readonly places: number;
  readonly inserting: boolean;
  readonly layout: RowLayout;
  readonly extent: ScrollExtent;
  readonly scroll: ScrollPosition;
  readonly scrollXPx: number;
  readonly selection: Selection;
  /** All selected bytes in normal form; none for a bare cursor. */
  readonly ranges: readonly ByteRange[];
  readonly lowHalf: boolean;
  readonly heldDigit: number | undefined;
  readonly highlights: Highlights;
  readonly hits: HitsInView;
  /** Parts of the whole file with hits. */
  readonly marks: readonly number[];
  readonly bookmarks: readonly BookmarkMark[];
  /** Of a program, whose colours stand beside the rows; none: no colours. */
  readonly regions: readonly RegionRow[];
  read(offset: number, length: number, values: Int16Array, marks: Uint8Array): boolean;
  failureAt(offset: number): string | undefined;
}

/** Every character that a cell shows; all of one width in a fixed-width font. */
const PROBE_TEXT = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 0x20 + index), 0xb7);
const EVEN_PX = 0.01;
const LINE_HEIGHT = 1.5;

export class GridView {
  readonly element = document.createElement("div");
  readonly body = document.createElement("div");
  readonly vertical: ScrollbarView;
  readonly horizontal: ScrollbarView;
  /** The grid itself: it has the focus. */
  readonly grid = document.createElement("div");
  readonly #head = document.createElement("div");
  readonly #layer = document.createElement("div");
  readonly #fieldColors = new FieldColorsView();
  readonly #hits = new HitMarksView();
  readonly #bookmarks = new BookmarkMarksView();
  readonly #bands = new BandsView("along-rows");
  readonly #probe = document.createElement("span");
  readonly #evenProbe = document.createElement("span");
  readonly #empty = document.createElement("div");
  readonly #values = new Int16Array(256);
  readonly #marks = new Uint8Array(256);
  #rows: RowView[] = [];
  #headCells: HTMLElement[] = [];
  #headColumn = -1;
  #layout: RowLayout | undefined;
  /** Of every character, where the font has one width for all. */
  #inkWidthPx: number | undefined;
  #ink: GridInk | undefined;
  #topRow = 0;
  #shift = "";
  #active = "";
  #label = "";

  constructor(vertical: ScrollbarHandlers, horizontal: ScrollbarHandlers) {
    this.vertical = new ScrollbarView("vertical", vertical);
    this.horizontal = new ScrollbarView("horizontal", horizontal);
    this.element.className = "hex-view";
    this.grid.className = "grid";
    this.grid.tabIndex = 0;
    this.grid.setAttribute("role", "grid");
    this.grid.setAttribute("aria-multiselectable", "true");
    this.grid.setAttribute("aria-describedby", "grid-help");
    this.grid.dataset.vscodeContext = JSON.stringify({ webviewSection: "grid", preventDefaultContextMenuItems: true });
    this.#head.className = "head";
    this.#head.setAttribute("role", "row");
    this.#head.setAttribute("aria-rowindex", "1");
    this.body.className = "body";
    this.body.setAttribute("role", "rowgroup");
    this.#layer.className = "layer";
    this.#layer.setAttribute("role", "presentation");
    this.#probe.textContent = "0".repeat(PROBE_TEXT.length);
    this.#evenProbe.textContent = PROBE_TEXT;
    for (const probe of [this.#probe, this.#evenProbe]) {
      probe.className = "probe";
      probe.setAttribute("aria-hidden", "true");
    }
    this.#empty.className = "empty";
    this.#empty.hidden = true;
    const help = document.createElement("div");
    help.id = "grid-help";
    help.className = "spoken";
    help.textContent =
      "Arrow keys move, Shift selects, Tab switches between the hex and the text column, Insert between overwriting and inserting, Escape then Tab leaves the grid.";
    this.body.append(this.#fieldColors.element, this.#bookmarks.element, this.#hits.element, this.#layer);
    this.body.append(this.#hits.frames, this.#bands.element, this.#bookmarks.flags);
    this.vertical.element.prepend(this.#hits.ruler, this.#bookmarks.ruler);
    this.grid.append(this.#head, this.body);
    this.element.append(this.grid, this.vertical.element, this.horizontal.element, this.#empty, help);
    this.element.append(this.#probe, this.#evenProbe);
  }

  /** Reads the browser's layout; the only place that does. */
  measure(): Measures {
    const font = getComputedStyle(this.#probe);
    const probePx = this.#probe.getBoundingClientRect().width;
    const charWidthPx = probePx / PROBE_TEXT.length;
    const even = Math.abs(this.#evenProbe.getBoundingClientRect().width - probePx) < EVEN_PX;
    const rowHeightPx = Math.max(12, Math.round(Number.parseFloat(font.fontSize) * LINE_HEIGHT));
    const box = this.body.getBoundingClientRect();
    const inkWidthPx = even ? charWidthPx : undefined;
    if (inkWidthPx !== this.#inkWidthPx) this.#layout = undefined;
    this.#inkWidthPx = inkWidthPx;
    return { charWidthPx, rowHeightPx, widthPx: box.width, heightPx: Math.max(rowHeightPx, box.height) };
  }

  draw(frame: GridFrame): void {
    this.#empty.hidden = frame.places !== 0;
    this.element.classList.toggle("inserting", frame.inserting);
    if (frame.places === 0 && this.#empty.childElementCount === 0) this.#fillEmpty();
    this.#lay(frame);
    this.#scrollTo(frame);
    this.#rows.forEach((row, index) => this.#drawRow(frame, row, this.#topRow + index));
    this.#ink?.finish();
    this.#fieldColors.draw(frame.highlights, frame.layout, this.#topRow, this.#rows.length, frame.size);
    this.#hits.draw(frame.hits, frame.layout, this.#topRow, this.#rows.length, frame.size);
    this.#hits.drawRuler(frame.marks);
    this.#bookmarks.draw(frame.bookmarks, frame.layout, this.#topRow, this.#rows.length, frame.scroll.px);
    this.#bookmarks.drawRuler(frame.bookmarks, frame.size, frame.extent.viewportPx);
    this.#drawBands(frame);
    this.#drawCursor(frame);
    this.#drawBars(frame);
  }

  /** Beside the offsets, and so not moved sideways. */
  #drawBands({ regions, layout, scroll, size }: GridFrame): void {
    const start = rowStart(this.#topRow, layout.rowBytes);
    const end = Math.min(size, start + this.#rows.length * layout.rowBytes);
    const yPx = (offset: number): number => ((offset - start) / layout.rowBytes) * layout.rowHeightPx - scroll.px;
    const bands = regions.length === 0 ? [] : bandsIn(regions, start, end);
    this.#bands.draw(
      bands.map(({ start: from, end: to, look }) => ({ topPx: yPx(from), heightPx: yPx(to) - yPx(from), look })),
    );
  }

  /** The cell of `offset` on screen, in pixels of the window; for the IME's window. */
  cellBox(column: Selection["column"], offset: number): DOMRect | undefined {
    const layout = this.#layout;
    if (layout === undefined) return undefined;
    const index = rowOf(offset, layout.rowBytes) - this.#topRow;
    const id = this.#rows[index]?.cellId(column, offset % layout.rowBytes);
    return id === undefined ? undefined : document.getElementById(id)?.getBoundingClientRect();
  }

  #drawRow(frame: GridFrame, view: RowView, row: number): void {
    const { layout, size, places } = frame;
    const start = rowStart(row, layout.rowBytes);
    const length = Math.max(0, Math.min(layout.rowBytes, size - start));
    if (length > 0) frame.read(start, length, this.#values, this.#marks);
    view.draw({
      row,
      start,
      length,
      places: Math.max(0, Math.min(layout.rowBytes, places - start)),
      values: this.#values,
      marks: this.#marks,
      selection: frame.selection,
      ranges: frame.ranges,
      lowHalf: frame.lowHalf,
      heldDigit: frame.heldDigit,
      failureAt: (offset) => frame.failureAt(offset),
      ink: this.#ink,
    });
  }

  /** Rows whose content moves along are carried over in DOM order, so that screen readers meet them in order. */
  #scrollTo(frame: GridFrame): void {
    const moved = frame.scroll.row - this.#topRow;
    const count = this.#rows.length;
    this.#topRow = frame.scroll.row;
    if (moved > 0 && moved < count) {
      const carried = this.#rows.splice(0, moved);
      this.#layer.append(...carried.map((row) => row.element));
      this.#rows.push(...carried);
    } else if (moved < 0 && -moved < count) {
      const carried = this.#rows.splice(count + moved, -moved);
      this.#layer.prepend(...carried.map((row) => row.element));
      this.#rows.unshift(...carried);
    }
    const shift = `translate(${-frame.scrollXPx}px, ${-frame.scroll.px}px)`;
    if (shift === this.#shift) return;
    this.#shift = shift;
    this.#layer.style.transform = shift;
    this.#fieldColors.element.style.transform = shift;
    this.#bookmarks.element.style.transform = shift;
    this.#hits.element.style.transform = this.#hits.frames.style.transform = shift;
    this.element.style.setProperty("--scroll-x", `${frame.scrollXPx}px`);
    this.element.classList.toggle("sideways", frame.scrollXPx > 0);
  }

  #lay(frame: GridFrame): void {
    const { layout } = frame;
    const before = this.#layout;
    const needed = Math.ceil(frame.extent.viewportPx / layout.rowHeightPx) + 1;
    const columns =
      before?.rowBytes === layout.rowBytes &&
      before.offsetDigits === layout.offsetDigits &&
      before.addresses === layout.addresses;
    const sizes = columns && (Object.keys(layout) as (keyof RowLayout)[]).every((key) => layout[key] === before[key]);
    if (!columns) {
      this.#layer.replaceChildren();
      this.#rows = [];
    }
    if (!sizes) {
      this.#layout = layout;
      this.#drawHead(layout);
      for (const row of this.#rows) row.place(layout);
      this.#ink?.element.remove();
      this.#ink = this.#inkWidthPx === undefined ? undefined : new GridInk(layout, this.#inkWidthPx);
      if (this.#ink !== undefined) this.#layer.append(this.#ink.element);
    }
    while (this.#rows.length < needed) {
      const row = new RowView(layout);
      this.#rows.push(row);
      this.#layer.append(row.element);
    }
    while (this.#rows.length > needed) this.#rows.pop()?.element.remove();
    this.#describe(frame);
  }

  #describe({ extent, layout, size }: GridFrame): void {
    const label = `${extent.rows} ${layout.rowBytes} ${size}`;
    if (label === this.#label) return;
    this.#label = label;
    this.grid.setAttribute("aria-rowcount", String(extent.rows + 1));
    this.grid.setAttribute("aria-colcount", String(2 * layout.rowBytes + 1));
    this.grid.setAttribute("aria-label", `Bytes, ${size.toLocaleString("en-US")} in all`);
  }

  #drawHead(layout: RowLayout): void {
    const cell = (text: string, leftPx: number, widthPx: number, column: number, name: string): HTMLElement => {
      const element = document.createElement("div");
      element.className = name;
      element.textContent = text;
      element.setAttribute("role", "columnheader");
      element.setAttribute("aria-colindex", String(column));
      element.style.left = `${leftPx}px`;
      element.style.width = `${widthPx}px`;
      return element;
    };
    const corner = cell(layout.addresses?.label ?? "Offset", 0, layout.offsetWidthPx, 1, "corner");
    const cells: HTMLElement[] = [];
    for (let index = 0; index < layout.rowBytes; index++) {
      const name = index.toString(16).toUpperCase().padStart(2, "0");
      cells.push(cell(name, hexCellLeftPx(layout, index), layout.hexCellPx, index + 2, "column"));
    }
    const text = cell(
      "Text",
      layout.textLeftPx,
      layout.rowBytes * layout.textCellPx,
      layout.rowBytes + 2,
      "text-title",
    );
    text.setAttribute("aria-colspan", String(layout.rowBytes));
    const line = document.createElement("div");
    line.className = "head-line";
    line.setAttribute("role", "presentation");
    line.style.width = `${layout.totalWidthPx}px`;
    line.append(corner, ...cells, text);
    this.#head.replaceChildren(line);
    this.#headCells = cells;
    this.#headColumn = -1;
    const style = this.element.style;
    style.setProperty("--row-height", `${layout.rowHeightPx}px`);
    style.setProperty("--group-gap", `${layout.groupGapPx}px`);
    style.setProperty("--offset-gap", `${offsetGroupGapPx(layout.textCellPx)}px`);
    style.setProperty("--text-left", `${textCellLeftPx(layout, 0)}px`);
    style.setProperty("--offset-width", `${layout.offsetWidthPx}px`);
  }

  #drawCursor({ places, layout, selection }: GridFrame): void {
    const column = places === 0 ? -1 : selection.focus % layout.rowBytes;
    if (column !== this.#headColumn) {
      this.#headCells[this.#headColumn]?.classList.remove("current");
      this.#headCells[column]?.classList.add("current");
      this.#headColumn = column;
    }
    const index = places === 0 ? -1 : rowOf(selection.focus, layout.rowBytes) - this.#topRow;
    const active = this.#rows[index]?.cellId(selection.column, column) ?? "";
    if (active === this.#active) return;
    this.#active = active;
    if (active === "") this.grid.removeAttribute("aria-activedescendant");
    else this.grid.setAttribute("aria-activedescendant", active);
  }

  #drawBars({ scroll, extent, layout, scrollXPx, size }: GridFrame): void {
    this.vertical.draw(thumbOf(scroll, extent, extent.viewportPx, MIN_THUMB_PX));
    const sideways = size === 0 ? undefined : horizontalThumb(scrollXPx, layout.totalWidthPx, this.#widthPx);
    this.horizontal.draw(sideways);
    // The rows make room for the bar, or it would cover the last one.
    this.element.classList.toggle("wide", sideways !== undefined);
  }

  #widthPx = 0;

  /** The width that measure() found; kept here so that draw() reads no layout. */
  set widthPx(value: number) {
    this.#widthPx = value;
  }

  #fillEmpty(): void {
    const title = document.createElement("p");
    title.className = "empty-title";
    title.textContent = "This file is empty";
    const text = document.createElement("p");
    text.textContent = "It has 0 bytes. Press Insert for insert mode, and type.";
    this.#empty.append(title, text);
  }
}

export function horizontalThumb(scrollXPx: number, totalPx: number, widthPx: number): Thumb | undefined {
  if (totalPx <= widthPx || widthPx <= 0) return undefined;
  const trackPx = widthPx - SCROLLBAR_PX;
  const lengthPx = Math.max(MIN_THUMB_PX, Math.round((trackPx * widthPx) / totalPx));
  return { startPx: (scrollXPx / (totalPx - widthPx)) * (trackPx - lengthPx), lengthPx };
}
