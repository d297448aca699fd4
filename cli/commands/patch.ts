// `terahex patch`: applies edits line by line as one undo step, commits once. Nothing reaches the file before all lines are good.
import fs from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Command } from "commander";
import { EngineDocument, type CommitHow } from "../../extension/src/engine/document";
import { EngineError, fromFsError } from "../../extension/src/engine/engineError";
import { applyEditLine } from "../../extension/src/formats/patches/editLine";
import { formatExact, formatExactBytes } from "../../shared/formatNumber";
import { commitEdits, refuseWaitingJournal } from "../commitEdits";
import type { CliContext } from "../context";
import { outcomeJson } from "../outcome";
import { stateFolder } from "../stateFolder";

interface PatchOptions {
  readonly edits: string;
  readonly dryRun?: true;
  readonly json?: true;
}

export function addPatch(program: Command, context: CliContext): void {
  program
    .command("patch")
    .description("apply edits and commit them as one crash-safe step")
    .argument("<file>")
    .requiredOption("--edits <file>", "one JSON edit a line; -: standard input")
    .option("--dry-run", "apply in memory only, and say what a commit would write")
    .option("--json", "one JSON document")
    .action((file: string, options: PatchOptions) => patch(file, options, context));
}

async function patch(file: string, options: PatchOptions, { output, signal }: CliContext): Promise<void> {
  const storageFolder = stateFolder();
  refuseWaitingJournal(storageFolder, file);
  const document = EngineDocument.open(file, { storageFolder });
  try {
    if (!document.writable) throw new EngineError("read-only", `${file} may not be written`, { path: file });
    const edits = await applyEdits(document, options.edits, signal);
    const result = options.dryRun ? estimate(document) : await commitEdits(document, file, signal);
    const verb = options.dryRun ? "would be written" : "written";
    const text = `${file}: ${formatExact(edits)} edits, ${formatExactBytes(result.bytesWritten)} ${verb} (${result.how})\n`;
    await output.write(options.json ? `${outcomeJson(result, !options.dryRun && result.how !== "nothing")}\n` : text);
  } finally {
    document.close();
  }
}

/** Lines applied, blank ones not counted. */
async function applyEdits(document: EngineDocument, edits: string, signal: AbortSignal): Promise<number> {
  const name = edits === "-" ? "standard input" : edits;
  const input = edits === "-" ? process.stdin : fs.createReadStream(edits);
  let lineNumber = 0;
  let applied = 0;
  document.beginStep();
  try {
    for await (const line of linesOf(input, edits, signal)) {
      lineNumber += 1;
      if (line.trim() === "") continue;
      applyEditLine(document, line);
      applied += 1;
    }
  } catch (error) {
    throw withLine(error, name, lineNumber);
  } finally {
    document.endStep();
    input.destroy();
  }
  if (signal.aborted) throw new EngineError("cancelled", `Cancelled, ${document.path} is untouched`);
  return applied;
}

async function* linesOf(input: Readable, path: string, signal: AbortSignal): AsyncGenerator<string> {
  // readline does not pass on what its input fails with.
  let failure: Error | undefined;
  const lines = createInterface({ input, crlfDelay: Infinity, signal });
  input.once("error", (error) => {
    failure = error;
    lines.close();
  });
  yield* lines;
  if (failure !== undefined) throw fromFsError(failure, path);
}

function withLine(error: unknown, name: string, lineNumber: number): unknown {
  const where = `${name}, line ${lineNumber}: `;
  if (!(error instanceof EngineError) || error.path === name) return error;
  return new EngineError(error.code, where + error.message, { ...error, cause: error });
}

interface Result {
  readonly how: CommitHow;
  readonly bytesWritten: number;
}

function estimate(document: EngineDocument): Result {
  const { how, bytes } = document.estimateSave();
  return { how, bytesWritten: bytes };
}
