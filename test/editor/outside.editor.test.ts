// The rest of the outside-change matrix in a real VS Code (keeping.editor.test.ts has the plain rows): history after a follow,
// keep mine, compare, mappings, a second name of the same file, a save meanwhile; and live mode.
import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterEach, describe, it } from "mocha";
import * as vscode from "vscode";
import type { BinaryDocument } from "../../extension/src/host/binaryDocument";
import type { Trouble, TroubleAction } from "../../shared/protocol";
import {
  api,
  ask,
  answering,
  closeAll,
  useFiles,
  type Files,
  open,
  overwrite,
  pause,
  refused,
  save,
  tabOf,
  text,
  undo,
  until,
  untilDirty,
  type Opened,
} from "./support/fixture";

const python = spawnSync("python3", ["--version"]).status === 0;

const children: ChildProcess[] = [];
/** Of the suite that calls it: hooks outside of one would run around every editor test. */
function useFilesAndChildren(): Files {
  afterEach(() => {
    for (const child of children.splice(0)) child.kill();
  });
  return useFiles();
}

const trouble = (document: BinaryDocument, kind: Trouble["kind"]): Promise<Trouble> =>
  until(`trouble "${kind}"`, () => {
    const { trouble: found } = document.state();
    return found?.kind === kind ? found : undefined;
  });
const choose = ({ session }: Opened, action: TroubleAction): void =>
  session.acceptRaw({ kind: "notice", body: { type: "troubleAction", action } });
const untilText = (opened: Opened, expected: string): Promise<true> =>
  until(`"${expected}"`, async () => ((await text(opened.session, 0, 99)) === expected ? true : undefined));

/** A process that maps the file, stores `first` at 2, waits for a line, and stores `second` there through the same page. */
function mappingWriter(file: string, first: string, second: string): { more(): void; stored: Promise<unknown> } {
  const program = `
import mmap, sys
with open(sys.argv[1], "r+b") as file:
    memory = mmap.mmap(file.fileno(), 0)
    for text in sys.argv[2:]:
        memory[2:2 + len(text)] = text.encode()
        print("stored", flush=True)
        sys.stdin.readline()
`;
  const child = spawn("python3", ["-c", program, file, first, second]);
  children.push(child);
  const stored = new Promise((resolve) => child.stdout.once("data", resolve));
  return { more: () => void child.stdin.write("\n"), stored };
}

