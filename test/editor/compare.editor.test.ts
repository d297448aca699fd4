// Comparisons in a real VS Code: two files, a file with what is on disk, two ranges; a difference applied as one undo step, and the
// list made anew after it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import type { Comparison } from "../../extension/src/host/compare/comparison";
import { answering, api, open, overwrite, text, undo, until, untilDirty, useFiles } from "./support/fixture";

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): { openRepository?(root: vscode.Uri): Promise<unknown> };
}

const compare = async (command: string, ...args: unknown[]): Promise<Comparison> => {
  const comparison = await vscode.commands.executeCommand<Comparison | undefined>(`terahex.${command}`, ...args);
  assert.ok(comparison, "no comparison");
  return comparison;
};
const differences = (comparison: Comparison, count: number): Promise<readonly number[]> =>
  until(`${count} differences`, () => {
    const { fours, running } = comparison.found;
    return !running && fours.length === 4 * count ? fours : undefined;
  });

/** As VS Code brings a panel back. @returns whether it closed at once. */
async function closed(state: unknown): Promise<boolean> {
  const panel = vscode.window.createWebviewPanel("terahex.compare", "", vscode.ViewColumn.Active);
  let gone = false;
  panel.onDidDispose(() => (gone = true));
  await (await api()).provider.restoreComparison(panel, state);
  const atOnce = gone;
  if (!gone) await until("its page", () => panel.webview.html !== "" || undefined);
  panel.dispose();
  return atOnce;
}

describe("comparing", () => {
  const files = useFiles();

  it("finds what two files of the Explorer differ in, and applies one difference as one step", async () => {
    const left = files.write("a.bin", `0123456789${"=".repeat(4000)}the end`);
    const right = files.write("b.bin", `01234X6789${"=".repeat(4000)}the very end`);
    await vscode.commands.executeCommand("terahex.selectForCompare", left);
    const comparison = await compare("compareWithSelected", right);
    const fours = await differences(comparison, 2);
    assert.deepEqual(fours.slice(0, 4), [5, 6, 5, 6]);
    const terahex = await api();
    await vscode.commands.executeCommand("vscode.openWith", right, "terahex.editor");
    const session = await until("the editor", () => terahex.sessions(right)[0]);
    await until("the page", () => session.isOpen || undefined);
    await comparison.apply(1, "right", comparison.found.run);
    assert.equal(await text(session, 4010, 7), "the end");
    await differences(comparison, 1);
    await untilDirty(right, true);
    await undo();
    await differences(comparison, 2);
  });

  it("compares unsaved edits with the file on disk, and follows the edits", async () => {
    const { session, uri } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 3, "XY");
    await answering("With the File on Disk");
    const comparison = await compare("compare");
    assert.deepEqual(await differences(comparison, 1), [3, 5, 3, 5]);
    await assert.rejects(comparison.apply(0, "left", comparison.found.run), { code: "read-only" });
    await comparison.apply(0, "right", comparison.found.run);
    assert.equal(await text(session, 0, 10), "0123456789");
    await differences(comparison, 0);
    await assert.rejects(comparison.apply(0, "right", comparison.found.run), { code: "changed" });
    assert.equal(files.read("a.bin"), "0123456789");
    assert.ok(uri);
  });

  it("DL-13: applies nothing of a file on disk that was changed since it was compared", async () => {
    const { session, uri } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 3, "XY");
    await answering("With the File on Disk");
    const comparison = await compare("compare");
    await differences(comparison, 1);
    fs.writeFileSync(uri.fsPath, "0123ABCD89");
    await assert.rejects(comparison.apply(0, "right", comparison.found.run), { code: "changed" });
    assert.match(await text(session, 0, 5), /XY$/);
  });

  it("compares the two selected ranges", async () => {
    const { session } = await open(files.write("a.bin", "abcdefgh--abcXefgh"));
    session.select({ anchor: 10, focus: 17, column: "hex", more: [{ start: 0, end: 8 }] });
    await until("both ranges", () => session.selectedRanges.length === 2 || undefined);
    await answering("The Two Selected Ranges");
    assert.deepEqual(await differences(await compare("compare"), 1), [3, 4, 13, 14]);
  });

  it("compares with a revision of git, older ones too, and says when there is none", async function () {
    const uri = files.write("a.bin", "first 0000");
    const git = (...args: string[]): string => execFileSync("git", args, { cwd: files.folder, encoding: "utf8" });
    const commit = (message: string): void => {
      git("add", "a.bin");
      git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", message);
    };
    git("init", "-q");
    commit("one");
    const first = git("rev-parse", "HEAD").slice(0, 8);
    files.write("a.bin", "second 0000");
    commit("two");
    const { session } = await open(uri);
    await overwrite(session, 7, "X");
    // Switched off for all other tests, which it would only slow down.
    const settings = vscode.workspace.getConfiguration("git");
    await settings.update("enabled", true, vscode.ConfigurationTarget.Global);
    const extension = vscode.extensions.getExtension<GitExtension>("vscode.git");
    const enabled = await until("git", async () => {
      const exports = await extension?.activate();
      return exports?.enabled === true ? exports : undefined;
    });
    // Older git extensions open no repository outside the workspace's folders when they are asked to.
    if (!(await enabled.getAPI(1).openRepository?.(vscode.Uri.file(files.folder)))) {
      await settings.update("enabled", false, vscode.ConfigurationTarget.Global);
      this.skip();
    }
    // Until the git extension has looked at the folder, and VS Code has told of the editor in front.
    const withRevision = (revision: string): Promise<Comparison> =>
      until(`a comparison with ${revision}`, async () => {
        await answering("With a Git Revision…", revision);
        return vscode.commands.executeCommand<Comparison | undefined>("terahex.compare");
      });
    assert.deepEqual(await differences(await withRevision("HEAD"), 1), [7, 8, 7, 8]);
    session.panel.reveal();
    await until("the editor in front", () => session.panel.active || undefined);
    const older = await withRevision(`${first} one`);
    await differences(older, 1);
    assert.equal(older.left.engine.size, 10);
    assert.match(older.state().left.detail, new RegExp(first));
    const { kept } = older.state();
    assert.equal(kept?.left.revision?.slice(0, 8), first);
    assert.equal(await closed(JSON.parse(JSON.stringify(kept))), false, "git is asked again");
    assert.equal(await closed({ ...kept, left: { ...kept?.left, revision: "0123456789" } }), true);
    await assert.rejects(older.apply(0, "left", older.found.run), { code: "read-only" });
    await open(files.write("new.bin", "0123"));
    const dialogs = await answering("With a Git Revision…", "HEAD");
    await vscode.commands.executeCommand("terahex.compare");
    assert.match(dialogs.told.join(), /is not part of HEAD/);
    await settings.update("enabled", false, vscode.ConfigurationTarget.Global);
  });

  it("is there again after a reload, and closes where it cannot be", async () => {
    const [left, right] = [files.write("a.bin", "0123"), files.write("b.bin", "0X23")];
    const first = await (await api()).provider.compare({ uri: left }, { uri: right, range: { start: 0, end: 2 } });
    await differences(first, 1);
    const { kept } = first.state();
    assert.equal(await closed(JSON.parse(JSON.stringify(kept))), false);
    for (const other of [undefined, { left: 1 }, { ...kept, right: { uri: files.path("gone") } }]) {
      assert.equal(await closed(other), true);
    }
  });
});
