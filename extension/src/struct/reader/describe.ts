// Values -> plain nodes, as `terahex struct --json` and the tree print them: ranges, errors, refs, and limits that cut.
// Reads what it prints and no more. An error stays where it happened.
import { asStructError, SourceChanged, type StructError } from "../errors";
import type { DataType } from "../ksy/model";
import { bitsAfterType } from "../ksy/sizes";
import { LazyArray } from "./lazyArray";
import type { LazyNode } from "./lazyNode";
import { LazyStruct, type Slot } from "./lazyStruct";
import { Stream } from "./stream";
import { beginsAligned } from "./uniform";
import { decodeText } from "./text";
import { validate } from "./validate";
import { noEnvironment } from "../expression/evaluate";
import { Bytes, EnumValue, Float, List, type Integer, type Value } from "./values";

export interface StructNode {
  kind: "struct" | "array" | "int" | "float" | "bool" | "str" | "bytes" | "enum" | "null" | "io" | "ref" | "error";
  type?: string;
  /** Of an array or stream or byte array; null: not counted. */
  size?: number | null;
  value?: Integer | Float | boolean | string;
  name?: string | null;
  path?: string;
  fields?: Map<string, StructNode>;
  items?: StructNode[];
  start?: number;
  end?: number;
  bits?: readonly [number, number];
  in?: string;
  instance?: true;
  error?: string;
  message?: string;
  truncated?: true;
  at?: string;
  file?: string;
}

export interface PrintLimits {
  /** A struct or array so many levels below the printed node has no children. */
  readonly depth: number;
  readonly maxItems: number;
  /** Of a byte array; characters of a string. */
  readonly maxBytes: number;
  readonly maxNodes: number;
}

export const defaultPrintLimits: PrintLimits = { depth: 100, maxItems: 10_000, maxBytes: 65_536, maxNodes: 500_000 };

/** In all; what comes after is cut to nothing. */
const maxPrinted = 64 * 1024 * 1024;

export function describeError(error: StructError): StructNode {
  return { kind: "error", error: error.className, message: error.message };
}

export class Describer {
  #nodes = 0;
  /** Bytes and characters that may still be printed. */
  #room = maxPrinted;
  /** Set when any node has an error. */
  failed = false;

  constructor(private readonly limits: PrintLimits = defaultPrintLimits) {}

  /** The result of an expression: a struct or array is printed where it is. */
  result(value: Value): StructNode {
    if (value instanceof LazyStruct) return value.node === undefined ? this.root(value) : this.#node(value.node, 0);
    return value instanceof LazyArray ? this.#array(value, 0) : this.#guard(() => this.#value(value, 0));
  }

  root(root: LazyStruct): StructNode {
    const node = this.#struct(root, 0);
    node.start = 0;
    if (root.placed === root.type.seq.length) node.end = Math.ceil(root.end());
    return node;
  }

  /** A field, at its place. */
  field(slot: Slot): StructNode {
    return this.#guard(() => this.#slot(slot, 0));
  }

  /** A value that no field holds. */
  computed(value: Value): StructNode {
    return this.#guard(() => this.#value(value, 0));
  }

  error(error: StructError): StructNode {
    this.failed = true;
    this.#nodes += 1;
    return describeError(error);
  }

  /** What `make` makes, or an error node. */
  #guard(make: () => StructNode): StructNode {
    this.#nodes += 1;
    try {
      return make();
    } catch (thrown) {
      return this.error(this.#known(thrown));
    }
  }

