// The bytes that every file of a format has at fixed places, as its template tells by `contents` and by `valid` with literals:
// followed through fields of fixed size and nested types of the same file, as far as places are certain. Pure.
import { parseExpression } from "../expression/parse";
import type { Expression } from "../expression/ast";
import { ExpressionSyntaxError } from "../expression/tokens";
import type { Endian } from "../ksy/model";
import { constantInteger } from "../ksy/sizes";
import { parseTypeWord, type TypeWord } from "../ksy/typeWords";
import { integerOf } from "../ksy/reading";
import type { YamlMap, YamlNode } from "../ksy/yamlTree";
import { mapOf, sectionOf, textOf, type Section } from "./sections";

export interface Magic {
  /** Bytes from the file's start; below 0: from its end. */
  readonly offset: number;
  /** Any of these, all of the same length. */
  readonly values: readonly Uint8Array[];
  /** Of `seq`: without it nothing can be read. Of an instance: one of several places where the format may show. */
  readonly required: boolean;
}

const maxDepth = 8;
const maxMagics = 16;

interface Scope {
  readonly section: Section;
  readonly outer: Scope | undefined;
  readonly endian: Endian | undefined;
}

export function magicsOf(root: Section): Magic[] {
  const finder = new MagicFinder();
  const scope = scopeOf(root, undefined);
  finder.type(scope, 0, 0);
  finder.required = false;
  for (const { value } of mapOf(root.node("instances"))?.entries ?? []) {
    const field = mapOf(value);
    const pos = textOf(valueOf(field, "pos"));
    const at = pos === undefined ? undefined : fixedPlace(pos);
    if (field === undefined || at === undefined || valueOf(field, "io") !== undefined) continue;
    finder.field(field, scope, at, 0);
  }
  return finder.found;
}

class MagicFinder {
  readonly found: Magic[] = [];
  required = true;
  /** Only the first element of an array is certain to be there. */
  #silent = false;

  /** Where the type ends; undefined: not certain. */
  type(scope: Scope, start: number, depth: number): number | undefined {
    const seq = scope.section.node("seq");
    let at: number | undefined = start;
    for (const item of seq?.kind === "list" ? seq.items : []) {
      const field = mapOf(item);
      at = field === undefined || at === undefined ? undefined : this.field(field, scope, at, depth);
      if (at === undefined || this.found.length >= maxMagics) return undefined;
    }
    return at;
  }

  field(field: YamlMap, scope: Scope, at: number, depth: number): number | undefined {
    if (valueOf(field, "if") !== undefined || valueOf(field, "process") !== undefined) return undefined;
    const repeat = textOf(valueOf(field, "repeat"));
    const end = this.#element(field, scope, at, depth);
    if (repeat === undefined || end === undefined) return end;
    const count = constantOf(textOf(valueOf(field, "repeat-expr")));
    if (repeat !== "expr" || count === undefined) return undefined;
    const silent = this.#silent;
    this.#silent = true;
    const second = this.#element(field, scope, end, depth);
    this.#silent = silent;
    return second === undefined ? undefined : at + count * (second - end);
  }

  #element(field: YamlMap, scope: Scope, from: number, depth: number): number | undefined {
    const type = textOf(valueOf(field, "type"));
    const word = type === undefined ? undefined : parseTypeWord(type.trim());
    // Places within a byte are eighths, which add up exactly; everything but bits begins at a byte.
    if (word?.kind === "bits") return from + word.bits / 8;
    const at = Math.ceil(from);
    const contents = contentsOf(valueOf(field, "contents"));
    if (contents !== undefined) {
      this.#note(at, [contents]);
      return at + contents.length;
    }
    const size = constantOf(textOf(valueOf(field, "size")));
    const end = size === undefined ? undefined : at + size;
    if (word !== undefined || type === undefined) {
      const length = word === undefined || word.kind === "str" ? size : word.bytes;
      const encode = (literal: Expression): Uint8Array | undefined => bytesOf(literal, word, scope.endian);
      const values = validValues(valueOf(field, "valid")).map(encode);
      const known = values.filter((value) => value !== undefined && value.length === length) as Uint8Array[];
      if (known.length > 0 && known.length === values.length) this.#note(at, known);
      return length === undefined ? end : at + length;
    }
    const inner = typeNamed(scope, type.trim());
    const innerEnd = inner === undefined || depth >= maxDepth ? undefined : this.type(inner, at, depth + 1);
    return end ?? innerEnd;
  }

  #note(offset: number, values: readonly Uint8Array[]): void {
    if (!this.#silent && (values[0]?.length ?? 0) > 0) this.found.push({ offset, values, required: this.required });
  }
}

