// The methods of values: to_i, to_s, length, reverse, substring, first, last, size, min, max, pos, eof.
// @see Kaitai Struct User Guide, "Methods". Members of structs are not methods: evaluate.ts looks them up.
import { limit, StructError } from "../errors";
import type { Budget } from "../limits";
import type { LazyArray } from "../reader/lazyArray";
import { Stream } from "../reader/stream";
import { decodeText } from "../reader/text";
import {
  Bytes,
  EnumValue,
  Float,
  isInteger,
  kindOf,
  List,
  normalize,
  typeFault,
  type Value,
  isArray,
} from "../reader/values";
import { compareValues } from "./operators";

const maxText = 64 * 1024 * 1024;

export function callMethod(target: Value, name: string, args: readonly Value[], budget: Budget): Value {
  if (target === null) throw new StructError("NullError", `'.${name}' of an absent (null) value`);
  const result = methodOf(target, name, args, budget);
  if (result === undefined) throw typeFault(`don't know how to call '${name}' on ${kindOf(target)}`);
  return result;
}

function methodOf(
  target: Exclude<Value, null>,
  name: string,
  args: readonly Value[],
  budget: Budget,
): Value | undefined {
  if (isInteger(target)) return name === "to_s" ? String(target) : name === "to_i" ? target : undefined;
  if (typeof target === "string") return textMethod(target, name, args);
  if (typeof target === "boolean") return name === "to_i" ? Number(target) : undefined;
  if (target instanceof Float) return floatMethod(target, name);
  if (target instanceof EnumValue) return name === "to_i" ? target.value : undefined;
  if (target instanceof Bytes) return bytesMethod(target, name, args, budget);
  if (target instanceof List || isArray(target)) return arrayMethod(target, name, budget);
  if (target instanceof Stream) return streamMethod(target, name);
  return undefined;
}

function floatMethod(target: Float, name: string): Value | undefined {
  if (name === "to_s") return String(target.value);
  if (name !== "to_i") return undefined;
  if (!Number.isFinite(target.value)) throw new StructError("ConversionError", `${target.value} is no integer`);
  return normalize(BigInt(Math.trunc(target.value)));
}

function streamMethod(target: Stream, name: string): Value | undefined {
  if (name === "size") return target.size;
  // Bits that are left of a byte count as data still to come, but the position is behind their byte.
  if (name === "pos") return Math.ceil(target.position);
  if (name === "eof") return target.position >= target.size;
  return undefined;
}

function textMethod(target: string, name: string, args: readonly Value[]): Value | undefined {
  switch (name) {
    case "length":
    case "size": {
      // A surrogate pair is one character, and two units of length.
      const pairs = target.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0;
      return target.length - pairs;
    }
    case "reverse":
      return Array.from(target).reverse().join("");
    case "substring":
      return substring(target, args[0] ?? null, args[1] ?? null);
    case "to_i":
      return parseText(target, args[0] ?? 10);
    case "to_s":
      return target;
    default:
      return undefined;
  }
}

function substring(text: string, from: Value, to: Value): string {
  if (typeof from !== "number" || typeof to !== "number") throw typeFault("substring takes two integers");
  const characters = Array.from(text);
  if (from < 0 || to < from || to > characters.length) {
    throw new StructError("IndexError", `substring ${from} to ${to} of a string of ${characters.length} characters`);
  }
  return characters.slice(from, to).join("");
}

function parseText(text: string, radix: Value): Value {
  if (typeof radix !== "number" || radix < 2 || radix > 36) throw typeFault("to_i takes a radix from 2 to 36");
  const parts = /^[ \t\r\n]*([-+]?)([0-9a-zA-Z]+)[ \t\r\n]*$/.exec(text);
  const digits = parts?.[2] ?? "";
  if (digits.length > 10_000) throw limit("integer of more than 10000 digits");
  let value = 0n;
  const base = BigInt(radix);
  for (const digit of digits) {
    const worth = parseInt(digit, 36);
    if (worth >= radix) throw noNumber(text, radix);
    value = value * base + BigInt(worth);
  }
  if (digits === "") throw noNumber(text, radix);
  return normalize(parts?.[1] === "-" ? -value : value);
}

function noNumber(text: string, radix: number): StructError {
  return new StructError("ConversionError", `'${text.slice(0, 40)}' is no integer of base ${radix}`);
}

function bytesMethod(target: Bytes, name: string, args: readonly Value[], budget: Budget): Value | undefined {
  switch (name) {
    case "length":
    case "size":
      return target.length;
    case "first":
      return elementOf(target, 0);
    case "last":
      return elementOf(target, target.length - 1);
    case "min":
    case "max": {
      elementOf(target, 0);
      let best = target.at(0);
      target.backing.scan(target.start, target.start + target.length, (chunk) => {
        for (const byte of chunk) if (name === "min" ? byte < best : byte > best) best = byte;
        return true;
      });
      return best;
    }
    case "to_s": {
      const encoding = args[0];
      if (typeof encoding !== "string") throw typeFault("to_s of bytes takes an encoding");
      if (target.length > maxText) throw limit(`string of more than ${maxText} bytes`);
      return decodeText(target.copy(budget), encoding);
    }
    default:
      return undefined;
  }
}

function arrayMethod(target: List | LazyArray, name: string, budget: Budget): Value | undefined {
  switch (name) {
    case "size":
    case "length":
      return target.size;
    case "first":
      return elementOf(target, 0);
    case "last":
      return elementOf(target, target.size - 1);
    case "min":
    case "max": {
      let best = elementOf(target, 0);
      for (let index = 1; index < target.size; index += 1) {
        budget.spend();
        const item = target.at(index);
        const order = compareValues(item, best);
        if (order === undefined) throw typeFault(`can't compare ${kindOf(item)} and ${kindOf(best)}`);
        if (name === "min" ? order < 0 : order > 0) best = item;
      }
      return best;
    }
    default:
      return undefined;
  }
}

/** An element by subscript. @throws IndexError outside */
export function elementOf(target: Value, index: Value): Value {
  if (target === null) throw new StructError("NullError", "subscript of an absent (null) value");
  if (index === null) throw new StructError("NullError", "subscript is absent (null)");
  if (!isInteger(index)) throw typeFault(`subscript must be an integer, got ${kindOf(index)}`);
  if (isArray(target)) {
    if (typeof index === "bigint") throw outside(index);
    return target.at(index);
  }
  if (target instanceof Bytes) {
    if (index < 0 || index >= target.length) throw outside(index, target.length);
    return target.at(Number(index));
  }
  if (target instanceof List) {
    if (index < 0 || index >= target.size) throw outside(index, target.size);
    return target.at(Number(index));
  }
  throw typeFault(`can't index ${kindOf(target)}`);
}

export function outside(index: number | bigint, size?: number): StructError {
  const of = size === undefined ? "" : `, the size is ${size}`;
  return new StructError("IndexError", `index ${index} is out of range${of}`);
}
