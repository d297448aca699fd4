// First half of resolving: puts the types and enums in the place of their names, and notes who holds whom.
import { unknownType } from "../expression/check";
import type { DataType, FieldDef, StructUse, TypeDef } from "./model";
import type { Names } from "./names";
import type { Problems } from "./reading";
import { integerRange } from "./typeWords";

/** Who makes a type: `_parent` has a known type when it is one and the same. */
export type Parents = Map<TypeDef, Set<TypeDef | "other">>;

/** Looks for a type that no file declares, under `ks-opaque-types`. */
export type FindOpaque = (from: TypeDef, name: string) => TypeDef | undefined;

export function linkTypes(
  type: TypeDef,
  names: Names,
  problems: Problems,
  parents: Parents,
  findOpaque: FindOpaque,
): void {
  const linkEnum = (use: FieldDef["enumName"], path: string): void => {
    if (use === undefined) return;
    const found = names.enumOf(type, use.name.path, use.name.absolute);
    if (found !== undefined) use.enumDef = found;
    else
      problems.error(`unable to find enum '${use.name.path.join("::")}', searching from ${type.name}`, {
        ...type.at,
        path,
      });
  };
  const linkStruct = (use: StructUse, path: string, field: FieldDef): void => {
    const place = { ...field.at, path };
    const found =
      names.typeOf(type, use.name) ??
      (type.file.meta.opaqueTypes ? findOpaque(type, use.name.path.join("::")) : undefined);
    if (found === undefined) {
      if (type.file.meta.opaqueTypes) use.opaque = true;
      else problems.error(unknownType(use.name, type), place);
      return;
    }
    use.type = found;
    use.external = found.file !== type.file;
    if (use.args.length !== found.params.length) {
      problems.error(`parameter count mismatch: ${found.params.length} declared, but ${use.args.length} used`, place);
    }
    const holders = parents.get(found) ?? new Set();
    holders.add(use.parent !== undefined || use.external ? "other" : type);
    parents.set(found, holders);
  };
  const linkData = (data: DataType, path: string, field: FieldDef): void => {
    if (data.kind === "struct") linkStruct(data, path, field);
    if (data.kind !== "switch") return;
    for (const [index, one] of data.cases.entries()) linkData(one.type, data.cases[index]?.when.at.path ?? path, field);
    if (data.otherwise !== undefined) linkData(data.otherwise, `${path}/cases/_`, field);
  };
  /** Every value of the field must be one that the enum's own type has. */
  const holdToRange = (field: FieldDef): void => {
    const { data, enumName } = field;
    const range = enumName?.enumDef.range;
    if (range === undefined || (data.kind !== "int" && data.kind !== "bits")) return;
    const [least, most] =
      data.kind === "int" ? integerRange(data.bytes * 8, data.signed) : integerRange(data.bits, false);
    if (least >= range[0] && most <= range[1]) return;
    problems.error(
      `unable to convert values from ${least} to ${most} to enum '${enumName?.name.path.join("::")}' of ${range[0]} to ${range[1]}`,
      { ...field.at, path: `${field.at.path}/enum` },
    );
  };
  for (const member of type.members.values()) {
    linkEnum(member.enumName, `${member.at.path}/enum`);
    if (member.role === "seq" || member.role === "instance") holdToRange(member);
    if (member.role === "seq" || member.role === "instance") linkData(member.data, `${member.at.path}/type`, member);
    if (member.role === "param" && member.type.kind === "struct") {
      member.type.type = names.typeOf(type, member.type.name);
      if (member.type.type === undefined && !type.file.meta.opaqueTypes) {
        problems.error(unknownType(member.type.name, type), { ...member.at, path: `${member.at.path}/type` });
      }
    }
  }
}

/** The type and all types in it. */
export function* allTypes(type: TypeDef): Generator<TypeDef> {
  yield type;
  for (const inner of type.types.values()) yield* allTypes(inner);
}
