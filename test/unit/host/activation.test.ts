// What VS Code has to read before the extension is active, as esbuild puts it together: the interpreter, its languages and
// their libraries are no part of it.
import assert from "node:assert/strict";
import { build } from "esbuild";
import { bundles } from "../../../scripts/lib/bundles.mjs";

const LAZY = [
  /node_modules\/(yaml|iconv-lite|fflate|hash-wasm)\//,
  /extension\/src\/host\/measure\//,
  /extension\/src\/(host\/patches|host\/compare|formats\/patches)\//,
  /extension\/src\/(host\/search\/(?!lazy)|engine\/scan)/,
  /extension\/src\/struct\/(ksy|expression|reader|write|worker|authoring|recognise)\//,
];
const MOST_BYTES = 300_000;

describe("activation", () => {
  it("reads the editor alone: what structs and templates need comes with the first of them", async () => {
    const options = bundles(false).find(({ part }) => part === "extension")?.options;
    const { metafile } = await build({ ...options, plugins: [], sourcemap: false, metafile: true });
    const outputs = metafile.outputs;
    const entry = Object.keys(outputs).find((file) => outputs[file]?.entryPoint === "extension/src/extension.ts");
    assert.ok(entry !== undefined);
    const atOnce = new Set([entry]);
    for (const file of atOnce) {
      for (const { path, kind } of outputs[file]?.imports ?? []) {
        if (kind === "import-statement" && outputs[path] !== undefined) atOnce.add(path);
      }
    }
    const inputs = [...atOnce].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
    assert.ok(inputs.includes("extension/src/host/binaryEditorProvider.ts"));
    assert.deepEqual(
      inputs.filter((input) => LAZY.some((pattern) => pattern.test(input))),
      [],
    );
    const bytes = [...atOnce].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
    assert.ok(Object.keys(outputs).length > atOnce.size, "some parts are lazy");
  });
});
