// The data type of a field: what `type`, `size`, `terminator`, `process`, `contents` and their kin say together.
// Knows the rules of combination; not repetition, conditions or validation.
import { parseProcess, parseTypeReference } from "../expression/parse";
import type { Area, DataType, Process, StructUse, SwitchUse, TypeDef } from "./model";
import type { Defaults } from "./parseAttribute";
import { guardSyntax, integerOf, Keys, makeFormula, place, type Problems, readFormula } from "./reading";
import { sizedOnlyKeys, switchKeys } from "./schema";
import { parseTypeWord, type TypeWord } from "./typeWords";
import { describeNode, type YamlNode } from "./yamlTree";
import { warnOfEncoding } from "./encodings";

const failed: DataType = { kind: "bytes", area: bareArea() };

export function parseData(problems: Problems, keys: Keys, defaults: Defaults, hasEnum: boolean): DataType {
  const contents = keys.get("contents");
  if (contents !== undefined) return contentsData(problems, keys, contents);
  const node = keys.get("type");
  const context: DataContext = { problems, keys, defaults, hasEnum, inSwitch: false };
  if (node === undefined) return bytesData(context);
  if (node.kind === "map") return switchData(context, node);
  if (node.kind === "scalar") return namedData(context, node.text, `${keys.path}/type`);
  problems.error(`expected string or map, got ${describeNode(node)}`, keys.placeOf("type"));
  return failed;
}

interface DataContext {
  readonly problems: Problems;
  readonly keys: Keys;
  readonly defaults: Defaults;
  readonly hasEnum: boolean;
  readonly inSwitch: boolean;
}

/** For a key that means nothing beside this type. */
function refuse({ problems, keys }: DataContext, key: string): void {
  if (keys.has(key)) problems.error(`unknown key found: ${key}: it means nothing for this type`, keys.placeOf(key));
}

function bareArea(): Area {
  return {
    size: undefined,
    sizeEos: false,
    terminator: undefined,
    include: false,
    consume: true,
    eosError: true,
    padRight: undefined,
    process: undefined,
  };
}

function contentsData(problems: Problems, keys: Keys, node: YamlNode): DataType {
  if (keys.get("type") !== undefined) problems.error("'contents' needs no 'type'", keys.placeOf("type"));
  const bytes = contentsBytes(problems, `${keys.path}/contents`, node) ?? new Uint8Array();
  const size = makeFormula({ kind: "int", value: bytes.length }, keys.placeOf("contents"));
  return { kind: "bytes", area: { ...bareArea(), size, process: readProcess(problems, keys) } };
}

