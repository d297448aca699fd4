// One struct tree: what is shown of it, where its cursor stands, and what keys and commands do to it. Knows no DOM and no
// message envelope. Over 400 lines would be too many: finding a path is in treeFinder.ts, colours are in treeColors.ts.
import type { StructAnswer, StructCopy, StructNews, StructQuestion, StructState } from "../../../shared/structProtocol";
import type { StructFieldEditor, StructRow } from "../../../shared/structTree";
import { clampScroll, jumpToRow, revealRow, scrollByPx, TOP, wholeRows } from "../grid/scrollModel";
import type { ScrollExtent, ScrollPosition } from "../grid/scrollModel";
import { Highlights } from "../store/highlights";
import { colorsOf } from "./treeColors";
import { FilteredLines, type TreeLines } from "./treeFilter";
import { arrayAround, TreeFinder } from "./treeFinder";
import type { TreeAction } from "./treeKeys";
import { TreeLoader } from "./treeLoader";
import { PAGE_ROWS, TreeModel, type TreeLine, type TreeNode } from "./treeModel";

export interface AskCall<T> {
  readonly reply: Promise<T>;
  cancel(): void;
}

export interface StructTreeOwner {
  ask<K extends StructQuestion["kind"]>(question: Extract<StructQuestion, { kind: K }>): AskCall<StructAnswer[K]>;
  /** Draws at the next frame. */
  schedule(): void;
  later(delayMs: number): void;
  now(): number;
  isNoNews(error: unknown): boolean;
  /** @param start === end: a place without bytes */
  selectBytes(start: number, end: number): void;
  openEditor(row: StructRow, field: StructFieldEditor): void;
  openBox(which: "find" | "goTo"): void;
  /** Escape with nothing left to close. */
  leave(): void;
  say(describe: () => string): void;
}

/** Where the tree's cursor is: a child of an open node; the root has no parent. */
export interface TreePlace {
  readonly parent: TreeNode | undefined;
  readonly index: number;
}

/** Said below the rows until the cursor moves. */
export interface TreeNote {
  readonly text: string;
  readonly bad: boolean;
  /** Paths that can be gone to. */
  readonly sources: readonly string[];
}

export interface TreeProgress {
  readonly path: string;
  readonly scannedBytes: number;
  readonly totalBytes: number;
  readonly elements: number;
}

const ROOT: TreePlace = { parent: undefined, index: 0 };
const TYPE_AHEAD_MS = 800;
/** Rows that typing a name looks through. */
const TYPE_AHEAD_ROWS = 5000;

export class StructTree {
  readonly model = new TreeModel();
  readonly highlights = new Highlights();
  readonly #loader: TreeLoader;
  readonly #finder: TreeFinder;
  state: StructState | undefined;
  cursor: TreePlace = ROOT;
  scroll: ScrollPosition = TOP;
  note: TreeNote | undefined;
  progress: TreeProgress | undefined;
  filter = "";
  #filtered: FilteredLines | undefined;
  #filteredAt = -1;
  #coloredAt = -1;
  #shown = false;
  #box = { rowHeightPx: 22, heightPx: 400 };
  #typed = { text: "", atMs: 0 };
  /** The cursor's row is to be selected in the bytes as soon as it has been read. */
  #selectWhenRead = false;
  #reveal: AskCall<unknown> | undefined;
  /** Answers of an older tree are nobody's. */
  #generation = 0;

