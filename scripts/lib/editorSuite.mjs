// Bundles the editor tests: index.js is what VS Code calls, each test file lies beside it.
import fs from "node:fs";
import path from "node:path";
import { inRoot, root } from "./paths.mjs";
import { filesBelow } from "./stamp.mjs";

/** @param {string} outdir made anew @returns {Promise<string>} the module that VS Code calls */
export async function bundleEditorSuite(outdir) {
  const { build } = await import("esbuild");
  fs.rmSync(outdir, { recursive: true, force: true });
  const tests = filesBelow(inRoot("test/editor"), (name) => name.endsWith(".editor.test.ts"));
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: "test/support/editorSuite.ts", out: "index" },
      ...tests.map((file) => ({ in: path.relative(root, file), out: path.basename(file, ".ts") })),
    ],
    outdir,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "inline",
    // mocha finds its own files at run time; the addon's loader finds the addon beside the checkout's package.json.
    external: ["vscode", "mocha", "*.node"],
    logLevel: "warning",
  });
  return path.join(outdir, "index.js");
}
