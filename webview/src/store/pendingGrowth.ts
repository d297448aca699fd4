// By how much edits made here change the size, until the document of the host says so itself: the cursor may stand where
// typing put it, behind an end that the view has not heard of yet. Pure. Few at any time: one per keystroke in flight.

export interface Growth {
  readonly bytes: number;
  /** The version that has it, once the host has said so. */
  version: number | undefined;
}

export class PendingGrowth {
  #edits: Growth[] = [];

  /** Bytes, negative after deletions. */
  get bytes(): number {
    return this.#edits.reduce((sum, edit) => sum + edit.bytes, 0);
  }

  get unanswered(): number {
    return this.#edits.filter((edit) => edit.version === undefined).length;
  }

  add(bytes: number): Growth {
    const edit: Growth = { bytes, version: undefined };
    this.#edits.push(edit);
    return edit;
  }

  answer(edit: Growth, version: number, known: number): void {
    edit.version = version;
    this.settle(known);
  }

  refuse(edit: Growth): void {
    this.#edits = this.#edits.filter((other) => other !== edit);
  }

  /** Forgets what the document of version `known` has in its size. */
  settle(known: number): void {
    this.#edits = this.#edits.filter((edit) => edit.version === undefined || edit.version > known);
  }
}
