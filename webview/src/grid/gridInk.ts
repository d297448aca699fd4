// The characters of the ordinary bytes on screen: a few runs of text for all rows together, because text costs by its pieces:
// laid out and painted cell by cell, a screen took as long as a frame lasts. Cells with something to show besides their byte
// (selected, unsaved, …) draw themselves, and the runs leave their place blank. Knows no selection and no marks.
import { hexText, plainText } from "./cellModel";
import { GROUP_BYTES, hexCellLeftPx, textCellLeftPx } from "./rowLayout";
import type { RowLayout } from "./rowLayout";

const HEX_CHARS = 3;
const HEX_BLANK = " ".repeat(HEX_CHARS);
const HEX_INK = Array.from({ length: 256 }, (_, value) => `${hexText(value)} `);

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
  readonly #plain: Colour;
  readonly #quiet: Colour;
  readonly #runs: readonly Run[];

  /** @param charWidthPx of every character of the font. */
  constructor(layout: RowLayout, charWidthPx: number) {
    this.#plain = new Colour("plain", layout.rowBytes);
    this.#quiet = new Colour("quiet", layout.rowBytes);
    this.#runs = [...this.#plain.runs, ...this.#quiet.runs];
    this.element.className = "ink";
    this.element.setAttribute("aria-hidden", "true");
    this.element.append(this.#plain.element, this.#quiet.element);
    this.#place(layout, charWidthPx);
  }

  /** The next cell of the hex column. @param value -1: it draws itself. */
  hex(index: number, value: number, quiet: boolean): void {
    const group = (index - (index % GROUP_BYTES)) / GROUP_BYTES;
    put(this.#plain.hex[group], quiet ? undefined : HEX_INK[value], HEX_BLANK);
    put(this.#quiet.hex[group], quiet ? HEX_INK[value] : undefined, HEX_BLANK);
  }

  /** The next cell of the text column. @param value -1: it draws itself. */
  text(value: number, quiet: boolean): void {
    const character = value < 0 ? undefined : plainText(value);
    put(this.#plain.text, quiet ? undefined : character, " ");
    put(this.#quiet.text, quiet ? character : undefined, " ");
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
    for (const { hex, text } of [this.#plain, this.#quiet]) {
      hex.forEach((run, group) => run.place(hexCellLeftPx(layout, group * GROUP_BYTES) + hexPadPx, hexSpacingPx));
      text.place(textCellLeftPx(layout, 0) + textSpacingPx / 2, textSpacingPx);
    }
  }
}

function put(run: Run | undefined, characters: string | undefined, blank: string): void {
  if (characters === undefined) run?.skip(blank);
  else run?.add(characters);
}
