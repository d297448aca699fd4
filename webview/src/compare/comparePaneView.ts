// One side of a comparison: its name above, its bytes below, read-only, in the rows that both sides share. Knows its own bytes and
// scroll position; what the other side does is the page's.
import type { ByteRange } from "../../../shared/byteRange";
import type { FieldRange } from "../../../shared/structProtocol";
import type { CompareSide, SideState } from "../../../shared/compareProtocol";
import { GridView, horizontalThumb, type Measures } from "../grid/gridView";
import type { RowNames } from "../grid/addressColumn";
import { MISSING } from "../grid/cellModel";
import { fitRowBytes, offsetDigits, offsetGroups } from "../grid/rowLayout";
import { MIN_THUMB_PX, SCROLLBAR_PX } from "../grid/scrollbarView";
import { scrollByRows, scrollForThumb, thumbOf } from "../grid/scrollModel";
import { Viewport } from "../grid/viewport";
import { Highlights } from "../store/highlights";
import { PageStore, type StorePort } from "../store/pageStore";
import { cursorAt } from "../store/selectionModel";
import type { Alignment, Stretch } from "./alignment";
import type { DifferenceKind } from "./differenceList";

/** Colours of compare.css. */
const HUE: Readonly<Record<DifferenceKind, number>> = { changed: 0, inserted: 1, deleted: 2 };
const MISSING_HUE = 3;

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
  #names: RowNames | undefined;
  #revision = 0;
  #measures: Measures | undefined;
  #current: ByteRange | undefined;

  constructor(
    readonly side: CompareSide,
    private readonly alignment: Alignment,
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
    if (known?.size !== state.size) this.#names = this.#namesOf(state.size);
  }

  /** @param places of the difference that the person went to */
  setCurrent(places: ByteRange | undefined): void {
    this.#current = places;
    this.#revision += 1;
  }

  /** Reads the browser's layout. @returns how many bytes a row has room for. */
  measure(): number {
    this.#measures = this.#grid.measure();
    this.#grid.widthPx = this.#measures.widthPx;
    return fitRowBytes(this.alignment.size, this.#measures.widthPx, this.#measures, this.#names);
  }

  lay(bytesPerRow: number): void {
    if (this.#measures !== undefined) this.viewport.fit(this.alignment.size, bytesPerRow, this.#measures, this.#names);
  }

  scrollRows(rows: number): void {
    this.#scroll(() => this.viewport.to(scrollByRows(this.viewport.scroll, rows, this.viewport.extent)));
  }

  /** As the other side stands. */
  follow({ scroll, scrollXPx }: Viewport): void {
    this.viewport.to(scroll);
    this.viewport.scrollXPx = scrollXPx;
  }

  /** @param marks parts of the whole that differ */
  draw(marks: readonly number[]): void {
    const { viewport, store, alignment } = this;
    const { size } = alignment;
    const { start, end } = viewport.visible;
    const current = this.#current;
    // Rows below the edge are drawn for the next scroll.
    const shown = alignment.stretches(this.side, start, end + 2 * viewport.layout.rowBytes);
    const wanted = shown.filter(({ start: at, offset }) => at < end && offset !== undefined);
    const from = wanted[0]?.offset ?? 0;
    const last = wanted.at(-1);
    store.want(from, last?.offset === undefined ? from : last.offset + last.end - last.start, viewport.direction);
    this.#highlights.set(shown.flatMap(colorOf));
    this.#grid.draw({
      size,
      places: size,
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
      marks,
      bookmarks: [],
      regions: [],
      read: (place, length, values, flags) => this.#read(place, length, values, flags),
      failureAt: (place) => store.failureAt(alignment.offsetAt(this.side, place)),
    });
  }

  #read(place: number, length: number, values: Int16Array, flags: Uint8Array): boolean {
    let complete = true;
    for (const { start, end, offset } of this.alignment.stretches(this.side, place, place + length)) {
      const [at, to] = [start - place, end - place];
      if (offset === undefined) {
        values.fill(MISSING, at, to);
        flags.fill(0, at, to);
      } else if (!this.store.read(offset, to - at, values.subarray(at, to), flags.subarray(at, to))) complete = false;
    }
    return complete;
  }

  /** Each row is called by the offset of its first byte. */
  #namesOf(size: number): RowNames {
    const digits = offsetDigits(size);
    return {
      label: "Offset",
      digits,
      groups: (place) => {
        const { rowBytes } = this.viewport.layout;
        const bytes = this.alignment.stretches(this.side, place, place + rowBytes);
        const offset = bytes.find((one) => one.offset !== undefined)?.offset;
        return offset === undefined ? [] : offsetGroups(offset, digits);
      },
    };
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

function colorOf({ start, end, offset, kind }: Stretch): FieldRange[] {
  if (offset === undefined) return [{ start, end, hue: MISSING_HUE, outer: false, closed: false }];
  return kind === undefined ? [] : [{ start, end, hue: HUE[kind], outer: false, closed: false }];
}
