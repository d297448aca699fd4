// One entry of `seq`, `instances` or `params` -> its definition. Which keys exist is in schema.ts; data types in parseData.ts.
import { parseTypeReference } from "../expression/parse";
import type {
  DataType,
  EnumDef,
  EnumUse,
  Endian,
  FieldDef,
  Formula,
  InstanceDef,
  ParamDef,
  ParamType,
  Repeat,
  Valid,
} from "./model";
import { contentsBytes, parseData } from "./parseData";
import { guardSyntax, Keys, type Problems, readFormula } from "./reading";
import { attributeKeys, identifierPattern, instanceKeys, paramKeys, validKeys, valueInstanceKeys } from "./schema";
import { parseSimpleType } from "./typeWords";

/** What a type hands down to its fields and nested types. */
export interface Defaults {
  /** "switch": decided while reading. */
  readonly endian: Endian | "switch" | undefined;
  readonly bitOrder: Endian;
  readonly encoding: string | undefined;
}

export function parseSeqField(problems: Problems, keys: Keys, index: number, defaults: Defaults): FieldDef {
  keys.allow(attributeKeys);
  const id = keys.text("id") ?? `_unnamed${index}`;
  if (keys.get("id") !== undefined && !identifierPattern.test(id)) {
    problems.error(`invalid attribute ID: '${id}', expected /${identifierPattern.source}/`, keys.placeOf("id"));
  }
  return parseField(problems, keys, id, index, defaults, "seq");
}

export function parseInstance(
  problems: Problems,
  keys: Keys,
  id: string,
  index: number,
  defaults: Defaults,
): InstanceDef | undefined {
  if (keys.get("value") === undefined) {
    keys.allow(instanceKeys.filter((key) => key !== "id"));
    if (keys.has("value")) problems.error("expected expression, got null", keys.placeOf("value"));
    return parseField(problems, keys, id, index, defaults, "instance");
  }
  keys.allow(valueInstanceKeys.filter((key) => key !== "id"));
  const value = keys.formula("value");
  if (value === undefined) return undefined;
  return {
    role: "value",
    id,
    at: keys.at,
    index,
    ...documented(keys),
    condition: keys.formula("if"),
    value,
    enumName: parseEnumName(problems, keys),
    valid: parseValid(problems, keys),
  };
}

function documented(keys: Keys): { doc: string | undefined; docRef: string[] } {
  return { doc: keys.text("doc"), docRef: keys.texts("doc-ref") };
}

function parseField(
  problems: Problems,
  keys: Keys,
  id: string,
  index: number,
  defaults: Defaults,
  role: "seq" | "instance",
): FieldDef {
  const enumName = parseEnumName(problems, keys);
  const data = parseData(problems, keys, defaults, enumName !== undefined);
  if (enumName !== undefined) checkEnumType(problems, keys, data);
  return {
    role,
    id,
    at: keys.at,
    index,
    ...documented(keys),
    condition: keys.formula("if"),
    data,
    repeat: parseRepeat(problems, keys),
    enumName,
    valid: parseValid(problems, keys),
    pos: role === "instance" ? keys.formula("pos") : undefined,
    io: role === "instance" ? keys.formula("io") : undefined,
    fixedBytes: undefined,
  };
}

function checkEnumType(problems: Problems, keys: Keys, data: DataType): void {
  if (data.kind === "int" || data.kind === "bits" || data.kind === "switch") return;
  problems.error("tried to resolve non-integer type to enum", keys.placeOf("enum"));
}

function parseRepeat(problems: Problems, keys: Keys): Repeat | undefined {
  const repeat = keys.text("repeat");
  const count = keys.formula("repeat-expr");
  const until = keys.formula("repeat-until");
  const known = problems.list.length;
  const result = repeatOf(problems, keys, repeat, count, until);
  if (problems.list.length > known) return result;
  if (count !== undefined && repeat !== "expr")
    problems.error("'repeat-expr' needs 'repeat: expr'", keys.placeOf("repeat-expr"));
  if (until !== undefined && repeat !== "until")
    problems.error("'repeat-until' needs 'repeat: until'", keys.placeOf("repeat-until"));
  return result;
}