describe("outside changes, history and choices", () => {
  const files = useFilesAndChildren();

  it("DL-13: a long edit that counts on what it has seen is not overtaken by the file on disk", async () => {
    const opened = await open(files.write("a.bin", "0123456789"));
    const { document } = opened;
    await document.longStep("Long Edit", async (engine) => {
      const { version } = engine;
      engine.beginStep();
      fs.rmSync(opened.uri.fsPath);
      fs.writeFileSync(opened.uri.fsPath, "ABCDEFGHIJ");
      await pause(2500); // the watcher, and the look every two seconds
      assert.equal(engine.version, version);
      engine.endStep();
    });
    await untilText(opened, "ABCDEFGHIJ");
  });

  it("DL-13: a clean document that follows its file keeps cursor and undo steps", async () => {
    const opened = await open(files.write("a.bin", "0123456789"));
    await overwrite(opened.session, 1, "X");
    await untilDirty(opened.uri, true);
    await save();
    await untilDirty(opened.uri, false);
    opened.session.select({ anchor: 7, focus: 7, column: "text" });
    fs.writeFileSync(opened.uri.fsPath, "ABCDEFGHIJ");
    await untilText(opened, "ABCDEFGHIJ");
    assert.equal(opened.session.selection.focus, 7);
    await undo();
    await untilText(opened, "A1CDEFGHIJ");
    await untilDirty(opened.uri, true);
  });

  it("DL-13: keeps mine on top: every step of mine, the rest theirs, and the save asks no more", async () => {
    const opened = await open(files.write("a.bin", "0123456789"));
    await overwrite(opened.session, 1, "X");
    await overwrite(opened.session, 4, "Y");
    await untilDirty(opened.uri, true);
    fs.writeFileSync(opened.uri.fsPath, "ABCDEFGHIJ++");
    await trouble(opened.document, "grown");
    choose(opened, "keepMine");
    await untilText(opened, "AXCDYFGHIJ++");
    assert.equal(opened.document.state().trouble, undefined);
    await undo();
    await untilText(opened, "AXCDEFGHIJ++");
    const dialogs = await answering();
    await save();
    await untilDirty(opened.uri, false);
    assert.deepEqual(dialogs.asked, []);
    assert.equal(files.read("a.bin"), "AXCDEFGHIJ++");
  });

  it("DL-13: says why mine do not fit, and keeps them", async () => {
    const opened = await open(files.write("a.bin", "0123456789"));
    await overwrite(opened.session, 8, "X");
    fs.truncateSync(opened.uri.fsPath, 4);
    await trouble(opened.document, "truncated");
    const dialogs = await answering();
    choose(opened, "keepMine");
    await until("a reason", () => (dialogs.told.length > 0 ? true : undefined));
    assert.match(dialogs.told[0] ?? "", /too short/);
    assert.equal(await text(opened.session, 8, 1), "X");
    assert.equal(opened.document.state().trouble?.kind, "truncated");
  });

  it("compares what is edited with what the file has now, in a panel", async () => {
    const opened = await open(files.write("a.bin", "0123456789"));
    await overwrite(opened.session, 1, "X");
    fs.writeFileSync(opened.uri.fsPath, "ABCDEFGHIJ");
    await trouble(opened.document, "modified");
    choose(opened, "compare");
    const panels = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
    await until("the panel", () => panels().some(({ label }) => label === "Compare a.bin") || undefined);
  });

  it("DL-13: a mode that changed is no reason to lose anything, nor to ask a clean document's owner", async function () {
    if (process.platform === "win32") this.skip(); // no modes
    const opened = await open(files.write("a.bin", "0123456789"));
    fs.chmodSync(opened.uri.fsPath, 0o600);
    await pause(500);
    assert.equal(opened.document.state().trouble, undefined);
    await overwrite(opened.session, 1, "X");
    fs.chmodSync(opened.uri.fsPath, 0o640);
    await trouble(opened.document, "modified");
    choose(opened, "keepMine");
    await until("no banner", () => opened.document.state().trouble === undefined || undefined);
    await untilDirty(opened.uri, true);
    await save();
    await untilDirty(opened.uri, false);
    assert.equal(files.read("a.bin"), "0X23456789");
    assert.equal(fs.statSync(opened.uri.fsPath).mode & 0o777, 0o640);
  });

  it("DL-13: sees stores through another program's mapping, also those that leave the file's times alone", async function () {
    if (!python) this.skip();
    const opened = await open(files.write("a.bin", "x".repeat(8192)));
    const writer = mappingWriter(opened.uri.fsPath, "ABC", "DEF");
    await writer.stored;
    await until("the first store", async () => ((await text(opened.session, 2, 3)) === "ABC" ? true : undefined));
    await pause(2500);
    await overwrite(opened.session, 0, "E");
    await text(opened.session, 0, 4096);
    await pause(2500);
    assert.equal(opened.document.state().trouble, undefined);
    writer.more();
    await trouble(opened.document, "modified");
    assert.equal(await text(opened.session, 0, 6), "ExDEFx");
    choose(opened, "keepMine");
    await until("no banner", () => opened.document.state().trouble === undefined || undefined);
  });

  it("DL-13: two editors under two names of one file: one saves, the other follows or asks", async () => {
    const first = await open(files.write("a.bin", "0123456789"));
    fs.linkSync(first.uri.fsPath, files.path("b.bin"));
    const second = await open(vscode.Uri.file(files.path("b.bin")));
    await until("both settled", () => (first.document.state().trouble === undefined ? true : undefined));
    await overwrite(first.session, 1, "X");
    await untilDirty(first.uri, true);
    first.session.panel.reveal();
    await until("an active tab", () => (tabOf(first.uri)?.isActive ? true : undefined));
    first.document.state();
    await answering("Save My Edits Into It"); // the new link changed its status
    await save();
    await untilDirty(first.uri, false);
    second.session.panel.reveal();
    await untilText(second, "0X23456789");
    await overwrite(second.session, 2, "Y");
    await untilDirty(second.uri, true);
    await overwrite(first.session, 3, "Z");
    await untilDirty(first.uri, true);
    first.session.panel.reveal();
    await until("an active tab", () => (tabOf(first.uri)?.isActive ? true : undefined));
    await save();
    await untilDirty(first.uri, false);
    // Of what was written under the other name no event need tell a tab that is hidden.
    second.session.panel.reveal();
    await trouble(second.document, "modified");
    choose(second, "keepMine");
    await untilText(second, "0XYZ456789");
  });
});

