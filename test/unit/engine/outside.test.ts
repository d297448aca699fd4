// Outside changes and live writing, with the addon and without, against programs of their own that write with and without a
// mapping.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { EngineDocument } from "../../../extension/src/engine/document";
import { loadAddon } from "../../../extension/src/engine/loadAddon";
import { plainAddon } from "../../../extension/src/engine/plain/plainAddon";
import { codeOf } from "./codes";
import { temporaryFolder } from "./files";

const SHM = "/dev/shm";
const python = spawnSync("python3", ["--version"]).status === 0;

for (const [what, addon] of [
  ["the addon", loadAddon],
  ["plain Node", plainAddon],
] as const) {
  describe(`outside changes through ${what}`, () => {
    const folder = temporaryFolder();
    let count = 0;
    const opened: EngineDocument[] = [];

    function open(content: string): EngineDocument {
      const file = folder.file(`outside-${count++}.bin`);
      fs.writeFileSync(file, content);
      const document = EngineDocument.open(file, { storageFolder: folder.file("storage") }, addon());
      opened.push(document);
      return document;
    }
    const textOf = (document: EngineDocument): string =>
      Buffer.from(document.readSync(0, document.size).bytes).toString("latin1");

    afterEach(() => opened.splice(0).forEach((document) => document.close()));

    it("DL-13: puts edits and steps on top of the file as it is now", async () => {
      const document = open("0123456789");
      document.overwrite(1, Buffer.from("X"));
      document.insert(5, Buffer.from("new"));
      fs.writeFileSync(document.path, "ABCDEFGHIJ++");
      assert.notEqual(document.checkOutside(), "same");
      assert.equal(document.rebase(), true);
      assert.equal(document.checkOutside(), "same");
      assert.equal(textOf(document), "AXCDEnewFGHIJ++");
      assert.deepEqual(document.unsaved(10), [
        { start: 1, end: 2, fileOffset: 1 },
        { start: 5, end: 8, fileOffset: 5 },
      ]);
      assert.deepEqual(document.unsaved(1), [{ start: 1, end: 2, fileOffset: 1 }]);
      document.seek(0);
      assert.equal(textOf(document), "ABCDEFGHIJ++");
      assert.equal(document.dirty, false);
      document.seek(2);
      await document.commit();
      assert.equal(fs.readFileSync(document.path, "latin1"), "AXCDEnewFGHIJ++");
    });

    it("DL-13: refuses what does not fit, says why, and leaves everything as it was", () => {
      const document = open("0123456789");
      document.overwrite(8, Buffer.from("X"));
      fs.truncateSync(document.path, 4);
      assert.equal(
        codeOf(() => document.rebase()),
        "out-of-range",
      );
      document.undo();
      document.insert(10, Buffer.from("mine"));
      fs.writeFileSync(document.path, "0123456789theirs");
      assert.equal(
        codeOf(() => document.rebase()),
        "changed",
      );
      assert.equal(textOf(document), "0123456789mine");
      for (const limit of [-1, 2 ** 64])
        assert.equal(
          codeOf(() => document.unsaved(limit)),
          "out-of-range",
        );
    });

    it("writes into the file at once when nothing is unsaved, and never further than it reaches", () => {
      const document = open("0123456789");
      document.writeThrough(2, Buffer.from("LIVE"));
      assert.equal(fs.readFileSync(document.path, "latin1"), "01LIVE6789");
      assert.equal(document.lastPosition, 0);
      assert.equal(document.checkOutside(), "same");
      assert.equal(
        codeOf(() => document.writeThrough(9, Buffer.from("ab"))),
        "out-of-range",
      );
      for (const offset of [-1, 2 ** 64])
        assert.equal(
          codeOf(() => document.writeThrough(offset, Buffer.from("a"))),
          "out-of-range",
        );
      document.overwrite(0, Buffer.from("u"));
      assert.equal(
        codeOf(() => document.writeThrough(0, Buffer.from("a"))),
        "invalid-argument",
      );
      assert.equal(fs.readFileSync(document.path, "latin1"), "01LIVE6789");
    });

    it("shows a shared memory segment as another process changes it through its mapping, and writes into it", async function () {
      this.timeout(120_000);
      if (!python || !fs.existsSync(SHM)) this.skip();
      const segment = path.join(SHM, `terahex-live-${process.pid}`);
      fs.writeFileSync(segment, Buffer.alloc(64 * 1024));
      // Counts at offset 5000; ends when offset 6000 is written.
      const program = `
import mmap, sys, time
with open(sys.argv[1], "r+b") as file:
    memory = mmap.mmap(file.fileno(), 0)
    count = 0
    while memory[6000] == 0:
        count += 1
        memory[5000:5008] = count.to_bytes(8, "little")
        time.sleep(0.002)
    print(count)
`;
      const writer = spawn("python3", ["-c", program, segment]);
      const printed: Buffer[] = [];
      writer.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
      const ended = new Promise<number | null>((resolve) => writer.on("close", resolve));
      const document = EngineDocument.open(segment, {}, addon());
      opened.push(document);
      try {
        const seen = new Set<bigint>();
        // Seconds pass on a busy machine before the other one runs at all.
        const end = Date.now() + 100_000;
        while (seen.size < 50 && Date.now() < end) {
          seen.add(Buffer.from((await document.read(5000, 8)).bytes).readBigUInt64LE());
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
        assert.ok(seen.size >= 50, `only ${seen.size} values were seen`);
        assert.deepEqual(
          [...seen],
          [...seen].sort((a, b) => (a < b ? -1 : 1)),
        );
        document.writeThrough(6000, Uint8Array.of(1));
        assert.equal(await ended, 0, "the other process saw the byte");
        const last = Buffer.from(document.readSync(5000, 8).bytes).readBigUInt64LE();
        assert.equal(last, BigInt(Buffer.concat(printed).toString().trim()));
        assert.equal(document.memoryBytes < 1024 * 1024, true);
        assert.equal(document.lastPosition, 0);
      } finally {
        writer.kill();
        fs.rmSync(segment);
      }
    });
  });
}