function repeatOf(
  problems: Problems,
  keys: Keys,
  repeat: string | undefined,
  count: Formula | undefined,
  until: Formula | undefined,
): Repeat | undefined {
  switch (repeat) {
    case undefined:
      return undefined;
    case "eos":
      return { kind: "eos" };
    case "expr":
      if (count !== undefined) return { kind: "count", count };
      problems.error("`repeat: expr` requires a `repeat-expr` expression", keys.placeOf("repeat"));
      return undefined;
    case "until":
      if (until !== undefined) return { kind: "until", until };
      problems.error("`repeat: until` requires a `repeat-until` expression", keys.placeOf("repeat"));
      return undefined;
    default:
      problems.error(`expected 'expr', 'eos' or 'until', got '${repeat}'`, keys.placeOf("repeat"));
      return undefined;
  }
}

function parseEnumName(problems: Problems, keys: Keys): EnumUse | undefined {
  const text = keys.text("enum");
  if (text === undefined) return undefined;
  const name = guardSyntax(problems, keys.placeOf("enum"), () => parseTypeReference(text).type);
  return name === undefined ? undefined : { name, enumDef: noEnum };
}

/** Stands where resolve.ts will put the enum; a template whose enum stays unknown is refused. */
const noEnum: EnumDef = { name: "", at: { path: "/", line: 1, column: 1 }, byValue: new Map(), byLabel: new Map() };

function parseValid(problems: Problems, keys: Keys): Valid | undefined {
  const contents = keys.get("contents");
  if (contents !== undefined) {
    const bytes = contentsBytes(problems, `${keys.path}/contents`, contents);
    return bytes === undefined ? undefined : { contents: bytes };
  }
  const node = keys.get("valid");
  if (node === undefined) return undefined;
  if (node.kind !== "map") {
    const eq = readFormula(problems, `${keys.path}/valid`, node);
    return eq === undefined ? undefined : { eq };
  }
  const inner = Keys.of(problems, `${keys.path}/valid`, node);
  if (inner === undefined) return undefined;
  inner.allow(validKeys.find((group) => group.some((key) => inner.has(key))) ?? validKeys.flat());
  if (inner.map.entries.length === 0) problems.error(`expected any of ${validKeys.flat().join(", ")}`, inner.at);
  const valid: { -readonly [K in keyof Valid]: Valid[K] } = {};
  const eq = inner.formula("eq");
  const min = inner.formula("min");
  const max = inner.formula("max");
  const expr = inner.formula("expr");
  const inEnum = inner.flag("in-enum");
  if (eq !== undefined) valid.eq = eq;
  if (min !== undefined) valid.min = min;
  if (max !== undefined) valid.max = max;
  if (expr !== undefined) valid.expr = expr;
  if (inEnum !== undefined) {
    if (!inEnum) problems.error("only `in-enum: true` is supported", inner.placeOf("in-enum"));
    if (keys.get("enum") === undefined) problems.error("`in-enum` needs an `enum`", inner.placeOf("in-enum"));
    valid.inEnum = inEnum;
  }
  const anyOf = inner.get("any-of");
  if (anyOf !== undefined) {
    const items = anyOf.kind === "list" ? anyOf.items : [anyOf];
    valid.anyOf = items.flatMap((item, index) => readFormula(problems, `${inner.path}/any-of/${index}`, item) ?? []);
  }
  return valid;
}

export function parseParam(problems: Problems, keys: Keys, index: number): ParamDef | undefined {
  keys.allow(paramKeys);
  const id = keys.text("id");
  if (id === undefined) {
    problems.error("missing mandatory argument `id`", keys.at);
    return undefined;
  }
  if (!identifierPattern.test(id)) {
    problems.error(`invalid param ID: '${id}', expected /${identifierPattern.source}/`, keys.placeOf("id"));
  }
  const enumName = parseEnumName(problems, keys);
  return { role: "param", id, at: keys.at, index, ...documented(keys), type: parseParamType(problems, keys), enumName };
}

function parseParamType(problems: Problems, keys: Keys): ParamType {
  const bytes: ParamType = { kind: "simple", name: "bytes", arrays: 0, u1: false };
  const text = keys.text("type");
  if (text === undefined) return bytes;
  const name = guardSyntax(problems, keys.placeOf("type"), () => parseTypeReference(text).type);
  if (name === undefined) return bytes;
  const simple = name.path.length === 1 && !name.absolute ? parseSimpleType(name.path[0] ?? "") : undefined;
  if (simple !== undefined) {
    // b1 with an enum is a number of one bit.
    const isBit = simple.name === "bool" && name.path[0] !== "bool" && keys.get("enum") !== undefined;
    return { kind: "simple", name: isBit ? "int" : simple.name, arrays: name.arrays, u1: simple.u1 };
  }
  return { kind: "struct", name, type: undefined, arrays: name.arrays };
}
