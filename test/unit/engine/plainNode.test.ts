// Files without the addon, beyond what all documents do: kills in the middle of a save, what a new file keeps of the old one, files
// of any size, other threads, and what is said where the addon would be needed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { EngineDocument, findJournal, recover, type RecoverChoice } from "../../../extension/src/engine/document";
import { checkCancelled } from "../../../extension/src/engine/plain/store";
import { underWay, writeJournal } from "../../../extension/src/engine/plain/journal";
import { identityOf } from "../../../extension/src/engine/plain/identity";
import { plainAddon } from "../../../extension/src/engine/plain/plainAddon";
import { diff, find, stats, strings } from "../../../extension/src/engine/scan";
import { hash, hashNames } from "../../../extension/src/engine/scanHash";
import { hexNeedle } from "../../../extension/src/engine/scanNeedle";
import { handlesOn, patternBytes, readRange, temporaryFolder, writeSparse } from "./files";

/** The journal as another process on this computer would have written it. */
function asOf(journal: string, pid: number): void {
  const written = fs.readFileSync(journal);
  const end = written.indexOf(10);
  const head = JSON.parse(written.subarray(0, end).toString()) as { owner: { pid: number; started: string | null } };
  head.owner.pid = pid;
  if (head.owner.started !== null) {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]!;
    head.owner.started = fields.split(" ")[19]!;
  }
  const body = Buffer.concat([Buffer.from(JSON.stringify(head)), written.subarray(end, -32)]);
  fs.writeFileSync(journal, Buffer.concat([body, createHash("sha256").update(body).digest()]));
}

