// A file with unsaved edits that VS Code renames, or whose folder: the edits are there under the new name, unasked.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import * as vscode from "vscode";
import {
  answering,
  closeAll,
  Files,
  open,
  overwrite,
  save,
  settled,
  tabOf,
  text,
  undo,
  untilDirty,
} from "./support/fixture";

describe("renaming in VS Code", () => {
  let files: Files;
  beforeEach(() => {
    files = new Files();
  });
  afterEach(async () => {
    await closeAll();
    files.remove();
  });

  async function rename(from: vscode.Uri, to: vscode.Uri): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(from, to);
    assert.equal(await vscode.workspace.applyEdit(edit), true);
  }

  it("keeps unsaved edits as steps that can be undone, and saves them under the new name", async () => {
    const dialogs = await answering();
    const before = files.write("before.bin", "0123456789");
    const after = vscode.Uri.file(path.join(path.dirname(before.fsPath), "after.bin"));
    const opened = await open(before);
    await overwrite(opened.session, 2, "x");
    await overwrite(opened.session, 4, "y");
    await untilDirty(before, true);
    await settled(opened);
    await rename(before, after);
    const { session, document } = await open(after);
    await untilDirty(after, true);
    assert.equal(tabOf(before), undefined);
    assert.equal(await text(session, 0, 10), "01x3y56789");
    assert.equal(fs.readFileSync(after.fsPath, "latin1"), "0123456789");
    assert.equal(document.currentTrouble, undefined);
    await undo();
    assert.equal(await text(session, 0, 10), "01x3456789");
    await save();
    await untilDirty(after, false);
    assert.equal(fs.readFileSync(after.fsPath, "latin1"), "01x3456789");
    assert.deepEqual([dialogs.asked, dialogs.told], [[], []]);
  });

  it("asks, where another program wrote to the file before", async () => {
    const dialogs = await answering("Keep Them Aside");
    const before = files.write("before.bin", "0123456789");
    const after = vscode.Uri.file(path.join(path.dirname(before.fsPath), "after.bin"));
    const opened = await open(before);
    await overwrite(opened.session, 2, "x");
    await untilDirty(before, true);
    await settled(opened);
    fs.writeFileSync(before.fsPath, "ABCDEFGHIJ");
    await rename(before, after);
    const { session } = await open(after);
    assert.match(dialogs.asked[0] ?? "", /was changed by another program/);
    assert.equal(await text(session, 0, 10), "ABCDEFGHIJ");
    assert.equal(fs.readFileSync(after.fsPath, "latin1"), "ABCDEFGHIJ");
  });
});
