// What must not be lost or overwritten: everything other programs do to an open file.
import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import type { BinaryDocument } from "../../extension/src/host/binaryDocument";
import type { Trouble } from "../../shared/protocol";
import {
  answering,
  api,
  open,
  overwrite,
  pause,
  read,
  redo,
  save,
  tabOf,
  text,
  uncancelled,
  undo,
  until,
  untilDirty,
  useFiles,
} from "./support/fixture";

const SAVE_ANYWAY = "Save My Edits Into It";

describe("outside changes", () => {
  const files = useFiles();

  const trouble = (document: BinaryDocument, kind: Trouble["kind"]): Promise<Trouble> =>
    until(`trouble "${kind}"`, () => {
      const { trouble: found } = document.state();
      return found?.kind === kind ? found : undefined;
    });
  const replace = (at: string, content: string): void => {
    fs.writeFileSync(at + ".new", content);
    fs.renameSync(at + ".new", at);
  };

  const rewrites: readonly [string, (at: string) => void, string][] = [
    ["rewritten in place", (at) => fs.writeFileSync(at, "ABCDEFGHIJ"), "ABCDEFGHIJ"],
    ["appended to", (at) => fs.appendFileSync(at, "++"), "0123456789++"],
    ["truncated", (at) => fs.truncateSync(at, 4), "0123"],
    ["truncated to nothing", (at) => fs.truncateSync(at, 0), ""],
    ["replaced", (at) => replace(at, "new file"), "new file"],
  ];

  for (const [what, change, expected] of rewrites) {
    it(`DL-13: a clean document follows its file when it is ${what}`, async () => {
      const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
      change(uri.fsPath);
      await until("the new content", async () => ((await text(session, 0, 99)) === expected ? true : undefined));
      assert.equal(document.state().size, expected.length);
      assert.equal(document.state().trouble, undefined);
      assert.equal(tabOf(uri)?.isDirty, false);
    });
  }

  for (const [what, change] of rewrites) {
    it(`DL-13: a dirty document says so when its file is ${what}, and Save asks before it writes`, async () => {
      const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
      await overwrite(session, 1, "X");
      change(uri.fsPath);
      const outside = fs.readFileSync(uri.fsPath);
      const { actions } = await until("trouble", () => document.state().trouble);
      assert.deepEqual(actions, ["keepMine", "reload", "compare", "saveAs", "dismiss"]);
      const dialogs = await answering();
      await assert.rejects(async () => (await api()).provider.saveCustomDocument(document, uncancelled()));
      assert.equal(dialogs.asked.length, 1);
      assert.deepEqual(fs.readFileSync(uri.fsPath), outside, "nothing was written");
      assert.equal(document.dirty, true);
    });
  }

  it("DL-13: saves into the changed file, at its offsets, once the person says so", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 1, "X");
    fs.writeFileSync(uri.fsPath, "ABCDEFGHIJ");
    await trouble(document, "modified");
    await answering(SAVE_ANYWAY);
    await save();
    await untilDirty(uri, false);
    assert.equal(files.read("a.bin"), "AXCDEFGHIJ");
    assert.equal(document.state().trouble, undefined);
    assert.equal(await text(session, 0, 10), "AXCDEFGHIJ");
  });

  it("DL-13: keeps what was appended, and refuses edits that the file has become too short for", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 8, "X");
    fs.appendFileSync(uri.fsPath, "++");
    await trouble(document, "grown");
    await answering(SAVE_ANYWAY);
    await save();
    await untilDirty(uri, false);
    assert.equal(files.read("a.bin"), "01234567X9++");
    await overwrite(session, 11, "Y");
    fs.truncateSync(uri.fsPath, 4);
    await trouble(document, "truncated");
    await answering(SAVE_ANYWAY);
    await assert.rejects(async () => (await api()).provider.saveCustomDocument(document, uncancelled()), /too short/);
    assert.equal(files.read("a.bin"), "0123");
    assert.equal(document.dirty, true);
    assert.equal(await text(session, 11, 1), "Y");
  });

  it("takes theirs when the person chooses to reload", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 1, "X");
    await untilDirty(uri, true);
    fs.writeFileSync(uri.fsPath, "ABCDEFGHIJ");
    await trouble(document, "modified");
    session.acceptRaw({ kind: "notice", body: { type: "troubleAction", action: "reload" } });
    await untilDirty(uri, false);
    assert.equal(await text(session, 0, 10), "ABCDEFGHIJ");
    assert.equal(document.state().trouble, undefined);
    assert.equal(files.read("a.bin"), "ABCDEFGHIJ");
    await undo();
    await until("mine again", async () => ((await text(session, 0, 10)) === "AXCDEFGHIJ" ? true : undefined));
    await untilDirty(uri, true);
    await redo();
    await until("theirs again", async () => ((await text(session, 0, 10)) === "ABCDEFGHIJ" ? true : undefined));
    await untilDirty(uri, false);
    assert.equal(document.dirty, false);
  });

  it("keeps mine when the person dismisses, and says it again for another trouble only", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 1, "X");
    fs.writeFileSync(uri.fsPath, "ABCDEFGHIJ");
    await trouble(document, "modified");
    session.acceptRaw({ kind: "notice", body: { type: "troubleAction", action: "dismiss" } });
    await until("no banner", () => document.state().trouble === undefined || undefined);
    await pause(2500);
    assert.equal(document.state().trouble, undefined);
    fs.rmSync(uri.fsPath);
    await trouble(document, "deleted");
  });

  it("reverts to what is on disk now", async () => {
    const { uri, session } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 1, "X");
    await untilDirty(uri, true);
    fs.writeFileSync(uri.fsPath, "ABCDEFGHIJKL");
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await untilDirty(uri, false);
    assert.equal(await text(session, 0, 99), "ABCDEFGHIJKL");
  });

  it("DL-10: never makes a deleted file anew, by reading or by saving", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 1, "X");
    fs.rmSync(uri.fsPath);
    assert.deepEqual((await trouble(document, "deleted")).actions, ["saveAs", "dismiss"]);
    assert.equal(await text(session, 0, 10), "0X23456789");
    await assert.rejects(async () => (await api()).provider.saveCustomDocument(document, uncancelled()), /deleted/);
    assert.equal(fs.existsSync(uri.fsPath), false);
    const elsewhere = vscode.Uri.file(files.path("rescued.bin"));
    await (await api()).provider.saveCustomDocumentAs(document, elsewhere, uncancelled());
    assert.equal(files.read("rescued.bin"), "0X23456789");
    assert.equal(fs.existsSync(uri.fsPath), false);
  });

  it("follows a deleted file that comes back", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
    fs.rmSync(uri.fsPath);
    await trouble(document, "deleted");
    fs.writeFileSync(uri.fsPath, "back");
    await until("the new content", async () => ((await text(session, 0, 99)) === "back" ? true : undefined));
    assert.equal(document.state().trouble, undefined);
  });

  it("DL-19: marks what was cut off as unreadable, never as 00, and lives on", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "x".repeat(64 * 1024)));
    await overwrite(session, 0, "EDIT");
    fs.truncateSync(uri.fsPath, 8192);
    await trouble(document, "truncated");
    for (let round = 0; round < 50; round++) {
      const { unreadable } = await read(session, 32_768, 4096);
      assert.deepEqual(unreadable, [32_768, 36_864]);
    }
    assert.equal(await text(session, 0, 5), "EDITx");
  });
});

describe("DL-15: state", () => {
  const files = useFiles();

  it("lives in the engine: a hidden and shown again editor has every edit", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 0, "Z");
    await open(files.write("b.bin", "other"));
    assert.equal(session.panel.visible, false);
    await vscode.commands.executeCommand("vscode.openWith", uri, "terahex.editor");
    await until("the first editor again", () => session.panel.visible || undefined);
    assert.equal(await text(session, 0, 10), "Z123456789");
    assert.equal(document.dirty, true);
  });
});
