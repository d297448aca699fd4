// Mocha's spec reporter, and at the end the line that npm test reads a run's result from (see results.mjs). Also of the editor
// tests, inside VS Code.
const util = require("node:util");
const { reporters } = require("mocha");
const { Base } = reporters;

/** @typedef {import("./results.mjs").TestResult} TestResult
 *  @typedef {import("mocha").Runnable} Runnable  a test or a hook */

class CountingReporter extends reporters.Spec {
  /** @param {import("mocha").Runner} runner @param {import("mocha").MochaOptions} options */
  constructor(runner, options) {
    super(runner, options);
    /** @type {TestResult[]} */
    const tests = [];
    /** @param {Runnable} test @param {TestResult["state"]} state @param {{ text: string }} [more] */
    const note = (test, state, more) => {
      tests.push({ file: fileOf(test), title: test.titlePath().join(" › "), state, ...more });
    };
    runner.on("pass", (test) => note(test, "passed"));
    runner.on("pending", (test) => note(test, "skipped"));
    runner.on("fail", (test) => note(test, "failed", { text: textOf(test) }));
    runner.once("end", () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      const unlucky = new Set(tests.filter(({ state }) => state === "failed").map(({ file }) => file));
      const told = tests.filter(({ file }) => unlucky.has(file));
      const result = { passed: passes, failed: failures, skipped: pending, tests: told };
      Base.consoleLog(`##result ${JSON.stringify(result)}`);
    });
  }
}

/** A hook has none of its own. @param {Runnable} test */
function fileOf(test) {
  if (test.file !== undefined) return test.file;
  let suite = test.parent;
  while (suite !== undefined && suite.file === undefined) suite = suite.parent;
  return suite?.file ?? "";
}

/** Error, difference and stack, as mocha itself lists them. @param {Runnable} test */
function textOf(test) {
  /** @type {string[]} */
  const lines = [];
  const { consoleLog } = Base;
  Base.consoleLog = (...args) => lines.push(util.format(...args));
  try {
    // What mocha writes above the error are the titles.
    Base.list([/** @type {import("mocha").Test} */ (test)]);
  } finally {
    Base.consoleLog = consoleLog;
  }
  return lines
    .join("\n")
    .replace(/^\s*1\) [^]*?:\n(?=\s*\n|\s{5,}\S)/, "")
    .trim();
}

module.exports = CountingReporter;
