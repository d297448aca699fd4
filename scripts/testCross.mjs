#!/usr/bin/env node
// npm run test:cross: builds and runs the native core and the addon for systems that this machine is not, as far as emulators
// and cross compilers go. Usage: node scripts/testCross.mjs [PLATFORM …]   a module of scripts/cross/ each; none: all but
// those that only run when they are named.
// One line for each program; its output goes to out/logs. A platform whose tools cannot be had is skipped, with the reason.
// The last line is "N passed, N failed", alone.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureCrossModules, ensurePrograms } from "./lib/crossTools.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { inRoot } from "./lib/paths.mjs";
import { Tally } from "./lib/tally.mjs";

/** @typedef {import("./lib/crossTools.mjs").Platform} Platform */

/** @returns {Promise<Platform[]>} */
async function readPlatforms() {
  const files = fs.readdirSync(inRoot("scripts/cross")).filter((name) => name.endsWith(".mjs"));
  const modules = files.map((name) => import(pathToFileURL(path.join(inRoot("scripts/cross"), name)).href));
  return (await Promise.all(modules)).map(({ platform }) => /** @type {Platform} */ (platform));
}

const tally = new Tally();
try {
  const platforms = await readPlatforms();
  const chosen = process.argv.slice(2);
  const unknown = chosen.filter((name) => !platforms.some((platform) => platform.name === name));
  const names = platforms.map(({ name }) => name).join(", ");
  if (unknown.length > 0) throw new Error(`no platform ${unknown.join(", ")}; there are: ${names}`);
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error("the tests of other platforms run on 64-bit Intel Linux");
  await ensureDependencies();
  await ensureCrossModules();
  for (const platform of platforms) {
    if (chosen.length > 0 ? !chosen.includes(platform.name) : platform.onlyByName === true) continue;
    const reason = await ensurePrograms(platform);
    if (reason !== undefined) console.log(`skip ${platform.name}: ${reason}`);
    else for (const command of platform.commands()) await tally.perform(command);
  }
} catch (error) {
  tally.fail(error);
}
tally.close();
