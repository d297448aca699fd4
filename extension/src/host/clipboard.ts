// Copies ranges of a document to the clipboard and pastes from it. The bytes are the document's, with its unsaved edits.
// Thread rule: extension host's main thread.
import * as vscode from "vscode";
import type { ByteRange } from "../../../shared/byteRange";
import type { CopyFormat, EditColumn } from "../../../shared/protocol";
import { hexOffset, type BinaryDocument } from "./binaryDocument";
import { clipboardChars, formatBytes, MAX_CLIPBOARD_CHARS } from "./copyFormats";
import { HostError } from "./errors";
import type { Dialogs } from "./notify";
import { readingsOf, type PasteReading } from "./pasteText";

/** @throws HostError "too-large"; "vanished" where bytes could not be read: 00 in their place would be a lie. */
export async function copyToClipboard(
  document: BinaryDocument,
  range: ByteRange,
  format: CopyFormat,
  dialogs: Dialogs,
): Promise<{ bytes: number }> {
  const { source } = document;
  const start = Math.min(range.start, source.size);
  const length = Math.min(range.end, source.size) - start;
  if (length <= 0) return { bytes: 0 };
  if (clipboardChars(format, length) > MAX_CLIPBOARD_CHARS) {
    const limit = `${MAX_CLIPBOARD_CHARS / 2 ** 20} MiB`;
    throw new HostError(
      "too-large",
      vscode.l10n.t("The clipboard takes up to {0} of text, and these {1} bytes would be more. Use “Terahex: Export Selection…” to write them to a file.", limit, length),
    ); // prettier-ignore
  }
  const window = await source.read(start, length);
  const [unreadable] = window.unreadable;
  if (unreadable) {
    throw new HostError(
      "vanished",
      vscode.l10n.t("The bytes at {0} could not be read, so nothing was copied.", hexOffset(unreadable.start)),
    );
  }
  await dialogs.writeClipboard(formatBytes(format, new Uint8Array(window.bytes), start));
  return { bytes: window.bytes.byteLength };
}

/** @returns what was overwritten; empty when there was nothing to paste or the person chose not to. */
export async function pasteFromClipboard(
  document: BinaryDocument,
  offset: number,
  column: EditColumn,
  dialogs: Dialogs,
): Promise<{ pasted: ByteRange }> {
  const nothing = { pasted: { start: offset, end: offset } };
  if (document.readOnlyReason !== null) throw new HostError("read-only", document.readOnlyReason);
  const text = await dialogs.readClipboard();
  if (text.length > MAX_CLIPBOARD_CHARS) {
    throw new HostError(
      "too-large",
      vscode.l10n.t("The clipboard holds more than {0} MiB of text.", MAX_CLIPBOARD_CHARS / 2 ** 20),
    );
  }
  const reading = await choose(readingsOf(text, column), dialogs);
  if (reading === undefined || reading.bytes.length === 0) return nothing;
  const room = document.source.size - offset;
  let { bytes } = reading;
  if (bytes.length > room) {
    if (room <= 0)
      throw new HostError("out-of-range", vscode.l10n.t("There are no bytes to overwrite after the end of the file."));
    const firstOnes = vscode.l10n.t("Paste the First {0}", room);
    const answer = await dialogs.ask(
      vscode.l10n.t("The clipboard holds {0} bytes, and {1} follow the cursor.", bytes.length, room),
      vscode.l10n.t("Pasting overwrites; it does not make the file longer."),
      firstOnes,
    );
    if (answer !== firstOnes) return nothing;
    bytes = bytes.subarray(0, room);
  }
  document.overwrite(offset, bytes, false, "paste");
  return { pasted: { start: offset, end: offset + bytes.length } };
}

async function choose(readings: readonly PasteReading[], dialogs: Dialogs): Promise<PasteReading | undefined> {
  if (readings.length <= 1) return readings[0];
  const items = readings.map((reading) => ({
    reading,
    label: readingLabel(reading),
    description: vscode.l10n.t("{0} bytes", reading.bytes.length),
  }));
  const picked = await dialogs.pick(vscode.l10n.t("Paste as"), items);
  return items.find((item) => item.label === picked)?.reading;
}

function readingLabel({ kind }: PasteReading): string {
  switch (kind) {
    case "hex":
      return vscode.l10n.t("Hex Bytes");
    case "text":
      return vscode.l10n.t("UTF-8 Text");
    case "base64":
      return vscode.l10n.t("Base64");
    default:
      return kind satisfies never;
  }
}
