// Files that patch commands read and write: on the disk that VS Code runs on. Asks for them, and opens none.
import * as vscode from "vscode";
import type { Dialogs } from "../notify";

/** @returns undefined when dismissed, or elsewhere, which is said. */
export async function localTarget(dialogs: Dialogs, title: string, suggestion: string): Promise<string | undefined> {
  return local(dialogs, await dialogs.saveTarget(title, vscode.Uri.file(suggestion)));
}

export async function localSource(dialogs: Dialogs, title: string): Promise<string | undefined> {
  return local(dialogs, await dialogs.fileToOpen(title));
}

function local(dialogs: Dialogs, uri: vscode.Uri | undefined): string | undefined {
  if (uri === undefined || uri.scheme === "file") return uri?.fsPath;
  dialogs.warn(vscode.l10n.t("Terahex reads and writes files of the disk that VS Code runs on."));
  return undefined;
}
