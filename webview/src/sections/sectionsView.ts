// The view of sections as elements: two bars, the table, the lists. Draws what it is given and tells what was pressed; all text
// of a file goes in as text.
import type { ListRow, Measures, ProgramImage, SectionsList, SectionsState } from "../../../shared/sectionsProtocol";
import { barParts } from "./bars";
import { HUES, regionAt } from "./bands";
import { ListView, type ListHandlers } from "./listView";
import type { ListModel } from "./listModel";
import { TableView, type TableHandlers } from "./tableView";
import { hex, PlaceTexts, regionText, signatureText } from "./texts";

export interface SectionsHandlers extends TableHandlers {
  fixChecksum(): void;
  openList(list: SectionsList): ListModel;
  /** As an address that an element shows. */
  picture(id: number): Promise<string>;
}

type Shown = SectionsList | "warnings";
/** Parts of the bar of memory; each is an element. */
const MAX_STRETCHES = 1000;
/** A part with less of a bar has no room for a name; the table has it. */
const LEAST_NAMED_PERCENT = 5;

export class SectionsView {
  readonly element = document.createElement("main");
  readonly #handlers: SectionsHandlers;
  #image: ProgramImage | undefined;
  /** Of the document shown. */
  #name: string | undefined;
  #measures: Measures | undefined;
  #readOnly = false;
  #shown: Shown | undefined;
  #list: ListView | undefined;
  #cursor = -1;
  #place = document.createElement("p");
  #checksum = document.createElement("span");
  #table: TableView | undefined;
  #places: PlaceTexts | undefined;

  constructor(handlers: SectionsHandlers) {
    this.#handlers = handlers;
    this.element.className = "sections";
  }

  show(state: SectionsState): void {
    const scrolled = this.#table?.element.scrollTop ?? 0;
    const sameDocument = state.document?.name === this.#name;
    this.#name = state.document?.name;
    // A place in another file is none in this one.
    if (!sameDocument) this.#cursor = -1;
    this.#image = state.image;
    this.#table = undefined;
    this.#measures = undefined;
    this.#readOnly = state.document?.readOnlyReason !== undefined;
    if (state.image === undefined) {
      const reason =
        state.document === undefined ? "Open a program in Terahex to see its sections." : (state.reason ?? "");
      this.element.replaceChildren(paragraph("nothing", reason));
      return;
    }
    const table = this.#draw(state.image);
    if (sameDocument) table.element.scrollTo(0, scrolled);
  }

  measured(measures: Measures): void {
    this.#measures = measures;
    this.#table?.measured(measures);
    this.#drawChecksum();
  }

  cursor(offset: number): void {
    this.#cursor = offset;
    const image = this.#image;
    if (image === undefined) return;
    this.#place.textContent = offset < 0 ? "" : (this.#places?.whole(offset) ?? "");
    this.#table?.cursor(image.regions[regionAt(image.regions, offset)]?.section);
  }

