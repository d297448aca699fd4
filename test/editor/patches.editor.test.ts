// Patches and records in a real VS Code: export from unsaved edits, apply as one undo step or not at all, in and out of Intel HEX.
import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { answering, api, open, overwrite, redo, text, undo, until, untilDirty, useFiles } from "./support/fixture";

const run = (name: string): Thenable<unknown> => vscode.commands.executeCommand(`terahex.${name}`);

describe("patches", () => {
  const files = useFiles();

  for (const [format, extension] of [
    ["BPS", "bps"],
    ["IPS", "ips"],
    ["IPS32", "ips32"],
    ["JSON", "jsonl"],
  ] as const) {
    it(`carries unsaved edits to another copy as ${format}, in one step`, async () => {
      const patch = files.path(`edits.${extension}`);
      const edited = await open(files.write("a.bin", "0123456789"));
      await overwrite(edited.session, 2, "XY");
      await overwrite(edited.session, 7, "Z");
      const exporting = await answering(format, patch);
      await run("exportPatch");
      assert.match(exporting.told.join(), /^Exported to edits/);
      const other = await open(files.write("b.bin", "0123456789"));
      const dialogs = await answering(patch);
      await run("applyPatch");
      assert.match(dialogs.told.join(), /has been applied/);
      assert.equal(await text(other.session, 0, 10), "01XY456Z89");
      assert.equal(files.read("b.bin"), "0123456789", "the file itself is as it was");
      await untilDirty(other.uri, true);
      await undo();
      await until("undone", async () => (await text(other.session, 0, 10)) === "0123456789" || undefined);
    });
  }

  it("changes nothing for a patch that fails midway, and what redo could reach stays", async () => {
    const { uri, session, document } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 0, "A");
    await untilDirty(uri, true);
    await undo();
    await untilDirty(uri, false);
    fs.writeFileSync(
      files.path("bad.jsonl"),
      '{"op":"erase","offset":0,"length":5}\n{"op":"erase","offset":8,"length":5}\n',
    );
    const dialogs = await answering(files.path("bad.jsonl"));
    await run("applyPatch");
    assert.match(dialogs.told.join(), /^Nothing was changed\. .*Line 2/);
    assert.equal(await text(session, 0, 10), "0123456789");
    assert.equal(document.dirty, false);
    await redo();
    await until("redone", async () => (await text(session, 0, 10)) === "A123456789" || undefined);
  });

  it("says what is no patch, and that nothing is unsaved", async () => {
    await open(files.write("a.bin", "0123456789"));
    const dialogs = await answering(files.path("a.bin"));
    await run("applyPatch");
    assert.match(dialogs.told.join(), /Neither IPS/);
    const exporting = await answering();
    await run("exportPatch");
    assert.match(exporting.told.join(), /no unsaved edits/);
  });

  for (const format of ["Intel HEX", "S-Records"]) {
    it(`writes ${format}, unsaved edits included, and makes a plain file of it again`, async () => {
      const { session } = await open(files.write("a.bin", "0123456789"));
      await overwrite(session, 0, "A");
      await answering(format, "0x8000", files.path("out.txt"));
      await run("exportAddressed");
      const other = await open(files.write("b.bin", "..0000000000.."));
      const applying = await answering(files.path("out.txt"), "0x7FFE");
      await run("applyPatch");
      assert.match(applying.told.join(), /has been applied/);
      assert.equal(await text(other.session, 0, 14), "..A123456789..");
      await untilDirty(other.uri, true);
      await undo();
      await until("undone", async () => (await text(other.session, 0, 14)) === "..0000000000.." || undefined);
      const plain = vscode.Uri.file(files.path("plain.bin"));
      const dialogs = await answering(files.path("out.txt"), plain.fsPath);
      await run("importAddressed");
      assert.match(dialogs.told.join(), /Offset 0 of plain\.bin is address 0x8000/);
      assert.equal(files.read("plain.bin"), "A123456789");
      const terahex = await api();
      await until("the editor", () => terahex.sessions(plain)[0]?.isOpen || undefined);
    });
  }
});
