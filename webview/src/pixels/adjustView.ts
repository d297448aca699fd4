// The row in which colours are adjusted: what is chosen is shown at once, and made only when it is applied. Draws what it is told;
// knows neither picture nor host.
import { changesNothing, NO_ADJUSTMENT, parseTable, type Adjustment } from "../../../shared/adjustment";
import { labelled, selectField, textField } from "./iconButtonView";
import type { Area } from "./previewPixels";

export interface AdjustHandlers {
  /** What would be made has changed. */
  changed(): void;
  /** The person wrote an area; undefined: the whole picture. */
  area(area: Area | undefined): void;
  apply(): void;
  cancel(): void;
}

const CHANNELS = ["RGB", "RBG", "GRB", "GBR", "BRG", "BGR"] as const;

export class AdjustView {
  readonly element = document.createElement("form");
  readonly #brightness: HTMLInputElement;
  readonly #contrast: HTMLInputElement;
  readonly #invert = document.createElement("input");
  readonly #channels: HTMLSelectElement;
  readonly #table: HTMLInputElement;
  readonly #area: HTMLInputElement;
  readonly #apply = document.createElement("button");
  readonly #cancel = document.createElement("button");
  #figures: (() => void)[] = [];

  constructor(private readonly handlers: AdjustHandlers) {
    this.element.className = "pixels-row pixels-adjust";
    this.element.setAttribute("aria-label", "Adjust colours");
    this.element.hidden = true;
    const changed = () => this.#changed();
    this.#brightness = this.#slider("Brightness");
    this.#contrast = this.#slider("Contrast");
    this.#invert.type = "checkbox";
    this.#invert.addEventListener("change", changed);
    const orders = CHANNELS.map((name) => [name, name] as const);
    this.#channels = selectField("Which channels become red, green and blue", orders, changed);
    this.#channels.title = "Which channels become red, green and blue";
    this.#table = textField("Table of levels", "13em", changed);
    this.#table.placeholder = "0=0 128=200 255=255";
    this.#table.title =
      "Levels from 0 to 255 and what becomes of them, straight lines between: 0=0 128=200 255=255. For one channel r0=255.";
    this.#table.addEventListener("input", changed);
    this.#area = textField("Area: x, y, width, height", "12em", () => this.#readArea());
    this.#area.placeholder = "whole picture";
    this.#area.title = "x, y, width, height; empty: the whole picture. Or mark it in the picture (M).";
    this.#apply.type = "submit";
    this.#apply.className = "primary";
    this.#apply.textContent = "Apply";
    this.#cancel.type = "button";
    this.#cancel.textContent = "Cancel";
    this.#cancel.addEventListener("click", () => handlers.cancel());
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#apply.disabled) handlers.apply();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") handlers.cancel();
    });
    const buttons = document.createElement("span");
    buttons.className = "pixels-buttons";
    buttons.append(this.#apply, this.#cancel);
    this.element.append(
      this.#brightness.parentElement!,
      this.#contrast.parentElement!,
      labelled("Invert", this.#invert),
      labelled("Channels", this.#channels),
      labelled("Table", this.#table),
      labelled("Area", this.#area),
      buttons,
    );
  }

  /** Undefined: the table cannot be read. */
  get adjustment(): Adjustment | undefined {
    const table = parseTable(this.#table.value);
    if (table === undefined) return undefined;
    const [red, green, blue] = [...this.#channels.value].map((name) => "RGB".indexOf(name)) as [number, number, number];
    return {
      brightness: Number(this.#brightness.value),
      contrast: Number(this.#contrast.value),
      invert: this.#invert.checked,
      channels: [red, green, blue],
      table,
    };
  }

  /** Anew, without any adjustment. */
  open(): void {
    this.#brightness.value = String(NO_ADJUSTMENT.brightness);
    this.#contrast.value = String(NO_ADJUSTMENT.contrast);
    this.#invert.checked = NO_ADJUSTMENT.invert;
    this.#channels.value = "RGB";
    this.#table.value = "";
    this.element.hidden = false;
    this.#changed();
    this.#brightness.focus();
  }

  close(): void {
    this.element.hidden = true;
    this.setBusy(false);
  }

  showArea(area: Area | undefined): void {
    this.#area.value = area === undefined ? "" : `${area.x}, ${area.y}, ${area.width}, ${area.height}`;
    this.#area.removeAttribute("aria-invalid");
  }

  /** It is being made: nothing but Cancel is left. */
  setBusy(busy: boolean): void {
    for (const field of this.element.querySelectorAll<HTMLInputElement>("input, select")) field.disabled = busy;
    this.#apply.disabled = busy;
    this.#apply.textContent = busy ? "Adjusting…" : "Apply";
  }

  #slider(name: string): HTMLInputElement {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = "-100";
    slider.max = "100";
    slider.setAttribute("aria-label", name);
    const figure = document.createElement("output");
    this.#figures.push(() => (figure.textContent = Number(slider.value) > 0 ? `+${slider.value}` : slider.value));
    slider.addEventListener("input", () => this.#changed());
    slider.addEventListener("dblclick", () => {
      slider.value = "0";
      this.#changed();
    });
    labelled(name, slider).append(figure);
    return slider;
  }

  #changed(): void {
    for (const show of this.#figures) show();
    const { adjustment } = this;
    const good = adjustment !== undefined;
    if (good) this.#table.removeAttribute("aria-invalid");
    else this.#table.setAttribute("aria-invalid", "true");
    this.#apply.disabled = adjustment === undefined || changesNothing(adjustment);
    this.handlers.changed();
  }

  #readArea(): void {
    const text = this.#area.value.trim();
    const parts = /^(\d+)[\s,]+(\d+)[\s,]+(\d+)[\s,]+(\d+)$/.exec(text)?.slice(1).map(Number);
    const wrong = text !== "" && (parts === undefined || parts[2] === 0 || parts[3] === 0);
    if (wrong) return this.#area.setAttribute("aria-invalid", "true");
    this.#area.removeAttribute("aria-invalid");
    const [x, y, width, height] = parts ?? [];
    this.handlers.area(
      x === undefined || y === undefined || width === undefined || height === undefined
        ? undefined
        : { x, y, width, height },
    );
  }
}
