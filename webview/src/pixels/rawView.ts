// The row that says how bytes are taken as pixels: format, width, bytes from row to row, offset; each change shows at once.
// Draws what it is told; knows no host.
import { parseLength } from "../../../shared/parseOffset";
import { MAX_RAW_WIDTH, packedRowBytes, RAW_FORMATS, type RawFormat, type RawPixels } from "../../../shared/rawPixels";
import { iconButton, labelled, selectField, textField } from "./iconButtonView";
import closeIcon from "@vscode/codicons/src/icons/close.svg";

export interface RawHandlers {
  changed(raw: RawPixels): void;
  guess(): void;
  /** Back to the picture that the file says it is. */
  closed(): void;
}

export class RawView {
  readonly element = document.createElement("div");
  readonly #format: HTMLSelectElement;
  readonly #width = document.createElement("input");
  readonly #rowBytes = document.createElement("input");
  readonly #offset: HTMLInputElement;
  #shown: RawPixels | undefined;

  constructor(private readonly handlers: RawHandlers) {
    this.element.className = "pixels-row pixels-raw";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Bytes as pixels");
    this.element.hidden = true;
    const formats = Object.entries(RAW_FORMATS).map(([name, { label }]) => [name, label] as const);
    const changed = () => this.#changed();
    this.#format = selectField("Format", formats, changed);
    for (const [field, name] of [
      [this.#width, "Width"],
      [this.#rowBytes, "Row bytes"],
    ] as const) {
      field.type = "number";
      field.min = "1";
      field.setAttribute("aria-label", name);
      field.addEventListener("input", changed);
    }
    this.#width.max = String(MAX_RAW_WIDTH);
    this.#rowBytes.title = "Bytes from one row to the next; empty: as many as the width takes";
    this.#offset = textField("Offset", "9em", changed);
    const guess = iconButton("Guess", "Guess the width from how rows resemble each other; again: the next guess", () =>
      handlers.guess(),
    );
    guess.className = "wide";
    const close = iconButton(closeIcon, "Show the picture that the file says it is", () => handlers.closed());
    close.className = "pixels-close";
    this.element.append(
      labelled("Format", this.#format),
      labelled("Width", this.#width),
      guess,
      labelled("Row bytes", this.#rowBytes),
      labelled("Offset", this.#offset),
      close,
    );
  }

  /** Undefined: the picture that the file says it is. */
  show(raw: RawPixels | undefined): void {
    this.#shown = raw;
    this.element.hidden = raw === undefined;
    if (raw === undefined) return;
    const packed = packedRowBytes(raw.format, raw.width);
    this.#format.value = raw.format;
    this.#width.value = String(raw.width);
    this.#rowBytes.placeholder = String(packed);
    this.#rowBytes.value = raw.rowBytes === packed ? "" : String(raw.rowBytes);
    this.#offset.value = `0x${raw.offset.toString(16).toUpperCase()}`;
  }

  focus(): void {
    this.#width.focus();
    this.#width.select();
  }

  #changed(): void {
    const format = this.#format.value as RawFormat;
    const width = Number(this.#width.value);
    const offset = parseLength(this.#offset.value);
    const packed = packedRowBytes(format, width);
    const rowBytes = this.#rowBytes.value === "" ? packed : Number(this.#rowBytes.value);
    const fits = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
    mark(this.#width, fits(width, MAX_RAW_WIDTH));
    mark(this.#rowBytes, fits(rowBytes, 16 * MAX_RAW_WIDTH));
    mark(this.#offset, offset.ok);
    if (!fits(width, MAX_RAW_WIDTH) || !fits(rowBytes, 16 * MAX_RAW_WIDTH) || !offset.ok) return;
    this.#rowBytes.placeholder = String(packed);
    const raw = { format, width, rowBytes, offset: offset.value };
    if (JSON.stringify(raw) === JSON.stringify(this.#shown)) return;
    this.#shown = raw;
    this.handlers.changed(raw);
  }
}

function mark(field: HTMLInputElement, good: boolean): void {
  if (good) field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
}
