#!/usr/bin/env node
// npm start: installs and builds what is missing, makes samples/, and opens it in VS Code with Terahex: the desktop VS Code
// where `code` is on the PATH, else VS Code in the browser. Usage: npm start -- [--browser] [--no-open]
// --browser: not the desktop. --no-open: start no browser, only print the address.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import { build } from "./build.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { hosts, hostsRunHere } from "./lib/hosts.mjs";
import { inRoot, root } from "./lib/paths.mjs";
import { startServer } from "./lib/workbench.mjs";
import { provisionHost } from "./provisionHost.mjs";
import { makeSamples } from "./samples.mjs";

const onWindows = process.platform === "win32";
const { values: options } = util.parseArgs({
  options: { browser: { type: "boolean", default: false }, "no-open": { type: "boolean", default: false } },
});

/** @param {string} program @returns {string | undefined} its path, when it is on the PATH */
function onPath(program) {
  const names = onWindows ? [`${program}.cmd`, `${program}.exe`] : [program];
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find((file) => fs.existsSync(file));
}

/** @param {string} folder */
function openDesktop(folder, /** @type {string} */ code) {
  console.log(`Opening ${folder} in the desktop VS Code. To stop, close its window.`);
  const args = ["--new-window", `--extensionDevelopmentPath=${root}`, folder];
  const child = spawn(onWindows ? `"${code}"` : code, onWindows ? args.map((arg) => `"${arg}"`) : args, {
    stdio: "inherit",
    shell: onWindows,
  });
  child.on("exit", (exitCode) => (process.exitCode = exitCode ?? 1));
}

/** @param {string} folder */
async function openBrowser(folder) {
  if (!hostsRunHere) {
    throw new Error(
      "no `code` on the PATH. Install VS Code (in it: Shell Command: Install 'code' command) and run npm start again",
    );
  }
  await provisionHost(hosts.current);
  const server = await startServer({
    host: hosts.current,
    dataFolder: inRoot("out/start"),
    keepData: true,
    extension: "checkout",
  });
  const address = `${server.url}?folder=${encodeURIComponent(folder)}`;
  console.log(`VS Code with Terahex: ${address}`);
  console.log("Open any file there. To stop, press Ctrl+C here.");
  if (!options["no-open"]) showAddress(address);
  let stopping = false;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.once(signal, () => {
      stopping = true;
      void server.stop();
    });
  }
  const why = await server.ended;
  console.log(stopping ? "Stopped." : `The server ${why}; its log: ${inRoot("out/start/logs/server.log")}`);
  process.exit(stopping ? 0 : 1);
}

/** In the person's own browser, where there is a desktop. @param {string} address */
function showAddress(address) {
  const opener = onPath(process.platform === "darwin" ? "open" : "xdg-open");
  const desktop =
    process.platform === "darwin" || process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
  if (opener === undefined || !desktop) return;
  spawn(opener, [address], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}

await ensureDependencies();
console.log("Building …");
await build();
const folder = await makeSamples();
const code = onPath("code");
if (code !== undefined && !options.browser) openDesktop(folder, code);
else await openBrowser(folder);
