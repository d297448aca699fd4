// A repeated field. Elements of one size are arithmetic; others are found by one pass over what precedes them, which leaves
// marks behind (ArrayIndex). Elements are made when asked for and only the last ones are kept.
// Longer than most: passing over elements, turns without one and taking up after an edit share one state.
import { limit, StructError } from "../errors";
import { outside } from "../expression/methods";
import { truth } from "../expression/operators";
import type { FieldDef, Formula } from "../ksy/model";
import { sizeValue } from "./area";
import { ArrayIndex } from "./arrayIndex";
import { EmptyTurns, mayTurnEmpty } from "./emptyTurns";
import { type PassedElements, stillRight, worthKeeping } from "./keptIndexes";
import { LazyNode } from "./lazyNode";
import type { LazyStruct } from "./lazyStruct";
import { countsItself, settle } from "./selfCounting";
import { makeSizer, type Sizer } from "./sizer";
import type { Stream } from "./stream";
import { isAligned, isBitsOnly, isChain, isUniform } from "./uniform";
import { isInteger, type Value } from "./values";

const maxKept = 64;
/** Where an element is told of the one before it, as by `type: entry(entries[_index - 1].kind)`, or of the array so far: making
 *  one that was dropped would make all before it, one within the other. */
const maxKeptOfChain = 16_384;

/** Elements that lie `stride` bytes apart. */
interface Grid {
  readonly base: number;
  readonly stride: number;
  /** Elements that can be read or begun; undefined: until a condition holds. */
  readonly count: number | undefined;
}

export class LazyArray {
  readonly kind = "array";
  readonly index = -1;
  #grid: Grid | null | undefined;
  #declared: number | undefined;
  #marks: ArrayIndex;
  /** Elements whose end is known, and where the next begins. */
  #scanned = 0;
  #next: number;
  #isComplete = false;
  #isScanning = false;
  /** While scanning, how many elements a condition may see. */
  #visible = 0;
  #failure: StructError | undefined;
  #isConditionFailure = false;
  #sizer: Sizer | null | undefined;
  /** Leading elements that the sizer alone passed over, and where the next begins. */
  #sized = 0;
  #sizedNext: number;
  #constants: readonly number[] = [];
  /** The element that the sizer was interrupted at. */
  #interrupted = -1;
  /** The element that was being passed over when time ran out: what was found of it is not looked for again. */
  #unfinished: LazyNode | undefined;
  /** Where an element is made only if a case holds; the fields of others have one for each turn. */
  readonly #emptyTurns: EmptyTurns | undefined;
  readonly #kept = new Map<number, LazyNode>();
  #maxKept: number | undefined;
  /** The end of the element that was placed last. */
  #lastIndex = -1;
  #lastEnd = 0;

  constructor(
    readonly owner: LazyStruct,
    readonly field: FieldDef,
    readonly stream: Stream,
    /** Where the field before it ended: bytes with eighths. */
    readonly position: number,
  ) {
    this.#next = this.#sizedNext = position;
    this.#marks = new ArrayIndex(owner.session.budget.limits.maxIndexBytes);
    if (mayTurnEmpty(field)) this.#emptyTurns = new EmptyTurns();
  }

  get path(): string {
    return this.owner.path === "" ? this.field.id : `${this.owner.path}.${this.field.id}`;
  }

  get start(): number {
    return isAligned(this.field.data) ? Math.ceil(this.position) : this.position;
  }