  failed(message: string): void {
    if (this.#image === undefined) this.element.replaceChildren(paragraph("nothing", message));
    else this.#checksum.replaceChildren(message);
  }

  listArrived(): void {
    this.#list?.draw();
  }

  #draw(image: ProgramImage): TableView {
    const head = document.createElement("header");
    head.append(paragraph("format", `${image.format}, at ${image.base}`));
    this.#checksum = document.createElement("span");
    this.#checksum.className = "checksum";
    this.#drawChecksum();
    head.append(this.#checksum);
    this.#place = paragraph("where", "");
    this.#place.setAttribute("aria-live", "polite");
    this.#places = new PlaceTexts(image);
    const table = new TableView(image, this.#handlers);
    this.#table = table;
    const parts: HTMLElement[] = [head];
    const { signature } = image;
    if (signature !== undefined) {
      const text = signature.touched ? signatureText(signature.signer) : `Signed by ${signature.signer} (not verified)`;
      const line = paragraph(signature.touched ? "alarm" : "signed", text);
      if (signature.touched) line.setAttribute("role", "alert");
      parts.push(line);
    }
    const halves = division("halves");
    const map = division("map");
    map.append(this.#fileBar(image), ...this.#memoryBar(image), this.#place, table.element);
    if (image.moreSections > 0) {
      const more = image.moreSections.toLocaleString("en-US");
      map.append(paragraph("signed", `${more} more sections are in the list “Sections”.`));
    }
    const lists = division("lists");
    lists.append(...this.#tabs(image));
    halves.append(map, lists);
    this.element.replaceChildren(...parts, halves);
    this.cursor(this.#cursor);
    return table;
  }

  #drawChecksum(): void {
    const sums = this.#measures?.checksum;
    if (sums === undefined) {
      this.#checksum.textContent = this.#image?.hasChecksum === true ? "checksum: adding up …" : "";
      return;
    }
    const select = button("link", `checksum ${hex(sums.stated)}`, () =>
      this.#handlers.select(sums.offset, sums.offset + 4),
    );
    if (sums.stated === sums.computed) {
      this.#checksum.replaceChildren(select, " is right");
      return;
    }
    const fix = button("action", "Fix", () => this.#handlers.fixChecksum());
    fix.disabled = this.#readOnly;
    fix.title = "Writes the computed checksum as one undo step";
    const stated = sums.stated === 0 ? " is not used" : " is wrong";
    this.#checksum.replaceChildren(select, `${stated}, computed ${hex(sums.computed)} `, fix);
  }

  #fileBar(image: ProgramImage): HTMLElement {
    return this.#bar("File", image.size, image.regions, (region) => ({
      name: region.kind === "gap" ? "" : region.name,
      hue: region.section,
      kind: region.kind,
      title: `${regionText(region)}: ${hex(region.start)} to ${hex(region.end)}`,
      select: () => this.#handlers.select(region.start, region.end),
    }));
  }

  /** None of an object file, which has no addresses yet. */
  #memoryBar(image: ProgramImage): HTMLElement[] {
    if (image.spans.length === 0) return [];
    const base = BigInt(image.base);
    const place = (rva: number): string => hex(image.kind === "pe" ? rva : base + BigInt(rva));
    const names = new Map(image.sections.map(({ name }, index) => [name, index]));
    const stretches = [...image.spans]
      .filter(({ length }) => length > 0)
      .sort((a, b) => a.rva - b.rva)
      .map((span) => ({ ...span, start: span.rva, end: span.rva + span.length }))
      .filter((span, index, all) => index === 0 || span.start >= (all[index - 1]?.end ?? 0))
      .slice(0, MAX_STRETCHES);
    const size = stretches.at(-1)?.end ?? 1;
    const bar = this.#bar("Memory", size, stretches, (span) => ({
      name: span.name,
      hue: names.get(span.name),
      kind: span.fileLength === 0 ? "zeros" : "section",
      title: `${span.name}: ${image.kind === "pe" ? "RVA " : ""}${place(span.start)} to ${place(span.end)}`,
      select: () => {
        if (span.fileLength > 0) this.#handlers.select(span.offset, span.offset + span.fileLength);
      },
    }));
    return [bar];
  }

  #bar<T extends { readonly start: number; readonly end: number }>(
    label: string,
    size: number,
    stretches: readonly T[],
    describe: (stretch: T) => BarLook,
  ): HTMLElement {
    const bar = division("bar");
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", `${label}, ${hex(size)} bytes`);
    for (const { index, leftPercent, widthPercent } of barParts(stretches, size)) {
      const stretch = stretches[index];
      if (stretch === undefined) continue;
      const { name, hue, kind, title, select } = describe(stretch);
      const part = button(`part ${kind}`, widthPercent < LEAST_NAMED_PERCENT ? "" : name, select);
      part.title = title;
      part.setAttribute("aria-label", title);
      // The table's rows lead to the same places by keyboard.
      part.tabIndex = -1;
      part.style.left = `${leftPercent}%`;
      part.style.width = `${widthPercent}%`;
      if (hue !== undefined) part.style.setProperty("--hue", `var(--hue${hue % HUES})`);
      bar.append(part);
    }
    const line = division("bar-line");
    line.append(paragraph("bar-label", label), bar);
    return line;
  }

  #tabs(image: ProgramImage): HTMLElement[] {
    const tabs: { list: Shown; title: string; count: number }[] = [...image.lists];
    if (image.warnings.length > 0) tabs.unshift({ list: "warnings", title: "Warnings", count: image.warnings.length });
    if (tabs.length === 0) return [];
    const strip = division("tabs");
    strip.setAttribute("role", "tablist");
    const panel = division("listed");
    panel.setAttribute("role", "tabpanel");
    const chosen = tabs.find(({ list }) => list === this.#shown) ?? tabs[0];
    const buttons = tabs.map((tab) => {
      const each = button("tab", `${tab.title} `, () => choose(tab.list));
      each.setAttribute("role", "tab");
      const count = document.createElement("span");
      count.className = "count";
      count.textContent = String(tab.count);
      each.append(count);
      return each;
    });
    const choose = (list: Shown): void => {
      this.#shown = list;
      tabs.forEach((tab, index) => {
        buttons[index]?.setAttribute("aria-selected", String(tab.list === list));
        if (buttons[index]) buttons[index].tabIndex = tab.list === list ? 0 : -1;
      });
      panel.replaceChildren(this.#panel(image, list));
    };
    strip.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      const index = (buttons.indexOf(event.target as HTMLButtonElement) + step + buttons.length) % buttons.length;
      buttons[index]?.focus();
      buttons[index]?.click();
    });
    strip.append(...buttons);
    if (chosen !== undefined) choose(chosen.list);
    return [strip, panel];
  }

  #panel(image: ProgramImage, list: Shown): HTMLElement {
    const placed = (act: (start: number, end: number) => void) => {
      return ({ start, end }: ListRow): void => {
        if (start !== undefined && end !== undefined) act(start, Math.min(end, image.size));
      };
    };
    const handlers: ListHandlers = {
      select: placed((start, end) => this.#handlers.select(start, end)),
      showField: placed((start, end) => this.#handlers.showField(start, end)),
      picture: (id) => this.#handlers.picture(id),
    };
    if (list === "warnings") {
      const rows = image.warnings.map(({ offset, message }): ListRow => {
        return { depth: 0, text: message, detail: hex(offset), start: offset, end: offset + 1 };
      });
      this.#list = new ListView({ total: rows.length, row: (index) => rows[index], want: () => undefined }, handlers);
    } else this.#list = new ListView(this.#handlers.openList(list), handlers);
    this.#list.draw();
    return this.#list.element;
  }
}

interface BarLook {
  readonly name: string;
  readonly hue: number | undefined;
  readonly kind: string;
  readonly title: string;
  readonly select: () => void;
}

function division(className: string): HTMLDivElement {
  const element = document.createElement("div");
  element.className = className;
  return element;
}

function paragraph(className: string, text: string): HTMLParagraphElement {
  const element = document.createElement("p");
  element.className = className;
  element.textContent = text;
  return element;
}

function button(className: string, text: string, pressed: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = className;
  element.textContent = text;
  element.addEventListener("click", pressed);
  return element;
}
