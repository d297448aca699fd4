// The innermost node over a byte of the file. Looks into what lies over it first, then into fields that instances place
// elsewhere, for as long as its time lasts: then the best found so far is the answer. One thread.
import type { StructTrail } from "../../../../shared/structTree";
import { StructError } from "../errors";
import type { DataType, TypeDef } from "../ksy/model";
import { LazyArray } from "../reader/lazyArray";
import { LazyNode } from "../reader/lazyNode";
import type { LazyStruct } from "../reader/lazyStruct";
import type { Stream } from "../reader/stream";
import type { RowMaker } from "./rows";
import { elementAt, memberSpots, rootSpot, structOf, type Spot } from "./spots";

/** Elements of one array whose instances are looked at. */
const maxElements = 256;
const revealMs = 60;

interface Step {
  readonly index: number;
  readonly spot: Spot;
}

interface Found {
  readonly steps: readonly Step[];
  readonly bytes: number;
}

export function reveal(root: LazyStruct, offset: number, rows: RowMaker): StructTrail["steps"] | undefined {
  const { budget } = root.session;
  if (offset >= root.stream.size) return undefined;
  budget.startSlice(revealMs);
  const search = new Search(offset);
  search.struct(rootSpot(root), root, []);
  return search.best?.steps.map(({ index, spot }) => ({ index, row: rows.row(spot) }));
}

class Search {
  best: Found | undefined;

  constructor(private readonly offset: number) {}

  /** Fields that lie over the byte, then instances, then what instances deeper inside place elsewhere. */
  struct(spot: Spot, struct: LazyStruct, steps: readonly Step[]): void {
    const { budget } = struct.session;
    this.#guard(() => {
      budget.enter();
      try {
        this.#members(spot, struct, steps);
      } finally {
        budget.leave();
      }
    });
  }

  #members(spot: Spot, struct: LazyStruct, steps: readonly Step[]): void {
    const elsewhere: Step[] = [];
    for (const [index, member] of memberSpots(spot, struct).entries()) {
      const { def } = member;
      if (def?.role !== "seq" && def?.role !== "instance") continue;
      const step = { index, spot: member };
      const isOver = this.#guard(() => this.#over(step, steps)) ?? false;
      if (!isOver && placesInstances(def.data)) elsewhere.push(step);
    }
    for (const step of elsewhere) this.#guard(() => this.#inside(step, steps));
  }

  /** Goes on inside when the byte lies in it. */
  #over(step: Step, steps: readonly Step[]): boolean {
    const content = step.spot.content();
    if (!(content instanceof LazyNode) && !(content instanceof LazyArray)) return false;
    const position = positionIn(content.stream, this.offset);
    if (position === undefined) return false;
    return content instanceof LazyNode
      ? this.#overNode(step, content, position, steps)
      : this.#overArray(step, content, position, steps);
  }

  #overNode(step: Step, node: LazyNode, position: number, steps: readonly Step[]): boolean {
    if (position < Math.floor(node.start)) return false;
    const data = node.data();
    if (data === null) return false;
    const trail = [...steps, step];
    const struct = structOf(node);
    if (data.kind === "struct" && data.area === undefined && struct !== undefined) {
      // Where it ends may be far to find: what it has over the byte says more.
      const before = this.best;
      this.struct(step.spot, struct, trail);
      const end = this.#guard(() => struct.end());
      if (end === undefined || position >= end) return this.best !== before;
      this.#offer(trail, end - node.start);
      return true;
    }
    const end = node.end();
    if (position >= end) return false;
    this.#offer(trail, end - node.start);
    if (struct !== undefined) this.struct(step.spot, struct, trail);
    return true;
  }

  #overArray(step: Step, array: LazyArray, position: number, steps: readonly Step[]): boolean {
    const index = array.indexAt(position);
    if (index === undefined) return false;
    const element = elementAt(step.spot, array, index);
    const node = element?.content();
    if (element === undefined || !(node instanceof LazyNode)) return false;
    const trail = [...steps, step];
    const isOver = this.#overNode({ index, spot: element }, node, position, trail);
    if (isOver) this.#offer(trail, Infinity);
    return isOver;
  }

  /** Only for what its instances place over the byte. */
  #inside(step: Step, steps: readonly Step[]): void {
    const content = step.spot.content();
    const trail = [...steps, step];
    if (content instanceof LazyNode) {
      const struct = structOf(content);
      if (struct !== undefined) this.struct(step.spot, struct, trail);
      return;
    }
    if (!(content instanceof LazyArray)) return;
    for (let index = 0; index < maxElements; index += 1) {
      const element = elementAt(step.spot, content, index);
      if (element === undefined) return;
      this.#inside({ index, spot: element }, trail);
    }
  }

  #offer(steps: readonly Step[], bytes: number): void {
    if (this.best === undefined || bytes < this.best.bytes) this.best = { steps, bytes };
    else if (bytes === this.best.bytes && steps.length > this.best.steps.length) this.best = { steps, bytes };
  }

  /** What cannot be read lies over nothing. */
  #guard<T>(look: () => T): T | undefined {
    try {
      return look();
    } catch (thrown) {
      if (thrown instanceof StructError) return undefined;
      throw thrown;
    }
  }
}

/** Where a byte of the file stands in a stream; undefined outside of it, and for bytes that a process made. */
function positionIn(stream: Stream, offset: number): number | undefined {
  const position = offset - stream.base;
  return stream.origin === undefined && position >= 0 && position < stream.size ? position : undefined;
}

const known = new WeakMap<TypeDef, boolean>();

/** Whether structs of this type, or any within, have instances that are read from some place. */
function placesInstances(data: DataType): boolean {
  if (data.kind === "switch") {
    const cases = [...data.cases.map((one) => one.type), data.otherwise];
    return cases.some((type) => type !== undefined && placesInstances(type));
  }
  if (data.kind !== "struct" || data.opaque) return false;
  let result = known.get(data.type);
  if (result === undefined) {
    // Types within themselves: no, unless something else says yes.
    known.set(data.type, false);
    const { seq, instances } = data.type;
    result =
      instances.some((instance) => instance.role === "instance") || seq.some((field) => placesInstances(field.data));
    known.set(data.type, result);
  }
  return result;
}
