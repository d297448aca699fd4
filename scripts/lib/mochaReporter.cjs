// Mocha's spec reporter, and at the end the line that npm test reads its counts from (see results.mjs).
const { reporters } = require("mocha");

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      console.log(`##result ${JSON.stringify({ passed: passes, failed: failures, skipped: pending })}`);
    });
  }
}

module.exports = CountingReporter;
