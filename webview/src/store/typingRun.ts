// Decides which edits of a person who types belong to one undo step. Pure; the time is passed in.

const PAUSE_MS = 1000;
const MAX_RUN_BYTES = 256;

interface OpenRun {
  /** The byte typed last, and the one that typing on would reach. */
  readonly last: number;
  readonly next: number;
  readonly bytes: number;
  readonly atMs: number;
}

interface OpenDeletion {
  readonly backward: boolean;
  /** Where the cursor was left. */
  readonly at: number;
  readonly bytes: number;
  readonly atMs: number;
}

export class TypingRun {
  #run: OpenRun | undefined;
  #deletion: OpenDeletion | undefined;

  /** Notes an edit; returns whether it continues the undo step before it. The second digit of a byte comes at the
   *  offset of the first. */
  extend(offset: number, length: number, atMs: number): boolean {
    const run = this.#run;
    this.#deletion = undefined;
    const again = run !== undefined && offset === run.last && length === 1;
    const added = again ? 0 : length;
    const merge =
      run !== undefined &&
      (again || offset === run.next) &&
      atMs - run.atMs <= PAUSE_MS &&
      run.bytes + added <= MAX_RUN_BYTES;
    this.#run = {
      last: offset + length - 1,
      next: offset + length,
      bytes: merge ? run.bytes + added : length,
      atMs,
    };
    return merge;
  }

  /** Notes that one byte at `offset` was deleted; returns whether that continues the undo step before it. */
  extendDeletion(offset: number, backward: boolean, atMs: number): boolean {
    const run = this.#deletion;
    const merge =
      run !== undefined &&
      run.backward === backward &&
      run.at === (backward ? offset + 1 : offset) &&
      atMs - run.atMs <= PAUSE_MS &&
      run.bytes < MAX_RUN_BYTES;
    this.#run = undefined;
    this.#deletion = { backward, at: offset, bytes: merge ? run.bytes + 1 : 1, atMs };
    return merge;
  }

  /** A move of the cursor, an undo, a save: whatever comes next is a step of its own. */
  end(): void {
    this.#run = undefined;
    this.#deletion = undefined;
  }
}
