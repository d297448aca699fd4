// `terahex struct`: reads a file through a Kaitai Struct template and prints the tree, or the results of expressions.
// Finds templates and their imports on disk; everything else is the interpreter's. See shared cli text of this command in --help.
import fs from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { EngineError } from "../../extension/src/engine/engineError";
import { packageRoot } from "../../extension/src/engine/loadAddon";
import { PositionalByteSource } from "../../extension/src/engine/positionalByteSource";
import { StructError, TemplateError } from "../../extension/src/struct/errors";
import { loadTemplate, type SourceFile } from "../../extension/src/struct/ksy/load";
import type { Template } from "../../extension/src/struct/ksy/model";
import { defaultLimits } from "../../extension/src/struct/limits";
import {
  defaultPrintLimits,
  describeError,
  Describer,
  type PrintLimits,
  type StructNode,
} from "../../extension/src/struct/reader/describe";
import { nodeToJson, nodeToTree } from "../../extension/src/struct/reader/nodeText";
import { Session } from "../../extension/src/struct/reader/session";
import { recognise } from "../../extension/src/struct/recognise/recognise";
import { readTemplateFolder } from "../../extension/src/struct/recognise/templateFolder";
import type { CliContext } from "../context";
import { errorLine, UsageError } from "../failure";
import { lengthOption } from "../offsets";

interface StructOptions {
  readonly template?: string;
  readonly importPath: readonly string[];
  readonly path: readonly string[];
  readonly json?: true;
  readonly depth?: string;
  readonly maxItems?: string;
  readonly maxBytes?: string;
  readonly maxNodes?: string;
  readonly timeout?: string;
}

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

export function addStruct(program: Command, context: CliContext): void {
  program
    .command("struct")
    .description("print what a Kaitai Struct template finds in a file")
    .argument("[file]")
    .option("--template <file>", "the .ksy file; without it the built-in one that the file's bytes or name call for")
    .option("--import-path <dir>", "where imports are looked up; repeatable", collect, [])
    .option("--path <expression>", "print the value of this expression of the root instead; repeatable", collect, [])
    .option("--json", "one line of JSON for each result")
    .option("--depth <n>", "levels below the printed one that have children")
    .option("--max-items <n>", "elements of each array")
    .option("--max-bytes <n>", "bytes of a byte array, characters of a string")
    .option("--max-nodes <n>", "nodes in all, about")
    .option("--timeout <seconds>", "what is not evaluated by then becomes an error")
    // Bad usage has to end in an error node too, so it is found out here and not by the parser of options.
    .allowUnknownOption()
    .allowExcessArguments()
    .action((file: string | undefined, options: StructOptions, command: Command) =>
      run(file, options, command, context),
    );
}

async function run(
  file: string | undefined,
  options: StructOptions,
  command: Command,
  context: CliContext,
): Promise<void> {
  // Reading keeps the event loop busy and has nothing to clean up: Ctrl+C ends the process at once.
  for (const signal of ["SIGINT", "SIGTERM"]) process.removeAllListeners(signal);
  try {
    const unknown = command.args.slice(1)[0] ?? (file?.startsWith("-") === true ? file : undefined);
    if (unknown !== undefined) throw new UsageError(`unexpected argument '${unknown}'`);
    if (file === undefined) throw new UsageError("missing argument 'file'");
    // A template that cannot be used is told of before the file is opened.
    const named = options.template === undefined ? undefined : readTemplate(options.template, options.importPath);
    const source = PositionalByteSource.open(file);
    try {
      const template = named ?? readTemplate(recognisedTemplate(file, source), options.importPath);
      await print(new Session(template, source, { ...defaultLimits, timeoutMs: timeoutOf(options) }), options, context);
    } finally {
      source.close();
    }
  } catch (error) {
    const node = unusable(error);
    if (node === undefined) throw error;
    process.stderr.write(`${errorLine(error)}\n`);
    if (options.json) await context.output.write(`${nodeToJson(node)}\n`);
    context.finish(2);
  }
}

/** The node of what keeps everything from being read; undefined for faults of ours. */
function unusable(error: unknown): StructNode | undefined {
  if (error instanceof TemplateError) return { ...describeError(error), at: error.at, file: error.file };
  if (error instanceof StructError) return describeError(error);
  if (error instanceof UsageError) return { kind: "error", error: "UsageError", message: error.message };
  if (error instanceof EngineError) return { kind: "error", error: "ReadError", message: error.message };
  return undefined;
}

async function print(session: Session, options: StructOptions, context: CliContext): Promise<void> {
  const limits = printLimitsOf(options);
  let failed = false;
  const results = options.path.length === 0 ? [undefined] : options.path;
  for (const expression of results) {
    const describer = new Describer(limits);
    const node = describe(session, describer, expression);
    failed ||= describer.failed;
    await context.output.write(`${options.json ? nodeToJson(node) : nodeToTree(node)}\n`);
  }
  context.finish(failed ? 1 : 0);
}

function describe(session: Session, describer: Describer, expression: string | undefined): StructNode {
  try {
    if (expression === undefined) return session.ask((root) => describer.root(root));
    const value = session.evaluate(expression);
    return session.ask(() => describer.result(value));
  } catch (error) {
    if (error instanceof TemplateError) return { ...describer.error(error), at: error.at };
    if (error instanceof StructError) return describer.error(error);
    throw error;
  }
}

const builtInFolder = (): string => path.join(packageRoot(), "templates");

function recognisedTemplate(file: string, source: PositionalByteSource): string {
  const [best] = recognise(readTemplateFolder(builtInFolder()), path.basename(file), source);
  if (best?.certain !== true) throw new UsageError(`${file}: no built-in template fits; name one with --template`);
  return best.template.file;
}

function readTemplate(file: string, importPaths: readonly string[]): Template {
  const lookedUp = [...importPaths, builtInFolder()];
  const entry = readSource(file);
  if (entry === undefined) throw new UsageError(`${file}: no such template`);
  return loadTemplate(entry, (name, from) => {
    const relative = `${name.replace(/^\//, "")}.ksy`;
    const folders = name.startsWith("/") ? lookedUp : [path.dirname(from), ...lookedUp];
    for (const folder of folders) {
      const found = readSource(path.join(folder, relative));
      if (found !== undefined) return found;
    }
    return undefined;
  });
}

function readSource(file: string): SourceFile | undefined {
  try {
    return { file: path.resolve(file), text: fs.readFileSync(file, "utf8") };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "EISDIR" || code === "EACCES" || code === "ELOOP")
      throw new UsageError(`${file}: ${(error as Error).message}`);
    throw error;
  }
}

function timeoutOf({ timeout }: StructOptions): number {
  if (timeout === undefined) return defaultLimits.timeoutMs;
  const seconds = Number(timeout);
  if (!(seconds > 0) || !Number.isFinite(seconds))
    throw new UsageError("--timeout: must be a number of seconds above 0");
  return seconds * 1000;
}

function printLimitsOf(options: StructOptions): PrintLimits {
  return {
    depth: lengthOption("--depth", options.depth, defaultPrintLimits.depth),
    maxItems: lengthOption("--max-items", options.maxItems, defaultPrintLimits.maxItems),
    maxBytes: lengthOption("--max-bytes", options.maxBytes, defaultPrintLimits.maxBytes),
    maxNodes: lengthOption("--max-nodes", options.maxNodes, defaultPrintLimits.maxNodes),
  };
}
