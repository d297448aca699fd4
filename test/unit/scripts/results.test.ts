// How npm test counts tests that were tried again, and what it tells of those that failed.
import assert from "node:assert/strict";
import {
  addSecondTry,
  doctestOnly,
  filesToTryAgain,
  lastBegun,
  readDoctestResult,
} from "../../../scripts/lib/results.mjs";
import type { Result, TestResult } from "../../../scripts/lib/results.mjs";

const told = (file: string, state: TestResult["state"], ...titles: string[]): TestResult[] =>
  titles.map((title) => ({ file, title, state }));

describe("results", () => {
  const first: Result = {
    passed: 10,
    failed: 2,
    skipped: 1,
    tests: [...told("a", "passed", "a1", "a2"), ...told("a", "failed", "a3"), ...told("b", "failed", "b1")],
  };

  it("tries the files again in which tests failed, and all when something else did", () => {
    assert.deepEqual(filesToTryAgain(first), ["a", "b"]);
    const crashed = { passed: 0, failed: 1, tests: told("", "failed", "the extension host died") };
    assert.equal(filesToTryAgain(crashed), undefined);
    assert.deepEqual(addSecondTry(crashed, { passed: 9, failed: 0, skipped: 2, tests: [] }), {
      passed: 9,
      failed: 0,
      skipped: 2,
      tests: [],
      again: crashed.tests,
    });
  });

  it("counts each test once, and names those that needed more than one try", () => {
    const second = addSecondTry(first, { passed: 4, failed: 0, skipped: 0, tests: [] });
    assert.deepEqual([second.passed, second.failed, second.skipped], [12, 0, 1]);
    assert.deepEqual(
      second.again?.map(({ title }) => title),
      ["a3", "b1"],
    );
  });

  it("counts tests that a failed hook kept from running at first, and names the hook", () => {
    const hook = { passed: 3, failed: 1, tests: told("a", "failed", '"before all" hook') };
    const second = addSecondTry(hook, { passed: 5, failed: 0, tests: [] });
    assert.deepEqual([second.passed, second.failed], [8, 0]);
    assert.deepEqual(second.again, hook.tests);
  });

  it("keeps what passed once, and fails what never did", () => {
    const second = addSecondTry(first, {
      passed: 1,
      failed: 3,
      tests: [...told("a", "failed", "a1", "a3"), ...told("a", "passed", "a2"), ...told("b", "failed", "b1")],
    });
    assert.deepEqual([second.passed, second.failed], [10, 2]);
    assert.deepEqual(
      second.again?.map(({ title }) => title),
      ["a1"],
    );
    assert.deepEqual(filesToTryAgain(second), ["a", "b"]);
    const third = addSecondTry(second, { passed: 4, failed: 0, tests: [] });
    assert.deepEqual([third.passed, third.failed], [12, 0]);
    assert.deepEqual(third.again?.map(({ title }) => title).sort(), ["a1", "a3", "b1"]);
  });

  it("tells which native tests failed, and how", () => {
    const line = "=".repeat(79);
    const output = [
      `${line}\npieces_test.cc:12:\nTEST CASE:  Pieces: joins two runs\n`,
      "pieces_test.cc:20: ERROR: CHECK( a == b ) is NOT correct!\n  values: CHECK( 1 == 2 )\n",
      `${line}\ndisk_test.cc:4:\nTEST CASE:  only says something\n\ndisk_test.cc:5: MESSAGE: skipped\n`,
      `${line}\n[doctest] test cases:  9 |  8 passed | 1 failed | 0 skipped`,
    ].join("\n");
    const result = readDoctestResult(output);
    assert.deepEqual([result?.passed, result?.failed], [8, 1]);
    assert.deepEqual(
      result?.tests?.map(({ title }) => title),
      ["Pieces: joins two runs"],
    );
    assert.match(result?.tests?.[0]?.text ?? "", /values: CHECK\( 1 == 2 \)/);
  });

  it("tries native tests again by their names, and all of them when one took the program along", () => {
    const line = "=".repeat(79);
    const failure = (title: string, error: string) =>
      `begins: ${title}\n${line}\na_test.cc:1:\nTEST CASE:  ${title}\n\na_test.cc:2: ${error}\n\n`;
    const summary = (passed: number, failed: number) =>
      `${line}\n[doctest] test cases:  ${passed + failed} |  ${passed} passed | ${failed} failed | 0 skipped\n`;
    const output =
      failure("Commit: a, b", "ERROR: CHECK( a ) is NOT correct!") + "begins: the next one\n" + summary(8, 1);
    const failed = readDoctestResult(output);
    assert.ok(failed !== undefined);
    assert.deepEqual(filesToTryAgain(failed), ["Commit: a, b"]);
    assert.doesNotMatch(failed.tests?.[0]?.text ?? "", /begins/);
    const next = readDoctestResult("begins: Commit: a, b\n" + summary(1, 0));
    assert.ok(next !== undefined);
    const both = addSecondTry(failed, next);
    assert.deepEqual([both.passed, both.failed], [9, 0]);
    assert.deepEqual(
      both.again?.map(({ title }) => title),
      ["Commit: a, b"],
    );
    const crashed = readDoctestResult(failure("c", "FATAL ERROR: test case CRASHED: SIGSEGV") + summary(2, 1));
    assert.equal(crashed && filesToTryAgain(crashed), undefined);
  });

  it("names native tests so that no shell and no pattern reads more into them", () => {
    assert.equal(doctestOnly(["DL-8: a, b", "others' *half* $1 ü"]), "-tc='DL-8: a? b,others? ?half? ?1 ??'");
  });

  it("tells during which native test a program hung", () => {
    assert.equal(lastBegun("begins: a\nMESSAGE: begins: b\nbegins: DL-8: c\r\nhalf a li"), "DL-8: c");
    assert.equal(lastBegun("make: nothing to be done"), undefined);
  });
});
