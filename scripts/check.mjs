#!/usr/bin/env node
// npm run check: formatting, lint, types of every room, layers. Everything runs to its end, so that one run shows all faults.
// Usage: node scripts/check.mjs [--fix]   (--fix formats first)
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { inRoot, root } from "./lib/paths.mjs";
import { run, tail } from "./lib/processes.mjs";
import { reportResult } from "./lib/results.mjs";
import { filesBelow } from "./lib/stamp.mjs";

const nativeFolders = ["native", "test/native", "bench/native"];
/** Of a failing check; all of it is in out/logs. */
const shownLines = 40;
const skippedFolders = new Set([
  "node_modules",
  ".git",
  ".vscode-test",
  "build",
  "dist",
  "out",
  "prebuilds",
  "samples",
]);

/** @param {string} name @returns {string} the program of an installed package */
const installed = (name) => inRoot("node_modules/.bin", process.platform === "win32" ? `${name}.cmd` : name);

const nativeFiles = nativeFolders.flatMap((folder) => filesBelow(inRoot(folder), (name) => /\.(cc|h)$/.test(name)));

/** @param {string} folder @returns {string[]} every tsconfig of a room; the root's is only what they share */
function roomConfigs(folder = root) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : roomConfigs(at);
    return /^tsconfig(\..+)?\.json$/.test(entry.name) && folder !== root ? [at] : [];
  });
}

/** A room that has no source yet is no fault. @param {string} config */
const hasSources = (config) =>
  filesBelow(path.dirname(config), (name) => /\.(ts|mjs)$/.test(name)).some((file) => !file.includes("node_modules"));

await ensureDependencies();
if (process.argv.includes("--fix")) {
  await run(installed("prettier"), ["--write", "--log-level=warn", "."], { cwd: root });
  await run(installed("clang-format"), ["-i", ...nativeFiles], { cwd: root });
}

/** @type {{ name: string, command: string, args: string[] }[]} */
const checks = [
  { name: "layers", command: process.execPath, args: [inRoot("scripts/checkLayers.mjs")] },
  { name: "format", command: installed("prettier"), args: ["--check", "--log-level=warn", "."] },
  { name: "format of C++", command: installed("clang-format"), args: ["--dry-run", "--Werror", ...nativeFiles] },
  { name: "lint", command: installed("eslint"), args: ["."] },
  ...roomConfigs()
    .filter(hasSources)
    .map((config) => ({
      name: `types of ${path.relative(root, config)}`,
      command: installed("tsc"),
      args: ["-p", config],
    })),
];

/** @type {import("./lib/results.mjs").TestResult[]} */
const failures = [];
const queue = [...checks];
async function work() {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
    const started = Date.now();
    const logFile = inRoot(`out/logs/check-${check.name.replace(/[^a-z+]+/gi, "-")}.log`);
    const { code, output } = await run(check.command, check.args, { cwd: root, logFile, timeoutMs: 540_000 });
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${code === 0 ? "ok  " : "FAIL"} ${check.name} (${seconds} s)`);
    if (code === 0) continue;
    const text = tail(output, shownLines);
    failures.push({ file: "", title: check.name, state: "failed", text });
    console.log(text.replace(/^/gm, "     "));
  }
}
await Promise.all(Array.from({ length: Math.min(2, os.availableParallelism()) }, work));
reportResult({ passed: checks.length - failures.length, failed: failures.length, tests: failures });
process.exitCode = failures.length === 0 ? 0 : 1;