  #known(thrown: unknown): StructError {
    if (thrown instanceof SourceChanged) throw thrown;
    return asStructError(thrown);
  }

  #blame(node: StructNode, error: StructError): void {
    this.failed = true;
    node.error = error.className;
    node.message = error.message;
  }

  /** True when children of a node at this level are not to be printed. */
  #isCut(level: number): boolean {
    return level >= this.limits.depth || this.#nodes > this.limits.maxNodes;
  }

  #struct(struct: LazyStruct, level: number): StructNode {
    const { type } = struct;
    const node: StructNode = { kind: "struct", type: type.name, fields: new Map() };
    if (this.#isCut(level)) {
      if (type.members.size > 0) node.truncated = true;
      return node;
    }
    const fields = node.fields ?? new Map<string, StructNode>();
    const { budget } = struct.session;
    budget.enter();
    try {
      this.#members(struct, level, fields);
    } finally {
      budget.leave();
    }
    return node;
  }

  #members(struct: LazyStruct, level: number, fields: Map<string, StructNode>): void {
    const { type } = struct;
    for (const param of type.params) {
      fields.set(
        param.id,
        this.#guard(() => this.#value(struct.paramValue(param.index), level + 1)),
      );
    }
    this.#sequence(struct, level, fields);
    for (const [index, instance] of type.instances.entries()) {
      const child = this.#instance(struct, index, level + 1);
      child.instance = true;
      fields.set(instance.id, child);
    }
  }

  #sequence(struct: LazyStruct, level: number, fields: Map<string, StructNode>): void {
    for (const [index, field] of struct.type.seq.entries()) {
      let slot: Slot;
      try {
        slot = struct.slot(index);
      } catch (thrown) {
        this.#stopped(struct, index, this.#known(thrown), fields);
        return;
      }
      fields.set(field.id, this.#slot(slot, level + 1));
    }
    const { length } = struct.type.seq;
    if (struct.placed === length) return;
    try {
      if (!this.#isCostly(struct)) struct.end();
    } catch (thrown) {
      this.#stopped(struct, length, this.#known(thrown), fields);
    }
  }

  /** The place of a field cannot be known: it fails itself, or one before it does and shows why, if its children are shown. */
  #stopped(struct: LazyStruct, index: number, error: StructError, fields: Map<string, StructNode>): void {
    const at = struct.failure?.field ?? struct.placed;
    const field = struct.type.seq[Math.min(at, index)];
    if (field === undefined) return;
    const shown = fields.get(field.id);
    if (shown === undefined) fields.set(field.id, this.error(error));
    else if (!hasError(shown)) this.#blame(shown, error);
  }

  /** Whether finding the end of the last field may mean reading far more than was printed. */
  #isCostly(struct: LazyStruct): boolean {
    const index = struct.placed;
    if (index < struct.type.seq.length - 1) return true;
    const slot = struct.slot(index);
    if (slot instanceof LazyArray) return slot.knownSize === undefined;
    const data = slot?.data();
    if (data?.kind !== "struct" || data.area !== undefined || slot === null) return false;
    const child = slot.value();
    return child instanceof LazyStruct && child.placed < child.type.seq.length && child.failure === undefined;
  }

  #instance(struct: LazyStruct, index: number, level: number): StructNode {
    const instance = struct.instance(index);
    if (instance.role !== "value") {
      let slot: Slot;
      try {
        slot = struct.instanceSlot(index);
      } catch (thrown) {
        return this.error(this.#known(thrown));
      }
      return this.#slot(slot, level);
    }
    let value: Value;
    try {
      value = struct.instanceValue(index);
    } catch (thrown) {
      return this.error(this.#known(thrown));
    }
    const node = this.#guard(() => this.#value(value, level));
    if (instance.valid !== undefined && node.kind !== "error")
      this.#check(node, () => instance.valid && validate(struct, instance.valid, value, noEnvironment));
    return node;
  }

  #check(node: StructNode, violation: () => StructError | undefined): void {
    try {
      const found = violation();
      if (found !== undefined) this.#blame(node, found);
    } catch (thrown) {
      this.#blame(node, this.#known(thrown));
    }
  }

  #slot(slot: Slot, level: number): StructNode {
    this.#nodes += 1;
    if (slot === null) return { kind: "null" };
    return slot instanceof LazyArray ? this.#array(slot, level) : this.#node(slot, level);
  }

  #node(node: LazyNode, level: number): StructNode {
    let data: DataType | null;
    try {
      data = node.data();
    } catch (thrown) {
      return this.error(this.#known(thrown));
    }
    if (data === null) return { kind: "null" };
    const kind = data.kind;
    const result = this.#guard(() => this.#content(node, data, level));
    this.#range(result, node, data);
    if (result.kind !== "error" && kind !== "struct") this.#check(result, () => node.violation());
    else if (result.kind !== "error" && node.field.valid !== undefined) this.#check(result, () => node.violation());
    return result;
  }

  #content(node: LazyNode, data: DataType, level: number): StructNode {
    if (data.kind === "str") return this.#text(node.bytes(data), data.encoding);
    const value = node.value();
    return value instanceof LazyStruct ? this.#struct(value, level) : this.#value(value, level);
  }

  #range(result: StructNode, node: LazyNode, data: DataType): void {
    try {
      const { base, origin } = node.stream;
      const end = this.#endOf(node, data);
      const start = node.start;
      if (end === undefined && result.kind === "error") return;
      result.start = base + Math.floor(start);
      if (end !== undefined) result.end = base + Math.ceil(end);
      if (data.kind === "bits") result.bits = [(start % 1) * 8, data.bits];
      if (origin !== undefined) result.in = origin.path;
    } catch (thrown) {
      this.#known(thrown);
    }
  }

  /** Undefined when it is not known without reading more. */
  #endOf(node: LazyNode, data: DataType): number | undefined {
    if (data.kind !== "struct" || data.area !== undefined) return node.end();
    const child = node.value();
    if (!(child instanceof LazyStruct)) return undefined;
    const isCheap = child.placed === child.type.seq.length || bitsAfterType(child.type, 0) !== undefined;
    return isCheap && child.failure === undefined ? child.end() : undefined;
  }

  #array(array: LazyArray, level: number): StructNode {
    this.#nodes += 1;
    const items: StructNode[] = [];
    const node: StructNode = { kind: "array", size: null, items };
    try {
      this.#fill(array, level, node, items);
      const end = array.knownEnd;
      const { base, origin } = array.stream;
      const isAligned = array.position % 1 !== 0 && beginsAligned(array.field.data);
      node.start = base + (isAligned ? Math.ceil(array.position) : Math.floor(array.position));
      if (end !== undefined) node.end = base + Math.ceil(end);
      if (origin !== undefined) node.in = origin.path;
    } catch (thrown) {
      const error = this.#known(thrown);
      if (items.length === 0 && node.size === null) return this.error(error);
      this.#blame(node, error);
      node.truncated = true;
    }
    return node;
  }

  #fill(array: LazyArray, level: number, node: StructNode, items: StructNode[]): void {
    node.size = array.knownSize ?? null;
    if (this.#isCut(level)) {
      if (array.hasMore(0)) node.truncated = true;
      else node.size = 0;
      return;
    }
    for (let index = 0; ; index += 1) {
      if (index >= this.limits.maxItems || this.#nodes > this.limits.maxNodes) {
        if (array.hasMore(index)) node.truncated = true;
        break;
      }
      const item = array.nodeOrNothing(index);
      if (item === undefined) break;
      items.push(this.#node(item, level + 1));
    }
    node.size = array.knownSize ?? (node.truncated === true ? null : items.length);
    const failure = array.conditionFailure;
    if (failure !== undefined) this.#blame(node, failure);
  }

  #text(bytes: Bytes, encoding: string): StructNode {
    const maxBytes = Math.min(this.limits.maxBytes, this.#room);
    // No character of any encoding takes more than four bytes; a few more for marks and shifts.
    const room = maxBytes * 4 + 16;
    const text = decodeText(bytes.prefix(room), encoding);
    return this.#string(text, bytes.length > room);
  }

  #string(text: string, isLonger: boolean): StructNode {
    const maxBytes = Math.min(this.limits.maxBytes, this.#room);
    this.#room -= Math.min(maxBytes, text.length);
    if (text.length <= maxBytes && !isLonger) return { kind: "str", value: text };
    const characters = Array.from(text.slice(0, maxBytes * 2 + 2));
    if (characters.length <= maxBytes && !isLonger) return { kind: "str", value: text };
    return { kind: "str", value: characters.slice(0, maxBytes).join(""), truncated: true };
  }

  /** A value that no field shows in place: structs and arrays that fields parsed are refs. */
  #value(value: Value, level: number): StructNode {
    if (value === null) return { kind: "null" };
    if (typeof value === "number" || typeof value === "bigint") return { kind: "int", value };
    if (typeof value === "boolean") return { kind: "bool", value };
    if (typeof value === "string") return this.#string(value, false);
    if (value instanceof Float) return { kind: "float", value };
    if (value instanceof EnumValue) return { kind: "enum", type: value.of.name, value: value.value, name: value.label };
    if (value instanceof Bytes) return this.#bytes(value);
    if (value instanceof Stream) return { kind: "io", size: value.size };
    if (value instanceof List) return this.#list(value, level);
    return { kind: "ref", path: value.path };
  }

  #list(list: List, level: number): StructNode {
    const items: StructNode[] = [];
    const node: StructNode = { kind: "array", size: list.size, items };
    if (this.#isCut(level)) {
      if (list.size > 0) node.truncated = true;
      return node;
    }
    for (const item of list.items.slice(0, this.limits.maxItems))
      items.push(this.#guard(() => this.#value(item, level + 1)));
    if (items.length < list.size) node.truncated = true;
    return node;
  }

  #bytes(bytes: Bytes): StructNode {
    const maxBytes = Math.min(this.limits.maxBytes, this.#room);
    const prefix = bytes.prefix(maxBytes);
    this.#room -= prefix.length;
    const node: StructNode = { kind: "bytes", size: bytes.length, value: Buffer.from(prefix.buffer).toString("hex") };
    if (bytes.length > maxBytes) node.truncated = true;
    return node;
  }
}

function hasError(node: StructNode): boolean {
  if (node.error !== undefined) return true;
  if (node.fields !== undefined)
    for (const field of node.fields.values()) if (field.instance !== true && hasError(field)) return true;
  return node.items?.some(hasError) ?? false;
}
