// The tools of a picture's bar, and the colour to paint with. Draws what it is told; knows no picture.
import paintIcon from "@vscode/codicons/src/icons/paintcan.svg";
import pencilIcon from "@vscode/codicons/src/icons/edit.svg";
import adjustIcon from "@vscode/codicons/src/icons/settings.svg";
import selectIcon from "@vscode/codicons/src/icons/target.svg";
import rectangleIcon from "@vscode/codicons/src/icons/primitive-square.svg";
import { iconButton } from "./iconButtonView";
import type { Tool } from "./strokes";

// Codicons have no such ones; drawn on the same grid.
const lineIcon = `<svg viewBox="0 0 16 16"><path d="M2.15 13.15 13.15 2.15l.7.7L2.85 13.85z"/></svg>`;
const areaIcon = `<svg viewBox="0 0 16 16"><path d="M2 2h3v1H3v2H2V2zm5 0h2v1H7V2zm4 0h3v3h-1V3h-2V2zM2 7h1v2H2V7zm11 0h1v2h-1V7zM2 11h1v2h2v1H2v-3zm11 0h1v3h-3v-1h2v-2zm-6 2h2v1H7v-1z"/></svg>`;
const pickIcon = `<svg viewBox="0 0 16 16"><path fill-rule="evenodd" d="M13.6 2.4a2 2 0 0 0-2.83 0L9.2 3.97l-.7-.7-.71.7.7.71-5.3 5.3a1 1 0 0 0-.28.55L2.6 12.5l-.75.75a.5.5 0 0 0 .7.7l.76-.74 1.96-.32a1 1 0 0 0 .55-.28l5.3-5.3.7.7.71-.7-.7-.71 1.77-1.77a2 2 0 0 0 0-2.43zM9.2 5.39 10.6 6.8l-5.3 5.3-1.5.25.26-1.65z"/></svg>`;

const TOOLS: readonly (readonly [Tool, string, string])[] = [
  ["select", selectIcon, "Point at pixels (V)"],
  ["area", areaIcon, "Mark an area (M)"],
  ["pencil", pencilIcon, "Pencil (P)"],
  ["line", lineIcon, "Line (L)"],
  ["rectangle", rectangleIcon, "Filled rectangle (R)"],
  ["fill", paintIcon, "Fill an area of one colour (F)"],
  ["pick", pickIcon, "Take a colour from the picture (I, or Alt+click)"],
];

/** The tool of a key, or of none. */
export function toolOfKey(key: string): Tool | undefined {
  return TOOLS.find(([, , label]) => label.includes(`(${key.toUpperCase()}`))?.[0];
}

export interface ToolsHandlers {
  tool(tool: Tool): void;
  adjust(): void;
}

export class ToolsView {
  readonly element = document.createElement("span");
  readonly #color = document.createElement("input");
  readonly #adjust: HTMLButtonElement;

  constructor(handlers: ToolsHandlers) {
    this.element.className = "pixels-tools";
    this.element.hidden = true;
    this.#color.type = "color";
    this.#color.title = "Colour to paint with";
    this.#color.setAttribute("aria-label", "Colour to paint with");
    this.#adjust = iconButton(adjustIcon, "Adjust colours (A)", () => handlers.adjust());
    this.#adjust.dataset["tool"] = "adjust";
    this.element.append(
      ...TOOLS.map(([tool, icon, label]) => {
        const made = iconButton(icon, label, () => handlers.tool(tool));
        made.dataset["tool"] = tool;
        return made;
      }),
      this.#color,
      this.#adjust,
    );
    this.show("select");
  }

  /** "#rrggbb". */
  get color(): string {
    return this.#color.value;
  }
  set color(color: string) {
    this.#color.value = color;
  }

  show(tool: Tool): void {
    for (const [name] of TOOLS) this.#button(name).setAttribute("aria-pressed", String(name === tool));
  }

  /** @param palette colours come from there */
  setEditable(editable: boolean, palette: boolean): void {
    this.element.hidden = !editable;
    this.#color.hidden = palette;
  }

  setAdjusting(adjusting: boolean): void {
    this.#adjust.setAttribute("aria-expanded", String(adjusting));
  }

  #button(tool: Tool): HTMLElement {
    return this.element.querySelector<HTMLElement>(`[data-tool="${tool}"]`)!;
  }
}
