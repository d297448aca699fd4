// What operators do to values. Integers stay exact: number while safe, bigint beyond, division and modulo towards minus infinity.
// Absent operands (null) never make a number. Pure but for the budget.
import { limit, StructError } from "../errors";
import { maxIntegerBits } from "../limits";
import { Stream } from "../reader/stream";
import {
  Bytes,
  EnumValue,
  Float,
  isInteger,
  kindOf,
  List,
  normalize,
  typeFault,
  type Integer,
  type Value,
  isArray,
  isStruct,
} from "../reader/values";
import type { BinaryOperator, UnaryOperator } from "./ast";

export type ArithmeticOperator = Exclude<BinaryOperator, "and" | "or">;
export type Operate = (left: Value, right: Value) => Value;

const maxText = 64 * 1024 * 1024;
const hugeInteger = 1n << BigInt(maxIntegerBits);

function bounded(value: bigint): Integer {
  if (value > hugeInteger || value < -hugeInteger) throw limit(`integer of more than ${maxIntegerBits} bits`);
  return normalize(value);
}

function cannot(operator: string, left: Value, right: Value): never {
  if (left === null || right === null) throw new StructError("NullError", `operand of '${operator}' is absent (null)`);
  throw typeFault(`can't apply operator '${operator}' to ${kindOf(left)} and ${kindOf(right)}`);
}

/** Both as doubles when at least one is a float and both are numbers. */
function asFloats(left: Value, right: Value): [number, number] | undefined {
  if (left instanceof Float && right instanceof Float) return [left.value, right.value];
  if (left instanceof Float && isInteger(right)) return [left.value, Number(right)];
  if (right instanceof Float && isInteger(left)) return [Number(left), right.value];
  return undefined;
}

function add(left: Value, right: Value): Value {
  if (typeof left === "number" && typeof right === "number") {
    const sum = left + right;
    return Number.isSafeInteger(sum) ? sum : bounded(BigInt(left) + BigInt(right));
  }
  if (isInteger(left) && isInteger(right)) return bounded(BigInt(left) + BigInt(right));
  if (typeof left === "string" && typeof right === "string") {
    if (left.length + right.length > maxText) throw limit(`string of more than ${maxText} characters`);
    return left + right;
  }
  const floats = asFloats(left, right);
  return floats === undefined ? cannot("+", left, right) : new Float(floats[0] + floats[1]);
}

function subtract(left: Value, right: Value): Value {
  if (typeof left === "number" && typeof right === "number") {
    const difference = left - right;
    return Number.isSafeInteger(difference) ? difference : bounded(BigInt(left) - BigInt(right));
  }
  if (isInteger(left) && isInteger(right)) return bounded(BigInt(left) - BigInt(right));
  const floats = asFloats(left, right);
  return floats === undefined ? cannot("-", left, right) : new Float(floats[0] - floats[1]);
}

function multiply(left: Value, right: Value): Value {
  if (typeof left === "number" && typeof right === "number") {
    const product = left * right;
    // The sum with 0 turns -0 into 0.
    return Number.isSafeInteger(product) ? product + 0 : bounded(BigInt(left) * BigInt(right));
  }
  if (isInteger(left) && isInteger(right)) return bounded(BigInt(left) * BigInt(right));
  const floats = asFloats(left, right);
  return floats === undefined ? cannot("*", left, right) : new Float(floats[0] * floats[1]);
}

function divide(left: Value, right: Value): Value {
  if (isInteger(left) && isInteger(right)) {
    if (Number(right) === 0) throw new StructError("DivisionByZeroError", "division by zero");
    if (typeof left === "number" && typeof right === "number") {
      const remainder = left % right;
      const quotient = (left - remainder) / right;
      return (remainder !== 0 && remainder < 0 !== right < 0 ? quotient - 1 : quotient) + 0;
    }
    const [a, b] = [BigInt(left), BigInt(right)];
    const quotient = a / b;
    return normalize(a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient);
  }
  const floats = asFloats(left, right);
  return floats === undefined ? cannot("/", left, right) : new Float(floats[0] / floats[1]);
}

function modulo(left: Value, right: Value): Value {
  if (isInteger(left) && isInteger(right)) {
    if (Number(right) === 0) throw new StructError("DivisionByZeroError", "modulo by zero");
    if (typeof left === "number" && typeof right === "number") {
      const remainder = left % right;
      return (remainder !== 0 && remainder < 0 !== right < 0 ? remainder + right : remainder) + 0;
    }
    const [a, b] = [BigInt(left), BigInt(right)];
    const remainder = a % b;
    return normalize(remainder !== 0n && remainder < 0n !== b < 0n ? remainder + b : remainder);
  }
  const floats = asFloats(left, right);
  if (floats === undefined) return cannot("%", left, right);
  return new Float(floats[0] % floats[1]);
}

/** Bits of a float are those of the integer that it holds without its fraction, as in JavaScript. */
function withWholes(operator: string, operate: Operate, left: Value, right: Value): Value {
  const whole = (value: Value): Value =>
    value instanceof Float && Number.isFinite(value.value) ? normalize(BigInt(Math.trunc(value.value))) : value;
  const [a, b] = [whole(left), whole(right)];
  return a === left && b === right ? cannot(operator, left, right) : operate(a, b);
}

function shiftCount(count: Integer): number {
  if (count < 0) throw new StructError("RangeError", `negative shift count ${count}`);
  return typeof count === "bigint" ? Infinity : count;
}

