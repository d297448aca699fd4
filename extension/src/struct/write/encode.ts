// A new value for a field -> the bytes that take the place of its old ones: same place, same length, checked ranges.
// The other way of readField; decode(encode(x)) = x. Writes nothing itself.
import { StructError } from "../errors";
import type { DataType, Endian } from "../ksy/model";
import { encodeText } from "../reader/text";
import { Bytes, EnumValue, Float, isInteger, kindOf, type Integer, type Value } from "../reader/values";

/** Bytes to put at `start`; only the bits of a bit field differ from what was there. */
export interface Encoded {
  readonly bytes: Uint8Array;
}

export interface FieldPlace {
  readonly data: DataType;
  /** What stands there now: all bytes that the field touches. */
  readonly old: Uint8Array;
  /** First bit within `old`, for bit fields: as reading takes them. */
  readonly firstBit: number;
  /** The order of default-endian numbers, where the template decides it while reading. */
  readonly littleEndian: boolean;
}

/** @throws StructError "RangeError" when the value does not fit, "TypeError" when it is of another kind,
 *  "NotSupportedError" for what cannot be edited in place */
export function encodeValue(place: FieldPlace, value: Value): Encoded {
  const { data, old } = place;
  switch (data.kind) {
    case "int":
      return { bytes: encodeInteger(integerOf(value), data.bytes, data.signed, littleOf(data.endian, place)) };
    case "float":
      return { bytes: encodeFloat(numberOf(value), data.bytes, littleOf(data.endian, place)) };
    case "bits":
      return { bytes: encodeBits(integerOf(value), data.bits, data.order, old, place.firstBit) };
    case "str":
    case "bytes":
      return { bytes: encodeStretch(data, value, old) };
    case "struct":
    case "switch":
      throw new StructError("NotSupportedError", "only single values can be written");
  }
}

function littleOf(endian: Endian | undefined, place: FieldPlace): boolean {
  return endian === undefined ? place.littleEndian : endian === "le";
}

function integerOf(value: Value): Integer {
  if (isInteger(value)) return value;
  if (typeof value === "boolean") return Number(value);
  if (value instanceof EnumValue) return value.value;
  throw new StructError("TypeError", `expected an integer, got ${kindOf(value)}`);
}

function numberOf(value: Value): number {
  if (value instanceof Float) return value.value;
  return Number(integerOf(value));
}

export function encodeInteger(value: Integer, bytes: 1 | 2 | 4 | 8, signed: boolean, little: boolean): Uint8Array {
  const bits = BigInt(bytes * 8);
  const wide = BigInt(value);
  const least = signed ? -(1n << (bits - 1n)) : 0n;
  const most = (1n << (signed ? bits - 1n : bits)) - 1n;
  if (wide < least || wide > most) throw new StructError("RangeError", `${value} is not in ${least} to ${most}`);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, wide), little);
  return new Uint8Array(view.buffer, little ? 0 : 8 - bytes, bytes);
}

export function encodeFloat(value: number, bytes: 4 | 8, little: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) {
    if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
      throw new StructError("RangeError", `${value} is too large for a float of 4 bytes`);
    }
    view.setFloat32(0, value, little);
  } else view.setFloat64(0, value, little);
  return new Uint8Array(view.buffer);
}

/** @param old all bytes that the field touches @param firstBit 0 to 7 */
export function encodeBits(value: Integer, bits: number, order: Endian, old: Uint8Array, firstBit: number): Uint8Array {
  const wide = BigInt(value);
  const most = (1n << BigInt(bits)) - 1n;
  if (wide < 0n || wide > most) throw new StructError("RangeError", `${value} is not in 0 to ${most}`);
  const count = Math.ceil((firstBit + bits) / 8);
  if (old.length !== count)
    throw new StructError("RangeError", `a field of ${bits} bits from bit ${firstBit} takes ${count} bytes`);
  const shift = BigInt(order === "be" ? count * 8 - firstBit - bits : firstBit);
  let whole = 0n;
  for (let index = 0; index < count; index += 1)
    whole = (whole << 8n) | BigInt(old[order === "be" ? index : count - 1 - index] ?? 0);
  whole = (whole & ~(most << shift)) | (wide << shift);
  const bytes = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    bytes[order === "be" ? count - 1 - index : index] = Number((whole >> BigInt(index * 8)) & 0xffn);
  }
  return bytes;
}

/** A string or byte array in the place it has: shorter content is ended or padded as the template says. */
function encodeStretch(data: Extract<DataType, { kind: "str" | "bytes" }>, value: Value, old: Uint8Array): Uint8Array {
  const { area } = data;
  if (area.process !== undefined)
    throw new StructError("NotSupportedError", `made by '${area.process.name}': edit the bytes it is made from`);
  const content = data.kind === "str" ? textBytes(value, data.encoding) : rawBytes(value);
  const bounded = area.size !== undefined || area.sizeEos;
  const end = area.terminator ?? new Uint8Array();
  if (!bounded) {
    const tail = area.include || !area.consume ? new Uint8Array() : end;
    if (content.length + tail.length !== old.length) throw lengthFault(content.length, old.length - tail.length);
    if (findUnit(content, end, area.include) >= 0)
      throw new StructError("RangeError", "the value has the terminator in it");
    return joined(content, tail);
  }
  if (content.length > old.length) throw lengthFault(content.length, old.length);
  if (content.length === old.length) return content;
  const bytes = Uint8Array.from(old);
  bytes.set(content);
  if (area.terminator !== undefined && !area.include && content.length + end.length <= old.length) {
    bytes.set(end, content.length);
    if (area.padRight !== undefined) bytes.fill(area.padRight, content.length + end.length);
    return bytes;
  }
  if (area.padRight === undefined) throw lengthFault(content.length, old.length);
  return bytes.fill(area.padRight, content.length);
}

function lengthFault(got: number, wanted: number): StructError {
  return new StructError("RangeError", `the value takes ${got} bytes, its place has ${wanted}`);
}

function textBytes(value: Value, encoding: string): Uint8Array {
  if (typeof value !== "string") throw new StructError("TypeError", `expected a string, got ${kindOf(value)}`);
  return encodeText(value, encoding);
}

function rawBytes(value: Value): Uint8Array {
  if (value instanceof Bytes) {
    return value.backing.copy(value.start, value.length);
  }
  throw new StructError("TypeError", `expected bytes, got ${kindOf(value)}`);
}

/** Where the unit stands in the content, at its multiples; an included one may stand at the end. */
function findUnit(content: Uint8Array, unit: Uint8Array, mayEnd: boolean): number {
  if (unit.length === 0) return -1;
  const last = content.length - (mayEnd ? unit.length : 0);
  for (let at = 0; at < last; at += unit.length)
    if (unit.every((byte, index) => content[at + index] === byte)) return at;
  return -1;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
