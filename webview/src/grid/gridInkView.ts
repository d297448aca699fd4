// The characters of the ordinary bytes on screen: a few runs of text for all rows together, because text costs by its pieces:
// laid out and painted cell by cell, a screen took as long as a frame lasts. Cells that look special (the cursor, unsaved, …)
// draw themselves, and the runs leave their place blank. Knows no selection and no marks.
import { hexText, plainText } from "./cellModel";
import { GROUP_BYTES, hexCellLeftPx, textCellLeftPx } from "./rowLayout";
import type { RowLayout } from "./rowLayout";

const HEX_CHARS = 3;
const HEX_BLANK = " ".repeat(HEX_CHARS);
const HEX_INK = Array.from({ length: 256 }, (_, value) => `${hexText(value)} `);

/** The colours of ink; the place of each in GridInk's list. */
export const PLAIN_INK = 0;
export const QUIET_INK = 1;
export const SELECTED_INK = 2;
/** The cell draws itself. */
export const NO_INK = -1;
const COLOURS = ["plain", "quiet", "selected"];

/** A stretch of every row in one colour: a group of hex cells, or the text column. */
class Run {
  readonly element = document.createElement("div");
  readonly #text = document.createTextNode("");
  #next = "";
  #blank = true;

  constructor(column: "hex" | "text") {
    this.element.className = column;
    this.element.append(this.#text);
  }

  place(leftPx: number, spacingPx: number): void {
    this.element.style.left = `${leftPx}px`;
    this.element.style.letterSpacing = `${spacingPx}px`;
  }

  add(characters: string): void {
    this.#next += characters;
    this.#blank = false;
  }

  skip(blank: string): void {
    this.#next += blank;
  }

  finish(): void {
    const shown = this.#blank ? "" : this.#next;
    if (this.#text.data !== shown) this.#text.data = shown;
    this.#next = "";
    this.#blank = true;
  }
}

/** The runs of one colour. */
class Colour {
  readonly element = document.createElement("div");
  readonly hex: readonly Run[];
  readonly text = new Run("text");

  constructor(name: string, rowBytes: number) {
    this.element.className = name;
    this.hex = Array.from({ length: Math.ceil(rowBytes / GROUP_BYTES) }, () => new Run("hex"));
    this.element.append(...this.hex.map((run) => run.element), this.text.element);
  }

  get runs(): readonly Run[] {
    return [...this.hex, this.text];
  }
}

export class GridInk {
  readonly element = document.createElement("div");
  readonly #colours: readonly Colour[];
  readonly #runs: readonly Run[];

  /** @param charWidthPx of every character of the font. */
  constructor(layout: RowLayout, charWidthPx: number) {
    this.#colours = COLOURS.map((name) => new Colour(name, layout.rowBytes));
    this.#runs = this.#colours.flatMap((colour) => colour.runs);
    this.element.className = "ink";
    this.element.setAttribute("aria-hidden", "true");
    this.element.append(...this.#colours.map((colour) => colour.element));
    this.#place(layout, charWidthPx);
  }

  /** The next cell of the hex column. */
  hex(index: number, value: number, ink: number): void {
    const group = (index - (index % GROUP_BYTES)) / GROUP_BYTES;
    this.#colours.forEach(({ hex }, colour) => {
      if (colour === ink) hex[group]?.add(HEX_INK[value] ?? HEX_BLANK);
      else hex[group]?.skip(HEX_BLANK);
    });
  }

  /** The next cell of the text column. */
  text(value: number, ink: number): void {
    this.#colours.forEach(({ text }, colour) => {
      if (colour === ink) text.add(plainText(value));
      else text.skip(" ");
    });
  }

  endRow(): void {
    for (const run of this.#runs) run.skip("\n");
  }

  /** All rows have been told. */
  finish(): void {
    for (const run of this.#runs) run.finish();
  }

  /** Each character stands where its cell would center it. */
  #place(layout: RowLayout, charWidthPx: number): void {
    this.element.style.lineHeight = `${layout.rowHeightPx}px`;
    const hexSpacingPx = layout.hexCellPx / HEX_CHARS - charWidthPx;
    const hexPadPx = (layout.hexCellPx - 2 * charWidthPx - hexSpacingPx) / 2;
    const textSpacingPx = layout.textCellPx - charWidthPx;
    for (const { hex, text } of this.#colours) {
      hex.forEach((run, group) => run.place(hexCellLeftPx(layout, group * GROUP_BYTES) + hexPadPx, hexSpacingPx));
      text.place(textCellLeftPx(layout, 0) + textSpacingPx / 2, textSpacingPx);
    }
  }
}
