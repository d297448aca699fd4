// Copies ranges of a document to the clipboard and pastes from it. The bytes are the document's, with its unsaved edits.
// Thread rule: extension host's main thread.
import * as vscode from "vscode";
import { clipRanges, totalLength, type ByteRange } from "../../../shared/byteRange";
import { formatExact, formatExactBytes } from "../../../shared/formatNumber";
import type { CopyFormat, HostRequest } from "../../../shared/protocol";
import { hexOffset, labelText, type BinaryDocument } from "./binaryDocument";
import { clipboardChars, formatBytes, MAX_CLIPBOARD_CHARS } from "./copyFormats";
import { HostError } from "./errors";
import type { Dialogs } from "./notify";
import { readingsOf, type PasteReading } from "./pasteText";
import { replaceRanges } from "./rangeEdits";

export type PasteTarget = Extract<HostRequest, { readonly type: "paste" }>;

/** @param cut and takes the bytes out, as one step. @throws HostError "too-large"; "vanished" where bytes could not be read: 00 in
 *  their place would be a lie; "busy" when the document changed while its bytes were read. Then nothing is cut. */
export async function copyToClipboard(
  document: BinaryDocument,
  ranges: readonly ByteRange[],
  format: CopyFormat,
  cut: boolean,
  dialogs: Dialogs,
): Promise<{ bytes: number }> {
  const { source } = document;
  if (cut && document.readOnlyReason !== null) throw new HostError("read-only", document.readOnlyReason);
  const { version } = source;
  const clipped = clipRanges(ranges, source.size);
  const length = totalLength(clipped);
  if (length <= 0) return { bytes: 0 };
  // Each range begins rows of its own where a format has rows.
  const chars = clipped.reduce((sum, { start, end }) => sum + clipboardChars(format, end - start), 0);
  if (chars > MAX_CLIPBOARD_CHARS) {
    const limit = `${MAX_CLIPBOARD_CHARS / 2 ** 20} MiB`;
    throw new HostError(
      "too-large",
      vscode.l10n.t("The clipboard takes up to {0} of text, and these {1} would be more. Use “Terahex: Export Selection…” to write them to a file.", limit, formatExactBytes(length)),
    ); // prettier-ignore
  }
  const parts = await Promise.all(clipped.map(async ({ start, end }) => readAll(document, start, end - start)));
  const changed = (): boolean => cut && source.version !== version;
  if (!changed()) await dialogs.writeClipboard(formatParts(format, parts, clipped));
  if (changed()) {
    throw new HostError("busy", vscode.l10n.t("The document changed meanwhile, so nothing was cut. Try again."));
  }
  if (cut) replaceRanges(document, clipped, clipped[0]!.start, new Uint8Array(), false, vscode.l10n.t("Cut"));
  return { bytes: length };
}

async function readAll({ source }: BinaryDocument, offset: number, length: number): Promise<Uint8Array> {
  const window = await source.read(offset, length);
  const [unreadable] = window.unreadable;
  if (unreadable) {
    throw new HostError(
      "vanished",
      vscode.l10n.t("The bytes at {0} could not be read, so nothing was copied.", hexOffset(unreadable.start)),
    );
  }
  return new Uint8Array(window.bytes);
}

/** A hexdump shows where each range was; in the other formats the bytes follow each other. */
function formatParts(format: CopyFormat, parts: readonly Uint8Array[], ranges: readonly ByteRange[]): string {
  if (format === "hexdump") return parts.map((part, index) => formatBytes(format, part, ranges[index]!.start)).join("");
  return formatBytes(format, Buffer.concat(parts), ranges[0]!.start);
}

/** @returns what was put there; empty when there was nothing to paste or the person chose not to. */
export async function pasteFromClipboard(
  document: BinaryDocument,
  { offset, column, mode, ranges }: PasteTarget,
  dialogs: Dialogs,
): Promise<{ pasted: ByteRange }> {
  const nothing = { pasted: { start: offset, end: offset } };
  if (document.readOnlyReason !== null) throw new HostError("read-only", document.readOnlyReason);
  const { version } = document.source;
  const text = await dialogs.readClipboard();
  if (text.length > MAX_CLIPBOARD_CHARS) {
    throw new HostError(
      "too-large",
      vscode.l10n.t("The clipboard holds more than {0} MiB of text.", MAX_CLIPBOARD_CHARS / 2 ** 20),
    );
  }
  const reading = await choose(readingsOf(text, column), dialogs);
  if (reading === undefined || reading.bytes.length === 0) return nothing;
  switch (mode) {
    case "overwrite":
      return (await pasteOver(document, offset, reading.bytes, dialogs)) ?? nothing;
    case "insert": {
      if (ranges.length > 0 && document.source.version !== version) {
        throw new HostError("busy", vscode.l10n.t("The document changed meanwhile, so nothing was pasted. Try again."));
      }
      const start = ranges[0]?.start ?? offset;
      replaceRanges(document, ranges, start, reading.bytes, false, labelText("paste"));
      return { pasted: { start, end: start + reading.bytes.length } };
    }
    default:
      return mode satisfies never;
  }
}

/** @returns undefined when the person chose not to. */
async function pasteOver(
  document: BinaryDocument,
  offset: number,
  clipboard: Uint8Array,
  dialogs: Dialogs,
): Promise<{ pasted: ByteRange } | undefined> {
  const room = document.source.size - offset;
  let bytes = clipboard;
  if (bytes.length > room) {
    if (room <= 0)
      throw new HostError("out-of-range", vscode.l10n.t("There are no bytes to overwrite after the end of the file."));
    const firstOnes = vscode.l10n.t("Paste the First {0}", formatExact(room));
    const answer = await dialogs.ask(
      vscode.l10n.t(
        "The clipboard holds {0}, and {1} follow the cursor.",
        formatExactBytes(bytes.length),
        formatExact(room),
      ),
      vscode.l10n.t("Pasting overwrites here; it does not make the file longer. In insert mode it would."),
      firstOnes,
    );
    if (answer !== firstOnes) return undefined;
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
    description: formatExactBytes(reading.bytes.length),
  }));
  const picked = await dialogs.pick(vscode.l10n.t("Paste as"), items);
  return items.find((item) => item.label === picked)?.reading;
}

function readingLabel({ kind }: PasteReading): string {
  switch (kind) {
    case "hex":
      return vscode.l10n.t("Hex Bytes");
    case "padded-hex":
      return vscode.l10n.t("Hex Bytes, 0 Before Odd Digits");
    case "text":
      return vscode.l10n.t("UTF-8 Text");
    case "base64":
      return vscode.l10n.t("Base64");
    default:
      return kind satisfies never;
  }
}
