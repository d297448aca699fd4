// Shows the active document as a picture, beside its bytes: another panel of the same document, with the same unsaved edits.
import * as vscode from "vscode";
import { VIEW_TYPE } from "../binaryEditorProvider";
import { activeSession, type CommandServices } from "./services";

export async function showPixels(services: CommandServices): Promise<void> {
  const document = activeSession(services)?.document;
  if (document === undefined || !services.provider.expectPixels(document)) return;
  await vscode.commands.executeCommand("vscode.openWith", document.uri, VIEW_TYPE, vscode.ViewColumn.Beside);
}
