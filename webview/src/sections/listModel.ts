// The rows of a list that may have a hundred thousand: pages of those on screen, asked for once each. Pure; the host is a function.
import type { ListRow } from "../../../shared/sectionsProtocol";

export const LIST_PAGE_ROWS = 200;

export interface ListSource {
  rows(from: number, count: number): Promise<{ readonly rows: readonly ListRow[]; readonly total: number }>;
}

export class ListModel {
  readonly #pages = new Map<number, readonly ListRow[]>();
  readonly #asked = new Set<number>();
  #total = 0;

  /** @param changed more rows are here, or a failure to show */
  constructor(
    private readonly source: ListSource,
    private readonly changed: (failure?: string) => void,
  ) {
    this.want(0, 1);
  }

  get total(): number {
    return this.#total;
  }

  /** undefined: not here yet. */
  row(index: number): ListRow | undefined {
    return this.#pages.get(Math.floor(index / LIST_PAGE_ROWS))?.[index % LIST_PAGE_ROWS];
  }

  /** Asks for what is not here of [from, to). */
  want(from: number, to: number): void {
    for (let page = Math.floor(from / LIST_PAGE_ROWS); page * LIST_PAGE_ROWS < to; page++) {
      if (this.#asked.has(page)) continue;
      this.#asked.add(page);
      this.source.rows(page * LIST_PAGE_ROWS, LIST_PAGE_ROWS).then(
        ({ rows, total }) => {
          this.#pages.set(page, rows);
          this.#total = total;
          this.changed();
        },
        (error: unknown) => this.changed(error instanceof Error ? error.message : String(error)),
      );
    }
  }
}
