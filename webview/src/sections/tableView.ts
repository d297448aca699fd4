// The table of sections as elements: one row each, moved through by keyboard. Draws what it is given and tells what was pressed; all
// text of a file goes in as text.
import type { Measures, ProgramImage, SectionRow } from "../../../shared/sectionsProtocol";
import { icon } from "../tree/treeIconsView";
import { HUES } from "./bands";
import { allFlags, columnTitles } from "./texts";

export interface TableHandlers {
  select(start: number, end: number): void;
  showField(start: number, end: number): void;
}

export class TableView {
  readonly element = document.createElement("div");
  #atCursor: number | undefined;
  readonly #rows: readonly HTMLElement[];

  constructor(
    image: ProgramImage,
    private readonly handlers: TableHandlers,
  ) {
    this.element.className = "table";
    this.element.setAttribute("role", "grid");
    this.element.setAttribute("aria-label", "Sections");
    this.element.append(line("columnheader", ["", "Section", ...columnTitles(image), "Entropy", "Flags"]));
    this.#rows = image.sections.map((section, index) => this.#row(section, index));
    this.element.append(...this.#rows);
  }

  measured({ entropies }: Measures): void {
    entropies.forEach((entropy, index) => {
      const cell = this.#rows[index]?.querySelector<HTMLElement>(".entropy");
      if (!cell) return;
      cell.textContent = entropy === null ? "" : entropy.toFixed(2);
      cell.style.setProperty("--share", `${((entropy ?? 0) / 8) * 100}%`);
    });
  }

  /** @param section index of the one that the cursor is in */
  cursor(section: number | undefined): void {
    if (section === this.#atCursor) return;
    this.#atCursor = section;
    this.#rows.forEach((row, index) => {
      row.classList.toggle("at-cursor", index === section);
      // Moved from elsewhere: who works in this view keeps what is in front of them.
      if (index === section && !document.hasFocus()) row.scrollIntoView({ block: "nearest" });
    });
  }

  #row(section: SectionRow, index: number): HTMLElement {
    const { name, address, memorySize, offset, fileSize, summary } = section;
    const row = line("gridcell", ["", name, address, memorySize, offset, fileSize, "", ""]);
    row.classList.add("section-row");
    row.tabIndex = index === 0 ? 0 : -1;
    row.title = allFlags(section);
    const [dot, , , , , , entropy, flags] = row.children;
    dot?.classList.add("dot");
    entropy?.classList.add("entropy");
    const field = fieldButton(() => this.handlers.showField(section.headerStart, section.headerEnd));
    const words = document.createElement("span");
    words.className = "words";
    words.textContent = summary;
    flags?.append(words, field);
    row.style.setProperty("--hue", `var(--hue${index % HUES})`);
    row.addEventListener("click", (event) => {
      if (event.target instanceof Node && field.contains(event.target)) return;
      row.focus();
      if (section.end > section.start) this.handlers.select(section.start, section.end);
    });
    row.addEventListener("keydown", (event) => this.#key(event, index, field));
    return row;
  }

  #key(event: KeyboardEvent, index: number, field: HTMLElement): void {
    const { key } = event;
    const row = this.#rows[index];
    if (key === "Enter" || key === " ") row?.click();
    if (key === "F2") field.click();
    const last = this.#rows.length - 1;
    const target = { ArrowDown: Math.min(last, index + 1), ArrowUp: Math.max(0, index - 1), Home: 0, End: last }[key];
    if (target === undefined) {
      if (key === " " || key === "F2") event.preventDefault();
      return;
    }
    event.preventDefault();
    if (row) row.tabIndex = -1;
    const next = this.#rows[target];
    if (!next) return;
    next.tabIndex = 0;
    next.focus();
  }
}

/** Of a row that is made of fields of the structure. F2 does the same. */
export function fieldButton(pressed: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "to-field";
  // The row's key leads there.
  button.tabIndex = -1;
  button.title = "Show the field in the structure, where it can be edited (F2)";
  button.setAttribute("aria-label", button.title);
  button.append(icon("struct"));
  button.addEventListener("click", pressed);
  return button;
}

function line(role: string, texts: readonly string[]): HTMLElement {
  const row = document.createElement("div");
  row.setAttribute("role", "row");
  row.className = "line";
  for (const text of texts) {
    const cell = document.createElement("span");
    cell.setAttribute("role", role);
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}