  constructor(private readonly owner: StructTreeOwner) {
    this.#loader = new TreeLoader(this.model, {
      children: (path, from, count) => owner.ask<"children">({ kind: "children", path, from, count }),
      changed: () => owner.schedule(),
      now: () => owner.now(),
      later: (delayMs) => owner.later(delayMs),
      isNoNews: (error) => owner.isNoNews(error),
    });
    this.#finder = new TreeFinder(this.model, owner);
  }

  get lines(): TreeLines {
    if (this.filter === "") return this.model;
    if (this.#filtered === undefined || this.#filteredAt !== this.model.revision) {
      this.#filtered = new FilteredLines(this.model, this.filter);
      this.#filteredAt = this.model.revision;
    }
    return this.#filtered;
  }

  /** What the filter found and how much it looked at; undefined: there is none. */
  get found(): { readonly matches: number; readonly searched: number } | undefined {
    return this.lines instanceof FilteredLines ? this.lines : undefined;
  }

  get extent(): ScrollExtent {
    return { rows: this.lines.rows, rowHeightPx: this.#box.rowHeightPx, viewportPx: this.#box.heightPx };
  }

  get cursorLine(): number {
    return this.lines.lineOf(this.cursor.parent, this.cursor.index);
  }

  get cursorRow(): StructRow | undefined {
    const { parent, index } = this.cursor;
    return this.model.rowAt(parent, index) ?? parent?.kids.get(index)?.row;
  }

  get busy(): boolean {
    return this.#loader.busy || this.state === undefined;
  }

  resize(rowHeightPx: number, heightPx: number): void {
    this.#box = { rowHeightPx, heightPx };
  }

  async show(shown: boolean): Promise<void> {
    if (this.#shown === shown) return;
    this.#shown = shown;
    this.#coloredAt = -1;
    if (!shown) {
      this.#loader.reset();
      await this.owner.ask<"close">({ kind: "close" }).reply.catch(() => undefined);
      return;
    }
    try {
      this.#begin(await this.owner.ask<"open">({ kind: "open" }).reply);
    } catch (error) {
      if (this.owner.isNoNews(error)) return;
      this.#begin({ diagnostics: [], failure: error instanceof Error ? error.message : String(error) });
    }
  }

  take(news: StructNews): void {
    switch (news.kind) {
      case "state":
        return this.#begin(news.state);
      case "changed":
        return this.#documentChanged(news.version, news.readOnlyReason);
      case "progress": {
        this.progress = news.scannedBytes < news.totalBytes ? news : undefined;
        const node = this.model.nodeAtPath(news.path);
        if (node?.counted === false) this.model.count(node, null, news.elements);
        return this.owner.schedule();
      }
      case "cursor":
        return this.revealOffset(news.offset);
      case "command":
        return this.command(news.command);
      default:
        news satisfies never;
    }
  }

  command(command: Extract<StructNews, { kind: "command" }>["command"]): void {
    switch (command) {
      case "find":
      case "goTo":
        return this.owner.openBox(command);
      case "edit":
        return this.#edit();
      case "copyPath":
        return this.#copy("path");
      case "copyValue":
        return this.#copy("value");
      case "copyJson":
        return this.#copy("json");
      case "export":
        return this.#export();
      case "collapseAll":
        this.model.collapseAll();
        this.#put(ROOT, "reveal", false);
        return;
      case "focus":
      case "revealCursor":
        return; // the view's
      default:
        command satisfies never;
    }
  }

  act(action: TreeAction): void {
    const at = this.cursorLine;
    const last = this.lines.rows - 1;
    switch (action.type) {
      case "move":
        return this.#goToLine(at + action.rows);
      case "page":
        return this.#goToLine(at + action.pages * Math.max(1, wholeRows(this.extent) - 1));
      case "edge":
        return this.#goToLine(action.end ? last : 0);
      case "inward": {
        const line = this.lines.line(at);
        if (line?.kind !== "node") return;
        if (line.expanded) return this.#goToLine(at + 1);
        return this.toggle(this.cursor, true);
      }
      case "outward": {
        const line = this.lines.line(at);
        if (line?.kind === "node" && line.expanded && this.filter === "") return this.toggle(this.cursor, false);
        const { parent } = this.cursor;
        if (parent !== undefined) this.#put({ parent: parent.parent, index: parent.index }, "reveal", true);
        return;
      }
      case "activate": {
        const row = this.cursorRow;
        if (row !== undefined && !row.editable && row.childCount !== 0) return this.toggle(this.cursor);
        return this.#edit();
      }
      case "edit":
        return this.#edit();
      case "select":
        return this.#selectBytes();
      case "find":
      case "goTo":
        return this.owner.openBox(action.type);
      case "copy":
        return this.#copy("value");
      case "escape":
        if (this.filter !== "") return this.setFilter("");
        return this.owner.leave();
      case "typed":
        return this.#typeAhead(action.text);
      default:
        action satisfies never;
    }
  }

  /** A press on line `at`. */
  press(at: number): void {
    this.#goToLine(at);
  }

  placeAt(at: number): TreePlace | undefined {
    const line = this.lines.line(at);
    return line?.kind === "node" ? { parent: line.parent, index: line.index } : undefined;
  }

  toggle(place: TreePlace, expanded?: boolean): void {
    const node = this.model.nodeOf(place.parent, place.index);
    if (node === undefined || node.row.childCount === 0) return;
    this.model.setExpanded(node, expanded ?? !node.expanded);
    // Within what was closed nobody sees the cursor.
    if (!node.expanded && this.cursorLine < 0) this.cursor = place;
    this.#askNow();
    this.owner.schedule();
  }

  setFilter(text: string): void {
    this.filter = text.trim();
    this.#filtered = undefined;
    const at = this.cursorLine;
    this.scroll = at < 0 ? TOP : jumpToRow(this.scroll, at, this.extent);
    this.scroll = clampScroll(this.scroll, this.extent);
    this.owner.schedule();
  }

  scrollBy(deltaPx: number): void {
    this.scrollTo(scrollByPx(this.scroll, deltaPx, this.extent));
  }

  scrollTo(position: ScrollPosition): void {
    this.scroll = clampScroll(position, this.extent);
    this.owner.schedule();
  }

  /** @param text an element's number in the array around the cursor, or an expression @returns what is wrong with it */
  async goTo(text: string): Promise<string | undefined> {
    const trimmed = text.trim();
    if (trimmed === "") return undefined;
    const generation = this.#generation;
    try {
      const number = /^(0x[0-9a-f]+|\d+)$/i.test(trimmed) ? Number(trimmed) : undefined;
      const array = arrayAround(this.model, this.cursor);
      if (number !== undefined && array === undefined)
        return "The cursor is in no array: write a path, such as records[5].";
      if (number !== undefined && array?.counted === true && number >= array.known) {
        return `${array.path === "" ? "The file" : array.path} has ${array.known.toLocaleString("en-US")} elements.`;
      }
      const place =
        number !== undefined && array?.counted === true
          ? this.#elementOf(array, number)
          : await this.#finder.find(number === undefined ? trimmed : `${array?.path ?? ""}[${number}]`);
      if (generation !== this.#generation) return undefined;
      if (this.filter !== "") this.setFilter("");
      this.#put(place, "jump", true);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** The innermost field over a byte becomes the tree's cursor. Nothing is selected, and no focus moves. */
  revealOffset(offset: number): void {
    if (!this.#shown || this.model.root === undefined || this.filter !== "") return;
    this.#reveal?.cancel();
    const call = this.owner.ask<"reveal">({ kind: "reveal", offset });
    this.#reveal = call;
    const generation = this.#generation;
    call.reply.then(
      (trail) => {
        if (this.#reveal !== call || generation !== this.#generation || !("steps" in trail)) return;
        const place = this.model.follow(trail.steps);
        if (place !== undefined) this.#put(place, "jump", false);
      },
      () => undefined, // where nothing can be found, the tree stays as it is
    );
  }

  /** Writes what was typed. @returns undefined: done */
  async commit(
    path: string,
    text: string,
    despite: boolean,
  ): Promise<{ readonly problem?: string; readonly warnings?: readonly string[] } | undefined> {
    try {
      const { version, warnings } = await this.owner.ask<"edit">({ kind: "edit", path, text, despite }).reply;
      return version === undefined ? { warnings } : undefined;
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  }

  /** The check box of the cursor's row was pressed. */
  flip(): void {
    const row = this.cursorRow;
    if (row?.kind !== "bool" || !row.editable) return;
    const readOnly = this.state?.document?.readOnlyReason;
    if (readOnly !== undefined) return this.tell(readOnly, true);
    void this.commit(row.path, row.value === "true" ? "false" : "true", false).then((refused) => {
      // With a warning the person is to see what they are about to do.
      if (refused?.warnings !== undefined) this.#edit();
      else if (refused?.problem !== undefined) this.tell(refused.problem, true);
    });
  }

  tell(text: string, bad: boolean, sources: readonly string[] = []): void {
    this.note = { text, bad, sources };
    this.owner.say(() => text);
    this.owner.schedule();
  }

  /** Before each draw: asks for what is on screen. @returns number of lines that have a row there */
  prepare(): number {
    const { rows, rowHeightPx, viewportPx } = this.extent;
    this.scroll = clampScroll(this.scroll, this.extent);
    const count = Math.min(rows - this.scroll.row, Math.ceil((viewportPx + this.scroll.px) / rowHeightPx));
    const wanted = new Map<TreeNode, Set<number>>();
    for (let at = this.scroll.row; at < this.scroll.row + count; at++) this.#want(this.lines.line(at), wanted);
    if (this.#selectWhenRead) this.#want(this.model.line(this.cursorLine), wanted);
    if (this.#shown) {
      this.#loader.want([...wanted].flatMap(([node, pages]) => [...pages].map((page) => ({ node, page }))));
    }
    if (this.#selectWhenRead && this.cursorRow !== undefined) this.#selectBytes();
    if (this.#coloredAt !== this.model.revision) {
      this.#coloredAt = this.model.revision;
      this.highlights.set(this.#shown ? colorsOf(this.model) : []);
    }
    return count;
  }

  /** What the person asked for is on its way before the next frame begins. */
  #askNow(): void {
    if (this.#shown) this.prepare();
  }

  #want(line: TreeLine | undefined, wanted: Map<TreeNode, Set<number>>): void {
    if (line?.parent === undefined) return;
    const page = Math.floor((line.kind === "node" ? line.index : line.parent.known) / PAGE_ROWS);
    let pages = wanted.get(line.parent);
    if (pages === undefined) wanted.set(line.parent, (pages = new Set<number>()));
    pages.add(page);
  }

  #begin(state: StructState): void {
    this.#generation++;
    this.#loader.reset();
    this.#loader.version = state.document?.version ?? 0;
    const same =
      this.state?.document?.name === state.document?.name && this.state?.template?.name === state.template?.name;
    const path = same ? this.cursorRow?.path : undefined;
    this.state = state;
    this.progress = undefined;
    this.note = undefined;
    this.model.reset(state.root);
    this.cursor = ROOT;
    this.scroll = TOP;
    this.owner.schedule();
    // A template that is being written comes anew with each key: its reader stays where they are.
    if (path !== undefined && path !== "" && state.root !== undefined) void this.#return(path);
  }

  async #return(path: string): Promise<void> {
    const generation = this.#generation;
    const place = await this.#finder.find(path).catch(() => undefined);
    if (place !== undefined && generation === this.#generation) this.#put(place, "jump", false);
  }

  #documentChanged(version: number, readOnlyReason: string | undefined): void {
    if (this.state?.document !== undefined) {
      const { name } = this.state.document;
      const document = { name, version, ...(readOnlyReason === undefined ? {} : { readOnlyReason }) };
      this.state = { ...this.state, document };
    }
    if (version !== this.#loader.version) {
      this.#loader.version = version;
      this.#loader.reset();
      this.model.expire();
      void this.#renewRoot();
    }
    this.owner.schedule();
  }

  async #renewRoot(): Promise<void> {
    const { root } = this.model;
    if (root === undefined || !this.#shown) return;
    const row = await this.owner.ask<"row">({ kind: "row", path: "" }).reply.catch(() => undefined);
    if (row === undefined || this.model.root !== root) return;
    root.row = row;
    if (row.childCount !== null) this.model.count(root, row.childCount, row.childCount);
    this.model.revision++;
    this.owner.schedule();
  }

  #elementOf(array: TreeNode, index: number): TreePlace {
    this.model.setExpanded(array, true);
    return { parent: array, index };
  }

  #goToLine(at: number): void {
    const { rows } = this.lines;
    if (rows === 0) return;
    const clamped = Math.min(Math.max(0, at), rows - 1);
    const place = this.placeAt(clamped) ?? this.placeAt(clamped - 1);
    if (place !== undefined) this.#put(place, "reveal", true);
    // Behind the last row known: to see it is what makes more of them be asked for.
    if (this.lines.line(clamped)?.kind === "counting") this.scrollTo(revealRow(this.scroll, clamped, this.extent));
  }

  /** @param select its bytes, too */
  #put(place: TreePlace, how: "reveal" | "jump", select: boolean): void {
    this.cursor = place;
    this.note = undefined;
    const at = this.cursorLine;
    if (at >= 0) this.scroll = (how === "jump" ? jumpToRow : revealRow)(this.scroll, at, this.extent);
    this.#selectWhenRead = select;
    if (select && this.cursorRow !== undefined) this.#selectBytes();
    this.#askNow();
    this.owner.say(() => spoken(this.cursorRow));
    this.owner.schedule();
  }

  #selectBytes(): void {
    const row = this.cursorRow;
    this.#selectWhenRead = row === undefined;
    const place = row?.place;
    if (place === undefined || place.in !== undefined) return;
    this.owner.selectBytes(place.start, Math.max(place.start, place.end ?? place.start + 1));
  }

  #edit(): void {
    const row = this.cursorRow;
    if (row === undefined) return;
    const readOnly = this.state?.document?.readOnlyReason;
    if (readOnly !== undefined) return this.tell(readOnly, true);
    this.owner.ask<"field">({ kind: "field", path: row.path }).reply.then(
      (field) => {
        if (this.cursorRow?.path !== row.path) return;
        if (field.kind === "none") this.tell(field.reason, false, field.sources);
        else this.owner.openEditor(row, field);
      },
      (error: unknown) => this.tell(error instanceof Error ? error.message : String(error), true),
    );
  }

  #copy(what: StructCopy): void {
    const path = this.cursorRow?.path;
    if (path === undefined) return;
    const words = { path: "Path copied", value: "Value copied", json: "JSON copied" }[what];
    this.owner.ask<"copy">({ kind: "copy", path, what }).reply.then(
      () => this.tell(`${words}.`, false),
      (error: unknown) => this.tell(error instanceof Error ? error.message : String(error), true),
    );
  }

  #export(): void {
    const path = this.cursorRow?.path;
    if (path === undefined) return;
    this.owner
      .ask<"export">({ kind: "export", path })
      .reply.catch((error: unknown) => this.tell(error instanceof Error ? error.message : String(error), true));
  }

  /** Goes to the next row whose name begins with what was typed, as in VS Code's lists. */
  #typeAhead(text: string): void {
    const nowMs = this.owner.now();
    const going = nowMs - this.#typed.atMs < TYPE_AHEAD_MS;
    this.#typed = { text: (going ? this.#typed.text : "") + text.toLowerCase(), atMs: nowMs };
    const { rows } = this.lines;
    const from = this.cursorLine + (going ? 0 : 1);
    for (let step = 0; step < Math.min(rows, TYPE_AHEAD_ROWS); step++) {
      const line = this.lines.line((from + step) % rows);
      if (line?.kind !== "node" || line.row?.name.toLowerCase().startsWith(this.#typed.text) !== true) continue;
      return this.#put({ parent: line.parent, index: line.index }, "reveal", true);
    }
  }
}

function spoken(row: StructRow | undefined): string {
  if (row === undefined) return "";
  const value = row.fault === undefined ? row.value : `error: ${row.fault.message}`;
  return [row.name, value, row.type].filter((part) => part !== "").join(", ");
}
