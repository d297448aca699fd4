// What esbuild makes of which entry, for development and for a release. Builds nothing by itself.
import path from "node:path";
import { browserModules } from "./browserModules.mjs";
import { commonJsChunks } from "./commonJsChunks.mjs";
import { inRoot, root } from "./paths.mjs";
import { filesBelow } from "./stamp.mjs";

const nodeTarget = "node20";
const chromiumTarget = "chrome138";
/** Of all browsers that show VS Code. */
const browserTarget = "es2023";

/** @param {boolean} release @returns {readonly { part: "extension" | "cli" | "webview", options: import("esbuild").BuildOptions }[]} */
export function bundles(release) {
  /** @type {import("esbuild").BuildOptions} */
  const common = {
    absWorkingDir: root,
    bundle: true,
    minify: release,
    sourcemap: release ? false : "linked",
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
  };
  /** @type {import("esbuild").BuildOptions} */
  const onNode = {
    ...common,
    platform: "node",
    format: "cjs",
    target: nodeTarget,
    outdir: "dist",
    // Of a library that has both, the modules: only what is used of them is kept (of hash-wasm a fifth).
    mainFields: ["module", "main"],
  };
  /** What is imported lazily is read when it is first needed, not at the start. @type {import("esbuild").BuildOptions} */
  const inParts = {
    ...onNode,
    format: "esm",
    splitting: true,
    sourcemap: release ? false : "inline",
    write: false,
    plugins: [commonJsChunks({ target: nodeTarget, release })],
  };
  /** @type {import("esbuild").BuildOptions} */
  const extension = {
    ...inParts,
    // With its workers: what both need, such as the tables of text encodings, is there once.
    entryPoints: [{ in: "extension/src/extension.ts", out: "extension" }, ...workers()],
    external: ["vscode"],
    chunkNames: "extension-[name]-[hash]",
  };
  /** @type {import("esbuild").BuildOptions} */
  const cli = { ...inParts, entryPoints: [{ in: "cli/main.ts", out: "cli" }], chunkNames: "cli-[name]-[hash]" };
  /** For vscode.dev and the like: the extension host is a worker there, and loads one file. @type {import("esbuild").BuildOptions} */
  const inBrowser = {
    ...common,
    platform: "browser",
    format: "cjs",
    target: browserTarget,
    outdir: "dist",
    entryPoints: [{ in: "extension/src/extension.ts", out: "browser" }],
    external: ["vscode"],
    inject: ["extension/src/browser/globals.ts"],
    plugins: [browserModules],
  };
  /** @type {import("esbuild").BuildOptions} */
  const webview = {
    ...common,
    platform: "browser",
    format: "esm",
    target: chromiumTarget,
    outdir: "dist/webview",
    // A picture's page has a bundle of its own, without what it never shows: it stands within the page's HTML.
    entryPoints: [
      { in: "webview/src/main.ts", out: "main" },
      { in: "webview/src/pixels.ts", out: "pixels" },
    ],
    loader: { ".ttf": "file", ".woff2": "file", ".svg": "text" },
    assetNames: "[name]",
  };
  return [
    { part: "extension", options: extension },
    { part: "extension", options: inBrowser },
    { part: "cli", options: cli },
    { part: "webview", options: webview },
  ];
}

/** Each *.worker.ts becomes an entry of its own beside extension.js. */
function workers() {
  return filesBelow(inRoot("extension/src"), (name) => name.endsWith(".worker.ts")).map((file) => ({
    in: path.relative(root, file),
    out: path.basename(file, ".ts"),
  }));
}
