// The list of hits below the bytes: title with its tools, a pool of rows, a scroll bar. Decides nothing.
import { scrollByRows, scrollForThumb, thumbOf, wholeRows } from "../grid/scrollModel";
import { MIN_THUMB_PX, ScrollbarView } from "../grid/scrollbarView";
import { icon, type IconName } from "../tree/treeIconsView";
import type { HitFields } from "./hitFields";
import type { ResultsModel, ResultsMove } from "./resultsModel";
import { resultText } from "./resultRow";

const ROW_PX = 22;
const KEYS: Readonly<Record<string, ResultsMove>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  PageUp: "pageUp",
  PageDown: "pageDown",
  Home: "first",
  End: "last",
};

export interface ResultsHandlers {
  /** To the bytes. */
  leave(): void;
  close(): void;
  give(to: "clipboard" | "file"): void;
}

export class ResultsView {
  readonly element = document.createElement("section");
  readonly #title = document.createElement("span");
  readonly #list = document.createElement("div");
  readonly #layer = document.createElement("div");
  readonly #bar: ScrollbarView;
  #rows: RowElement[] = [];

  constructor(
    private readonly model: ResultsModel,
    private readonly fields: HitFields,
    private readonly handlers: ResultsHandlers,
  ) {
    this.element.className = "results";
    this.element.hidden = true;
    this.element.setAttribute("aria-label", "Hits");
    const head = document.createElement("div");
    head.className = "pane-title";
    const tools = document.createElement("div");
    tools.className = "tools";
    tools.append(
      tool("copy", "Copy all offsets", () => handlers.give("clipboard")),
      tool("save", "Write all offsets to a file", () => handlers.give("file")),
      tool("close", "Close the list", () => handlers.close()),
    );
    head.append(this.#title, tools);
    this.#list.className = "results-list";
    this.#list.tabIndex = 0;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", "Hits");
    this.#layer.className = "results-layer";
    this.#layer.setAttribute("role", "presentation");
    this.#list.append(this.#layer);
    this.#bar = new ScrollbarView("vertical", {
      dragged: (startPx) => {
        const { extent } = model;
        const thumb = thumbOf(model.scroll, extent, extent.viewportPx, MIN_THUMB_PX);
        if (thumb !== undefined) model.scroll = scrollForThumb(startPx, thumb, extent, extent.viewportPx);
        this.draw();
      },
      paged: (direction) => {
        model.scroll = scrollByRows(model.scroll, direction * wholeRows(model.extent), model.extent);
        this.draw();
      },
    });
    const body = document.createElement("div");
    body.className = "results-body";
    body.append(this.#list, this.#bar.element);
    this.element.append(head, body);
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.#layer.addEventListener("mousedown", (event) => this.#press(event));
    new ResizeObserver(() => this.draw()).observe(this.#list);
  }

  focus(): void {
    this.#list.focus({ preventScroll: true });
  }

  draw(): void {
    if (this.element.hidden) return;
    const { model } = this;
    const { height } = this.#list.getBoundingClientRect();
    if (height > 0) model.resize(ROW_PX, height);
    const count = model.count.toLocaleString("en-US");
    const title = model.count === 1 ? "1 hit" : `${count} hits`;
    if (this.#title.textContent !== title) this.#title.textContent = title;
    const needed = Math.ceil(height / ROW_PX) + 1;
    while (this.#rows.length < needed) {
      const row = new RowElement();
      this.#rows.push(row);
      this.#layer.append(row.element);
    }
    while (this.#rows.length > needed) this.#rows.pop()?.element.remove();
    const { scroll, cursor } = model;
    this.#rows.forEach((row, at) => row.draw(scroll.row + at, model, this.fields));
    this.#layer.style.transform = `translateY(${-scroll.px}px)`;
    this.#bar.draw(thumbOf(scroll, model.extent, model.extent.viewportPx, MIN_THUMB_PX));
    const active = this.#rows[cursor - scroll.row]?.element.id;
    if (active === undefined || model.count === 0) this.#list.removeAttribute("aria-activedescendant");
    else this.#list.setAttribute("aria-activedescendant", active);
    model.want();
    const shown = this.#rows.map((_, at) => model.row(scroll.row + at)?.hit.start);
    this.fields.want(shown.filter((offset) => offset !== undefined));
  }

  #key(event: KeyboardEvent): void {
    const move = KEYS[event.key];
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Escape") this.handlers.leave();
    else if (event.key === "Enter") {
      this.model.go(this.model.cursor);
      this.handlers.leave();
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "c") this.handlers.give("clipboard");
    else if (move !== undefined && plain) this.model.move(move);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.draw();
  }

  #wheel(event: WheelEvent): void {
    if (event.ctrlKey) return;
    event.preventDefault();
    this.model.scrollBy(event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? ROW_PX : 1));
    this.draw();
  }

  #press(event: MouseEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>(".result") : null;
    if (row === null || event.button !== 0) return;
    event.preventDefault();
    this.focus();
    this.model.go(Number(row.dataset["index"]));
    this.draw();
  }
}

let ids = 0;

class RowElement {
  readonly element = document.createElement("div");
  readonly #offset = document.createElement("span");
  readonly #hex = parts("result-hex");
  readonly #text = parts("result-text");
  readonly #string = document.createElement("span");
  readonly #field = document.createElement("span");
  #shown = "";

  constructor() {
    this.element.className = "result";
    this.element.id = `result${ids++}`;
    this.element.setAttribute("role", "option");
    this.#offset.className = "result-offset";
    this.#string.className = "result-string";
    this.#field.className = "result-field";
    this.element.append(this.#offset, this.#hex.element, this.#text.element, this.#string, this.#field);
  }

  draw(index: number, model: ResultsModel, fields: HitFields): void {
    const { element } = this;
    element.hidden = index >= model.count;
    if (element.hidden) return;
    const row = model.row(index);
    const selected = index === model.cursor;
    element.setAttribute("aria-selected", String(selected));
    const field = row === undefined ? "" : (fields.at(row.hit.start) ?? "");
    const key = `${index} ${row?.hit.start} ${row?.context.join()} ${row?.text} ${model.count} ${field}`;
    if (key === this.#shown) return;
    this.#shown = key;
    element.dataset["index"] = String(index);
    element.setAttribute("aria-posinset", String(index + 1));
    element.setAttribute("aria-setsize", String(model.count));
    const text = row === undefined ? undefined : resultText(row);
    this.#offset.textContent = text?.offset ?? "…";
    this.#string.textContent = row?.text?.replaceAll(/\s/g, " ") ?? "";
    this.#string.hidden = row?.text === undefined;
    this.#hex.element.hidden = this.#text.element.hidden = row?.text !== undefined;
    this.#field.textContent = this.#field.title = field;
    this.#hex.put(text?.hex);
    this.#text.put(text?.text);
  }
}

function parts(name: string) {
  const element = document.createElement("span");
  element.className = name;
  const before = document.createTextNode("");
  const hit = document.createElement("mark");
  const after = document.createTextNode("");
  element.append(before, hit, after);
  const gap = name === "result-hex" ? " " : "";
  return {
    element,
    put(texts: readonly [string, string, string] | undefined): void {
      const [first, middle, last] = texts ?? ["", "", ""];
      before.data = first === "" ? "" : `${first}${gap}`;
      hit.textContent = middle;
      after.data = last === "" ? "" : `${gap}${last}`;
    },
  };
}

function tool(name: IconName, title: string, run: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.className = "tool";
  button.title = title;
  button.setAttribute("aria-label", title);
  button.append(icon(name));
  button.addEventListener("click", run);
  return button;
}
