// The rows of a struct tree as arithmetic: which node stands at row number r, though arrays may have 10^12 children. Only
// nodes that were opened exist as objects; a closed child is an index in its parent. Pure.
import type { StructChildren, StructRow } from "../../../shared/structTree";

/** Rows come in pages of this many children, from index 0 on. */
export const PAGE_ROWS = 64;
/** Beyond this many pages the least recently shown go. */
const MAX_PAGES = 1024;

export interface RowPage {
  rows: readonly StructRow[];
  /** Read before the document's latest change: shown until the new ones are there. */
  stale: boolean;
  failure?: string;
  usedAt: number;
  filledAtMs: number;
}

/** A node that is, or was, open. */
export class TreeNode {
  expanded = false;
  /** Children in all as far as is known; `counted` false: there may be more. */
  known: number;
  counted: boolean;
  readonly pages = new Map<number, RowPage>();
  /** Children that have a node of their own, by index. */
  readonly kids = new Map<number, TreeNode>();
  /** Children that are not there because their `if` is false, as far as they have been read; in order. */
  absent: readonly number[] = [];
  /** Those of them that have no line. */
  hidden: readonly number[] = [];
  #order: TreeNode[] | undefined;
  /** Rows that the open children before #order[i] take. */
  #before: number[] = [];
  #rowsBelow: number | undefined;

  constructor(
    readonly parent: TreeNode | undefined,
    readonly index: number,
    public row: StructRow,
  ) {
    this.known = row.childCount ?? 0;
    this.counted = row.childCount !== null;
  }

  get path(): string {
    return this.row.path;
  }

  /** Rows that page `page` has when it is complete; Infinity: nobody knows yet. */
  rowsOf(page: number): number {
    const rest = this.known - page * PAGE_ROWS;
    return this.counted || rest >= PAGE_ROWS ? Math.min(PAGE_ROWS, rest) : Infinity;
  }

  /** Rows below this one that belong to it; one more while not counted, which says so. */
  get rowsBelow(): number {
    if (!this.expanded) return 0;
    if (this.#rowsBelow === undefined) {
      this.#sort();
      this.#rowsBelow = this.known - this.hidden.length + (this.counted ? 0 : 1);
      for (const kid of this.#order ?? []) this.#rowsBelow += kid.rowsBelow;
    }
    return this.#rowsBelow;
  }

  /** Its open kids changed, or theirs: every sum up to the root is made anew. */
  touch(): void {
    this.#rowsBelow = undefined;
    this.#order = undefined;
    this.parent?.touch();
  }

  /** How many of its children up to `index` have a line of their own. */
  rankOf(index: number): number {
    const behind = this.hidden.findIndex((one) => one >= index);
    return index - (behind < 0 ? this.hidden.length : behind);
  }

  #childAt(rank: number): number {
    let index = rank;
    for (const hidden of this.hidden) {
      if (hidden > index) break;
      index++;
    }
    return index;
  }

  /** Of the rows below, the one at `row`: an open kid and the row below it, or the index of a child. */
  at(row: number): { readonly kid: TreeNode; readonly below: number } | { readonly index: number } {
    this.#sort();
    const order = this.#order ?? [];
    // The last open kid whose own row is at or before `row`.
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.rankOf(order[middle]!.index) + this.#before[middle]! <= row) low = middle + 1;
      else high = middle;
    }
    const kid = order[low - 1];
    if (kid === undefined) return { index: this.#childAt(row) };
    const start = this.rankOf(kid.index) + this.#before[low - 1]!;
    if (row === start) return { index: kid.index };
    return row <= start + kid.rowsBelow
      ? { kid, below: row - start - 1 }
      : { index: this.#childAt(row - this.#rowsTo(low)) };
  }

  /** The row of child `index` among the rows below this node. */
  rowOf(index: number): number {
    this.#sort();
    const order = this.#order ?? [];
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (order[middle]!.index < index) low = middle + 1;
      else high = middle;
    }
    return this.rankOf(index) + this.#rowsTo(low);
  }

  #rowsTo(count: number): number {
    const last = this.#order?.[count - 1];
    return last === undefined ? 0 : this.#before[count - 1]! + last.rowsBelow;
  }

  #sort(): void {
    if (this.#order !== undefined) return;
    this.#order = [...this.kids.values()].filter((kid) => kid.expanded).sort((a, b) => a.index - b.index);
    let sum = 0;
    this.#before = this.#order.map((kid) => {
      const before = sum;
      sum += kid.rowsBelow;
      return before;
    });
  }
}

