// Schema paths ("/types/header/seq/2") <-> places in the text: for going to a definition and for the outline. Pure.
import { integerOf } from "../ksy/reading";
import type { YamlMap, YamlNode } from "../ksy/yamlTree";
import { parseYaml } from "../ksy/yamlTree";

/** Lines and columns from 0, half-open, within one line. */
export interface TextRange {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

export interface Definition {
  readonly file: string;
  /** Undefined: the file as a whole. */
  readonly path?: string;
}

interface At {
  readonly line: number;
  readonly column: number;
}

const rangeOf = ({ line, column }: At, length: number): TextRange => ({
  line: line - 1,
  from: column - 1,
  to: column - 1 + length,
});

/** The name that stands at a schema path: its key, or what its `id` says. undefined: no such path, or no YAML. */
export function nameAt(text: string, path: string): TextRange | undefined {
  let node: YamlNode = parseYaml(text).root;
  let found: TextRange | undefined;
  for (const step of path.split("/").filter((part) => part !== "")) {
    if (node.kind === "list") {
      const item: YamlNode | undefined = node.items[Number(step)];
      if (item === undefined) return undefined;
      found = idOf(item) ?? rangeOf(item, 1);
      node = item;
    } else if (node.kind === "map") {
      // The values of an enum may be written in another base.
      const entry: YamlMap["entries"][number] | undefined =
        node.entries.find(({ key }) => key.text === step) ??
        node.entries.find(({ key }) => String(integerOf(key.text)) === step);
      if (entry === undefined) return undefined;
      const { key, value } = entry;
      const isName = step === "id" && value.kind === "scalar";
      found = isName ? rangeOf(value, value.text.length) : rangeOf(key, key.text.length);
      node = value;
    } else return undefined;
  }
  return found;
}

function idOf(item: YamlNode): TextRange | undefined {
  const id = item.kind === "map" ? item.entries.find(({ key }) => key.text === "id")?.value : undefined;
  return id?.kind === "scalar" ? rangeOf(id, id.text.length) : undefined;
}

export interface OutlineEntry {
  readonly name: string;
  readonly detail: string;
  readonly kind: "template" | "type" | "field" | "instance" | "param" | "enum" | "enumMember";
  readonly at: TextRange;
  readonly children: readonly OutlineEntry[];
}

/** Types, fields, instances and enums as they are nested; empty where the text is no YAML. */
export function outline(text: string): OutlineEntry[] {
  const { root } = parseYaml(text);
  if (root.kind !== "map") return [];
  const meta = valueOf(root, "meta");
  const id = meta?.kind === "map" ? valueOf(meta, "id") : undefined;
  if (id?.kind !== "scalar") return bodyOf(root);
  const at = rangeOf(id, id.text.length);
  return [{ name: id.text, detail: "", kind: "template", at, children: bodyOf(root) }];
}

function bodyOf(type: YamlMap): OutlineEntry[] {
  const listed = (key: "params" | "seq", kind: OutlineEntry["kind"]): OutlineEntry[] => {
    const list = valueOf(type, key);
    return (list?.kind === "list" ? list.items : []).flatMap((item, index) => {
      if (item.kind !== "map") return [];
      const id = valueOf(item, "id");
      const name = id?.kind === "scalar" ? id.text : `_unnamed${index}`;
      return [{ name, detail: detailOf(item), kind, at: idOf(item) ?? rangeOf(item, 1), children: [] }];
    });
  };
  const mapped = (key: string, entry: (map: YamlNode) => Pick<OutlineEntry, "detail" | "kind" | "children">) => {
    const map = valueOf(type, key);
    return (map?.kind === "map" ? map.entries : []).map(({ key: name, value }) => ({
      name: name.text,
      at: rangeOf(name, name.text.length),
      ...entry(value),
    }));
  };
  return [
    ...listed("params", "param"),
    ...listed("seq", "field"),
    ...mapped("instances", (value) => ({ kind: "instance", detail: detailOf(value), children: [] })),
    ...mapped("types", (value) => ({ kind: "type", detail: "", children: value.kind === "map" ? bodyOf(value) : [] })),
    ...mapped("enums", (value) => ({ kind: "enum", detail: "", children: membersOf(value) })),
  ];
}

function membersOf(node: YamlNode): OutlineEntry[] {
  return (node.kind === "map" ? node.entries : []).flatMap(({ key, value }) => {
    const label = value.kind === "map" ? valueOf(value, "id") : value;
    if (label?.kind !== "scalar") return [];
    const at = rangeOf(key, key.text.length);
    return [{ name: label.text, detail: key.text, kind: "enumMember" as const, at, children: [] }];
  });
}

function detailOf(node: YamlNode): string {
  if (node.kind !== "map") return "";
  const text = (key: string): string | undefined => {
    const value = valueOf(node, key);
    return value?.kind === "scalar" ? value.text : value === undefined || value.kind === "null" ? undefined : "…";
  };
  const value = text("value");
  if (value !== undefined) return `= ${value}`;
  const type = text("type") ?? (text("contents") === undefined ? "bytes" : "contents");
  return text("repeat") === undefined ? type : `${type}[]`;
}

function valueOf(map: YamlMap, key: string): YamlNode | undefined {
  return map.entries.find((entry) => entry.key.text === key)?.value;
}

/** Where problems of a text stand: what begins at their line and column, and where that is the map that holds the culprit,
 *  what lies at their path. */
export function problemRanges(
  text: string,
): (problem: { readonly line: number; readonly column: number; readonly at: string }) => TextRange {
  const lines = text.split("\n");
  const { root } = parseYaml(text);
  return ({ line, column, at }) => {
    let node: YamlNode = root;
    let key: At | undefined;
    for (const step of at.split("/").filter((part) => part !== "")) {
      const entry: YamlMap["entries"][number] | undefined =
        node.kind === "map" ? node.entries.find((candidate) => candidate.key.text === step) : undefined;
      const next: YamlNode | undefined = node.kind === "list" ? node.items[Number(step)] : entry?.value;
      if (next === undefined) return wordRange(lines, line, column);
      key = entry?.key;
      node = next;
    }
    const isThere = [node, key].some((place) => place?.line === line && place.column === column);
    if (isThere || node.kind !== "scalar") return wordRange(lines, line, column);
    return wordRange(lines, node.line, node.column);
  };
}

/** The key that begins there, else the value up to its end. Lines and columns from 1. */
function wordRange(lines: readonly string[], line: number, column: number): TextRange {
  const text = lines[line - 1] ?? "";
  const from = Math.min(column - 1, text.length);
  const rest = text.slice(from);
  const key = /^[\w-]+(?=\s*:(\s|$))/.exec(rest)?.[0];
  const quoted = /^'(?:[^']|'')*'|^"(?:[^"\\]|\\.)*"/.exec(rest)?.[0];
  const inFlow = /^\s*(- )*\s*[\w-]*:?\s*[{[]/.test(text.slice(0, from));
  const plain =
    (inFlow ? /^[^,}\]]*/ : /^.*/)
      .exec(rest)?.[0]
      .replace(/\s+#.*$/, "")
      .trimEnd() ?? "";
  const length = (key ?? quoted ?? plain).length;
  return { line: line - 1, from, to: from + Math.max(1, length) };
}
