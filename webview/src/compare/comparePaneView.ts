// One side of a comparison: its name above, its bytes below, read-only. Knows its own bytes and scroll position; what the other side
// does is the page's.
import type { CompareSide, SideState } from "../../../shared/compareProtocol";
import { GridView, horizontalThumb, type Measures } from "../grid/gridView";
import { fitRowBytes, rowOf } from "../grid/rowLayout";
import { MIN_THUMB_PX, SCROLLBAR_PX } from "../grid/scrollbarView";
import { scrollByRows, scrollForThumb, thumbOf } from "../grid/scrollModel";
import { Viewport } from "../grid/viewport";
import { Highlights } from "../store/highlights";
import { PageStore, type StorePort } from "../store/pageStore";
import { cursorAt } from "../store/selectionModel";
import type { Difference, DifferenceList } from "./differenceList";

export interface PaneHandlers extends StorePort {
  /** The person moved this side: the other one follows. */
  scrolled(): void;
  key(event: KeyboardEvent): void;
}

export class ComparePane {
  readonly element = document.createElement("section");
  readonly store: PageStore;
  readonly viewport = new Viewport();
  readonly #grid: GridView;
  readonly #name = document.createElement("span");
  readonly #detail = document.createElement("span");
  readonly #highlights = new Highlights();
  #state: SideState | undefined;
  #marks: readonly number[] = [];
  #revision = 0;
  #measures: Measures | undefined;
  #current: Difference | undefined;

  constructor(
    readonly side: CompareSide,
    private readonly handlers: PaneHandlers,
  ) {
    this.store = new PageStore(handlers);
    const { viewport } = this;
    this.#grid = new GridView(
      {
        dragged: (startPx) => this.#scroll(() => this.#dragVertically(startPx)),
        paged: (direction) => this.scrollRows(direction * viewport.pageRows),
      },
      {
        dragged: (startPx) => this.#scroll(() => this.#dragHorizontally(startPx)),
        paged: (direction) => this.#scroll(() => viewport.byPx(direction * viewport.widthPx, 0)),
      },
    );
    this.element.className = `compare-pane ${side}`;
    const head = document.createElement("h2");
    head.className = "compare-name";
    this.#detail.className = "compare-detail";
    head.append(this.#name, this.#detail);
    this.element.append(head, this.#grid.element);
    const { grid } = this.#grid;
    delete grid.dataset.vscodeContext;
    grid.addEventListener("keydown", (event) => handlers.key(event));
    grid.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  get state(): SideState | undefined {
    return this.#state;
  }

  focus(): void {
    this.#grid.grid.focus({ preventScroll: true });
  }

  show(state: SideState): void {
    const known = this.#state;
    this.#state = state;
    this.#name.textContent = state.name;
    this.#detail.textContent = state.detail;
    this.element.setAttribute("aria-label", `${this.side}: ${state.name}, ${state.detail}`);
    if (known?.version !== state.version || known.size !== state.size) this.store.reset(state.size, state.version);
  }

  /** Other differences: their parts of the whole are looked up once. */
  listChanged(list: DifferenceList): void {
    this.#marks = list.marks(this.side, this.store.size);
  }

  setCurrent(difference: Difference | undefined): void {
    this.#current = difference;
    this.#revision += 1;
  }

  /** Reads the browser's layout. @returns how many bytes a row has room for. */
  measure(): number {
    this.#measures = this.#grid.measure();
    this.#grid.widthPx = this.#measures.widthPx;
    return fitRowBytes(this.store.size, this.#measures.widthPx, this.#measures);
  }

  lay(bytesPerRow: number): void {
    if (this.#measures !== undefined) this.viewport.fit(this.store.size, bytesPerRow, this.#measures);
  }

  scrollRows(rows: number): void {
    this.#scroll(() => this.viewport.to(scrollByRows(this.viewport.scroll, rows, this.viewport.extent)));
  }

  /** Where this side's first row is on the other one. */
  topAt(offset: number, px: number): void {
    this.viewport.to({ row: rowOf(offset, this.viewport.layout.rowBytes), px });
  }

  draw(list: DifferenceList): void {
    const { viewport, store } = this;
    const { start, end } = viewport.visible;
    store.want(start, Math.min(end, store.size), viewport.direction);
    this.#highlights.set(list.inView(this.side, start, end));
    const current = this.#current?.[this.side];
    this.#grid.draw({
      size: store.size,
      places: store.size,
      inserting: false,
      layout: viewport.layout,
      extent: viewport.extent,
      scroll: viewport.scroll,
      scrollXPx: viewport.scrollXPx,
      selection: cursorAt(current?.start ?? start, "hex"),
      ranges: [],
      lowHalf: false,
      heldDigit: undefined,
      highlights: this.#highlights,
      hits: { ranges: [], current, revision: this.#revision },
      marks: this.#marks,
      bookmarks: [],
      regions: [],
      read: (offset, length, values, marks) => store.read(offset, length, values, marks),
      failureAt: (offset) => store.failureAt(offset),
    });
  }

  #scroll(change: () => void): void {
    change();
    this.handlers.scrolled();
  }

  #wheel(event: WheelEvent): void {
    if (event.ctrlKey) return;
    event.preventDefault();
    const { rowHeightPx, viewportPx } = this.viewport.extent;
    const units = [1, rowHeightPx, viewportPx];
    const unitPx = units[event.deltaMode] ?? 1;
    const sideways = event.shiftKey && event.deltaX === 0;
    const [x, y] = sideways ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    this.#scroll(() => this.viewport.byPx(x * unitPx, y * unitPx));
  }

  #dragVertically(startPx: number): void {
    const { viewport } = this;
    const { extent } = viewport;
    const thumb = thumbOf(viewport.scroll, extent, extent.viewportPx, MIN_THUMB_PX);
    if (thumb !== undefined) viewport.to(scrollForThumb(startPx, thumb, extent, extent.viewportPx));
  }

  #dragHorizontally(startPx: number): void {
    const { viewport } = this;
    const { totalWidthPx } = viewport.layout;
    const thumb = horizontalThumb(viewport.scrollXPx, totalWidthPx, viewport.widthPx);
    if (thumb === undefined) return;
    const rangePx = viewport.widthPx - SCROLLBAR_PX - thumb.lengthPx;
    const wantedPx = (Math.min(Math.max(0, startPx), rangePx) / rangePx) * (totalWidthPx - viewport.widthPx);
    viewport.byPx(wantedPx - viewport.scrollXPx, 0);
  }
}
