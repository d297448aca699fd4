// Installs node_modules when it is missing or does not match package-lock.json; a no-op of milliseconds otherwise.
import fs from "node:fs";
import { inRoot, root } from "./paths.mjs";
import { npmCommand, runOrThrow } from "./processes.mjs";

/** @param {{ say?: (line: string) => void }} [options] */
export async function ensureDependencies({ say = console.log } = {}) {
  if (nodeModulesMatchLock()) return;
  say("Installing the packages of package-lock.json …");
  await runOrThrow(npmCommand, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    logFile: inRoot("out/logs/npm-ci.log"),
  });
}

/** npm leaves a copy of what it installed in node_modules/.package-lock.json. */
function nodeModulesMatchLock() {
  const installedFile = inRoot("node_modules/.package-lock.json");
  if (!fs.existsSync(installedFile)) return false;
  const installed = JSON.parse(fs.readFileSync(installedFile, "utf8")).packages;
  const wanted = JSON.parse(fs.readFileSync(inRoot("package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(
    ([name, { version, integrity, optional }]) =>
      name === "" ||
      (installed[name] === undefined && optional === true) ||
      (installed[name]?.version === version && installed[name]?.integrity === integrity),
  );
}
