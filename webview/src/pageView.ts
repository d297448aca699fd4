// The page around the grid: builds it, and joins its parts to the editor: pixels to offsets, events to actions. The only file
// that knows them all.
import type { Selection } from "../../shared/protocol";
import type { StructAnswer } from "../../shared/structProtocol";
import { AnnouncerView } from "./announcerView";
import { BannerView } from "./bannerView";
import { FindSide } from "./findSide";
import { GridInput } from "./grid/gridInput";
import type { GridHandlers } from "./grid/gridInput";
import { GridView, horizontalThumb } from "./grid/gridView";
import { indexInColumn, placeAt } from "./grid/rowLayout";
import { MIN_THUMB_PX, SCROLLBAR_PX } from "./grid/scrollbarView";
import { scrollByRows, scrollForThumb, thumbOf } from "./grid/scrollModel";
import { HexEditor } from "./hexEditor";
import type { EditorPage } from "./hexEditor";
import type { HostClient } from "./hostClient";
import { OverviewSide } from "./overviewSide";
import { ProgramSide } from "./programSide";
import { InspectorView } from "./inspector/inspectorView";
import { isRange, selectedRanges } from "../../shared/selection";
import { cursorAt } from "./store/selectionModel";
import type { AskCall } from "./tree/treeOwner";
import { TreeSide } from "./treeSide";
import { parseViewState } from "./viewState";

/** Narrower than this, panes stand below each other; as in main.css. */
const STACKED_PX = 720;
/** A drag outside the rows scrolls this much faster per row height of distance. */
const MAX_DRAG_ROWS = 60;

