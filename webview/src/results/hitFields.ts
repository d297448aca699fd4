// The struct field that each hit of the list stands in: asked for one at a time, the rows in view only. Pure: asks through its owner.
import type { AskCall } from "../tree/treeOwner";

const MOST_KEPT = 2000;

export interface HitFieldsOwner {
  /** The path of the innermost field over the byte, "" for none; undefined: nobody knows fields now. */
  fieldAt(offset: number): AskCall<string> | undefined;
  changed(): void;
}

export class HitFields {
  /** By the first byte of the hit; the oldest first. */
  readonly #paths = new Map<number, string>();
  #asked: { readonly offset: number; readonly call: AskCall<string> } | undefined;
  #wanted: readonly number[] = [];

  constructor(private readonly owner: HitFieldsOwner) {}

  at(offset: number): string | undefined {
    return this.#paths.get(offset);
  }

  /** @param offsets of the rows in view: what was asked for others is given up. */
  want(offsets: readonly number[]): void {
    this.#wanted = offsets;
    if (this.#asked !== undefined) {
      if (offsets.includes(this.#asked.offset)) return;
      this.#asked.call.cancel();
    }
    this.#askNext();
  }

  /** The fields, or the bytes, are others now. */
  clear(): void {
    this.#asked?.call.cancel();
    this.#asked = undefined;
    this.#paths.clear();
  }

  #askNext(): void {
    this.#asked = undefined;
    const offset = this.#wanted.find((one) => !this.#paths.has(one));
    const call = offset === undefined ? undefined : this.owner.fieldAt(offset);
    if (offset === undefined || call === undefined) return;
    const asked = { offset, call };
    this.#asked = asked;
    call.reply.then(
      (path) => this.#take(asked, path),
      // Cancelled, or out of the interpreter's reach: not asked again before something changes.
      () => this.#take(asked, ""),
    );
  }

  #take(asked: { readonly offset: number }, path: string): void {
    if (this.#asked !== asked) return;
    this.#paths.set(asked.offset, path);
    for (const oldest of this.#paths.keys()) {
      if (this.#paths.size <= MOST_KEPT) break;
      this.#paths.delete(oldest);
    }
    if (path !== "") this.owner.changed();
    this.#askNext();
  }
}
