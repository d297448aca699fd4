// terahex.saveChanges: saves the active document, asking first where that costs much, also while auto save is on.
import * as vscode from "vscode";
import { activeSession, type CommandServices } from "./services";

export async function saveChanges(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (!session) return;
  services.provider.expectSave(session.document);
  await vscode.commands.executeCommand("workbench.action.files.save");
}
