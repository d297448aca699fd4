// How a field of the tree is edited: with which editor, why not, and what its new text does to the file. Writes nothing.
import type { StructFieldEditor } from "../../../../shared/structTree";
import { StructError } from "../errors";
import type { DataType } from "../ksy/model";
import { LazyArray } from "../reader/lazyArray";
import { LazyNode } from "../reader/lazyNode";
import { encodeText } from "../reader/text";
import { validate } from "../reader/validate";
import { Bytes, EnumValue, isInteger, kindOf, type Value } from "../reader/values";
import type { StructEdit } from "../structService";
import { editableData, editField } from "../write/editable";
import { formatField, parseField } from "./fieldText";
import { sourcesOf } from "./sources";
import { Computed, type Spot } from "./spots";

type Scalar = Exclude<DataType, { kind: "struct" | "switch" }>;

/** Longer strings and byte arrays are edited in the hex view. */
const maxEditedBytes = 16 * 1024;

/** Cheap enough for every row: what only the bytes tell is found out when the editor opens. */
export function isEditable(node: LazyNode): boolean {
  try {
    return scalarOf(node) !== undefined;
  } catch (thrown) {
    if (thrown instanceof StructError) return false;
    throw thrown;
  }
}

/** @throws StructError with the reason why not */
function scalarOf(node: LazyNode): Scalar {
  const data = editableData(node) as Scalar;
  if (data.kind === "bytes" || data.kind === "str") {
    if (data.area.process !== undefined)
      throw new StructError("NotSupportedError", `'${data.area.process.name}' makes it from other bytes: edit those`);
    const { start, end } = node.extent(data);
    if (end - start > maxEditedBytes)
      throw new StructError("NotSupportedError", `${end - start} bytes are too many to edit here: use the hex view`);
  }
  return data;
}

export function fieldEditor(spot: Spot): StructFieldEditor {
  try {
    const content = spot.content();
    if (content instanceof Computed) return computedEditor(spot, content.value);
    if (content === null) return none("absent: its condition does not hold", sourcesOfCondition(spot));
    if (content instanceof LazyArray) return none("edit its elements");
    return content instanceof LazyNode ? nodeEditor(content) : none("edit its fields");
  } catch (thrown) {
    if (thrown instanceof StructError && thrown.className !== "LimitError") return none(thrown.message);
    throw thrown;
  }
}

function none(reason: string, sources: readonly string[] = []): StructFieldEditor {
  return { kind: "none", reason, sources };
}

function computedEditor({ def, owner }: Spot, value: Value): StructFieldEditor {
  const sources = owner === undefined ? [] : sourcesOf(def, owner);
  const what = def?.role === "param" ? "a parameter" : `computed (${kindOf(value)})`;
  const from = sources.length === 0 ? "from nothing in the file" : `from ${sources.join(", ")}`;
  return none(`${what}: its value comes ${from}`, sources);
}

function sourcesOfCondition({ def, owner }: Spot): readonly string[] {
  if (owner === undefined || def === undefined || def.role === "param" || def.condition === undefined) return [];
  return sourcesOf({ ...def, role: "value", value: def.condition, condition: undefined }, owner);
}

function nodeEditor(node: LazyNode): StructFieldEditor {
  const data = scalarOf(node);
  const value = node.value();
  if (typeof value === "boolean") return { kind: "bool", text: value ? "true" : "false" };
  if (typeof value === "string" && data.kind === "str") {
    const fault = textFault(node, data, value);
    if (fault !== undefined) return none(fault);
  }
  const text = formatField(data, value);
  const { enumName } = node.field;
  if (enumName === undefined) return { kind: "text", text, hint: hintOf(node, data) };
  const members = [...enumName.enumDef.byLabel.values()];
  return {
    kind: "enum",
    text,
    labels: members.map((member) => ({ text: member.label, value: String(member.value) })),
  };
}

/** Text that does not lead back to its bytes would change them unasked. */
function textFault(node: LazyNode, data: Extract<Scalar, { kind: "str" }>, text: string): string | undefined {
  const bytes = node.bytes(data);
  try {
    if (Bytes.of(Uint8Array.from(encodeText(text, data.encoding))).equals(bytes)) return undefined;
  } catch (thrown) {
    if (!(thrown instanceof StructError)) throw thrown;
  }
  return `its bytes are no ${data.encoding} text that can be written back: use the hex view`;
}

function hintOf(node: LazyNode, data: Scalar): string {
  switch (data.kind) {
    case "int": {
      const bits = BigInt(data.bytes * 8);
      const [least, most] = data.signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
      return `${least} to ${most}; 0x and 0b too`;
    }
    case "bits":
      return `0 to ${(1n << BigInt(data.bits)) - 1n}; 0x and 0b too`;
    case "float":
      return "a number, NaN or Infinity";
    case "str":
      return `${data.encoding}, ${lengthHint(node, data)}; \\n and \\u0000 for what cannot be typed`;
    case "bytes":
      return `hexadecimal, ${lengthHint(node, data)}`;
  }
}

function lengthHint(node: LazyNode, data: Extract<Scalar, { kind: "str" | "bytes" }>): string {
  const { area } = data;
  const { start, end } = node.extent(data);
  const isPadded = area.size !== undefined && (area.padRight !== undefined || area.terminator !== undefined);
  const length = area.size === undefined && !area.sizeEos ? node.bytes(data).length : end - start;
  return `${isPadded ? "at most" : "exactly"} ${length} byte${length === 1 ? "" : "s"}`;
}

/** @throws StructError: why the text is no value that fits there */
export function encodeField(spot: Spot, text: string): StructEdit {
  const content = spot.content();
  if (!(content instanceof LazyNode)) {
    const editor = fieldEditor(spot);
    throw new StructError("NotSupportedError", editor.kind === "none" ? editor.reason : "cannot be edited");
  }
  const data = scalarOf(content);
  const { enumName } = content.field;
  const value = parseField(data, enumName?.enumDef, text);
  const { offset, bytes } = editField(content, value);
  return { offset, bytes, warnings: warningsOf(content, data, value) };
}

function warningsOf(node: LazyNode, data: Scalar, value: Value): readonly string[] {
  const { valid, enumName } = node.field;
  const named = enumName !== undefined && isInteger(value) ? new EnumValue(enumName.enumDef, value) : value;
  const warnings: string[] = [];
  if (named instanceof EnumValue && named.label === null && valid?.inEnum !== true)
    warnings.push(`${named.value} has no label in ${named.of.name}`);
  if (valid === undefined) return warnings;
  try {
    const asRead = data.kind === "bits" && !data.asBool && typeof named === "boolean" ? Number(named) : named;
    const found = validate(node.owner, valid, asRead, node.environment);
    if (found !== undefined) warnings.push(found.message);
  } catch (thrown) {
    if (!(thrown instanceof StructError) || thrown.className === "LimitError") throw thrown;
    warnings.push(`the template's condition cannot be checked: ${thrown.message}`);
  }
  return warnings;
}
