// One struct tree: what is shown of it, where its cursor stands, and what keys and commands do to it. Knows no DOM and no
// message envelope.
import type { StructNews, StructState } from "../../../shared/structProtocol";
import type { StructRow } from "../../../shared/structTree";
import { clampScroll, jumpToRow, revealRow, scrollByPx, TOP, wholeRows } from "../grid/scrollModel";
import type { ScrollExtent, ScrollPosition } from "../grid/scrollModel";
import { Highlights } from "../store/highlights";
import { RowActions } from "./rowActions";
import { colorsOf } from "./treeColors";
import { FilteredLines, type TreeLines } from "./treeFilter";
import { PATIENCE_MS, TreeDemand } from "./treeDemand";
import { TreeFinder } from "./treeFinder";
import type { TreeAction } from "./treeKeys";
import { TreeLoader } from "./treeLoader";
import { TreeModel } from "./treeModel";
import type { AskCall, StructTreeOwner, TreeNote, TreePlace, TreeProgress } from "./treeOwner";
import { spokenOf } from "./treeTexts";
import { TypeAhead } from "./typeAhead";

const ROOT: TreePlace = { parent: undefined, index: 0 };

export class StructTree {
  readonly model = new TreeModel();
  readonly highlights = new Highlights();
  readonly actions: RowActions;
  readonly #loader: TreeLoader;
  readonly #finder: TreeFinder;
  readonly #demand: TreeDemand;
  state: StructState | undefined;
  cursor: TreePlace = ROOT;
  scroll: ScrollPosition = TOP;
  note: TreeNote | undefined;
  progress: TreeProgress | undefined;
  /** Of the width that names and values share; undefined: as the style sheet has it. */
  nameShare: number | undefined;
  filter = "";
  #filtered: FilteredLines | undefined;
  #filteredAt = -1;
  #coloredAt = -1;
  #shown = false;
  #box = { rowHeightPx: 22, heightPx: 400 };
  readonly #typeAhead = new TypeAhead();
  /** The cursor's row is to be selected in the bytes as soon as it has been read. */
  #selectWhenRead = false;
  #reveal: AskCall<unknown> | undefined;
  #revealNext: number | undefined;
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
    const now = (): number => owner.now();
    this.#demand = new TreeDemand(this.model, this.#loader, now, (delayMs) => owner.later(delayMs));
    this.#finder = new TreeFinder(this.model, owner);
    this.actions = new RowActions(this, owner);
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
      case "absent":
        this.model.showsAbsent = news.shown;
        return this.owner.schedule();
      case "columns":
        this.nameShare = news.nameShare;
        return this.owner.schedule();
      case "colors":
        return; // For a page whose own tree is hidden.
      case "cursor":
        // Asked for before there is a tree: shown once there is.
        this.#revealNext = this.model.root === undefined ? news.offset : undefined;
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
        return this.actions.edit();
      case "copyPath":
        return this.actions.copy("path");
      case "copyValue":
        return this.actions.copy("value");
      case "copyJson":
        return this.actions.copy("json");
      case "export":
        return this.actions.export();
      case "collapseAll":
        this.model.collapseAll();
        this.#put(ROOT, "reveal", false);
        return;
      case "focus":
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
        return this.goToLine(at + action.rows);
      case "page":
        return this.goToLine(at + action.pages * Math.max(1, wholeRows(this.extent) - 1));
      case "edge":
        return this.goToLine(action.end ? last : 0);
      case "inward": {
        const line = this.lines.line(at);
        if (line?.kind !== "node") return;
        if (line.expanded) return this.goToLine(at + 1);
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
        return this.actions.edit();
      }
      case "edit":
        return this.actions.edit();
      case "select":
        return this.#selectBytes();
      case "find":
      case "goTo":
        return this.owner.openBox(action.type);
      case "copy":
        return this.actions.copy("value");
      case "escape":
        if (this.filter !== "") return this.setFilter("");
        return this.owner.leave();
      case "typed":
        return this.#putIfAny(this.#typeAhead.find(action.text, this.lines, at, this.owner.now()));
      default:
        action satisfies never;
    }
  }

  goToLine(at: number): void {
    const { rows } = this.lines;
    if (rows === 0) return;
    const clamped = Math.min(Math.max(0, at), rows - 1);
    this.#putIfAny(this.placeAt(clamped) ?? this.placeAt(clamped - 1));
    // Behind the last row known: to see it is what makes more of them be asked for.
    if (this.lines.line(clamped)?.kind === "counting") this.scrollTo(revealRow(this.scroll, clamped, this.extent));
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
    this.#demand.endWaiting();
    this.owner.schedule();
  }

  /** @param text an element's number in the array around the cursor, or an expression @returns what is wrong with it */
  async goTo(text: string): Promise<string | undefined> {
    const trimmed = text.trim();
    if (trimmed === "") return undefined;
    const generation = this.#generation;
    try {
      const place = await this.#finder.goTo(trimmed, this.cursor);
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

  tell(text: string, bad: boolean, sources: readonly string[] = []): void {
    this.note = { text, bad, sources };
    this.owner.say(() => text);
    this.owner.schedule();
  }

  /** The person points at a row that can be opened, or no longer does. */
  expect(place: TreePlace | undefined): void {
    if (this.#demand.expect(place)) this.prepare();
  }

  /** Before each draw: asks for what is on screen. @returns lines that stand there; undefined: what was drawn is to stay */
  prepare(): number | undefined {
    // The cursor's field is no longer there: what it was in is.
    const { parent } = this.cursor;
    if (parent?.hidden.includes(this.cursor.index) === true)
      this.cursor = { parent: parent.parent, index: parent.index };
    this.scroll = clampScroll(this.scroll, this.extent);
    const { rows, rowHeightPx, viewportPx } = this.extent;
    const from = this.scroll.row;
    const to = Math.min(rows, from + Math.ceil((viewportPx + this.scroll.px) / rowHeightPx));
    const cursor = this.#selectWhenRead ? this.model.line(this.cursorLine) : undefined;
    if (this.#shown) this.#demand.ask(this.lines, from, to, cursor);
    if (this.#selectWhenRead && this.cursorRow !== undefined) this.#selectBytes();
    if (this.#coloredAt !== this.model.revision) {
      this.#coloredAt = this.model.revision;
      this.highlights.set(this.#shown ? colorsOf(this.model) : []);
    }
    return this.#demand.isWaiting(this.lines, from, to) ? undefined : to - from;
  }

  /** What the person asked for is on its way before the next frame begins. */
  #askNow(): void {
    if (!this.#shown) return;
    this.#demand.beginWaiting();
    if (this.prepare() === undefined) this.owner.later(PATIENCE_MS);
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
    this.#demand.expect(undefined);
    this.model.reset(state.root);
    this.cursor = ROOT;
    this.scroll = TOP;
    this.owner.schedule();
    // A template that is being written comes anew with each key: its reader stays where they are.
    if (path !== undefined && path !== "" && state.root !== undefined) void this.#return(path);
    const offset = this.#revealNext;
    this.#revealNext = undefined;
    if (offset !== undefined) this.revealOffset(offset);
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
      this.#demand.endWaiting();
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

  #putIfAny(place: TreePlace | undefined): void {
    if (place !== undefined) this.#put(place, "reveal", true);
  }

  /** @param select its bytes, too */
  #put(place: TreePlace, how: "reveal" | "jump", select: boolean): void {
    if (select) {
      // The person has gone on: where the cursor of the bytes stands no longer matters.
      this.#reveal?.cancel();
      this.#reveal = undefined;
    }
    this.cursor = place;
    this.note = undefined;
    const at = this.cursorLine;
    if (at >= 0) this.scroll = (how === "jump" ? jumpToRow : revealRow)(this.scroll, at, this.extent);
    this.#selectWhenRead = select;
    if (select && this.cursorRow !== undefined) this.#selectBytes();
    this.#askNow();
    this.owner.say(() => spokenOf(this.cursorRow));
    this.owner.schedule();
  }

  #selectBytes(): void {
    const row = this.cursorRow;
    this.#selectWhenRead = row === undefined;
    const place = row?.place;
    if (place === undefined || place.in !== undefined) return;
    this.owner.selectBytes(place.start, Math.max(place.start, place.end ?? place.start + 1));
  }
}
