// The list of hits as the page shows it: which rows are in view, which are known, where its cursor is. Pure: asks through its
// owner. Holds some thousand rows, whatever the number of hits.
import { MAX_HIT_ROWS, type HitRow } from "../../../shared/findProtocol";
import {
  jumpToRow,
  revealRow,
  scrollByPx,
  TOP,
  wholeRows,
  type ScrollExtent,
  type ScrollPosition,
} from "../grid/scrollModel";

const PAGE_ROWS = MAX_HIT_ROWS;
const MOST_PAGES = 32;

export interface ResultsOwner {
  rows(from: number, count: number): Promise<readonly HitRow[]>;
  /** Goes to the hit; the focus stays in the list. */
  show(row: HitRow): void;
  changed(): void;
}

export type ResultsMove = "up" | "down" | "pageUp" | "pageDown" | "first" | "last";

export class ResultsModel {
  scroll: ScrollPosition = TOP;
  cursor = 0;
  count = 0;
  #heightPx = 0;
  #rowPx = 22;
  /** Least recently used first. */
  readonly #pages = new Map<number, readonly HitRow[]>();
  #asked: number | undefined;
  #generation = 0;

  constructor(private readonly owner: ResultsOwner) {}

  get extent(): ScrollExtent {
    return { rows: this.count, rowHeightPx: this.#rowPx, viewportPx: this.#heightPx };
  }

  resize(rowPx: number, heightPx: number): void {
    this.#rowPx = rowPx;
    this.#heightPx = heightPx;
    this.scrollBy(0);
  }

  /** @param same as before, with more behind: what is known stays. */
  setCount(count: number, same: boolean): void {
    if (!same || count < this.count) this.#clear();
    else this.#dropShort();
    this.count = count;
    this.cursor = Math.max(0, Math.min(this.cursor, count - 1));
    this.scrollBy(0);
  }

  row(index: number): HitRow | undefined {
    const page = Math.floor(index / PAGE_ROWS);
    const rows = this.#pages.get(page);
    if (rows === undefined) return undefined;
    this.#pages.delete(page);
    this.#pages.set(page, rows);
    return rows[index % PAGE_ROWS];
  }

  /** Asks for what is in view; one question at a time, the latest wish first. */
  want(): void {
    if (this.#asked !== undefined || this.count === 0) return;
    const first = Math.floor(this.scroll.row / PAGE_ROWS);
    const last = Math.floor(Math.min(this.count - 1, this.scroll.row + wholeRows(this.extent) + 1) / PAGE_ROWS);
    for (let page = first; page <= last; page++) {
      if (!this.#pages.has(page)) return this.#ask(page);
    }
  }

  /** The cursor goes to the hit that the editor stands on; the list follows. */
  follow(index: number): void {
    if (index === this.cursor) return;
    this.cursor = index;
    this.scroll = jumpToRow(this.scroll, index, this.extent);
  }

  move(move: ResultsMove): void {
    const page = Math.max(1, wholeRows(this.extent) - 1);
    const by = { up: -1, down: 1, pageUp: -page, pageDown: page, first: -Infinity, last: Infinity }[move];
    this.go(Math.max(0, Math.min(this.count - 1, this.cursor + by)));
  }

  go(index: number): void {
    if (index < 0 || index >= this.count) return;
    this.cursor = index;
    this.scroll = revealRow(this.scroll, index, this.extent);
    const row = this.row(index);
    if (row !== undefined) this.owner.show(row);
    this.owner.changed();
  }

  scrollBy(px: number): void {
    this.scroll = this.count === 0 ? TOP : scrollByPx(this.scroll, px, this.extent);
  }

  #ask(page: number): void {
    this.#asked = page;
    const generation = this.#generation;
    void this.owner
      .rows(page * PAGE_ROWS, PAGE_ROWS)
      .catch((): readonly HitRow[] => [])
      .then((rows) => {
        this.#asked = undefined;
        if (generation !== this.#generation) return this.want();
        this.#pages.set(page, rows);
        for (const oldest of this.#pages.keys()) {
          if (this.#pages.size <= MOST_PAGES) break;
          this.#pages.delete(oldest);
        }
        this.owner.changed();
      });
  }

  #clear(): void {
    this.#generation++;
    this.#pages.clear();
  }

  /** The last page has more rows now. */
  #dropShort(): void {
    for (const [page, rows] of this.#pages) if (rows.length < PAGE_ROWS) this.#pages.delete(page);
  }
}
