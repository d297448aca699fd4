// Insert and delete through VS Code, down to the bytes on disk: steps, undo, saves that change the length, several ranges
// against a plain array, the question before a costly save.
import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { normalRanges, type ByteRange } from "../../shared/byteRange";
import type { EditorSession } from "../../extension/src/host/editorSession";
import {
  answering,
  api,
  ask,
  clipboard,
  open,
  overwrite,
  pause,
  redo,
  refused,
  save,
  text,
  undo,
  until,
  untilDirty,
  useFiles,
} from "./support/fixture";

const MIB = 2 ** 20;
const run = (name: string): Thenable<void> => vscode.commands.executeCommand(`terahex.${name}`);

function replace(session: EditorSession, ranges: readonly ByteRange[], offset: number, content: string, merge = false) {
  const bytes = new Uint8Array(Buffer.from(content, "latin1")).buffer;
  return ask(session, { type: "replace", ranges, offset, bytes, merge, label: "type" });
}
const insert = (session: EditorSession, offset: number, content: string, merge = false) =>
  replace(session, [], offset, content, merge);
const all = (session: EditorSession): Promise<string> => text(session, 0, session.document.state().size || 1);

describe("insert and delete", () => {
  const files = useFiles();

  it("inserts and deletes in runs of one undo step, saves, and undoes across the save", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
    await insert(session, 3, "\xA0");
    await overwrite(session, 3, "\xAB", true);
    await insert(session, 4, "\xC0", true);
    await overwrite(session, 4, "\xCD", true);
    assert.equal(await all(session), "012\xAB\xCD3456789");
    await replace(session, [{ start: 8, end: 9 }], 8, "");
    await replace(session, [{ start: 7, end: 8 }], 7, "", true);
    assert.equal(await all(session), "012\xAB\xCD34789");
    assert.equal(document.engine?.position, 2);
    await untilDirty(uri, true);
    await save();
    await untilDirty(uri, false);
    assert.equal(files.read("a.bin"), "012\xAB\xCD34789");
    await undo();
    await until("the deletion taken back", async () =>
      (await all(session)) === "012\xAB\xCD3456789" ? true : undefined,
    );
    await undo();
    await until("all taken back", async () => ((await all(session)) === "0123456789" ? true : undefined));
    await save();
    await untilDirty(uri, false);
    assert.equal(files.read("a.bin"), "0123456789");
    await redo();
    await redo();
    await until("both again", async () => ((await all(session)) === "012\xAB\xCD34789" ? true : undefined));
  });

  it("DL-25: types into the empty file, empties it again, and saves both", async () => {
    const { uri, session } = await open(files.write("empty.bin", ""));
    await insert(session, 0, "hello");
    await untilDirty(uri, true);
    await save();
    await untilDirty(uri, false);
    assert.equal(files.read("empty.bin"), "hello");
    await replace(session, [{ start: 0, end: 5 }], 0, "");
    await untilDirty(uri, true);
    await save();
    await untilDirty(uri, false);
    assert.equal(files.read("empty.bin"), "");
    await undo();
    await until("the bytes again", async () => ((await all(session)) === "hello" ? true : undefined));
  });

  it("DL-3: edits of several ranges are those of a byte array, each one step", async () => {
    const seed = Date.now() % 100_000;
    let state = seed;
    const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
    const bytes = Array.from({ length: 400 }, (_, at) => String.fromCharCode(at % 256));
    const { uri, session, document } = await open(files.write("a.bin", Buffer.from(bytes.join(""), "latin1")));
    const states = [bytes.join("")];
    for (let step = 0; step < 40; step++) {
      const size = bytes.length;
      const ranges = normalRanges(
        Array.from({ length: random(6) }, () => {
          const start = random(size + 1);
          return { start, end: Math.min(size, start + random(9)) };
        }),
      );
      const typed = step % 3 === 0 || ranges.length === 0 ? `<${step}>` : "";
      const offset = ranges.length > 0 && step % 2 === 0 ? ranges[0]!.start : random(size + 1);
      await replace(session, ranges, offset, typed);
      // The model: what is to go is marked where it stands, so no coordinate ever moves.
      const marked = bytes.map((byte, at) => (ranges.some(({ start, end }) => at >= start && at < end) ? "" : byte));
      bytes.splice(0, size, ...marked.slice(0, offset), ...typed, ...marked.slice(offset));
      bytes.splice(0, bytes.length, ...bytes.filter((byte) => byte !== ""));
      assert.equal(await all(session), bytes.join("") || "", `seed ${seed}, step ${step}`);
      states.push(bytes.join(""));
      assert.equal(document.engine?.position, states.length - 1, `seed ${seed}, step ${step}: one step`);
    }
    await untilDirty(uri, true);
    await save();
    await untilDirty(uri, false);
    assert.equal(files.read("a.bin"), states.at(-1));
    for (let position = states.length - 2; position >= 0; position -= 7) {
      document.engine!.seek(position);
      assert.equal(await all(session), states[position], `seed ${seed}, back at ${position}`);
    }
    document.engine!.seek(states.length - 1);
  });

  it("cuts several ranges, pastes them elsewhere, and leaves all alone when the bytes cannot be had", async () => {
    const { session, document } = await open(files.write("a.bin", "0123456789"));
    const ranges = [
      { start: 1, end: 3 },
      { start: 8, end: 9 },
    ];
    assert.equal((await ask(session, { type: "copy", ranges, format: "hex", cut: true })).bytes, 3);
    assert.equal(clipboard.text, "31 32 38");
    assert.equal(await all(session), "0345679");
    assert.equal(document.engine?.position, 1);
    const paste = { type: "paste", offset: 7, column: "hex", mode: "insert", ranges: [] } as const;
    assert.deepEqual((await ask(session, paste)).pasted, { start: 7, end: 10 });
    assert.equal(await all(session), "0345679128");
    assert.deepEqual((await ask(session, { ...paste, ranges: [{ start: 0, end: 9 }] })).pasted, { start: 0, end: 3 });
    assert.equal(await all(session), "1288");
    const past = [{ start: 2, end: 9 }];
    const bytes = new ArrayBuffer(0);
    const late = { type: "replace", ranges: past, offset: 0, bytes, merge: false, label: "delete" };
    assert.equal((await refused(session, late)).code, "out-of-range");
    assert.equal(await all(session), "1288");
  });

  it("fills and inserts terabytes of a pattern in no time, and deletes them again", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
    session.select({ anchor: 4, focus: 4, column: "hex" });
    let dialogs = await answering("3T", '"ab"');
    await run("insertBytes");
    assert.deepEqual(dialogs.told, []);
    const size = 3 * 2 ** 40;
    assert.equal(document.state().size, 10 + size);
    assert.equal(await text(session, size, 9), "abab45678");
    assert.deepEqual(session.selectedRanges, [{ start: 4, end: 4 + size }]);
    dialogs = await answering("DE AD");
    await run("fillSelection");
    assert.equal(await text(session, 3, 4), "3\xDE\xAD\xDE");
    assert.equal(await text(session, size + 2, 4), "\xDE\xAD45");
    await ask(session, { type: "replace", ranges: session.selectedRanges, offset: 4, bytes: new ArrayBuffer(0), merge: false, label: "delete" }); // prettier-ignore
    assert.equal(await all(session), "0123456789");
    await untilDirty(uri, true);
    for (let step = 0; step < 3; step++) await undo();
    await untilDirty(uri, false);
    dialogs = await answering("5", "xyz");
    await run("insertBytes");
    assert.match(dialogs.told.join(), /hexadecimal/);
    dialogs = await answering("9999P");
    await run("insertBytes");
    assert.equal(dialogs.told.length, 1);
    session.select({ anchor: 1, focus: 1, column: "hex" });
    dialogs = await answering("00");
    await run("fillSelection");
    assert.match(dialogs.told.join(), /Select the bytes/);
    assert.equal(await all(session), "0123456789");
  });

  it("selects several ranges by keyboard alone, and fills them as one step", async () => {
    const { uri, session } = await open(files.write("a.bin", "0123456789abcdef"));
    let dialogs = await answering("1..2; 0x8, 3;end-1..end-1");
    await run("selectRange");
    assert.match(dialogs.checks.join(), /6 bytes in 3 ranges/);
    assert.deepEqual(session.selectedRanges, [
      { start: 1, end: 3 },
      { start: 8, end: 11 },
      { start: 15, end: 16 },
    ]);
    await answering('"xy"');
    await run("fillSelection");
    assert.equal(await all(session), "0xy34567xyxbcdex");
    await untilDirty(uri, true);
    await undo();
    await untilDirty(uri, false);
    dialogs = await answering("1..2; nonsense");
    await run("selectRange");
    assert.equal(dialogs.told.length, 1);
  });

  it("remembers the mode of each panel, and begins in the mode that the setting names", async () => {
    const uri = files.write("a.bin", "x");
    const { session } = await open(uri);
    assert.equal((await ask(session, { type: "open" })).mode, "overwrite");
    session.acceptRaw({ kind: "notice", body: { type: "modeChanged", mode: "insert" } });
    assert.equal((await ask(session, { type: "open" })).mode, "insert");
    const configuration = vscode.workspace.getConfiguration("terahex");
    await configuration.update("defaultMode", "insert", vscode.ConfigurationTarget.Global);
    const second = await open(uri, vscode.ViewColumn.Beside);
    assert.equal(second.session.mode, "insert");
    await configuration.update("defaultMode", undefined, vscode.ConfigurationTarget.Global);
    assert.equal(session.mode, "insert");
  });

  it("asks before a save that moves much, and saves as answered; undo and other panels stay right", async () => {
    const size = 80 * MIB;
    const uri = files.sparse("big.bin", size, { 0: "head", [size - 4]: "tail" });
    fs.linkSync(files.path("big.bin"), files.path("other.bin"));
    const { session, document } = await open(uri);
    const second = await open(uri, vscode.ViewColumn.Beside);
    await insert(session, 2, "++");
    let dialogs = await answering();
    await save();
    await until("the question", () => (dialogs.asked.length > 0 ? true : undefined));
    assert.match(dialogs.asked[0]!, /moves 83,886,078 bytes of it, from 0x2 on/);
    await pause(200);
    assert.ok(document.dirty, "dismissed: not saved");
    assert.equal(fs.statSync(files.path("big.bin")).size, size);
    dialogs = await answering("Shift in Place");
    await save();
    await untilDirty(uri, false);
    const inode = fs.statSync(files.path("big.bin")).ino;
    assert.equal(fs.statSync(files.path("other.bin")).ino, inode, "both names show the new content");
    assert.equal(fs.statSync(files.path("other.bin")).size, size + 2);
    for (const panel of [session, second.session]) {
      assert.equal(await text(panel, 0, 6), "he++ad");
      assert.equal(await text(panel, size - 2, 4), "tail");
    }
    await undo();
    await untilDirty(uri, true);
    assert.equal(await text(second.session, 0, 6), "head\0\0");
    dialogs = await answering("Write a New File and Swap");
    await save();
    await untilDirty(uri, false);
    assert.equal(fs.statSync(files.path("big.bin")).size, size);
    assert.equal(fs.statSync(files.path("other.bin")).size, size + 2, "the other name keeps the old content");
    assert.equal(await text(session, size - 4, 4), "tail");
    await redo();
    await untilDirty(uri, true);
    assert.equal(await text(session, 0, 6), "he++ad");
  });

  it("while auto save is on, offers a costly save once and asks nothing modal", async () => {
    const size = 80 * MIB;
    const uri = files.sparse("big.bin", size);
    const { session, document } = await open(uri);
    const configuration = vscode.workspace.getConfiguration("files");
    const before = configuration.inspect<string>("autoSave")?.globalValue;
    await configuration.update("autoSave", "afterDelay", vscode.ConfigurationTarget.Global);
    try {
      const dialogs = await answering();
      await insert(session, 0, "x");
      await until("the offer", () => (dialogs.asked.length > 0 ? true : undefined));
      assert.match(dialogs.asked[0]!, /Auto save leaves that to you/);
      await insert(session, 1, "y");
      await pause(2500);
      assert.equal(dialogs.asked.length, 1);
      assert.ok(document.dirty);
      assert.equal(fs.statSync(files.path("big.bin")).size, size);
      await answering("Write a New File and Swap");
      await run("saveChanges");
      await until("saved", () => (document.dirty ? undefined : true));
      assert.equal(fs.statSync(files.path("big.bin")).size, size + 2);
    } finally {
      await configuration.update("autoSave", before, vscode.ConfigurationTarget.Global);
    }
  });

  it("stays fast with a million pieces", async function () {
    this.timeout(120_000);
    const { session, document } = await open(files.sparse("pieces.bin", 64 * MIB));
    const engine = document.engine!;
    document.step("many", () =>
      engine.asOneStep(() => {
        const byte = Uint8Array.of(1);
        for (let at = 0; at < 500_000; at++) engine.insert(at * 120, byte);
      }),
    );
    assert.ok(engine.pieceCount >= 1_000_000, String(engine.pieceCount));
    const times: number[] = [];
    for (let key = 0; key < 20; key++) {
      const started = performance.now();
      await insert(session, 1000 + key, "k", key > 0);
      await text(session, 0, 4096);
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    console.log(`a keystroke among ${engine.pieceCount} pieces: median ${times[10]!.toFixed(1)} ms`);
    assert.equal(engine.position, 2);
    const { bytesWritten } = await (await api()).document(session.document.uri)!.engine!.commit();
    assert.ok(bytesWritten > 0);
    assert.equal(fs.statSync(files.path("pieces.bin")).size, 64 * MIB + 500_020);
  });
});
