// A list of rows of one height, of which only those on screen are elements. Draws and tells what was pressed.
import type { ListRow } from "../../../shared/sectionsProtocol";
import { fieldButton } from "./tableView";

export interface ShownList {
  readonly total: number;
  /** undefined: not here yet. */
  row(index: number): ListRow | undefined;
  want(from: number, to: number): void;
}

export interface ListHandlers {
  select(row: ListRow): void;
  /** The field of the structure that the row is about. */
  showField(row: ListRow): void;
  /** As an address that an element shows. */
  picture(id: number): Promise<string>;
}

const ROW_PX = 22;
/** Browsers cap an element's height. */
const MAX_ROWS = 1_000_000;
const SPARE_ROWS = 10;
const PREVIEW_PX = 128;

export class ListView {
  readonly element = document.createElement("div");
  readonly #scroller = document.createElement("div");
  /** The picture of the current row, large. */
  readonly #preview = document.createElement("figure");
  readonly #rows = document.createElement("div");
  #current = 0;

  constructor(
    private readonly list: ShownList,
    private readonly handlers: ListHandlers,
  ) {
    this.element.className = "list-side";
    this.#scroller.className = "list";
    this.#scroller.tabIndex = 0;
    this.#scroller.setAttribute("role", "listbox");
    this.#preview.className = "preview";
    this.#preview.hidden = true;
    this.element.append(this.#scroller, this.#preview);
    this.#rows.className = "list-rows";
    this.#rows.setAttribute("role", "presentation");
    this.#scroller.append(this.#rows);
    this.#scroller.addEventListener("scroll", () => this.draw());
    this.#scroller.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.draw()).observe(this.#scroller);
  }

  draw(): void {
    const total = Math.min(this.list.total, MAX_ROWS);
    const { scrollTop, clientHeight } = this.#scroller;
    const from = Math.max(0, Math.floor(scrollTop / ROW_PX) - SPARE_ROWS);
    const to = Math.min(total, Math.ceil((scrollTop + clientHeight) / ROW_PX) + SPARE_ROWS);
    this.list.want(from, Math.max(to, 1));
    this.#rows.style.height = `${total * ROW_PX}px`;
    const shown: HTMLElement[] = [];
    for (let index = from; index < to; index++) shown.push(this.#row(index, total));
    this.#rows.replaceChildren(...shown);
    this.#scroller.setAttribute("aria-activedescendant", `list-row-${this.#current}`);
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
    if (row?.picture !== undefined) text.prepend(this.#thumbnail(row.picture));
    element.append(text, detail);
    if (row?.start !== undefined) element.append(fieldButton(() => this.handlers.showField(row)));
    element.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("button") !== null) return;
      this.#go(index);
    });
    return element;
  }

  #key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / ROW_PX) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: this.#current + 1,
      ArrowUp: this.#current - 1,
      PageDown: this.#current + page,
      PageUp: this.#current - page,
      Home: 0,
      End: this.list.total - 1,
      Enter: this.#current,
    };
    if (event.key === "F2") {
      const row = this.list.row(this.#current);
      if (row !== undefined) this.handlers.showField(row);
      event.preventDefault();
    }
    const target = steps[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.#go(Math.min(Math.max(0, target), Math.max(0, this.list.total - 1)));
  }

  #go(index: number): void {
    this.#current = index;
    const { scrollTop, clientHeight } = this.#scroller;
    if (index * ROW_PX < scrollTop) this.#scroller.scrollTop = index * ROW_PX;
    else if ((index + 1) * ROW_PX > scrollTop + clientHeight)
      this.#scroller.scrollTop = (index + 1) * ROW_PX - clientHeight;
    this.draw();
    const row = this.list.row(index);
    if (row !== undefined) this.handlers.select(row);
    this.#showPreview(row);
  }

  #thumbnail(id: number): HTMLElement {
    const image = document.createElement("img");
    image.className = "thumbnail";
    // The row says what it is.
    image.alt = "";
    this.#fill(image, id);
    return image;
  }

  #showPreview(row: ListRow | undefined): void {
    this.#preview.hidden = row?.picture === undefined;
    if (row?.picture === undefined) return;
    const image = document.createElement("img");
    image.alt = `${row.text}, ${row.detail}`;
    const size = document.createElement("figcaption");
    image.addEventListener("load", () => {
      const { naturalWidth, naturalHeight } = image;
      size.textContent = `${naturalWidth} × ${naturalHeight}`;
      // Small ones are enlarged by whole pixels.
      const factor = Math.max(1, Math.floor(PREVIEW_PX / Math.max(naturalWidth, naturalHeight)));
      image.style.width = `${naturalWidth * factor}px`;
    });
    this.#preview.replaceChildren(image, size);
    this.#fill(image, row.picture, (reason) => (size.textContent = reason));
  }

  /** What cannot be shown leaves its place empty. */
  #fill(image: HTMLImageElement, id: number, refused?: (reason: string) => void): void {
    image.addEventListener("error", () => image.classList.add("broken"));
    this.handlers.picture(id).then(
      (address) => (image.src = address),
      (error: unknown) => {
        image.classList.add("broken");
        if (error instanceof Error) refused?.(error.message);
      },
    );
  }
}
