// The DOM of one row of the grid, recycled for ever other row numbers. A draw touches only text nodes, classes and attributes
// that differ from the last draw.
import { rangesWithin, type ByteRange } from "../../../shared/byteRange";
import type { EditColumn, Selection } from "../../../shared/protocol";
import {
  ABSENT,
  byteMarks,
  classesOf,
  BEHIND,
  hexText,
  INKED,
  JOINED,
  MISSING,
  placeMarks,
  plainText,
  QUIET,
  SELECTED,
  UNREADABLE,
} from "./cellModel";
import { NO_INK, PLAIN_INK, QUIET_INK, SELECTED_INK } from "./gridInkView";
import type { GridInk } from "./gridInkView";
import { hexCellLeftPx, offsetGroups, textCellLeftPx } from "./rowLayout";
import type { RowLayout } from "./rowLayout";

/** What a row shows; `values` and `marks` as PageStore.read() fills them. */
export interface RowContent {
  readonly row: number;
  /** The offset of the row's first byte. */
  readonly start: number;
  /** Bytes in the row, fewer than rowBytes in the last one. */
  readonly length: number;
  /** Cells where the cursor may stand: the bytes, and in insert mode the place behind them; 0: the row is hidden. */
  readonly places: number;
  readonly values: Int16Array;
  readonly marks: Uint8Array;
  readonly selection: Selection;
  /** All selected bytes of the document, in normal form; none for a bare cursor. */
  readonly ranges: readonly ByteRange[];
  /** The cursor's byte has its first digit, the second is awaited. */
  readonly lowHalf: boolean;
  /** A first digit typed on a byte that is not loaded yet. */
  readonly heldDigit: number | undefined;
  readonly failureAt: (offset: number) => string | undefined;
  /** Draws what has nothing but its byte to show; undefined: every cell draws itself. */
  readonly ink: GridInk | undefined;
}

const NOTHING = -3;
const HELD = -4;

class CellView {
  readonly element = document.createElement("div");
  readonly #text = document.createTextNode("");
  readonly #glyph = document.createElement("span");
  #value = NOTHING;
  #marks = -1;
  #offset = -1;
  #end = false;
  #base: string;

