// A YAML map -> a TypeDef: members, nested types, enums, with defaults handed down. Names are linked later, in resolve.ts.
// A new key of a type starts in schema.ts and is read here; a key of a field in parseAttribute.ts.
import { parseInstance, parseParam, parseSeqField, type Defaults } from "./parseAttribute";
import type {
  Endian,
  EndianSwitch,
  EnumDef,
  EnumMember,
  InstanceDef,
  KsyFile,
  Member,
  Meta,
  SchemaPlace,
  TypeDef,
} from "./model";
import type { Problems } from "./reading";
import { integerOf, Keys, place, readFormula } from "./reading";
import { warnOfEncoding } from "./encodings";
import { enumMemberKeys, identifierPattern, importPattern, metaKeys, switchKeys, typeKeys } from "./schema";
import { integerRange, parseTypeWord } from "./typeWords";
import { describeNode, type YamlNode } from "./yamlTree";

const maxTypeNesting = 50;

export function parseFile(problems: Problems, root: YamlNode): KsyFile | undefined {
  const keys = root.kind === "map" ? Keys.of(problems, "", root) : undefined;
  if (keys === undefined) {
    problems.error(`expected map, got ${describeNode(root)}`, place("", root));
    return undefined;
  }
  const metaNode = keys.get("meta");
  if (metaNode === undefined) {
    problems.error("missing meta/id: a template names itself there", keys.at);
    return undefined;
  }
  const meta = parseMeta(problems, metaNode);
  if (meta === undefined) return undefined;
  const file: { -readonly [K in keyof KsyFile]?: KsyFile[K] } = { file: problems.file, meta, imported: new Map() };
  const defaults: Defaults = { endian: undefined, bitOrder: "be", encoding: undefined };
  const top = parseType(problems, keys, {
    id: meta.id,
    name: meta.id,
    file: file as KsyFile,
    outer: undefined,
    defaults,
    depth: 0,
  });
  file.top = top;
  return file as KsyFile;
}

function parseMeta(problems: Problems, node: YamlNode): Meta | undefined {
  const keys = Keys.of(problems, "/meta", node);
  if (keys === undefined) return undefined;
  const id = keys.text("id");
  if (id === undefined) {
    problems.error("missing meta/id: a template names itself there", place("/meta", node));
    return undefined;
  }
  if (!identifierPattern.test(id))
    problems.error(`invalid meta ID: '${id}', expected /${identifierPattern.source}/`, keys.placeOf("id"));
  checkVersion(problems, keys);
  return {
    id,
    title: keys.text("title"),
    fileExtensions: keys.texts("file-extension"),
    imports: readImports(problems, keys),
    opaqueTypes: keys.flag("ks-opaque-types") ?? false,
  };
}

/** The newest version of the language that this follows. */
const followed = [0, 12];

function checkVersion(problems: Problems, keys: Keys): void {
  const text = keys.text("ks-version");
  if (text === undefined) return;
  const [major = 0, minor = 0] = text.split(".").map(Number);
  const [mostMajor = 0, mostMinor = 0] = followed;
  if (!Number.isInteger(major) || !Number.isInteger(minor)) {
    problems.error(`unable to parse version: '${text}'`, keys.placeOf("ks-version"));
  } else if (major > mostMajor || (major === mostMajor && minor > mostMinor)) {
    problems.error(
      `this ksy requires version ${text} of the language, ${followed.join(".")} is known`,
      keys.placeOf("ks-version"),
    );
  }
}

function readImports(problems: Problems, keys: Keys): Meta["imports"] {
  const node = keys.get("imports");
  // A single import needs no list.
  const items = node?.kind === "list" ? node.items : node === undefined ? [] : [node];
  return items.flatMap((item, index) => {
    const at = place(`/meta/imports/${index}`, item);
    if (item.kind === "scalar" && importPattern.test(item.text)) return [{ name: item.text, at }];
    problems.error(`invalid import: ${describeNode(item)}`, at);
    return [];
  });
}

