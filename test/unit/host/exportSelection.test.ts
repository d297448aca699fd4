// What is exported is what was selected when the export was asked for, or nothing.
import "./vscodeStub";
import assert from "node:assert/strict";
import fs from "node:fs";
import * as vscode from "vscode";
import type { ByteRange } from "../../../shared/byteRange";
import { EngineDocument } from "../../../extension/src/engine/document";
import { exportSelection } from "../../../extension/src/host/commands/exportSelection";
import type { CommandServices } from "../../../extension/src/host/commands/services";
import type { Dialogs } from "../../../extension/src/host/notify";
import { temporaryFolder } from "../engine/files";

describe("exporting what is selected", () => {
  const folder = temporaryFolder();

  /** @param meanwhile while the dialog asks for the target. @returns what was told, and what is in the target */
  async function exported(
    selectedRanges: readonly ByteRange[],
    meanwhile: (engine: EngineDocument) => void,
  ): Promise<{ told: string; written: string | undefined }> {
    const path = folder.file("exported.bin");
    const target = folder.file("target.bin");
    fs.writeFileSync(path, "0123456789");
    fs.rmSync(target, { force: true });
    const engine = EngineDocument.open(path);
    const uri = Object.assign(vscode.Uri.file(path), { with: () => uri });
    const document = { engine, uri, content: { kind: "engine" }, isWhole: false, live: {} };
    const told: string[] = [];
    const dialogs: Partial<Dialogs> = {
      inform: (message) => void told.push(message),
      warn: (message) => void told.push(message),
      saveTarget: () => {
        meanwhile(engine);
        return Promise.resolve(vscode.Uri.file(target));
      },
    };
    const activeSession = { document, selectedRanges, selectedRange: selectedRanges[0] };
    const services = { provider: { activeSession }, dialogs: () => dialogs };
    await exportSelection(services as unknown as CommandServices);
    engine.close(true);
    return { told: told.join(), written: fs.existsSync(target) ? fs.readFileSync(target, "latin1") : undefined };
  }

  const one = [{ start: 2, end: 5 }];
  const several = [...one, { start: 7, end: 9 }];

  it("writes it where nothing happens meanwhile", async () => {
    assert.equal((await exported(one, () => undefined)).written, "234");
    assert.equal((await exported(several, () => undefined)).written, "23478");
  });

  it("writes nothing, and says so, where the content changes while the target is asked for", async () => {
    for (const ranges of [one, several]) {
      const { told, written } = await exported(ranges, (engine) => engine.insert(0, new Uint8Array(3)));
      assert.match(told, /Nothing was exported/);
      assert.equal(written, undefined);
    }
  });

  it("writes nothing where a range reaches behind the end", async () => {
    const { told, written } = await exported([...one, { start: 8, end: 12 }], () => undefined);
    assert.match(told, /Nothing was exported/);
    assert.equal(written, undefined);
  });
});
