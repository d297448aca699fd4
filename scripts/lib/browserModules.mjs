// The browser's build of the extension: one file for the web extension host, which loads no other. Files named *.browser.ts stand in
// for their neighbours, Node's modules have small stand-ins, and what cannot run there says so. An esbuild plugin.
import fs from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";

/** Packages and modules of Node, by what takes their place. Of Node everything else is absent. */
const standIns = new Map([
  ["node:path", "extension/src/browser/path.ts"],
  ["node:crypto", "extension/src/browser/crypto.ts"],
  ["iconv-lite", "extension/src/browser/textCodec.ts"],
]);
const absent = "extension/src/browser/absent.ts";

/** Parts that need threads, the addon or a disk. */
const notInBrowser = new Set(
  [
    "formats/bmp/worker/pictureThread",
    "host/compare/comparePanel",
    "host/kept/showKept",
    "host/ksy/lazyKsy",
    "host/patches/addressedFiles",
    "host/patches/exportPatch",
    "host/patches/importPatch",
    "host/struct/openStructs",
    "host/templates/startTemplate",
    "host/templates/templateLibrary",
    "host/templates/templates",
  ].map((name) => inRoot("extension/src", `${name}.ts`)),
);

/** @type {import("esbuild").Plugin} */
export const browserModules = {
  name: "browser-modules",
  setup(build) {
    build.onResolve({ filter: /^node:|^iconv-lite$/ }, ({ path: name }) => {
      if (name === "node:buffer")
        return build.resolve("buffer/", { kind: "import-statement", resolveDir: inRoot(".") });
      return { path: inRoot(standIns.get(name) ?? absent) };
    });
    build.onResolve({ filter: /^\./ }, ({ path: name, resolveDir }) => {
      const file = path.resolve(resolveDir, `${name}.ts`);
      if (notInBrowser.has(file)) return { path: inRoot("extension/src/host/notInBrowser.ts") };
      const sibling = path.resolve(resolveDir, `${name}.browser.ts`);
      return fs.existsSync(sibling) ? { path: sibling } : undefined;
    });
  },
};
