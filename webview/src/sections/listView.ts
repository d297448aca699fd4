// A list of rows of one height, of which only those on screen are elements. Draws and tells what was pressed.
import type { ListRow } from "../../../shared/sectionsProtocol";

export interface ShownList {
  readonly total: number;
  /** undefined: not here yet. */
  row(index: number): ListRow | undefined;
  want(from: number, to: number): void;
}

const ROW_PX = 22;
/** Browsers cap an element's height. */
const MAX_ROWS = 1_000_000;
const SPARE_ROWS = 10;

export class ListView {
  readonly element = document.createElement("div");
  readonly #rows = document.createElement("div");
  #current = 0;

  constructor(
    private readonly list: ShownList,
    private readonly select: (row: ListRow) => void,
  ) {
    this.element.className = "list";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "listbox");
    this.#rows.className = "list-rows";
    this.#rows.setAttribute("role", "presentation");
    this.element.append(this.#rows);
    this.element.addEventListener("scroll", () => this.draw());
    this.element.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  draw(): void {
    const total = Math.min(this.list.total, MAX_ROWS);
    const { scrollTop, clientHeight } = this.element;
    const from = Math.max(0, Math.floor(scrollTop / ROW_PX) - SPARE_ROWS);
    const to = Math.min(total, Math.ceil((scrollTop + clientHeight) / ROW_PX) + SPARE_ROWS);
    this.list.want(from, Math.max(to, 1));
    this.#rows.style.height = `${total * ROW_PX}px`;
    const shown: HTMLElement[] = [];
    for (let index = from; index < to; index++) shown.push(this.#row(index, total));
    this.#rows.replaceChildren(...shown);
    this.element.setAttribute("aria-activedescendant", `list-row-${this.#current}`);
  }

  #row(index: number, total: number): HTMLElement {
    const row = this.list.row(index);
    const element = document.createElement("div");
    element.className = "list-row";
    element.id = `list-row-${index}`;
    element.style.top = `${index * ROW_PX}px`;
    element.setAttribute("role", "option");
    element.setAttribute("aria-setsize", String(total));
    element.setAttribute("aria-posinset", String(index + 1));
    element.setAttribute("aria-selected", String(index === this.#current));
    element.classList.toggle("current", index === this.#current);
    element.classList.toggle("placed", row?.start !== undefined);
    const [text, detail] = [document.createElement("span"), document.createElement("span")];
    text.className = "text";
    text.textContent = row?.text ?? "…";
    text.style.paddingLeft = `${(row?.depth ?? 0) * 14}px`;
    detail.className = "detail";
    detail.textContent = row?.detail ?? "";
    element.title = `${text.textContent}  ${detail.textContent}`.trim();
    element.append(text, detail);
    element.addEventListener("click", () => this.#go(index));
    return element;
  }

  #key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW_PX) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: this.#current + 1,
      ArrowUp: this.#current - 1,
      PageDown: this.#current + page,
      PageUp: this.#current - page,
      Home: 0,
      End: this.list.total - 1,
      Enter: this.#current,
    };
    const target = steps[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.#go(Math.min(Math.max(0, target), Math.max(0, this.list.total - 1)));
  }

  #go(index: number): void {
    this.#current = index;
    const { scrollTop, clientHeight } = this.element;
    if (index * ROW_PX < scrollTop) this.element.scrollTop = index * ROW_PX;
    else if ((index + 1) * ROW_PX > scrollTop + clientHeight)
      this.element.scrollTop = (index + 1) * ROW_PX - clientHeight;
    this.draw();
    const row = this.list.row(index);
    if (row !== undefined) this.select(row);
  }
}