interface TypeContext {
  readonly id: string;
  readonly name: string;
  readonly file: KsyFile;
  readonly outer: TypeDef | undefined;
  readonly defaults: Defaults;
  readonly depth: number;
}

function parseType(problems: Problems, keys: Keys, context: TypeContext): TypeDef {
  keys.allow(typeKeys);
  const { defaults, endian } = readDefaults(problems, keys, context.defaults, context.depth === 0);
  const type: { -readonly [K in keyof TypeDef]: TypeDef[K] } = {
    id: context.id,
    name: context.name,
    file: context.file,
    at: keys.at,
    outer: context.outer,
    doc: keys.text("doc"),
    docRef: keys.texts("doc-ref"),
    params: readList(problems, keys, "params", (item, index) => parseParam(problems, item, index)),
    seq: readList(problems, keys, "seq", (item, index) => parseSeqField(problems, item, index, defaults)),
    instances: readInstances(problems, keys, defaults),
    members: new Map(),
    types: new Map(),
    enums: readEnums(problems, keys, context.name),
    endian,
    toText: keys.formula("to-string"),
  };
  type.members = collectMembers(problems, type);
  type.types = readTypes(problems, keys, { ...context, outer: type, defaults, depth: context.depth + 1 });
  return type;
}

function readList<T>(
  problems: Problems,
  keys: Keys,
  key: string,
  read: (item: Keys, index: number) => T | undefined,
): T[] {
  const node = keys.get(key);
  if (node === undefined) return [];
  if (node.kind !== "list") {
    problems.error(`expected array, got ${describeNode(node)}`, keys.placeOf(key));
    return [];
  }
  return node.items.flatMap((item, index) => {
    const path = `${keys.path}/${key}/${index}`;
    const itemKeys = item.kind === "null" ? undefined : Keys.of(problems, path, item);
    if (item.kind === "null") problems.error("expected map, got null", place(path, item));
    const result = itemKeys === undefined ? undefined : read(itemKeys, index);
    return result === undefined ? [] : [result];
  });
}

function readInstances(problems: Problems, keys: Keys, defaults: Defaults): InstanceDef[] {
  const node = keys.get("instances");
  const map = node === undefined ? undefined : Keys.of(problems, `${keys.path}/instances`, node);
  return (map?.map.entries ?? []).flatMap(({ key, value }, index) => {
    if (key.text.startsWith("-")) return [];
    const path = `${keys.path}/instances/${key.text}`;
    if (!identifierPattern.test(key.text)) {
      problems.error(`invalid instance ID: '${key.text}', expected /${identifierPattern.source}/`, place(path, key));
    }
    const inner = Keys.of(problems, path, value);
    const result = inner === undefined ? undefined : parseInstance(problems, inner, key.text, index, defaults);
    return result === undefined ? [] : [result];
  });
}

function collectMembers(problems: Problems, type: TypeDef): Map<string, Member> {
  const members = new Map<string, Member>();
  for (const member of [...type.params, ...type.seq, ...type.instances]) {
    const earlier = members.get(member.id);
    if (earlier !== undefined) {
      const isNamedByKey = member.role === "value" || member.role === "instance";
      const at = isNamedByKey ? member.at : { ...member.at, path: `${member.at.path}/id` };
      problems.error(`duplicate attribute ID '${member.id}', previously defined at ${earlier.at.path}`, at);
    } else members.set(member.id, member);
  }
  return members;
}