function scopeOf(section: Section, outer: Scope | undefined): Scope {
  const endian = textOf(mapOf(section.node("meta"))?.entries.find(({ key }) => key.text === "endian")?.value);
  return { section, outer, endian: endian === "le" || endian === "be" ? endian : outer?.endian };
}

function typeNamed(scope: Scope, name: string): Scope | undefined {
  const [first = "", ...rest] = name.replace(/\(.*$/, "").split("::");
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    let found = innerType(at, first);
    for (const part of rest) found = found === undefined ? undefined : innerType(found, part);
    if (found !== undefined) return found;
  }
  return undefined;
}

function innerType(scope: Scope, name: string): Scope | undefined {
  const section = scope.section.inner("types")?.inner(name);
  return section === undefined ? undefined : scopeOf(section, scope);
}

function valueOf(map: YamlMap | undefined, key: string): YamlNode | undefined {
  return map === undefined ? undefined : sectionOf(map).node(key);
}

function parsed(text: string | undefined): Expression | undefined {
  if (text === undefined) return undefined;
  try {
    return parseExpression(text);
  } catch (thrown) {
    if (thrown instanceof ExpressionSyntaxError) return undefined;
    throw thrown;
  }
}

function constantOf(text: string | undefined): number | undefined {
  const tree = parsed(text);
  const value = tree === undefined ? undefined : constantInteger(tree);
  return value === undefined || value < 0 ? undefined : value;
}

/** `0x8000`, or `_io.size - 16`. */
function fixedPlace(text: string): number | undefined {
  const fromEnd = /^\s*(?:_root\.)?_io\.size\s*-\s*(\w+)\s*$/.exec(text);
  if (fromEnd === null) return constantOf(text);
  const back = constantOf(fromEnd[1]);
  return back === undefined || back === 0 ? undefined : -back;
}

/** As ksy/parseData reads it; undefined for what it would refuse. */
function contentsOf(node: YamlNode | undefined): Uint8Array | undefined {
  const encoder = new TextEncoder();
  if (node?.kind === "scalar") return encoder.encode(node.text);
  if (node?.kind !== "list") return undefined;
  const bytes: number[] = [];
  for (const item of node.items) {
    const text = textOf(item);
    if (item.kind !== "scalar" || text === undefined) return undefined;
    const number = item.plain ? integerOf(text) : undefined;
    if (number === undefined) bytes.push(...encoder.encode(text));
    else bytes.push(Number(number));
  }
  return Uint8Array.from(bytes);
}

/** What `valid` admits, when it names literals; empty otherwise. */
function validValues(node: YamlNode | undefined): Expression[] {
  const map = mapOf(node);
  const wanted = map === undefined ? node : (valueOf(map, "eq") ?? valueOf(map, "any-of"));
  const isChoice = map !== undefined && valueOf(map, "eq") === undefined;
  if (wanted === undefined) return [];
  if (wanted.kind === "list" && isChoice) {
    const trees = wanted.items.map((item) => expressionOf(item));
    return trees.includes(undefined) ? [] : (trees as Expression[]);
  }
  const tree = expressionOf(wanted);
  return tree === undefined ? [] : [tree];
}

function expressionOf(node: YamlNode): Expression | undefined {
  if (node.kind === "scalar") return parsed(node.text);
  if (node.kind !== "list") return undefined;
  const items = node.items.map(expressionOf);
  return items.includes(undefined) ? undefined : { kind: "list", items: items as Expression[] };
}

function bytesOf(literal: Expression, word: TypeWord | undefined, endian: Endian | undefined): Uint8Array | undefined {
  if (literal.kind === "str") return new TextEncoder().encode(literal.value);
  if (literal.kind === "list" && (word === undefined || word.kind === "str")) {
    const numbers = literal.items.map((item) => constantInteger(item));
    return numbers.every((value) => value !== undefined && value >= 0 && value <= 255)
      ? Uint8Array.from(numbers as number[])
      : undefined;
  }
  if (literal.kind !== "int" || word?.kind !== "int") return undefined;
  const order = word.bytes === 1 ? "le" : (word.endian ?? endian);
  if (order === undefined) return undefined;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, BigInt(literal.value)));
  const bytes = new Uint8Array(view.buffer).slice(8 - word.bytes);
  return order === "le" ? bytes.reverse() : bytes;
}
