// What VS Code calls to run the editor tests (extensionTestsPath), in the browser-hosted VS Code and in the desktop one.
// Loads every test file that lies beside its bundle, and prints the counts that prove it ran to its end.
import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import Mocha from "mocha";
import * as vscode from "vscode";

/** In the browser the console is mixed into the workbench's log, and console.log cannot be replaced there: marks tell our
 *  lines from others. scripts/runEditorTests.mjs reads them. */
const lineMark = vscode.env.uiKind === vscode.UIKind.Web ? "\x02" : "";
const countsMark = vscode.env.uiKind === vscode.UIKind.Web ? "\x02\x03" : "##result ";
const testLimitMs = 60_000;

export async function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log("%s", lineMark + util.format(...args));
  const grep = process.env.TERAHEX_TEST_GREP ?? "";
  const mocha = new Mocha({
    ui: "bdd",
    timeout: testLimitMs,
    color: false,
    reporter: "spec",
    forbidOnly: process.env.CI !== undefined,
    ...(grep === "" ? {} : { grep }),
  });
  for (const name of fs.readdirSync(__dirname).sort()) {
    if (name.endsWith(".editor.test.js")) mocha.addFile(path.join(__dirname, name));
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on("pass", () => counts.passed++)
      .on("fail", () => counts.failed++)
      .on("pending", () => counts.skipped++);
  });
  console.log("%s", countsMark + JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} tests failed`);
}
