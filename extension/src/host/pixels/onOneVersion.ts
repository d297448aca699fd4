// Edits that another thread works out from what a document holds: true only of the content that it saw. Knows no document.
// Thread rule: one thread.
import { EngineError } from "../../engine/engineError";

const TRIES = 5;

/** One after the other; each begun anew when the content changed meanwhile, by whomever. `use` is called at once with an answer
 *  that is true. @throws EngineError "changed": it never stood still for long enough; what `work` and `use` throw. */
export class OnOneVersion {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly version: () => number) {}

  run<T, R>(work: () => Promise<T>, use: (answer: T) => R): Promise<R> {
    const mine = this.last.then(async () => {
      for (let left = TRIES; left > 0; left--) {
        const before = this.version();
        const answer = await work();
        if (this.version() === before) return use(answer);
      }
      throw new EngineError("changed", "The content kept changing");
    });
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
