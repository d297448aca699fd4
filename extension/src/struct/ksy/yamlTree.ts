// YAML text -> a plain tree with positions. Plain scalars stay text: `yes`, `0x10` and 2^64 mean what the key says they mean.
// Bounds what aliases may expand to. Knows nothing of Kaitai keys.
import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type CST,
  type Node as YamlLibNode,
} from "yaml";

interface At {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}
export interface YamlScalar extends At {
  readonly kind: "scalar";
  readonly text: string;
  /** Written without quotes, so that numbers and booleans may be meant. */
  readonly plain: boolean;
}
export interface YamlNull extends At {
  readonly kind: "null";
}
export interface YamlList extends At {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}
export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}
export interface YamlMap extends At {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
}
export type YamlNode = YamlScalar | YamlNull | YamlList | YamlMap;

export interface YamlFault extends At {
  readonly message: string;
}
export interface YamlResult {
  readonly root: YamlNode;
  readonly faults: readonly YamlFault[];
}

const maxNodes = 300_000;
const maxDepth = 100;
const maxText = 8 * 1024 * 1024;

export function parseYaml(text: string): YamlResult {
  const nothing: YamlNull = { kind: "null", line: 1, column: 1 };
  if (text.length > maxText) return { root: nothing, faults: [{ message: "file too large", line: 1, column: 1 }] };
  const lineCounter = new LineCounter();
  const source = text.replace(/^\uFEFF/, "");
  const tokens = [...new Parser(lineCounter.addNewLine).parse(source)];
  // The library composes by recursion; a stack that runs out in the wrong place ends the process.
  if (isDeeperThan(tokens, maxDepth))
    return { root: nothing, faults: [{ message: "nested too deeply", line: 1, column: 1 }] };
  const composer = new Composer({
    schema: "failsafe",
    logLevel: "silent",
    // Checked below: the library compares each key with each.
    uniqueKeys: false,
  });
  const [document, ...more] = composer.compose(tokens, true, source.length);
  if (document === undefined) return { root: nothing, faults: [] };
  const faults: YamlFault[] = document.errors.map((error) => {
    const at = lineCounter.linePos(error.pos[0]);
    return { message: error.message, line: at.line, column: at.col };
  });
  const second = more[0];
  if (second !== undefined) {
    const at = lineCounter.linePos(second.range[0]);
    faults.push({ message: "more than one document", line: at.line, column: at.col });
  }
  const converter = new Converter(lineCounter, faults);
  return { root: faults.length === 0 ? converter.convert(document.contents, 0) : nothing, faults };
}

/** Walks the tokens without recursion. */
function isDeeperThan(tokens: readonly CST.Token[], limit: number): boolean {
  const waiting: { readonly token: CST.Token; readonly depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > limit) return true;
    if (token.type === "document" && token.value !== undefined) waiting.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    for (const { key, value } of token.items) {
      for (const inner of [key, value])
        if (inner !== undefined && inner !== null) waiting.push({ token: inner, depth: depth + 1 });
    }
  }
  return false;
}

class Converter {
  #nodes = 0;
  readonly #anchors = new Map<string, unknown>();

  constructor(
    private readonly lineCounter: LineCounter,
    private readonly faults: YamlFault[],
  ) {}

  #at(node: YamlLibNode | null): At {
    const offset = node?.range?.[0];
    if (offset === undefined) return { line: 1, column: 1 };
    const { line, col } = this.lineCounter.linePos(offset);
    return { line, column: col };
  }

  convert(node: unknown, depth: number): YamlNode {
    const at = this.#at(node as YamlLibNode | null);
    this.#nodes += 1;
    if (this.#nodes > maxNodes || depth > maxDepth) {
      if (this.faults.length === 0) this.faults.push({ message: "too many nodes, or nested too deeply", ...at });
      return { kind: "null", ...at };
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined) this.faults.push({ message: `unknown alias '${node.source}'`, ...at });
      return this.convert(target ?? null, depth + 1);
    }
    // Nodes come in the order of the text, so that an alias finds the last anchor before it.
    const { anchor } = (node ?? {}) as { anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    if (isScalar(node)) return scalar(node.value, node.type, at);
    if (isSeq(node)) return { kind: "list", items: node.items.map((item) => this.convert(item, depth + 1)), ...at };
    if (isMap(node)) return { kind: "map", entries: this.#entries(node.items, depth), ...at };
    return { kind: "null", ...at };
  }

  #entries(pairs: readonly { key: unknown; value: unknown }[], depth: number): YamlEntry[] {
    const entries: YamlEntry[] = [];
    const seen = new Set<string>();
    const merged: YamlEntry[] = [];
    for (const pair of pairs) {
      if (this.#nodes > maxNodes) break;
      const key = this.convert(pair.key, depth + 1);
      const value = this.convert(pair.value, depth + 1);
      if (key.kind === "scalar" && key.plain && key.text === "<<") {
        const sources = value.kind === "list" ? value.items : [value];
        for (const source of sources) if (source.kind === "map") merged.push(...source.entries);
      } else if (key.kind === "scalar") {
        if (seen.has(key.text))
          this.faults.push({ message: `Map keys must be unique: '${key.text}'`, line: key.line, column: key.column });
        seen.add(key.text);
        entries.push({ key, value });
      } else if (key.kind === "null") entries.push({ key: { ...key, kind: "scalar", text: "", plain: true }, value });
      else this.faults.push({ message: "a key must be a scalar", line: key.line, column: key.column });
    }
    const own = new Set(entries.map((entry) => entry.key.text));
    return [...entries, ...merged.filter((entry) => !own.has(entry.key.text))];
  }
}

function scalar(value: unknown, type: string | undefined, at: At): YamlScalar | YamlNull {
  const text = typeof value === "string" ? value : "";
  const plain = type === undefined || type === "PLAIN";
  if (plain && /^(~|null|Null|NULL)?$/.test(text)) return { kind: "null", ...at };
  return { kind: "scalar", text, plain, ...at };
}

export function describeNode(node: YamlNode): string {
  return node.kind === "scalar" ? `'${node.text}'` : node.kind;
}
