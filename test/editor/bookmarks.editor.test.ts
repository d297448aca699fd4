// Bookmarks in a real VS Code: made, named, gone to; right behind edits, undo, save, and when the file is opened again.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import type { EditorSession } from "../../extension/src/host/editorSession";
import type { BookmarkMark } from "../../shared/bookmarks";
import {
  answering,
  api,
  ask,
  closeAll,
  open,
  redo,
  save,
  settled,
  undo,
  until,
  untilDirty,
  useFiles,
} from "./support/fixture";

/** What the session has told its page last. */
function follow(session: EditorSession): { marks: readonly BookmarkMark[] } {
  const told: { marks: readonly BookmarkMark[] } = { marks: [] };
  session.taps.add((message) => {
    if (message.kind === "notice" && message.body.type === "bookmarks") told.marks = message.body.marks;
  });
  return told;
}

function toldOf(told: { marks: readonly BookmarkMark[] }, expected: string): Promise<true> {
  const words = (): string =>
    told.marks.map(({ start, end, name, color }) => `${start}-${end} ${name} ${color}`).join("; ");
  return until(`bookmarks ${expected}, last ${words()}`, () => (words() === expected ? true : undefined));
}

const run = (name: string): Thenable<unknown> => vscode.commands.executeCommand(`terahex.${name}`);

function select(session: EditorSession, start: number, end = start + 1): void {
  session.select({ anchor: start, focus: end - 1, column: "hex" });
}

const replace = (session: EditorSession, from: number, length: number, text: string): Promise<unknown> =>
  ask(session, {
    type: "replace",
    ranges: length === 0 ? [] : [{ start: from, end: from + length }],
    offset: from,
    bytes: new Uint8Array(Buffer.from(text)).buffer,
    merge: false,
    label: "type",
  });

describe("bookmarks", () => {
  const files = useFiles();

  it("are made and taken away at the cursor, named, coloured, stepped through and picked", async () => {
    const opened = await open(files.write("marks.bin", "0123456789".repeat(10)));
    const { session } = opened;
    const told = follow(session);
    await settled(opened);
    select(session, 20, 24);
    await run("toggleBookmark");
    select(session, 5);
    await run("toggleBookmark");
    await toldOf(told, "5-6  blue; 20-24  blue");
    const dialogs = await answering("Rename…", "magic", "Red");
    select(session, 21);
    await run("editBookmark");
    await run("editBookmark");
    await toldOf(told, "5-6  blue; 20-24 magic red");
    assert.deepEqual(dialogs.asked, ["0x14", "Bookmark at 0x14", "0x14  magic"]);
    await run("nextBookmark");
    assert.equal(session.selectedRange.start, 5, "around the end");
    await run("nextBookmark");
    assert.deepEqual(session.selectedRange, { start: 20, end: 24 });
    await run("previousBookmark");
    assert.equal(session.selectedRange.start, 5);
    await answering("0x14  magic");
    await run("listBookmarks");
    assert.deepEqual(session.selectedRange, { start: 20, end: 24 });
    await run("toggleBookmark");
    await toldOf(told, "5-6  blue");
    await answering("Remove");
    await run("clearBookmarks");
    await toldOf(told, "");
    const empty = await answering();
    await run("nextBookmark");
    assert.match(empty.told.join(), /no bookmarks/);
  });

  it("stay on their bytes through edits, undo and redo", async () => {
    const uri = files.write("moved.bin", "0123456789".repeat(10));
    const opened = await open(uri);
    const { session } = opened;
    const told = follow(session);
    await settled(opened);
    select(session, 30, 34);
    await run("toggleBookmark");
    select(session, 50);
    await run("toggleBookmark");
    await toldOf(told, "30-34  blue; 50-51  blue");
    await replace(session, 10, 0, "inserted");
    await toldOf(told, "38-42  blue; 58-59  blue");
    await replace(session, 36, 8, "");
    await toldOf(told, "50-51  blue");
    await untilDirty(uri, true);
    await settled(opened);
    await undo();
    await toldOf(told, "38-42  blue; 58-59  blue");
    await undo();
    await toldOf(told, "30-34  blue; 50-51  blue");
    await redo();
    await toldOf(told, "38-42  blue; 58-59  blue");
  });

  it("are kept as places of the file on disk: there again with it after a save, and without one", async () => {
    const uri = files.write("kept.bin", "0123456789".repeat(10));
    let opened = await open(uri);
    const marks = async (): Promise<string> =>
      (await (await api()).bookmarks(opened.document)).map(({ start, end }) => `${start}-${end}`).join();
    select(opened.session, 30, 34);
    await run("toggleBookmark");
    await until("a bookmark", async () => (await marks()) === "30-34" || undefined);
    await replace(opened.session, 0, 0, "xyz");
    assert.equal(await marks(), "33-37");
    await untilDirty(uri, true);
    await settled(opened);
    await save();
    await untilDirty(uri, false);
    // Unsaved, and thrown away when the file is closed; the second bookmark is made behind it.
    await replace(opened.session, 0, 0, "12");
    select(opened.session, 52);
    await run("toggleBookmark");
    await until("two bookmarks", async () => (await marks()) === "35-39,52-53" || undefined);
    await untilDirty(uri, true);
    await closeAll();
    opened = await open(uri);
    assert.equal(await marks(), "33-37,50-51");
  });

  it("go along where VS Code renames the file while it is open, or a folder above it while it is not", async () => {
    const folder = path.dirname(files.write("before.bin", "0123456789".repeat(10)).fsPath);
    const at = (name: string): vscode.Uri => vscode.Uri.file(path.join(folder, name));
    const rename = async (from: string, to: string): Promise<void> => {
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(at(from), at(to));
      assert.equal(await vscode.workspace.applyEdit(edit), true);
    };
    const { session, document } = await open(at("before.bin"));
    const of = (await api()).bookmarks;
    select(session, 30, 34);
    await run("toggleBookmark");
    await until("a bookmark", async () => (await of(document)).length === 1 || undefined);
    await rename("before.bin", "after.bin");
    const renamed = await open(at("after.bin"));
    await until("its bookmark", async () => (await of(renamed.document))[0]?.start === 30 || undefined);
    await closeAll();
    fs.mkdirSync(at("one").fsPath);
    await rename("after.bin", "one/after.bin");
    await rename("one", "two");
    const moved = await open(at("two/after.bin"));
    await until("its bookmark there", async () => (await of(moved.document))[0]?.end === 34 || undefined);
  });
});