  constructor(
    readonly column: EditColumn,
    id: string,
    columnIndex: number,
  ) {
    this.#base = `cell ${column}`;
    this.#glyph.append(this.#text);
    this.element.append(this.#glyph);
    this.element.id = id;
    this.element.setAttribute("role", "gridcell");
    this.element.setAttribute("aria-colindex", String(columnIndex));
    this.element.dataset.column = column;
  }

  /** @param gapPx between it and the cell before it. */
  place(gapPx: number, widthPx: number, groupStart: boolean): void {
    this.element.style.marginLeft = `${gapPx}px`;
    this.element.style.width = `${widthPx}px`;
    this.#base = `cell ${this.column}${groupStart ? " group" : ""}`;
    this.#marks = -1;
  }

  draw(offset: number, offsetText: string, value: number, marks: number, heldText: string | undefined): void {
    if (offset !== this.#offset) {
      this.#offset = offset;
      if (offset < 0) this.element.removeAttribute("data-offset");
      else this.element.setAttribute("data-offset", offsetText);
    }
    const shown = heldText === undefined ? value : HELD;
    const end = (marks & BEHIND) !== 0;
    if (shown !== this.#value || shown === HELD || end !== this.#end) {
      this.#value = shown;
      this.#end = end;
      const text = heldText ?? (this.column === "hex" ? hexText(value) : plainText(value));
      this.#text.data = text;
      // The text of most cells is not rendered, see gridInk.ts, and what is not rendered gives a cell no name.
      this.element.setAttribute("aria-label", end ? "End of file" : value === MISSING ? "Missing here" : text);
    }
    if (marks !== this.#marks) this.#mark(marks);
  }

  /** Why an unreadable byte is so; only such cells have a tooltip. */
  explain(reason: string | undefined): void {
    if ((this.element.title || undefined) === reason) return;
    if (reason === undefined) this.element.removeAttribute("title");
    else this.element.title = reason;
  }

  #mark(marks: number): void {
    const before = this.#marks;
    this.#marks = marks;
    this.element.className = cachedClasses(this.#base, marks);
    const selected = (marks & SELECTED) !== 0;
    if (before < 0 || selected !== ((before & SELECTED) !== 0)) {
      this.element.setAttribute("aria-selected", selected ? "true" : "false");
    }
    if (before >= 0 && (before & UNREADABLE) !== 0 && (marks & UNREADABLE) === 0) this.explain(undefined);
  }
}

/** Class names by base and marks: made once, looked up in every draw. */
const classCache = new Map<string, Map<number, string>>();

function cachedClasses(base: string, marks: number): string {
  let byMarks = classCache.get(base);
  if (byMarks === undefined) classCache.set(base, (byMarks = new Map<number, string>()));
  let names = byMarks.get(marks);
  if (names === undefined) byMarks.set(marks, (names = classesOf(base, marks)));
  return names;
}

/** In which ink a byte with these marks is drawn, if it is. */
function inkOf(marks: number): number {
  if ((marks & ~(QUIET + SELECTED + JOINED)) !== 0) return NO_INK;
  if ((marks & SELECTED) !== 0) return SELECTED_INK;
  return (marks & QUIET) !== 0 ? QUIET_INK : PLAIN_INK;
}

/** What is left for the cell: its colour is the ink's matter, so that most cells never change their classes. */
function inked(marks: number): number {
  return INKED + (marks & ~QUIET);
}

let nextRowId = 0;

export class RowView {
  readonly element = document.createElement("div");
  readonly #offset = document.createElement("div");
  readonly #offsetGroups: Text[] = [];
  readonly #hex: CellView[] = [];
  readonly #text: CellView[] = [];
  readonly #rowBytes: number;
  readonly #addresses: RowLayout["addresses"];
  #row = -1;
  #hidden = false;
  #current = false;

  constructor(layout: RowLayout) {
    this.#rowBytes = layout.rowBytes;
    this.#addresses = layout.addresses;
    const id = `row${nextRowId++}`;
    this.element.className = "row";
    this.element.setAttribute("role", "row");
    this.#offset.className = "offset";
    this.#offset.setAttribute("role", "rowheader");
    this.#offset.setAttribute("aria-colindex", "1");
    for (let group = 0; group < layout.offsetDigits / 4; group++) {
      const span = document.createElement("span");
      const text = document.createTextNode("");
      span.append(text);
      this.#offset.append(span);
      this.#offsetGroups.push(text);
    }
    for (let index = 0; index < layout.rowBytes; index++) {
      this.#hex.push(new CellView("hex", `${id}h${index}`, index + 2));
      this.#text.push(new CellView("text", `${id}t${index}`, layout.rowBytes + index + 2));
    }
    const cells = [...this.#hex, ...this.#text].map((cell) => cell.element);
    this.element.append(this.#offset, ...cells);
    this.place(layout);
  }

  /** Sizes in pixels; called again only when the layout changes. */
  place(layout: RowLayout): void {
    this.element.style.height = `${layout.rowHeightPx}px`;
    this.element.style.lineHeight = `${layout.rowHeightPx}px`;
    this.element.style.width = `${layout.totalWidthPx}px`;
    this.#offset.style.width = `${layout.offsetWidthPx}px`;
    this.#hex.forEach((cell, index) => {
      const beforePx = index === 0 ? layout.offsetWidthPx : hexCellLeftPx(layout, index - 1) + layout.hexCellPx;
      cell.place(hexCellLeftPx(layout, index) - beforePx, layout.hexCellPx, index > 0 && index % 8 === 0);
    });
    const hexEndPx = hexCellLeftPx(layout, layout.rowBytes - 1) + layout.hexCellPx;
    this.#text.forEach((cell, index) => {
      cell.place(index === 0 ? textCellLeftPx(layout, 0) - hexEndPx : 0, layout.textCellPx, false);
    });
  }

