// terahex.fillSelection: asks for a pattern and overwrites all selected ranges with it, as one step, whatever their length.
import * as vscode from "vscode";
import { describeError } from "../errors";
import { fillRanges } from "../rangeEdits";
import { askPattern } from "./askPattern";
import { activeSession, type CommandServices } from "./services";

export async function fillSelection(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (!session) return;
  const { document } = session;
  const dialogs = services.dialogs();
  if (document.readOnlyReason !== null) return dialogs.warn(document.readOnlyReason);
  if (!session.hasRange) return dialogs.warn(vscode.l10n.t("Select the bytes to fill first."));
  const pattern = await askPattern(vscode.l10n.t("Fill Selection"), dialogs);
  if (pattern === undefined) return;
  try {
    fillRanges(document, session.selectedRanges, pattern);
  } catch (error) {
    dialogs.warn(vscode.l10n.t("Nothing was filled. {0}", describeError(error).message));
  }
}
