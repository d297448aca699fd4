// Runs one test program to its end and says in one line what came of it. Its output goes to out/logs; of a failure the end is
// shown here. A program that counted nothing, or took too long, has failed.
import { inRoot, root } from "./paths.mjs";
import { run, tail } from "./processes.mjs";
import { readResult } from "./results.mjs";

const shownLines = 60;

/** @typedef {import("./results.mjs").Result} Result
 *  @typedef {object} Command  One program of a step.
 *  @property {string} label
 *  @property {string} program
 *  @property {readonly string[]} args
 *  @property {Record<string, string>} [env]
 *  @property {number} limitS
 *  @property {(output: string) => Result | undefined} [read] how it says what it counted */

/** @param {Command} command @returns {Promise<Result>} */
export async function performCommand(command) {
  const started = Date.now();
  const logFile = inRoot(`out/logs/${command.label}.log`);
  const { code, output, timedOut } = await run(command.program, command.args, {
    cwd: root,
    env: { ...process.env, ...command.env },
    logFile,
    timeoutMs: command.limitS * 1000,
  });
  const counted = (command.read ?? readResult)(output);
  const result = { passed: counted?.passed ?? 0, failed: counted?.failed ?? 0, skipped: counted?.skipped ?? 0 };
  const faults = [];
  if (timedOut) faults.push(`took longer than ${command.limitS} s`);
  else if (code !== 0 && result.failed === 0) faults.push(`ended with ${code}`);
  if (counted === undefined || result.passed + result.failed === 0) faults.push("ran no test");
  result.failed += faults.length === 0 ? 0 : 1;

  const seconds = ((Date.now() - started) / 1000).toFixed(0).padStart(4);
  const skipped = result.skipped === 0 ? "" : `, ${result.skipped} skipped`;
  const verdict = result.failed === 0 ? "ok  " : "FAIL";
  console.log(
    `${verdict} ${command.label.padEnd(22)} ${seconds} s   ${result.passed} passed, ${result.failed} failed${skipped}`,
  );
  if (result.failed > 0) {
    console.log(tail(output, shownLines).replace(/^/gm, "     | "));
    console.log(`     ${[...faults, `all of it: ${logFile}`].join("; ")}`);
  }
  return result;
}
