// A struct at a known place. Its fields are placed one after another, only as far as someone asks; instances when asked.
// Over 400 lines because placing, instances and parameters ask each other while a struct is being read.
// Expressions see what reading in order would have shown them: fields from the one at hand on are not there yet (null).
import { StructError } from "../errors";
import type { Environment } from "../expression/evaluate";
import { noEnvironment } from "../expression/evaluate";
import { equalValues, truth } from "../expression/operators";
import {
  endianOf,
  type FieldDef,
  type Formula,
  type InstanceDef,
  type StructUse,
  type TypeDef,
  type ValueDef,
} from "../ksy/model";
import { skipsRestOfByte } from "../ksy/sizes";
import { sizeValue } from "./area";
import { LazyArray } from "./lazyArray";
import { LazyNode } from "./lazyNode";
import { parameterValue } from "./parameters";
import { readInteger } from "./primitive";
import type { Session } from "./session";
import { Stream } from "./stream";
import { EnumValue, isInteger, kindOf, typeFault, type Value } from "./values";

/** A field that is there, or null for one whose `if` is false. */
export type Slot = LazyNode | LazyArray | null;

type Result = { readonly value: Value } | { readonly error: StructError } | "busy";

interface Failure {
  readonly field: number;
  readonly error: StructError;
}

export class LazyStruct {
  readonly kind = "struct";
  /** Where each field begins, as far as they are placed, and after the last where the struct ends. */
  readonly #starts: number[];
  readonly #slots: (Slot | undefined)[] = [];
  #instanceSlots: (Slot | undefined)[] | undefined;
  #making: Set<number> | undefined;
  #results: Map<string, Result> | undefined;
  #failure: Failure | undefined;
  /** The field whose place or size is being determined; -1: none. */
  #active = -1;
  /** Passes over the fields on behalf of a value that depends on the position. */
  #placing = 0;

  constructor(
    readonly session: Session,
    readonly type: TypeDef,
    readonly stream: Stream,
    /** In the stream; with eighths when it begins within a byte. */
    readonly start: number,
    /** The field that is this struct; undefined: it is the root. */
    readonly node: LazyNode | undefined,
    readonly use: StructUse | undefined,
  ) {
    this.#starts = [start];
  }

  get path(): string {
    return this.node?.path ?? "";
  }

  get root(): LazyStruct | null {
    if (this.node === undefined) return this;
    if (this.use?.external !== true) return this.node.owner.root;
    return this.type.outer === undefined ? this : null;
  }

  get parent(): Value {
    const { node, use } = this;
    if (node === undefined || use?.parent === null) return null;
    const formula = use?.parent;
    if (formula !== undefined) return this.#remember("parent", () => node.evaluate(formula));
    return use?.external === true ? null : node.owner;
  }

  /** The value that was made before, or makes it. An error is remembered too, but not that time or depth ran out. */
  #remember(key: string, make: () => Value): Value {
    const results = (this.#results ??= new Map<string, Result>());
    const known = results.get(key);
    if (known === "busy") throw new StructError("CycleError", `'${key.slice(key.indexOf(" ") + 1)}' depends on itself`);
    if (known !== undefined) {
      if ("error" in known) throw known.error;
      return known.value;
    }
    const { budget } = this.session;
    budget.enter();
    results.set(key, "busy");
    try {
      const value = make();
      results.set(key, { value });
      return value;
    } catch (thrown) {
      results.delete(key);
      if (thrown instanceof StructError && thrown.className !== "LimitError") results.set(key, { error: thrown });
      throw thrown;
    } finally {
      budget.leave();
    }
  }

