// VS Code in a browser, driven from outside: starts the server of a test host, installs the extension, opens files the way a
// person does and finds the editor's frame. Used by npm start, the UI tests, the packaged smoke test and the benchmarks.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";
import { freePort, startGroup, stopGroup } from "./processes.mjs";

/** What every profile of ours starts from: no network, no questions, nothing that a test did not ask for. */
const baseSettings = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.enabled": false,
  "telemetry.telemetryLevel": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};
const serverStartMs = 60_000;
const workbenchStartMs = 120_000;
/** A file opened in the first moments goes to the text editor, because the custom editor service starts lazily. */
const openAttempts = 5;
/** The first time; each further attempt has as much more, because a busy machine opens no file within four seconds. */
const openAttemptMs = 4_000;

/**
 * @typedef {object} ServerOptions
 * @property {import("./hosts.mjs").Host} host
 * @property {string} dataFolder profile, extensions and logs; made anew unless `keepData`
 * @property {boolean} [keepData]
 * @property {Record<string, unknown>} [settings] user settings besides the base ones
 * @property {"checkout" | { vsix: string }} [extension] what to install: a link to this checkout, or a packaged file
 * @property {Record<string, string>} [env] also the extension host's environment
 * @property {readonly string[]} [args] further flags of the server
 * @property {(line: string) => void} [onLine] each line that the server prints
 *
 * @typedef {object} Server
 * @property {string} url
 * @property {number} port
 * @property {number} pid
 * @property {Promise<string>} ended why it ended
 * @property {() => Promise<void>} stop
 */

/** @param {ServerOptions} options @returns {Promise<Server>} listening */
export async function startServer(options) {
  const { host, dataFolder } = options;
  if (options.keepData !== true) fs.rmSync(dataFolder, { recursive: true, force: true });
  prepareProfile(options);
  const port = await freePort();
  const [program = "", ...before] = host.node;
  const child = startGroup(
    program,
    [
      ...before,
      host.server,
      ...["--host", "127.0.0.1", "--port", String(port), "--without-connection-token", "--disable-workspace-trust"],
      ...profileArgs(dataFolder),
      ...(options.args ?? []),
    ],
    { env: serverEnvironment(options.env ?? {}), stdio: ["ignore", "pipe", "pipe"] },
  );
  const log = fs.createWriteStream(path.join(dataFolder, "logs/server.log"));
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(`could not start: ${error.message}`));
    child.once("exit", (code, signal) => resolve(`exited with ${code ?? signal}`));
  });
  const listening = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream?.on("data", (chunk) => {
        log.write(chunk);
        const lines = (rest + String(chunk)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          if (line.includes("Extension host agent listening")) resolve("listening");
          options.onLine?.(line);
        }
      });
    }
  });
  const stop = async () => {
    await stopGroup(child);
    log.end();
  };
  const first = await Promise.race([listening, ended, timeout(serverStartMs, "did not listen in time")]);
  if (first !== "listening") {
    await stop();
    throw new Error(`the VS Code server ${first}; its log: ${dataFolder}/logs/server.log`);
  }
  return { url: `http://127.0.0.1:${port}/`, port, pid: child.pid ?? 0, ended, stop };
}

/** @param {ServerOptions} options */
function prepareProfile({ host, dataFolder, settings = {}, extension }) {
  for (const folder of ["user/User", "extensions", "logs"])
    fs.mkdirSync(path.join(dataFolder, folder), { recursive: true });
  fs.writeFileSync(
    path.join(dataFolder, "user/User/settings.json"),
    JSON.stringify({ ...baseSettings, ...settings }, undefined, 2),
  );
  if (extension === "checkout") {
    const { publisher, name, version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
    const link = path.join(dataFolder, "extensions", `${publisher}.${name}-${version}`);
    if (!fs.existsSync(link)) fs.symlinkSync(root, link, "dir");
  } else if (extension !== undefined) {
    const [program = "", ...before] = host.node;
    const args = [
      ...before,
      host.server,
      "--install-extension",
      path.resolve(extension.vsix),
      ...profileArgs(dataFolder),
    ];
    execFileSync(program, args, { stdio: "pipe", env: serverEnvironment({}) });
  }
}

/** @param {string} dataFolder */
const profileArgs = (dataFolder) => [
  "--accept-server-license-terms",
  ...["--telemetry-level", "off"],
  ...["--server-data-dir", dataFolder],
  ...["--user-data-dir", path.join(dataFolder, "user")],
  ...["--extensions-dir", path.join(dataFolder, "extensions")],
];

/** @param {Record<string, string>} extra @returns {NodeJS.ProcessEnv} */
function serverEnvironment(extra) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("VSCODE_") && name !== "NODE_OPTIONS",
  );
  return { ...Object.fromEntries(inherited), EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...extra };
}