export function buildPage(host: HostClient): HexEditor {
  const grid = new GridView(
    {
      dragged: (startPx) => editor.scrolledTo(() => dragVertically(editor, startPx)),
      paged: (direction) => {
        const { viewport } = editor;
        editor.scrolledTo(() =>
          viewport.to(scrollByRows(viewport.scroll, direction * viewport.pageRows, viewport.extent)),
        );
      },
    },
    {
      dragged: (startPx) => editor.scrolledTo(() => dragHorizontally(editor, startPx)),
      paged: (direction) => editor.scrollBy(direction * editor.viewport.widthPx, 0),
    },
  );
  const banner = new BannerView((action) => host.notify({ type: "troubleAction", action }));
  const inspector = new InspectorView({
    commit: (offset, bytes) => editor.editing.commitValue(offset, bytes),
    leave: () => grid.grid.focus(),
    close: () => {
      editor.toggleInspector();
      grid.grid.focus();
    },
    resized: (px) => editor.resizePane(inspector.sash.below ? { paneHeightPx: px } : { paneWidthPx: px }),
  });
  const announcer = new AnnouncerView();
  const side = new TreeSide({
    host,
    editor: () => editor,
    focusGrid: () => grid.grid.focus(),
    say: (describe) => announcer.say(describe),
  });
  const split = document.createElement("div");
  split.className = "split";
  side.element.append(inspector.sash.element, inspector.element);
  split.append(grid.element, side.sash.element, side.element);
  document.body.append(banner.element, split, banner.hint, announcer.element);
  const find = new FindSide({
    host,
    editor: () => editor,
    over: grid.element,
    above: split,
    focusGrid: () => grid.grid.focus({ preventScroll: true }),
    say: (describe) => announcer.say(describe),
    hint: (message) => banner.showHint(message),
    fieldAt: (offset) => (side.lacksFields ? undefined : fieldAt(host, offset)),
    fieldsDone: () => {
      if (side.isShown) return;
      // Without a tree nobody else needs the interpreter.
      host.request<"struct">({ type: "struct", ask: { kind: "close" } }).reply.catch(() => undefined);
    },
  });
  const overview = new OverviewSide({
    host,
    editor: () => editor,
    beside: grid.element,
    hits: () => find.marks,
    regions: () => program.regions,
    focusGrid: () => grid.grid.focus({ preventScroll: true }),
    hint: (message) => banner.showHint(message),
  });
  const program = new ProgramSide(
    host,
    () => editor.relayout(),
    (message) => banner.showHint(message),
  );
  let layoutChanged = true;
  const page: EditorPage = {
    grid,
    get highlights() {
      return side.highlights;
    },
    get hitMarks() {
      return find.marks;
    },
    hitsIn: (start, end) => find.hitsIn(start, end),
    findNews: (news) => find.take(news),
    bytesChanged: (version) => {
      find.bytesChanged(version);
      program.ask();
    },
    program,
    layoutChanged: () => {
      const changed = layoutChanged;
      layoutChanged = false;
      return changed;
    },
    drawInspector: (subject) => {
      inspector.element.hidden = subject === undefined;
      inspector.sash.element.hidden = subject === undefined;
      if (subject !== undefined) inspector.draw(subject);
    },
    showTree: (shown) => {
      // Asked at each new layout, too.
      const same = side.isShown === shown;
      side.show(shown);
      if (!same) find.fieldsChanged();
    },
    showOverview: (shown) => overview.show(shown),
    drawOverview: () => overview.draw(),
    measureNews: (news) => overview.take(news),
    treeNews: (news) => {
      side.take(news);
      if (news.kind === "state" || news.kind === "changed") find.fieldsChanged();
    },
    cursorMoved: (offset) => side.cursorMoved(offset),
    placePane: ({ paneWidthPx, paneHeightPx, treeWidthPx, treeHeightPx }) => {
      split.classList.toggle("stacked", split.getBoundingClientRect().width <= STACKED_PX);
      split.style.setProperty("--tree-width", `${treeWidthPx}px`);
      split.style.setProperty("--tree-height", `${treeHeightPx}px`);
      split.style.setProperty("--pane-width", `${paneWidthPx}px`);
      split.style.setProperty("--pane-height", `${paneHeightPx}px`);
    },
    showState: (state) => {
      banner.showTrouble(state.trouble);
      grid.grid.setAttribute("aria-readonly", String(state.readOnly));
    },
    showFailure: (message) => banner.showFailure(message),
    hint: (message) => banner.showHint(message),
    say: (describe) => announcer.say(describe),
    focusGrid: () => grid.grid.focus({ preventScroll: true }),
  };
  const editor: HexEditor = new HexEditor(host, page, parseViewState(host.readState()));
  new GridInput(grid.grid, grid.body, gridHandlers(editor, grid, find));
  host.onSilence = (silent) => banner.showSilence(silent);
  const relayout = (): void => {
    layoutChanged = true;
    editor.schedule();
  };
  const resized = new ResizeObserver(relayout);
  resized.observe(grid.body);
  // VS Code puts a theme's or font's change into the attributes of <html> and <body>.
  const restyled = new MutationObserver(relayout);
  for (const element of [document.documentElement, document.body]) {
    restyled.observe(element, { attributes: true, attributeFilter: ["style", "class"] });
  }
  document.fonts.addEventListener("loadingdone", relayout);
  window.addEventListener("pagehide", () => editor.saveState());
  document.addEventListener("visibilitychange", () => editor.saveState());
  return editor;
}