describe("files without the addon", () => {
  const folder = temporaryFolder();
  let count = 0;
  const storageFolder = (): string => folder.file("storage");

  function newFile(content: Uint8Array | string): string {
    const file = folder.file(`plain-${count++}.bin`);
    fs.writeFileSync(file, content);
    return file;
  }
  const open = (file: string): EngineDocument =>
    EngineDocument.open(file, { storageFolder: storageFolder() }, plainAddon());
  const recovered = (file: string, choice: RecoverChoice = "safe") =>
    recover(storageFolder(), file, choice, plainAddon());

  before(() =>
    build({
      entryPoints: [path.join(__dirname, "savingChild.ts")],
      outfile: folder.file("savingChild.js"),
      bundle: true,
      platform: "node",
      logLevel: "error",
    }),
  );

  for (const how of ["in-place", "rewritten"]) {
    it(`DL-8, DL-26: killed in the middle of a save (${how}), the file is the old or the new one after recovery`, async function () {
      this.timeout(120_000);
      let interrupted = 0;
      // Most kills hit a save; the few that do not prove nothing.
      const enough = Date.now() + 15_000;
      for (let round = 0; interrupted < 4 && (interrupted === 0 || Date.now() < enough); round++) {
        const file = newFile(Buffer.alloc(700_000, 0));
        const child = spawn(process.execPath, [folder.file("savingChild.js"), file, storageFolder(), how], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        const ended = new Promise((resolve) => child.once("exit", resolve));
        await new Promise((resolve) => child.stdout.once("data", resolve));
        await new Promise((resolve) => setTimeout(resolve, (round * 7) % 40));
        child.kill("SIGKILL");
        await ended;
        const waiting = findJournal(storageFolder(), file, plainAddon());
        if (waiting !== undefined) interrupted += 1;
        await recovered(file);
        const content = fs.readFileSync(file);
        assert.ok(content.length > 0);
        assert.ok(content.equals(Buffer.alloc(content.length, content[0])), `round ${round}: a mix of old and new`);
        assert.equal(findJournal(storageFolder(), file, plainAddon()), undefined);
        const left = fs.readdirSync(path.dirname(file)).filter((name) => name.includes(`${path.basename(file)}.`));
        assert.deepEqual(left, [], "a new file that was being made is left");
      }
      assert.ok(interrupted > 0, "no save was interrupted");
    });
  }

  it("DL-8: puts old bytes back, but never over what somebody else has written since, unless told so", async () => {
    const file = newFile("0123456789");
    const before = identityOf(fs.statSync(file, { bigint: true }));
    const changes = [{ start: 2, before: Buffer.from("234"), after: Buffer.from("ABC") }];
    const interrupt = async (content: string): Promise<void> => {
      await writeJournal(storageFolder(), file, before, 10, changes);
      fs.writeFileSync(file, content);
    };
    await interrupt("01AB456789");
    assert.deepEqual((await recovered(file)).how, "rolled-back");
    assert.equal(fs.readFileSync(file, "latin1"), "0123456789");
    await interrupt("01A?456789");
    await assert.rejects(recovered(file), { code: "changed" });
    assert.equal(fs.readFileSync(file, "latin1"), "01A?456789");
    const forced = await recovered(file, "force");
    assert.equal(fs.readFileSync(file, "latin1"), "0123456789");
    assert.equal(fs.readFileSync(forced.notKept[0]!, "latin1"), "A?4");
    await interrupt("01A?456789");
    const discarded = await recovered(file, "discard");
    assert.equal(fs.readFileSync(file, "latin1"), "01A?456789");
    assert.ok(fs.existsSync(discarded.notKept[0]!));
    // Torn while it was written: the file had not been touched.
    const torn = await writeJournal(storageFolder(), file, before, 10, changes);
    fs.truncateSync(torn, 20);
    assert.equal((await recovered(file)).how, "nothing");
  });

  it("DL-8: nobody recovers a save that is running, in this process or another, in place or as a new file", async () => {
    const file = newFile("0123456789");
    const identity = identityOf(fs.statSync(file, { bigint: true }));
    const changes = [{ start: 2, before: Buffer.from("234"), after: Buffer.from("ABC") }];
    const sibling = folder.file("sibling.tmp");
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    try {
      for (const [parts, made] of [[changes], [[], sibling]] as const) {
        fs.writeFileSync(sibling, "new");
        let journal = "";
        await underWay(storageFolder(), file, async () => {
          journal = await writeJournal(storageFolder(), file, identity, 10, parts, made);
          await assert.rejects(recovered(file), { code: "busy" });
        });
        asOf(journal, other.pid!);
        await assert.rejects(recovered(file), { code: "busy" });
        const torn = fs.readFileSync(journal).subarray(0, -10);
        fs.writeFileSync(journal, torn);
        await assert.rejects(recovered(file), { code: "busy" });
        const document = open(file);
        document.overwrite(0, Buffer.from("x"));
        await assert.rejects(document.commit(), { code: "busy" });
        document.close(true);
        assert.deepEqual([fs.existsSync(journal), fs.existsSync(sibling)], [true, true]);
        // Our own, and not under way: left over.
        fs.unlinkSync(journal);
        await writeJournal(storageFolder(), file, identity, 10, parts, made);
        await recovered(file);
        assert.equal(fs.existsSync(journal), false);
      }
      assert.equal(fs.existsSync(sibling), false);
      assert.equal(fs.readFileSync(file, "latin1"), "0123456789");
    } finally {
      other.kill("SIGKILL");
    }
  });

  it("DL-8: nothing is saved on top of an interrupted save before that is recovered", async () => {
    const file = newFile("0123456789");
    const before = identityOf(fs.statSync(file, { bigint: true }));
    const changes = [{ start: 2, before: Buffer.from("234"), after: Buffer.from("ABC") }];
    const document = open(file);
    await writeJournal(storageFolder(), file, before, 10, changes);
    fs.writeFileSync(file, "01AB456789");
    document.reload();
    assert.throws(() => document.writeThrough(0, Buffer.from("!")), { code: "busy", message: /waits to be recovered/ });
    document.overwrite(9, Buffer.from("!"));
    await assert.rejects(document.commit(), { code: "busy", message: /waits to be recovered/ });
    document.insert(0, Buffer.from("!"));
    await assert.rejects(document.commit({ strategy: "rewrite" }), { code: "busy" });
    assert.equal(fs.readFileSync(file, "latin1"), "01AB456789");
    assert.equal((await recovered(file)).how, "rolled-back");
    document.reload();
    document.overwrite(9, Buffer.from("!"));
    await document.commit();
    assert.equal(fs.readFileSync(file, "latin1"), "012345678!");
    document.close();
  });

  it("DL-8: a save killed while the old file stood aside, as Windows wants it, leaves the old file after recovery", async () => {
    const file = newFile("0123456789");
    const identity = identityOf(fs.statSync(file, { bigint: true }));
    const sibling = folder.file(".new.tmp");
    for (const there of [false, true]) {
      await writeJournal(storageFolder(), file, identity, 3, [], sibling);
      fs.copyFileSync(file, `${sibling}.old`);
      if (there) fs.writeFileSync(file, "new");
      else {
        fs.writeFileSync(sibling, "new");
        fs.unlinkSync(file);
      }
      assert.equal((await recovered(file)).how, there ? "nothing" : "rolled-back");
      assert.equal(fs.readFileSync(file, "latin1"), there ? "new" : "0123456789");
      assert.ok(!fs.existsSync(sibling) && !fs.existsSync(`${sibling}.old`));
    }
  });

  it("DL-2: a new file keeps mode and symbolic links; hard links keep their file, or the save says no", async () => {
    const file = newFile("0123456789");
    fs.chmodSync(file, 0o750);
    const link = folder.file(`link-${count++}`);
    fs.symlinkSync(file, link);
    const document = open(link);
    document.insert(0, patternBytes(100));
    assert.equal((await document.commit({ strategy: "rewrite" })).how, "rewritten");
    assert.equal(fs.statSync(file).mode & 0o777, 0o750);
    assert.ok(fs.lstatSync(link).isSymbolicLink());
    document.undo();
    assert.equal(Buffer.from(document.readSync(0, 99).bytes).toString(), "0123456789");
    document.close(true);

    const other = folder.file(`other-${count++}`);
    fs.linkSync(file, other);
    const linked = open(file);
    linked.insert(0, Buffer.from("both"));
    assert.equal((await linked.commit()).how, "shifted");
    assert.ok(fs.readFileSync(other).equals(fs.readFileSync(file)));
    assert.equal(fs.readFileSync(other, "latin1").slice(0, 4), "both");
    linked.undo();
    await linked.commit();
    assert.ok(fs.readFileSync(other).equals(Buffer.concat([patternBytes(100), Buffer.from("0123456789")])));
    linked.close(true);
  });

  it("a folder that cannot be synced fails no save whose file is there already, and is told of", async () => {
    const file = newFile("0123456789");
    const document = open(file);
    document.insert(0, Buffer.from("new"));
    const opened = fs.promises.open;
    fs.promises.open = (target, ...rest) =>
      target === path.dirname(file)
        ? Promise.reject(Object.assign(new Error("EINVAL: invalid argument"), { code: "EINVAL", errno: -22 }))
        : opened(target, ...rest);
    const notKept = ["durability: the folder could not be synced"];
    try {
      assert.deepEqual((await document.commit({ strategy: "rewrite" })).notKept, notKept);
      assert.deepEqual((await document.saveAs(folder.file("unsynced.bin"))).notKept, notKept);
    } finally {
      fs.promises.open = opened;
    }
    assert.deepEqual([document.dirty, document.checkOutside()], [false, "same"]);
    document.overwrite(0, Buffer.from("N"));
    await document.commit();
    assert.equal(fs.readFileSync(file, "latin1"), "New0123456789");
    document.close();
    assert.deepEqual(handlesOn(file) ?? [], []);
  });

  it("DL-16: reads and writes anywhere in 8 TiB, in proportion to what is read and written", async () => {
    const size = 8 * 1024 ** 4;
    const file = folder.file("huge.bin");
    writeSparse(file, size, [{ offset: size - 4, bytes: Buffer.from("tail") }]);
    const document = open(file);
    assert.equal(Buffer.from((await document.read(size - 4, 9)).bytes).toString(), "tail");
    document.overwrite(2 ** 42 + 1, Buffer.from("here"));
    document.fill(2 ** 32, 3, Buffer.from("ab"));
    assert.deepEqual(document.estimateSave(), { bytes: 7, ranges: 2, how: "in-place" });
    assert.equal((await document.commit()).how, "in-place");
    assert.equal(readRange(file, 2 ** 42, 6).toString("latin1"), "\0here\0");
    assert.equal(readRange(file, 2 ** 32, 4).toString("latin1"), "aba\0");
    document.undo();
    assert.deepEqual([...new Uint8Array(document.readSync(2 ** 32, 3).bytes)], [0, 0, 0]);
    // Holes are not known here: a copy would be full, and no disk has the room. DL-22.
    await assert.rejects(document.saveAs(folder.file("copy.bin")), { code: "no-space" });
    document.insert(0, Uint8Array.of(1));
    await assert.rejects(document.commit(), { code: "no-space" });
    assert.equal(fs.statSync(file).size, size);
    document.close(true);
    fs.unlinkSync(file);
  });

  it("shows what was cut off as unreadable, and never as zeros that are there", () => {
    const file = newFile(patternBytes(1000));
    const document = open(file);
    document.overwrite(10, Uint8Array.of(1));
    fs.truncateSync(file, 100);
    assert.equal(document.checkOutside(), "truncated");
    assert.deepEqual(document.readSync(50, 100).unreadable, [{ start: 100, end: 150 }]);
    document.close(true);
  });

  it("can be read from another thread, edits included, and says there when it is closed", async () => {
    const document = open(newFile("0123456789"));
    document.insert(5, Buffer.from("new"));
    const script = `
      const { workerData, parentPort } = require("node:worker_threads");
      require("tsx/cjs/api").register();
      const { attachReader } = require(workerData.module);
      const reader = attachReader(workerData.source);
      parentPort.on("message", () => {
        try {
          const window = reader.readSync(0, reader.size);
          const { bytes } = reader.gather({ offset: 0, rows: 1, rowStride: 0, columns: 3, columnStride: 4, elementBytes: 1 });
          const text = (some) => Buffer.from(some).toString();
          parentPort.postMessage([text(window.bytes), window.unsaved, text(bytes), reader.changesSince(0).changes.length]);
        } catch (error) {
          parentPort.postMessage(error.code);
        }
      });`;
    const module = path.join(__dirname, "../../../extension/src/engine/attachReader.ts");
    const worker = new Worker(script, { eval: true, workerData: { module, source: document.readerSource } });
    const asked = (): Promise<unknown> => {
      worker.postMessage("go");
      return new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    };
    try {
      assert.deepEqual(await asked(), ["01234new56789", [{ start: 5, end: 8 }], "045", 1]);
      document.close(true);
      assert.equal(await asked(), "closed");
    } finally {
      await worker.terminate();
    }
  });

  it("gives another thread all bytes between thousands of unsaved ones, and no answer that came too late", async () => {
    const content = patternBytes(20_000);
    const document = open(newFile(content));
    for (let at = 0; at < content.length; at += 2) document.overwrite(at, content.subarray(at, at + 1));
    const script = `
      const { workerData, parentPort } = require("node:worker_threads");
      require("tsx/cjs/api").register();
      const { attachPlainReader } = require(workerData.module);
      const reader = attachPlainReader(workerData.key, 1000);
      parentPort.on("message", () => {
        for (let at = 0; at < 20_000; at += 100) {
          try {
            const { bytes, unsaved } = reader.readSync(at, 20_000 - at);
            parentPort.postMessage({ at, bytes, unsaved });
            break;
          } catch (error) {
            if (at === 0) parentPort.postMessage("late");
          }
        }
      });
      parentPort.postMessage("ready");`;
    const module = path.join(__dirname, "../../../extension/src/engine/plain/sharedReader.ts");
    const { readerKey: key } = document.readerSource;
    const worker = new Worker(script, { eval: true, workerData: { module, key } });
    const answers: unknown[] = [];
    const said = (length: number): Promise<void> =>
      new Promise((resolve, reject) => {
        worker.removeAllListeners("message").once("error", reject);
        worker.on("message", (message) => {
          answers.push(message);
          if (answers.length === length) resolve();
        });
      });
    try {
      await said(1);
      worker.postMessage("go");
      // This thread is at work, and answers nothing.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
      await said(3);
      assert.equal(answers[1], "late");
      const { at, bytes, unsaved } = answers[2] as { at: number; bytes: ArrayBuffer; unsaved: Float64Array };
      assert.ok(at > 0);
      assert.ok(Buffer.from(bytes).equals(content.subarray(at)));
      assert.deepEqual([...unsaved], [at, 19_999]);
    } finally {
      await worker.terminate();
      document.close(true);
    }
  });

  it("counts and hashes, and says of everything else that the native core is missing", async () => {
    const document = open(newFile(Buffer.concat([Buffer.alloc(100), Buffer.alloc(100, 7)])));
    const { counts, entropy } = await stats(document, { buckets: 2 });
    assert.deepEqual([counts[0], counts[7], ...entropy], [100, 100, 0, 0]);
    assert.equal((await stats(document)).entropy[0], 1);
    // Everything that both can make, the addon's word against ours; an edit counts, in both.
    const native = EngineDocument.open(document.path, { storageFolder: storageFolder() });
    for (const one of [document, native]) one.insert(3, Buffer.from("unsaved"));
    const names = hashNames(document.addon);
    assert.ok(names.includes("CRC-32/ISO-HDLC") && names.includes("xxh3") && names.includes("sha256"));
    assert.deepEqual(await hash(document, names), await hash(native, names));
    const part = { from: 2, to: 150 };
    assert.deepEqual(await hash(document, ["crc32", "CRC-32C", "crc-64"], part), await hash(native, ["crc32", "CRC-32C", "crc-64"], part)); // prettier-ignore
    await assert.rejects(hash(document, ["crc-16"]), { code: "unsupported", message: /native core/ });
    for (const one of [document, native]) one.revert();
    native.close(true);
    const unsupported = { name: "EngineError", code: "unsupported", message: /native core/ };
    await assert.rejects(find(document, { kind: "regex", pattern: "a+" }), unsupported);
    await assert.rejects(async () => strings(document, ["ascii"]), unsupported);
    await assert.rejects(async () => diff(document, document), unsupported);
    assert.throws(() => checkCancelled({ signal: AbortSignal.abort() }), { code: "cancelled" });
    document.close();
  });

  it("can be handed on by a promise", async () => {
    const addon = await Promise.resolve(plainAddon());
    assert.equal(addon.plain, true);
  });

  it("takes a backup back after a restart that gave the disk another number, and not of another version", async () => {
    const file = newFile("0123456789");
    const document = open(file);
    document.insert(3, Buffer.from("new"));
    const backup = folder.file("restarted.backup");
    await document.backup(backup);
    document.close(true);
    const written = fs.readFileSync(backup, "latin1");
    const changed = (what: string): void => {
      const other = written.replace(new RegExp(`(${what}\\\\":\\\\")[0-9]+`), "$14711");
      assert.notEqual(other, written);
      fs.writeFileSync(backup, other, "latin1");
    };
    const again = open(file);
    changed("modified");
    assert.throws(() => again.restore(backup), { code: "changed" });
    changed("device");
    again.restore(backup);
    assert.equal(Buffer.from(again.readSync(0, 13).bytes).toString(), "012new3456789");
    again.close(true);
  });

  it("makes no backup of more removed bytes than memory holds, and says so", async () => {
    const file = folder.file("removed.bin");
    const size = 1024 * 1024 * 1024;
    writeSparse(file, size, [{ offset: size - 4, bytes: Buffer.from("tail") }]);
    const document = open(file);
    document.erase(0, size - 4);
    await document.commit({ strategy: "rewrite" });
    document.undo();
    assert.equal(document.size, size);
    await assert.rejects(document.backup(folder.file("removed.backup")), { code: "too-large" });
    document.close(true);
    fs.unlinkSync(file);
  });

  it("leaves no handle behind where edits cannot be carried over", () => {
    const file = newFile(patternBytes(100));
    const document = open(file);
    document.overwrite(99, Uint8Array.of(1));
    fs.appendFileSync(file, "grown");
    assert.throws(() => document.rebase(), { code: "changed" });
    document.close(true);
    assert.deepEqual(handlesOn(file) ?? [], []);
  });

  it("finds across windows, and leaves no handle behind", async () => {
    const bytes = patternBytes(3 * 1024 * 1024, 4);
    const needle = Buffer.from("across a border");
    for (const at of [0, 1024 * 1024 - 7, 2 * 1024 * 1024, bytes.length - needle.length]) bytes.set(needle, at);
    const file = newFile(bytes);
    const document = open(file);
    const found: number[] = [];
    const onHits = (hits: Float64Array): void => void found.push(...hits);
    await find(document, hexNeedle(needle.toString("hex")), { onHits });
    assert.deepEqual(found, [0, 1024 * 1024 - 7, 2 * 1024 * 1024, bytes.length - needle.length]);
    document.close();
    assert.deepEqual(handlesOn(file) ?? [], []);
  });
});