/** Opens the workbench on a folder and waits until its extensions are known.
 *  @param {import("playwright-core").BrowserContext} context @param {Server} server @param {string} folder absolute
 *  @returns {Promise<import("playwright-core").Page>} */
export async function openWorkbench(context, server, folder) {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${server.url}?folder=${encodeURIComponent(folder)}`, { timeout: workbenchStartMs });
  await waitForWorkbench(page);
  return page;
}

/** Also after a reload. @param {import("playwright-core").Page} page */
export async function waitForWorkbench(page) {
  await page.waitForSelector(".monaco-workbench", { timeout: workbenchStartMs });
  await page.waitForFunction(() => performance.getEntriesByName("code/didLoadExtensions").length > 0, undefined, {
    timeout: workbenchStartMs,
  });
}

/** Opens a file of the folder's top level from the Explorer, in Terahex.
 *  @param {import("playwright-core").Page} page @param {string} name
 *  @returns {Promise<import("playwright-core").Frame>} the editor's own frame */
export async function openFile(page, name) {
  const row = page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`).first();
  for (let attempt = 1; ; attempt++) {
    await row.dblclick();
    await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    const opened = await visibleEditor(page)
      .waitFor({ state: "attached", timeout: attempt * openAttemptMs })
      .then(
        () => true,
        () => false,
      );
    if (opened) return editorFrame(page);
    if (attempt === openAttempts) throw new Error(`${name} did not open in a custom editor`);
    await page.locator(".tab.active").first().click({ button: "middle" });
  }
}

/** Hidden editors may keep their frames. @param {import("playwright-core").Page} page */
const visibleEditor = (page) =>
  page.locator('iframe.webview.ready[src*="extensionId="]').filter({ visible: true }).last();

/** The document of the visible custom editor. VS Code nests it two frames deep.
 *  @param {import("playwright-core").Page} page @returns {Promise<import("playwright-core").Frame>} */
export async function editorFrame(page) {
  const body = visibleEditor(page).contentFrame().locator("iframe#active-frame").contentFrame().locator("body");
  await body.waitFor({ timeout: 60_000 });
  const frame = await (await body.elementHandle())?.ownerFrame();
  if (frame === null || frame === undefined) throw new Error("the editor's frame went away");
  return frame;
}

/** The hex cell of one byte, once it is loaded: an unloaded one shows no digits.
 *  @param {import("playwright-core").Frame} frame of an editor @param {number} offset @param {string} digits what it must show */
export async function waitForByte(frame, offset, digits) {
  const cell = frame.locator(`[role="gridcell"][data-column="hex"][data-offset="${offset}"]`);
  await cell.filter({ hasText: digits }).waitFor({ timeout: 60_000 });
}

/** Runs a command by its title from the command palette, which closes when what went before moves the focus: then it is opened again.
 *  @param {import("playwright-core").Page} page @param {string} title */
export async function runCommand(page, title) {
  const input = page.locator(".quick-input-widget input");
  // Enter would take whatever has the focus by then: all commands are listed first, and alike ones besides.
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
  for (let attempt = 1; ; attempt++) {
    const timeout = attempt * 10_000;
    await page.keyboard.press("F1");
    try {
      await input.fill(`>${title}`, { timeout });
      return await row.click({ timeout });
    } catch (error) {
      if (attempt === openAttempts) throw error;
    }
  }
}

/** @param {number} ms @param {string} value @returns {Promise<string>} */
const timeout = (ms, value) => new Promise((resolve) => setTimeout(() => resolve(value), ms).unref());
