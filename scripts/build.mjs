#!/usr/bin/env node
// Builds what runs: dist/extension.js and what it loads lazily (CJS for VS Code), dist/cli.js, dist/webview/ (ESM and CSS) with esbuild, and the addon
// with node-gyp in build/Release. Usage: node scripts/build.mjs [native] [extension] [cli] [webview] [--release] [--watch]
// Without names: all of it. --release: minified, no source maps, the addon stripped and copied to prebuilds/.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bundles } from "./lib/bundles.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { writeLicences } from "./lib/licences.mjs";
import { inRoot, platformTarget, root } from "./lib/paths.mjs";
import { npmCommand, runOrThrow } from "./lib/processes.mjs";
import { filesBelow, hashOf, isFresh, writeStamp } from "./lib/stamp.mjs";

/** @typedef {"native" | "extension" | "cli" | "webview"} Part */
/** @type {readonly Part[]} */
const allParts = ["native", "extension", "cli", "webview"];

/** @param {{ parts?: readonly Part[], release?: boolean, say?: (line: string) => void }} [options] */
export async function build({ parts = allParts, release = false, say = console.log } = {}) {
  await ensureDependencies({ say });
  if (parts.includes("native")) await buildAddon({ release, say });
  const bundled = parts.some((part) => part !== "native");
  if (release && bundled) fs.rmSync(inRoot("dist"), { recursive: true, force: true });
  const { build: bundle } = await import("esbuild");
  const metafiles = [];
  for (const { part, options } of bundles(release)) {
    if (!parts.includes(part)) continue;
    const { metafile } = await bundle(options);
    if (metafile !== undefined) metafiles.push(metafile);
  }
  if (parts.includes("cli")) fs.chmodSync(inRoot("dist/cli.js"), 0o755);
  if (release && bundled) writeLicences(inRoot("dist/THIRD_PARTY_LICENSES.txt"), metafiles);
}

/** Compiles the addon when its sources, Node or the compiler flags changed. @param {{ release: boolean, say: (line: string) => void }} options */
async function buildAddon({ release, say }) {
  const addon = inRoot("build/Release/terahex.node");
  const sources = [
    inRoot("binding.gyp"),
    inRoot("package-lock.json"),
    ...["native", "third_party"].flatMap((room) => filesBelow(inRoot(room))),
  ];
  const stampFile = inRoot("build/addon.stamp");
  const hash = hashOf(sources, [process.version, process.arch]);
  if (!fs.existsSync(addon) || !isFresh(stampFile, hash)) {
    say("Compiling the native core …");
    const jobs = String(Math.min(2, os.availableParallelism()));
    // Through npm, whose settings tell node-gyp where the headers are on a machine without downloads.
    await runOrThrow(npmCommand, ["run", "--silent", "node-gyp", "--", "configure", "build", "-j", jobs], {
      cwd: root,
      logFile: inRoot("out/logs/node-gyp.log"),
    });
    writeStamp(stampFile, hash);
  }
  if (release) await stageAddon(addon);
}

/** node-gyp-build finds it there, in the package as in a checkout. @param {string} addon */
async function stageAddon(addon) {
  // The tag by which node-gyp-build knows an addon for Alpine's libc, and how it knows Alpine.
  const tag = fs.existsSync("/etc/alpine-release") ? ".musl" : "";
  const staged = inRoot("prebuilds", platformTarget, `terahex${tag}.node`);
  fs.mkdirSync(path.dirname(staged), { recursive: true });
  fs.copyFileSync(addon, staged);
  if (process.platform !== "win32")
    await runOrThrow("strip", [process.platform === "darwin" ? "-x" : "--strip-unneeded", staged]);
}

/** Rebuilds the bundles as sources change; the addon only at the start. @param {readonly Part[]} parts */
async function watch(parts) {
  const { context } = await import("esbuild");
  for (const { part, options } of bundles(false)) {
    if (!parts.includes(part)) continue;
    await (await context({ ...options, logLevel: "info" })).watch();
  }
  console.log("Watching. Ctrl+C stops.");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const args = process.argv.slice(2);
  const named = allParts.filter((part) => args.includes(part));
  const parts = named.length === 0 ? allParts : named;
  await build({ parts, release: args.includes("--release") });
  if (args.includes("--watch")) await watch(parts);
}
