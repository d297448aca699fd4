// terahex.exportSelection: writes the selected bytes, with their unsaved edits, to a file of any size.
import { basename } from "node:path";
import * as vscode from "vscode";
import { formatExactBytes } from "../../../../shared/formatNumber";
import { pathOf } from "../disk";
import { describeError, isCode } from "../errors";
import { withProgress } from "../notify";
import { activeSession, type CommandServices } from "./services";

export async function exportSelection(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (!session) return;
  const { document, selectedRange: range } = session;
  const { engine } = document;
  const dialogs = services.dialogs();
  if (engine === null) {
    dialogs.warn(document.readOnlyReason ?? "");
    return;
  }
  if (session.selectedRanges.length > 1) {
    dialogs.warn(vscode.l10n.t("Several ranges are selected. Select the one to export."));
    return;
  }
  const suggestion = document.uri.with({
    path: `${document.uri.path}.${range.start.toString(16)}-${range.end.toString(16)}.bin`,
  });
  const target = await dialogs.saveTarget(vscode.l10n.t("Export Selection"), suggestion);
  if (!target) return;
  if (target.scheme !== "file" && !document.isWhole) {
    dialogs.warn(vscode.l10n.t("Terahex writes files of the disk that VS Code runs on."));
    return;
  }
  const name = basename(target.fsPath);
  try {
    await withProgress(vscode.l10n.t("Exporting to {0}", name), undefined, (onProgress, signal) =>
      engine.exportRange(range, pathOf(target), { onProgress, signal }),
    );
    dialogs.inform(vscode.l10n.t("Exported {0} to {1}.", formatExactBytes(range.end - range.start), name));
  } catch (error) {
    if (isCode(error, "cancelled")) return;
    dialogs.warn(vscode.l10n.t("Nothing was exported. {0}", describeError(error).message));
  }
}
