// The tree's DOM: head, a pool of rows, a scroll bar, and its keys and mouse. Decides nothing: lines come from the tree.
import { revealRow, scrollByRows, scrollForThumb, thumbOf, wholeRows } from "../grid/scrollModel";
import { MIN_THUMB_PX, ScrollbarView } from "../grid/scrollbarView";
import { SashView } from "../sashView";
import type { StructTree } from "./structTree";
import { treeActionOfKey } from "./treeKeys";
import { TreeRowView } from "./treeRowView";

/** As VS Code's own trees. */
export const TREE_ROW_PX = 22;
const MAC = /mac/i.test(navigator.platform);
/** A pointer that passes by means nothing. */
const POINT_REST_MS = 40;
const MIN_COLUMN_PX = 60;
/** A dragged column is remembered when it has rested for this long. */
const SHARE_REST_MS = 300;
const COLUMNS = ["Name", "Value", "Type", "Offset", "Size"] as const;

export class TreeView {
  readonly element = document.createElement("div");
  readonly treegrid = document.createElement("div");
  readonly body = document.createElement("div");
  /** False while its height may have changed. */
  isMeasured = false;
  readonly #layer = document.createElement("div");
  readonly #bar: ScrollbarView;
  #rows: TreeRowView[] = [];
  #active = "";
  #rowCount = "";
  #offsetChars = 0;
  #nameShare: number | undefined;
  #sharing: number | undefined;
  #resting: number | undefined;

