// What the struct tests share: templates from text, sources from bytes, nodes by path.
import fs from "node:fs";
import path from "node:path";
import { MemoryByteSource } from "../../../extension/src/engine/memoryByteSource";
import type { ByteSource } from "../../../extension/src/engine/byteSource";
import { StructError, TemplateError } from "../../../extension/src/struct/errors";
import { loadTemplate } from "../../../extension/src/struct/ksy/load";
import type { Template } from "../../../extension/src/struct/ksy/model";
import { defaultLimits, type Limits } from "../../../extension/src/struct/limits";
import {
  defaultPrintLimits,
  Describer,
  type PrintLimits,
  type StructNode,
} from "../../../extension/src/struct/reader/describe";
import { Session } from "../../../extension/src/struct/reader/session";

export function sourceOf(bytes: Uint8Array | readonly number[]): ByteSource {
  return new MemoryByteSource(Uint8Array.from(bytes));
}

export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s+/g, ""), "hex"));
}

/** @param others further files by name, `foo.ksy` */
export function templateOf(text: string, others: Readonly<Record<string, string>> = {}): Template {
  return loadTemplate({ file: "main.ksy", text }, (name) => {
    const file = `${name.replace(/^\//, "")}.ksy`;
    const found = Object.hasOwn(others, file) ? others[file] : undefined;
    return found === undefined ? undefined : { file, text: found };
  });
}

export function sessionOf(text: string, bytes: Uint8Array | readonly number[], limits: Partial<Limits> = {}): Session {
  return new Session(templateOf(text), sourceOf(bytes), { ...defaultLimits, ...limits });
}

export function dump(session: Session, limits: Partial<PrintLimits> = {}): StructNode {
  return session.ask((root) => new Describer({ ...defaultPrintLimits, ...limits }).root(root));
}

/** The node of an expression's result; an error node when it fails. */
export function evaluate(session: Session, expression: string, limits: Partial<PrintLimits> = {}): StructNode {
  const describer = new Describer({ ...defaultPrintLimits, ...limits });
  try {
    const value = session.evaluate(expression);
    return session.ask(() => describer.result(value));
  } catch (thrown) {
    if (thrown instanceof StructError)
      return { ...describer.error(thrown), ...(thrown instanceof TemplateError && { at: thrown.at }) };
    throw thrown;
  }
}

/** `a.b[2].c` in a printed tree. */
export function nodeAt(root: StructNode, at: string): StructNode {
  let node: StructNode | undefined = root;
  for (const step of at === "" ? [] : at.split(/\.|(?=\[)/)) {
    node = step.startsWith("[") ? node?.items?.[Number(step.slice(1, -1))] : node?.fields?.get(step);
  }
  if (node === undefined) throw new Error(`no node ${at}`);
  return node;
}

export const fixtureFolder = path.join(import.meta.dirname, "../../fixtures/struct");

export function fixtureNames(ending: string): string[] {
  return fs
    .readdirSync(fixtureFolder)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));
}