/** One line of the tree. `index` in `parent`; the root has none. */
export type TreeLine =
  | {
      readonly kind: "node";
      readonly parent: TreeNode | undefined;
      readonly index: number;
      readonly level: number;
      /** Absent while it is read. */
      readonly row: StructRow | undefined;
      readonly failure: string | undefined;
      readonly expanded: boolean;
      readonly stale: boolean;
    }
  /** Stands behind the children that are known while they are being counted. */
  | { readonly kind: "counting"; readonly parent: TreeNode; readonly level: number };

export class TreeModel {
  root: TreeNode | undefined;
  #clock = 0;
  /** Grows with whatever changes what is shown. */
  revision = 0;
  #showsAbsent = false;

  /** @param row undefined: there is no tree */
  reset(row: StructRow | undefined): void {
    this.root = row === undefined ? undefined : new TreeNode(undefined, 0, row);
    if (this.root !== undefined && row?.childCount !== 0) this.root.expanded = true;
    this.revision++;
  }

  get rows(): number {
    return this.root === undefined ? 0 : 1 + this.root.rowsBelow;
  }

  line(at: number): TreeLine | undefined {
    const { root } = this;
    if (root === undefined || at < 0 || at >= this.rows) return undefined;
    if (at === 0) {
      const { row, expanded } = root;
      return { kind: "node", parent: undefined, index: 0, level: 1, row, failure: undefined, expanded, stale: false };
    }
    let node = root;
    let below = at - 1;
    for (let level = 2; ; level++) {
      const found = node.at(below);
      if ("kid" in found) {
        node = found.kid;
        below = found.below;
        continue;
      }
      if (found.index >= node.known) return { kind: "counting", parent: node, level };
      return this.#child(node, found.index, level);
    }
  }

  /** Where child `index` of `parent` stands; -1: within something closed. @param parent undefined: the root itself */
  lineOf(parent: TreeNode | undefined, index: number): number {
    if (parent === undefined) return this.root === undefined ? -1 : 0;
    let at = 1;
    for (let node: TreeNode | undefined = parent, child = index; node !== undefined; node = node.parent) {
      if (!node.expanded || node.hidden.includes(child)) return -1;
      at += node.rowOf(child) + (node.parent === undefined ? 0 : 1);
      child = node.index;
    }
    return at;
  }

  rowAt(parent: TreeNode | undefined, index: number): StructRow | undefined {
    if (parent === undefined) return this.root?.row;
    const page = parent.pages.get(Math.floor(index / PAGE_ROWS));
    return page?.rows[index % PAGE_ROWS];
  }

  /** The node of a child, made when its row is known. */
  nodeOf(parent: TreeNode | undefined, index: number): TreeNode | undefined {
    if (parent === undefined) return this.root;
    const known = parent.kids.get(index);
    if (known !== undefined) return known;
    const row = this.rowAt(parent, index);
    return row === undefined ? undefined : this.#adopt(parent, index, row);
  }

  /** Opens the way along a trail from the root. @returns where its last step is; undefined when a step has no children */
  follow(
    steps: readonly { readonly index: number; readonly row: StructRow }[],
  ): { readonly parent: TreeNode | undefined; readonly index: number } | undefined {
    let node = this.root;
    if (node === undefined) return undefined;
    let place: { parent: TreeNode | undefined; index: number } = { parent: undefined, index: 0 };
    for (const [at, { index, row }] of steps.entries()) {
      // Further than anybody has counted: it is there all the same.
      if (index >= node.known) {
        node.known = index + 1;
        node.touch();
      }
      this.setExpanded(node, true);
      place = { parent: node, index };
      if (at + 1 < steps.length) node = node.kids.get(index) ?? this.#adopt(node, index, row);
    }
    this.revision++;
    return place;
  }

  get showsAbsent(): boolean {
    return this.#showsAbsent;
  }

