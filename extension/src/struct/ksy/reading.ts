// Takes values out of the YAML tree and notes what is wrong with them, with line, column and schema path.
// Knows scalars, lists, maps and expressions; not which keys mean what.
import type { Expression } from "../expression/ast";
import { parseExpression } from "../expression/parse";
import { ExpressionSyntaxError, parseInteger } from "../expression/tokens";
import { unlinked } from "../expression/evaluate";
import { anyType } from "../expression/staticType";
import { StructError, type TemplateProblem } from "../errors";
import type { Formula, SchemaPlace } from "./model";
import { describeNode, type YamlMap, type YamlNode } from "./yamlTree";

const maxProblems = 200;

export class Problems {
  readonly list: TemplateProblem[] = [];

  constructor(readonly file: string) {}

  add(severity: "error" | "warning", message: string, at: SchemaPlace): void {
    if (this.list.length >= maxProblems) return;
    // What is read twice, as `contents` for its length and for its bytes, is told once.
    if (this.list.some((told) => told.at === at.path && told.message === message)) return;
    this.list.push({ severity, message, file: this.file, at: at.path, line: at.line, column: at.column });
  }

  error(message: string, at: SchemaPlace): void {
    this.add("error", message, at);
  }

  get failed(): boolean {
    return this.list.some((problem) => problem.severity === "error");
  }
}

export function place(path: string, node: { readonly line: number; readonly column: number }): SchemaPlace {
  return { path: path === "" ? "/" : path, line: node.line, column: node.column };
}

/** A map's values by key, with the path of each. */
export class Keys {
  readonly #values = new Map<string, YamlNode>();

  constructor(
    private readonly problems: Problems,
    readonly path: string,
    readonly map: YamlMap,
  ) {
    for (const { key, value } of map.entries) this.#values.set(key.text, value);
  }

  static of(problems: Problems, path: string, node: YamlNode): Keys | undefined {
    if (node.kind === "map") return new Keys(problems, path, node);
    if (node.kind === "null")
      return new Keys(problems, path, { kind: "map", entries: [], line: node.line, column: node.column });
    problems.error(`expected map, got ${describeNode(node)}`, place(path, node));
    return undefined;
  }

  get at(): SchemaPlace {
    return place(this.path, this.map);
  }

  /** Unknown keys are errors; those that begin with "-" are anyone's. */
  allow(known: readonly string[]): void {
    for (const { key } of this.map.entries) {
      if (known.includes(key.text) || key.text.startsWith("-")) continue;
      const message = `unknown key found: ${key.text}, expected: ${[...known].sort().join(", ")}`;
      this.problems.error(message, place(`${this.path}/${key.text}`, key));
    }
  }

  get(key: string): YamlNode | undefined {
    const value = this.#values.get(key);
    return value?.kind === "null" ? undefined : value;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  placeOf(key: string): SchemaPlace {
    const entry = this.map.entries.find((candidate) => candidate.key.text === key);
    return place(`${this.path}/${key}`, entry?.value ?? this.map);
  }

  #wrong(key: string, expected: string, node: YamlNode): undefined {
    this.problems.error(`expected ${expected}, got ${describeNode(node)}`, place(`${this.path}/${key}`, node));
    return undefined;
  }

  text(key: string): string | undefined {
    const node = this.get(key);
    if (node === undefined) return undefined;
    return node.kind === "scalar" ? node.text : this.#wrong(key, "string", node);
  }

  texts(key: string): string[] {
    const node = this.get(key);
    if (node === undefined) return [];
    const items = node.kind === "list" ? node.items : [node];
    return items.flatMap((item, index) => {
      if (item.kind === "scalar") return [item.text];
      this.#wrong(`${key}/${index}`, "string", item);
      return [];
    });
  }

  flag(key: string): boolean | undefined {
    const node = this.get(key);
    if (node === undefined) return undefined;
    if (node.kind === "scalar" && node.plain) {
      if (/^(true|yes|on)$/i.test(node.text)) return true;
      if (/^(false|no|off)$/i.test(node.text)) return false;
    }
    return this.#wrong(key, "boolean", node);
  }

  /** An integer literal of YAML. */
  integer(key: string): number | bigint | undefined {
    const node = this.get(key);
    if (node === undefined) return undefined;
    const value = node.kind === "scalar" ? integerOf(node.text) : undefined;
    return value ?? this.#wrong(key, "int", node);
  }

  byte(key: string): number | undefined {
    const value = this.integer(key);
    if (value === undefined) return undefined;
    if (typeof value === "number" && value >= 0 && value <= 255) return value;
    this.problems.error(`expected a byte (0 to 255), got ${value}`, this.placeOf(key));
    return undefined;
  }

  formula(key: string): Formula | undefined {
    const node = this.get(key);
    return node === undefined ? undefined : readFormula(this.problems, `${this.path}/${key}`, node);
  }
}

/** `12`, `-3`, `0x1f`, `0b1`, `0o7`, `1_000`; undefined for anything else. */
export function integerOf(text: string): number | bigint | undefined {
  const parts = /^([-+]?)(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9][0-9_]*)$/.exec(text.trim());
  const digits = parts?.[2]?.replaceAll("_", "");
  if (parts === null || digits === undefined || digits.length < 1 || /^0[xXbBoO]$/.test(digits)) return undefined;
  if (digits.length > 400) return undefined;
  const value = parseInteger(digits);
  return parts[1] === "-" ? -value : value;
}

export function makeFormula(tree: Expression, at: SchemaPlace): Formula {
  return { tree, at, evaluate: unlinked, type: anyType, positional: false };
}

/** A scalar is an expression, a list is a list of them. */
export function readFormula(problems: Problems, path: string, node: YamlNode): Formula | undefined {
  const at = place(path, node);
  const tree = readTree(problems, path, node);
  return tree === undefined ? undefined : makeFormula(tree, at);
}

function readTree(problems: Problems, path: string, node: YamlNode): Expression | undefined {
  if (node.kind === "scalar") return guardSyntax(problems, place(path, node), () => parseExpression(node.text));
  if (node.kind === "list") {
    const items = node.items.map((item, index) => readTree(problems, `${path}/${index}`, item));
    return items.includes(undefined) ? undefined : { kind: "list", items: items as Expression[] };
  }
  problems.error(`expected expression, got ${describeNode(node)}`, place(path, node));
  return undefined;
}

/** Runs a parser of expression text; its complaint becomes a problem at this place. */
export function guardSyntax<T>(problems: Problems, at: SchemaPlace, parse: () => T): T | undefined {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof ExpressionSyntaxError) {
      problems.error(`parsing expression failed at character ${thrown.offset + 1}: ${thrown.message}`, at);
    } else if (thrown instanceof StructError || thrown instanceof RangeError) {
      problems.error(`parsing expression failed: ${thrown.message}`, at);
    } else throw thrown;
    return undefined;
  }
}
