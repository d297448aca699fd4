#!/usr/bin/env node
// Runs test/editor/*.editor.test.ts inside the real extension host of a pinned VS Code, shown by headless Chromium. The same
// bundled suite runs in a desktop VS Code through npm run test:desktop.
// Usage: node scripts/runEditorTests.mjs [--host current|floor] [--grep TEXT] [--no-build]. Exit code 0: every test passed, and at least one ran.
import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import { build } from "./build.mjs";
import { launchChromium } from "./lib/chromium.mjs";
import { bundleEditorSuite } from "./lib/editorSuite.mjs";
import { hostNamed, hosts } from "./lib/hosts.mjs";
import { inRoot, root } from "./lib/paths.mjs";
import { reportResult } from "./lib/results.mjs";
import { startServer } from "./lib/workbench.mjs";
import { provisionHost } from "./provisionHost.mjs";

/** Marks, set by test/support/editorSuite.ts: a line of the reporter, and the line with the counts. */
const lineMark = "\x02";
const countsMark = "\x02\x03";
const suiteLimitMs = 600_000;
/** VS Code tells us that a suite ended a moment before its last lines arrive. */
const lastLinesMs = 3_000;

const { values: options } = util.parseArgs({
  options: {
    host: { type: "string", default: "current" },
    grep: { type: "string", default: "" },
    "no-build": { type: "boolean", default: false },
  },
});

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts
 *  @typedef {{ counts?: Counts, why?: string }} Ending  `why`: what ended the run when it was not the suite itself */

/** @param {import("./lib/hosts.mjs").Host} host @returns {Promise<Ending>} */
async function runSuite(host) {
  const dataFolder = inRoot("out", `editor-tests-${host.name}`);
  const workspace = path.join(dataFolder, "workspace");
  /** @type {(ending: Ending) => void} */
  let finish = () => {};
  /** @type {Promise<Ending>} */
  const ending = new Promise((resolve) => (finish = resolve));
  const server = await startServer({
    host,
    dataFolder,
    args: ["--enable-smoke-test-driver"], // without it the page ignores the payload below
    env: { TERAHEX_TEST_GREP: options.grep, TERAHEX_TEST_HOST: host.name },
    onLine: (line) => {
      const death = /Extension Host Process exited with code: (\S+), signal: (\S+?)\./.exec(line);
      // A clean exit is what a reload looks like; tests may do that.
      if (death !== null && !(death[1] === "0" && death[2] === "null")) {
        finish({ why: `the extension host died: code ${death[1]}, signal ${death[2]}` });
      }
    },
  });
  void server.ended.then((why) => finish({ why: `the server ${why}` }));
  fs.mkdirSync(workspace, { recursive: true });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await listen(page, path.join(dataFolder, "logs"), finish);
    /** @param {string} folder */
    const remote = (folder) => `vscode-remote://127.0.0.1:${server.port}${folder}`;
    const payload = [
      ["extensionDevelopmentPath", remote(root)],
      ["extensionTestsPath", remote(inRoot("out/editor-suite/index.js"))],
    ];
    const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify(payload) });
    await page.goto(`${server.url}?${query.toString()}`);
    const timer = setTimeout(() => finish({ why: `no end after ${suiteLimitMs / 1000} s` }), suiteLimitMs);
    const result = await ending;
    clearTimeout(timer);
    if (result.why !== undefined || result.counts?.failed !== 0) {
      await page.screenshot({ path: path.join(dataFolder, "logs/failure.png") }).catch(() => {});
      console.error(`logs and a screenshot: ${dataFolder}/logs`);
    }
    return result;
  } finally {
    await browser.close().catch(() => {});
    await server.stop();
  }
}

/** Takes what VS Code's test driver says in the page. @param {import("playwright-core").Page} page @param {string} logFolder
 *  @param {(ending: Ending) => void} finish */
async function listen(page, logFolder, finish) {
  const log = fs.createWriteStream(path.join(logFolder, "workbench.log"));
  /** @type {Counts | undefined} */
  let counts;
  await page.exposeFunction("codeAutomationLog", (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
    const line = util.format(...args);
    if (line.startsWith(countsMark)) counts = JSON.parse(line.slice(countsMark.length));
    else if (line.startsWith(lineMark)) console.log(line.slice(lineMark.length));
    else log.write(`[${type}] ${line}\n`);
  });
  await page.exposeFunction("codeAutomationExit", () => {
    // VS Code says 0 even when the extension host is killed: only the suite's own counts prove that it ran to its end.
    const end = () =>
      finish(counts === undefined ? { why: "the extension host ended before the suite did" } : { counts });
    if (counts !== undefined) end();
    else setTimeout(end, lastLinesMs);
  });
  page.on("crash", () => finish({ why: "the page crashed" }));
  page.on("pageerror", (error) => log.write(`[pageerror] ${error.stack}\n`));
}

const host = hostNamed(options.host);
if (!options["no-build"]) await build();
await provisionHost(hosts.current); // its Chromium shows every host
await provisionHost(host);
await bundleEditorSuite();
const { counts = { passed: 0, failed: 0, skipped: 0 }, why } = await runSuite(host);
if (why !== undefined) console.error(`FAILED: ${why}`);
if (why === undefined && counts.passed + counts.failed === 0) console.error("FAILED: no test ran");
const broken = why !== undefined || counts.passed + counts.failed === 0;
reportResult({ ...counts, failed: counts.failed + (broken ? 1 : 0) });
process.exitCode = broken || counts.failed > 0 ? 1 : 0;
