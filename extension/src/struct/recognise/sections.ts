// A .ksy text by its keys, without parsing what nobody asks for: a library of templates is looked through for a few lines of
// each. Cuts block-style YAML where its indentation says so, and parses anything else whole. Pure.
import { parseYaml, type YamlMap, type YamlNode } from "../ksy/yamlTree";

/** A map whose values are parsed when they are asked for. */
export interface Section {
  /** Undefined: no such key, or YAML that cannot be read. */
  node(key: string): YamlNode | undefined;
  /** A value that is a map itself. */
  inner(key: string): Section | undefined;
}

export function sectionsOf(text: string): Section {
  return TextSection.cut(text) ?? new TreeSection(mapOf(parseYaml(text).root));
}

const keyLine = /^(?:'([^']*)'|"([^"\\]*)"|([A-Za-z_][\w-]*|-[\w-]+))[ \t]*:(?=[ \t]|$)(.*)$/;

class TextSection implements Section {
  private constructor(private readonly entries: ReadonlyMap<string, string>) {}

  /** Undefined when the text is not a map in block style with plain keys. */
  static cut(text: string): TextSection | undefined {
    const entries = new Map<string, string[]>();
    let current: string[] | undefined;
    for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
      const isOwn = line !== "" && line[0] !== " " && line[0] !== "#" && !line.startsWith("- ");
      if (!isOwn) {
        current?.push(line);
        continue;
      }
      if (current === undefined && /^(---\s*|%.*)$/.test(line)) continue;
      const found = keyLine.exec(line);
      if (found === null) return undefined;
      current = [line];
      entries.set(found[1] ?? found[2] ?? found[3] ?? "", current);
    }
    return new TextSection(new Map([...entries].map(([key, lines]) => [key, lines.join("\n")])));
  }

  node(key: string): YamlNode | undefined {
    const text = this.entries.get(key);
    if (text === undefined) return undefined;
    const value = mapOf(parseYaml(text).root)?.entries[0]?.value;
    return value?.kind === "null" ? undefined : value;
  }

  inner(key: string): Section | undefined {
    const text = this.entries.get(key);
    if (text === undefined) return undefined;
    const [first = "", ...body] = text.split("\n");
    const rest = keyLine.exec(first)?.[4]?.trim() ?? "";
    const indent = body.find((line) => /^ *[^ #]/.test(line))?.search(/\S/) ?? 0;
    const cut =
      (rest === "" || rest.startsWith("#")) && indent > 0
        ? TextSection.cut(body.map((line) => (/^ *(#|$)/.test(line) ? "" : line.slice(indent))).join("\n"))
        : undefined;
    if (cut !== undefined) return cut;
    const map = mapOf(this.node(key));
    return map === undefined ? undefined : new TreeSection(map);
  }
}

class TreeSection implements Section {
  constructor(private readonly map: YamlMap | undefined) {}

  node(key: string): YamlNode | undefined {
    const value = this.map?.entries.find((entry) => entry.key.text === key)?.value;
    return value?.kind === "null" ? undefined : value;
  }

  inner(key: string): Section | undefined {
    const map = mapOf(this.node(key));
    return map === undefined ? undefined : new TreeSection(map);
  }
}

/** Of a map that was parsed already. */
export function sectionOf(map: YamlMap): Section {
  return new TreeSection(map);
}

export function mapOf(node: YamlNode | undefined): YamlMap | undefined {
  return node?.kind === "map" ? node : undefined;
}

export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" ? node.text : undefined;
}

/** A scalar, or the scalars of a list. */
export function textsOf(node: YamlNode | undefined): string[] {
  if (node?.kind === "list") return node.items.flatMap((item) => textOf(item) ?? []);
  return textOf(node) === undefined ? [] : [textOf(node) ?? ""];
}
