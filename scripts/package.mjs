#!/usr/bin/env node
// npm run package: makes terahex-VERSION-TARGET.vsix in dist/, then looks inside (lib/inspectPackage.mjs).
// Usage: node scripts/package.mjs [--target TARGET]… [--prebuilt]
// TARGET: linux-x64, linux-arm64, alpine-x64, alpine-arm64, win32-x64, win32-arm64, darwin-x64, darwin-arm64; universal (no addon: the
// fallback in plain Node, and the browser); web (the browser alone); all. Without: this machine's. The addon of this machine is built,
// unless --prebuilt; every other one must lie in prebuilds/, where the workflows put what each system built, and npm run prebuilds
// what it compiled here. A target whose addon is missing, or that cannot load it, is refused. --prebuilt is how releases are made: an
// addon that needs more than the oldest system has is then refused, too.
import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import { build } from "./build.mjs";
import { addonFaults } from "./lib/addonFaults.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { contentOf, inspectPackage } from "./lib/inspectPackage.mjs";
import { inRoot, platformTarget, root } from "./lib/paths.mjs";
import { runOrThrow } from "./lib/processes.mjs";
import { reportResult } from "./lib/results.mjs";
import { nativeTargets, packageTargets } from "./lib/targets.mjs";

const { values: options } = util.parseArgs({
  options: { target: { type: "string", multiple: true, default: [platformTarget] }, prebuilt: { type: "boolean" } },
});
const prebuilt = options.prebuilt === true;
const targets = options.target.includes("all") ? packageTargets : options.target;

/** @param {string} target @returns {string | undefined} why no package of it may be made */
function refusal(target) {
  if (!packageTargets.includes(target))
    return `there is no target ${target}; there are: ${packageTargets.join(", ")}, all`;
  const prebuild = nativeTargets[target]?.prebuild;
  if (prebuild === undefined) return undefined;
  const addon = inRoot("prebuilds", prebuild);
  if (!fs.existsSync(addon))
    return `there is no addon for ${target}: prebuilds/${prebuild} is missing. It is built on that system (npm run build -- --release), by the workflow, or for trying it by npm run prebuilds; a package without it is the target "universal"`;
  const { never, here } = addonFaults(target, fs.readFileSync(addon));
  const faults = prebuilt ? [...never, ...here] : never;
  return faults.length === 0 ? undefined : `prebuilds/${prebuild} is no addon for ${target}: ${faults.join("; ")}`;
}

/** Puts what ships into a folder of its own, with a manifest that names what is there. @param {string} target
 *  @returns {Promise<string>} the folder */
async function stage(target) {
  const { listFiles, PackageManager } = await import("@vscode/vsce");
  const content = contentOf(target);
  const folder = inRoot("out/package", target);
  fs.rmSync(folder, { recursive: true, force: true });
  // LICENSE and README.md get their names in the package from vsce.
  const files = (await listFiles({ cwd: root, packageManager: PackageManager.None })).filter(
    (file) => !/^(dist|prebuilds)\//.test(file) || content.mayHold(`extension/${file}`),
  );
  for (const file of files) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.copyFileSync(inRoot(file), path.join(folder, file));
  }
  const manifest = JSON.parse(fs.readFileSync(inRoot("package.json"), "utf8"));
  // Of a checkout only: what vsce would run, and what people have no use for.
  for (const key of ["scripts", "devDependencies", "dependencies", "bin", "private"]) delete manifest[key];
  if (!content.desktop) delete manifest.main;
  if (!content.browser) delete manifest.browser;
  fs.writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return folder;
}

/** @param {string} target @returns {Promise<string>} the package */
async function packageFor(target) {
  const { name, version } = JSON.parse(fs.readFileSync(inRoot("package.json"), "utf8"));
  const file = inRoot("dist", `${name}-${version}-${target}.vsix`);
  fs.rmSync(file, { force: true });
  await runOrThrow(
    process.execPath,
    [
      path.join(root, "node_modules/@vscode/vsce/vsce"),
      ...["package", "--out", file, ...(target === "universal" ? [] : ["--target", target])],
      // Everything is bundled; pictures in the README are in the package itself.
      ...["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"],
    ],
    { cwd: await stage(target), logFile: inRoot(`out/logs/vsce-${target}.log`), timeoutMs: 120_000 },
  );
  return file;
}

await ensureDependencies();
const buildsAddon = !prebuilt && targets.includes(platformTarget);
await build({
  release: true,
  parts: ["extension", "webview", ...(buildsAddon ? /** @type {const} */ (["native"]) : [])],
});
const refused = targets.flatMap((target) => refusal(target) ?? []);
for (const reason of refused) console.log(`FAIL ${reason}`);
let passed = 0;
let failed = refused.length;
for (const target of refused.length === 0 ? targets : []) {
  const file = await packageFor(target);
  console.log(`${file}: ${fs.statSync(file).size} bytes`);
  for (const { name, fault, note } of inspectPackage(file, target)) {
    if (fault === undefined) passed += 1;
    else failed += 1;
    const said = fault ?? (note === undefined || note === "" ? undefined : `on systems like this one: ${note}`);
    console.log(`${fault === undefined ? "ok  " : "FAIL"} the package ${name}${said === undefined ? "" : `: ${said}`}`);
  }
}
reportResult({ passed, failed });
process.exitCode = failed === 0 ? 0 : 1;
