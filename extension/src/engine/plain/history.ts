// The steps of a plain document: what each operation took out and put in, and which change led to which version. Applies
// nothing itself. Knows no bytes and no file.
import type { Changes } from "../../../../native/binding/index";
import type { Piece } from "./pieces";

export interface Operation {
  readonly offset: number;
  readonly removed: readonly Piece[];
  readonly inserted: readonly Piece[];
}

export class History {
  private steps: Operation[][] = [];
  private at = 0;
  private depth = 0;
  private joinable = false;

  get position(): number {
    return this.at;
  }
  get lastPosition(): number {
    return this.steps.length;
  }
  get pieceCount(): number {
    return this.steps.flat().reduce((sum, { removed, inserted }) => sum + removed.length + inserted.length, 0);
  }

  /** Notes what was just applied; steps beyond the position are forgotten. It joins the latest step in a group, or when `merge`
   *  and nothing sealed that step. */
  record(operation: Operation, merge: boolean): void {
    if (this.at < this.steps.length) {
      this.steps.length = this.at;
      this.joinable = false;
    }
    const latest = this.steps.at(-1);
    if (latest !== undefined && this.joinable && (this.depth > 0 || merge)) latest.push(operation);
    else {
      this.steps.push([operation]);
      this.at += 1;
    }
    this.joinable = true;
  }

  begin(): void {
    this.depth += 1;
    if (this.depth === 1) this.seal();
  }
  end(): void {
    if (this.depth === 0) return;
    this.depth -= 1;
    if (this.depth === 0) this.seal();
  }
  seal(): void {
    this.joinable = false;
  }

  /** What leads from one position to another, in order; backwards, each operation turned round. */
  *between(from: number, to: number): Generator<Operation> {
    for (let step = from; step > to; step--) {
      for (const { offset, removed, inserted } of [...(this.steps[step - 1] ?? [])].reverse()) {
        yield { offset, removed: inserted, inserted: removed };
      }
    }
    for (let step = from; step < to; step++) yield* this.steps[step] ?? [];
  }

  moveTo(position: number): void {
    this.at = position;
    this.seal();
  }

  clear(): void {
    this.steps = [];
    this.at = 0;
    this.seal();
  }

  /** The same content, in other pieces. */
  translate(translated: (pieces: readonly Piece[]) => readonly Piece[]): void {
    for (const step of this.steps) {
      for (const [at, { offset, removed, inserted }] of step.entries()) {
        step[at] = { offset, removed: translated(removed), inserted: translated(inserted) };
      }
    }
  }
}

const REMEMBERED = 4096;

/** The latest changes of content by version. */
export class ChangeLog {
  version = 0;
  private known = 0;
  private list: (readonly [offset: number, oldLength: number, newLength: number])[] = [];

  add(offset: number, oldLength: number, newLength: number): void {
    this.list.push([offset, oldLength, newLength]);
    this.version += 1;
    if (this.list.length < 2 * REMEMBERED) return;
    this.list = this.list.slice(REMEMBERED);
    this.known = this.version - this.list.length;
  }

  addEverything(): void {
    this.list = [];
    this.version += 1;
    this.known = this.version;
  }

  since(version: number): Changes {
    const { list, known } = this;
    const all = version < known || version > this.version;
    const changes = all ? [] : list.slice(version - known).flat();
    return { version: this.version, all, changes: Float64Array.from(changes) };
  }
}