/** A string in UTF-8, or a list of bytes and strings. */
export function contentsBytes(problems: Problems, path: string, node: YamlNode): Uint8Array | undefined {
  const encoder = new TextEncoder();
  if (node.kind === "scalar" && !(node.plain && integerOf(node.text) !== undefined)) return encoder.encode(node.text);
  if (node.kind !== "list") {
    problems.error(
      `unable to parse fixed content: expected string or array, got ${describeNode(node)}`,
      place(path, node),
    );
    return undefined;
  }
  const bytes: number[] = [];
  for (const [index, item] of node.items.entries()) {
    const number = item.kind === "scalar" && item.plain ? integerOf(item.text) : undefined;
    if (item.kind !== "scalar" || (number !== undefined && !(number >= 0 && number <= 255))) {
      problems.error(`unable to parse fixed content in array: ${describeNode(item)}`, place(`${path}/${index}`, item));
      return undefined;
    }
    if (number !== undefined) bytes.push(Number(number));
    else for (const byte of encoder.encode(item.text)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Undefined when nothing says where the bytes end. */
function readArea(context: DataContext, defaultTerminator: Uint8Array | undefined): Area | undefined {
  const { problems, keys } = context;
  const size = keys.formula("size");
  const sizeEos = keys.flag("size-eos") ?? false;
  const terminator = readTerminator(problems, keys) ?? defaultTerminator;
  if (size !== undefined && sizeEos)
    problems.error("only one of 'size' and 'size-eos' must be specified", keys.placeOf("size-eos"));
  if (size === undefined && !sizeEos && terminator === undefined) return undefined;
  return {
    size,
    sizeEos,
    terminator,
    include: keys.flag("include") ?? false,
    consume: keys.flag("consume") ?? true,
    eosError: keys.flag("eos-error") ?? true,
    padRight: keys.byte("pad-right"),
    process: readProcess(problems, keys),
  };
}

/** For what has no end of its own. What is wrong with a key that says the end is enough to be told. */
function requiredArea(context: DataContext, defaultTerminator: Uint8Array | undefined): Area | undefined {
  const { problems, keys } = context;
  const told = problems.list.length;
  const area = readArea(context, defaultTerminator);
  if (area === undefined && problems.list.length === told)
    problems.error("'size', 'size-eos' or 'terminator' must be specified", keys.at);
  return area;
}

function readTerminator(problems: Problems, keys: Keys): Uint8Array | undefined {
  const node = keys.get("terminator");
  if (node?.kind === "list") {
    const bytes = contentsBytes(problems, `${keys.path}/terminator`, node);
    if (bytes?.length === 0) problems.error("an empty terminator ends nothing", keys.placeOf("terminator"));
    return bytes?.length === 0 ? undefined : bytes;
  }
  const byte = keys.byte("terminator");
  return byte === undefined ? undefined : Uint8Array.of(byte);
}

function readProcess(problems: Problems, keys: Keys): Process | undefined {
  const text = keys.text("process");
  if (text === undefined) return undefined;
  const at = keys.placeOf("process");
  const parsed = guardSyntax(problems, at, () => parseProcess(text));
  if (parsed === undefined) return undefined;
  const wanted = new Map([
    ["zlib", 0],
    ["xor", 1],
    ["rol", 1],
    ["ror", 1],
  ]).get(parsed.name);
  if (wanted !== undefined && parsed.args.length !== wanted) {
    problems.error(`incorrect process expression '${text}': ${parsed.name} takes ${wanted} arguments`, at);
    return undefined;
  }
  return { name: parsed.name, args: parsed.args.map((tree) => makeFormula(tree, at)) };
}

function bytesData(context: DataContext): DataType {
  refuse(context, "encoding");
  const area = requiredArea(context, undefined);
  return area === undefined ? failed : { kind: "bytes", area };
}

function namedData(context: DataContext, text: string, path: string): DataType {
  const { problems, keys } = context;
  const at = { ...keys.placeOf("type"), path };
  const word = parseTypeWord(text.trim());
  if (word !== undefined) return wordData(context, word, text, at.path);
  const reference = guardSyntax(problems, at, () => parseTypeReference(text));
  if (reference === undefined) return failed;
  if (reference.type.arrays > 0) problems.error(`invalid type: '${text}': use 'repeat' for arrays`, at);
  if (!context.inSwitch) refuse(context, "encoding");
  const area = readArea(context, undefined);
  if (area === undefined && keys.get("process") !== undefined) {
    problems.error("'process' needs 'size', 'size-eos' or 'terminator'", keys.placeOf("process"));
  }
  const use: StructUse = {
    kind: "struct",
    name: reference.type,
    type: unknownType,
    external: false,
    opaque: false,
    args: reference.args.map((tree) => makeFormula(tree, at)),
    area,
    parent: readParent(context),
  };
  return use;
}

/** Stands where resolve.ts will put the type; a template whose type stays unknown is refused. */
const unknownType = {} as TypeDef;

function readParent(context: DataContext): StructUse["parent"] {
  const node = context.keys.get("parent");
  if (node?.kind === "scalar" && node.text === "false") return null;
  return context.keys.formula("parent");
}

function wordData(context: DataContext, word: TypeWord, text: string, path: string): DataType {
  const { problems, keys, defaults } = context;
  const at = { ...keys.placeOf("type"), path };
  if (word.kind === "str") return stringData(context, word.terminated);
  if (!context.inSwitch) {
    for (const key of sizedOnlyKeys) {
      if (keys.get(key) !== undefined)
        problems.error(`unknown key found: ${key}: type '${text}' has its own size`, keys.placeOf(key));
    }
  }
  if (word.kind === "bits") {
    if (word.bits < 1 || word.bits > 64)
      problems.error(`invalid type: '${text}': bit-sized integers have 1 to 64 bits`, at);
    const asBool = word.bits === 1 && !context.hasEnum;
    return { kind: "bits", bits: Math.min(Math.max(word.bits, 1), 64), order: word.order ?? defaults.bitOrder, asBool };
  }
  if (word.endian === undefined && word.bytes > 1 && defaults.endian === undefined) {
    problems.error(`unable to use type '${text}' without default endianness`, at);
  }
  const endian = word.endian ?? (defaults.endian === "switch" ? undefined : defaults.endian);
  if (word.kind === "float") return { kind: "float", bytes: word.bytes, endian };
  return { kind: "int", bytes: word.bytes, signed: word.signed, endian: word.bytes === 1 ? "le" : endian };
}

function stringData(context: DataContext, terminated: boolean): DataType {
  const { problems, keys } = context;
  const encoding = keys.text("encoding") ?? context.defaults.encoding;
  if (encoding === undefined) {
    problems.error("string type must have encoding, but none found", keys.at);
    return failed;
  }
  if (!context.inSwitch) refuse(context, "process");
  warnOfEncoding(problems, keys);
  const area = requiredArea(context, terminated ? new Uint8Array(unitBytes(encoding)) : undefined);
  return area === undefined ? failed : { kind: "str", area, encoding };
}

/** Bytes of the null that ends a string in this encoding. */
function unitBytes(encoding: string): number {
  if (/^(utf-?16|ucs-?2|unicode)/i.test(encoding)) return 2;
  return /^(utf-?32|ucs-?4)/i.test(encoding) ? 4 : 1;
}

function switchData(context: DataContext, node: YamlNode): DataType {
  const { problems } = context;
  const path = `${context.keys.path}/type`;
  const keys = Keys.of(problems, path, node);
  if (keys === undefined) return failed;
  keys.allow(switchKeys);
  const on = keys.formula("switch-on");
  const casesNode = keys.get("cases");
  if (on === undefined || casesNode === undefined) {
    problems.error("missing 'switch-on' or 'cases'", keys.at);
    return failed;
  }
  const casesKeys = Keys.of(problems, `${path}/cases`, casesNode);
  const cases: { when: SwitchUse["cases"][number]["when"]; type: DataType }[] = [];
  const area = readArea(context, undefined);
  let otherwise: DataType | undefined = area === undefined ? undefined : { kind: "bytes", area };
  for (const { key, value } of casesKeys?.map.entries ?? []) {
    const casePath = `${path}/cases/${key.text}`;
    if (value.kind !== "scalar") {
      problems.error(`expected string, got ${describeNode(value)}`, place(casePath, value));
      continue;
    }
    const type = namedData({ ...context, inSwitch: true }, value.text, casePath);
    if (key.text === "_") {
      otherwise = type;
      continue;
    }
    const when = readFormula(problems, casePath, key);
    if (when !== undefined) cases.push({ when, type });
  }
  return { kind: "switch", on, cases, otherwise };
}
