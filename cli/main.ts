#!/usr/bin/env node
// `terahex`: puts the commands together, runs one, and turns what it ends with into an exit status (0 done or found, 1 nothing
// found or different, 2 error). The only file that touches process-wide state. See docs and --help for users.
import fs from "node:fs";
import path from "node:path";
import { Command, CommanderError } from "commander";
import { packageRoot } from "../extension/src/engine/loadAddon";
import { addDiff } from "./commands/diff";
import { addDump } from "./commands/dump";
import { addFind } from "./commands/find";
import { addInfo } from "./commands/info";
import { addPatch } from "./commands/patch";
import { addRecover } from "./commands/recover";
import { addReplace } from "./commands/replace";
import { addStats } from "./commands/stats";
import { addStrings } from "./commands/strings";
import type { CliContext, ExitStatus } from "./context";
import { errorJson, errorLine, isBrokenPipe } from "./failure";
import { Output } from "./output";

type AddCommand = (program: Command, context: CliContext) => void;

/** In the order of --help. What brings much code along is read when it is asked for: loading it takes longer than most commands. */
const COMMANDS: Readonly<Record<string, () => AddCommand | Promise<AddCommand>>> = {
  info: () => addInfo,
  dump: () => addDump,
  patch: () => addPatch,
  recover: () => addRecover,
  find: () => addFind,
  replace: () => addReplace,
  hash: async () => (await import("./commands/hash")).addHash,
  stats: () => addStats,
  strings: () => addStrings,
  diff: () => addDiff,
  struct: async () => (await import("./commands/struct")).addStruct,
  pe: async () => (await import("./commands/pe")).addPe,
  image: async () => (await import("./commands/image")).addImage,
};

async function main(): Promise<void> {
  const interrupt = new AbortController();
  // A second Ctrl+C ends the process as usual.
  process.once("SIGINT", () => interrupt.abort());
  process.once("SIGTERM", () => interrupt.abort());

  const output = new Output(process.stdout);
  let status: ExitStatus = 0;
  const context: CliContext = {
    output,
    signal: interrupt.signal,
    finish: (finished) => {
      status = finished;
    },
  };
  try {
    await (await program(context)).parseAsync();
    await output.end();
  } catch (error) {
    status = await report(error, output);
  }
  process.exitCode = status;
}

async function program(context: CliContext): Promise<Command> {
  const terahex = new Command("terahex")
    .description("Reads and edits binary files of any size, in place.")
    .version(packageVersion())
    .exitOverride()
    // Errors are told once, by report().
    .configureOutput({ writeErr: () => undefined });
  for (const name of neededCommands(process.argv[2])) (await COMMANDS[name]?.())?.(terahex, context);
  return terahex;
}

/** The names of the one that is run; where none is, for help and errors, of all. */
function neededCommands(first = ""): readonly string[] {
  if (first === "--version" || first === "-V") return [];
  return Object.hasOwn(COMMANDS, first) ? [first] : Object.keys(COMMANDS);
}

function packageVersion(): string {
  const manifest = JSON.parse(fs.readFileSync(path.join(packageRoot(), "package.json"), "utf8")) as { version: string };
  return manifest.version;
}

async function report(error: unknown, output: Output): Promise<ExitStatus> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  // The reader has gone (`| head`): it has what it wanted.
  if (isBrokenPipe(error)) return 0;
  process.stderr.write(`${errorLine(error)}\n`);
  if (process.argv.includes("--json")) {
    try {
      await output.write(`${errorJson(error)}\n`);
      await output.end();
    } catch (failed) {
      if (!isBrokenPipe(failed)) throw failed;
    }
  }
  return 2;
}

void main();