  set showsAbsent(shows: boolean) {
    this.#showsAbsent = shows;
    this.each((node) => this.#hide(node));
    this.revision++;
  }

  setExpanded(node: TreeNode, expanded: boolean): void {
    if (node.expanded === expanded || (expanded && node.row.childCount === 0)) return;
    node.expanded = expanded;
    node.touch();
    this.revision++;
  }

  /** Everything but the root is closed, and forgets what was open within. */
  collapseAll(): void {
    if (this.root === undefined) return;
    this.root.kids.clear();
    this.root.touch();
    this.revision++;
  }

  /** Rows arrived. */
  fill(node: TreeNode, page: number, { rows, total, atLeast }: StructChildren, nowMs: number): void {
    node.pages.set(page, { rows, stale: false, usedAt: this.#clock, filledAtMs: nowMs });
    for (const [offset, row] of rows.entries()) {
      const kid = node.kids.get(page * PAGE_ROWS + offset);
      if (kid !== undefined) this.#renew(kid, row);
    }
    this.#noteAbsent(node, page, rows);
    this.count(node, total, atLeast);
    this.#sweep();
    this.revision++;
  }

  fail(node: TreeNode, page: number, failure: string, nowMs: number): void {
    node.pages.set(page, { rows: [], stale: false, failure, usedAt: this.#clock, filledAtMs: nowMs });
    this.revision++;
  }

  /** @param total null: not counted, but `atLeast` so many */
  count(node: TreeNode, total: number | null, atLeast: number): void {
    const known = total ?? Math.max(atLeast, node.known);
    if (node.known === known && node.counted === (total !== null)) return;
    node.known = known;
    node.counted = total !== null;
    for (const [index] of node.kids) if (index >= known) node.kids.delete(index);
    if (node.absent.some((index) => index >= known)) {
      node.absent = node.absent.filter((index) => index < known);
      this.#hide(node);
    }
    for (const [page] of node.pages) if (page * PAGE_ROWS >= known && page > 0) node.pages.delete(page);
    node.touch();
    this.revision++;
  }

  /** The document changed: what is shown is asked for again, the rest forgotten. */
  expire(): void {
    this.each((node) => {
      for (const page of node.pages.values()) page.stale = true;
    });
    this.revision++;
  }

  /** A row that was shown in this frame keeps its page longest. */
  use(node: TreeNode, page: number): RowPage | undefined {
    const found = node.pages.get(page);
    if (found !== undefined) found.usedAt = ++this.#clock;
    return found;
  }

  /** Every node that exists, parents first. */
  each(visit: (node: TreeNode) => void): void {
    const waiting = this.root === undefined ? [] : [this.root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      visit(node);
      for (const kid of node.kids.values()) waiting.push(kid);
    }
  }

  nodeAtPath(path: string): TreeNode | undefined {
    let found: TreeNode | undefined;
    this.each((node) => {
      if (node.path === path) found = node;
    });
    return found;
  }

  #child(parent: TreeNode, index: number, level: number): TreeLine {
    const page = parent.pages.get(Math.floor(index / PAGE_ROWS));
    const kid = parent.kids.get(index);
    return {
      kind: "node",
      parent,
      index,
      level,
      row: page?.rows[index % PAGE_ROWS] ?? kid?.row,
      failure: page?.failure,
      expanded: kid?.expanded ?? false,
      stale: page?.stale ?? false,
    };
  }

  #noteAbsent(node: TreeNode, page: number, rows: readonly StructRow[]): void {
    if (node.row.kind === "array") return;
    const from = page * PAGE_ROWS;
    const others = node.absent.filter((index) => index < from || index >= from + PAGE_ROWS);
    const here = rows.flatMap((row, offset) => (isAbsent(row) ? [from + offset] : []));
    if (others.length === node.absent.length && here.length === 0) return;
    node.absent = [...others, ...here].sort((a, b) => a - b);
    this.#hide(node);
  }

  #hide(node: TreeNode): void {
    node.hidden = this.#showsAbsent ? [] : node.absent;
    node.touch();
  }

  #adopt(parent: TreeNode, index: number, row: StructRow): TreeNode {
    const node = new TreeNode(parent, index, row);
    parent.kids.set(index, node);
    return node;
  }

  #renew(kid: TreeNode, row: StructRow): void {
    const { childCount } = row;
    const changed = kid.row.childCount !== childCount;
    kid.row = row;
    if (childCount === 0 && kid.expanded) this.setExpanded(kid, false);
    if (childCount !== null && changed) this.count(kid, childCount, childCount);
  }

  /** Rarely: looks at all pages only when there are a quarter too many. */
  #sweep(): void {
    const pages: { node: TreeNode; index: number; usedAt: number }[] = [];
    this.each((node) => {
      for (const [index, { usedAt }] of node.pages) pages.push({ node, index, usedAt });
    });
    if (pages.length <= MAX_PAGES) return;
    pages.sort((a, b) => a.usedAt - b.usedAt);
    for (const { node, index } of pages.slice(0, pages.length - MAX_PAGES * 0.75)) node.pages.delete(index);
  }
}

/** Not there, because its `if` is false. */
export function isAbsent({ kind, fault, pending }: StructRow): boolean {
  return kind === "null" && fault === undefined && pending === undefined;
}
