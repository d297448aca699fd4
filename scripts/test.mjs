#!/usr/bin/env node
// npm test: installs and builds what is missing, then runs every kind of test and adds up what they counted.
// Usage: node scripts/test.mjs [STEP …] [--grep TEXT] [--once]   Steps: check native unit syntaxes webview editor floor ui
// package; none: all. --once: no test is tried again.
// Each step's output goes to out/logs; failures are shown here. The last line is "N passed, N failed", alone.
import os from "node:os";
import util from "node:util";
import { build } from "./build.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { hosts } from "./lib/hosts.mjs";
import { inRoot } from "./lib/paths.mjs";
import { runOrThrow } from "./lib/processes.mjs";
import { readDoctestResult } from "./lib/results.mjs";
import { filesBelow } from "./lib/stamp.mjs";
import { Tally } from "./lib/tally.mjs";
import { provisionHost } from "./provisionHost.mjs";

const { values: options, positionals } = util.parseArgs({
  allowPositionals: true,
  options: { grep: { type: "string", default: "" }, once: { type: "boolean", default: false } },
});
const inNativeTests = ["-C", inRoot("test/native"), `-j${Math.min(2, os.availableParallelism())}`];

/** @typedef {import("./lib/performCommand.mjs").Command} Command */

/** @param {string} file @param {readonly string[]} args @returns {Pick<Command, "program" | "args">} */
const script = (file, ...args) => ({ program: process.execPath, args: [inRoot("scripts", file), ...args] });

const mochaArgs = [
  ...["--import", "tsx", inRoot("node_modules/mocha/bin/mocha.js"), "--no-config"],
  ...["--reporter", inRoot("scripts/lib/mochaReporter.cjs"), "--no-color", "--timeout", "20000"],
  ...(options.grep === "" ? [] : ["--grep", options.grep]),
];

/** @param {string} label @param {string} folder @param {RegExp} names @param {number} limitS @returns {Command} */
const mocha = (label, folder, names, limitS) => ({
  label,
  program: process.execPath,
  args: [...mochaArgs, ...filesBelow(inRoot(folder), (name) => names.test(name))],
  limitS,
});
/** In a real browser, or a real VS Code. @param {Parameters<typeof mocha>} args @returns {Command} */
const inBrowser = (...args) => ({ ...mocha(...args), ...again((files) => [...mochaArgs, ...files]) });

/** @param {NonNullable<Command["again"]>} args @returns {Pick<Command, "again">} */
const again = (args) => (options.once ? {} : { again: args });

/** @param {string} label @param {string[]} args @returns {Command} */
const editor = (label, ...args) => ({
  label,
  ...script("runEditorTests.mjs", "--no-build", ...args),
  ...again((files) => script("runEditorTests.mjs", "--no-build", ...args, "--files", files.join(",")).args),
  limitS: 1200,
});

/** @param {string} variant @param {{ env?: Record<string, string>, except?: string, files?: readonly string[] }} [some]
 *    `except`: tests, by doctest's patterns; `files`: those alone, by the patterns of their names
 *  @returns {Command} */
function native(variant, { env, except, files } = {}) {
  const filters = [
    ...(except === undefined ? [] : [`-tce='${except}'`]),
    ...(files === undefined ? [] : [`-sf='${files.map((name) => `*/${name}.cc`).join(",")}'`]),
  ];
  const tests = files === undefined ? [] : [`TESTS=${files.join(" ")}`];
  return {
    label: `native-${variant}`,
    program: "make",
    args: [...inNativeTests, `VARIANT=${variant}`, ...tests, "run", `ARGS=--no-colors=true ${filters.join(" ")}`],
    ...(env === undefined ? {} : { env }),
    limitS: 1200,
    read: readDoctestResult,
  };
}

/** @type {Record<string, readonly Command[]>} */
const steps = {
  check: [{ label: "check", ...script("check.mjs"), limitS: 600 }],
  // The sanitizers make everything some ten times slower: they get fewer operations, and not the tests whose point is the
  // kernel's part (kills, power cuts), which the release run does in full. ThreadSanitizer gets the files with threads.
  native: [
    native("release"),
    native("asan", { env: { TERAHEX_MODEL_OPS: "100000" }, except: "*killed at*,*really full disk*" }),
    native("tsan", {
      env: { TERAHEX_MODEL_OPS: "20000" },
      except: "*power cut*",
      files: [
        ...["*threads_test", "edit_buffer_test", "fault_guard*_test"],
        ...["preview_test", "map_region_test", "edit_log_test"],
      ],
    }),
  ],
  unit: [mocha("unit", "test/unit", /\.test\.ts$/, 600)],
  syntaxes: [mocha("syntaxes", "test/syntaxes", /\.syntaxes\.test\.ts$/, 120)],
  webview: [inBrowser("webview", "test/webview", /\.dom\.test\.ts$/, 900)],
  editor: [editor("editor")],
  floor: [editor("editor-floor", "--host", "floor")],
  ui: [inBrowser("ui", "test/ui", /\.ui\.test\.mts$/, 1200)],
  package: [
    { label: "package", ...script("package.mjs"), limitS: 300 },
    inBrowser("package-smoke", "test/package", /\.package\.test\.mts$/, 300),
  ],
};

/** @param {readonly string[]} chosen */
async function prepare(chosen) {
  await ensureDependencies();
  const hosted = ["webview", "editor", "floor", "ui", "package"];
  const isHosted = chosen.some((name) => hosted.includes(name));
  /** One waits for the network, the other for the compiler. */
  const hostsFetched = async () => {
    // The grammar of .ksy files is tested on the YAML grammar of that VS Code.
    if (isHosted || chosen.includes("syntaxes")) await provisionHost(hosts.current);
    if (chosen.includes("floor")) await provisionHost(hosts.floor);
  };
  const built = async () => {
    if (isHosted) await build();
    else if (chosen.includes("unit")) await build({ parts: ["native"] });
    if (chosen.includes("native"))
      await runOrThrow("make", [...inNativeTests, "VARIANT=release", "others"], {
        logFile: inRoot("out/logs/native-others.log"),
      });
  };
  await Promise.all([built(), hostsFetched()]);
}

/** Compiling takes all processors, running one: two variants at a time. @param {readonly Command[]} commands */
async function performTwoAtOnce(commands) {
  const queue = [...commands];
  const work = async () => {
    for (let command = queue.shift(); command !== undefined; command = queue.shift()) await tally.perform(command);
  };
  await Promise.all([work(), work()]);
}

const chosen = positionals.length === 0 ? Object.keys(steps) : positionals;
const unknown = chosen.filter((name) => steps[name] === undefined);
if (unknown.length > 0) throw new Error(`no step ${unknown.join(", ")}; there are: ${Object.keys(steps).join(", ")}`);

const tally = new Tally();
try {
  await prepare(chosen);
  for (const name of chosen) {
    const commands = steps[name] ?? [];
    if (name === "native") await performTwoAtOnce(commands);
    else for (const command of commands) await tally.perform(command);
  }
} catch (error) {
  tally.fail(error);
}
tally.close();
