// The contract suite of documents on everything that can be behind one, and what only the plain ways can show.
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
  describeDocument("a file that is read and written whole", openWholeFile, 40);
});
