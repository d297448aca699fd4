// The palette of a picture as a strip of colours: one is chosen to paint with, and may be given another colour. Draws what it is
// told; arrows walk, Enter opens the colour.
import { colorText, unpacked } from "./pixelTexts";

export interface PaletteHandlers {
  chosen(index: number): void;
  /** "#rrggbb". */
  changed(index: number, color: string): void;
}

export class PaletteView {
  readonly element = document.createElement("div");
  readonly #list = document.createElement("div");
  readonly #color = document.createElement("input");
  readonly #name = document.createElement("span");
  #colors: readonly number[] = [];
  #entries = 0;
  #index = 0;

  constructor(private readonly handlers: PaletteHandlers) {
    this.element.className = "pixels-row pixels-palette";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Palette");
    this.element.hidden = true;
    this.#color.type = "color";
    this.#color.addEventListener("change", () => handlers.changed(this.#index, this.#color.value));
    this.#name.className = "pixels-entry";
    this.#list.className = "pixels-colors";
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", "Colours");
    this.#list.addEventListener("click", (event) => {
      const at = this.#indexOf(event.target);
      if (at !== undefined) this.choose(at, true);
    });
    this.#list.addEventListener("dblclick", () => this.#open());
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    this.element.append(this.#color, this.#name, this.#list);
  }

  get index(): number {
    return this.#index;
  }
  /** Packed. */
  get color(): number {
    return this.#colors[this.#index] ?? 0xff000000;
  }

  /** @param entries of them that stand in the file. None: there is no palette. */
  show(colors: readonly number[], entries: number, editable: boolean): void {
    this.#colors = colors;
    this.#entries = editable ? entries : 0;
    this.element.hidden = entries === 0 || colors.length === 0;
    this.#list.replaceChildren(
      ...colors.map((color, index) => {
        const entry = document.createElement("span");
        entry.setAttribute("role", "option");
        entry.dataset["index"] = String(index);
        const text = colorText(unpacked(color));
        entry.title = index < entries ? `${index}: ${text}` : `${index}: not in the file, shown as ${text}`;
        entry.setAttribute("aria-label", entry.title);
        entry.style.setProperty("--swatch", text);
        if (index >= entries) entry.className = "absent";
        return entry;
      }),
    );
    this.choose(Math.min(this.#index, Math.max(0, colors.length - 1)), false);
  }

  choose(index: number, focus: boolean): void {
    this.#index = index;
    for (const entry of this.#list.children as Iterable<HTMLElement & Element>) {
      const chosen = entry.dataset["index"] === String(index);
      entry.setAttribute("aria-selected", String(chosen));
      entry.tabIndex = chosen ? 0 : -1;
      if (chosen && focus) entry.focus();
      if (chosen && focus) entry.scrollIntoView({ block: "nearest" });
    }
    const text = colorText(unpacked(this.color));
    this.#color.value = text.toLowerCase();
    this.#color.disabled = index >= this.#entries;
    const label = `Colour of entry ${index}: changes it in the palette`;
    this.#color.title = label;
    this.#color.setAttribute("aria-label", label);
    this.#name.textContent = `${index}: ${text}`;
    this.handlers.chosen(index);
  }

  #open(): void {
    if (!this.#color.disabled) this.#color.showPicker();
  }

  #indexOf(target: EventTarget | null): number | undefined {
    const index = target instanceof HTMLElement ? target.dataset["index"] : undefined;
    return index === undefined ? undefined : Number(index);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.#colors.length - 1;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: this.#index - 1,
      ArrowRight: this.#index + 1,
      ArrowUp: this.#index - this.#perLine,
      ArrowDown: this.#index + this.#perLine,
      Home: 0,
      End: last,
    };
    const to = steps[event.key];
    if (to !== undefined) this.choose(Math.min(last, Math.max(0, to)), true);
    else if (event.key === "Enter" || event.key === " ") this.#open();
    else return;
    event.preventDefault();
  }

  /** The strip is as wide as the page lets it be. */
  get #perLine(): number {
    const entries = [...this.#list.children];
    const top = entries[0]?.getBoundingClientRect().top;
    const second = entries.findIndex((entry) => entry.getBoundingClientRect().top !== top);
    return second < 0 ? entries.length : second;
  }
}
