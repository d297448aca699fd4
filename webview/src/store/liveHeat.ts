// Which bytes changed a moment ago in live mode, for the mark that fades. Two marks take turns, so that a byte that changes
// again while it fades begins anew. Pure.
export const MARK_HOT = 4;
export const MARK_HOT_AGAIN = 8;
/** As long as the fading in main.css. */
export const HEAT_MS = 1200;
/** Beyond this many the cold ones are swept out. */
const SWEEP_AT = 8192;

interface Heat {
  readonly atMs: number;
  readonly mark: number;
}

export class LiveHeat {
  #bytes = new Map<number, Heat>();

  note(offset: number, nowMs: number): void {
    const mark = this.#bytes.get(offset)?.mark === MARK_HOT ? MARK_HOT_AGAIN : MARK_HOT;
    this.#bytes.set(offset, { atMs: nowMs, mark });
  }

  /** Adds the marks of `length` bytes at `offset`. */
  overlay(offset: number, length: number, marks: Uint8Array, nowMs: number): void {
    if (this.#bytes.size === 0) return;
    if (this.#bytes.size > SWEEP_AT) this.#sweep(nowMs);
    for (let index = 0; index < length; index++) {
      const heat = this.#bytes.get(offset + index);
      if (heat === undefined) continue;
      if (nowMs - heat.atMs >= HEAT_MS) this.#bytes.delete(offset + index);
      else marks[index] = (marks[index] ?? 0) + heat.mark;
    }
  }

  clear(): void {
    this.#bytes.clear();
  }

  #sweep(nowMs: number): void {
    for (const [offset, { atMs }] of this.#bytes) if (nowMs - atMs >= HEAT_MS) this.#bytes.delete(offset);
  }
}
