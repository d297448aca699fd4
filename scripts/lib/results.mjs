// How a test program tells npm test what came of it: one marked line at the end of its output. A program that says nothing,
// or that counted nothing, has failed: an empty suite must not look like a passing one.
export const resultMark = "##result ";

/** @typedef {object} TestResult  What came of one test, or of a hook that failed.
 *  @property {string} file which it is run again with; of a native test, its name; "" where programs do not tell
 *  @property {string} title
 *  @property {"passed" | "failed" | "skipped"} state
 *  @property {string} [text] of a failure: error, difference, stack
 *
 *  @typedef {object} Result
 *  @property {number} passed
 *  @property {number} failed
 *  @property {number} [skipped]
 *  @property {readonly TestResult[]} [tests] at least those that failed; of their files, if these are told, all
 *  @property {readonly TestResult[]} [again] those that failed at first, and passed when they were tried again */

/** @param {Result} result */
export const reportResult = (result) => console.log(resultMark + JSON.stringify(result));

/** Adds up every result in an output; undefined when there is none. @param {string} output @returns {Result | undefined} */
export function readResult(output) {
  const results = output
    .split("\n")
    .filter((line) => line.startsWith(resultMark))
    .map((line) => /** @type {Result} */ (JSON.parse(line.slice(resultMark.length))));
  return results.length === 0 ? undefined : results.reduce(addResults);
}

/** @param {Result} a @param {Result} b @returns {Result} */
export const addResults = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: (a.skipped ?? 0) + (b.skipped ?? 0),
  tests: [...(a.tests ?? []), ...(b.tests ?? [])],
});

/** @param {Result} result */
export const failuresOf = ({ tests = [] }) => tests.filter(({ state }) => state === "failed");

/** What is to be run again: the files in which tests failed; undefined: all of it, because what failed is no test, and may have
 *  kept any of them from running. @param {Result} result @returns {readonly string[] | undefined} */
export function filesToTryAgain(result) {
  const files = [...new Set(failuresOf(result).map(({ file }) => file))];
  return files.length === 0 || files.includes("") ? undefined : files;
}

/** What holds once they were run again. A test that passed once has passed, and is told of.
 *  @param {Result} before @param {Result} next @returns {Result} */
export function addSecondTry(before, next) {
  /** Not run again. @param {"passed" | "skipped"} state */
  const kept = (state) => {
    if (filesToTryAgain(before) === undefined) return 0;
    return (before[state] ?? 0) - (before.tests ?? []).filter((test) => test.state === state).length;
  };
  /** @param {TestResult} a */
  const isOf = (a) => (/** @type {TestResult} */ b) => a.file === b.file && a.title === b.title;
  const passedBefore = (before.tests ?? []).filter(({ state }) => state === "passed");
  const unlucky = failuresOf(next);
  const rescued = unlucky.filter((test) => passedBefore.some(isOf(test)));
  const failed = unlucky.filter((test) => !rescued.includes(test));
  const again = [...(before.again ?? []), ...failuresOf(before), ...rescued].filter((test) => !failed.some(isOf(test)));
  return {
    passed: kept("passed") + next.passed + rescued.length,
    failed: next.failed - rescued.length,
    skipped: kept("skipped") + (next.skipped ?? 0),
    tests: (next.tests ?? []).map((test) => (rescued.includes(test) ? { ...test, state: "passed" } : test)),
    again: again.filter((test, at) => again.findIndex(isOf(test)) === at),
  };
}

/** What doctest says at the end of a run, and of each test that failed. @param {string} output @returns {Result | undefined} */
export function readDoctestResult(output) {
  const summaries = [...output.matchAll(/test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed/g)];
  if (summaries.length === 0) return undefined;
  const [passed, failed] = [2, 3].map((group) => summaries.reduce((sum, found) => sum + Number(found[group]), 0));
  return { passed: passed ?? 0, failed: failed ?? 0, tests: doctestFailures(output) };
}

/** @param {string} output @returns {TestResult[]} */
function doctestFailures(output) {
  return output
    .replace(/^begins: .*\n/gm, "")
    .split(/^={79}$/m)
    .flatMap((text) => {
      const title = /^TEST CASE:\s*(.*)$/m.exec(text)?.[1];
      return title === undefined || !/\bERROR: /.test(text)
        ? []
        : // A crash keeps the tests behind it from running.
          [
            {
              file: /test case CRASHED/.test(text) ? "" : title,
              title,
              state: /** @type {const} */ ("failed"),
              text: text.trim(),
            },
          ];
    });
}

/** An argument of doctest, as a shell takes it, that runs these tests alone. Any byte stands for what a shell, make or doctest reads
 *  as its own. @param {readonly string[]} titles */
export const doctestOnly = (titles) => `-tc='${titles.map(doctestPattern).join(",")}'`;
/** @param {string} title */
const doctestPattern = (title) =>
  Buffer.from(title, "utf8")
    .toString("latin1")
    .replace(/[^\w .:-]/g, "?");

/** The native test during which a program hung or died, when the output ends with that. test/native/main.cc tells.
 *  @param {string} output @returns {string | undefined} */
export const lastBegun = (output) => [...output.matchAll(/^begins: (.*)$/gm)].at(-1)?.[1];
