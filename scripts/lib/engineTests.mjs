#!/usr/bin/env node
// Loads a built addon into a Node of the same system, perhaps in an emulator, and runs the engine's TypeScript tests there. They
// are bundled, because what compiles TypeScript while it loads does not run everywhere.
// Usage: node scripts/lib/engineTests.mjs FOLDER ADDON PREBUILD -- NODE [ARG …]
// ENGINE_TESTS_EXCEPT, in the environment: names of tests that the system cannot pass, as a pattern.
// FOLDER: made anew. PREBUILD: where in prebuilds/ that system looks, such as linux-arm64/terahex.node. NODE: the program to run.
import fs from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";
import { run } from "./processes.mjs";
import { reportResult } from "./results.mjs";

/** What reaches the addon through all of its faces and takes seconds. */
const suites = ["document", "documentContract", "outside", "byteSource", "gather", "scan"];
/** What is the same on each system, what takes an emulator minutes, and what goes by the clock. */
const left = "read and written whole|10,000 random places|within 50 ms";

/** @param {string} folder @param {string} addon @param {string} prebuild @returns {Promise<string>} the bundled tests */
export async function bundleEngineTests(folder, addon, prebuild) {
  fs.rmSync(folder, { recursive: true, force: true });
  const staged = path.join(folder, "prebuilds", prebuild);
  fs.mkdirSync(path.dirname(staged), { recursive: true });
  fs.copyFileSync(addon, staged);
  // The addon is looked for beside the nearest package.json.
  fs.writeFileSync(path.join(folder, "package.json"), "{}");
  const { build } = await import("esbuild");
  const outfile = path.join(folder, "engineTests.cjs");
  await build({
    stdin: {
      contents: suites.map((name) => `import "./test/unit/engine/${name}.test";`).join("\n"),
      resolveDir: inRoot("."),
    },
    ...{ bundle: true, platform: "node", format: "cjs", target: "node20", outfile, logLevel: "warning" },
    mainFields: ["module", "main"],
    external: ["esbuild", "mocha"],
  });
  return outfile;
}

if (process.argv[1] === import.meta.filename) {
  const [folder, addon, prebuild, , program, ...args] = process.argv.slice(2);
  if (folder === undefined || addon === undefined || prebuild === undefined || program === undefined)
    throw new Error("usage: engineTests.mjs FOLDER ADDON PREBUILD -- NODE [ARG …]");
  const tests = await bundleEngineTests(folder, addon, prebuild);
  const mocha = [inRoot("node_modules/mocha/bin/mocha.js"), "--no-config", "--no-color", "--timeout", "300000"];
  const { code, output } = await run(program, [
    ...args,
    ...mocha,
    "--reporter",
    "dot",
    "--grep",
    [left, process.env["ENGINE_TESTS_EXCEPT"] ?? []].flat().join("|"),
    "--invert",
    tests,
  ]);
  const [passed, failed, skipped] = ["passing", "failing", "pending"].map((word) =>
    Number(new RegExp(`^\\s+(\\d+) ${word}`, "m").exec(output)?.[1] ?? 0),
  );
  // Behind its counts mocha lists the failures, numbered.
  const listed = (output.split(/^\s+\d+ failing$/m)[1] ?? "").split(/^ {2}\d+\) /m).slice(1);
  const failures = listed.map((text) => {
    const [title = ""] = text.split(/:\n(?=\s*\n|\s{5,}\S)/);
    return { file: "", title: title.replace(/\s*\n\s*/g, " › "), state: /** @type {const} */ ("failed"), text };
  });
  reportResult({ passed: passed ?? 0, failed: failed ?? 0, skipped: skipped ?? 0, tests: failures });
  process.exitCode = code;
}
