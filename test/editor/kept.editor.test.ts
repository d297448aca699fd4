// Unsaved edits that outlive their document: in the edit log, found by VS Code's backup or without it. The end of a process is
// played by disposing of a document past VS Code; ui/crash.ui.test.mts kills real ones.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import type { BinaryDocument } from "../../extension/src/host/binaryDocument";
import {
  answering,
  api,
  closeAll,
  EXTENSION,
  open,
  overwrite,
  redo,
  save,
  tabOf,
  text,
  uncancelled,
  undo,
  until,
  untilDirty,
  type Opened,
  type ScriptedDialogs,
  useFiles,
} from "./support/fixture";

const APPLY = "Apply My Edits";
const ASIDE = "Keep Them Aside";
const DISCARD = "Discard My Edits";

describe("unsaved edits", () => {
  const files = useFiles();

  async function provider() {
    return (await api()).provider;
  }
  /** Past VS Code, as after a reload. */
  async function reopened(uri: vscode.Uri, backupId?: string): Promise<BinaryDocument> {
    return (await provider()).openCustomDocument(uri, { backupId, untitledDocumentData: undefined });
  }
  async function bytesOf(document: BinaryDocument): Promise<string> {
    return Buffer.from((await document.source.read(0, 99)).bytes).toString("latin1");
  }
  /** Edits without VS Code knowing, and ends as a process does that is killed. */
  async function leaveEdits(uri: vscode.Uri, ...edits: readonly [offset: number, bytes: string][]): Promise<void> {
    const document = await reopened(uri);
    for (const [offset, bytes] of edits) document.overwrite(offset, Buffer.from(bytes, "latin1"), false, "type");
    document.dispose();
  }

  it("that were set aside are listed with why, compared, put on the file, and deleted", async () => {
    const uri = files.write("aside.bin", "0123456789");
    await leaveEdits(uri, [2, "EDIT"]);
    fs.writeFileSync(uri.fsPath, "ABCDEFGHIJKL");
    const { told } = await answering(ASIDE);
    (await reopened(uri)).dispose();
    const aside = /kept in (.*)\.$/.exec(told.join())?.[1] ?? "";
    const steps = [
      ["Show the Differences", true],
      ["Put It on the File as Unsaved Edits", true],
      ["Delete…", false],
    ] as const;
    for (const [action, left] of steps) {
      const dialogs = await answering(...(action === "Delete…" ? ["Delete"] : []));
      const seen: string[] = [];
      dialogs.pick = (_title: string, items: readonly vscode.QuickPickItem[] = []) => {
        seen.push(...items.map(({ label, detail }) => `${label} ${detail ?? ""}`));
        const mine = items.find(({ label }) => label.startsWith("aside.bin · ") || label === action);
        return Promise.resolve(mine?.label);
      };
      await vscode.commands.executeCommand("terahex.showKept");
      assert.match(seen.join("\n"), /aside\.bin · .* another program had changed the file: 0x2 – 0x5/);
      if (action === "Show the Differences") {
        assert.deepEqual(dialogs.told, []);
        const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
        await until("the comparison", () => tabs().find(({ label }) => label === "Compare aside.bin"));
      } else if (action === "Put It on the File as Unsaved Edits") {
        const document = (await api()).document(uri);
        assert.ok(document);
        assert.equal(await bytesOf(document), "ABEDITGHIJKL");
        assert.equal(fs.readFileSync(uri.fsPath, "latin1"), "ABCDEFGHIJKL");
        await untilDirty(uri, true);
        await undo();
        await until("the undo", async () => ((await bytesOf(document)) === "ABCDEFGHIJKL" ? true : undefined));
      }
      assert.equal(fs.existsSync(aside), left, `${action}: ${aside}; ${dialogs.told.join()}`);
    }
  });

  describe("backup", () => {
    async function backupOf({ session, document }: Opened): Promise<vscode.CustomDocumentBackup> {
      await overwrite(session, 1, "EDITED");
      const destination = vscode.Uri.file(files.path("store/kept.backup"));
      return (await provider()).backupCustomDocument(document, { destination });
    }

    it("DL-27: holds a pointer, whatever the edits weigh, and brings them back", async () => {
      const { document } = await open(files.sparse("huge.bin", 2 ** 43));
      document.overwrite(2 ** 42, Buffer.alloc(5_000_000, 0x5a), false, "paste");
      const destination = vscode.Uri.file(files.path("store/kept.backup"));
      const backup = await (await provider()).backupCustomDocument(document, { destination });
      assert.ok(fs.statSync(destination.fsPath).size < 1024);
      document.dispose();
      const again = await reopened(document.uri, backup.id);
      const { bytes } = await again.source.read(2 ** 42 + 4_999_998, 4);
      assert.deepEqual([...new Uint8Array(bytes)], [0x5a, 0x5a, 0, 0]);
      assert.equal(again.dirty, true);
      again.abandonEdits();
      again.dispose();
      backup.delete();
      await until("no backup", () => (fs.existsSync(destination.fsPath) ? undefined : true));
    });

    it("is asked for by VS Code after an edit, and knows what was typed after it", async () => {
      const { session, document } = await open(files.write("a.bin", "................"));
      await overwrite(session, 0, "a");
      const kept = await until("VS Code's own backup", () => document.backups.path ?? undefined);
      const id = vscode.Uri.file(files.path("copy.backup")).toString();
      fs.copyFileSync(kept, files.path("copy.backup"));
      for (const [at, key] of [..."bcdef"].entries()) await overwrite(session, at + 1, key, true);
      document.dispose();
      const again = await reopened(document.uri, id);
      assert.equal((await bytesOf(again)).slice(0, 8), "abcdef..");
      again.abandonEdits();
      again.dispose();
    });

    it("DL-9: made on another version of the file, is applied only when the person says so", async () => {
      for (const [answer, expected] of [
        [APPLY, "AEDITEDHIJKL"],
        [DISCARD, "ABCDEFGHIJKL"],
        [ASIDE, "ABCDEFGHIJKL"],
      ] as const) {
        const opened = await open(files.write("a.bin", "0123456789"));
        const backup = await backupOf(opened);
        opened.document.dispose();
        fs.writeFileSync(opened.uri.fsPath, "ABCDEFGHIJKL");
        const dialogs = await answering(answer);
        const document = await reopened(opened.uri, backup.id);
        assert.match(dialogs.asked.join(), /changed by another program/);
        assert.match(dialogs.details.join(), /Undo steps: 1, changed: 6 bytes, places: 1 \(0x1 – 0x6\)/);
        assert.match(dialogs.details.join(), /Made on: 10 bytes[^]*now: 12 bytes/);
        assert.equal(await bytesOf(document), expected);
        assert.equal(document.dirty, answer === APPLY);
        if (answer === ASIDE) {
          const where = /kept in (.*)\.$/.exec(dialogs.told.join())?.[1] ?? "";
          assert.ok(fs.existsSync(where), where);
          fs.rmSync(where);
        }
        document.abandonEdits();
        document.dispose();
        await closeAll();
      }
    });

    it("DL-9: is neither applied nor lost while the person has not decided", async () => {
      const opened = await open(files.write("a.bin", "0123456789"));
      const backup = await backupOf(opened);
      opened.document.dispose();
      fs.writeFileSync(opened.uri.fsPath, "ABCDEFGHIJKL");
      const document = await reopened(opened.uri, backup.id);
      assert.equal(document.content.kind, "failed");
      assert.match(document.readOnlyReason ?? "", /waiting/);
      const destination = vscode.Uri.file(files.path("store/again.backup"));
      await (await provider()).backupCustomDocument(document, { destination });
      assert.deepEqual(fs.readFileSync(destination.fsPath), fs.readFileSync(files.path("store/kept.backup")));
      await answering(APPLY);
      await (await provider()).retry(opened.uri.toString());
      assert.equal(await bytesOf(document), "AEDITEDHIJKL");
      document.abandonEdits();
      document.dispose();
    });

    it("says so when the edits that it names are gone, and shows the file", async () => {
      const opened = await open(files.write("a.bin", "0123456789"));
      const backup = await backupOf(opened);
      opened.document.abandonEdits();
      opened.document.dispose();
      const dialogs = await answering();
      const document = await reopened(opened.uri, backup.id);
      assert.match(dialogs.told.join(), /can't be found any more/);
      assert.equal(await bytesOf(document), "0123456789");
      document.dispose();
    });
  });

  describe("DL-14: edits of a process that died", () => {
    /** Opens through VS Code, without a backup. */
    async function openAgain(uri: vscode.Uri): Promise<Opened> {
      const opened = await open(uri);
      await until("a page", () => opened.session.panel.visible || undefined);
      return opened;
    }

    it("come back when the file is opened, each as a step that can be undone, and say so", async () => {
      const uri = files.write("a.bin", "0123456789");
      await leaveEdits(uri, [0, "A"], [5, "B"], [9, "C"]);
      const dialogs = await answering();
      const { session, document } = await openAgain(uri);
      assert.equal(await text(session, 0, 10), "A1234B678C");
      await untilDirty(uri, true);
      await until("the message", () => (dialogs.asked.length > 0 ? true : undefined));
      assert.match(dialogs.asked.join(), /“a.bin” .* are back. Undo steps: 3/);
      await undo();
      await until("one step less", async () => ((await text(session, 0, 10)) === "A1234B6789" ? true : undefined));
      await undo();
      await undo();
      await untilDirty(uri, false);
      assert.equal(document.dirty, false);
      await redo();
      await redo();
      await until("two steps again", async () => ((await text(session, 0, 10)) === "A1234B6789" ? true : undefined));
      await save();
      await untilDirty(uri, false);
      assert.equal(files.read("a.bin"), "A1234B6789");
      await closeAll();
      const clean = await open(uri);
      assert.equal(clean.document.dirty, false);
    });

    it("go when the person discards them", async () => {
      const uri = files.write("a.bin", "0123456789");
      await leaveEdits(uri, [0, "A"]);
      await answering("Discard");
      const { session } = await openAgain(uri);
      await until("the file's content", async () => ((await text(session, 0, 10)) === "0123456789" ? true : undefined));
      await untilDirty(uri, false);
      await closeAll();
      assert.equal((await open(uri)).document.dirty, false);
    });

    it("are compared with the file on request", async () => {
      const uri = files.write("a.bin", "0123456789");
      await leaveEdits(uri, [3, "XYZ"]);
      const dialogs = await answering("Compare");
      // The panel comes in front of the editor before that one's page is there.
      await vscode.commands.executeCommand("vscode.openWith", uri, "terahex.editor", { preview: false });
      await until("the question", () => (dialogs.asked.length === 1 ? true : undefined));
      const panels = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
      await until("the panel", () => panels().some(({ label }) => label === "Compare a.bin") || undefined);
    });

    it("DL-9: are asked about when the file has changed", async () => {
      const uri = files.write("a.bin", "0123456789");
      await leaveEdits(uri, [0, "A"]);
      fs.appendFileSync(uri.fsPath, "++");
      const dialogs = await answering(APPLY);
      const { session } = await openAgain(uri);
      assert.match(dialogs.asked.join(), /changed by another program/);
      assert.equal(await text(session, 0, 99), "A123456789++");
      await untilDirty(uri, true);
      await save();
      await untilDirty(uri, false);
      assert.equal(files.read("a.bin"), "A123456789++");
    });

    it("are left alone while the process that has them runs, and brought here when the person says so", async () => {
      const uri = files.write("a.bin", "0123456789");
      fs.symlinkSync(uri.fsPath, files.path("link.bin"));
      const elsewhere = await reopened(vscode.Uri.file(files.path("link.bin")));
      elsewhere.overwrite(2, Buffer.from("X"), false, "type");
      await elsewhere.engine?.flushLog();
      const dialogs = await answering("Bring Them Here");
      const { session } = await openAgain(uri);
      await until("the edits", async () => ((await text(session, 0, 10)) === "01X3456789" ? true : undefined));
      assert.match(dialogs.asked.join(), /in another window/);
      await untilDirty(uri, true);
      elsewhere.abandonEdits();
      elsewhere.dispose();
    });

    it("are not left behind by a document that was saved elsewhere and closed", async () => {
      const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
      await overwrite(session, 0, "Z");
      const target = vscode.Uri.file(files.path("b.bin"));
      await (await provider()).saveCustomDocumentAs(document, target, uncancelled());
      assert.equal(files.read("b.bin"), "Z123456789");
      document.dispose();
      const again = await reopened(uri);
      assert.equal(again.dirty, false);
      again.dispose();
      assert.equal(tabOf(target), undefined);
    });

    it("are not left behind when VS Code is told not to save", async () => {
      const { uri, session } = await open(files.write("a.bin", "0123456789"));
      await overwrite(session, 0, "Z");
      await untilDirty(uri, true);
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
      await until("closed", () => (tabOf(uri) === undefined ? true : undefined));
      const again = await reopened(uri);
      assert.equal(again.dirty, false);
      again.dispose();
    });
  });

  describe("a save that was killed in the middle", () => {
    /** A journal stays for the file's next save; one whose record still counts holds all of these tests' large files. */
    const underWay = (storage: string): string[] =>
      fs
        .readdirSync(storage)
        .filter((name) => name.endsWith(".journal") && fs.statSync(path.join(storage, name)).size > 1024 * 1024);

    /** Kills a child process while its save is under way. @returns the edit log's storage folder */
    async function interrupt(uri: vscode.Uri): Promise<string> {
      const probe = await reopened(files.write("probe.bin", "0"));
      probe.overwrite(0, Buffer.from("1"), false, "type");
      const log = await until("a log", () => probe.engine?.log.path || undefined);
      probe.abandonEdits();
      probe.dispose();
      const storage = path.dirname(path.dirname(log));
      const root = vscode.extensions.getExtension(EXTENSION)?.extensionPath ?? "";
      const script = path.join(root, "test/unit/engine/editingChild.js");
      const child = spawn(process.execPath, [script, uri.fsPath, storage, "bigSave"], {
        env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
        stdio: "ignore",
      });
      const ended = new Promise((resolve) => child.on("close", resolve));
      const touched = fs.statSync(uri.fsPath).mtimeMs;
      await until("a save under way", () => {
        const [journal] = underWay(storage);
        return journal !== undefined && fs.statSync(uri.fsPath).mtimeMs !== touched ? journal : undefined;
      });
      child.kill("SIGKILL");
      await ended;
      assert.equal(underWay(storage).length, 1, "the save came to its end too early for this test");
      return storage;
    }

    it("DL-8: is finished or undone before the file is shown, and the edits are there either way", async () => {
      const size = 64 * 1024 * 1024;
      const uri = files.write("big.bin", Buffer.alloc(size, "old "));
      const storage = await interrupt(uri);
      const dialogs = await answering();
      const { session, document } = await open(uri);
      assert.match(dialogs.told.join(), /interrupted save of “big.bin” has been (completed|undone)/);
      const saved = /completed/.test(dialogs.told.join());
      const onDisk = fs.readFileSync(uri.fsPath);
      assert.ok(onDisk.equals(Buffer.alloc(size, saved ? "new " : "old ")), "a mix");
      assert.equal(document.dirty, !saved);
      assert.equal(await text(session, size / 2, 8), "new new ");
      assert.deepEqual(underWay(storage), []);
    });

    it("is asked about when another program has changed the file since, and nothing is touched undecided", async () => {
      const size = 64 * 1024 * 1024;
      const uri = files.write("big.bin", Buffer.alloc(size, "old "));
      await interrupt(uri);
      const file = fs.openSync(uri.fsPath, "r+");
      for (let at = 0; at < 100 * 4096; at += 4096) fs.writeSync(file, "somebody else", at);
      fs.closeSync(file);
      const theirs = fs.readFileSync(uri.fsPath);
      let dialogs = await answering();
      const { session, document } = await open(uri);
      assert.match(dialogs.asked.join(), /interrupted, and it is in doubt/);
      assert.equal(document.content.kind, "failed");
      assert.ok(fs.readFileSync(uri.fsPath).equals(theirs), "touched");
      dialogs = await answering("Put the Old Bytes Back");
      await (await provider()).retry(uri.toString());
      await until("the file", () => (document.content.kind === "engine" ? true : undefined));
      assert.ok(fs.readFileSync(uri.fsPath).equals(Buffer.alloc(size, "old ")), "not the old bytes");
      assert.equal(await text(session, 0, 16), "new new new new ", "what was to be saved is unsaved again");
      assert.equal(document.dirty, true);
      const copy = /kept in (.*)\.$/.exec(dialogs.told[0] ?? "")?.[1] ?? "";
      assert.ok(fs.existsSync(copy), dialogs.told.join());
      fs.rmSync(copy);
    });
  });

  describe("the log's trouble", () => {
    it("is told once, and neither editing nor saving nor the backup suffers", async () => {
      const dialogs: ScriptedDialogs = await answering();
      const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
      await overwrite(session, 0, "A");
      const log = await until("the log", () => document.engine?.log.path || undefined);
      await save();
      await untilDirty(uri, false);
      await until("no log", () => (fs.existsSync(log) ? undefined : true));
      const folder = path.dirname(log);
      fs.renameSync(folder, `${folder}.away`);
      try {
        fs.writeFileSync(folder, "no folder any more");
        await overwrite(session, 1, "B");
        await until("the warning", () => (/kept safe from a crash/.test(dialogs.told.join()) ? true : undefined));
        const kept = await until("VS Code's own backup", () => document.backups.path ?? undefined);
        fs.copyFileSync(kept, files.path("copy.backup"));
        await overwrite(session, 2, "C");
        await save();
        await untilDirty(uri, false);
        assert.equal(files.read("a.bin"), "ABC3456789");
        assert.equal(dialogs.told.length, 1);
      } finally {
        fs.rmSync(folder);
        fs.renameSync(`${folder}.away`, folder);
      }
      await closeAll();
      fs.writeFileSync(uri.fsPath, "0123456789");
      await answering(APPLY);
      const again = await reopened(uri, vscode.Uri.file(files.path("copy.backup")).toString());
      assert.equal((await bytesOf(again))[1], "B");
      again.abandonEdits();
      again.dispose();
    });
  });
});
