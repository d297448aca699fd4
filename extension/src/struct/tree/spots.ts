// Places of the tree by path: what is there is found when asked for, and found again at no cost while the session keeps it.
// Knows how nodes hang together, not how they look. One thread; errors are StructErrors.
import { StructError } from "../errors";
import type { Member } from "../ksy/model";
import { LazyArray } from "../reader/lazyArray";
import { LazyNode } from "../reader/lazyNode";
import { LazyStruct } from "../reader/lazyStruct";
import { List, type Value } from "../reader/values";

/** A value that no field holds: of a value instance, a parameter, an element of a list. */
export class Computed {
  constructor(readonly value: Value) {}
}

/** The root; a field; a repeated field; null: its `if` is false; a computed value. */
export type Content = LazyStruct | LazyNode | LazyArray | Computed | null;

export interface Spot {
  readonly path: string;
  readonly name: string;
  /** What the template says of it; undefined for the root and for elements of lists. */
  readonly def: Member | undefined;
  readonly owner: LazyStruct | undefined;
  /** Its place in a repeated field; -1: it is the field. */
  readonly index: number;
  /** @throws StructError when it cannot be read */
  content(): Content;
}

export function rootSpot(root: LazyStruct): Spot {
  return { path: "", name: root.type.id, def: undefined, owner: undefined, index: -1, content: () => root };
}

function memberSpot(struct: LazyStruct, path: string, def: Member): Spot {
  const content = (): Content => {
    switch (def.role) {
      case "param":
        return new Computed(struct.paramValue(def.index));
      case "seq":
        return struct.slot(def.index);
      case "instance":
        return struct.instanceSlot(def.index);
      case "value":
        return new Computed(struct.instanceValue(def.index));
    }
  };
  return { path: path === "" ? def.id : `${path}.${def.id}`, name: def.id, def, owner: struct, index: -1, content };
}

function elementSpot(array: Spot, index: number, content: () => Content): Spot {
  const name = `[${index}]`;
  return { path: array.path + name, name, def: array.def, owner: array.owner, index, content };
}

/** The struct that a spot's children are members of; undefined when it is none. */
export function structOf(content: Content): LazyStruct | undefined {
  if (content instanceof LazyStruct) return content;
  if (!(content instanceof LazyNode) || content.data()?.kind !== "struct") return undefined;
  const value = content.value();
  return value instanceof LazyStruct ? value : undefined;
}

/** Params, fields and instances in the order they are shown in. Fields behind one that cannot be read are left out. */
export function membersOf(struct: LazyStruct): readonly Member[] {
  const { params, seq, instances } = struct.type;
  return [...params, ...seq.slice(0, readableFields(struct)), ...instances];
}

/** How many fields of `seq` there are to show, one that fails included; all while that is not known. */
function readableFields(struct: LazyStruct): number {
  const { length } = struct.type.seq;
  if (length === 0) return 0;
  try {
    struct.slot(length - 1);
  } catch (thrown) {
    if (!(thrown instanceof StructError)) throw thrown;
  }
  return knownFields(struct);
}

/** As far as the fields have been looked at; reads nothing. */
export function knownFields(struct: LazyStruct): number {
  const { length } = struct.type.seq;
  return Math.min(struct.failure?.field ?? length, length - 1) + 1;
}

export function memberSpots(spot: Spot, struct: LazyStruct): readonly Spot[] {
  return membersOf(struct).map((def) => memberSpot(struct, spot.path, def));
}

/** Undefined past the end. */
export function elementAt(spot: Spot, array: LazyArray | List, index: number): Spot | undefined {
  if (array instanceof List) {
    return index < array.size ? elementSpot(spot, index, () => new Computed(array.at(index))) : undefined;
  }
  return array.nodeOrNothing(index) === undefined ? undefined : elementSpot(spot, index, () => array.node(index));
}

/** The array whose elements are a spot's children; undefined when it is none. */
export function arrayOf(content: Content): LazyArray | List | undefined {
  if (content instanceof LazyArray) return content;
  return content instanceof Computed && content.value instanceof List ? content.value : undefined;
}

/** Linear: no two parts can match the same characters. */
const pathPattern = /^(?:[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*|\[\d{1,16}\])*)?$/;

/** @param path as rows have it @throws IndexError when there is no such node; whatever keeps it from being found */
export function locate(root: LazyStruct, path: string): Spot {
  const steps = pathPattern.test(path) ? (path.match(/[a-z0-9_]+|\[\d+/g) ?? []) : undefined;
  let spot: Spot | undefined = steps === undefined ? undefined : rootSpot(root);
  for (const step of steps ?? []) {
    if (spot === undefined) break;
    spot = step.startsWith("[") ? elementOf(spot, Number(step.slice(1))) : memberOf(spot, step);
  }
  if (spot === undefined) throw new StructError("IndexError", `no node '${path.slice(0, 200)}'`);
  return spot;
}

function elementOf(spot: Spot, index: number): Spot | undefined {
  const array = arrayOf(spot.content());
  return array === undefined || !Number.isSafeInteger(index) ? undefined : elementAt(spot, array, index);
}

function memberOf(spot: Spot, name: string): Spot | undefined {
  const struct = structOf(spot.content());
  const member = struct?.type.members.get(name);
  return struct === undefined || member === undefined ? undefined : memberSpot(struct, spot.path, member);
}
