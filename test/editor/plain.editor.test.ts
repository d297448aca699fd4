// Where the native core can't be loaded nobody sees a blank editor: files open, are edited, saved, searched and read as structs in
// plain Node, and what is missing says so. DL-31.
import assert from "node:assert/strict";
import fs from "node:fs";
import { afterEach, beforeEach, describe, it } from "mocha";
import * as vscode from "vscode";
import type { FindAnswer, FindQuery } from "../../shared/findProtocol";
import type { StructState } from "../../shared/structProtocol";
import {
  answering,
  api,
  ask,
  open,
  overwrite,
  redo,
  refused,
  save,
  settled,
  text,
  undo,
  untilDirty,
  type ScriptedDialogs,
  useFiles,
} from "./support/fixture";

const REASON = "libc.so.6: version `GLIBC_2.99' not found";
const QUERY: FindQuery = {
  kind: "text",
  text: "",
  encoding: "utf-8",
  type: "u4le",
  aligned: false,
  matchCase: true,
  least: 4,
};

describe("without the native core", () => {
  const files = useFiles();
  let dialogs: ScriptedDialogs;
  let restore: () => void;
  beforeEach(async () => {
    dialogs = await answering();
    restore = (await api()).setEngineLoader(() => {
      throw new Error(REASON);
    });
  });
  afterEach(() => restore());

  // The first: it is said once in the life of a window.
  it("opens, edits, undoes and saves in place, and says once why it runs like this", async () => {
    const one = await open(files.write("a.bin", "0123456789"));
    assert.equal(await text(one.session, 2, 99), "23456789");
    assert.equal(one.document.state().readOnly, false);
    assert.match(one.session.panel.webview.html, /main\.js/);
    const inode = fs.statSync(files.path("a.bin")).ino;
    await overwrite(one.session, 3, "XY");
    await untilDirty(one.uri, true);
    await settled(one);
    await undo();
    await untilDirty(one.uri, false);
    await redo();
    await untilDirty(one.uri, true);
    assert.equal(files.read("a.bin"), "0123456789");
    await save();
    await untilDirty(one.uri, false);
    assert.equal(files.read("a.bin"), "012XY56789");
    assert.equal(fs.statSync(files.path("a.bin")).ino, inode);
    const two = await open(files.write("b.bin", "second"));
    assert.equal(await text(two.session, 0, 9), "second");
    const said = dialogs.told.filter((message) => message.includes("native core"));
    assert.equal(said.length, 1);
    assert.ok(said[0]?.includes(REASON), said[0]);
  });

  it("keeps unsaved edits where VS Code renames the file", async () => {
    const one = await open(files.write("a.bin", "0123456789"));
    await overwrite(one.session, 3, "XY");
    await untilDirty(one.uri, true);
    await settled(one);
    const after = vscode.Uri.file(files.path("b.bin"));
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(one.uri, after);
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    await untilDirty(after, true);
    await save();
    await untilDirty(after, false);
    assert.equal(files.read("b.bin"), "012XY56789");
    assert.deepEqual(dialogs.asked, []);
  });

  it("finds text in the edited document, and says in the find bar what cannot be found", async () => {
    const { session } = await open(files.write("a.bin", "one needle, two needles"));
    await overwrite(session, 0, "pin");
    const start = (query: FindQuery): Promise<FindAnswer["start"]> =>
      ask(session, { type: "find", ask: { kind: "start", query, from: 0, backward: false } }) as Promise<
        FindAnswer["start"]
      >;
    assert.deepEqual((await start({ ...QUERY, text: "needle" })).hit, { start: 4, end: 10 });
    assert.equal((await start({ ...QUERY, text: "one" })).hit, undefined);
    const pattern = await start({ ...QUERY, kind: "regex", text: "n.*d" });
    assert.match(pattern.problem?.message ?? "", /native core/);
  });

  it("reads structs with unsaved edits", async () => {
    const bmp = Buffer.alloc(58);
    bmp.write("BM");
    bmp.writeUInt32LE(58, 2);
    bmp.writeUInt32LE(54, 10);
    bmp.writeUInt32LE(40, 14);
    bmp.writeInt32LE(1, 18);
    bmp.writeInt32LE(1, 22);
    bmp.writeUInt16LE(1, 26);
    bmp.writeUInt16LE(24, 28);
    const { session } = await open(files.write("a.bmp", bmp));
    await overwrite(session, 2, "\x39");
    const state = (await ask(session, { type: "struct", ask: { kind: "open" } })) as StructState;
    assert.ok(state.root !== undefined, JSON.stringify(state));
    const rows = await ask(session, {
      type: "struct",
      ask: { kind: "children", path: "file_header", from: 0, count: 9 },
    });
    assert.match(JSON.stringify(rows), /"57 \(0x39\)"/);
  });

  it("exports the edits as a patch, and applies it", async () => {
    const one = await open(files.write("a.bin", "0123456789"));
    await overwrite(one.session, 3, "XY");
    await untilDirty(one.uri, true);
    for (const format of ["BPS", "JSON"]) {
      dialogs = await answering(format, files.path(format));
      await vscode.commands.executeCommand("terahex.exportPatch");
      assert.match(dialogs.told.join(), /^Exported to .* Changes: 1\.$/);
    }
    await undo();
    await untilDirty(one.uri, false);
    // What redo could reach is not to be lost: it is tried on another document first.
    dialogs = await answering(files.path("BPS"));
    await vscode.commands.executeCommand("terahex.applyPatch");
    assert.match(dialogs.told.join(), /has been applied/);
    assert.equal(await text(one.session, 0, 10), "012XY56789");
  });

  it("says that comparing needs the core, and leaves no empty panel", async () => {
    await open(files.write("a.bin", "0123456789"));
    dialogs = await answering("With the File on Disk");
    await vscode.commands.executeCommand("terahex.compare");
    assert.match(dialogs.told.join(), /Comparing needs the native core/);
    assert.deepEqual(
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label)),
      ["a.bin"],
    );
  });

  it("gives the reason where a file can't be opened at all", async () => {
    const { document, session } = await open(vscode.Uri.file(files.path("gone.bin")));
    assert.equal(document.content.kind, "failed");
    assert.ok(session.panel.webview.html.includes("gone.bin"));
    assert.equal((await refused(session, { type: "readWindow", offset: 0, length: 1 })).code, "closed");
  });
});
