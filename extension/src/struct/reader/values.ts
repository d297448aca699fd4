// The values of the expression language while it runs. Integers are number while safe, bigint beyond; floats are boxed, so that
// 7 / 2.0 is not 7 / 2. Bytes, arrays and structs are lazy. Data and small helpers; arithmetic is in expression/operators.ts.
import type { EnumDef } from "../ksy/model";
import type { Backing } from "./backing";
import { MemoryBacking } from "./backing";
import type { LazyArray } from "./lazyArray";
import type { LazyStruct } from "./lazyStruct";
import type { Stream } from "./stream";
import { StructError } from "../errors";
import type { Budget } from "../limits";

export type Integer = number | bigint;

export class Float {
  constructor(readonly value: number) {}
}

export class EnumValue {
  constructor(
    readonly of: EnumDef,
    readonly value: Integer,
  ) {}

  get label(): string | null {
    return this.of.byValue.get(String(this.value))?.label ?? null;
  }
}

/** Bytes that are read when they are looked at. */
export class Bytes {
  constructor(
    readonly backing: Backing,
    readonly start: number,
    readonly length: number,
  ) {}

  static of(bytes: Uint8Array<ArrayBuffer>): Bytes {
    return new Bytes(new MemoryBacking(bytes), 0, bytes.length);
  }

  at(index: number): number {
    const place = this.backing.locate(this.start + index, 1);
    return this.backing.view.getUint8(place);
  }

  /** @throws LimitError when there are too many to hold */
  copy(budget: Budget): Uint8Array<ArrayBuffer> {
    budget.allow(this.length, "byte array");
    return this.backing.copy(this.start, this.length);
  }

  prefix(length: number): Uint8Array<ArrayBuffer> {
    return this.backing.copy(this.start, Math.min(length, this.length));
  }

  /** Negative, zero or positive, by unsigned bytes, the shorter first. */
  compare(other: Bytes): number {
    const step = 64 * 1024;
    for (let at = 0; at < Math.min(this.length, other.length); at += step) {
      const mine = this.backing.copy(this.start + at, Math.min(step, this.length - at));
      const others = other.backing.copy(other.start + at, Math.min(step, other.length - at));
      for (let index = 0; index < Math.min(mine.length, others.length); index += 1) {
        const difference = (mine[index] ?? 0) - (others[index] ?? 0);
        if (difference !== 0) return difference;
      }
    }
    return this.length - other.length;
  }

  equals(other: Bytes): boolean {
    return this.length === other.length && this.compare(other) === 0;
  }
}

/** An array that an expression made. */
export class List {
  constructor(readonly items: readonly Value[]) {}

  get size(): number {
    return this.items.length;
  }

  at(index: number): Value {
    return this.items[index] ?? null;
  }
}

export type Value =
  null | boolean | Integer | string | Float | EnumValue | Bytes | List | LazyArray | LazyStruct | Stream;

export function isInteger(value: Value): value is Integer {
  return typeof value === "number" || typeof value === "bigint";
}

/** Told by `kind`, so that expressions need not know how structs and arrays are read. */
export function isStruct(value: Value): value is LazyStruct {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "struct";
}

export function isArray(value: Value): value is LazyArray {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "array";
}

/** Number while it is safe. */
export function normalize(value: bigint): Integer {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** What a value is, for people. */
export function kindOf(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "object") {
    if (value instanceof Float) return "float";
    if (value instanceof EnumValue) return `enum ${value.of.name}`;
    if (value instanceof Bytes) return "bytes";
    return value instanceof List ? "array" : value.kind;
  }
  if (typeof value === "string") return "str";
  return typeof value === "boolean" ? "bool" : "int";
}

export function typeFault(message: string): StructError {
  return new StructError("TypeError", message);
}
