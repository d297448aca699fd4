#!/usr/bin/env node
// Runs the editor tests in a desktop VS Code that @vscode/test-electron downloads: what the browser-hosted one cannot show
// (Electron's limits, other systems). Needs the network and a display. Usage: node scripts/runDesktopTests.mjs [--version V]
// V: a version, "stable" (what is meant when absent), "insiders", or "floor": the oldest that package.json admits.
import fs from "node:fs";
import util from "node:util";
import { build } from "./build.mjs";
import { bundleEditorSuite } from "./lib/editorSuite.mjs";
import { inRoot, root } from "./lib/paths.mjs";

const { values: options } = util.parseArgs({ options: { version: { type: "string", default: "stable" } } });
const { engines } = JSON.parse(fs.readFileSync(inRoot("package.json"), "utf8"));
const version = options.version === "floor" ? engines.vscode.replace("^", "") : options.version;
const workspace = inRoot("out/desktop-tests/workspace");

await build();
fs.rmSync(workspace, { recursive: true, force: true });
fs.mkdirSync(workspace, { recursive: true });
const { runTests } = await import("@vscode/test-electron");
process.exitCode = await runTests({
  version,
  extensionDevelopmentPath: root,
  extensionTestsPath: await bundleEditorSuite(inRoot("out/editor-suite")),
  launchArgs: [workspace, "--disable-extensions", "--disable-workspace-trust"],
  extensionTestsEnv: { TERAHEX_TEST_HOST: "desktop" },
});
