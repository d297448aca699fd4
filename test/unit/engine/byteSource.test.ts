// The contract suite on each source of bytes, and what only some of them can show.
import assert from "node:assert/strict";
import fs from "node:fs";
import { EngineDocument } from "../../../extension/src/engine/document";
import { DocumentReader } from "../../../extension/src/engine/documentReader";
import { MemoryByteSource } from "../../../extension/src/engine/memoryByteSource";
import { PositionalByteSource } from "../../../extension/src/engine/positionalByteSource";
import { describeByteSource } from "./byteSourceContract";
import { handlesOn, patternBytes, temporaryFolder } from "./files";

describe("sources of bytes", () => {
  const folder = temporaryFolder();
  let count = 0;

  function fileWith(content: Uint8Array): string {
    const file = folder.file(`source-${count++}.bin`);
    fs.writeFileSync(file, content);
    return file;
  }

  describeByteSource("EngineDocument", (content) => {
    const source = EngineDocument.open(fileWith(content));
    return { source, close: () => source.close() };
  });
  describeByteSource("DocumentReader", (content) => {
    const document = EngineDocument.open(fileWith(content));
    return { source: DocumentReader.attach(document.readerKey), close: () => document.close() };
  });
  describeByteSource("MemoryByteSource", (content) => {
    const source = new MemoryByteSource(content);
    return { source, close: () => source.close() };
  });
  describeByteSource("PositionalByteSource", (content) => {
    const source = PositionalByteSource.open(fileWith(content));
    return { source, close: () => source.close() };
  });

  describe("MemoryByteSource", () => {
    it("reports edits as unsaved and failures as unreadable, clipped to the window", () => {
      const source = new MemoryByteSource(patternBytes(100));
      source.overwrite(10, Uint8Array.of(1, 2, 3));
      source.overwrite(13, Uint8Array.of(4));
      source.failAt({ start: 90, end: 95 });
      const window = source.readSync(11, 80);
      assert.deepEqual(window.unsaved, [{ start: 11, end: 14 }]);
      assert.deepEqual(window.unreadable, [{ start: 90, end: 91 }]);
      assert.deepEqual(new Uint8Array(window.bytes).slice(0, 3), Uint8Array.of(2, 3, 4));
      assert.equal(window.version, 3);
      assert.deepEqual(source.log, [{ start: 11, end: 91 }]);
    });
  });

  describe("DocumentReader", () => {
    it("sees unsaved edits and tells them since a version", () => {
      const document = EngineDocument.open(fileWith(patternBytes(100)));
      const reader = DocumentReader.attach(document.readerKey);
      assert.equal(document.readerKey, document.readerKey);
      const before = reader.version;
      document.insert(10, Uint8Array.of(7, 8));
      assert.equal(reader.size, 102);
      assert.deepEqual(new Uint8Array(reader.readSync(10, 2).bytes), Uint8Array.of(7, 8));
      assert.deepEqual(reader.changesSince(before), {
        version: document.version,
        all: false,
        changes: [{ offset: 10, oldLength: 0, newLength: 2 }],
      });
      document.close();
    });

    it("says that the document is closed, attached before or after", () => {
      const document = EngineDocument.open(fileWith(patternBytes(100)));
      const { readerKey } = document;
      const reader = DocumentReader.attach(readerKey);
      document.close();
      assert.throws(() => reader.readSync(0, 1), { code: "closed" });
      assert.throws(() => reader.version, { code: "closed" });
      assert.throws(() => DocumentReader.attach(readerKey).version, { code: "closed" });
      assert.throws(() => DocumentReader.attach(999_999), { code: "closed" });
      for (const key of [-1, 0.5, NaN, "1"]) assert.throws(() => DocumentReader.attach(key as number));
    });
  });

  describe("PositionalByteSource", () => {
    it("follows growth, truncation and outside writes, and counts them as versions", async () => {
      const file = fileWith(patternBytes(100));
      const source = PositionalByteSource.open(file);
      const first = source.version;
      fs.appendFileSync(file, "tail");
      assert.equal(Buffer.from((await source.read(100, 10)).bytes).toString(), "tail");
      assert.equal(source.size, 104);
      fs.truncateSync(file, 10);
      assert.throws(() => source.readSync(50, 1), { code: "out-of-range" });
      assert.equal(source.size, 10);
      assert.ok(source.version > first + 1);
      source.close();
    });

    for (const [what, path, code] of [
      ["a file that is not there", "/nonexistent/file", "not-found"],
      ["a folder", "/", "not-a-file"],
    ] as const) {
      it(`refuses ${what}: ${code}`, () => assert.throws(() => PositionalByteSource.open(path), { code, path }));
    }

    it("leaves no handle open", async () => {
      const file = fileWith(patternBytes(100));
      const source = PositionalByteSource.open(file);
      const running = source.read(0, 100);
      source.close();
      source.close();
      await running;
      assert.deepEqual(handlesOn(file) ?? [], []);
    });
  });
});