  cellId(column: EditColumn, index: number): string | undefined {
    return (column === "hex" ? this.#hex : this.#text)[index]?.element.id;
  }

  draw(content: RowContent): void {
    const { places, row } = content;
    if ((places === 0) !== this.#hidden) {
      this.#hidden = places === 0;
      this.element.hidden = this.#hidden;
    }
    if (places === 0) {
      // A hidden row may still be found by its offsets: it has none.
      if (this.#row !== -1) this.#drawCells({ ...content, start: 0 });
      this.#row = -1;
      return;
    }
    // Names of rows may change with what is known; offsets do not.
    if (row !== this.#row || this.#addresses !== undefined) this.#drawNumber(content);
    const current = content.selection.focus >= content.start && content.selection.focus - content.start < places;
    if (current !== this.#current) {
      this.#current = current;
      this.element.classList.toggle("current", current);
    }
    this.#drawCells(content);
  }

  #drawNumber({ row, start }: RowContent): void {
    // The header is row 1 of the grid, so the first row of bytes is row 2.
    if (row !== this.#row) this.element.setAttribute("aria-rowindex", String(row + 2));
    this.#row = row;
    const texts = this.#addresses?.groups(start) ?? offsetGroups(start, this.#offsetGroups.length * 4);
    this.#offsetGroups.forEach((text, group) => {
      const shown = texts[group] ?? "";
      if (text.data !== shown) text.data = shown;
    });
  }

  #drawCells(content: RowContent): void {
    const { start, length, places, values, marks, selection, lowHalf, heldDigit, ink } = content;
    const ranges = rangesWithin(content.ranges, start, start + length);
    for (let index = 0; index < this.#rowBytes; index++) {
      const hex = this.#hex[index];
      const text = this.#text[index];
      if (hex === undefined || text === undefined) return;
      if (index >= length && index < places) {
        const offset = start + index;
        hex.draw(offset, String(offset), NOTHING, BEHIND + placeMarks(offset, true, "hex", selection, [], false), "");
        text.draw(offset, String(offset), NOTHING, BEHIND + placeMarks(offset, true, "text", selection, [], false), "");
        continue;
      }
      if (index >= length) {
        hex.draw(-1, "", NOTHING, ABSENT, "");
        text.draw(-1, "", NOTHING, ABSENT, "");
        continue;
      }
      const offset = start + index;
      const value = values[index] ?? NOTHING;
      const mark = marks[index] ?? 0;
      const name = String(offset);
      const first = index === 0;
      const held =
        heldDigit !== undefined && offset === selection.focus
          ? `${heldDigit.toString(16).toUpperCase()}\u00b7`
          : undefined;
      const hexMarks = byteMarks(value, mark, "hex") + placeMarks(offset, first, "hex", selection, ranges, lowHalf);
      const textMarks = byteMarks(value, mark, "text") + placeMarks(offset, first, "text", selection, ranges, lowHalf);
      const hexInk = ink === undefined || held !== undefined ? NO_INK : inkOf(hexMarks);
      const textInk = ink === undefined ? NO_INK : inkOf(textMarks);
      ink?.hex(index, value, hexInk);
      ink?.text(value, textInk);
      hex.draw(offset, name, value, hexInk === NO_INK ? hexMarks : inked(hexMarks), held);
      text.draw(offset, name, value, textInk === NO_INK ? textMarks : inked(textMarks), undefined);
      if ((hexMarks & UNREADABLE) !== 0) {
        const reason = `Unreadable. ${content.failureAt(offset) ?? "The byte at this offset could not be read."}`;
        hex.explain(reason);
        text.explain(reason);
      }
    }
    ink?.endRow();
  }
}
