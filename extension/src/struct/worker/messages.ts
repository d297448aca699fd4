// What the host and the interpreter's thread say to each other. Plain data that can be cloned; the thread checks what arrives.
// One answer per question id; numbers of bytes and elements are safe integers.
import type {
  StructChildren,
  StructFieldEditor,
  StructProgress,
  StructRow,
  StructTrail,
  TemplateDiagnostic,
} from "../../../../shared/structTree";
import { MAX_ROWS } from "../../../../shared/structTree";
import type { StructEdit, TemplateFiles } from "../structService";

/** Where the bytes come from: a document of this process with its unsaved edits; `plain`: one without the addon. */
export interface StructSource {
  readonly readerKey: number;
  readonly plain?: boolean;
}

export interface WorkerSetup {
  readonly source: StructSource;
  /** Bytes that one array may use to remember where its elements begin. */
  readonly maxIndexBytes: number | undefined;
}

export type Question =
  | { readonly type: "load"; readonly files: TemplateFiles }
  | { readonly type: "children"; readonly path: string; readonly from: number; readonly count: number }
  | { readonly type: "row"; readonly path: string }
  | { readonly type: "reveal"; readonly offset: number }
  | { readonly type: "field"; readonly path: string }
  | { readonly type: "encode"; readonly path: string; readonly text: string }
  | { readonly type: "json"; readonly path: string };

export interface Answers {
  readonly load: { readonly root?: StructRow; readonly diagnostics: readonly TemplateDiagnostic[] };
  readonly children: StructChildren;
  readonly row: StructRow;
  readonly reveal: StructTrail | undefined;
  readonly field: StructFieldEditor;
  readonly encode: StructEdit;
  readonly json: string;
}

export type ToInterpreter =
  | { readonly kind: "question"; readonly id: number; readonly body: Question }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "stopCounting"; readonly path?: string };

export type FromInterpreter =
  | { readonly kind: "answer"; readonly id: number; readonly body: Answers[Question["type"]] }
  | { readonly kind: "failure"; readonly id: number; readonly error: string; readonly message: string }
  | { readonly kind: "progress"; readonly progress: StructProgress }
  /** Long work goes on; silence means that the thread hangs. */
  | { readonly kind: "alive" };

/** @throws TypeError for what is no message to the interpreter */
export function parseToInterpreter(raw: unknown): ToInterpreter {
  const message = objectOf(raw);
  switch (message.kind) {
    case "question":
      return { kind: "question", id: countOf(message.id), body: parseQuestion(objectOf(message.body)) };
    case "cancel":
      return { kind: "cancel", id: countOf(message.id) };
    case "stopCounting":
      return message.path === undefined
        ? { kind: "stopCounting" }
        : { kind: "stopCounting", path: textOf(message.path) };
    default:
      throw new TypeError(`no message of kind ${String(message.kind)}`);
  }
}

function parseQuestion(body: Record<string, unknown>): Question {
  switch (body.type) {
    case "load":
      return { type: "load", files: parseFiles(objectOf(body.files)) };
    case "children": {
      const count = countOf(body.count);
      if (count > MAX_ROWS) throw new TypeError(`at most ${MAX_ROWS} rows at once, got ${count}`);
      return { type: "children", path: textOf(body.path), from: countOf(body.from), count };
    }
    case "row":
    case "field":
    case "json":
      return { type: body.type, path: textOf(body.path) };
    case "reveal":
      return { type: "reveal", offset: countOf(body.offset) };
    case "encode":
      return { type: "encode", path: textOf(body.path), text: textOf(body.text) };
    default:
      throw new TypeError(`no question of type ${String(body.type)}`);
  }
}

function parseFiles(files: Record<string, unknown>): TemplateFiles {
  const { texts, importPaths } = files;
  if (!(texts instanceof Map) || !Array.isArray(importPaths)) throw new TypeError("no template files");
  for (const [file, text] of texts) {
    textOf(file);
    textOf(text);
  }
  return {
    entry: textOf(files.entry),
    texts: texts as Map<string, string>,
    importPaths: importPaths.map(textOf),
  };
}

function objectOf(raw: unknown): Record<string, unknown> {
  if (typeof raw !== "object" || raw === null) throw new TypeError("no object");
  return raw as Record<string, unknown>;
}

function countOf(raw: unknown): number {
  if (typeof raw !== "number" || !Number.isSafeInteger(raw) || raw < 0) throw new TypeError(`no count: ${String(raw)}`);
  return raw;
}

function textOf(raw: unknown): string {
  if (typeof raw !== "string") throw new TypeError("no text");
  return raw;
}
