// Shows the active document as a picture, or its bytes as pixels whatever they are, beside its bytes: another panel of the same
// document, with the same unsaved edits.
import * as vscode from "vscode";
import { VIEW_TYPE } from "../binaryEditorProvider";
import { activeSession, type CommandServices } from "./services";

/** @param raw the bytes as pixels: the page asks for width and format */
export async function showPixels(services: CommandServices, raw: boolean): Promise<void> {
  const document = activeSession(services)?.document;
  if (document === undefined || !services.provider.expectPixels(document, raw)) return;
  await vscode.commands.executeCommand("vscode.openWith", document.uri, VIEW_TYPE, vscode.ViewColumn.Beside);
}
