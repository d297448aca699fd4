// Runs a module inside the real extension host of a pinned VS Code, shown by headless Chromium: the module that VS Code takes
// as extensionTestsPath. The module prints marked lines; one of them carries its result as JSON and proves that it ran to its end.
import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import { launchChromium } from "./chromium.mjs";
import { root } from "./paths.mjs";
import { readResult } from "./results.mjs";
import { startServer } from "./workbench.mjs";

/** Of the suite's own lines, see test/support/editorSuite.ts. */
const lineMark = "\x02";
/** VS Code tells us that a suite ended a moment before its last lines arrive. */
const lastLinesMs = 3_000;
/** From the page to the suite's first line it takes some ten seconds. A host that never comes up is to be found out early. */
const startMs = 180_000;

/**
 * @typedef {{ result?: import("./results.mjs").Result, why?: string }} Ending  `why`: what ended the run when it was not the suite itself
 *
 * @typedef {object} SuiteOptions
 * @property {import("./hosts.mjs").Host} host
 * @property {string} dataFolder made anew; the workspace is its subfolder
 * @property {string} entry the bundled module
 * @property {string} [extension] its folder; without: this checkout
 * @property {Record<string, string>} [env] of the extension host
 * @property {Record<string, unknown>} [settings]
 * @property {number} limitMs
 */

/** @param {SuiteOptions} options @returns {Promise<Ending>} */
export async function runInHost({ host, dataFolder, entry, extension = root, env = {}, settings = {}, limitMs }) {
  const workspace = path.join(dataFolder, "workspace");
  /** @type {(ending: Ending) => void} */
  let finish = () => {};
  /** @type {Promise<Ending>} */
  const ending = new Promise((resolve) => (finish = resolve));
  const server = await startServer({
    host,
    dataFolder,
    args: ["--enable-smoke-test-driver"], // without it the page ignores the payload below
    env,
    settings,
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
    const { userAgent } = host;
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...(userAgent && { userAgent }) });
    const late = setTimeout(() => finish({ why: `the suite did not begin within ${startMs / 1000} s` }), startMs);
    await listen(page, path.join(dataFolder, "logs"), finish, () => clearTimeout(late));
    /** @param {string} folder */
    const remote = (folder) => `vscode-remote://127.0.0.1:${server.port}${host.drive}${folder}`;
    const payload = [
      ["extensionDevelopmentPath", remote(extension)],
      ["extensionTestsPath", remote(entry)],
    ];
    const query = new URLSearchParams({ folder: host.drive + workspace, payload: JSON.stringify(payload) });
    await page.goto(`${server.url}?${query.toString()}`);
    const timer = setTimeout(() => finish({ why: `no end after ${limitMs / 1000} s` }), limitMs);
    const end = await ending;
    clearTimeout(timer);
    clearTimeout(late);
    if (end.why !== undefined) {
      await page.screenshot({ path: path.join(dataFolder, "logs/failure.png") }).catch(() => {});
      console.error(`logs and a screenshot: ${dataFolder}/logs`);
    }
    return end;
  } finally {
    await browser.close().catch(() => {});
    await server.stop();
  }
}

/** Takes what VS Code's test driver says in the page. @param {import("playwright-core").Page} page @param {string} logFolder
 *  @param {(ending: Ending) => void} finish @param {() => void} began called with each line of the suite */
async function listen(page, logFolder, finish, began) {
  const log = fs.createWriteStream(path.join(logFolder, "workbench.log"));
  /** @type {import("./results.mjs").Result | undefined} */
  let result;
  await page.exposeFunction("codeAutomationLog", (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
    const line = util.format(...args);
    const own = line.startsWith(lineMark) ? line.slice(lineMark.length) : undefined;
    if (own !== undefined) began();
    const told = own === undefined ? undefined : readResult(own);
    if (told !== undefined) result = told;
    else if (own !== undefined) console.log(own);
    else log.write(`[${type}] ${line}\n`);
  });
  await page.exposeFunction("codeAutomationExit", () => {
    // VS Code says 0 even when the extension host is killed: only the suite's own result proves that it ran to its end.
    const end = () =>
      finish(result === undefined ? { why: "the extension host ended before the suite did" } : { result });
    if (result !== undefined) end();
    else setTimeout(end, lastLinesMs);
  });
  page.on("crash", () => finish({ why: "the page crashed" }));
  page.on("pageerror", (error) => log.write(`[pageerror] ${error.stack}\n`));
}
