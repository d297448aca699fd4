// terahex.showSections: opens the view of sections in VS Code's panel.
import * as vscode from "vscode";
import { SECTIONS_VIEW } from "../sections/sectionsView";

export async function showSections(): Promise<void> {
  await vscode.commands.executeCommand(`${SECTIONS_VIEW}.focus`);
}
