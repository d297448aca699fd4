#!/usr/bin/env node
// Runs a Windows program under Wine, in a prefix of our own (build/wine). Usage: node scripts/lib/wine.mjs PROGRAM [ARG …]
// Standard input and output are files: a Windows Node refuses the pipes of Unix, and Wine's own helpers would keep a pipe open.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";

export const wineProgram = "/usr/lib/wine/wine64";
const prefix = inRoot("build/wine");
const stamp = path.join(prefix, "prepared");

// No display, no messages of Wine's own, and no offers to fetch .NET or a browser.
const environment = { WINEPREFIX: prefix, WINEDEBUG: "-all", WINEDLLOVERRIDES: "mscoree,mshtml=" };

/** A path of this machine as Windows programs see it. @param {string} file absolute */
export const windowsPath = (file) => `Z:${file.replaceAll("/", "\\")}`;

/** @param {readonly string[]} command program and arguments @param {NodeJS.ProcessEnv} [extra] @param {string} [outputFile] */
function start(command, extra, outputFile) {
  const output = outputFile === undefined ? "ignore" : fs.openSync(outputFile, "w");
  const input = fs.openSync("/dev/null", "r");
  try {
    return spawnSync(wineProgram, command, {
      env: { ...process.env, ...environment, ...extra },
      stdio: [input, output, output],
    });
  } finally {
    fs.closeSync(input);
    if (typeof output === "number") fs.closeSync(output);
  }
}

/** Makes the prefix once: some seconds and 700 MB. */
function preparePrefix() {
  if (fs.existsSync(stamp)) return;
  fs.rmSync(prefix, { recursive: true, force: true });
  fs.mkdirSync(prefix, { recursive: true });
  for (const command of [
    ["wineboot", "-i"],
    ["reg", "add", "HKCU\\Software\\Wine", "/v", "Version", "/d", "win10", "/f"],
  ]) {
    const { status, error } = start(command);
    if (status !== 0) throw new Error(`Wine cannot start: ${command.join(" ")} ended with ${status ?? error?.message}`);
  }
  fs.writeFileSync(stamp, "");
}

/** @param {readonly string[]} command @param {NodeJS.ProcessEnv} [extra]
 *  @returns {{ status: number, output: string }} */
export function runInWine(command, extra = {}) {
  preparePrefix();
  const outputFile = path.join(prefix, `output-${process.pid}`);
  const { status, signal } = start(command, extra, outputFile);
  const output = fs.readFileSync(outputFile, "utf8");
  fs.rmSync(outputFile);
  return { status: status ?? 128, output: signal === null ? output : `${output}\nended by ${signal}\n` };
}

if (process.argv[1] === import.meta.filename) {
  const { status, output } = runInWine(process.argv.slice(2));
  process.stdout.write(output);
  process.exitCode = status;
}
