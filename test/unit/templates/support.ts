// What the tests of the shipped templates share: a template by name, a file of test/fixtures/templates, values by expression.
// A fixture that ends in .br is kept packed with brotli: disk images are mostly zeros.
import fs from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { MemoryByteSource } from "../../../extension/src/engine/memoryByteSource";
import { loadTemplate } from "../../../extension/src/struct/ksy/load";
import type { Template } from "../../../extension/src/struct/ksy/model";
import { defaultLimits, type Limits } from "../../../extension/src/struct/limits";
import {
  defaultPrintLimits,
  Describer,
  type PrintLimits,
  type StructNode,
} from "../../../extension/src/struct/reader/describe";
import { nodeToJson } from "../../../extension/src/struct/reader/nodeText";
import { Session } from "../../../extension/src/struct/reader/session";
import { evaluate } from "../struct/support";

export const templateFolder = path.join(import.meta.dirname, "../../../templates");
export const fixtureFolder = path.join(import.meta.dirname, "../../fixtures/templates");

/** @param name without the ending, "png" */
export function shippedTemplate(name: string): Template {
  const read = (file: string) => ({ file, text: fs.readFileSync(file, "utf8") });
  return loadTemplate(read(path.join(templateFolder, `${name}.ksy`)), (imported, from) => {
    const folder = imported.startsWith("/") ? templateFolder : path.dirname(from);
    const file = path.join(folder, `${imported}.ksy`);
    return fs.existsSync(file) ? read(file) : undefined;
  });
}

export function fixtureBytes(name: string): Uint8Array {
  const bytes = fs.readFileSync(path.join(fixtureFolder, name));
  return new Uint8Array(name.endsWith(".br") ? brotliDecompressSync(bytes) : bytes);
}

export function readThrough(template: string, bytes: Uint8Array, limits: Partial<Limits> = {}): Session {
  return new Session(shippedTemplate(template), new MemoryByteSource(bytes), { ...defaultLimits, ...limits });
}

/** What a node says, as an expectation writes it: numbers and texts as they are, bytes as <hex>, enums by label, errors as ! */
export function plain(node: StructNode): unknown {
  const json = JSON.parse(nodeToJson(node)) as Record<string, unknown>;
  switch (node.kind) {
    case "bytes":
      return `<${String(json["value"])}>`;
    case "enum":
      return node.name ?? json["value"];
    case "null":
      return null;
    case "error":
      return `! ${String(json["error"])}`;
    case "array":
      return node.items?.map(plain);
    case "struct":
      return Object.fromEntries([...(node.fields ?? [])].map(([id, field]) => [id, plain(field)]));
    default:
      return json["value"];
  }
}

export function valueOf(session: Session, expression: string): unknown {
  return plain(evaluate(session, expression));
}

/** "where: error: message" of each node that failed, in what is printed of the tree. */
export function faultsOf(session: Session, limits: Partial<PrintLimits> = { maxItems: 200 }): string[] {
  const faults: string[] = [];
  const visit = (node: StructNode, at: string) => {
    if (node.error !== undefined) faults.push(`${at}: ${node.error}: ${node.message ?? ""}`);
    for (const [id, field] of node.fields ?? []) visit(field, at === "" ? id : `${at}.${id}`);
    for (const [index, item] of (node.items ?? []).entries()) visit(item, `${at}[${index}]`);
  };
  visit(
    session.ask((root) => new Describer({ ...defaultPrintLimits, ...limits }).root(root)),
    "",
  );
  return faults;
}
