// Types and documentation of fields as a template would write them. Reads nothing.
import { StructError } from "../errors";
import type { StructKind } from "../../../../shared/structTree";
import type { DataType, Member, TypeDef } from "../ksy/model";
import { describeType, type StaticType } from "../expression/staticType";
import { LazyNode } from "../reader/lazyNode";
import type { Content, Spot } from "./spots";

function dataText(data: DataType, defaultEndian: string): string {
  switch (data.kind) {
    case "int":
      return `${data.signed ? "s" : "u"}${data.bytes}${data.bytes === 1 ? "" : (data.endian ?? defaultEndian)}`;
    case "float":
      return `f${data.bytes}${data.endian ?? defaultEndian}`;
    case "bits":
      return `b${data.bits}${data.order === "le" ? "le" : ""}`;
    case "bytes":
      return "bytes";
    case "str":
      return `str ${data.encoding}`;
    case "struct":
      return data.opaque ? data.name.path.join("::") : data.type.name;
    case "switch":
      return "switch";
  }
}

/** @param content undefined: it could not be found */
export function typeText(spot: Spot, content: Content | undefined): string {
  const { def } = spot;
  if (def === undefined) return spot.owner === undefined ? spot.name : "";
  if (def.role === "param") return def.type.kind === "simple" ? def.type.name : def.type.name.path.join("::");
  if (def.role === "value") return spot.index < 0 ? staticText(def.value.type) : "";
  const text = content instanceof LazyNode ? nodeText(content) : dataText(def.data, "");
  const labelled = def.enumName === undefined ? text : `${text} → ${def.enumName.enumDef.name}`;
  return def.repeat !== undefined && spot.index < 0 ? `${labelled}[]` : labelled;
}

function nodeText(node: LazyNode): string {
  try {
    const data = node.data();
    if (data === null) return "";
    const isOpen = (data.kind === "int" || data.kind === "float") && data.endian === undefined;
    return dataText(data, isOpen ? (node.owner.littleEndian() ? "le" : "be") : "");
  } catch (thrown) {
    if (!(thrown instanceof StructError)) throw thrown;
    return dataText(node.field.data, "");
  }
}

function staticText(type: StaticType): string {
  return type.kind === "any" ? "" : describeType(type);
}

/** What a node will be, before it could be read. */
export function expectedKind(def: Member | undefined): StructKind {
  if (def === undefined || def.role === "param") return "null";
  if (def.role === "value") return staticKind(def.value.type);
  if (def.repeat !== undefined) return "array";
  const { data } = def;
  if (def.enumName !== undefined) return "enum";
  if (data.kind === "bits") return data.asBool ? "bool" : "int";
  return data.kind === "switch" ? "struct" : data.kind;
}

function staticKind(type: StaticType): StructKind {
  return type.kind === "any" || type.kind === "struct" ? "ref" : type.kind;
}

/** Of the field, else of its type. */
export function documentation(spot: Spot, content: Content | undefined): { doc?: string; docRefs?: readonly string[] } {
  const of = [spot.def, typeOf(spot, content)].find(
    (each) => each !== undefined && (each.doc !== undefined || each.docRef.length > 0),
  );
  if (of === undefined) return {};
  return { ...(of.doc !== undefined && { doc: of.doc }), ...(of.docRef.length > 0 && { docRefs: of.docRef }) };
}

function typeOf(spot: Spot, content: Content | undefined): TypeDef | undefined {
  if (content !== null && content !== undefined && "type" in content) return content.type;
  const { def } = spot;
  if (def === undefined || def.role === "param" || def.role === "value") return undefined;
  const { data } = def;
  return data.kind === "struct" && !data.opaque ? data.type : undefined;
}
