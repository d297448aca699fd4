#!/usr/bin/env node
// check:layers: no room of the house imports what it may not. The table is scripts/lib/layers.mjs.
// First proves itself on the violating sources of test/fixtures/layers: a check that cannot fail is none.
import fs from "node:fs";
import path from "node:path";
import { layerFaults } from "./lib/layers.mjs";
import { inRoot, root } from "./lib/paths.mjs";
import { filesBelow } from "./lib/stamp.mjs";

const folders = ["shared", "extension/src", "cli", "webview/src", "native"];
const fixtureFolder = inRoot("test/fixtures/layers");

/** A fixture plays a file of the house; its lines that must be refused end in "// refused". */
function proveItself() {
  const fixtures = filesBelow(fixtureFolder, (name) => name.endsWith(".fixture"));
  for (const file of fixtures) {
    const text = fs.readFileSync(file, "utf8");
    const playedPath = path
      .relative(fixtureFolder, file)
      .replaceAll(path.sep, "/")
      .replace(/\.fixture$/, "");
    const wanted = text.split("\n").flatMap((line, index) => (line.endsWith("// refused") ? [index + 1] : []));
    const found = [...new Set(layerFaults(playedPath, text).map((fault) => fault.line))];
    if (wanted.join() !== found.join()) {
      throw new Error(`${file}: lines ${wanted.join(", ")} should be refused, but lines ${found.join(", ")} were`);
    }
  }
  if (fixtures.length === 0) throw new Error(`no fixtures in ${fixtureFolder}`);
  return fixtures.length;
}

const proofs = proveItself();
const files = folders.flatMap((folder) => filesBelow(inRoot(folder)));
const faults = files.flatMap((file) =>
  layerFaults(path.relative(root, file).replaceAll(path.sep, "/"), fs.readFileSync(file, "utf8")),
);
for (const { path: at, line, message } of faults) console.error(`${at}:${line}: ${message}`);
console.log(`${files.length} files, ${faults.length} faults; ${proofs} violating fixtures refused`);
process.exitCode = faults.length === 0 ? 0 : 1;
