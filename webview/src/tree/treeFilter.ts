// The rows that have been read and match what the person filters by, with what they lie in. Looks at nothing that is not
// here: how many rows were looked at is part of the answer. Pure.
import type { StructRow } from "../../../shared/structTree";
import type { TreeLine, TreeModel, TreeNode } from "./treeModel";
import { PAGE_ROWS } from "./treeModel";

/** More matches than anybody reads. */
export const MAX_FILTERED = 5000;

/** What the view shows line by line: the whole model, or what a filter left of it. */
export interface TreeLines {
  readonly rows: number;
  line(at: number): TreeLine | undefined;
  lineOf(parent: TreeNode | undefined, index: number): number;
}

export class FilteredLines implements TreeLines {
  readonly #lines: TreeLine[] = [];
  matches = 0;
  searched = 0;

  /** @param words each must occur in name, value or type; upper and lower case are alike */
  constructor(model: TreeModel, words: string) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const { root } = model;
    if (root !== undefined) this.#collect(undefined, 0, root.row, root, wanted, 1);
  }

  get rows(): number {
    return this.#lines.length;
  }

  line(at: number): TreeLine | undefined {
    return this.#lines[at];
  }

  lineOf(parent: TreeNode | undefined, index: number): number {
    return this.#lines.findIndex(
      (line) => line.kind === "node" && line.parent === parent && (parent === undefined || line.index === index),
    );
  }

  #collect(
    parent: TreeNode | undefined,
    index: number,
    row: StructRow,
    node: TreeNode | undefined,
    wanted: readonly string[],
    level: number,
  ): void {
    this.searched++;
    const matches = matchesAll(row, wanted);
    if (matches) this.matches++;
    const at = this.#lines.length;
    // Taken out again when neither it nor anything within matches.
    if (at < MAX_FILTERED) {
      this.#lines.push({ kind: "node", parent, index, level, row, failure: undefined, expanded: false, stale: false });
    }
    for (const [childIndex, childRow] of node === undefined ? [] : loadedChildren(node)) {
      if (node?.hidden.includes(childIndex) === true) continue;
      this.#collect(node, childIndex, childRow, node?.kids.get(childIndex), wanted, level + 1);
    }
    const own = this.#lines[at];
    if (own?.kind !== "node") return;
    if (this.#lines.length > at + 1) this.#lines[at] = { ...own, expanded: true };
    else if (!matches) this.#lines.length = at;
  }
}

function matchesAll({ name, value, type }: StructRow, wanted: readonly string[]): boolean {
  const text = `${name}\n${value}\n${type}`.toLowerCase();
  return wanted.every((word) => text.includes(word));
}

/** In order of their index. */
function loadedChildren(node: TreeNode): [number, StructRow][] {
  const rows = new Map<number, StructRow>();
  for (const [index, kid] of node.kids) rows.set(index, kid.row);
  for (const [page, { rows: loaded }] of node.pages) {
    for (const [offset, row] of loaded.entries()) rows.set(page * PAGE_ROWS + offset, row);
  }
  return [...rows].sort(([a], [b]) => a - b);
}
