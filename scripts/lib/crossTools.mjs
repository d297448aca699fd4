// What the tests of other platforms need beside this machine's own tools: Debian packages, installed when we are root, and
// pinned npm packages of test/cross in the git-ignored .vscode-test/cross. Nothing of it becomes part of a release.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";
import { npmCommand, run, runOrThrow } from "./processes.mjs";
import { filesBelow, hashOf, isFresh, writeStamp } from "./stamp.mjs";

/** @typedef {object} Platform  A system that is not this machine's; each module of scripts/cross/ exports one as `platform`.
 *  @property {string} name as VS Code calls it
 *  @property {true} [onlyByName] it takes many minutes, as where a compiler builds a system's libraries first: not part of the run of all
 *  @property {readonly string[]} programs found on the PATH (or absolute) when nothing is to be installed
 *  @property {readonly string[]} debianPackages that bring them
 *  @property {() => readonly import("./performCommand.mjs").Command[]} commands what is run once the tools are there, in turn */

const manifest = inRoot("test/cross");
const folder = inRoot(".vscode-test/cross");

/** A path in the npm packages of test/cross. @param {...string} parts */
export const crossModule = (...parts) => path.join(folder, "node_modules", ...parts);

/** Brings the npm packages. `--force`: Node builds for other processors are just what is wanted. */
export async function ensureCrossModules() {
  const stampFile = path.join(folder, "stamp");
  const stamp = hashOf(filesBelow(manifest, (name) => /^package(-lock)?\.json$/.test(name)));
  if (isFresh(stampFile, stamp)) return;
  console.log("Fetching the tools of other platforms …");
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"])
    fs.copyFileSync(path.join(manifest, name), path.join(folder, name));
  await runOrThrow(npmCommand, ["ci", "--ignore-scripts", "--force", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    logFile: inRoot("out/logs/cross-tools.log"),
  });
  writeStamp(stampFile, stamp);
}

/** Installs a platform's Debian packages where it may. @param {Platform} platform
 *  @returns {Promise<string | undefined>} why the platform cannot be tested here */
export async function ensurePrograms({ programs, debianPackages }) {
  const missing = () => programs.filter((program) => !isInstalled(program));
  if (missing().length === 0) return undefined;
  const wanted = `${missing().join(", ")} (Debian: ${debianPackages.join(" ")})`;
  if (process.getuid?.() !== 0 || !isInstalled("apt-get")) return `needs ${wanted}, and only root may install them`;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const logFile = inRoot("out/logs/cross-apt.log");
  const install = ["install", "-y", "--no-install-recommends", ...debianPackages];
  if ((await run("apt-get", install, { env, logFile })).code !== 0) {
    await run("apt-get", ["update"], { env, logFile });
    const { code } = await run("apt-get", install, { env, logFile });
    if (code !== 0) return `needs ${wanted}, and apt-get ended with ${code} (${logFile})`;
  }
  return missing().length === 0 ? undefined : `apt-get did not bring ${missing().join(", ")}`;
}

/** @param {string} program */
function isInstalled(program) {
  if (path.isAbsolute(program)) return fs.existsSync(program);
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
