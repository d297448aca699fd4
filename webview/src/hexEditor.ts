// One editor: keeps the document's state, the selection and the page store in step with the host, and tells the views what to
// show, once per frame. Knows no DOM element and no message envelope: those are the views' and hostClient's.
// Over 400 lines, because every message, command and action of the one state is answered here and nowhere else.
import type { BookmarkMark } from "../../shared/bookmarks";
import type { OpenReply, PaneSizes, Selection, ViewCommand, ViewNotice, ViewSettings } from "../../shared/protocol";
import type { DocumentState, Trouble } from "../../shared/protocol";
import type { FindNews } from "../../shared/findProtocol";
import type { MeasureNews } from "../../shared/measureProtocol";
import type { StructNews } from "../../shared/structProtocol";
import { MAX_RANGES, totalLength, type ByteRange } from "../../shared/byteRange";
import { isRange, selectedRanges } from "../../shared/selection";
import { bookmarkWords } from "./bookmarks/bookmarkMarks";
import { Editing } from "./editing";
import type { HitsInView } from "./find/findModel";
import { isPrintable } from "./grid/cellModel";
import type { GridFrame, GridView } from "./grid/gridView";
import type { GridAction } from "./grid/keyMap";
import { hexCellLeftPx, rowStart, textCellLeftPx } from "./grid/rowLayout";
import { Viewport } from "./grid/viewport";
import { HostFailure } from "./hostClient";
import type { HostClient } from "./hostClient";
import { INSPECTED_BYTES } from "./inspector/fields";
import type { InspectorSubject } from "./inspector/inspectorView";
import type { ProgramSide } from "./programSide";
import type { Highlights } from "./store/highlights";
import { LiveFollower } from "./store/liveFollower";
import { MARK_UNSAVED, NOT_LOADED, NOT_READABLE, PageStore } from "./store/pageStore";
import { addToSelection, clampSelection, cursorAt, cursorPlaces, moveSelection } from "./store/selectionModel";
import type { Typist } from "./store/typist";
import { DEFAULT_PANE } from "./viewState";
import type { ViewState } from "./viewState";

/** What the editor needs of the page around the grid. */
export interface EditorPage {
  readonly grid: GridView;
  /** What the struct tree colours. */
  readonly highlights: Highlights;
  /** Parts of the whole file with hits. */
  readonly hitMarks: readonly number[];
  /** What was found of what is in view; @param end behind it. */
  hitsIn(start: number, end: number): HitsInView;
  findNews(news: FindNews): void;
  /** Other bytes, of any origin. */
  bytesChanged(version: number): void;
  /** True: what is on screen depends on the layout that a resize or a theme has changed. */
  layoutChanged(): boolean;
  drawInspector(subject: InspectorSubject | undefined): void;
  showTree(shown: boolean): void;
  showOverview(shown: boolean): void;
  drawOverview(): void;
  measureNews(news: MeasureNews): void;
  /** What the bytes are to a loader. */
  readonly program: ProgramSide;
  treeNews(news: StructNews): void;
  /** The person moved the cursor or selects; not the tree. */
  cursorMoved(offset: number): void;
  placePane(sizes: PaneSizes): void;
  showState(state: DocumentState): void;
  showFailure(message: string): void;
  hint(message: string): void;
  say(describe: () => string): void;
  focusGrid(): void;
}

const SAVE_STATE_MS = 250;
const RETRY_MS = 2100;
const IDLE_MS = 400;

/** Others wrote into the file, and the document, whose own edits are as before, shows it: what was read before that
 *  beside what is read now would be no content that the file ever had. */
const OTHER_BYTES: ReadonlySet<Trouble["kind"]> = new Set(["modified", "grown", "truncated"]);

