// Which rows are to be read: those of the lines on screen, those that may be needed next; and how long what was drawn before
// stays while they are on their way. Pure.
import type { TreeLines } from "./treeFilter";
import type { TreeLoader } from "./treeLoader";
import { PAGE_ROWS, type TreeLine, type TreeModel, type TreeNode } from "./treeModel";
import type { TreePlace } from "./treeOwner";

/** Rows that come within this time are drawn at once; only then do empty ones say that they are read. */
export const PATIENCE_MS = 40;

/** Who looks at rows for this long may open one of them. */
const AHEAD_REST_MS = 150;

export class TreeDemand {
  #next: TreeNode | undefined;
  #wanted = new Map<TreeNode, Set<number>>();
  #untilMs = 0;
  #restedAtMs = 0;
  #againAtMs = 0;

  /** @param later draws, and so asks, again */
  constructor(
    private readonly model: TreeModel,
    private readonly loader: TreeLoader,
    private readonly now: () => number,
    private readonly later: (delayMs: number) => void,
  ) {}

  /** Perhaps opened in a moment: its first rows are to be read beforehand. @returns whether there are any */
  expect(place: TreePlace | undefined): boolean {
    this.#next = place === undefined ? undefined : this.#openable(place);
    return this.#next !== undefined;
  }

  /** Lines [from, to) are on screen. @param cursor wherever it is, if its row is needed */
  ask(lines: TreeLines, from: number, to: number, cursor: TreeLine | undefined): void {
    this.#wanted = new Map();
    for (let at = from; at < to; at++) this.#want(lines.line(at));
    this.#want(cursor);
    if (this.#next !== undefined) this.#wantPage(this.#next, 0);
    if (this.#next?.pages.has(0) !== false) this.#wantAhead(lines, from, to);
    this.loader.want([...this.#wanted].flatMap(([node, pages]) => [...pages].map((page) => ({ node, page }))));
  }

  /** The person did something that brings other rows. */
  beginWaiting(): void {
    this.#restedAtMs = this.now() + AHEAD_REST_MS;
    this.#untilMs = this.now() + PATIENCE_MS;
  }

  endWaiting(): void {
    this.#restedAtMs = this.now() + AHEAD_REST_MS;
    this.#untilMs = 0;
  }

  /** Nothing is to be drawn yet: the answer is about to come. */
  isWaiting(lines: TreeLines, from: number, to: number): boolean {
    return this.loader.busy && this.now() < this.#untilMs && lacksRows(lines, from, to);
  }

  /** One node after the other, so that nothing a person asks for stands behind more than one of them. */
  #wantAhead(lines: TreeLines, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const line = lines.line(at);
      if (line?.kind !== "node" || line.expanded || !Number(line.row?.childCount)) continue;
      const node = this.#openable(line);
      if (node === undefined || node.pages.has(0)) continue;
      if (this.now() >= this.#restedAtMs) return this.#wantPage(node, 0);
      if (this.#againAtMs < this.#restedAtMs) {
        this.#againAtMs = this.#restedAtMs;
        // A timer drops parts of milliseconds: one that came early would find nobody rested.
        this.later(Math.ceil(this.#restedAtMs - this.now()) + 1);
      }
      return;
    }
  }

  /** What has to be counted first would keep the interpreter busy for longer than anybody points. */
  #openable({ parent, index }: TreePlace): TreeNode | undefined {
    const node = this.model.nodeOf(parent, index);
    return node?.counted === true && node.known > 0 ? node : undefined;
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
