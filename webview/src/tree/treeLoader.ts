// Asks for the pages of rows that are on screen, and takes back questions about rows that have been scrolled away. Pure: how
// to ask is told to it.
import type { StructChildren } from "../../../shared/structTree";
import { PAGE_ROWS, type RowPage, type TreeModel, type TreeNode } from "./treeModel";

export interface PageCall {
  readonly reply: Promise<StructChildren>;
  cancel(): void;
}

export interface TreeLoaderOwner {
  children(path: string, from: number, count: number): PageCall;
  /** Rows, counts or failures arrived. */
  changed(): void;
  now(): number;
  /** Calls want() again after so many milliseconds. */
  later(delayMs: number): void;
  /** The failure is no news about the node: the question was taken back, or the host is silent. */
  isNoNews(error: unknown): boolean;
}

const ASK_AGAIN_MS = 300;

interface UnderWay {
  readonly node: TreeNode;
  readonly page: number;
  readonly call: PageCall;
}

export class TreeLoader {
  readonly #underWay = new Map<TreeNode, Map<number, UnderWay>>();
  /** Of the document: answers about an older one are shown, and asked for again. */
  version = 0;

  constructor(
    private readonly model: TreeModel,
    private readonly owner: TreeLoaderOwner,
  ) {}

  get busy(): boolean {
    return this.#underWay.size > 0;
  }

  /** @param wanted node and page, all that is on screen. What is not among them is taken back. */
  want(wanted: readonly { readonly node: TreeNode; readonly page: number }[]): void {
    const keep = new Set<UnderWay>();
    for (const { node, page } of wanted) {
      const running = this.#underWay.get(node)?.get(page);
      if (running !== undefined) {
        keep.add(running);
        continue;
      }
      const known = this.model.use(node, page);
      if (known !== undefined && !known.stale && !this.#isDue(node, page, known)) continue;
      keep.add(this.#ask(node, page));
    }
    for (const pages of [...this.#underWay.values()]) {
      for (const one of [...pages.values()]) if (!keep.has(one)) this.#drop(one, true);
    }
  }

  /** Elements are still being counted, or the answer was cut: ask again, but not in every frame. */
  #isDue(node: TreeNode, page: number, { rows, failure, filledAtMs }: RowPage): boolean {
    if (failure !== undefined || rows.length >= node.rowsOf(page)) return false;
    if (this.owner.now() - filledAtMs >= ASK_AGAIN_MS) return true;
    this.owner.later(ASK_AGAIN_MS);
    return false;
  }

  /** Nothing that is under way matters any more. */
  reset(): void {
    for (const pages of [...this.#underWay.values()]) {
      for (const one of [...pages.values()]) this.#drop(one, true);
    }
  }

  #ask(node: TreeNode, page: number): UnderWay {
    const call = this.owner.children(node.path, page * PAGE_ROWS, PAGE_ROWS);
    const one: UnderWay = { node, page, call };
    let pages = this.#underWay.get(node);
    if (pages === undefined) this.#underWay.set(node, (pages = new Map<number, UnderWay>()));
    pages.set(page, one);
    call.reply.then(
      (children) => {
        if (!this.#drop(one, false)) return;
        this.model.fill(node, page, children, this.owner.now());
        const filled = node.pages.get(page);
        if (filled !== undefined && children.version < this.version) filled.stale = true;
        this.owner.changed();
      },
      (error: unknown) => {
        if (!this.#drop(one, false)) return;
        if (!this.owner.isNoNews(error)) {
          this.model.fail(node, page, error instanceof Error ? error.message : String(error), this.owner.now());
        }
        this.owner.changed();
      },
    );
    return one;
  }

  /** @returns false when it had been dropped before */
  #drop(one: UnderWay, cancel: boolean): boolean {
    const pages = this.#underWay.get(one.node);
    if (pages?.get(one.page) !== one) return false;
    pages.delete(one.page);
    if (pages.size === 0) this.#underWay.delete(one.node);
    if (cancel) one.call.cancel();
    return true;
  }
}
