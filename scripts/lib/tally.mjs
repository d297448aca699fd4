// What a run of several programs comes to. Its last lines name the tests that failed and those that needed a second try, so that
// the end of a long log tells enough; the very last is "N passed, N failed", alone. .ci/run reads all of them.
import { performCommand } from "./performCommand.mjs";

const noteChars = 400;
/** Of a failure's text; all of it stands where its program ended. */
const errorLines = 12;

export class Tally {
  #started = Date.now();
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  /** @type {string[]} */
  #lines = [];

  /** @param {import("./performCommand.mjs").Command} command */
  async perform(command) {
    const { passed, failed, skipped = 0, tests, again } = await performCommand(command);
    this.#passed += passed;
    this.#failed += failed;
    this.#skipped += skipped;
    for (const one of tests) if (one.state === "failed") this.#note("FAILED", command.label, one);
    for (const one of again) this.#note("needed a second try:", command.label, one);
  }

  /** What kept the rest from running. @param {unknown} error */
  fail(error) {
    const text = error instanceof Error ? error.message : String(error);
    console.error(text);
    this.#failed += 1;
    this.#note("FAILED", "before any test", { file: "", title: text.split("\n")[0] ?? "", state: "failed" });
  }

  /** Says all of it, and ends the program with it. */
  close() {
    for (const line of this.#lines) console.log(line);
    const minutes = ((Date.now() - this.#started) / 60_000).toFixed(1);
    console.log(`${minutes} minutes${this.#skipped === 0 ? "" : `, ${this.#skipped} skipped`}`);
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    process.exitCode = this.#failed === 0 ? 0 : 1;
  }

  /** @param {string} what @param {string} label @param {import("./results.mjs").TestResult} test */
  #note(what, label, { title, text }) {
    const error = (text ?? "").split("\n", errorLines).join(" ").replace(/\s+/g, " ").trim();
    const line = `${what} ${label}: ${title}${error === "" ? "" : ` (${error})`}`;
    this.#lines.push(line.length > noteChars ? `${line.slice(0, noteChars)}…` : line);
  }
}
