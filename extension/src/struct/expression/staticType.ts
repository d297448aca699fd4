// What is known of a value before any byte is read. `any` is always allowed: the checker complains only of what is certain.
import type { EnumDef, TypeDef } from "../ksy/model";

export type StaticType =
  | { readonly kind: "any" }
  /** `byte`: known to lie in 0 to 255 by its declaration, so that a list of such is a byte array. */
  | { readonly kind: "int"; readonly byte: boolean }
  | { readonly kind: "float" | "bool" | "str" | "bytes" | "io" }
  | { readonly kind: "enum"; readonly of: EnumDef | undefined }
  /** Undefined: a struct of some type; `many`: certainly of one of several, so that nothing but a cast tells its members. */
  | { readonly kind: "struct"; readonly of: TypeDef | undefined; readonly many?: true }
  | { readonly kind: "array"; readonly item: StaticType };

export const anyType: StaticType = { kind: "any" };
export const intType: StaticType = { kind: "int", byte: false };
export const byteType: StaticType = { kind: "int", byte: true };
export const floatType: StaticType = { kind: "float" };
export const boolType: StaticType = { kind: "bool" };
export const strType: StaticType = { kind: "str" };
export const bytesType: StaticType = { kind: "bytes" };
export const ioType: StaticType = { kind: "io" };

export function describeType(type: StaticType): string {
  switch (type.kind) {
    case "enum":
      return type.of === undefined ? "enum" : `enum ${type.of.name}`;
    case "struct":
      return type.of === undefined ? "struct" : type.of.name;
    case "array":
      return `${describeType(type.item)}[]`;
    default:
      return type.kind;
  }
}

/** The type of a value that may come from either; undefined when they have nothing in common. */
export function combine(a: StaticType, b: StaticType): StaticType | undefined {
  if (a.kind === "any" || b.kind === "any") return anyType;
  if (a.kind === "int" && b.kind === "int") return a.byte && b.byte ? byteType : intType;
  const numbers = ["int", "float"];
  if (numbers.includes(a.kind) && numbers.includes(b.kind)) return floatType;
  if (a.kind !== b.kind) return undefined;
  if (a.kind === "enum" && b.kind === "enum")
    return a.of === b.of ? a : a.of && b.of ? undefined : { kind: "enum", of: undefined };
  if (a.kind === "struct" && b.kind === "struct") return a.of === b.of ? a : { kind: "struct", of: undefined };
  if (a.kind === "array" && b.kind === "array") {
    const item = combine(a.item, b.item);
    return item === undefined ? undefined : { kind: "array", item };
  }
  return a;
}
