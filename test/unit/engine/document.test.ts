// The document through the real addon: rows of the fault list that show at this level, and the states an editor meets.
import assert from "node:assert/strict";
import fs from "node:fs";
import { EngineDocument, findJournal, recover } from "../../../extension/src/engine/document";
import type { ByteRange } from "../../../shared/byteRange";
import { handlesOn, hashOf, mappingsOf, patternBytes, readRange, temporaryFolder, writeSparse } from "./files";

const GIB = 1024 ** 3;

describe("EngineDocument", () => {
  const folder = temporaryFolder();
  let count = 0;
  const opened: EngineDocument[] = [];

  function newFile(content: Uint8Array): string {
    const file = folder.file(`document-${count++}.bin`);
    fs.writeFileSync(file, content);
    return file;
  }
  function open(file: string, options = {}): EngineDocument {
    const document = EngineDocument.open(file, { storageFolder: folder.file("storage"), ...options });
    opened.push(document);
    return document;
  }
  function bytesAt(document: EngineDocument, offset: number, length: number): Buffer {
    return Buffer.from(document.readSync(offset, length).bytes);
  }

  afterEach(() => {
    const closing = opened.splice(0);
    const paths = closing.map((document) => document.path);
    for (const document of closing) document.close();
    for (const path of paths) {
      assert.deepEqual(mappingsOf(path) ?? [], [], `a mapping of ${path} is left`);
      assert.deepEqual(handlesOn(path) ?? [], [], `a handle of ${path} is left`);
    }
  });

  const sizes = [
    0,
    1,
    4095,
    4096,
    4097,
    65535,
    65536,
    65537,
    128 * 1024 - 1,
    128 * 1024,
    128 * 1024 + 1,
    1024 ** 2 + 1,
  ];
  for (const size of sizes) {
    it(`DL-1: saves ${size} bytes as a new file and exports them, byte for byte, with unsaved edits`, async () => {
      const content = patternBytes(size, size + 1);
      const document = open(newFile(content));
      const edited = Buffer.from(content);
      if (size > 0) {
        document.overwrite(size - 1, Uint8Array.of(0xaa));
        edited[size - 1] = 0xaa;
      }
      await document.saveAs(folder.file("copy.bin"));
      assert.ok(edited.equals(fs.readFileSync(folder.file("copy.bin"))));
      await document.exportRange({ start: Math.floor(size / 3), end: size }, folder.file("part.bin"));
      assert.ok(edited.subarray(Math.floor(size / 3)).equals(fs.readFileSync(folder.file("part.bin"))));
    });
  }

  for (const size of [4 * GIB - 1, 4 * GIB, 4 * GIB + 1]) {
    it(`DL-1: saves ${size} bytes, mostly holes, as a new file, holes as holes`, async () => {
      const file = folder.file(`sparse-${count++}.bin`);
      const island = patternBytes(70_001);
      const places = [0, 2 ** 31 - 100, size - island.length];
      writeSparse(
        file,
        size,
        places.map((offset) => ({ offset, bytes: island })),
      );
      const document = open(file);
      const target = folder.file("sparse-copy.bin");
      await document.saveAs(target);
      const copy = open(target, { readOnly: true });
      assert.equal(copy.size, size);
      const stored = copy.extents(0, size, 1000);
      assert.ok(total(stored) < 16 * 1024 ** 2, "the holes were written out");
      for (const offset of places) assert.ok(readRange(target, offset, island.length).equals(island));
      for (const { start, end } of stored)
        assert.ok(bytesAt(copy, start, end - start).equals(bytesAt(document, start, end - start)));
      assert.ok(total(document.extents(0, size, 1000)) <= total(stored) + 1024 ** 2);
    });
  }

  it("DL-6: reads, exports and saves see unsaved edits, and say which bytes they are", async () => {
    const document = open(newFile(Buffer.alloc(10_000, 0x11)));
    document.overwrite(4095, Uint8Array.of(1, 2));
    document.fill(8000, 4, Uint8Array.of(7, 8));
    const window = await document.read(4090, 4000);
    assert.deepEqual(window.unsaved, [
      { start: 4095, end: 4097 },
      { start: 8000, end: 8004 },
    ]);
    assert.deepEqual([...new Uint8Array(window.bytes, 4, 4)], [0x11, 1, 2, 0x11]);
    await document.exportRange({ start: 4094, end: 4098 }, folder.file("edited.bin"));
    assert.deepEqual([...fs.readFileSync(folder.file("edited.bin"))], [0x11, 1, 2, 0x11]);
  });

  it("DL-10: never creates a file by opening or reading", async () => {
    const missing = folder.file("missing.bin");
    assert.throws(() => EngineDocument.open(missing), { code: "not-found", path: missing });
    assert.ok(!fs.existsSync(missing));
    const file = newFile(patternBytes(5000));
    const document = open(file);
    fs.unlinkSync(file);
    assert.equal(document.checkOutside(), "deleted");
    assert.equal(new Uint8Array((await document.read(0, 5000)).bytes).length, 5000);
    assert.ok(!fs.existsSync(file));
  });

  it("DL-16: reads and writes past 2^31, 2^32 and near 2^43 land where they belong", async () => {
    const size = 8 * 1024 ** 4;
    const file = folder.file("huge.bin");
    const places = [2 ** 31 - 4, 2 ** 31, 2 ** 32 - 4, 2 ** 32, 2 ** 42, size - 4];
    writeSparse(
      file,
      size,
      places.map((offset, i) => ({ offset, bytes: Buffer.alloc(4, i + 1) })),
    );
    const document = open(file);
    assert.equal(document.size, size);
    assert.equal(bytesAt(document, 2 ** 31 - 5, 1)[0], 0);
    for (const [i, offset] of places.entries()) {
      assert.equal(bytesAt(document, offset + 3, 1)[0], i + 1);
      document.overwrite(offset + 3, Uint8Array.of(0xf0 + i));
    }
    assert.equal((await document.commit()).how, "in-place");
    for (const [i, offset] of places.entries()) assert.equal(readRange(file, offset + 3, 1)[0], 0xf0 + i);
    assert.equal(fs.statSync(file).size, size);
    fs.unlinkSync(file);
  });

  it("DL-17: saving onto itself is a commit, by any name of the file; edits on each page are kept, the size too", async () => {
    const content = Buffer.from(patternBytes(5 * 4096 + 10));
    const file = newFile(content);
    const link = folder.file(`link-${count++}`);
    fs.symlinkSync(file, link);
    const document = open(file);
    for (const [i, target] of [file, link].entries()) {
      for (let page = 0; page < 6; page++) {
        const offset = page * 4096 + i;
        document.overwrite(offset, Uint8Array.of(0x40 + page));
        content[offset] = 0x40 + page;
      }
      assert.equal((await document.saveAs(target)).how, "in-place");
      assert.ok(content.equals(fs.readFileSync(file)));
      assert.equal(document.dirty, false);
    }
    assert.ok(fs.lstatSync(link).isSymbolicLink());
  });

  it("DL-18: nothing reaches the file before Save, and revert leaves it byte-identical with its old time", () => {
    const file = newFile(patternBytes(100_000));
    const before = { hash: hashOf(file), time: fs.statSync(file, { bigint: true }).mtimeNs };
    const document = open(file);
    document.overwrite(0, patternBytes(50_000, 9));
    document.insert(10, Uint8Array.of(1));
    document.erase(60_000, 1000);
    assert.equal(document.dirty, true);
    document.revert();
    assert.equal(document.dirty, false);
    assert.ok(bytesAt(document, 0, 100_000).equals(patternBytes(100_000)));
    document.close();
    assert.deepEqual({ hash: hashOf(file), time: fs.statSync(file, { bigint: true }).mtimeNs }, before);
  });

  it("DL-30: browsing 10,000 random places of 8 TiB keeps the process small", async () => {
    const size = 8 * 1024 ** 4;
    const file = folder.file("browse.bin");
    writeSparse(file, size, [
      { offset: 0, bytes: patternBytes(4096) },
      { offset: size - 4096, bytes: patternBytes(4096) },
    ]);
    const document = open(file, { readOnly: true });
    await document.read(0, 65536);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 10_000; i++) {
      // Golden-ratio steps visit the whole file evenly.
      const offset = Math.floor(((i * 0.6180339887498949) % 1) * (size - 65536));
      assert.equal((await document.read(offset, 4096)).bytes.byteLength, 4096);
    }
    const grown = (process.memoryUsage().rss - before) / 1024 ** 2;
    assert.ok(grown < 100, `grown by ${grown.toFixed(1)} MiB`);
  });

  it("keeps versions, positions and changes in step with what happens", async () => {
    const document = open(newFile(Buffer.alloc(100)));
    const first = document.version;
    document.overwrite(1, Uint8Array.of(1));
    document.overwrite(2, Uint8Array.of(2), true);
    document.sealStep();
    document.overwrite(3, Uint8Array.of(3), true);
    assert.deepEqual([document.position, document.lastPosition, document.savedPosition], [2, 2, 0]);
    const { changes, all } = document.changesSince(first);
    assert.equal(all, false);
    assert.deepEqual(
      changes.map((change) => change.offset),
      [1, 2, 3],
    );
    document.undo();
    assert.deepEqual([...bytesAt(document, 1, 3)], [1, 2, 0]);
    assert.equal((await document.commit()).how, "in-place");
    assert.deepEqual([document.savedPosition, document.dirty], [1, false]);
    document.redo();
    assert.deepEqual([document.dirty, ...bytesAt(document, 1, 3)], [true, 1, 2, 3]);
    assert.throws(() => document.redo(), { code: "out-of-range" });
    assert.ok(document.version > first);
  });

  it("makes one undo step of several edits, also when the last one fails", () => {
    const document = open(newFile(Buffer.alloc(100)));
    assert.throws(
      () =>
        document.asOneStep(() => {
          document.overwrite(0, Uint8Array.of(1));
          document.insert(50, Uint8Array.of(2));
          document.erase(1000, 1);
        }),
      { code: "out-of-range" },
    );
    assert.deepEqual([document.position, document.size], [1, 101]);
    document.undo();
    assert.deepEqual([document.size, document.dirty, bytesAt(document, 0, 1)[0]], [100, false, 0]);
  });

  it("says what a save will cost before it is made", () => {
    const document = open(newFile(Buffer.alloc(100_000)));
    assert.deepEqual(document.estimateSave(), { bytes: 0, ranges: 0, how: "nothing" });
    document.overwrite(10, Uint8Array.of(1, 2, 3));
    assert.deepEqual(document.estimateSave(), { bytes: 3, ranges: 1, how: "in-place" });
    document.insert(0, Uint8Array.of(1));
    assert.equal(document.estimateSave().how, "rewritten");
  });

  it("DL-2: takes the way of saving that is asked for, and says before what each one takes", async () => {
    const path = newFile(Buffer.alloc(100_000, "a"));
    const other = `${path}.other`;
    fs.linkSync(path, other);
    const document = EngineDocument.open(path, { storageFolder: `${path}.storage` });
    try {
      document.insert(40_000, Buffer.from("xyz"));
      const { rewriteFree, journalFree, ...choices } = document.estimateChoices();
      assert.ok(rewriteFree > 0 && journalFree > 0);
      assert.deepEqual(choices, {
        firstChanged: 40_000,
        movedBytes: 60_000,
        rewriteBytes: 100_003,
        shiftBytes: 60_003,
        journalBytes: 60_003,
        links: 2,
        canRewrite: true,
        canShift: true,
        blockBytes: null,
      });
      assert.equal((await document.commit({ strategy: "shift" })).how, "shifted");
      assert.equal(fs.statSync(other).size, 100_003);
      document.erase(0, 3);
      assert.equal((await document.commit({ strategy: "rewrite" })).how, "rewritten");
      assert.deepEqual([fs.statSync(path).size, fs.statSync(other).size], [100_000, 100_003]);
      document.insert(0, Buffer.from("q"));
      assert.equal((await document.commit({ strategy: "auto" })).how, "rewritten");
      document.insert(0, Buffer.from("q"));
      const nonsense = { strategy: "sideways" as "auto" };
      await assert.rejects(document.commit(nonsense), { code: "invalid-argument" });
      assert.equal(document.dirty, true);
    } finally {
      document.close();
      for (const name of [other, `${path}.storage`]) fs.rmSync(name, { recursive: true, force: true });
    }
  });

  it("refuses to write what may not be written", () => {
    const document = open(newFile(Buffer.alloc(10)), { readOnly: true });
    assert.equal(document.writable, false);
    assert.throws(() => document.overwrite(0, Uint8Array.of(1)), { code: "read-only" });
  });

  for (const [what, path, code] of [
    ["a folder", "/", "not-a-file"],
    ["a path through a file", "/etc/passwd/x", "not-found"],
    ["a character device", "/dev/null", "not-a-file"],
    ["a path with NUL", "/etc/pas\0swd", "invalid-argument"],
    ["an empty path", "", "invalid-argument"],
  ] as const) {
    it(`refuses to open ${what}: ${code}`, () =>
      assert.throws(() => EngineDocument.open(path), { name: "EngineError", code }));
  }

  it("carries unsaved edits over in a backup, and refuses it for another version of the file", async () => {
    const file = newFile(patternBytes(1000));
    const document = open(file);
    document.overwrite(5, Uint8Array.of(1, 2, 3));
    document.insert(500, Uint8Array.of(4));
    await document.backup(folder.file("backup"));
    document.close();

    const again = open(file);
    again.restore(folder.file("backup"));
    assert.deepEqual([again.size, again.dirty, ...bytesAt(again, 5, 3)], [1001, true, 1, 2, 3]);
    again.close();

    fs.appendFileSync(file, "changed by somebody else");
    const changed = open(file);
    assert.throws(() => changed.restore(folder.file("backup")), { code: "changed" });
    assert.equal(changed.dirty, false);
  });

  it("finds no journal and has nothing to recover after an ordinary commit", async () => {
    const file = newFile(patternBytes(1000));
    const document = open(file);
    document.overwrite(5, Uint8Array.of(1, 2, 3));
    await document.commit();
    assert.equal(findJournal(folder.file("storage"), file), undefined);
    assert.equal((await recover(folder.file("storage"), file)).how, "nothing");
  });
});

function total(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + (end - start), 0);
}
