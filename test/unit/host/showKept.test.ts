// What was set aside comes on no file that cannot be edited: its edits could neither be saved nor undone.
import "./vscodeStub";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { EngineDocument } from "../../../extension/src/engine/document";
import { BinaryDocument } from "../../../extension/src/host/binaryDocument";
import type { BinaryEditorProvider } from "../../../extension/src/host/binaryEditorProvider";
import { showKept } from "../../../extension/src/host/kept/showKept";
import type { Dialogs } from "../../../extension/src/host/notify";
import { temporaryFolder } from "../engine/files";

describe("putting kept edits on their file", () => {
  const folder = temporaryFolder();

  /** Edits of `file` that nothing takes up by itself. */
  async function setAside(file: string, storageFolder: string): Promise<void> {
    const engine = EngineDocument.open(file, { storageFolder, logEdits: true });
    engine.overwrite(2, Buffer.from("XY"));
    await engine.flushLog();
    const { path: log } = engine.log;
    engine.close();
    fs.renameSync(log, path.join(path.dirname(log), "set-aside.kept"));
  }
  /** @returns what the person was told. */
  async function put(document: BinaryDocument, storageFolder: string): Promise<string> {
    const told: string[] = [];
    const dialogs: Partial<Dialogs> = {
      pick: (_title, items) => Promise.resolve(items.find(({ label }) => !/^(Show|Save|Delete)/.test(label))?.label),
      warn: (message) => void told.push(message),
      inform: (message) => void told.push(message),
    };
    const provider = { documents: [document] } as unknown as BinaryEditorProvider;
    await showKept({ storageFolder, provider, dialogs: dialogs as Dialogs });
    return told.join();
  }

  for (const [name, readOnlyReason, live] of [
    ["write-protected", "It is write-protected.", undefined],
    ["live", null, "watching"],
    ["free", null, undefined],
  ] as const) {
    it(`${(readOnlyReason ?? live) ? "is refused" : "is done"} where the file is ${name}`, async () => {
      const file = folder.file(`${name}.bin`);
      const storageFolder = folder.file(`storage-${name}`);
      fs.writeFileSync(file, "0123456789");
      await setAside(file, storageFolder);
      const engine = EngineDocument.open(file, { storageFolder, logEdits: true });
      const document = new BinaryDocument(vscode.Uri.file(file), { kind: "engine", engine, readOnlyReason }, null);
      try {
        document.live.set(live);
        const told = await put(document, storageFolder);
        const refused = name !== "free";
        assert.match(told, name === "live" ? /live mode/i : refused ? /write-protected/ : /unsaved/);
        assert.equal(document.dirty, !refused);
      } finally {
        engine.close(true);
      }
    });
  }
});
