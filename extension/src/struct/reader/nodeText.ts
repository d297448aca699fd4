// Nodes -> text: one line of JSON, or a tree for people. Pure.
import type { StructNode } from "./describe";
import { Float } from "./values";

const keyOrder = [
  "type",
  "size",
  "value",
  "name",
  "path",
  "fields",
  "items",
  "start",
  "end",
  "bits",
  "in",
  "instance",
  "error",
  "message",
  "truncated",
  "at",
  "file",
] as const satisfies readonly (keyof StructNode)[];

/** One line. Integers beyond 2^53 - 1 and floats that JSON has no number for are strings. */
export function nodeToJson(node: StructNode): string {
  const pieces: string[] = [];
  writeNode(node, pieces);
  return pieces.join("");
}

function writeNode(node: StructNode, pieces: string[]): void {
  pieces.push(`{"kind":"${node.kind}"`);
  for (const key of keyOrder) {
    const value = node[key];
    if (value === undefined) continue;
    pieces.push(`,"${key}":`);
    if (value instanceof Map) writeFields(value, pieces);
    else if (Array.isArray(value) && key === "items") writeItems(value, pieces);
    else pieces.push(scalarJson(value));
  }
  pieces.push("}");
}

function writeFields(fields: ReadonlyMap<string, StructNode>, pieces: string[]): void {
  pieces.push("{");
  let isFirst = true;
  for (const [id, field] of fields) {
    pieces.push(`${isFirst ? "" : ","}${JSON.stringify(id)}:`);
    writeNode(field, pieces);
    isFirst = false;
  }
  pieces.push("}");
}

function writeItems(items: readonly StructNode[], pieces: string[]): void {
  pieces.push("[");
  for (const [index, item] of items.entries()) {
    if (index > 0) pieces.push(",");
    writeNode(item, pieces);
  }
  pieces.push("]");
}

function scalarJson(value: unknown): string {
  if (typeof value === "bigint") return `"${value}"`;
  if (value instanceof Float) return floatJson(value.value);
  return JSON.stringify(value);
}

function floatJson(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
}

/** Lines of a tree: name, value, range. */
export function nodeToTree(node: StructNode, name = ""): string {
  const lines: string[] = [];
  writeTree(node, name, "", lines);
  return lines.join("\n");
}

function writeTree(node: StructNode, name: string, indent: string, lines: string[]): void {
  const label = name === "" ? "" : `${name}: `;
  lines.push(`${indent}${label}${summary(node)}${rangeText(node)}${faultText(node)}`);
  const inner = `${indent}  `;
  for (const [id, field] of node.fields ?? []) writeTree(field, id, inner, lines);
  for (const [index, item] of (node.items ?? []).entries()) writeTree(item, `[${index}]`, inner, lines);
  if (node.truncated === true && (node.fields !== undefined || node.items !== undefined)) lines.push(`${inner}…`);
}

/** The value on one line, for people. */
export function summary(node: StructNode): string {
  switch (node.kind) {
    case "struct":
      return node.type ?? "struct";
    case "array":
      return node.size === null ? "[…]" : `[${node.size}]`;
    case "int":
      return integerText(node.value);
    case "float":
      return node.value instanceof Float ? String(node.value.value) : "";
    case "bool":
      return node.value === true ? "true" : "false";
    case "str":
      return `${printable(JSON.stringify(node.value))}${node.truncated === true ? "…" : ""}`;
    case "bytes":
      return `${hexPairs(typeof node.value === "string" ? node.value : "")}${node.truncated === true ? " …" : ""} (${node.size} bytes)`;
    case "enum":
      return node.name === null ? integerText(node.value) : `${node.name} (${integerText(node.value)})`;
    case "null":
      return "absent";
    case "io":
      return `stream of ${node.size} bytes`;
    case "ref":
      return `-> ${node.path === "" ? "root" : node.path}`;
    case "error":
      return "";
  }
}

/** Nothing from a file may command the terminal. */
function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function integerText(value: StructNode["value"]): string {
  if (typeof value !== "number" && typeof value !== "bigint") return "";
  return value > 9 || value < -9
    ? `${value} (0x${value < 0 ? "-" : ""}${(value < 0 ? -value : value).toString(16)})`
    : String(value);
}

function hexPairs(hex: string): string {
  const shown = hex.slice(0, 64).replace(/(..)(?=.)/g, "$1 ");
  return hex.length > 64 ? `${shown} …` : shown;
}

function rangeText(node: StructNode): string {
  if (node.start === undefined) return "";
  const end = node.end === undefined ? "" : node.end.toString(16);
  const bits = node.bits === undefined ? "" : ` bits ${node.bits[0]}+${node.bits[1]}`;
  return `  @${node.start.toString(16)}..${end}${bits}${node.in === undefined ? "" : ` in ${node.in}`}`;
}

function faultText(node: StructNode): string {
  return node.error === undefined
    ? ""
    : `${node.kind === "error" ? "" : "  "}! ${node.error}: ${printable(node.message ?? "")}`;
}