  littleEndian(): boolean {
    const known = endianOf(this.type);
    if (known === undefined) throw undecided();
    if (typeof known.endian === "string") return known.endian === "le";
    const { endian, owner } = known;
    if (owner !== this.type) return this.#inheritedEndian(owner);
    return (
      this.#remember("endian", () => {
        const { cursor } = this.stream;
        this.stream.cursor = this.start;
        try {
          const on = endian.on.evaluate(this, noEnvironment);
          const match = endian.cases.find(
            ({ when }) => when === undefined || equalValues(on, when.evaluate(this, noEnvironment)),
          );
          if (match === undefined) throw undecided();
          return match.endian === "le";
        } finally {
          this.stream.cursor = cursor;
        }
      }) === true
    );
  }

  #inheritedEndian(owner: TypeDef): boolean {
    const creator = this.node?.owner;
    const theirs = creator === undefined ? undefined : endianOf(creator.type);
    if (creator === undefined || theirs?.owner !== owner) throw undecided();
    return creator.littleEndian();
  }

  /** Evaluates with the stream at the place of a field, and hides the fields from that one on. */
  evaluateFor(field: FieldDef, formula: Formula, stream: Stream, position: number, environment: Environment): Value {
    const { cursor } = stream;
    const active = this.#active;
    stream.cursor = position;
    if (field.role === "seq") this.#active = active < 0 ? field.index : Math.min(active, field.index);
    try {
      return formula.evaluate(this, environment);
    } finally {
      stream.cursor = cursor;
      this.#active = active;
    }
  }

  /** Whether the field is there, and where it begins. */
  slot(index: number): Slot {
    this.#placeUpTo(index);
    let slot = this.#slots[index];
    if (slot === undefined) {
      const field = this.#field(index);
      slot = this.#make(field, this.stream, this.#starts[index] ?? 0);
      this.#slots[index] = slot;
    }
    return slot;
  }

  #field(index: number): FieldDef {
    const field = this.type.seq[index];
    if (field === undefined) throw new StructError("IndexError", `no field ${index}`);
    return field;
  }

  #make(field: FieldDef, stream: Stream, position: number): Slot {
    if (
      field.condition !== undefined &&
      !truth(this.evaluateFor(field, field.condition, stream, position, noEnvironment))
    )
      return null;
    if (field.repeat !== undefined) return new LazyArray(this, field, stream, position);
    return new LazyNode(this, field, stream, position, -1);
  }

  /** How many fields have a known end. */
  get placed(): number {
    return this.#starts.length - 1;
  }

  #placeUpTo(index: number): void {
    if (this.#starts.length > index) return;
    if (this.#failure !== undefined) throw this.#failure.error;
    const { budget } = this.session;
    budget.enter();
    try {
      if (this.#starts.length === 1) this.#decideEndian();
      for (let at = this.#starts.length - 1; at < index; at += 1) this.#place(at);
    } finally {
      budget.leave();
    }
  }

  /** A type that switches its endianness has to know it before anything of it is read. */
  #decideEndian(): void {
    if (typeof this.type.endian !== "object") return;
    try {
      this.littleEndian();
    } catch (thrown) {
      if (thrown instanceof StructError) this.#failure = { field: 0, error: thrown };
      throw thrown;
    }
  }

  #place(index: number): void {
    const field = this.#field(index);
    const position = this.#starts[index] ?? 0;
    try {
      if (field.fixedBytes !== undefined) {
        const start = Math.ceil(position);
        this.stream.require(start, field.fixedBytes);
        this.#starts.push(start + field.fixedBytes);
        return;
      }
      const slot = this.slot(index);
      const end = slot === null ? position : this.#endOf(slot, index);
      this.#starts.push(skipsRestOfByte(this.type.seq, index) ? Math.ceil(end) : end);
    } catch (thrown) {
      const isFinal = thrown instanceof StructError && thrown.className !== "LimitError";
      if (isFinal) this.#failure = { field: index, error: thrown };
      throw thrown;
    }
  }

  #endOf(slot: LazyNode | LazyArray, index: number): number {
    const active = this.#active;
    if (active >= 0 && index >= active)
      throw new StructError("CycleError", `the place of '${slot.field.id}' depends on itself`);
    this.#active = index;
    try {
      return slot.end();
    } finally {
      this.#active = active;
    }
  }

  /** Where the struct ends, in its stream. @throws StructError when a field could not be read */
  end(): number {
    this.#placeUpTo(this.type.seq.length);
    return this.#starts[this.type.seq.length] ?? this.start;
  }

  /** Where reading in order stops: at the end, or at the field that fails. */
  endOrFailure(): number {
    try {
      return this.end();
    } catch (thrown) {
      if (!(thrown instanceof StructError) || thrown.className === "LimitError") throw thrown;
      return this.#starts[this.#starts.length - 1] ?? this.start;
    }
  }

  /** What keeps the fields after `placed` from being read; undefined when nothing is known to. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  fieldValue(index: number): Value {
    if (this.#active >= 0 && index >= this.#active) {
      const slot = index === this.#active ? this.#slots[index] : undefined;
      return slot instanceof LazyArray ? slot : null;
    }
    const field = this.type.seq[index];
    if (field?.fixedBytes !== undefined && field.data.kind === "int" && field.enumName === undefined) {
      this.#placeUpTo(index);
      const { data } = field;
      const little = data.endian === undefined ? this.littleEndian() : data.endian === "le";
      return readInteger(this.stream, Math.ceil(this.#starts[index] ?? 0), data.bytes, data.signed, little);
    }
    const slot = this.slot(index);
    if (slot === null || slot instanceof LazyArray) return slot;
    return slot.value();
  }

  paramValue(index: number): Value {
    const param = this.type.params[index];
    const formula = this.use?.args[index];
    if (param === undefined || formula === undefined || this.node === undefined) return null;
    const { node } = this;
    return this.#remember(`p ${param.id}`, () => parameterValue(param, node.evaluateBehind(formula)));
  }

  instance(index: number): InstanceDef {
    const instance = this.type.instances[index];
    if (instance === undefined) throw new StructError("IndexError", `no instance ${index}`);
    return instance;
  }

  instanceValue(index: number): Value {
    const instance = this.instance(index);
    if (instance.role === "value") return this.#remember(`i ${instance.id}`, () => this.#computed(instance));
    const slot = this.instanceSlot(index);
    if (slot === null || slot instanceof LazyArray) return slot;
    return this.#remember(`i ${instance.id}`, () => slot.value());
  }

  #computed(instance: ValueDef): Value {
    if (instance.condition !== undefined && !truth(instance.condition.evaluate(this, noEnvironment))) return null;
    const isPositional = instance.value.positional || instance.condition?.positional === true;
    if (isPositional && this.#active < 0 && this.#placing === 0) {
      const remembered = this.#positionalFirst(instance);
      if (remembered !== undefined) return remembered;
    }
    const value = instance.value.evaluate(this, noEnvironment);
    return instance.enumName !== undefined && isInteger(value)
      ? new EnumValue(instance.enumName.enumDef, value)
      : value;
  }

  /** `_io.pos` means where reading stood when the value was first needed: reads the fields in order, in case one needs it. */
  #positionalFirst(instance: ValueDef): Value | undefined {
    const key = `i ${instance.id}`;
    const results = this.#results;
    results?.delete(key);
    this.#readInOrder();
    const known = results?.get(key);
    results?.set(key, "busy");
    if (known === undefined || known === "busy") return undefined;
    if ("error" in known) throw known.error;
    return known.value;
  }

  instanceSlot(index: number): Slot {
    const slots = (this.#instanceSlots ??= []);
    let slot = slots[index];
    if (slot === undefined) {
      const instance = this.instance(index);
      const early = this.#madeWhileReading(instance, slots);
      if (early !== undefined) return early;
      const making = (this.#making ??= new Set());
      if (making.has(index)) throw new StructError("CycleError", `'${instance.id}' depends on itself`);
      making.add(index);
      try {
        slot = this.#makeInstance(instance);
      } finally {
        making.delete(index);
      }
      slots[index] = slot;
    }
    return slot;
  }

  /** As for values, `_io.pos` in a place means where reading stood when it was first needed. */
  #madeWhileReading(instance: InstanceDef, slots: readonly (Slot | undefined)[]): Slot | undefined {
    if (instance.role === "value" || this.#active >= 0 || this.#placing > 0) return undefined;
    if (instance.pos?.positional !== true && instance.condition?.positional !== true) return undefined;
    this.#readInOrder();
    return slots[instance.index];
  }

  /** All fields, in case one of them needs what was asked for. */
  #readInOrder(): void {
    this.#placing += 1;
    try {
      this.endOrFailure();
    } finally {
      this.#placing -= 1;
    }
  }

  #makeInstance(instance: InstanceDef): Slot {
    if (instance.role === "value") throw new StructError("TypeError", `'${instance.id}' is computed, not read`);
    if (instance.condition !== undefined && !truth(instance.condition.evaluate(this, noEnvironment))) return null;
    const io = instance.io === undefined ? this.stream : instance.io.evaluate(this, noEnvironment);
    if (!(io instanceof Stream)) throw typeFault(`'io' must be a stream, got ${kindOf(io)}`);
    const position =
      instance.pos === undefined ? io.position : sizeValue(instance.pos.evaluate(this, noEnvironment), "position");
    if (instance.repeat !== undefined) return new LazyArray(this, instance, io, position);
    return new LazyNode(this, instance, io, position, -1);
  }

  /** A member or a special attribute by name, as `x.name` in an expression. */
  named(name: string): Value {
    const member = this.type.members.get(name);
    if (member === undefined) return this.#special(name);
    switch (member.role) {
      case "param":
        return this.paramValue(member.index);
      case "seq":
        return this.fieldValue(member.index);
      case "instance":
      case "value":
        return this.instanceValue(member.index);
    }
  }

  #special(name: string): Value {
    switch (name) {
      case "_root":
        return this.root;
      case "_parent":
        return this.parent;
      case "_io":
        return this.stream;
      case "_sizeof":
        return Math.ceil(this.end() - this.start);
      case "_bitsizeof":
        return (this.end() - this.start) * 8;
      case "_is_le":
        return this.littleEndian();
      default:
        throw typeFault(`unable to access '${name}' in ${this.type.name} context`);
    }
  }
}

function undecided(): StructError {
  return new StructError("UndecidedEndiannessError", "unable to decide on endianness");
}
