// What VS Code calls to run the editor tests (extensionTestsPath), in the browser-hosted VS Code and in the desktop one.
// Loads the test files that lie beside its bundle; the reporter's last line proves that it ran to its end.
import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import Mocha from "mocha";
import * as vscode from "vscode";
import CountingReporter from "../../scripts/lib/mochaReporter.cjs";

/** In the browser the console is mixed into the workbench's log, and console.log cannot be replaced there: a mark tells our
 *  lines from others. scripts/lib/hostSuite.mjs reads them. */
const lineMark = vscode.env.uiKind === vscode.UIKind.Web ? "\x02" : "";
const testLimitMs = 120_000;

export async function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log("%s", lineMark + util.format(...args));
  const grep = process.env.TERAHEX_TEST_GREP ?? "";
  const except = process.env.TERAHEX_TEST_EXCEPT ?? "";
  const chosen = (process.env.TERAHEX_TEST_FILES ?? "").split(",").filter((name) => name !== "");
  const mocha = new Mocha({
    ui: "bdd",
    timeout: testLimitMs,
    color: false,
    reporter: CountingReporter,
    forbidOnly: process.env.CI !== undefined,
    ...(grep === "" ? {} : { grep }),
    ...(except === "" ? {} : { grep: new RegExp(except), invert: true }),
  });
  const bundled = fs.readdirSync(__dirname).filter((name) => name.endsWith(".editor.test.js"));
  for (const name of bundled.sort()) {
    if (chosen.length === 0 || chosen.includes(name)) mocha.addFile(path.join(__dirname, name));
  }
  const failed = await new Promise<number>((resolve) => mocha.run(resolve));
  // The desktop's exit status is 0 also when its extension host dies.
  const endFile = process.env.TERAHEX_TEST_END;
  if (endFile !== undefined) fs.writeFileSync(endFile, `${failed}`);
  if (failed > 0) throw new Error(`${failed} tests failed`);
}
