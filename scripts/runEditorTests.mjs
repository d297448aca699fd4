#!/usr/bin/env node
// Runs test/editor/*.editor.test.ts inside the real extension host of a pinned VS Code, shown by headless Chromium. The same
// bundled suite runs in a desktop VS Code through npm run test:desktop.
// Usage: node scripts/runEditorTests.mjs [--host current|floor|windows] [--grep TEXT | --except PATTERN] [--files NAME,…] [--no-build]. Exit code 0: every
// test passed, and at least one ran.
import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import { build } from "./build.mjs";
import { bundleEditorSuite } from "./lib/editorSuite.mjs";
import { hostNamed, hosts } from "./lib/hosts.mjs";
import { runInHost } from "./lib/hostSuite.mjs";
import { inRoot, root } from "./lib/paths.mjs";
import { reportResult } from "./lib/results.mjs";
import { provisionWindowsHost, stageWindowsExtension, windowsHost } from "./lib/windowsHost.mjs";
import { provisionHost } from "./provisionHost.mjs";

const suiteLimitMs = 600_000;
const wineLimitMs = 1_500_000;

const { values: options } = util.parseArgs({
  options: {
    host: { type: "string", default: "current" },
    grep: { type: "string", default: "" },
    except: { type: "string", default: "" },
    /** As the suite tells them: the names of the bundled files. */
    files: { type: "string", default: "" },
    "no-build": { type: "boolean", default: false },
  },
});

const onWindows = options.host === windowsHost.name;
const host = onWindows ? windowsHost : hostNamed(options.host);
if (!options["no-build"]) await build(onWindows ? { parts: ["extension", "webview"] } : {});
await provisionHost(hosts.current); // its Chromium shows every host
await (onWindows ? provisionWindowsHost() : provisionHost(host));
// Two runs at once have nothing in common; what a good one leaves is of no use.
const dataFolder = inRoot("out", `editor-tests-${host.name}-${process.pid}`);
const stageFolder = inRoot("out", `editor-stage-${process.pid}`);
if (onWindows) stageWindowsExtension(stageFolder);
const suiteFolder = path.join(stageFolder, "suite");
const { result, why } = await runInHost({
  host,
  dataFolder,
  extension: onWindows ? stageFolder : root,
  entry: await bundleEditorSuite(suiteFolder),
  env: {
    TERAHEX_TEST_GREP: options.grep,
    TERAHEX_TEST_EXCEPT: options.except,
    TERAHEX_TEST_FILES: options.files,
    TERAHEX_TEST_HOST: host.name,
  },
  limitMs: onWindows ? wineLimitMs : suiteLimitMs,
});
// Each run bundles the files into a folder of its own, on one system or the other.
const tests = result?.tests?.map((test) => ({ ...test, file: path.win32.basename(test.file) }));
const counts = { ...(result ?? { passed: 0, failed: 0 }), tests };
const fault = why ?? (counts.passed + counts.failed === 0 ? "no test ran" : undefined);
if (fault !== undefined) {
  console.error(`FAILED: ${fault}`);
  counts.failed += 1;
  counts.tests = [...(tests ?? []), { file: "", title: fault, state: "failed" }];
}
reportResult(counts);
fs.rmSync(stageFolder, { recursive: true, force: true });
if (counts.failed === 0) fs.rmSync(dataFolder, { recursive: true, force: true });
process.exitCode = counts.failed === 0 ? 0 : 1;
