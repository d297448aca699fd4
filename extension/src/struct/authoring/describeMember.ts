// What a field, a type or an enum is, in a line of code and a few words: for hover and completion. Pure.
import { describeType } from "../expression/staticType";
import type { DataType, EnumDef, FieldDef, Member, TypeDef } from "../ksy/model";
import { bitsAfterField, bitsAfterType } from "../ksy/sizes";
import type { CheckScope } from "../expression/check";

/** `magic: bytes`, `chunks: png::chunk[]`. */
export function memberLine(owner: TypeDef, member: Member, scope: CheckScope): string {
  const type = scope.memberType(owner, member.id);
  const written = member.role === "seq" || member.role === "instance" ? writtenType(member.data) : undefined;
  const shown = written ?? (type === undefined ? "any" : describeType(type));
  const repeat = written !== undefined && (member as FieldDef).repeat !== undefined ? "[]" : "";
  const named = type?.kind === "enum" && written !== undefined ? ` → ${describeType(type)}` : "";
  return `${member.id}: ${shown}${repeat}${named}`;
}

/** Of numbers, whose static type says less than what is written. */
function writtenType(data: DataType): string | undefined {
  switch (data.kind) {
    case "int":
      return `${data.signed ? "s" : "u"}${data.bytes}${data.bytes === 1 ? "" : (data.endian ?? "")}`;
    case "float":
      return `f${data.bytes}${data.endian ?? ""}`;
    case "bits":
      return `b${data.bits}`;
    default:
      return undefined;
  }
}

/** `4 bytes, at 0x8 of png::header`; "" where nothing is certain. */
export function memberPlace(owner: TypeDef, member: Member): string {
  if (member.role !== "seq" && member.role !== "instance") return "";
  let start: number | undefined = member.role === "seq" ? 0 : undefined;
  for (const field of owner.seq) {
    if (field === member || start === undefined) break;
    start = bitsAfterField(field, start);
  }
  const end = bitsAfterField(member, start ?? 0);
  const size = end === undefined ? undefined : sizeText(end - (start ?? 0));
  const place = start === undefined || start % 8 !== 0 ? undefined : `at 0x${(start / 8).toString(16).toUpperCase()}`;
  return [size, place === undefined ? undefined : `${place} of ${owner.name}`].filter(Boolean).join(", ");
}

export function typeSize(type: TypeDef): string {
  const bits = bitsAfterType(type, 0);
  return bits === undefined ? "size varies" : sizeText(bits);
}

function sizeText(bits: number): string {
  if (bits % 8 !== 0) return bits === 1 ? "1 bit" : `${bits} bits`;
  return bits === 8 ? "1 byte" : `${bits / 8} bytes`;
}

export function docOf(documented: { readonly doc?: string | undefined; readonly docRef?: readonly string[] }): string {
  return [documented.doc?.trim() ?? "", ...(documented.docRef ?? [])].filter((text) => text !== "").join("\n\n");
}

export function enumLine(def: EnumDef): string {
  return `enum ${def.name}: ${def.byLabel.size} values`;
}
