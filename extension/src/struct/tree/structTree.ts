// The questions of a struct tree, answered at once: each method is one attempt within the session's slice of time and throws
// when that ends first (budget.interrupted); asked again it goes on where it was. One thread.
import {
  MAX_ROWS,
  type StructChildren,
  type StructFieldEditor,
  type StructRow,
  type StructTrail,
} from "../../../../shared/structTree";
import { limit, StructError } from "../errors";
import { Describer } from "../reader/describe";
import { LazyArray } from "../reader/lazyArray";
import { LazyStruct } from "../reader/lazyStruct";
import { nodeToJson } from "../reader/nodeText";
import type { Session } from "../reader/session";
import { List } from "../reader/values";
import type { StructEdit } from "../structService";
import { encodeField, fieldEditor } from "./fieldEditor";
import { reveal } from "./reveal";
import { RowMaker } from "./rows";
import { arrayOf, Computed, elementAt, locate, memberSpots, structOf, type Spot } from "./spots";

const quickMs = 3;
/** An array with more has shown to be a long one. */
const quickElements = 10_000;

export class StructTree {
  #givenUp = new Map<string, StructError>();
  #givenUpVersion = -1;

  constructor(readonly session: Session) {}

  /** Rows that stay pending cost their time once; then this is their fault. */
  giveUp(path: string, reason: StructError): void {
    this.#reasons().set(path, reason);
  }

  #reasons(): Map<string, StructError> {
    if (this.#givenUpVersion !== this.session.version) {
      this.#givenUpVersion = this.session.version;
      this.#givenUp = new Map();
    }
    return this.#givenUp;
  }

  children(path: string, from: number, count: number): StructChildren {
    return this.session.ask((root) => {
      const family = this.#family(root, path, from, Math.min(count, MAX_ROWS));
      const rows = new RowMaker(this.session, this.#reasons());
      return { ...family, rows: family.rows.map((spot) => rows.row(spot)), version: this.session.version };
    });
  }

  #family(
    root: LazyStruct,
    path: string,
    from: number,
    count: number,
  ): { readonly rows: readonly Spot[]; readonly total: number | null; readonly atLeast: number } {
    const spot = locate(root, path);
    const content = spot.content();
    const array = arrayOf(content);
    if (array !== undefined) {
      const rows: Spot[] = [];
      for (let index = from; index < from + count; index += 1) {
        const element = elementAt(spot, array, index);
        if (element === undefined) break;
        rows.push(element);
      }
      const total = array instanceof List ? array.size : this.#quickCount(array);
      const passed = array instanceof LazyArray ? array.progress.elements : 0;
      return { rows, total, atLeast: total ?? Math.max(passed, from + rows.length) };
    }
    const struct = structOf(content);
    const { budget } = this.session;
    const all = struct === undefined ? [] : memberSpots(spot, struct);
    // Fields behind one that takes long are shown as pending.
    if (budget.interrupted) budget.startSlice(quickMs);
    return { rows: all.slice(from, from + count), total: all.length, atLeast: all.length };
  }

  /** Of an array whose elements are soon counted; null for longer ones. */
  #quickCount(array: LazyArray): number | null {
    if (array.knownSize === undefined && array.progress.elements < quickElements) {
      this.session.budget.startSlice(quickMs);
      try {
        return array.size;
      } catch (thrown) {
        if (!(thrown instanceof StructError)) throw thrown;
      }
    }
    return array.knownSize ?? null;
  }

  row(path: string): StructRow {
    return this.session.ask((root) => {
      const row = new RowMaker(this.session, this.#reasons()).patientRow(locate(root, path));
      if (this.session.budget.interrupted) throw limit("not yet");
      return row;
    });
  }

  /** The root at once, whatever it holds. */
  root(): StructRow {
    return this.session.ask((root) => new RowMaker(this.session, this.#reasons()).row(locate(root, "")));
  }

  reveal(offset: number): StructTrail | undefined {
    return this.session.ask((root) => {
      const steps = reveal(root, offset, new RowMaker(this.session, this.#reasons()));
      return steps === undefined ? undefined : { steps, version: this.session.version };
    });
  }

  field(path: string): StructFieldEditor {
    return this.session.ask((root) => fieldEditor(locate(root, path)));
  }

  encode(path: string, text: string): StructEdit {
    return this.session.ask((root) => encodeField(locate(root, path), text));
  }

  /** The subtree as `terahex struct --json` prints it; here a time that runs out makes error nodes. */
  json(path: string): string {
    return this.session.ask((root) => {
      const content = locate(root, path).content();
      const describer = new Describer();
      if (content instanceof Computed) return nodeToJson(describer.result(content.value));
      if (content instanceof LazyStruct || content instanceof LazyArray) return nodeToJson(describer.result(content));
      return nodeToJson(describer.field(content));
    });
  }

  /** Passes over all elements of an array of varying ones, and answers it. */
  count(path: string): LazyArray | undefined {
    return this.session.ask((root) => {
      const content = locate(root, path).content();
      if (!(content instanceof LazyArray)) return undefined;
      void content.size;
      return content;
    });
  }

  /** Whether the elements of this array have to be counted one by one, and are not yet. */
  isUncounted(path: string): boolean {
    return this.session.ask((root) => {
      const content = locate(root, path).content();
      return content instanceof LazyArray && content.knownSize === undefined;
    });
  }
}