  constructor(private readonly tree: StructTree) {
    this.#bar = new ScrollbarView("vertical", {
      dragged: (startPx) => {
        const { extent } = tree;
        const thumb = thumbOf(tree.scroll, extent, extent.viewportPx, MIN_THUMB_PX);
        if (thumb !== undefined) tree.scrollTo(scrollForThumb(startPx, thumb, extent, extent.viewportPx));
      },
      paged: (direction) => {
        const { extent } = tree;
        tree.scrollTo(scrollByRows(tree.scroll, direction * wholeRows(extent), extent));
      },
    });
    this.element.className = "tree-view";
    const { treegrid } = this;
    treegrid.className = "treegrid";
    treegrid.tabIndex = 0;
    treegrid.setAttribute("role", "treegrid");
    treegrid.setAttribute("aria-label", "Structure");
    treegrid.setAttribute("aria-colcount", String(COLUMNS.length));
    this.body.className = "tree-body";
    this.body.setAttribute("role", "rowgroup");
    this.#layer.className = "tree-layer";
    this.#layer.setAttribute("role", "presentation");
    this.body.append(this.#layer);
    treegrid.append(this.#head(), this.body);
    this.element.append(treegrid, this.#bar.element);
    treegrid.addEventListener("keydown", (event) => this.#key(event));
    treegrid.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    treegrid.addEventListener("copy", (event) => event.preventDefault());
    this.body.addEventListener("mousedown", (event) => this.#press(event));
    this.body.addEventListener("click", (event) => this.#click(event));
    this.body.addEventListener("pointerover", (event) => this.#point(event));
    this.body.addEventListener("pointerleave", () => this.#pointAt(undefined));
    this.body.addEventListener("dblclick", (event) => this.#doubleClick(event));
  }

  /** Reads the browser's layout, which costs as much as drawing: only when its height is not known yet, or has changed. */
  measure(): void {
    if (this.isMeasured) return;
    const { height } = this.body.getBoundingClientRect();
    this.isMeasured = height > 0;
    if (height > 0) this.tree.resize(TREE_ROW_PX, height);
  }

  draw(): void {
    const { tree } = this;
    const count = tree.prepare();
    if (count === undefined) return;
    const { lines, scroll, extent } = tree;
    const needed = Math.ceil(extent.viewportPx / TREE_ROW_PX) + 1;
    while (this.#rows.length < needed) {
      const row = new TreeRowView();
      this.#rows.push(row);
      this.#layer.append(row.element);
    }
    while (this.#rows.length > needed) this.#rows.pop()?.element.remove();
    const cursor = tree.cursorLine;
    this.#rows.forEach((row, index) => {
      const at = scroll.row + index;
      row.draw(at, index <= count ? lines.line(at) : undefined, at === cursor);
    });
    const { end = 0 } = tree.model.root?.row.place ?? {};
    const offsetChars = Math.max(8, end.toString(16).length + 2);
    if (offsetChars !== this.#offsetChars) {
      this.#offsetChars = offsetChars;
      this.treegrid.style.setProperty("--offset-chars", String(offsetChars));
    }
    if (tree.nameShare !== undefined && tree.nameShare !== this.#nameShare) this.#share(tree.nameShare);
    this.#layer.style.transform = `translateY(${-scroll.px}px)`;
    this.#bar.draw(thumbOf(scroll, extent, extent.viewportPx, MIN_THUMB_PX));
    const rowCount = String(lines.rows + 1);
    if (rowCount !== this.#rowCount) this.treegrid.setAttribute("aria-rowcount", (this.#rowCount = rowCount));
    const active = this.#rows[cursor - scroll.row]?.element.id ?? "";
    if (active === this.#active) return;
    this.#active = active;
    if (active === "") this.treegrid.removeAttribute("aria-activedescendant");
    else this.treegrid.setAttribute("aria-activedescendant", active);
  }

  /** The value cell of the cursor's row, scrolled into view. */
  cursorCell(): HTMLElement | undefined {
    const { tree } = this;
    tree.scroll = revealRow(tree.scroll, tree.cursorLine, tree.extent);
    this.draw();
    return this.shownCursorCell;
  }

  /** The same cell, if it is on screen. */
  get shownCursorCell(): HTMLElement | undefined {
    const { cursorLine, scroll, extent } = this.tree;
    const line = cursorLine - scroll.row;
    const isShown = line * TREE_ROW_PX >= scroll.px && (line + 1) * TREE_ROW_PX <= scroll.px + extent.viewportPx;
    return isShown ? this.#rows[line]?.value : undefined;
  }

  #key(event: KeyboardEvent): void {
    if (event.target !== this.treegrid || event.isComposing) return;
    const { key, ctrlKey: ctrl, metaKey: meta, altKey: alt, shiftKey: shift } = event;
    const action = treeActionOfKey({ key, ctrl, meta, alt, shift }, MAC);
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.tree.act(action);
  }

  #wheel(event: WheelEvent): void {
    if (event.ctrlKey) return;
    event.preventDefault();
    const unitPx =
      event.deltaMode === WheelEvent.DOM_DELTA_LINE
        ? TREE_ROW_PX
        : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
          ? this.tree.extent.viewportPx
          : 1;
    this.tree.scrollBy(event.deltaY * unitPx);
  }

  #lineOf(event: MouseEvent): number | undefined {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>(".field-row") : null;
    return row?.dataset.line === undefined ? undefined : Number(row.dataset.line);
  }

  #press(event: MouseEvent): void {
    if (event.target instanceof Element && event.target.closest(".field-editor") !== null) return;
    const at = this.#lineOf(event);
    event.preventDefault();
    this.treegrid.focus({ preventScroll: true });
    if (at === undefined || event.button === 1) return;
    const target = event.target as Element;
    const place = this.tree.placeAt(at);
    // A twistie only opens and closes, as in VS Code.
    if (event.button === 0 && place !== undefined && target.closest(".twistie") !== null) this.tree.toggle(place);
    else this.tree.goToLine(at);
  }

  #point(event: MouseEvent): void {
    const at = event.target instanceof Element && event.target.closest(".twistie") ? this.#lineOf(event) : undefined;
    this.#pointAt(at);
  }

  #pointAt(at: number | undefined): void {
    clearTimeout(this.#resting);
    this.#resting = window.setTimeout(() => {
      this.tree.expect(at === undefined ? undefined : this.tree.placeAt(at));
    }, POINT_REST_MS);
  }

  #click(event: MouseEvent): void {
    if (event.target instanceof Element && event.target.closest(".editable .check") !== null) this.tree.actions.flip();
  }

  #doubleClick(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : undefined;
    if (target === undefined || target.closest(".twistie, .check") !== null || this.#lineOf(event) === undefined)
      return;
    this.tree.act({ type: "activate" });
  }

  #head(): HTMLElement {
    const line = document.createElement("div");
    line.className = "tree-head";
    line.setAttribute("role", "row");
    line.setAttribute("aria-rowindex", "1");
    for (const [index, title] of COLUMNS.entries()) {
      const cell = document.createElement("div");
      cell.className = `field-cell ${title.toLowerCase()}`;
      cell.setAttribute("role", "columnheader");
      cell.setAttribute("aria-colindex", String(index + 1));
      cell.textContent = title;
      line.append(cell);
      if (title === "Value") cell.prepend(this.#splitOf(line, cell).element);
    }
    return line;
  }

  /** Between names and values; both keep their share when the tree's width changes, and in trees to come. */
  #splitOf(line: HTMLElement, value: HTMLElement): SashView {
    const resized = (valuePx: number): void => {
      const { left } = line.getBoundingClientRect();
      const bothPx = value.getBoundingClientRect().right - left;
      const share = 1 - Math.min(valuePx, bothPx - MIN_COLUMN_PX) / bothPx;
      if (!(share > 0 && share < 1)) return;
      this.#share(share);
      clearTimeout(this.#sharing);
      this.#sharing = window.setTimeout(() => this.tree.actions.shareColumns(share), SHARE_REST_MS);
    };
    return new SashView("Width of the values", value, resized, MIN_COLUMN_PX);
  }

  #share(nameShare: number): void {
    this.tree.nameShare = nameShare;
    this.#nameShare = nameShare;
    this.treegrid.style.setProperty("--name-part", `${nameShare}fr`);
    this.treegrid.style.setProperty("--value-part", `${1 - nameShare}fr`);
  }
}
