// A patch is never made against a file that is not the document's.
import "./vscodeStub";
import assert from "node:assert/strict";
import type { EditorSession } from "../../../extension/src/host/editorSession";
import type { Dialogs } from "../../../extension/src/host/notify";
import { exportPatch } from "../../../extension/src/host/patches/exportPatch";

describe("exporting a patch", () => {
  it("is refused where the file is read whole: the disk may hold another of that path", async () => {
    const session = { document: { engine: { dirty: true }, isWhole: true, path: "/etc/hosts" } };
    const warned: string[] = [];
    const dialogs: Partial<Dialogs> = { warn: (message) => void warned.push(message) };
    await exportPatch(session as unknown as EditorSession, dialogs as Dialogs);
    assert.match(warned.join(), /files of the disk/);
  });
});
