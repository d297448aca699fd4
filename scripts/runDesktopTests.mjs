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

/** The suite writes how many of its tests failed; no such file: it did not come to its end. */
const endFile = inRoot("out/desktop-tests/end");

/** Comes first: where there is no network, the reason is told at once. @returns {Promise<string | undefined>} the program */
async function download() {
  const { downloadAndUnzipVSCode } = await import("@vscode/test-electron");
  try {
    return await downloadAndUnzipVSCode({ version, extensionDevelopmentPath: root });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`VS Code ${version} cannot be downloaded: ${reason}`);
    console.error(
      "These tests need the network and a display; npm run test:editor runs them in a VS Code in a browser.",
    );
    return undefined;
  }
}

/** @param {string} vscodeExecutablePath @returns {Promise<string | undefined>} what went wrong */
async function runSuite(vscodeExecutablePath) {
  await build();
  fs.rmSync(inRoot("out/desktop-tests"), { recursive: true, force: true });
  fs.mkdirSync(workspace, { recursive: true });
  const { runTests } = await import("@vscode/test-electron");
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: await bundleEditorSuite(inRoot("out/editor-suite")),
      launchArgs: [workspace, "--disable-extensions", "--disable-workspace-trust"],
      extensionTestsEnv: { TERAHEX_TEST_HOST: "desktop", TERAHEX_TEST_END: endFile },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (!fs.existsSync(endFile)) return "VS Code ended before the tests did";
  return fs.readFileSync(endFile, "utf8") === "0" ? undefined : "tests failed";
}

const program = await download();
const fault = program === undefined ? "no test has run" : await runSuite(program);
if (fault !== undefined) {
  console.error(fault);
  process.exitCode = 1;
}
