// Alpine on 64-bit Arm: its native tests run under qemu (lib/musl.mjs). By name only: what the processor may do differently is tested
// with glibc (linuxArm64.mjs), what the library may on Intel.
import { muslCommands } from "../lib/musl.mjs";

/** As with glibc: those of threads take qemu minutes. */
const tests = [
  ...[
    "map_region*_test",
    "file_system_test",
    "fault_guard*_test",
    "preview_test",
    "document_test",
    "document_faults_test",
  ],
  ...[
    "commit_files*_test",
    "journal_test",
    "recover_test",
    "pieces_test",
    "scan_find_test",
    "scan_regex_test",
    "gather_test",
  ],
];

/** The emulator cannot start itself anew as its own child, and cannot map 8 TiB in one piece; and one test takes it minutes. */
const leftOut = ["*handler that was there before*", "*8 TiB file is exact*", "*hits is one step of bounded memory*"];

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: "linux-musl-arm64",
  onlyByName: true,
  programs: ["make", "qemu-aarch64-static"],
  debianPackages: ["make", "qemu-user-static"],
  commands: () =>
    muslCommands({
      variant: "linux-musl-arm64",
      target: "alpine-arm64",
      runner: "qemu-aarch64-static",
      tests,
      leftOut,
    }),
};
