// Files behind other schemes than the disk's: read and written whole, with everything that an editor owes them.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import * as vscode from "vscode";
import {
  answering,
  closeAll,
  open,
  overwrite,
  save,
  settled,
  text,
  undo,
  untilDirty,
  type ScriptedDialogs,
} from "./support/fixture";

interface Held {
  bytes: Uint8Array;
  mtime: number;
  size?: number;
}

describe("files that are none of the disk's", () => {
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const held = new Map<string, Held>();
  let registered: vscode.Disposable;
  let dialogs: ScriptedDialogs;

  const found = (uri: vscode.Uri): Held => {
    const file = held.get(uri.path);
    if (file === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return file;
  };
  const uriOf = (name: string): vscode.Uri => vscode.Uri.from({ scheme: "wholetest", path: `/${name}` });
  const put = (name: string, content: string, size?: number): vscode.Uri => {
    held.set(`/${name}`, { bytes: Buffer.from(content), mtime: 1, ...(size === undefined ? {} : { size }) });
    return uriOf(name);
  };
  const content = (name: string): string => Buffer.from(held.get(`/${name}`)?.bytes ?? []).toString("latin1");

  before(() => {
    registered = vscode.workspace.registerFileSystemProvider("wholetest", {
      onDidChangeFile: changed.event,
      watch: () => new vscode.Disposable(() => undefined),
      stat: (uri) => {
        if (uri.path === "/") return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
        const { bytes, mtime, size = bytes.length } = found(uri);
        return { type: vscode.FileType.File, ctime: 0, mtime, size };
      },
      readDirectory: () => [...held.keys()].map((path) => [path.slice(1), vscode.FileType.File]),
      readFile: (uri) => found(uri).bytes,
      writeFile: (uri, bytes) => {
        held.set(uri.path, { bytes: bytes.slice(), mtime: (held.get(uri.path)?.mtime ?? 0) + 1 });
        changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
      },
      createDirectory: () => undefined,
      delete: (uri) => void held.delete(uri.path),
      rename: (from, to) => {
        held.set(to.path, found(from));
        held.delete(from.path);
      },
    });
  });
  after(() => {
    registered.dispose();
  });
  beforeEach(async () => {
    dialogs = await answering();
  });
  afterEach(async () => {
    await closeAll();
    held.clear();
  });

  it("opens, edits, undoes and saves", async () => {
    const one = await open(put("a.bin", "0123456789"));
    assert.equal(await text(one.session, 2, 99), "23456789");
    await overwrite(one.session, 3, "XY");
    await untilDirty(one.uri, true);
    await settled(one);
    await undo();
    await untilDirty(one.uri, false);
    await overwrite(one.session, 0, "Z");
    await untilDirty(one.uri, true);
    assert.equal(content("a.bin"), "0123456789");
    await save();
    await untilDirty(one.uri, false);
    assert.equal(content("a.bin"), "Z123456789");
  });

  it("keeps unsaved edits where VS Code renames the file", async () => {
    const one = await open(put("a.bin", "0123456789"));
    await overwrite(one.session, 3, "XY");
    await untilDirty(one.uri, true);
    await settled(one);
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(one.uri, uriOf("b.bin"));
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    await untilDirty(uriOf("b.bin"), true);
    assert.equal(content("b.bin"), "0123456789");
    await save();
    await untilDirty(uriOf("b.bin"), false);
    assert.equal(content("b.bin"), "012XY56789");
    assert.deepEqual([held.has("/a.bin"), dialogs.asked], [false, []]);
  });

  it("DL-13: asks before it saves over what others wrote", async () => {
    const one = await open(put("a.bin", "0123456789"));
    await overwrite(one.session, 0, "Z");
    await untilDirty(one.uri, true);
    held.set("/a.bin", { bytes: Buffer.from("theirs, longer"), mtime: 9 });
    await settled(one);
    await save();
    assert.equal(content("a.bin"), "theirs, longer");
    assert.match(dialogs.asked.join(), /Another program/);
  });

  it("takes the edits of a backup up again, for the same version of the file alone", async () => {
    const one = await open(put("a.bin", "0123456789"));
    await overwrite(one.session, 0, "Z");
    const backup = uriOf("backup");
    // As VS Code has it made, and gives it back after a reload.
    const bytes = await (async () => {
      await one.document.engine?.backup(backup.toString());
      return content("backup");
    })();
    assert.match(bytes, /plain-backup/);
    one.document.engine?.revert();
    const { content: state } = one.document;
    assert.ok(state.kind === "engine" && state.whole !== undefined);
    state.whole.restore(Buffer.from(bytes, "latin1"), false);
    assert.equal(await text(one.session, 0, 10), "Z123456789");
    one.document.engine?.revert();
  });

  it("says of a file that is too large both figures, in the editor", async () => {
    const { document, session } = await open(put("large.bin", "", 300 * 2 ** 20));
    assert.equal(document.content.kind, "failed");
    assert.match(session.panel.webview.html, /300 MiB.*256 MiB/);
  });
});
