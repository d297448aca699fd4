// terahex.exportSelection: writes the selected bytes, with their unsaved edits, to a file of any size; several ranges one after the
// other, as copying does.
import { basename } from "node:path";
import * as vscode from "vscode";
import { totalLength, type ByteRange } from "../../../../shared/byteRange";
import { formatExactBytes } from "../../../../shared/formatNumber";
import type { EngineDocument } from "../../engine/document";
import { pathOf } from "../disk";
import { describeError, HostError, isCode } from "../errors";
import { withProgress, type Report } from "../notify";
import { activeSession, type CommandServices } from "./services";

export async function exportSelection(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (!session) return;
  const { document, selectedRange, selectedRanges } = session;
  const { engine } = document;
  const dialogs = services.dialogs();
  if (engine === null) {
    dialogs.warn(document.readOnlyReason ?? "");
    return;
  }
  const several = selectedRanges.length > 1;
  const ranges = several ? selectedRanges : [selectedRange];
  // The content that the ranges are of: the dialog takes its time.
  const asked = engine.version;
  const place = `${ranges[0]?.start.toString(16)}-${ranges.at(-1)?.end.toString(16)}`;
  const suggestion = document.uri.with({ path: `${document.uri.path}.${place}.bin` });
  const target = await dialogs.saveTarget(vscode.l10n.t("Export Selection"), suggestion);
  if (!target) return;
  if (target.scheme !== "file" && (several || !document.isWhole)) {
    dialogs.warn(vscode.l10n.t("Terahex writes files of the disk that VS Code runs on."));
    return;
  }
  const name = basename(target.fsPath);
  try {
    const { editedMeanwhile } = await import("../patches/writeFile");
    // In live mode others change bytes all the time, and no places.
    const version = document.live.state === undefined ? asked : engine.version;
    if (engine.version !== version) throw editedMeanwhile();
    await withProgress<unknown>(vscode.l10n.t("Exporting to {0}", name), undefined, (onProgress, signal) =>
      several
        ? exportRanges(engine, ranges, version, target.fsPath, onProgress, signal)
        : engine.exportRange(selectedRange, pathOf(target), { onProgress, signal }),
    );
    const exported = formatExactBytes(totalLength(ranges));
    dialogs.inform(
      several
        ? vscode.l10n.t("Exported {0} of {1} ranges, one after the other, to {2}.", exported, ranges.length, name)
        : vscode.l10n.t("Exported {0} to {1}.", exported, name),
    );
  } catch (error) {
    if (isCode(error, "cancelled")) return;
    dialogs.warn(vscode.l10n.t("Nothing was exported. {0}", describeError(error).message));
  }
}

const CHUNK_BYTES = 1024 * 1024;

/** @throws HostError "busy": edited since `version`; "io": bytes that can't be read; "cancelled". Then there is no file. */
async function exportRanges(
  engine: EngineDocument,
  ranges: readonly ByteRange[],
  version: number,
  path: string,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const { editedMeanwhile, writeFile } = await import("../patches/writeFile");
  const total = totalLength(ranges);
  let written = 0;
  await writeFile(path, async (sink) => {
    for (const { start, end } of ranges) {
      for (let at = start; at < end; at += CHUNK_BYTES) {
        if (signal.aborted) throw new HostError("cancelled", vscode.l10n.t("Cancelled."));
        const length = Math.min(CHUNK_BYTES, end - at);
        const { bytes, unreadable } = await engine.read(at, length);
        if (engine.version !== version) throw editedMeanwhile();
        if (unreadable.length > 0 || bytes.byteLength !== length)
          throw new HostError("io", vscode.l10n.t("Some of the bytes can't be read."));
        await sink.write(new Uint8Array(bytes));
        written += bytes.byteLength;
        report(written, total);
      }
    }
  });
}
