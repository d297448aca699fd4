// Work off the main thread: progress, cancellation, reads during commits, and environments that end in the middle of it.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { getEventListeners } from "node:events";
import { Worker } from "node:worker_threads";
import { EngineDocument } from "../../../extension/src/engine/document";
import { handlesOn, hashOf, mappingsOf, patternBytes, temporaryFolder } from "./files";

const MIB = 1024 ** 2;

describe("long calls", () => {
  const folder = temporaryFolder();
  let count = 0;

  function newDocument(length: number): EngineDocument {
    const file = folder.file(`long-${count++}.bin`);
    fs.writeFileSync(file, patternBytes(length));
    return EngineDocument.open(file, { storageFolder: folder.file("storage") });
  }

  it("reports progress that only grows, and none after the end", async () => {
    const document = newDocument(16 * MIB);
    const seen: [number, number][] = [];
    const target = folder.file("progress.bin");
    await document.saveAs(target, { onProgress: (done, total) => seen.push([done, total]) });
    const atEnd = seen.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(seen.length, atEnd);
    for (const [i, [done, total]] of seen.entries()) assert.ok(done <= total && done >= (seen[i - 1]?.[0] ?? 0));
    document.close();
  });

  it("ends with cancelled when the signal was aborted before, and leaves the file alone", async () => {
    const document = newDocument(10_000);
    const before = hashOf(document.path);
    document.overwrite(0, Uint8Array.of(1, 2, 3));
    await assert.rejects(document.commit({ signal: AbortSignal.abort() }), { name: "EngineError", code: "cancelled" });
    assert.equal(hashOf(document.path), before);
    assert.equal(document.dirty, true);
    assert.equal((await document.commit()).how, "in-place");
    document.close();
  });

  it("ends a commit in full flight with cancelled or done: the file is then the old or the new one", async () => {
    const length = 24 * MIB;
    const document = newDocument(length);
    const old = hashOf(document.path);
    document.overwrite(0, patternBytes(length, 77));
    let cancelled = 0;
    for (const delayMs of [0, 1, 3, 5, 10, 20]) {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), delayMs);
      const outcome = await document.commit({ signal: abort.signal }).then(
        () => "done",
        (error: { code: string }) => error.code,
      );
      if (outcome === "cancelled") {
        cancelled++;
        assert.equal(hashOf(document.path), old);
        assert.equal(document.dirty, true);
      } else assert.equal(outcome, "done");
      assert.equal(getEventListeners(abort.signal, "abort").length, 0, "a listener is left on the signal");
    }
    if (document.dirty) await document.commit();
    assert.ok(Buffer.from(patternBytes(length, 77)).equals(fs.readFileSync(document.path)));
    assert.ok(cancelled > 0, "no commit was ever cancelled in flight");
    document.close();
  });

  it("reads and edits on while a commit runs", async () => {
    const document = newDocument(8 * MIB);
    document.overwrite(0, patternBytes(8 * MIB, 5));
    const committing = document.commit();
    document.overwrite(100, Uint8Array.of(1, 2, 3, 4));
    const window = await document.read(98, 8);
    const expected = patternBytes(8 * MIB, 5);
    expected.set([1, 2, 3, 4], 100);
    assert.deepEqual(new Uint8Array(window.bytes), expected.slice(98, 106));
    await committing;
    // The pool may begin the commit before or after the second edit; what the document says of itself must fit the file.
    const written = document.dirty ? patternBytes(8 * MIB, 5) : expected;
    assert.ok(Buffer.from(written).equals(fs.readFileSync(document.path)));
    await document.commit();
    assert.ok(Buffer.from(expected).equals(fs.readFileSync(document.path)));
    document.close();
  });

  it("rejects a second commit while one runs, or does both in order; never a mix", async () => {
    const document = newDocument(4 * MIB);
    document.overwrite(0, patternBytes(4 * MIB, 6));
    const outcomes = await Promise.allSettled([document.commit(), document.commit()]);
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    assert.ok(refused.length <= 1);
    for (const { reason } of refused) assert.equal((reason as { code: string }).code, "busy");
    assert.ok(Buffer.from(patternBytes(4 * MIB, 6)).equals(fs.readFileSync(document.path)));
    document.close();
  });

  describe("in worker threads", () => {
    const script = path.join(__dirname, "engineWorker.js");
    const root = path.join(__dirname, "../../..");

    function start(task: string, file: string): Worker {
      return new Worker(script, { workerData: { root, task, file, storage: folder.file("storage") } });
    }
    function ended(worker: Worker): Promise<number> {
      return new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject));
    }

    it("loads there several times at once, and every thread sees the same file", async () => {
      const file = folder.file("workers.bin");
      fs.writeFileSync(file, patternBytes(MIB));
      const workers = Array.from({ length: 4 }, () => start("readAll", file));
      const over = Promise.all(workers.map(ended));
      const hashes = await Promise.all(
        workers.map((worker) => new Promise((resolve) => worker.once("message", resolve))),
      );
      assert.deepEqual(new Set(hashes), new Set([hashOf(file)]));
      assert.deepEqual(await over, [0, 0, 0, 0]);
      assert.deepEqual([handlesOn(file) ?? [], mappingsOf(file) ?? []], [[], []]);
    });

    for (const task of ["read", "commit"]) {
      it(`survives 30 threads terminated in the middle of a ${task}`, async () => {
        const length = 2 * MIB;
        for (let i = 0; i < 30; i++) {
          const file = folder.file(`terminated-${i}.bin`);
          fs.writeFileSync(file, patternBytes(length));
          const worker = start(task, file);
          const over = ended(worker);
          await new Promise((resolve) => worker.once("message", resolve));
          await worker.terminate();
          await over;
          const old = Buffer.from(patternBytes(length));
          const now = fs.readFileSync(file);
          assert.ok(now.equals(old) || now.equals(Buffer.alloc(length, 0x5a)), "the file is neither old nor new");
          assert.deepEqual([handlesOn(file) ?? [], mappingsOf(file) ?? []], [[], []]);
          fs.unlinkSync(file);
        }
      });
    }
  });
});
