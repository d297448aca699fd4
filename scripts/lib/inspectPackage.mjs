// Looks into a packaged .vsix: it holds what runs on its target and nothing else, the licences of everything that it contains,
// an addon that its target can load, and it stays small. Makes nothing.
import fs from "node:fs";
import path from "node:path";
import { addonFaults } from "./addonFaults.mjs";
import { nativeTargets } from "./targets.mjs";
import { zipEntries } from "./zipEntries.mjs";

/** What a person downloads. Alpine's addon brings its C++ library along, 0.3 MB of it. */
const largestPackageBytes = 2_500_000;

const always = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/(package(\.nls)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/i,
  /^extension\/docs\/images\/[\w-]+\.png$/,
  /^extension\/dist\/webview\/[\w.-]+\.(js|css|ttf|svg)$/,
  /^extension\/dist\/THIRD_PARTY_LICENSES\.txt$/,
  /^extension\/(syntaxes\/[\w.-]+\.json|templates\/(common\/)?[\w.-]+\.ksy)$/,
];
const onDesktop = /^extension\/dist\/(extension(-[\w-]+)?|[\w-]+\.worker)\.js$/;
const inBrowser = /^extension\/dist\/browser\.js$/;

/** What a package of this target runs: its entry points and, where there is one, its addon. @param {string} target */
export function contentOf(target) {
  const addon = nativeTargets[target]?.prebuild;
  return {
    addon,
    desktop: target !== "web",
    browser: target === "web" || target === "universal",
    /** @param {string} file in the package, from its root */
    mayHold: (file) =>
      always.some((pattern) => pattern.test(file)) ||
      (target !== "web" && onDesktop.test(file)) ||
      ((target === "web" || target === "universal") && inBrowser.test(file)) ||
      file === `extension/prebuilds/${addon}`,
  };
}

/** @typedef {{ name: string, fault: string | undefined, note?: string }} Finding */

/** @param {string} file @param {string} target @returns {Finding[]} */
export function inspectPackage(file, target) {
  const entries = zipEntries(file);
  const names = entries.map((entry) => entry.name);
  /** @param {string} name */
  const entry = (name) => entries.find((one) => one.name.toLowerCase() === `extension/${name}`.toLowerCase());
  const content = contentOf(target);
  const needed = [
    ...["package.json", "LICENSE.txt", "readme.md", "changelog.md", "dist/THIRD_PARTY_LICENSES.txt"],
    ...["main.js", "main.css", "pixels.js", "pixels.css"].map((name) => `dist/webview/${name}`),
    ...(content.desktop ? ["dist/extension.js", "dist/bmp.worker.js", "dist/struct.worker.js"] : []),
    ...(content.browser ? ["dist/browser.js"] : []),
    ...(content.addon === undefined ? [] : [`prebuilds/${content.addon}`]),
  ];
  const manifest = JSON.parse(entry("package.json")?.read().toString() ?? "{}");
  const entryPoints = [manifest.main, manifest.browser].filter((name) => name !== undefined);
  const missing = [...needed, ...entryPoints.map((name) => path.posix.normalize(name))].filter((name) => !entry(name));
  const strangers = names.filter((name) => !content.mayHold(name));
  const bytes = fs.statSync(file).size;
  const addon = content.addon === undefined ? undefined : entry(`prebuilds/${content.addon}`);
  const { never, here } = addon === undefined ? { never: [], here: [] } : addonFaults(target, addon.read());
  return [
    { name: "holds what runs", fault: listed("missing", missing) },
    { name: "holds nothing else", fault: listed("not meant to ship", strangers) },
    {
      name: "begins where its target begins",
      fault:
        (manifest.main !== undefined) === content.desktop && (manifest.browser !== undefined) === content.browser
          ? undefined
          : `main: ${manifest.main}, browser: ${manifest.browser}`,
    },
    {
      name: "names the licences of what it contains",
      fault: licenceFault(entry("dist/THIRD_PARTY_LICENSES.txt")?.read().toString() ?? "", content.addon !== undefined),
    },
    {
      name: `is under ${largestPackageBytes} bytes (${bytes})`,
      fault: bytes < largestPackageBytes ? undefined : `${bytes} bytes`,
    },
    ...(addon === undefined
      ? []
      : [{ name: "has an addon that its target loads", fault: listed("the addon", never), note: here.join("; ") }]),
  ];
}

/** @param {string} texts @param {boolean} withAddon @returns {string | undefined} */
function licenceFault(texts, withAddon) {
  const wanted = ["yaml", "fflate", "@vscode/codicons", ...(withAddon ? ["node-addon-api", "RE2", "xxHash"] : [])];
  return listed(
    "no licence of",
    wanted.filter((name) => !texts.includes(`\n${name} `) && !texts.startsWith(`${name} `)),
  );
}

/** @param {string} what @param {readonly string[]} items @returns {string | undefined} */
const listed = (what, items) => (items.length === 0 ? undefined : `${what}: ${items.join(", ")}`);
