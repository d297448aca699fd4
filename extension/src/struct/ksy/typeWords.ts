// The type names that the language itself has: `u4le`, `b13`, `strz`. Pure. @see KSY reference, "Primitive data types".
import type { Endian, SimpleParam } from "./model";

export type TypeWord =
  | {
      readonly kind: "int";
      readonly bytes: 1 | 2 | 4 | 8;
      readonly signed: boolean;
      readonly endian: Endian | undefined;
    }
  | { readonly kind: "float"; readonly bytes: 4 | 8; readonly endian: Endian | undefined }
  | { readonly kind: "bits"; readonly bits: number; readonly order: Endian | undefined }
  | { readonly kind: "str"; readonly terminated: boolean };

const integer = /^([us])([1248])(le|be)?$/;
const float = /^f([48])(le|be)?$/;
const bits = /^b([0-9]{1,4})(le|be)?$/;

export function parseTypeWord(word: string): TypeWord | undefined {
  const int = integer.exec(word);
  if (int !== null) {
    const bytes = Number(int[2]) as 1 | 2 | 4 | 8;
    if (bytes === 1 && int[3] !== undefined) return undefined;
    return { kind: "int", bytes, signed: int[1] === "s", endian: int[3] as Endian | undefined };
  }
  const real = float.exec(word);
  if (real !== null) return { kind: "float", bytes: Number(real[1]) as 4 | 8, endian: real[2] as Endian | undefined };
  const field = bits.exec(word);
  if (field !== null) return { kind: "bits", bits: Number(field[1]), order: field[2] as Endian | undefined };
  if (word === "str" || word === "strz") return { kind: "str", terminated: word === "strz" };
  return undefined;
}

/** The least and the greatest integer of so many bits. */
export function integerRange(bits: number, signed: boolean): readonly [bigint, bigint] {
  const half = signed && bits > 0 ? 1n << BigInt(bits - 1) : 0n;
  return [-half, signed ? half - 1n : (1n << BigInt(bits)) - 1n];
}

/** What a word means where only a concept of a type is named: params and casts. */
export function parseSimpleType(word: string): { readonly name: SimpleParam; readonly u1: boolean } | undefined {
  const known = parseTypeWord(word);
  if (known !== undefined) {
    if (known.kind === "bits") return { name: known.bits === 1 ? "bool" : "int", u1: false };
    return { name: known.kind, u1: word === "u1" };
  }
  switch (word) {
    case "bool":
    case "bytes":
    case "struct":
    case "io":
    case "any":
      return { name: word, u1: false };
    case "int":
    case "float":
      return { name: word, u1: false };
    default:
      return undefined;
  }
}
