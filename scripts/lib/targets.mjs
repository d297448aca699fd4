// The platforms that a package is made for, as VS Code's Marketplace names them, and the addon that each needs, where
// node-gyp-build looks for it. Knows nothing of how addons are built.

/** @typedef {"elf" | "pe" | "mach-o"} Format
 *  @typedef {{ prebuild: string, format: Format, machine: "x64" | "arm64", glibc?: true }} Native
 *  `prebuild`: in prebuilds/. node-gyp-build knows Alpine as Linux with another libc, which a tag in the file's name tells. */

/** @param {string} folder @param {Format} format @param {"x64" | "arm64"} machine @param {string} [file] @returns {Native} */
const native = (folder, format, machine, file = "terahex.node") => ({
  prebuild: `${folder}-${machine}/${file}`,
  format,
  machine,
});

/** @type {Readonly<Record<string, Native>>} */
export const nativeTargets = {
  "linux-x64": { ...native("linux", "elf", "x64"), glibc: true },
  "linux-arm64": { ...native("linux", "elf", "arm64"), glibc: true },
  "alpine-x64": native("linux", "elf", "x64", "terahex.musl.node"),
  "alpine-arm64": native("linux", "elf", "arm64", "terahex.musl.node"),
  "win32-x64": native("win32", "pe", "x64"),
  "win32-arm64": native("win32", "pe", "arm64"),
  "darwin-x64": native("darwin", "mach-o", "x64"),
  "darwin-arm64": native("darwin", "mach-o", "arm64"),
};

/** Everything that can be packaged. `universal`: the fallback without an addon, for platforms not named above; `web`: VS Code
 *  in a browser. */
export const packageTargets = [...Object.keys(nativeTargets), "universal", "web"];
