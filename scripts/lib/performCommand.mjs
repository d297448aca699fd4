// Runs one test program to its end and says in one line what came of it, and below it which tests failed, with their errors. Its
// whole output goes to out/logs. A program that counted nothing, or took too long, has failed.
import { inRoot, root } from "./paths.mjs";
import { run, tail } from "./processes.mjs";
import { addSecondTry, failuresOf, filesToTryAgain, lastBegun, readResult, resultMark } from "./results.mjs";

/** Of a program whose tests may be tried again. */
const tries = 3;
const shownFailures = 12;
const shownLines = 40;

/** @typedef {import("./results.mjs").Result} Result
 *  @typedef {object} Command  One program of a step.
 *  @property {string} label
 *  @property {string} program
 *  @property {readonly string[]} args
 *  @property {Record<string, string>} [env]
 *  @property {number} limitS of all tries together
 *  @property {(output: string) => Result | undefined} [read] how it says what it counted
 *  @property {(files: readonly string[]) => readonly string[]} [again] for tests in a real browser or a real VS Code, which a busy
 *    machine can make late, and in an emulator, which on such a machine at times starts no process: the arguments that run these
 *    files alone once more, each in a browser and a host made anew. Never for what runs on this machine itself: what fails there
 *    once in a while is a fault of ours */

/** @param {Command} command @returns {Promise<Result & Required<Pick<Result, "tests" | "again">>>} */
export async function performCommand(command) {
  const started = Date.now();
  const leftMs = () => started + command.limitS * 1000 - Date.now();
  let { result, logFile } = await attempt(command, command.args, command.label, leftMs());
  for (let number = 2; command.again !== undefined && result.failed > 0 && number <= tries; number++) {
    const files = filesToTryAgain(result);
    // All of it would take as long again, and one that hung would hang again.
    if (files === undefined && leftMs() < (command.limitS * 1000) / 2) break;
    showFailures(`try ${number - 1}`, result, logFile);
    const args = files === undefined ? command.args : command.again(files);
    const next = await attempt(command, args, `${command.label}-try-${number}`, leftMs());
    result = addSecondTry(result, next.result);
    ({ logFile } = next);
  }

  const { passed, failed, skipped = 0, tests = [], again = [] } = result;
  const seconds = ((Date.now() - started) / 1000).toFixed(0).padStart(4);
  const notes = [
    ...(skipped === 0 ? [] : [`, ${skipped} skipped`]),
    ...(again.length === 0
      ? []
      : [`, ${again.length} needed a second try: ${again.map(({ title }) => title).join("; ")}`]),
  ];
  const verdict = failed === 0 ? "ok  " : "FAIL";
  console.log(
    `${verdict} ${command.label.padEnd(22)} ${seconds} s   ${passed} passed, ${failed} failed${notes.join("")}`,
  );
  if (failed > 0) showFailures("failed", result, logFile);
  return { passed, failed, skipped, tests, again };
}

/** @param {Command} command @param {readonly string[]} args @param {string} name of the log @param {number} timeoutMs */
async function attempt(command, args, name, timeoutMs) {
  const logFile = inRoot(`out/logs/${name}.log`);
  const { code, output, timedOut } = await run(command.program, args, {
    cwd: root,
    env: { ...process.env, ...command.env },
    logFile,
    timeoutMs,
  });
  const counted = (command.read ?? readResult)(output);
  /** @type {Result} */
  const result = { ...counted, passed: counted?.passed ?? 0, failed: counted?.failed ?? 0 };
  const faults = [];
  if (timedOut) faults.push(`took longer than ${command.limitS} s`);
  else if (code !== 0 && result.failed === 0) faults.push(`ended with ${code}`);
  if (counted === undefined || result.passed + result.failed === 0) {
    const begun = lastBegun(output);
    faults.push(begun === undefined ? "ran no test" : `stopped in "${begun}"`);
  }
  const title = faults.length > 0 ? faults.join("; ") : "failed, without a word about which test";
  if (faults.length > 0) result.failed += 1;
  if (result.failed > 0 && (faults.length > 0 || failuresOf(result).length === 0)) {
    const fault = {
      file: "",
      title,
      state: /** @type {const} */ ("failed"),
      text: tail(tellingLines(output), shownLines),
    };
    result.tests = [...(result.tests ?? []), fault];
  }
  return { result, logFile };
}

/** Without tests that passed, and without what a compiler was asked. @param {string} output */
const tellingLines = (output) =>
  output
    .split("\n")
    .filter(
      (line) => !line.startsWith(resultMark) && !/^\s*✔ |^begins: |^(\S*(g\+\+|zig)\S*( c\+\+)?|mkdir|cp) -/.test(line),
    )
    .join("\n");

/** @param {string} what @param {Result} result @param {string} logFile */
function showFailures(what, result, logFile) {
  const failures = failuresOf(result);
  for (const { title, text = "" } of failures.slice(0, shownFailures)) {
    console.log(`     ${what}: ${title}`);
    const lines = text.split("\n");
    const left = lines.length - shownLines;
    console.log(
      [...lines.slice(0, shownLines), ...(left > 0 ? [`… ${left} lines more`] : [])]
        .join("\n")
        .replace(/^/gm, "     | "),
    );
  }
  const more = failures.length - shownFailures;
  console.log(`     ${more > 0 ? `${more} more; ` : ""}all of it: ${logFile}`);
}
