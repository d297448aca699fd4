// What is known of where the elements of long arrays begin, carried from one version of the source to the next. All else is
// evaluated again when asked for; these marks took a pass over the file. They are kept as far as it can be shown that a new
// pass would find the same: every element's end is a function of its own bytes and of values outside that are compared.
import type { DocumentChanges } from "../../engine/byteSource";
import type { FieldDef } from "../ksy/model";
import type { ArrayIndex } from "./arrayIndex";
import type { LazyArray } from "./lazyArray";
import type { Sizer } from "./sizer";
import type { Stream } from "./stream";

/** Arrays with fewer elements are passed over again. */
export const worthKeeping = 256;
const maxArrays = 64;
/** More overwrites than these: only what lies before the first is looked at. */
const maxChecked = 1000;
/** A terminator may be looked at beyond an element's end: how far. Longer ones are never used by sizers. */
const guardBytes = 64;

/** Elements that the sizer alone passed over. */
export interface PassedElements {
  readonly field: FieldDef;
  readonly stream: Stream;
  readonly position: number;
  /** What the sizer took from outside of the elements. */
  readonly constants: readonly number[];
  readonly marks: ArrayIndex;
  readonly count: number;
  /** Where element `count` begins. */
  readonly next: number;
}

export class KeptIndexes {
  readonly #live = new Map<string, LazyArray>();
  readonly #retired = new Map<string, { readonly passed: PassedElements; readonly version: number }>();

  /** An array that is worth keeping. */
  note(array: LazyArray): void {
    const { path } = array;
    this.#live.delete(path);
    this.#live.set(path, array);
    for (const oldest of this.#live.keys()) {
      if (this.#live.size <= maxArrays) break;
      this.#live.delete(oldest);
    }
  }

  /** The source has another version now: what is known belongs to `version`. */
  retire(version: number): void {
    for (const [path, array] of this.#live) this.#retired.set(path, { passed: array.passed(), version });
    this.#live.clear();
    for (const oldest of this.#retired.keys()) {
      if (this.#retired.size <= maxArrays) break;
      this.#retired.delete(oldest);
    }
  }

  get isEmpty(): boolean {
    return this.#retired.size === 0;
  }

  find(path: string): { readonly passed: PassedElements; readonly version: number } | undefined {
    return this.#retired.get(path);
  }

  forget(path: string): void {
    this.#retired.delete(path);
  }
}

/** How many elements a new pass would find where they are known to be; the marks of others are cut off.
 *  @param now the same array as it is in the present version */
export function stillRight(
  passed: PassedElements,
  now: {
    readonly stream: Stream;
    readonly position: number;
    readonly sizer: Sizer;
    readonly owner: LazyArray["owner"];
  },
  changes: DocumentChanges,
): { readonly count: number; readonly next: number } {
  const { stream } = now;
  const { base } = passed.stream;
  if (changes.all || stream.base !== base || now.position !== passed.position) return { count: 0, next: now.position };
  if (stream.origin !== undefined || passed.stream.origin !== undefined) return { count: 0, next: now.position };
  const sizes = [stream.size, passed.stream.size] as const;
  const isOverwritten = changes.changes.every(({ oldLength, newLength }) => oldLength === newLength);
  if (!isOverwritten || sizes[0] !== sizes[1] || changes.changes.length > maxChecked) {
    const first = Math.min(...sizes, ...changes.changes.map(({ offset }) => offset - base));
    return before(passed, first);
  }
  const ordered = changes.changes.toSorted((a, b) => a.offset - b.offset);
  for (const { offset, newLength } of ordered) {
    const from = offset - base - guardBytes;
    const to = offset - base + newLength;
    if (to <= now.position || from >= passed.next) continue;
    if (!meetsAgain(passed, now, from, to)) return before(passed, from);
  }
  return { count: passed.count, next: passed.next };
}

/** The elements that end well before a position. */
function before(passed: PassedElements, position: number): { readonly count: number; readonly next: number } {
  const last = passed.marks.at(Math.max(0, position - guardBytes));
  if (last.position > position - guardBytes || last.index > passed.count) return { count: 0, next: passed.position };
  return { count: last.index, next: last.position };
}

/** Whether passing over what was overwritten leads back to a known mark. */
function meetsAgain(
  { marks, count, next }: PassedElements,
  { stream, sizer, owner }: Parameters<typeof stillRight>[1],
  from: number,
  to: number,
): boolean {
  let { index, position } = marks.at(Math.max(0, from));
  for (;;) {
    if (position >= to || index === count) {
      const known = index === count ? next : marks.exactly(index);
      if (known !== undefined) return known === position;
    }
    if (index >= count) return false;
    owner.session.budget.spend();
    const end = sizer.end(stream, position, owner);
    if (!(end > position)) return false;
    position = end;
    index += 1;
  }
}
