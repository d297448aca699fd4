// What a person types as a needle (hex with wildcards, text, a number of a type) as the addon takes it.
// Pure; knows no document.
import { Buffer } from "node:buffer";
import type { Needle, ValueType } from "../../../native/binding/index";
import { EngineError } from "./engineError";

export type { Needle, ValueType };

function invalid(message: string): EngineError {
  return new EngineError("invalid-argument", message);
}

/** "DE ?? E? EF", "deadbeef": a `?` stands for any digit. Spaces may stand between bytes. */
export function hexNeedle(text: string, align?: number): Needle {
  const words = text.trim().split(/\s+/);
  const odd = words.find((word) => word.length % 2 !== 0);
  const digits = words.join("");
  if (digits === "") throw invalid("Nothing to search for: no hex digits");
  const wrong = /[^0-9a-f?]/i.exec(digits)?.[0];
  if (wrong !== undefined) throw invalid(`"${wrong}" is no hex digit; a wildcard is ?`);
  if (odd !== undefined) throw invalid(`"${odd}" is half a byte too short or too long: two digits make a byte`);
  const value = Buffer.from(digits.replaceAll("?", "0"), "hex");
  if (!digits.includes("?")) return { kind: "bytes", value, ...aligned(align) };
  const mask = Buffer.from(digits.replace(/[^?]/g, "f").replaceAll("?", "0"), "hex");
  if (mask.every((bits) => bits === 0)) throw invalid("A needle of wildcards alone matches everywhere");
  return { kind: "bytes", value, mask, ...aligned(align) };
}

/** How one encoding writes text and reads it back. */
export interface TextCodec {
  readonly name: string;
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

export const UTF_8: TextCodec = {
  name: "utf-8",
  encode: (text) => Buffer.from(text),
  decode: (bytes) => Buffer.from(bytes).toString(),
};

/** @param ignoreCase simple folding, for spellings that take as many bytes in this encoding. */
export function textNeedleIn(codec: TextCodec, text: string, ignoreCase: boolean, align?: number): Needle {
  if (text === "") throw invalid("Nothing to search for: the text is empty");
  const encode = (part: string): Uint8Array => codec.encode(part);
  if (codec.decode(encode(text)) !== text) throw invalid(`${codec.name} cannot write ${JSON.stringify(text)}`);
  if (!ignoreCase) return { kind: "bytes", value: encode(text), ...aligned(align) };
  const places = [...text].map((character) => spellings(character, encode));
  return { kind: "folded", places, ...aligned(align) };
}

/** Upper, lower and title case of one character, as bytes; those of another length are left out. */
function spellings(character: string, encode: (part: string) => Uint8Array): Uint8Array[] {
  const own = encode(character);
  const found = new Map([[Buffer.from(own).toString("hex"), own]]);
  const lower = character.toLowerCase();
  const upper = character.toUpperCase();
  for (const other of [lower, upper, lower.toUpperCase(), upper.toLowerCase()]) {
    if ([...other].length !== 1) continue;
    const bytes = encode(other);
    const lossy = other !== character && other.charCodeAt(0) !== 0x3f && bytes.length === 1 && bytes[0] === 0x3f;
    if (bytes.length === own.length && !lossy) found.set(Buffer.from(bytes).toString("hex"), bytes);
  }
  return [...found.values()];
}

const VALUE_TYPE = /^(?:([us])(?:1|([248])([lb]e))|f([48])([lb]e))$/;

export function isValueType(name: string): name is ValueType {
  return VALUE_TYPE.test(name);
}

/** A number, or a range "10..20" with both ends. @param tolerance for a number alone: it may be off by so much. */
export function valueNeedle(text: string, type: string, tolerance?: number, align?: number): Needle {
  if (!isValueType(type)) throw invalid(`No type is called ${type}: u1, s1, u2le, s4be, f8le and so on`);
  const [first, last, ...rest] = text.split("..").map((end) => end.trim());
  if (first === undefined || rest.length > 0) throw invalid(`${JSON.stringify(text)} is no number and no range`);
  return type.startsWith("f")
    ? floatNeedle(first, last, type, tolerance, align)
    : integerNeedle(first, last, type, tolerance, align);
}

function integerNeedle(first: string, last: string | undefined, type: ValueType, tolerance?: number, align?: number) {
  const bits = BigInt(8 * Number(type[1]));
  const signed = type.startsWith("s");
  const least = signed ? -(1n << (bits - 1n)) : 0n;
  const most = (1n << (signed ? bits - 1n : bits)) - 1n;
  const off = tolerance === undefined ? 0n : BigInt(wholeTolerance(tolerance));
  const low = parseInteger(first) - off;
  const high = last === undefined ? low + 2n * off : parseInteger(last) + off;
  if (low > high) throw invalid(`${low}..${high} is empty: the smaller end comes first`);
  if (off === 0n && (low < least || high > most)) {
    throw new EngineError("out-of-range", `${low < least ? low : high} is not in ${type}'s ${least} to ${most}`);
  }
  if (low === high) return { kind: "bytes", value: integerBytes(low, type), ...aligned(align) } as const;
  const cut = { low: low < least ? least : low, high: high > most ? most : high };
  return { kind: "range", type, ...cut, ...aligned(align) } as const;
}

function floatNeedle(first: string, last: string | undefined, type: ValueType, tolerance = 0, align?: number): Needle {
  const bytes = new DataView(new ArrayBuffer(8));
  const little = type.endsWith("le");
  const low = parseFloatExactly(first);
  if (!(tolerance >= 0)) throw invalid("The tolerance must be a number from 0 on");
  if (last === undefined && tolerance === 0 && low !== 0) {
    if (type[1] === "4") bytes.setFloat32(0, low, little);
    else bytes.setFloat64(0, low, little);
    return { kind: "bytes", value: new Uint8Array(bytes.buffer, 0, Number(type[1])), ...aligned(align) };
  }
  const high = last === undefined ? low : parseFloatExactly(last);
  if (!(low <= high)) throw invalid(`${first}..${last ?? first} is empty: the smaller end comes first`);
  // What is written has been rounded to the type; so is what is asked for.
  const exact = type[1] === "4" ? Math.fround : (value: number): number => value;
  return {
    kind: "range",
    type,
    low: tolerance === 0 && last === undefined ? exact(low) : low - tolerance,
    high: tolerance === 0 && last === undefined ? exact(high) : high + tolerance,
    ...aligned(align),
  };
}

function wholeTolerance(tolerance: number): number {
  if (!Number.isSafeInteger(tolerance) || tolerance < 0) throw invalid("The tolerance of integers is a whole number");
  return tolerance;
}

function parseInteger(text: string): bigint {
  const match = /^(-?)(0x[0-9a-f]+|[0-9]+)$/i.exec(text.replaceAll("_", ""));
  if (match === null) throw invalid(`${JSON.stringify(text)} is not a whole number`);
  const size = BigInt(match[2] ?? "0");
  return match[1] === "-" ? -size : size;
}

function parseFloatExactly(text: string): number {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw invalid(`${JSON.stringify(text)} is not a number`);
  return Number(text);
}

function integerBytes(value: bigint, type: ValueType): Uint8Array {
  const length = Number(type[1]);
  const little = !type.endsWith("be");
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, value), little);
  return new Uint8Array(view.buffer, little ? 0 : 8 - length, length);
}

function aligned(align: number | undefined): { readonly align?: number } {
  return align === undefined || align === 1 ? {} : { align };
}