function readTypes(problems: Problems, keys: Keys, context: TypeContext): Map<string, TypeDef> {
  const types = new Map<string, TypeDef>();
  const node = keys.get("types");
  const map = node === undefined ? undefined : Keys.of(problems, `${keys.path}/types`, node);
  for (const { key, value } of map?.map.entries ?? []) {
    if (key.text.startsWith("-")) continue;
    const path = `${keys.path}/types/${key.text}`;
    if (!identifierPattern.test(key.text)) {
      problems.error(`invalid type ID: '${key.text}', expected /${identifierPattern.source}/`, place(path, key));
    }
    if (context.depth > maxTypeNesting) {
      problems.error("types nested too deeply", place(path, key));
      continue;
    }
    const inner = Keys.of(problems, path, value);
    if (inner === undefined) continue;
    types.set(
      key.text,
      parseType(problems, inner, { ...context, id: key.text, name: `${context.outer?.name ?? ""}::${key.text}` }),
    );
  }
  return types;
}

function readDefaults(
  problems: Problems,
  keys: Keys,
  inherited: Defaults,
  isTop: boolean,
): { defaults: Defaults; endian: Endian | EndianSwitch | undefined } {
  const node = keys.get("meta");
  const meta = node === undefined ? undefined : Keys.of(problems, `${keys.path}/meta`, node);
  if (meta === undefined) return { defaults: inherited, endian: undefined };
  meta.allow(metaKeys);
  if (!isTop && meta.has("id"))
    problems.add("warning", "a nested type is named by its key: no meta/id here", meta.placeOf("id"));
  const endian = readEndian(problems, meta);
  const order = meta.text("bit-endian");
  if (order !== undefined && order !== "le" && order !== "be") {
    problems.error(`unable to parse bit endianness: expected 'le' or 'be', got '${order}'`, meta.placeOf("bit-endian"));
  }
  warnOfEncoding(problems, meta);
  const bitOrder = order === "le" || order === "be" ? order : inherited.bitOrder;
  const defaultEndian = endian === undefined ? inherited.endian : typeof endian === "string" ? endian : "switch";
  return {
    defaults: { endian: defaultEndian, bitOrder, encoding: meta.text("encoding") ?? inherited.encoding },
    endian,
  };
}

function readEndian(problems: Problems, meta: Keys): Endian | EndianSwitch | undefined {
  const node = meta.get("endian");
  if (node === undefined) return undefined;
  const at = meta.placeOf("endian");
  if (node.kind === "scalar") {
    if (node.text === "le" || node.text === "be") return node.text;
    problems.error(
      `unable to parse endianness: expected 'le', 'be' or a map with calculated endianness, got '${node.text}'`,
      at,
    );
    return undefined;
  }
  const keys = Keys.of(problems, at.path, node);
  if (keys === undefined) return undefined;
  keys.allow(switchKeys);
  const on = keys.formula("switch-on");
  const casesNode = keys.get("cases");
  if (on === undefined || casesNode === undefined || casesNode.kind !== "map") {
    problems.error("calculated endianness needs 'switch-on' and a map of 'cases'", at);
    return undefined;
  }
  const cases = casesNode.entries.flatMap(({ key, value }): EndianSwitch["cases"] => {
    const path = `${at.path}/cases/${key.text}`;
    const endian = value.kind === "scalar" ? value.text : "";
    if (endian !== "le" && endian !== "be") {
      problems.error(`expected 'le' or 'be', got ${describeNode(value)}`, place(path, value));
      return [];
    }
    if (key.text === "_") return [{ when: undefined, endian }];
    const when = readFormula(problems, path, key);
    return when === undefined ? [] : [{ when, endian }];
  });
  return { on, cases };
}

function readEnums(problems: Problems, keys: Keys, typeName: string): Map<string, EnumDef> {
  const enums = new Map<string, EnumDef>();
  const node = keys.get("enums");
  const map = node === undefined ? undefined : Keys.of(problems, `${keys.path}/enums`, node);
  for (const { key, value } of map?.map.entries ?? []) {
    if (key.text.startsWith("-")) continue;
    const path = `${keys.path}/enums/${key.text}`;
    if (!identifierPattern.test(key.text)) {
      problems.error(`invalid enum ID: '${key.text}', expected /${identifierPattern.source}/`, place(path, key));
    }
    const members = Keys.of(problems, path, value);
    if (members === undefined) continue;
    const range = isTyped(members) ? enumRange(problems, members) : undefined;
    const values = isTyped(members) ? valuesOf(problems, members, range) : members;
    if (values !== undefined) enums.set(key.text, readEnum(problems, values, `${typeName}::${key.text}`, range));
  }
  return enums;
}

