// A field's value as text that a person edits, and back. formatField(parseField(text)) = text up to spelling.
// Knows numbers, labels, strings and hex; where values stand is not its business.
import { StructError } from "../errors";
import type { DataType, EnumDef } from "../ksy/model";
import { Bytes, EnumValue, Float, isInteger, kindOf, normalize, type Value } from "../reader/values";

type Scalar = Exclude<DataType, { kind: "struct" | "switch" }>;

/** @throws TypeError for a value that is not of this type */
export function formatField(data: Scalar, value: Value): string {
  if (value instanceof EnumValue) return value.label ?? String(value.value);
  if (value instanceof Float) return data.kind === "float" ? floatText(value.value, data.bytes) : String(value.value);
  if (typeof value === "string") return escapeText(value);
  if (value instanceof Bytes) return Buffer.from(value.backing.copy(value.start, value.length)).toString("hex");
  if (isInteger(value) || typeof value === "boolean") return String(value);
  throw new StructError("TypeError", `no text for ${kindOf(value)}`);
}

/** The shortest decimal that reads back as the same float. */
export function floatText(value: number, bytes: 4 | 8): string {
  if (bytes === 8 || !Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return Object.is(value, -0) ? "-0" : String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

/** @throws RangeError of ours, in words for whoever typed it */
export function parseField(data: Scalar, enumDef: EnumDef | undefined, text: string): Value {
  const trimmed = text.trim();
  switch (data.kind) {
    case "int":
      return parseInteger(trimmed, enumDef);
    case "bits":
      return data.asBool ? parseFlag(trimmed) : parseInteger(trimmed, enumDef);
    case "float":
      return parseFloatText(trimmed);
    case "str":
      return unescapeText(text);
    case "bytes":
      return parseBytes(trimmed);
  }
}

function parseInteger(text: string, enumDef: EnumDef | undefined): Value {
  const labelled = enumDef?.byLabel.get(text);
  if (labelled !== undefined) return labelled.value;
  const parts = /^([-+]?)((?:0[xX][0-9a-fA-F_]+)|(?:0[bB][01_]+)|(?:0[oO][0-7_]+)|(?:[0-9][0-9_]*))$/.exec(text);
  const digits = parts?.[2]?.replaceAll("_", "") ?? "";
  if (digits === "" || digits.length > 100) {
    const labels = enumDef === undefined ? "" : ` or a label of ${enumDef.name}`;
    throw new StructError("RangeError", `'${text.slice(0, 40)}' is no integer${labels}`);
  }
  const value = BigInt(digits);
  return normalize(parts?.[1] === "-" ? -value : value);
}

function parseFlag(text: string): boolean {
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new StructError("RangeError", `'${text.slice(0, 40)}' is neither true nor false`);
}

function parseFloatText(text: string): Float {
  const special = /^([-+]?)(nan|inf(?:inity)?)$/i.exec(text);
  if (special !== null) {
    const value = special[2]?.toLowerCase() === "nan" ? NaN : Infinity;
    return new Float(special[1] === "-" ? -value : value);
  }
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text))
    throw new StructError("RangeError", `'${text.slice(0, 40)}' is no number`);
  const value = Number(text);
  if (!Number.isFinite(value)) throw new StructError("RangeError", `${text.slice(0, 40)} is too large`);
  return new Float(value);
}

function parseBytes(text: string): Bytes {
  const digits = text.replace(/0x|[\s,]/gi, "");
  if (!/^([0-9a-f]{2})*$/i.test(digits))
    throw new StructError("RangeError", "bytes are pairs of hexadecimal digits: de ad be ef");
  return Bytes.of(Uint8Array.from(Buffer.from(digits, "hex")));
}

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0", "\\": "\\\\" };
const meanings: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\0", "\\": "\\" };

/** On one line, with nothing in it that cannot be seen. */
function escapeText(text: string): string {
  return text.replace(
    /[\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => named[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function unescapeText(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]|$))/g, (all, code: string | undefined, letter: string) => {
    const meaning = code === undefined ? meanings[letter] : String.fromCharCode(parseInt(code, 16));
    if (meaning === undefined)
      throw new StructError("RangeError", `'${all}' means nothing: write \\\\ for one backslash`);
    return meaning;
  });
}