function shiftLeft(left: Value, right: Value): Value {
  if (!isInteger(left) || !isInteger(right)) return withWholes("<<", shiftLeft, left, right);
  const count = shiftCount(right);
  if (typeof left === "number" && count < 53) {
    const shifted = left * 2 ** count;
    if (Number.isSafeInteger(shifted)) return shifted + 0;
  }
  if (left === 0) return 0;
  if (count > maxIntegerBits) throw limit(`integer of more than ${maxIntegerBits} bits`);
  return bounded(BigInt(left) << BigInt(count));
}

function shiftRight(left: Value, right: Value): Value {
  if (!isInteger(left) || !isInteger(right)) return withWholes(">>", shiftRight, left, right);
  const count = shiftCount(right);
  if (typeof left === "number") return count > 64 ? (left < 0 ? -1 : 0) : Math.floor(left / 2 ** count) + 0;
  if (count > maxIntegerBits) return left < 0 ? -1 : 0;
  return normalize(left >> BigInt(count));
}

const small = 2 ** 31;

function bitwise(
  operator: string,
  narrow: (a: number, b: number) => number,
  wide: (a: bigint, b: bigint) => bigint,
): Operate {
  const operate: Operate = (left, right) => {
    if (typeof left === "number" && typeof right === "number") {
      const fits = left >= 0 && left < small && right >= 0 && right < small;
      return fits ? narrow(left, right) : normalize(wide(BigInt(left), BigInt(right)));
    }
    if (!isInteger(left) || !isInteger(right)) return withWholes(operator, operate, left, right);
    return normalize(wide(BigInt(left), BigInt(right)));
  };
  return operate;
}

/** By code point, the shorter first. */
function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    // UTF-16 units order like code points except that surrogates (d800..dfff) stand for what lies above ffff.
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Negative, zero or positive; NaN when a float is; undefined when the two cannot be ordered. */
export function compareValues(left: Value, right: Value): number | undefined {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (isInteger(left) && isInteger(right)) return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  const floats = orderFloats(left, right);
  if (floats !== undefined) return floats;
  const [a, b] = [asBytes(left), asBytes(right)];
  if (a !== undefined && b !== undefined) return a.compare(b);
  if (left instanceof EnumValue && right instanceof EnumValue) return compareValues(left.value, right.value);
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  return undefined;
}

function orderFloats(left: Value, right: Value): number | undefined {
  const a = left instanceof Float ? left.value : left;
  const b = right instanceof Float ? right.value : right;
  if (a === left && b === right) return undefined;
  if (typeof a !== "number" && typeof a !== "bigint") return undefined;
  if (typeof b !== "number" && typeof b !== "bigint") return undefined;
  return a < b ? -1 : a > b ? 1 : Number(a) === Number(b) ? 0 : NaN;
}

function asBytes(value: Value): Bytes | undefined {
  if (value instanceof Bytes) return value;
  if (!(value instanceof List)) return undefined;
  const bytes = new Uint8Array(value.items.length);
  for (const [index, item] of value.items.entries()) {
    if (typeof item !== "number" || item < 0 || item > 255) return undefined;
    bytes[index] = item;
  }
  return Bytes.of(bytes);
}

export function equalValues(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (left === null || right === null) return false;
  if (isStruct(left) || isStruct(right) || left instanceof Stream || right instanceof Stream) return false;
  if ((left instanceof List || isArray(left)) && (right instanceof List || isArray(right))) {
    if (left.size !== right.size) return false;
    for (let index = 0; index < left.size; index += 1) if (!equalValues(left.at(index), right.at(index))) return false;
    return true;
  }
  if (left instanceof EnumValue && right instanceof EnumValue && left.of !== right.of) return false;
  const order = compareValues(left, right);
  if (order === undefined) throw typeFault(`can't compare ${kindOf(left)} and ${kindOf(right)}`);
  return order === 0;
}

function relation(operator: string, holds: (order: number) => boolean): Operate {
  return (left, right) => {
    if (left === null || right === null) return null;
    const order = compareValues(left, right);
    if (order === undefined) throw typeFault(`can't compare ${kindOf(left)} and ${kindOf(right)} by '${operator}'`);
    return holds(order);
  };
}

export const operations: Readonly<Record<ArithmeticOperator, Operate>> = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
  "%": modulo,
  "<<": shiftLeft,
  ">>": shiftRight,
  "&": bitwise(
    "&",
    (a, b) => a & b,
    (a, b) => a & b,
  ),
  "|": bitwise(
    "|",
    (a, b) => a | b,
    (a, b) => a | b,
  ),
  "^": bitwise(
    "^",
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
  "==": (left, right) => equalValues(left, right),
  "!=": (left, right) => !equalValues(left, right),
  "<": relation("<", (order) => order < 0),
  "<=": relation("<=", (order) => order <= 0),
  ">": relation(">", (order) => order > 0),
  ">=": relation(">=", (order) => order >= 0),
};

export function applyUnary(operator: UnaryOperator, value: Value): Value {
  if (operator === "not") return !truth(value);
  if (value === null) throw new StructError("NullError", `operand of '${operator}' is absent (null)`);
  if (isInteger(value)) {
    if (operator === "+") return value;
    if (typeof value === "number") return operator === "-" ? 0 - value : -1 - value;
    return normalize(operator === "-" ? -value : ~value);
  }
  if (value instanceof Float && operator !== "~") return operator === "-" ? new Float(-value.value) : value;
  throw typeFault(`can't apply operator '${operator}' to ${kindOf(value)}`);
}

/** What a condition means: absent counts as false. */
export function truth(value: Value): boolean {
  if (typeof value === "boolean") return value;
  if (value === null) return false;
  throw typeFault(`expected a boolean, got ${kindOf(value)}`);
}
