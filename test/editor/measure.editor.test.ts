// Measuring in a real VS Code: the overview of 8 TiB and of what is typed, hashes of edited bytes, compared and copied.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import type { EditorSession } from "../../extension/src/host/editorSession";
import type { OverviewCells } from "../../shared/measureProtocol";
import type { ToWebview } from "../../shared/protocol";
import { Cell, CELL_BYTES, cellAt } from "../../shared/overviewCells";
import { answering, ask, clipboard, open, overwrite, refused, until, useFiles } from "./support/fixture";

const run = (name: string): Thenable<unknown> => vscode.commands.executeCommand(`terahex.${name}`);

/** The newest that was told of a cell, from now on. */
function follow(session: EditorSession, first: OverviewCells): (offset: number) => Uint8Array {
  const cells = new Uint8Array(first.cells.slice(0));
  let { size } = first;
  session.taps.add((message: ToWebview) => {
    if (message.kind !== "notice" || message.body.type !== "measure") return;
    if (message.body.news.kind !== "cells") return;
    const { told } = message.body.news;
    size = told.size;
    cells.set(new Uint8Array(told.cells), told.from * CELL_BYTES);
  });
  return (offset) => cells.subarray(cellAt(offset, size) * CELL_BYTES, (cellAt(offset, size) + 1) * CELL_BYTES);
}

describe("measuring", () => {
  const files = useFiles();

  it("shows the overview of 8 TiB: holes, what is stored in them, what is typed", async () => {
    const size = 2 ** 43;
    const { session } = await open(files.sparse("huge.bin", size, { [2 ** 42]: "text ".repeat(4096) }));
    const answer = await ask(session, { type: "measure", ask: { kind: "overview" } });
    assert.ok("cells" in answer && answer.size === size);
    const cell = follow(session, answer as OverviewCells);
    assert.equal(cell(0)[Cell.holes], 255);
    await until("the stored bytes", () => cell(2 ** 42)[Cell.printable] === 255 || undefined);
    assert.equal(cell(2 ** 41)[Cell.unsaved], 0);
    await overwrite(session, 2 ** 41, "\xff");
    await until("the unsaved byte", () => cell(2 ** 41)[Cell.unsaved] === 1 || undefined);
    await until("its cell looked at again", () => cell(2 ** 41)[Cell.high]! > 0 || undefined);
    await ask(session, { type: "measure", ask: { kind: "close" } });
  });

  it("switches the overview on and off for every editor", async () => {
    const { session } = await open(files.write("a.bin", "0123456789"));
    const shown: boolean[] = [];
    session.taps.add((message) => {
      if (message.kind === "notice" && message.body.type === "settings") shown.push(message.body.settings.overview);
    });
    await run("toggleOverview");
    await until("the strip's question", () => shown.at(-1) === true || undefined);
    await run("toggleOverview");
    assert.deepEqual(shown, [true, false]);
  });

  it("DL-6: hashes the edited document, several at once, remembers which, copies lines that sha256sum checks", async () => {
    const { session } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 2, "ab");
    const sum = (name: string): string => createHash(name).update("01ab456789").digest("hex");
    const dialogs = await answering("sha256,md5", "$(copy) Copy all, as sha256sum prints them");
    await run("hash");
    assert.equal(clipboard.text, `SHA256 (a.bin) = ${sum("sha256")}\nMD5 (a.bin) = ${sum("md5")}\n`);
    assert.match(dialogs.told.join(), /Copied 2 lines/);
    await answering("sha1", sum("sha1"));
    await run("hash");
    assert.equal(clipboard.text, sum("sha1"));
  });

  it("compares the selection's hash with an expected one, computes what its length asks for", async () => {
    const { session } = await open(files.write("a.bin", "0123456789"));
    session.select({ anchor: 2, focus: 5, column: "hex" });
    const sha1 = createHash("sha1").update("2345").digest("hex");
    const same = await answering("Selection", "crc-32/iso-hdlc", "$(diff) Compare with…", `${sha1}  a.bin`);
    await run("hash");
    assert.match(same.checks.join(), /It may be sha1/);
    assert.deepEqual(same.told, ["The same: sha1."]);
    const other = await answering("Whole file", "sha1", "$(diff) Compare with…", sha1);
    await run("hash");
    assert.deepEqual(other.told, ["Different from sha1."]);
  });

  it("opens statistics of the selection beside the editor; they count what is edited", async () => {
    const { session } = await open(files.write("a.bin", "0123456789"));
    await overwrite(session, 0, "AAAAA");
    session.select({ anchor: 0, focus: 7, column: "hex", more: [{ start: 9, end: 10 }] });
    const several = await answering();
    await run("statistics");
    assert.match(several.told.join(), /Several ranges are selected/);
    session.select({ anchor: 0, focus: 7, column: "hex" });
    await run("statistics");
    const shown = await until("the panel", () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .find(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith("terahex.statistics")),
    );
    assert.equal(shown.label, "Statistics: a.bin");
    const stats = await ask(session, { type: "measure", ask: { kind: "stats", start: 0, end: 8 } });
    assert.ok("counts" in stats);
    assert.deepEqual([stats.counts[0x41], stats.counts[0x35], stats.counts[0x30]], [5, 1, 0]);
    assert.equal(stats.entropy.length, 8);
    assert.equal(new Uint8Array(stats.pairs)[0x41 * 256 + 0x41], 255);
    const { code } = await refused(session, { type: "measure", ask: { kind: "stats", start: 10, end: 11 } });
    assert.equal(code, "out-of-range");
  });
});
