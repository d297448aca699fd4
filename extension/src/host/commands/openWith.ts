// terahex.openWith: opens the file of the Explorer, of the editor's title or, from the palette, a chosen one in Terahex.
import * as vscode from "vscode";
import { VIEW_TYPE } from "../binaryEditorProvider";
import type { CommandServices } from "./services";

export async function openWith({ dialogs }: CommandServices, clicked: unknown, selected: unknown): Promise<void> {
  const uris = Array.isArray(selected) ? selected.filter((one): one is vscode.Uri => one instanceof vscode.Uri) : [];
  if (uris.length === 0) {
    const uri =
      clicked instanceof vscode.Uri
        ? clicked
        : (activeUri() ?? (await dialogs().fileToOpen(vscode.l10n.t("Open with Terahex"))));
    if (uri) uris.push(uri);
  }
  for (const uri of uris) {
    await vscode.commands.executeCommand("vscode.openWith", uri, VIEW_TYPE, { preview: uris.length === 1 });
  }
}

function activeUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook) return input.uri;
  return input instanceof vscode.TabInputCustom && input.viewType !== VIEW_TYPE ? input.uri : undefined;
}