  /** Number of elements, an unreadable last one included. Elements of varying size are counted by reading them. */
  get size(): number {
    if (this.#isScanning) return this.#visible;
    const grid = this.#gridOrScan();
    if (grid?.count !== undefined) return grid.count;
    this.#scanTo(Infinity);
    return this.#scanned;
  }

  /** As size, but undefined when counting would mean reading. */
  get knownSize(): number | undefined {
    if (this.#isComplete) return this.#scanned;
    return this.#grid?.count ?? (this.#isScanning ? undefined : this.#gridOrScan()?.count);
  }

  /** Whether there is an element after the first `count`; reads nothing beyond those. */
  hasMore(count: number): boolean {
    const known = this.knownSize;
    if (known !== undefined) return count < known;
    this.#scanTo(this.#emptyTurns === undefined ? count - 1 : count);
    if (this.#isComplete || count < this.#scanned) return count < this.#scanned;
    if (this.field.repeat?.kind === "eos") return this.#next < this.stream.size;
    return this.#declared === undefined || count < this.#declared;
  }

  /** What went wrong with `repeat-until` itself: no element shows it. */
  get conditionFailure(): StructError | undefined {
    return this.#isConditionFailure ? this.#failure : undefined;
  }

  at(index: number): Value {
    return this.node(index).value();
  }

  /** @throws IndexError past the end */
  node(index: number): LazyNode {
    const node = this.nodeOrNothing(index);
    if (node === undefined) throw outside(index, this.knownSize);
    return node;
  }

  /** Undefined past the end; reads no further than the element before it. */
  nodeOrNothing(index: number): LazyNode | undefined {
    if (index < 0) return undefined;
    const kept = this.#kept.get(index);
    if (kept !== undefined) return kept;
    if (this.#isScanning) return index < this.#visible ? this.#scannedNode(index) : undefined;
    const grid = this.#gridOrScan();
    if (grid?.count !== undefined) return index < grid.count ? this.#keep(this.#gridNode(grid, index)) : undefined;
    this.#scanTo(index);
    if (index < this.#scanned) return this.#kept.get(index) ?? this.#scannedNode(index);
    return index === this.#scanned && !this.#isComplete ? this.#keep(this.#makeNode(index, this.#next)) : undefined;
  }

  #makeNode(index: number, position: number): LazyNode {
    return new LazyNode(this.owner, this.field, this.stream, position, index, this.#emptyTurns?.turnOf(index));
  }

  #gridNode(grid: Grid, index: number): LazyNode {
    return this.#makeNode(index, index === 0 ? this.position : grid.base + index * grid.stride);
  }

  #keep(node: LazyNode): LazyNode {
    if (
      this.#kept.size >= maxKept &&
      this.#kept.size >= (this.#maxKept ??= isChain(this.field) || countsItself(this.field) ? maxKeptOfChain : maxKept)
    )
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
    this.#kept.set(node.index, node);
    return node;
  }

  #scannedNode(index: number): LazyNode {
    if (this.#grid) return this.#keep(this.#gridNode(this.#grid, index));
    let { index: at, position } = this.#marks.before(index);
    if (this.#lastIndex < index && this.#lastIndex >= at) {
      at = this.#lastIndex + 1;
      position = this.#lastEnd;
    }
    for (; at < index; at += 1) position = this.#endOfElement(at, position);
    if (!this.#isScanning) this.#unfinished = undefined;
    if (index > 0) {
      this.#lastIndex = index - 1;
      this.#lastEnd = position;
    }
    return this.#keep(this.#makeNode(index, position));
  }

  #endOfElement(index: number, position: number): number {
    this.owner.session.budget.spend();
    const sizer = this.#unfinished?.index === index ? null : (this.#sizer ?? null);
    if (sizer !== null) {
      const end = this.#sizedEnd(sizer, index, position);
      if (end === end) {
        if (this.#sized === index) {
          this.#sized = index + 1;
          this.#sizedNext = end;
          if (this.#sized === worthKeeping) this.#keepIndex(sizer);
        }
        return end;
      }
    }
    return this.#element(index, position).end();
  }

  /** The sizer starts over when it is interrupted: an element that takes long goes the ordinary way, which goes on. */
  #sizedEnd(sizer: Sizer, index: number, position: number): number {
    try {
      return sizer.end(this.stream, position, this.owner);
    } catch (thrown) {
      if (!(thrown instanceof StructError) || thrown.className !== "LimitError") throw thrown;
      if (this.#interrupted === index) this.#element(index, position);
      this.#interrupted = index;
      throw thrown;
    }
  }

  #keepIndex(sizer: Sizer): void {
    if (this.field.repeat?.kind === "until") return;
    this.#constants = sizer.constants(this.stream, this.owner);
    this.owner.session.indexes.note(this);
  }

  /** For another version of the source. */
  passed(): PassedElements {
    const { field, stream, position } = this;
    const constants = this.#constants;
    return { field, stream, position, constants, marks: this.#marks, count: this.#sized, next: this.#sizedNext };
  }

  /** Takes over what an earlier version's array knows, as far as that is right still. */
  #takeOver(sizer: Sizer): void {
    const { indexes } = this.owner.session;
    const known = indexes.isEmpty ? undefined : indexes.find(this.path);
    if (known === undefined) return;
    const { passed } = known;
    const changes = this.owner.session.changesSince(known.version);
    const constants = sizer.constants(this.stream, this.owner);
    const isSame =
      passed.field === this.field && constants.every((value, at) => Object.is(value, passed.constants[at]));
    if (changes !== undefined && isSame) {
      const { stream, position, owner } = this;
      const { count, next } = stillRight(passed, { stream, position, sizer, owner }, changes);
      if (count >= worthKeeping && count <= (this.#declared ?? Infinity)) {
        passed.marks.cut(count);
        this.#marks = passed.marks;
        this.#scanned = this.#sized = count;
        this.#next = this.#sizedNext = next;
        this.#keepIndex(sizer);
      }
    }
    indexes.forget(this.path);
  }

  #element(index: number, position: number): LazyNode {
    if (this.#unfinished?.index === index) return this.#unfinished;
    return (this.#unfinished = this.#makeNode(index, position));
  }

  /** Null: elements have to be passed over one by one. */
  #gridOrScan(): Grid | null {
    if (this.#grid !== undefined) return this.#grid;
    const { repeat } = this.field;
    if (repeat?.kind === "count") {
      const count = this.owner.evaluateFor(this.field, repeat.count, this.stream, this.position, {
        index: -1,
        item: undefined,
        on: undefined,
      });
      // As a loop that counts up: a negative number of repetitions is none.
      this.#declared = isInteger(count) && count < 0 ? 0 : sizeValue(count, "number of repetitions");
    }
    if (countsItself(this.field)) return (this.#grid = this.#sizer = null);
    this.#sizer = this.#emptyTurns === undefined ? makeSizer(this.field) : null;
    const grid = isUniform(this.field) ? this.#makeGrid() : null;
    if (grid === null && this.#sizer !== null && repeat?.kind !== "until") this.#takeOver(this.#sizer);
    return (this.#grid = grid);
  }

  #makeGrid(): Grid | null {
    const { data, repeat } = this.field;
    if (this.#declared === 0) return { base: this.position, stride: 0, count: 0 };
    const base = this.start;
    if (repeat?.kind === "eos" && this.position >= this.stream.size)
      return { base: this.position, stride: 0, count: 0 };
    let end: number;
    try {
      const first = this.#makeNode(0, this.position);
      end = first.end();
      if (this.#declared !== undefined && first.data() === null) return { base: this.position, stride: 0, count: 0 };
    } catch (thrown) {
      if (!(thrown instanceof StructError) || thrown.className === "LimitError") throw thrown;
      return repeat?.kind === "until" ? null : { base, stride: Infinity, count: 1 };
    }
    // An element that begins within a byte and is aligned inside has another size than the next one.
    if (base % 1 !== end % 1 && !isBitsOnly(data)) return null;
    const stride = end - base;
    if (repeat?.kind === "until") return { base, stride, count: undefined };
    if (stride === 0) {
      if (this.#declared === undefined) throw limit("endless repetition: elements take no bytes");
      return { base, stride, count: this.#declared };
    }
    const whole = Math.floor((this.stream.size - base) / stride);
    if (this.#declared !== undefined) return { base, stride, count: Math.min(this.#declared, whole + 1) };
    return { base, stride, count: Math.ceil((this.stream.size - base) / stride) };
  }

  /** Passes over elements until `index` is behind, or the array ends. */
  #scanTo(index: number): void {
    if (this.#isComplete || this.#scanned > index) return;
    if (this.#isScanning)
      throw new StructError("CycleError", `the elements of '${this.field.id}' depend on themselves`);
    this.#isScanning = true;
    const { session } = this.owner;
    try {
      session.budget.enter();
      try {
        while (!this.#isComplete && this.#scanned <= index) this.#scanOne();
        this.#unfinished = undefined;
      } finally {
        session.budget.leave();
      }
    } catch (thrown) {
      session.scanning = this;
      throw thrown;
    } finally {
      this.#isScanning = false;
    }
  }

  /** Counts the element only when all is known of it, so that an interrupted scan goes on where it was. */
  #scanOne(): void {
    const { repeat } = this.field;
    const position = this.#next;
    const index = this.#scanned;
    const turn = index + (this.#emptyTurns?.total ?? 0);
    if (repeat?.kind === "eos" ? position >= this.stream.size : turn === this.#declared) {
      this.#isComplete = true;
      return;
    }
    this.#visible = index;
    this.#marks.add(index, position);
    let end: number | undefined;
    try {
      if (this.#emptyTurns !== undefined && this.#element(index, position).data() === null) {
        this.#passEmptyTurn(this.#emptyTurns, index, position);
        return;
      }
      const kept = countsItself(this.field) ? this.#keep(this.#element(index, position)) : undefined;
      end = this.#endOfElement(index, position);
      if (kept !== undefined) settle(kept);
      if (repeat?.kind === "eos" && end === position) throw limit("endless repetition: elements take no bytes");
      this.#isComplete =
        repeat?.kind === "until" && this.#isLast(this.#element(index, position), turn, end, repeat.until);
    } catch (thrown) {
      if (!(thrown instanceof StructError) || thrown.className === "LimitError") throw thrown;
      this.#isConditionFailure = end !== undefined;
      this.#failure = thrown;
      this.#isComplete = true;
    }
    this.#scanned = index + 1;
    this.#next = end ?? position;
    this.owner.session.passedBytes += this.#next - position;
  }

  /** The array stays as it is, but may end here. */
  #passEmptyTurn(turns: EmptyTurns, index: number, position: number): void {
    const { repeat } = this.field;
    this.#unfinished = undefined;
    if (repeat?.kind === "until") {
      const last = index === 0 ? undefined : (this.#kept.get(index - 1) ?? this.#scannedNode(index - 1));
      try {
        this.#isComplete = this.#isLast(last, index + turns.total, position, repeat.until);
      } catch (thrown) {
        if (!(thrown instanceof StructError) || thrown.className === "LimitError") throw thrown;
        this.#isConditionFailure = this.#isComplete = true;
        this.#failure = thrown;
      }
    }
    turns.add(index);
  }

  /** `_index` counts the turn already, as in JavaScript and most other targets of the reference compiler. */
  #isLast(last: LazyNode | undefined, turn: number, end: number, until: Formula): boolean {
    this.owner.session.budget.spend();
    this.#visible = (last?.index ?? -1) + 1;
    const environment = { index: turn + 1, item: last?.value() ?? null, on: undefined };
    return truth(this.owner.evaluateFor(this.field, until, this.stream, end, environment));
  }

  /** How far counting has got, for people. */
  get progress(): { readonly scannedBytes: number; readonly totalBytes: number; readonly elements: number } {
    const totalBytes = this.stream.size - this.position;
    return { scannedBytes: this.#next - this.position, totalBytes, elements: this.#scanned };
  }

  /** The element over a position of the stream; undefined when there is none. */
  indexAt(position: number): number | undefined {
    if (position < this.start) return undefined;
    const grid = this.#gridOrScan();
    if (grid?.count !== undefined) {
      const index = grid.stride > 0 && grid.stride < Infinity ? Math.floor((position - grid.base) / grid.stride) : 0;
      return index < grid.count ? index : undefined;
    }
    while (!this.#isComplete && this.#next <= position) this.#scanTo(this.#scanned);
    if (position >= this.#next && this.#failure === undefined) return undefined;
    let { index, position: start } = this.#marks.at(position);
    for (; index < this.#scanned - 1; index += 1) {
      const end = this.#endOfElement(index, start);
      if (position < end) break;
      start = end;
    }
    this.#unfinished = undefined;
    this.#lastIndex = index - 1;
    this.#lastEnd = start;
    return index;
  }

  /** Where the next field begins. @throws StructError when the last element could not be read */
  end(): number {
    const grid = this.#gridOrScan();
    if (grid?.count !== undefined) {
      if (grid.count === 0) return this.position;
      this.#gridNode(grid, grid.count - 1).end();
      return grid.base + grid.count * grid.stride;
    }
    this.#scanTo(Infinity);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#next;
  }

  /** Where the elements end, when that is known without reading more. */
  get knownEnd(): number | undefined {
    if (this.#isComplete) return this.#failure === undefined ? this.#next : undefined;
    const grid = this.#grid;
    if (grid?.count === undefined) return undefined;
    const end = grid.count === 0 ? this.position : grid.base + grid.count * grid.stride;
    return end <= this.stream.size ? end : undefined;
  }

  /** Bytes that the marks take. */
  get indexBytes(): number {
    return this.#marks.memoryBytes;
  }
}
