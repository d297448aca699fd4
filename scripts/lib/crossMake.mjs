// How test/native/Makefile is asked for another system: which compiler, which emulator. Builds nothing by itself.
import os from "node:os";
import { crossModule } from "./crossTools.mjs";
import { writeHostImports } from "./hostImports.mjs";
import { inRoot } from "./paths.mjs";

/** @typedef {object} Toolchain
 *  @property {string} variant names the folder of the objects, build/native-tests/VARIANT
 *  @property {string} compiler
 *  @property {string} [flags]
 *  @property {string} [runner] in front of a program for that system
 *  @property {string} [libraryFlags] for linking the addon
 *  @property {"posix" | "windows"} [system] whose half of native/core/platform; absent: posix
 *  @property {true} [release] without fail points */

const jobs = `-j${Math.min(2, os.availableParallelism())}`;

/** Arguments of make. @param {Toolchain} toolchain @param {readonly string[]} goals @returns {string[]} */
export const makeArgs = (
  { variant, compiler, flags = "", runner = "", libraryFlags = "", system = "posix", release },
  goals,
) => [
  ...["-C", inRoot("test/native"), jobs, `VARIANT=${variant}`, `CXX=${compiler}`, `RUN=${runner}`, `SYSTEM=${system}`],
  ...(system === "windows" ? [`BINARY=${inRoot("build/native-tests", variant)}/native_tests.exe`] : []),
  ...(release === true ? ["TESTING="] : []),
  // Other compilers warn of other things; what they warn of is looked at where they are this machine's own.
  "WARNINGS=-w",
  `CXXFLAGS=-fPIC -fvisibility=hidden -ffunction-sections -fdata-sections ${flags}`,
  `NODE_HEADERS=${crossModule("node-api-headers/include")}`,
  `ADDON_LDFLAGS=${libraryFlags}`,
  ...goals,
];

/** @param {string} variant */
export const crossAddon = (variant) => inRoot("build/native-tests", variant, "terahex.node");

export const windowsFlags = "-D_WIN32_WINNT=0x0A00 -DUNICODE -DNOMINMAX -DWIN32_LEAN_AND_MEAN";

/** @param {string} variant @returns {string} a source file that a Windows addon is linked with */
export function windowsHostImports(variant) {
  const file = inRoot("build/native-tests", variant, "hostImports.cc");
  const definitions = ["js_native_api", "node_api"].map((name) => crossModule(`node-api-headers/def/${name}.def`));
  writeHostImports(definitions, file);
  return file;
}