/** Labels by value; or, as later versions of the language have it, with the integer type beside them: `type`, `values`. */
function isTyped(keys: Keys): boolean {
  return keys.map.entries.length === 0 || keys.has("type") || keys.has("values");
}

function enumRange(problems: Problems, keys: Keys): readonly [bigint, bigint] | undefined {
  keys.allow(["type", "values", "doc", "doc-ref"]);
  if (!keys.has("type")) {
    problems.error("missing mandatory argument `type`", keys.at);
    return undefined;
  }
  const word = parseTypeWord(keys.text("type") ?? "");
  if (word?.kind === "bits") return integerRange(word.bits, false);
  if (word?.kind === "int" && word.endian === undefined) return integerRange(word.bytes * 8, word.signed);
  problems.error("the type of an enum must be an integer's", keys.placeOf("type"));
  return undefined;
}

function valuesOf(problems: Problems, keys: Keys, range: readonly [bigint, bigint] | undefined): Keys | undefined {
  const values = keys.get("values");
  if (values === undefined) {
    if (keys.has("type")) problems.error("missing mandatory argument `values`", keys.at);
    return undefined;
  }
  const map = Keys.of(problems, `${keys.path}/values`, values);
  if (map !== undefined && range !== undefined) checkRange(problems, map, range);
  return map;
}

function checkRange(problems: Problems, keys: Keys, [least, most]: readonly [bigint, bigint]): void {
  for (const { key } of keys.map.entries) {
    const value = integerOf(key.text);
    if (value === undefined || (value >= least && value <= most)) continue;
    problems.error(`${value} is not in ${least} to ${most}, the enum's type`, place(`${keys.path}/${value}`, key));
  }
}

function readEnum(problems: Problems, keys: Keys, name: string, range: EnumDef["range"]): EnumDef {
  const byValue = new Map<string, EnumMember>();
  const byLabel = new Map<string, EnumMember>();
  for (const { key, value } of keys.map.entries) {
    if (key.plain && key.text.startsWith("-") && integerOf(key.text) === undefined) continue;
    const at = place(`${keys.path}/${key.text}`, key);
    const number = integerOf(key.text);
    if (number === undefined) {
      problems.error(`unable to parse '${key.text}' as int`, place(keys.path, key));
      continue;
    }
    const member = readEnumMember(problems, at, number, value);
    if (member === undefined) continue;
    if (byValue.has(String(number))) problems.error(`duplicate enum value ${number}`, at);
    if (byLabel.has(member.label)) problems.error(`duplicate enum member ID: '${member.label}'`, at);
    byValue.set(String(number), member);
    byLabel.set(member.label, member);
  }
  return { name, at: keys.at, byValue, byLabel, range };
}

function readEnumMember(
  problems: Problems,
  at: SchemaPlace,
  value: number | bigint,
  node: YamlNode,
): EnumMember | undefined {
  let label: string | undefined;
  let doc: string | undefined;
  let docRef: string[] = [];
  if (node.kind === "scalar") label = node.text;
  else {
    const keys = Keys.of(problems, at.path, node);
    keys?.allow(enumMemberKeys);
    label = keys?.text("id");
    doc = keys?.text("doc");
    docRef = keys?.texts("doc-ref") ?? [];
  }
  if (label === undefined) {
    problems.error("missing id of the enum member", at);
    return undefined;
  }
  if (!identifierPattern.test(label)) {
    problems.error(`invalid enum member ID: '${label}', expected /${identifierPattern.source}/`, at);
    return undefined;
  }
  return { label, value, doc, docRef };
}
