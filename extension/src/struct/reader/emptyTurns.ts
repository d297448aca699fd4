// Turns of a repetition in which no case of a switch holds: nothing is read then and the array gets no element, so that
// the number of an element and that of its turn (`_index`) differ. Memory: one entry for each run of such turns.
import { limit } from "../errors";
import type { FieldDef } from "../ksy/model";

/** Turns without any element in between: an array that goes on like this has no end. */
const maxRun = 1_000_000;
const maxRuns = 1_000_000;

/** Sized cases leave bytes where none holds, others nothing. */
export function mayTurnEmpty({ data }: FieldDef): boolean {
  return data.kind === "switch" && data.otherwise === undefined;
}

export class EmptyTurns {
  /** Elements before which turns were empty, rising. */
  readonly #before: number[] = [];
  /** Empty turns up to there, in all. */
  readonly #totals: number[] = [];

  get total(): number {
    return this.#totals.at(-1) ?? 0;
  }

  /** @param index of the element that comes next */
  add(index: number): void {
    const last = this.#before.length - 1;
    const total = this.total + 1;
    if (this.#before[last] === index) {
      if (total - (this.#totals[last - 1] ?? 0) > maxRun) throw limit("endless repetition: elements take no bytes");
      this.#totals[last] = total;
      return;
    }
    if (this.#before.length === maxRuns) throw limit(`more than ${maxRuns} gaps in a repetition`);
    this.#before.push(index);
    this.#totals.push(total);
  }

  /** The turn that made an element. */
  turnOf(index: number): number {
    let low = 0;
    let high = this.#before.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#before[middle] ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return index + (this.#totals[low - 1] ?? 0);
  }
}
