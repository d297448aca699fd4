// Which rows are to be read: those of the lines on screen, those that may be needed next; and how long what was drawn before
// stays while they are on their way. Pure.
import type { TreeLines } from "./treeFilter";
import type { TreeLoader } from "./treeLoader";
import { PAGE_ROWS, type TreeLine, type TreeNode } from "./treeModel";

/** Rows that come within this time are drawn at once; only then do empty ones say that they are read. */
export const PATIENCE_MS = 40;

export class TreeDemand {
  /** Perhaps opened in a moment: its first rows are read beforehand. */
  next: TreeNode | undefined;
  #wanted = new Map<TreeNode, Set<number>>();
  #untilMs = 0;

  constructor(
    private readonly loader: TreeLoader,
    private readonly now: () => number,
  ) {}

  /** Lines [from, to) are on screen. @param cursor wherever it is, if its row is needed */
  ask(lines: TreeLines, from: number, to: number, cursor: TreeLine | undefined): void {
    this.#wanted = new Map();
    for (let at = from; at < to; at++) this.#want(lines.line(at));
    this.#want(cursor);
    if (this.next !== undefined) this.#wantPage(this.next, 0);
    this.loader.want([...this.#wanted].flatMap(([node, pages]) => [...pages].map((page) => ({ node, page }))));
  }

  /** The person did something that brings other rows. */
  beginWaiting(): void {
    this.#untilMs = this.now() + PATIENCE_MS;
  }

  endWaiting(): void {
    this.#untilMs = 0;
  }

  /** Nothing is to be drawn yet: the answer is about to come. */
  isWaiting(lines: TreeLines, from: number, to: number): boolean {
    return this.loader.busy && this.now() < this.#untilMs && lacksRows(lines, from, to);
  }

  #want(line: TreeLine | undefined): void {
    if (line?.parent === undefined) return;
    const { parent } = line;
    this.#wantPage(parent, line.kind === "node" ? line.index : parent.known);
    // A field without a line may come back, too.
    for (const index of parent.hidden) this.#wantPage(parent, index);
    const kid = line.kind === "node" && line.expanded ? parent.kids.get(line.index) : undefined;
    for (const index of kid?.hidden ?? []) this.#wantPage(kid!, index);
  }

  #wantPage(node: TreeNode, index: number): void {
    let pages = this.#wanted.get(node);
    if (pages === undefined) this.#wanted.set(node, (pages = new Set<number>()));
    pages.add(Math.floor(index / PAGE_ROWS));
  }
}

function lacksRows(lines: TreeLines, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const line = lines.line(at);
    if (line?.kind === "node" && line.row === undefined && line.failure === undefined) return true;
  }
  return false;
}
