// The contract suite of documents on everything that can be behind one, and what only the plain ways can show.
import assert from "node:assert/strict";
import fs from "node:fs";
import { EngineDocument } from "../../../extension/src/engine/document";
import { loadAddon } from "../../../extension/src/engine/loadAddon";
import type { NativeAddon } from "../../../extension/src/engine/nativeAddon";
import { plainAddon } from "../../../extension/src/engine/plain/plainAddon";
import { describeDocument, type OpenedFile } from "./documentContract";
import { temporaryFolder } from "./files";
import { openWholeFile } from "./wholeFile";

describe("documents", () => {
  const folder = temporaryFolder();
  let count = 0;

  const onDisk =
    (addon: () => NativeAddon) =>
    async (content: Uint8Array): Promise<OpenedFile> => {
      const file = folder.file(`contract-${count++}.bin`);
      fs.writeFileSync(file, content);
      const open = (): EngineDocument =>
        EngineDocument.open(file, { storageFolder: folder.file("storage"), logEdits: true }, addon());
      return {
        document: open(),
        onDisk: () => fs.readFileSync(file),
        writtenByOthers: async (bytes) => fs.writeFileSync(file, bytes),
        again: async () => open(),
        path: (name) => folder.file(name),
        contentOf: (path) => fs.readFileSync(path),
      };
    };

  describeDocument("the addon", onDisk(loadAddon), 4);
  describeDocument("plain Node", onDisk(plainAddon), 4);
  for (const [what, addon] of [
    ["the addon", loadAddon],
    ["plain Node", plainAddon],
  ] as const) {
    it(`reads a file that cannot be mapped through ${what}, and tells where it ends before its size says`, function () {
      const file = "/sys/kernel/mm/transparent_hugepage/enabled";
      // Wine shows the files of the system that it runs on.
      if (process.platform !== "linux" || !fs.existsSync(file)) this.skip();
      const content = fs.readFileSync(file);
      const document = EngineDocument.open(file, { readOnly: true }, addon());
      const window = document.readSync(0, 64);
      assert.equal(document.mapped, false);
      assert.ok(content.equals(Buffer.from(window.bytes, 0, content.length)));
      assert.deepEqual(window.unreadable, [{ start: content.length, end: 64 }]);
      document.close();
    });
  }

  it("takes no save of its own for somebody else's, and says what a save that failed halfway left", async () => {
    const { document, file } = await openWholeFile(Buffer.from("0123456789"));
    for (let round = 0; round < 20; round++) {
      document.insert(0, Uint8Array.of(round));
      document.checkOutside(); // begins a look that goes on beside the save
      await document.commit();
      assert.equal(document.checkOutside(), "same");
    }
    document.overwrite(0, Buffer.from("new"));
    file.failing = "before";
    await assert.rejects(document.commit(), { code: "no-space" });
    assert.notEqual(document.savedPosition, undefined);
    file.failing = "halfway";
    await assert.rejects(document.commit(), { code: "io", message: /neither the old nor the new/ });
    assert.deepEqual([document.savedPosition, document.dirty], [undefined, true]);
    file.failing = "not";
    document.reload();
    assert.equal(document.size, file.content.length);
    document.close(true);
  });

  describeDocument("a file that is read and written whole", openWholeFile, 40);
});
