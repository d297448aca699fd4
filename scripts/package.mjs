#!/usr/bin/env node
// npm run package: makes terahex-VERSION-TARGET.vsix in dist/, then looks inside: it holds what runs and nothing else, the
// licences of everything it contains, and stays small. Usage: node scripts/package.mjs [--target linux-x64]
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import { build } from "./build.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { inRoot, platformTarget, root } from "./lib/paths.mjs";
import { runOrThrow } from "./lib/processes.mjs";
import { reportResult } from "./lib/results.mjs";
import { zipEntries } from "./lib/zipEntries.mjs";

/** What a person downloads. */
const largestPackageBytes = 2_000_000;
const { values: options } = util.parseArgs({ options: { target: { type: "string", default: platformTarget } } });

/** @type {readonly RegExp[]} */
const mayHold = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/(package(\.nls)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/i,
  /^extension\/docs\/images\/[\w-]+\.png$/,
  /^extension\/dist\/(extension(-[\w-]+)?|browser|[\w-]+\.worker)\.js$/,
  /^extension\/dist\/webview\/[\w.-]+\.(js|css|ttf|svg)$/,
  /^extension\/dist\/THIRD_PARTY_LICENSES\.txt$/,
  new RegExp(`^extension/prebuilds/${options.target}/terahex\\.node$`),
  /^extension\/(syntaxes\/[\w.-]+\.json|templates\/(common\/)?[\w.-]+\.ksy)$/,
];

/** @param {string} file @returns {{ name: string, fault: string | undefined }[]} */
function inspect(file) {
  const entries = zipEntries(file);
  const names = entries.map((entry) => entry.name);
  /** @param {string} name */
  const has = (name) => names.some((entry) => entry.toLowerCase() === `extension/${name}`.toLowerCase());
  const manifest = JSON.parse(fs.readFileSync(inRoot("package.json"), "utf8"));
  const needed = [
    manifest.main.replace("./", ""),
    "dist/bmp.worker.js",
    "dist/struct.worker.js",
    "dist/webview/main.js",
    "dist/webview/main.css",
    "dist/THIRD_PARTY_LICENSES.txt",
    `prebuilds/${options.target}/terahex.node`,
    "LICENSE.txt",
    "readme.md",
    "changelog.md",
  ];
  const strangers = names.filter((name) => !mayHold.some((pattern) => pattern.test(name)));
  const missing = needed.filter((name) => !has(name));
  const licences =
    entries
      .find((entry) => entry.name.endsWith("THIRD_PARTY_LICENSES.txt"))
      ?.read()
      .toString() ?? "";
  const bytes = fs.statSync(file).size;
  return [
    { name: "holds what runs", fault: missing.length === 0 ? undefined : `missing: ${missing.join(", ")}` },
    {
      name: "holds nothing else",
      fault: strangers.length === 0 ? undefined : `not meant to ship: ${strangers.join(", ")}`,
    },
    {
      name: "names the licences of what it contains",
      fault:
        /^node-addon-api /m.test(licences) && /^node-gyp-build /m.test(licences)
          ? undefined
          : "licence texts are missing",
    },
    {
      name: `is under ${largestPackageBytes} bytes (${bytes})`,
      fault: bytes < largestPackageBytes ? undefined : `${bytes} bytes`,
    },
    { name: "hands no foreign memory to scripts", fault: externalBuffers() },
  ];
}

/** Electron ends the process at an external ArrayBuffer; the browser-hosted VS Code of the tests would not notice.
 *  @returns {string | undefined} */
function externalBuffers() {
  if (process.platform !== "linux") return undefined;
  const addon = inRoot("prebuilds", options.target, "terahex.node");
  const symbols = execFileSync("nm", ["-D", "--undefined-only", addon], { encoding: "utf8" });
  const found = symbols.match(/\bnapi_create_external_\w+/g);
  return found === null ? undefined : `the addon calls ${found.join(", ")}`;
}

await ensureDependencies();
await build({ release: true });
const { name, version } = JSON.parse(fs.readFileSync(inRoot("package.json"), "utf8"));
const file = inRoot("dist", `${name}-${version}-${options.target}.vsix`);
fs.rmSync(file, { force: true });
await runOrThrow(
  process.execPath,
  [
    path.join(root, "node_modules/@vscode/vsce/vsce"),
    ...["package", "--target", options.target, "--out", file],
    // Everything is bundled; pictures in the README are in the package itself.
    ...["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"],
  ],
  { cwd: root, logFile: inRoot("out/logs/vsce.log"), timeoutMs: 120_000 },
);
const findings = inspect(file);
for (const { name: what, fault } of findings)
  console.log(`${fault === undefined ? "ok  " : "FAIL"} the package ${what}${fault === undefined ? "" : `: ${fault}`}`);
console.log(`${file}: ${fs.statSync(file).size} bytes, ${zipEntries(file).length} files`);
const failed = findings.filter(({ fault }) => fault !== undefined).length;
reportResult({ passed: findings.length - failed, failed });
process.exitCode = failed === 0 ? 0 : 1;
