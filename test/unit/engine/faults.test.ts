// DL-19 at this level: a file that shrinks, is replaced or deleted under running reads and commits never ends the process. The rough part
// runs in a child process, so that a crash is a failed test and not the end of the run.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { EngineDocument } from "../../../extension/src/engine/document";
import { loadAddon } from "../../../extension/src/engine/loadAddon";
import { plainAddon } from "../../../extension/src/engine/plain/plainAddon";
import { patternBytes, temporaryFolder } from "./files";

describe("faults of the file below", () => {
  const folder = temporaryFolder();

  async function run(...args: string[]): Promise<{ code: number | null; signal: string | null; output: string }> {
    const child = spawn(process.execPath, [path.join(__dirname, "shrinkingFile.js"), ...args]);
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, output })));
  }

  for (const [what, listener] of [
    ["", "none"],
    [" with process.on('SIGBUS') set", "sigbus"],
  ] as const) {
    it(`DL-19: truncates 1000 times under reads and commits${what}, and nothing crashes`, async function () {
      this.timeout(120_000);
      const result = await run(folder.file(`shrinking-${listener}.bin`), folder.file("storage"), listener, "1000");
      assert.deepEqual({ code: result.code, signal: result.signal }, { code: 0, signal: null }, result.output);
      const counts = JSON.parse(result.output) as {
        truncations: number;
        reads: number;
        unreadable: number;
        commits: number;
      };
      assert.equal(counts.truncations, 1000);
      // How many depends on how busy the machine is.
      assert.ok(counts.reads > 50 && counts.commits > 1, result.output);
    });
  }

  for (const [what, addon] of [
    ["the addon", loadAddon],
    ["plain Node", plainAddon],
  ] as const) {
    it(`DL-19: shows through ${what} what was cut away as unreadable, keeps the unsaved edits there, and refuses to save over it`, async () => {
      const file = folder.file("cut.bin");
      fs.writeFileSync(file, patternBytes(100_000));
      const document = EngineDocument.open(file, { storageFolder: folder.file("storage") }, addon());
      await document.read(0, 100_000);
      document.overwrite(90_000, Uint8Array.of(1, 2, 3));
      fs.truncateSync(file, 50_000);
      assert.equal(document.checkOutside(), "truncated");
      const window = await document.read(0, 100_000);
      assert.deepEqual(window.unreadable, [
        { start: 50_000, end: 90_000 },
        { start: 90_003, end: 100_000 },
      ]);
      assert.deepEqual(new Uint8Array(window.bytes).slice(0, 50_000), patternBytes(50_000 + 1).slice(0, 50_000));
      assert.deepEqual([...new Uint8Array(window.bytes, 90_000, 3)], [1, 2, 3]);
      await assert.rejects(document.commit(), { code: "changed" });
      assert.equal(fs.statSync(file).size, 50_000);
      document.reload();
      assert.deepEqual([document.size, document.dirty, document.checkOutside()], [50_000, false, "same"]);
      document.close();
    });

    it(`tells through ${what} what happened to the file outside`, () => {
      const file = folder.file("outside.bin");
      fs.writeFileSync(file, patternBytes(1000));
      const document = EngineDocument.open(file, {}, addon());
      assert.equal(document.checkOutside(), "same");
      fs.appendFileSync(file, "more");
      assert.equal(document.checkOutside(), "grown");
      document.reload();
      fs.writeFileSync(`${file}.new`, "other");
      fs.renameSync(`${file}.new`, file);
      assert.equal(document.checkOutside(), "replaced");
      document.reload();
      assert.equal(document.size, 5);
      fs.unlinkSync(file);
      assert.equal(document.checkOutside(), "deleted");
      document.close();
    });
  }
});