describe("live mode", () => {
  const files = useFilesAndChildren();

  const command = (name: string): Thenable<unknown> => vscode.commands.executeCommand(`terahex.${name}`);
  const bytesOf = (content: string): ArrayBuffer => new Uint8Array(Buffer.from(content, "latin1")).buffer;

  it("shows a shared memory segment that another process is changing, and writes into it once armed", async function () {
    if (!python || !fs.existsSync("/dev/shm")) this.skip();
    const segment = path.join("/dev/shm", `terahex-editor-${process.pid}`);
    fs.writeFileSync(segment, Buffer.alloc(8192));
    try {
      const program = `
import mmap, sys, time
with open(sys.argv[1], "r+b") as file:
    memory = mmap.mmap(file.fileno(), 0)
    while memory[100] == 0:
        memory[0] = (memory[0] + 1) % 256
        time.sleep(0.005)
`;
      const child = spawn("python3", ["-c", program, segment]);
      children.push(child);
      const ended = new Promise((resolve) => child.on("close", resolve));
      const { session, document } = await open(vscode.Uri.file(segment));
      await command("toggleLive");
      assert.equal(document.state().live, "watching");
      assert.equal(document.state().readOnly, true);
      const seen = new Set<number>();
      await until("many values", async () => {
        const { bytes } = await ask(session, { type: "readLive", offset: 0, length: 4096 });
        seen.add(new Uint8Array(bytes)[0] ?? -1);
        return seen.size > 30 ? true : undefined;
      });
      assert.equal(document.state().trouble, undefined);
      const blocked = { type: "overwrite", offset: 100, bytes: bytesOf("!"), merge: false, label: "type" };
      assert.equal((await refused(session, blocked)).code, "read-only");
      await command("armLive");
      assert.equal(document.state().live, "watching", "dismissed is no yes");
      await answering("Arm Writing");
      await command("armLive");
      assert.equal(document.state().live, "armed");
      await overwrite(session, 100, "!");
      await ended;
      assert.equal(document.dirty, false);
      assert.equal(tabOf(document.uri)?.isDirty, false);
      assert.equal(document.engine?.lastPosition, 0);
      const cut = { type: "replace", ranges: [{ start: 0, end: 1 }], offset: 0, bytes: bytesOf(""), merge: false, label: "delete" }; // prettier-ignore
      assert.equal((await refused(session, cut)).code, "read-only");
      await command("armLive");
      assert.equal(document.state().live, "watching");
      await command("toggleLive");
      assert.equal(document.state().live, undefined);
      assert.equal((await refused(session, { type: "readLive", offset: 0, length: 16 })).code, "unsupported");
    } finally {
      await closeAll();
      fs.rmSync(segment, { force: true });
    }
  });

  it("asks what becomes of unsaved edits before it begins", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 1, "X");
    await untilDirty(uri, true);
    const dialogs = await answering();
    await command("toggleLive");
    assert.equal(dialogs.asked.length, 1);
    assert.equal(document.state().live, undefined);
    await answering("Save");
    await command("toggleLive");
    assert.equal(document.state().live, "watching");
    assert.equal(files.read("a.bin"), "0X23456789");
    // An undo makes unsaved edits again.
    await undo();
    await until("live mode off", () => (document.state().live === undefined ? true : undefined));
    assert.equal(await text(session, 0, 3), "012");
    await answering("Discard");
    await untilDirty(uri, true);
    await command("toggleLive");
    assert.equal(document.state().live, "watching");
    assert.equal(await text(session, 0, 3), "0X2");
  });

  it("follows a file that grows and shrinks, and says so when it is deleted", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123"));
    await command("toggleLive");
    fs.writeFileSync(uri.fsPath, "abcdefgh");
    await ask(session, { type: "readLive", offset: 0, length: 16 });
    assert.equal(document.state().size, 8);
    fs.truncateSync(uri.fsPath, 2);
    await ask(session, { type: "readLive", offset: 0, length: 16 });
    assert.equal(document.state().size, 2);
    assert.equal((await refused(session, { type: "readLive", offset: 3, length: 16 })).code, "out-of-range");
    fs.rmSync(uri.fsPath);
    await until("trouble", () => (document.state().trouble?.kind === "deleted" ? true : undefined));
    assert.ok((await api()).document(uri));
  });
});
