#!/usr/bin/env node
// Runs test/editor/*.editor.test.ts inside the real extension host of a pinned VS Code, shown by headless Chromium. The same
// bundled suite runs in a desktop VS Code through npm run test:desktop.
// Usage: node scripts/runEditorTests.mjs [--host current|floor] [--grep TEXT] [--no-build]. Exit code 0: every test passed,
// and at least one ran.
import fs from "node:fs";
import util from "node:util";
import { build } from "./build.mjs";
import { bundleEditorSuite } from "./lib/editorSuite.mjs";
import { hostNamed, hosts } from "./lib/hosts.mjs";
import { runInHost } from "./lib/hostSuite.mjs";
import { inRoot } from "./lib/paths.mjs";
import { reportResult } from "./lib/results.mjs";
import { provisionHost } from "./provisionHost.mjs";

const suiteLimitMs = 600_000;

const { values: options } = util.parseArgs({
  options: {
    host: { type: "string", default: "current" },
    grep: { type: "string", default: "" },
    "no-build": { type: "boolean", default: false },
  },
});

const host = hostNamed(options.host);
if (!options["no-build"]) await build();
await provisionHost(hosts.current); // its Chromium shows every host
await provisionHost(host);
// Two runs at once have nothing in common; what a good one leaves is of no use.
const dataFolder = inRoot("out", `editor-tests-${host.name}-${process.pid}`);
const suiteFolder = inRoot("out", `editor-suite-${process.pid}`);
const { result, why } = await runInHost({
  host,
  dataFolder,
  entry: await bundleEditorSuite(suiteFolder),
  env: { TERAHEX_TEST_GREP: options.grep, TERAHEX_TEST_HOST: host.name },
  limitMs: suiteLimitMs,
});
const counts = /** @type {import("./lib/results.mjs").Result | undefined} */ (result) ?? { passed: 0, failed: 0 };
const ran = counts.passed + counts.failed > 0;
if (why !== undefined) console.error(`FAILED: ${why}`);
else if (!ran) console.error("FAILED: no test ran");
const broken = why !== undefined || !ran;
reportResult({ ...counts, failed: counts.failed + (broken ? 1 : 0) });
fs.rmSync(suiteFolder, { recursive: true, force: true });
if (!broken && counts.failed === 0) fs.rmSync(dataFolder, { recursive: true, force: true });
process.exitCode = broken || counts.failed > 0 ? 1 : 0;