export class HexEditor {
  readonly viewport = new Viewport();
  readonly store: PageStore;
  readonly editing: Editing;
  readonly #live: LiveFollower;
  selection: Selection = cursorAt(0, "hex");
  bookmarks: readonly BookmarkMark[] = [];
  state: DocumentState | undefined;
  #settings: ViewSettings = { bytesPerRow: 16, inspector: false, structTree: false, overview: false };
  #pane: PaneSizes = DEFAULT_PANE;
  #toldPane = DEFAULT_PANE;
  #restore: ViewState | undefined;
  #frameAsked = false;
  #firstRows = false;
  #told: Selection | undefined;
  #measured = false;
  #fitted = 0;
  /** The view stands where it is to begin. */
  #placed = false;
  /** The cursor was put where the document does not reach yet: shown once it does. */
  #revealAgain = false;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #movedAtMs = 0;
  readonly #value = new Int16Array(INSPECTED_BYTES);
  readonly #mark = new Uint8Array(INSPECTED_BYTES);

  constructor(
    private readonly host: HostClient,
    private readonly page: EditorPage,
    restore: ViewState | undefined,
  ) {
    this.#restore = restore;
    if (restore !== undefined) {
      const { paneWidthPx, paneHeightPx, treeWidthPx, treeHeightPx } = restore;
      this.#pane = { paneWidthPx, paneHeightPx, treeWidthPx, treeHeightPx };
    }
    this.store = new PageStore({
      readWindow: (offset, length) => host.request<"readWindow">({ type: "readWindow", offset, length }),
      changed: () => {
        this.typist.bytesArrived();
        this.schedule();
      },
      failed: (error) => this.#readFailed(error),
      now: () => performance.now(),
    });
    this.#live = new LiveFollower({
      readLive: (offset, length) => host.request<"readLive">({ type: "readLive", offset, length }),
      arrived: (window) => this.store.live(window),
      failed: () => setTimeout(() => this.schedule(), RETRY_MS),
      now: () => performance.now(),
    });
    this.editing = new Editing(host, {
      store: this.store,
      state: () => this.state,
      selection: () => this.selection,
      valueAt: (offset) => this.#valueAt(offset).value,
      advance: (selection) => this.#setSelection(selection, false),
      select: (selection) => this.select(selection),
      hint: (message) => this.page.hint(message),
      say: (describe) => this.page.say(describe),
      changed: () => this.#editsChanged(),
    });
    host.onNotice = (notice) => this.#notice(notice);
  }

  get typist(): Typist {
    return this.editing.typist;
  }

  /** Where the cursor may stand: bytes, and in insert mode the place behind them. */
  get places(): number {
    return cursorPlaces(this.store.size, this.editing.mode);
  }

  async open(): Promise<void> {
    try {
      this.#opened(await this.host.request<"open">({ type: "open" }).reply);
    } catch (error) {
      this.page.showFailure(error instanceof Error ? error.message : String(error));
    }
  }

  /** Draws at the next frame; however often it is called, once. */
  schedule(): void {
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    requestAnimationFrame(() => {
      this.#frameAsked = false;
      this.#frame();
    });
  }

  act(action: GridAction): void {
    switch (action.type) {
      case "move": {
        const space = {
          places: this.places,
          rowBytes: this.viewport.layout.rowBytes,
          pageRows: Math.max(1, this.viewport.pageRows - 1),
        };
        return this.select(moveSelection(this.selection, action.motion, action.extend, space));
      }
      case "scrollRows":
        return this.scrollBy(0, action.rows * this.viewport.layout.rowHeightPx);
      case "scrollPages":
        return this.scrollBy(0, action.pages * (this.viewport.pageRows - 1) * this.viewport.layout.rowHeightPx);
      case "selectAll":
        return this.selectAll();
      case "switchColumn": {
        const column = this.selection.column === "hex" ? "text" : "hex";
        this.page.say(() => (column === "hex" ? "hex column" : "text column"));
        return this.select({ ...this.selection, column }, "stay");
      }
      case "toggleMode":
        return this.editing.toggleMode();
      case "delete":
        return this.typist.delete(action.backward);
      case "escape":
        if (isRange(this.selection)) this.select(cursorAt(this.selection.focus, this.selection.column));
        return;
      default:
        action satisfies never;
    }
  }

  /** Moves the cursor as the person asked; ends a typing run. @param show how far the view follows. */
  select(selection: Selection, show: "reveal" | "jump" | "stay" = "reveal"): void {
    this.typist.endRun();
    this.#setSelection(selection, show === "jump", show !== "stay");
    this.page.cursorMoved(selection.focus);
  }

  selectAll(): void {
    if (this.store.size === 0) return;
    this.select({ anchor: 0, focus: this.store.size - 1, column: this.selection.column }, "stay");
  }

  /** Selects the byte at `offset` besides what is selected. @returns false where that is not possible. */
  addSelection(offset: number, column: Selection["column"]): boolean {
    const selection = addToSelection(this.selection, offset, column, this.store.size);
    if (selection === undefined)
      this.page.hint(`At most ${MAX_RANGES.toLocaleString("en-US")} ranges can be selected.`);
    else this.select(selection, "stay");
    return selection !== undefined;
  }

  scrollBy(deltaXPx: number, deltaYPx: number): void {
    this.viewport.byPx(deltaXPx, deltaYPx);
    this.#moved();
  }

  scrolledTo(change: () => void): void {
    change();
    this.#moved();
  }

  toggleInspector(): void {
    this.#settings = { ...this.#settings, inspector: !this.#settings.inspector };
    this.host.notify({ type: "settingChanged", inspector: this.#settings.inspector });
    this.relayout();
  }

  toggleTree(): void {
    this.#settings = { ...this.#settings, structTree: !this.#settings.structTree };
    this.host.notify({ type: "settingChanged", structTree: this.#settings.structTree });
    this.relayout();
  }

  resizePane(pane: Partial<PaneSizes>): void {
    this.#pane = { ...this.#pane, ...pane };
    this.#saveSoon();
    this.relayout();
  }

  /** The window, the font or the theme changed: measure again at the next frame. */
  relayout(): void {
    this.#measured = false;
    this.schedule();
  }

  /** The word that a double click means: printable characters in a row, or the aligned four bytes. */
  selectWordAt(offset: number, column: Selection["column"]): void {
    const last = this.store.size - 1;
    if (column === "hex") {
      const start = offset - (offset % 4);
      return this.select({ anchor: start, focus: Math.min(last, start + 3), column }, "stay");
    }
    const printable = (at: number): boolean => at >= 0 && at <= last && isPrintable(this.#valueAt(at).value);
    if (!printable(offset)) return this.select(cursorAt(offset, column), "stay");
    let [anchor, focus] = [offset, offset];
    while (printable(anchor - 1)) anchor -= 1;
    while (printable(focus + 1)) focus += 1;
    this.select({ anchor, focus, column }, "stay");
  }

  saveState(): void {
    if (this.state === undefined) return;
    clearTimeout(this.#saveTimer);
    const { topOffset, scroll, scrollXPx } = this.viewport;
    const state: ViewState = { selection: this.selection, topOffset, px: scroll.px, scrollXPx, ...this.#pane };
    this.host.saveState(state);
    if (this.#pane === this.#toldPane) return;
    this.#toldPane = this.#pane;
    this.host.notify({ type: "settingChanged", panes: this.#pane });
  }

  #opened(reply: OpenReply): void {
    this.state = reply.state;
    this.#settings = reply.settings;
    if (this.#restore === undefined) this.#pane = reply.settings.panes ?? DEFAULT_PANE;
    this.#toldPane = this.#pane;
    const { size } = reply.state;
    this.store.reset(size, reply.state.version);
    this.editing.opened(reply.mode);
    const restored = this.#restore?.selection;
    // Of several ranges only the host knows: this view's own memory keeps the one with the cursor.
    const same = restored?.anchor === reply.selection.anchor && restored.focus === reply.selection.focus;
    const selection = restored === undefined || same ? reply.selection : restored;
    this.selection = clampSelection(selection, size, reply.mode);
    this.#told = restored === undefined ? reply.selection : undefined;
    this.page.showState(reply.state);
    this.relayout();
    this.page.focusGrid();
  }

  #notice(notice: ViewNotice): void {
    switch (notice.type) {
      case "changed":
        if (this.editing.settle(notice.state.version)) this.typist.endRun();
        this.#setState(notice.state);
        this.page.bytesChanged(notice.state.version);
        return this.store.change(notice.state.size, notice.state.version, notice.changes, notice.fresh);
      case "state": {
        const known = this.state?.trouble?.kind;
        const { trouble } = notice.state;
        this.#setState(notice.state);
        if (trouble !== undefined && trouble.kind !== known && OTHER_BYTES.has(trouble.kind))
          return this.store.reread();
        return this.store.retryFailed();
      }
      case "settings":
        this.#settings = notice.settings;
        return this.relayout();
      case "select":
        this.#restore = undefined;
        this.#told = notice.selection;
        return this.select(clampSelection(notice.selection, this.editing.size, this.editing.mode), "jump");
      case "command":
        return this.#command(notice.command);
      case "find":
        return this.page.findNews(notice.news);
      case "measure":
        return this.page.measureNews(notice.news);
      case "compare":
        return; // It has a page of its own.
      case "sections":
        return this.page.program.take(notice.news);
      case "struct":
        return this.page.treeNews(notice.news);
      case "bookmarks":
        this.bookmarks = notice.marks;
        return this.schedule();
      default:
        notice satisfies never;
    }
  }

  #command(command: ViewCommand): void {
    if (typeof command === "object") return this.editing.copy(command.copyAs);
    switch (command) {
      case "selectAll":
        return this.selectAll();
      case "copy":
        return this.editing.copy(undefined);
      case "cut":
        return this.editing.cut();
      case "paste":
        void this.editing.paste();
        return;
      case "deleteSelection":
        return this.typist.deleteSelection();
      case "toggleMode":
        return this.editing.toggleMode();
      case "toggleInspector":
        return this.toggleInspector();
      case "toggleStructTree":
        return this.toggleTree();
      case "rawPixels":
        // Of the page of a picture.
        return;
      case "focus":
        return this.page.focusGrid();
      default:
        command satisfies never;
    }
  }

  /** How far the cursor may be: an answer that is still to come may count an edit twice, or not at all. */
  get #reach(): number {
    return Math.max(this.state?.size ?? 0, this.editing.size);
  }

  #setState(state: DocumentState): void {
    const resized = state.size !== this.state?.size;
    if (state.live === undefined && this.state?.live !== undefined) {
      this.#live.stop();
      this.store.heat.clear();
    }
    this.state = state;
    this.page.showState(state);
    this.selection = clampSelection(this.selection, this.#reach, this.editing.mode);
    if (resized) this.#measured = false;
    this.schedule();
  }

  /** An edit is under way, was answered or refused, or the mode is another one: the last row may have a place more or less. */
  #editsChanged(): void {
    this.selection = clampSelection(this.selection, this.#reach, this.editing.mode);
    this.schedule();
  }

  #setSelection(selection: Selection, far: boolean, show = true): void {
    this.selection = selection;
    this.#revealAgain = show && selection.focus >= this.store.size;
    if (show && this.places > 0) {
      this.viewport.reveal(selection.focus, far);
      const { layout } = this.viewport;
      const index = selection.focus % layout.rowBytes;
      const hex = selection.column === "hex";
      const leftPx = hex ? hexCellLeftPx(layout, index) : textCellLeftPx(layout, index);
      const rightPx = leftPx + (hex ? layout.hexCellPx : layout.textCellPx);
      this.viewport.revealX(leftPx - layout.textCellPx, rightPx + layout.textCellPx, layout.offsetWidthPx);
    }
    this.page.say(() => this.#spoken());
    this.#moved();
  }

  #moved(): void {
    this.#movedAtMs = performance.now();
    this.#saveSoon();
    this.schedule();
  }

  #saveSoon(): void {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => this.saveState(), SAVE_STATE_MS);
  }

  #frame(): void {
    const { state, viewport, page } = this;
    if (state === undefined) return;
    if (page.layoutChanged() || this.#fitted !== this.places) this.#measured = false;
    if (!this.#measured) this.#measure();
    if (performance.now() - this.#movedAtMs > IDLE_MS) viewport.direction = 0;
    const { start, end } = viewport.visible;
    this.store.want(start, Math.min(end, this.store.size), viewport.direction);
    if (state.live !== undefined) this.#live.follow(start, end, this.store.size);
    const inspected = Math.min(this.selection.anchor, this.selection.focus);
    if (this.#settings.inspector) this.store.wantAt(inspected, INSPECTED_BYTES);
    const complete = this.#draw(state);
    page.drawInspector(this.#settings.inspector ? this.#subject(inspected) : undefined);
    this.#tellSelection();
    if (complete) this.#tellFirstRows();
    if (this.store.hasFailures) setTimeout(() => this.schedule(), RETRY_MS);
  }

  #measure(): void {
    this.#measured = true;
    this.#fitted = this.places;
    this.page.showTree(this.#settings.structTree);
    this.page.showOverview(this.#settings.overview);
    this.page.placePane(this.#pane);
    this.page.drawInspector(this.#settings.inspector ? this.#subject(this.selection.focus) : undefined);
    const measures = this.page.grid.measure();
    this.page.grid.widthPx = measures.widthPx;
    this.viewport.fit(this.places, this.#settings.bytesPerRow, measures, this.page.program.column);
    const restore = this.#restore;
    this.#restore = undefined;
    if (restore !== undefined) this.viewport.restore(restore.topOffset, restore.px, restore.scrollXPx);
    else if (!this.#placed) this.viewport.reveal(this.selection.focus, true);
    else if (this.#revealAgain) this.viewport.reveal(this.selection.focus, false);
    if (this.selection.focus < this.places) this.#revealAgain = false;
    this.#placed = true;
  }

  #draw(state: DocumentState): boolean {
    const { viewport, store, typist } = this;
    let complete = state.size > 0;
    const frame: GridFrame = {
      size: state.size,
      places: this.places,
      inserting: this.editing.mode === "insert",
      layout: viewport.layout,
      extent: viewport.extent,
      scroll: viewport.scroll,
      scrollXPx: viewport.scrollXPx,
      selection: this.selection,
      ranges: this.#ranges(),
      lowHalf: typist.lowHalf,
      heldDigit: typist.heldDigit,
      highlights: this.page.highlights,
      hits: this.page.hitsIn(viewport.visible.start, Math.min(viewport.visible.end, this.store.size)),
      marks: this.page.hitMarks,
      bookmarks: this.bookmarks,
      regions: this.page.program.regions,
      read: (offset, length, values, marks) => {
        const loaded = store.read(offset, length, values, marks);
        // Rows below the edge are drawn for the next scroll and need not be loaded.
        if (!loaded && offset < viewport.visible.end) complete = false;
        return loaded;
      },
      failureAt: (offset) => store.failureAt(offset),
    };
    this.page.grid.draw(frame);
    this.page.drawOverview();
    return complete;
  }

  #subject(offset: number): InspectorSubject {
    const { size } = this.store;
    const length = Math.max(0, Math.min(INSPECTED_BYTES, size - offset));
    this.store.read(offset, length, this.#value, this.#mark);
    const values = [...this.#value.subarray(0, length)];
    const firstBad = values.findIndex((value) => value < 0);
    const reason = values[firstBad] === NOT_READABLE ? "unreadable" : "loading…";
    return {
      offset,
      place: this.page.program.place(offset),
      selected: totalLength(selectedRanges(this.selection, size)),
      bytes: firstBad < 0 && length > 0 ? Uint8Array.from(values) : undefined,
      absent: length === 0 ? "no byte" : reason,
      locked: this.typist.refusal(),
    };
  }

  #rangesOf: Selection | undefined;
  #rangesSize = 0;
  #rangesNow: readonly ByteRange[] = [];

  /** All selected bytes; none for a bare cursor. Kept, because every frame asks. */
  #ranges(): readonly ByteRange[] {
    const { size } = this.store;
    if (this.#rangesOf !== this.selection || this.#rangesSize !== size) {
      this.#rangesOf = this.selection;
      this.#rangesSize = size;
      this.#rangesNow = isRange(this.selection) ? selectedRanges(this.selection, size) : [];
    }
    return this.#rangesNow;
  }

  #valueAt(offset: number): { readonly value: number; readonly unsaved: boolean } {
    if (offset >= this.store.size) return { value: NOT_LOADED, unsaved: false };
    const value = new Int16Array(1);
    const mark = new Uint8Array(1);
    this.store.read(offset, 1, value, mark);
    return { value: value[0] ?? NOT_LOADED, unsaved: mark[0] === MARK_UNSAVED };
  }

  #spoken(): string {
    if (this.store.size === 0 && this.editing.size === 0) return "The file is empty.";
    const { focus } = this.selection;
    const { value, unsaved } = this.#valueAt(focus);
    const hex = `0x${focus.toString(16).toUpperCase()}`;
    const byte =
      value === NOT_LOADED
        ? "not loaded"
        : value === NOT_READABLE
          ? "unreadable"
          : `value ${value.toString(16).toUpperCase().padStart(2, "0")}`;
    const char = isPrintable(value) ? `, character ${value === 0x20 ? "space" : String.fromCharCode(value)}` : "";
    const ranges = this.#ranges();
    const inRanges = ranges.length > 1 ? ` in ${ranges.length.toLocaleString("en-US")} ranges` : "";
    const bytes = totalLength(ranges).toLocaleString("en-US");
    const many = ranges.length > 0 ? `, ${bytes} bytes selected${inRanges}` : "";
    if (focus >= this.editing.size) return `offset ${hex}, end of file${many}`;
    const marked = bookmarkWords(this.bookmarks, focus, focus + 1);
    return `offset ${hex}, ${byte}${char}${unsaved ? ", unsaved" : ""}${many}${marked === "" ? "" : `, ${marked}`}`;
  }

  #tellSelection(): void {
    const told = this.#told;
    const { anchor, focus, column, more } = this.selection;
    if (told?.anchor === anchor && told.focus === focus && told.column === column && told.more === more) return;
    this.#told = this.selection;
    this.host.notify({ type: "selectionChanged", selection: this.selection });
  }

  #tellFirstRows(): void {
    if (this.#firstRows) return;
    this.#firstRows = true;
    // After the paint of this frame: a task that was queued in a frame runs when the frame is on screen.
    setTimeout(() => this.host.notify({ type: "firstRows", elapsedMs: performance.now() }), 0);
    this.page.program.ask();
  }

  #readFailed(error: unknown): { readonly message: string } | undefined {
    if (error instanceof HostFailure && (error.code === "cancelled" || error.code === "unanswered")) return undefined;
    return { message: error instanceof Error ? error.message : String(error) };
  }

  /** Start of the row at `yPx`, for whoever turns pixels into offsets. */
  rowStartAt(yPx: number): number {
    return rowStart(this.viewport.rowAt(yPx), this.viewport.layout.rowBytes);
  }
}
