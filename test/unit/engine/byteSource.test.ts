// The contract suite on each source of bytes, and what only some of them can show.
import assert from "node:assert/strict";
import fs from "node:fs";
import { EngineDocument } from "../../../extension/src/engine/document";
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