function gridHandlers(editor: HexEditor, grid: GridView, find: FindSide): GridHandlers {
  const { viewport } = editor;
  const offsetAt = (xPx: number, yPx: number, column: Selection["column"]): number => {
    const index = indexInColumn(viewport.layout, column, xPx + viewport.scrollXPx);
    return Math.min(editor.rowStartAt(yPx) + index, Math.max(0, editor.places - 1));
  };
  return {
    action: (action) => {
      if (action.type !== "escape" || !find.escape()) editor.act(action);
    },
    typed: (text) => editor.typist.type(text),
    wheel: (deltaXPx, deltaYPx) => editor.scrollBy(deltaXPx, deltaYPx),
    pressed: (xPx, yPx, { extend, add, secondary }) => {
      if (editor.places === 0) return undefined;
      const inOffsets = xPx < viewport.layout.offsetWidthPx;
      const place = inOffsets
        ? ({ column: "offset", index: 0 } as const)
        : placeAt(viewport.layout, xPx + viewport.scrollXPx);
      const column = place.column === "offset" ? editor.selection.column : place.column;
      const offset = place.column === "offset" ? editor.rowStartAt(yPx) : offsetAt(xPx, yPx, column);
      const inside = selectedRanges(editor.selection, editor.store.size).some(
        ({ start, end }) => offset >= start && offset < end,
      );
      // A right click on the selection is about the selection.
      if (secondary && inside) return place.column;
      if (add && !extend && !editor.addSelection(offset, column)) return undefined;
      if (extend) editor.select({ ...editor.selection, focus: offset, column }, "stay");
      else if (place.column === "offset" && !secondary) selectRows(editor, offset, offset, add);
      else if (add) return place.column;
      else editor.select(cursorAt(offset, column), "stay");
      return place.column;
    },
    draggedTo: (xPx, yPx, column) => {
      const heightPx = viewport.extent.viewportPx;
      const beyondPx = yPx < 0 ? yPx : yPx > heightPx ? yPx - heightPx : 0;
      const rowPx = viewport.layout.rowHeightPx;
      if (beyondPx !== 0) {
        const rows = Math.min(MAX_DRAG_ROWS, Math.ceil(Math.abs(beyondPx) / rowPx));
        editor.scrollBy(0, Math.sign(beyondPx) * rows * rows * 0.1 * rowPx);
      }
      const insidePx = Math.min(Math.max(0, yPx), heightPx - 1);
      if (column === "offset") selectRows(editor, undefined, editor.rowStartAt(insidePx), true);
      else editor.select({ ...editor.selection, focus: offsetAt(xPx, insidePx, column), column }, "stay");
    },
    doublePressed: (xPx, yPx) => {
      if (editor.store.size === 0 || xPx < viewport.layout.offsetWidthPx) return;
      const { column } = placeAt(viewport.layout, xPx + viewport.scrollXPx);
      if (column !== "offset") editor.selectWordAt(offsetAt(xPx, yPx, column), column);
    },
    hasRange: () => isRange(editor.selection),
    copy: () => editor.editing.copy(undefined),
    cut: () => editor.editing.cut(),
    paste: () => void editor.editing.paste(),
    focusChanged: (focused) => grid.element.classList.toggle("focused", focused),
    cursorBox: () => grid.cellBox(editor.selection.column, editor.selection.focus),
    rowHeightPx: () => viewport.layout.rowHeightPx,
    pageHeightPx: () => viewport.extent.viewportPx,
  };
}

/** Whole rows, from the one where a drag in the offset column began. @param keep what else is selected stays so. */
function selectRows(editor: HexEditor, from: number | undefined, to: number, keep: boolean): void {
  const { rowBytes } = editor.viewport.layout;
  const last = Math.max(0, editor.store.size - 1);
  const { anchor, column, more } = editor.selection;
  const start = from ?? anchor - (anchor % rowBytes);
  const rowEnd = (row: number): number => Math.min(last, row + (rowBytes - 1));
  const selection =
    to >= start ? { anchor: start, focus: rowEnd(to), column } : { anchor: rowEnd(start), focus: to, column };
  editor.select(keep && more !== undefined ? { ...selection, more } : selection, "stay");
}

function dragVertically({ viewport }: HexEditor, startPx: number): void {
  const { extent } = viewport;
  const thumb = thumbOf(viewport.scroll, extent, extent.viewportPx, MIN_THUMB_PX);
  if (thumb !== undefined) viewport.to(scrollForThumb(startPx, thumb, extent, extent.viewportPx));
}

function dragHorizontally({ viewport }: HexEditor, startPx: number): void {
  const { totalWidthPx } = viewport.layout;
  const thumb = horizontalThumb(viewport.scrollXPx, totalWidthPx, viewport.widthPx);
  if (thumb === undefined) return;
  const rangePx = viewport.widthPx - SCROLLBAR_PX - thumb.lengthPx;
  const wantedPx = (Math.min(Math.max(0, startPx), rangePx) / rangePx) * (totalWidthPx - viewport.widthPx);
  viewport.byPx(wantedPx - viewport.scrollXPx, 0);
}

/** The path of the innermost field over the byte; "": none. */
function fieldAt(host: HostClient, offset: number): AskCall<string> {
  const call = host.request<"struct">({ type: "struct", ask: { kind: "reveal", offset } });
  const path = (answer: StructAnswer["reveal"]): string =>
    "steps" in answer ? (answer.steps.at(-1)?.row.path ?? "") : "";
  // The protocol promises the answer of the question's own kind.
  return { reply: call.reply.then((answer) => path(answer as StructAnswer["reveal"])), cancel: () => call.cancel() };
}
