// Files that VS Code renames or moves, or whose folders, while Terahex has them open: their tabs stay, with unsaved edits and cursors.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { afterEach, describe, it } from "mocha";
import * as vscode from "vscode";
import {
  answering,
  api,
  open,
  overwrite,
  save,
  settled,
  tabOf,
  text,
  undo,
  until,
  untilDirty,
  useFiles,
  VIEW_TYPE,
  type Opened,
} from "./support/fixture";

const allTabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);

describe("renaming in VS Code", () => {
  afterEach(async () => {
    // "Close All" leaves them.
    await vscode.window.tabGroups.close(allTabs().filter(({ isPinned }) => isPinned));
  });
  const files = useFiles();
  const to = (name: string): vscode.Uri => vscode.Uri.file(files.path(name));

  async function rename(from: vscode.Uri, after: vscode.Uri): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(from, after);
    assert.equal(await vscode.workspace.applyEdit(edit), true);
  }
  async function openDirty(uri: vscode.Uri, ...bytes: [offset: number, text: string][]): Promise<Opened> {
    const opened = await open(uri);
    for (const [offset, byte] of bytes) await overwrite(opened.session, offset, byte);
    await untilDirty(uri, true);
    await settled(opened);
    return opened;
  }
  /** Once it is back in Terahex. */
  const reopened = (uri: vscode.Uri): Promise<Opened> =>
    until(`${uri.fsPath} in Terahex`, async () => {
      const [session] = (await api()).sessions(uri);
      return session?.isOpen === true ? { uri, session, document: session.document } : undefined;
    });
  async function shown(uri: vscode.Uri): Promise<Opened> {
    await vscode.commands.executeCommand("vscode.openWith", uri, VIEW_TYPE, vscode.ViewColumn.One);
    return reopened(uri);
  }
  /** The tabs of each group; ! for an editor that is not Terahex, • for the one that is shown, * for unsaved edits. */
  const tabs = (): string[] =>
    vscode.window.tabGroups.all.map((group) =>
      group.tabs
        .map(({ label, input, isActive, isDirty, isPinned }) => {
          const marks = [
            !(input instanceof vscode.TabInputCustom) && "!",
            isActive && "•",
            isDirty && "*",
            isPinned && "^",
          ];
          return label + marks.filter((mark) => mark !== false).join("");
        })
        .join(" "),
    );
  const untilTabs = (...expected: string[]): Promise<unknown> => {
    let seen: string[] = [];
    return until(expected.join(" | "), () => (String((seen = tabs())) === String(expected) ? true : undefined)).catch(
      () => assert.deepEqual(seen, expected),
    );
  };

  it("keeps unsaved edits as steps that can be undone, and saves them under the new name", async () => {
    const dialogs = await answering();
    const before = files.write("before.bin", "0123456789");
    const { session: first } = await openDirty(before, [2, "x"], [4, "y"]);
    first.select({ anchor: 4, focus: 6, column: "text" });
    await rename(before, to("after.bin"));
    const { session, document } = await reopened(to("after.bin"));
    await untilTabs("after.bin•*");
    assert.equal(await text(session, 0, 10), "01x3y56789");
    assert.deepEqual(session.selection, { anchor: 4, focus: 6, column: "text" });
    assert.equal(files.read("after.bin"), "0123456789");
    assert.equal(document.currentTrouble, undefined);
    await settled({ session, document });
    await undo();
    await until("undone", async () => ((await text(session, 0, 10)) === "01x3456789" ? true : undefined));
    await save();
    await untilDirty(to("after.bin"), false);
    assert.equal(files.read("after.bin"), "01x3456789");
    assert.deepEqual([dialogs.asked, dialogs.told], [[], []]);
  });

  it("keeps them where a folder above is renamed, in the foreground and in the background", async () => {
    const dialogs = await answering();
    fs.mkdirSync(files.path("before/deep"), { recursive: true });
    await openDirty(files.write("before/deep/a.bin", "0123456789"), [2, "x"]);
    await open(files.write("before/b.bin", "0123456789"));
    await openDirty(files.write("before/c.bin", "0123456789"), [3, "y"]);
    await openDirty(files.write("before/d.bin", "0123456789"), [3, "z"]);
    await open(files.write("e.bin", "0123456789"));
    await open(files.write("before/f.bin", "0123456789"), vscode.ViewColumn.Two);
    await openDirty(files.write("before/g.bin", "0123456789"), [3, "z"]);
    await rename(to("before"), to("after"));
    await untilTabs("a.bin* b.bin c.bin* d.bin* e.bin•", "f.bin g.bin•*");
    const a = await shown(to("after/deep/a.bin"));
    assert.equal(await text(a.session, 0, 10), "01x3456789");
    const c = await shown(to("after/c.bin"));
    assert.equal(await text(c.session, 0, 10), "012y456789");
    await settled(c);
    await save();
    await untilDirty(c.uri, false);
    assert.equal(files.read("after/c.bin"), "012y456789");
    assert.equal(files.read("after/deep/a.bin"), "0123456789");
    assert.equal(fs.existsSync(files.path("before")), false);
    assert.deepEqual([dialogs.asked, dialogs.told], [[], []]);
  });

  it("leaves each tab in its place", async () => {
    await open(files.write("first.bin", "0"));
    const before = files.write("before.bin", "0123456789");
    await open(before);
    await vscode.commands.executeCommand("workbench.action.pinEditor");
    await vscode.commands.executeCommand("vscode.openWith", files.write("plain.txt", "text"), "default", {
      preview: false,
    });
    await open(files.write("last.bin", "0"));
    await open(before, vscode.ViewColumn.Two);
    await open(files.write("other.bin", "0"), vscode.ViewColumn.Two);
    await vscode.commands.executeCommand("workbench.action.focusFirstEditorGroup");
    await untilTabs("before.bin^ plain.txt! last.bin• first.bin", "before.bin other.bin•");
    await rename(before, to("after.bin"));
    await untilTabs("after.bin^ plain.txt! last.bin• first.bin", "after.bin other.bin•");
    assert.equal(vscode.window.tabGroups.activeTabGroup.viewColumn, vscode.ViewColumn.One);
  });

  it("shows a picture as a picture again", async () => {
    const bmp = Buffer.alloc(58);
    bmp.write("BM");
    for (const [offset, value] of [[2, 58], [10, 54], [14, 40], [18, 1], [22, 1]] as const) bmp.writeUInt32LE(value, offset); // prettier-ignore
    bmp.writeUInt16LE(1, 26);
    bmp.writeUInt16LE(24, 28);
    const before = files.write("before.bmp", bmp);
    await open(before);
    await vscode.commands.executeCommand("terahex.showPixels");
    const shows = async (uri: vscode.Uri): Promise<string> =>
      (await api())
        .sessions(uri)
        .map((session) => session.shows)
        .join();
    await until("a picture", async () => ((await shows(before)) === "bytes,pixels" ? true : undefined));
    await untilTabs("before.bmp•", "before.bmp•");
    await rename(before, to("after.bmp"));
    await untilTabs("after.bmp•", "after.bmp•");
    await until("a picture again", async () =>
      /^(bytes,pixels|pixels,bytes)$/.test(await shows(to("after.bmp"))) ? true : undefined,
    );
  });

  it("leaves a tab of the text editor what it is", async () => {
    const before = files.write("before.bin", "0123456789");
    await vscode.commands.executeCommand("vscode.openWith", before, "default", { preview: false });
    await open(before, vscode.ViewColumn.Two);
    await rename(before, to("after.bin"));
    await untilTabs("after.bin!•", "after.bin•");
  });

  it("takes edits for unsaved again where the renaming fails", async () => {
    const before = files.write("before.bin", "0123456789");
    const { document, session } = await openDirty(before, [2, "x"]);
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(before, to("after.bin"));
    // Behind VS Code's own look at the target.
    const taking = vscode.workspace.onWillRenameFiles(() => void files.write("after.bin", "taken"));
    await vscode.workspace.applyEdit(edit).then(undefined, () => undefined);
    taking.dispose();
    assert.equal(files.read("after.bin"), "taken");
    await untilDirty(before, true);
    assert.equal(document.dirty, true);
    assert.equal(await text(session, 0, 10), "01x3456789");
  });

  it("asks, where another program wrote to the file before", async () => {
    const dialogs = await answering("Keep Them Aside");
    const before = files.write("before.bin", "0123456789");
    await openDirty(before, [2, "x"]);
    fs.writeFileSync(before.fsPath, "ABCDEFGHIJ");
    await rename(before, to("after.bin"));
    const { session } = await reopened(to("after.bin"));
    assert.match(dialogs.asked[0] ?? "", /was changed by another program/);
    assert.equal(await text(session, 0, 10), "ABCDEFGHIJ");
    assert.equal(files.read("after.bin"), "ABCDEFGHIJ");
  });

  it("asks, where another program wrote to the file after, and gave it its old time back", async () => {
    const dialogs = await answering("Keep Them Aside");
    const before = files.write("before.bin", "0123456789");
    const time = new Date("2020-02-02T02:02:02Z");
    fs.utimesSync(before.fsPath, time, time);
    await openDirty(before, [2, "x"]);
    // Behind Terahex's own listener, and before VS Code has answered it.
    const watching = vscode.workspace.onDidRenameFiles(() => {
      fs.writeFileSync(files.path("after.bin"), "ABCDEFGHIJ");
      fs.utimesSync(files.path("after.bin"), time, time);
    });
    await rename(before, to("after.bin"));
    const { session } = await reopened(to("after.bin"));
    watching.dispose();
    assert.equal(fs.statSync(files.path("after.bin")).mtimeMs, time.getTime());
    assert.match(dialogs.asked[0] ?? "", /was changed by another program/);
    assert.equal(await text(session, 0, 10), "ABCDEFGHIJ");
    assert.equal(tabOf(before), undefined);
    assert.equal(path.basename(session.document.path), "after.bin");
  });
});
