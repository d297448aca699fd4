// terahex.importAddressed and terahex.exportAddressed: Intel HEX and S-records in and out. In: a plain file is made of them and
// opened. Out: the selection, or the whole file, with its unsaved edits.
import { promises as fs } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { formatExactBytes } from "../../../../shared/formatNumber";
import { EngineDocument } from "../../engine/document";
import { loadAddon } from "../../engine/loadAddon";
import { PositionalByteSource } from "../../engine/positionalByteSource";
import { layOut, spanOf, type AddressSpan } from "../../formats/patches/addressed";
import { writeIntelHex } from "../../formats/patches/intelHex";
import type { PatchCall } from "../../formats/patches/model";
import { writeSRecords } from "../../formats/patches/sRecord";
import { VIEW_TYPE } from "../binaryEditorProvider";
import { hexOffset } from "../binaryDocument";
import type { EditorSession } from "../editorSession";
import { describeError, isCode } from "../errors";
import { withProgress, type Dialogs } from "../notify";
import { engineFor } from "../openContent";
import { askAddress } from "./askAddress";
import { localSource, localTarget } from "./localTarget";
import { editedMeanwhile, writeFile } from "./writeFile";

export async function importAddressed(dialogs: Dialogs): Promise<void> {
  const title = vscode.l10n.t("Import Intel HEX or S-Records");
  const file = await localSource(dialogs, title);
  if (file === undefined) return;
  const name = path.basename(file);
  try {
    const source = PositionalByteSource.open(file);
    try {
      const span = await withProgress(vscode.l10n.t("Reading {0}", name), undefined, (onProgress, signal) =>
        spanOf(source, { onProgress, signal }),
      );
      const gap = await askGap(title, span, dialogs);
      if (gap === undefined) return;
      const target = await localTarget(dialogs, title, `${file}.bin`);
      if (target === undefined) return;
      await withProgress(vscode.l10n.t("Importing {0}", name), undefined, (onProgress, signal) =>
        makePlain(source, span, gap, target, { onProgress, signal }),
      );
      await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(target), VIEW_TYPE);
      dialogs.inform(vscode.l10n.t("Offset 0 of {0} is address {1}.", path.basename(target), hexOffset(span.low)));
    } finally {
      source.close();
    }
  } catch (error) {
    if (isCode(error, "cancelled")) return;
    dialogs.warn(vscode.l10n.t("Nothing was imported from {0}. {1}", name, describeError(error).message));
  }
}

/** @returns the byte for what no record names; 0 without a question where there is no gap. */
async function askGap(
  title: string,
  { low, high, byteCount }: AddressSpan,
  dialogs: Dialogs,
): Promise<number | undefined> {
  const length = high - low;
  if (byteCount >= length) return 0;
  const byte = /^(?:0x)?([0-9a-f]{1,2})$/i;
  const text = await dialogs.input({
    title,
    prompt: vscode.l10n.t(
      "{0} to {1}, with gaps of {2}. The byte for them, in hex",
      hexOffset(low),
      hexOffset(high - 1),
      formatExactBytes(length - byteCount),
    ),
    value: "FF",
    check: (typed) =>
      byte.test(typed.trim())
        ? { ok: true, message: "" }
        : { ok: false, message: vscode.l10n.t("One byte as two hex digits, such as FF.") },
  });
  const digits = byte.exec(text?.trim() ?? "")?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

async function makePlain(
  source: PositionalByteSource,
  span: AddressSpan,
  gap: number,
  target: string,
  call: PatchCall,
): Promise<void> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "terahex-import-"));
  try {
    const empty = path.join(folder, "empty");
    await fs.writeFile(empty, "");
    const { addon } = await engineFor(loadAddon);
    const document = EngineDocument.open(empty, { storageFolder: folder }, addon);
    try {
      await layOut(source, span, gap, document, call);
      await document.saveAs(target, call);
    } finally {
      document.close(true);
    }
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

export async function exportAddressed(session: EditorSession, dialogs: Dialogs): Promise<void> {
  const { document } = session;
  const title = vscode.l10n.t("Export as Intel HEX or S-Records");
  const selected = session.selectedRange;
  const range = selected.end - selected.start > 1 ? selected : { start: 0, end: document.source.size };
  const items = [
    { label: "Intel HEX", description: vscode.l10n.t("16 bytes a line, addresses of 32 bits") },
    { label: "S-Records", description: vscode.l10n.t("Motorola; addresses as long as they have to be") },
  ];
  const picked = await dialogs.pick(title, items);
  if (picked === undefined) return;
  const asHex = picked === items[0]?.label;
  const address = await askAddress(title, vscode.l10n.t("Address of the first byte"), range.start, dialogs);
  if (address === undefined) return;
  const target = await localTarget(dialogs, title, `${document.path}.${asHex ? "hex" : "srec"}`);
  if (target === undefined) return;
  const name = path.basename(target);
  const { source } = document;
  const { version } = source;
  try {
    await withProgress(vscode.l10n.t("Exporting to {0}", name), undefined, (onProgress, signal) =>
      writeFile(target, async (sink) => {
        const call = { onProgress, signal };
        if (asHex) await writeIntelHex(source, range, address, sink, call);
        else await writeSRecords(source, range, address, path.basename(document.path), sink, call);
        if (source.version !== version) throw editedMeanwhile();
      }),
    );
    dialogs.inform(vscode.l10n.t("Exported {0} to {1}.", formatExactBytes(range.end - range.start), name));
  } catch (error) {
    if (isCode(error, "cancelled")) return;
    dialogs.warn(vscode.l10n.t("Nothing was exported. {0}", describeError(error).message));
  }
}
