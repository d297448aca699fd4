// How a test program tells npm test what it counted: one marked line at the end of its output. A program that says nothing,
// or that counted nothing, has failed: an empty suite must not look like a passing one.
const mark = "##result ";

/** @typedef {{ passed: number, failed: number, skipped?: number }} Result */

/** @param {Result} result */
export const reportResult = (result) => console.log(mark + JSON.stringify(result));

/** Adds up every result in an output; undefined when there is none. @param {string} output @returns {Result | undefined} */
export function readResult(output) {
  const results = output
    .split("\n")
    .filter((line) => line.startsWith(mark))
    .map((line) => /** @type {Result} */ (JSON.parse(line.slice(mark.length))));
  return results.length === 0 ? undefined : results.reduce(addResults);
}

/** @param {Result} a @param {Result} b @returns {Result} */
export const addResults = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: (a.skipped ?? 0) + (b.skipped ?? 0),
});

/** What doctest says at the end of a run. @param {string} output @returns {Result | undefined} */
export function readDoctestResult(output) {
  const summaries = [...output.matchAll(/test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed/g)];
  return summaries
    .map(([, , passed, failed]) => ({ passed: Number(passed), failed: Number(failed) }))
    .reduce(
      (sum, one) => (sum === undefined ? one : addResults(sum, one)),
      /** @type {Result | undefined} */ (undefined),
    );
}
