// Editing, undo, redo, dirty marks, save and revert through VS Code, down to the bytes on disk.
import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import {
  api,
  ask,
  open,
  overwrite,
  pause,
  read,
  redo,
  refused,
  revert,
  save,
  settled,
  tabOf,
  text,
  uncancelled,
  undo,
  until,
  untilDirty,
  useFiles,
} from "./support/fixture";

describe("editing", () => {
  const files = useFiles();

  it("overwrites, undoes, redoes and saves; the dirty mark follows, the disk waits for Save", async () => {
    const { uri, session } = await open(files.write("a.bin", "0123456789"));
    assert.equal(tabOf(uri)?.isDirty, false);
    await overwrite(session, 2, "XY");
    await overwrite(session, 9, "Z");
    await untilDirty(uri, true);
    assert.equal(await text(session, 0, 10), "01XY45678Z");
    assert.deepEqual((await read(session, 0, 10)).unsaved, [2, 4, 9, 10]);
    assert.equal(files.read("a.bin"), "0123456789");
    await undo();
    await until("one step back", async () => ((await text(session, 0, 10)) === "01XY456789" ? true : undefined));
    await undo();
    await untilDirty(uri, false);
    assert.equal(await text(session, 0, 10), "0123456789");
    await redo();
    await untilDirty(uri, true);
    await redo();
    await until("both steps again", async () => ((await text(session, 0, 10)) === "01XY45678Z" ? true : undefined));
    await save();
    await untilDirty(uri, false);
    assert.equal(files.read("a.bin"), "01XY45678Z");
    assert.deepEqual((await read(session, 0, 10)).unsaved, []);
  });

  it("makes one undo step of a typing run", async () => {
    const { uri, session } = await open(files.write("a.bin", "..........."));
    for (const [at, key] of [..."hello"].entries()) await overwrite(session, at, key, at > 0);
    assert.equal(await text(session, 0, 6), "hello.");
    await untilDirty(uri, true);
    await undo();
    await untilDirty(uri, false);
    assert.equal(await text(session, 0, 6), "......");
    await redo();
    await untilDirty(uri, true);
    assert.equal(await text(session, 0, 6), "hello.");
  });

  it("DL-4, DL-5: keeps undo and redo right across a save", async () => {
    const opened = await open(files.write("a.bin", "aaaa"));
    const { uri, session } = opened;
    await overwrite(session, 0, "1");
    await save();
    await untilDirty(uri, false);
    await overwrite(session, 1, "2");
    await untilDirty(uri, true);
    for (const [step, content] of [
      [undo, "1aaa"],
      [undo, "aaaa"],
      [redo, "1aaa"],
      [redo, "12aa"],
      [undo, "1aaa"],
    ] as const) {
      await settled(opened);
      await step();
      await until(content, async () => ((await text(session, 0, 4)) === content ? true : undefined));
    }
    await untilDirty(uri, false);
    await undo();
    await untilDirty(uri, true);
    assert.equal(await text(session, 0, 4), "aaaa");
    await save();
    await untilDirty(uri, false);
    assert.equal(files.read("a.bin"), "aaaa");
  });

  it("redoes nothing once a failed edit has taken the place of what was undone", async () => {
    const opened = await open(files.write("a.bin", "aaaa"));
    const { uri, session, document } = opened;
    await overwrite(session, 0, "1");
    await overwrite(session, 2, "2");
    await untilDirty(uri, true);
    await settled(opened);
    await undo();
    await settled(opened);
    await undo();
    await untilDirty(uri, false);
    const { engine } = document;
    assert.ok(engine !== null);
    // As when the disk of the edit buffer fills up at the second of several ranges.
    assert.throws(() =>
      document.step("Fails", () => {
        engine.overwrite(3, new Uint8Array([0x21]));
        engine.seek(0);
        throw new Error("no room");
      }),
    );
    for (const step of [redo, redo, undo]) {
      await step();
      assert.equal(await text(session, 0, 4), "aaaa");
    }
    await overwrite(session, 1, "3");
    await settled(opened);
    await undo();
    await until("undone", async () => ((await text(session, 0, 4)) === "aaaa" ? true : undefined));
    await redo();
    await until("redone", async () => ((await text(session, 0, 4)) === "a3aa" ? true : undefined));
  });

  it("DL-25: stays dirty when the saved content has left the history, though the number of steps is the saved one", async () => {
    const { uri, session } = await open(files.write("a.bin", "aaaa"));
    await overwrite(session, 0, "1");
    await save();
    await untilDirty(uri, false);
    await undo();
    await untilDirty(uri, true);
    await overwrite(session, 0, "2");
    await pause(200);
    assert.equal(tabOf(uri)?.isDirty, true, "one step after a save of one step, but another one");
    await save();
    await untilDirty(uri, false);
    assert.equal(files.read("a.bin"), "2aaa");
  });

  it("marks what was typed during a save as unsaved", async () => {
    const { uri, session, document } = await open(files.sparse("a.bin", 64 * 2 ** 20));
    await overwrite(session, 0, "1");
    const saving = save();
    await overwrite(session, 1, "2");
    await saving;
    await until("no save under way", () => document.savesUnderWay === 0 || undefined);
    await until("the tab to tell", () => tabOf(uri)?.isDirty === document.dirty || undefined);
    await save();
    await untilDirty(uri, false);
    assert.equal(await text(session, 0, 2), "12");
  });

  it("refuses to grow a file by overwriting", async () => {
    const { session, document } = await open(files.write("a.bin", "abc"));
    const body = { type: "overwrite", offset: 2, bytes: new ArrayBuffer(2), merge: false, label: "type" };
    assert.equal((await refused(session, body)).code, "out-of-range");
    assert.equal((await refused(session, { ...body, offset: 3 })).code, "out-of-range");
    assert.equal(document.dirty, false);
  });

  it("answers every malformed message with a failure, the document unharmed", async () => {
    const { session, document } = await open(files.write("a.bin", "abc"));
    const bodies: unknown[] = [
      null, 5, "open", [], {}, { type: "nonsense" }, { type: "__proto__" },
      { type: "readWindow", offset: NaN, length: 1 }, { type: "readWindow", offset: -1, length: 1 },
      { type: "readWindow", offset: 2 ** 53, length: 1 }, { type: "readWindow", offset: 2 ** 64, length: 1 },
      { type: "readWindow", offset: 0, length: 2 ** 31 }, { type: "readWindow", offset: 0, length: 0 },
      { type: "overwrite", offset: 0, bytes: new Uint8Array(1), merge: false, label: "type" },
      { type: "overwrite", offset: 0, bytes: new ArrayBuffer(1), merge: 1, label: "type" },
      { type: "copy", ranges: [{ start: 2, end: 1 }], format: "hex", cut: false },
      { type: "paste", offset: 0, column: "both", mode: "insert", ranges: [] },
    ]; // prettier-ignore
    for (const body of bodies) {
      assert.equal((await refused(session, body)).code, "malformed-message", JSON.stringify(body));
    }
    for (const raw of [undefined, null, 0, "x", { kind: "request", id: -1 }, { kind: "notice", body: {} }])
      session.acceptRaw(raw);
    assert.equal(document.dirty, false);
    assert.equal(await text(session, 0, 3), "abc");
  });

  it("DL-18: reverts to the bytes on disk, whose times nobody touched", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "abcdef"));
    const before = fs.statSync(uri.fsPath, { bigint: true });
    await overwrite(session, 0, "XXX");
    await untilDirty(uri, true);
    await revert(uri);
    await untilDirty(uri, false);
    assert.equal(await text(session, 0, 6), "abcdef");
    assert.equal(document.dirty, false);
    const after = fs.statSync(uri.fsPath, { bigint: true });
    assert.deepEqual([after.mtimeNs, after.ctimeNs, after.ino], [before.mtimeNs, before.ctimeNs, before.ino]);
  });

  it("tells every view what changed, small changes with their bytes", async () => {
    const { session } = await open(files.write("a.bin", "x".repeat(10_000)));
    await ask(session, { type: "open" });
    await pause(50);
    await read(session, 0, 4096);
    const seen: unknown[] = [];
    const notice = new Promise<void>((resolve) => {
      session.taps.add((message) => {
        if (message.kind !== "notice" || message.body.type !== "changed") return;
        seen.push(message.body);
        resolve();
      });
    });
    await overwrite(session, 7, "YZ");
    await notice;
    const [changed] = seen as {
      changes: number[];
      fresh: { offset: number; bytes: ArrayBuffer; unsaved: number[] }[];
    }[];
    assert.deepEqual(changed?.changes, [7, 2, 2]);
    assert.equal(changed?.fresh.length, 1);
    assert.equal(changed.fresh[0]!.offset, 0);
    assert.equal(Buffer.from(changed.fresh[0]!.bytes).toString("latin1", 6, 10), "xYZx");
    assert.deepEqual(changed.fresh[0]!.unsaved, [7, 9]);
    session.taps.clear();
  });

  it("DL-1, DL-17: saves as a new path, an existing one and itself, byte for byte", async () => {
    const { provider } = await api();
    for (const size of [0, 1, 4095, 4097, 65_537, 131_071, 131_072, 131_073]) {
      const content = Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 31 + Math.floor(at / 251)) % 256));
      const { session, document } = await open(files.write(`from-${size}.bin`, content));
      if (size > 0) {
        await overwrite(session, size - 1, "!");
        content[size - 1] = 0x21;
      }
      const fresh = vscode.Uri.file(files.path(`to-${size}.bin`));
      await provider.saveCustomDocumentAs(document, fresh, uncancelled());
      assert.ok(fs.readFileSync(fresh.fsPath).equals(content), `new path, ${size} bytes`);
      const existing = files.write(`old-${size}.bin`, "x".repeat(200_000));
      await provider.saveCustomDocumentAs(document, existing, uncancelled());
      assert.ok(fs.readFileSync(existing.fsPath).equals(content), `existing path, ${size} bytes`);
      await provider.saveCustomDocumentAs(document, document.uri, uncancelled());
      assert.ok(fs.readFileSync(document.path).equals(content), `itself, ${size} bytes`);
      assert.equal(document.dirty, false);
      await save();
    }
  });

  it("DL-17: knows itself behind a symbolic link", async () => {
    const { session, document } = await open(files.write("real.bin", "abcd"));
    fs.symlinkSync(document.path, files.path("link.bin"));
    await overwrite(session, 0, "Z");
    await (await api()).provider.saveCustomDocumentAs(document, vscode.Uri.file(files.path("link.bin")), uncancelled());
    assert.equal(files.read("real.bin"), "Zbcd");
    assert.ok(fs.lstatSync(files.path("link.bin")).isSymbolicLink());
    assert.equal(document.dirty, false);
    await save();
  });

  it("keeps 8 TiB sparse when saving one byte in place", async () => {
    const { uri, session } = await open(files.sparse("huge.bin", 2 ** 43));
    await overwrite(session, 2 ** 42, "K");
    await save();
    await untilDirty(uri, false);
    const { blocks, size } = fs.statSync(uri.fsPath);
    assert.equal(size, 2 ** 43);
    assert.ok(blocks * 512 < 1_000_000, `${blocks} blocks`);
    const file = fs.openSync(uri.fsPath, "r");
    const byte = Buffer.alloc(1);
    fs.readSync(file, byte, 0, 1, 2 ** 42);
    fs.closeSync(file);
    assert.equal(byte.toString(), "K");
  });
});
