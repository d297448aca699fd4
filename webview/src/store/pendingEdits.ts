// Bytes typed here that the host has not answered for yet: shown at once, and only until the pages themselves hold them.
// Pure. Few at any time: one per keystroke in flight.

interface PendingEdit {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** The version that holds it, once the host has said so. */
  version: number | undefined;
}

export class PendingEdits {
  #edits: PendingEdit[] = [];

  get unanswered(): number {
    return this.#edits.filter((edit) => edit.version === undefined).length;
  }

  add(offset: number, bytes: Uint8Array): PendingEdit {
    const edit: PendingEdit = { offset, bytes, version: undefined };
    this.#edits.push(edit);
    return edit;
  }

  answer(edit: PendingEdit, version: number, known: number): void {
    edit.version = version;
    this.settle(known);
  }

  refuse(edit: PendingEdit): void {
    this.#edits = this.#edits.filter((other) => other !== edit);
  }

  /** Forgets what the document of version `known` holds by itself. */
  settle(known: number): void {
    this.#edits = this.#edits.filter((edit) => edit.version === undefined || edit.version > known);
  }

  clear(): void {
    this.#edits = [];
  }

  /** Lays the edits over `length` bytes at `offset`, in the order in which they were made. */
  overlay(offset: number, length: number, put: (index: number, byte: number) => void): void {
    for (const edit of this.#edits) {
      const from = Math.max(0, edit.offset - offset);
      const to = Math.min(length, edit.offset - offset + edit.bytes.length);
      for (let index = from; index < to; index++) put(index, edit.bytes[index + (offset - edit.offset)] ?? 0);
    }
  }
}

export type { PendingEdit };
