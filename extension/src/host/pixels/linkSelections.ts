// Keeps the picture and the bytes of one document in step: what is selected in the active one is selected in the others.
// Thread rule: extension host's main thread.
import type * as vscode from "vscode";
import type { BinaryEditorProvider } from "../binaryEditorProvider";

export function linkSelections(provider: BinaryEditorProvider): vscode.Disposable {
  return provider.onDidChangeActive((active) => {
    if (active === undefined) return;
    const { anchor, focus } = active.selection;
    for (const other of provider.sessionsOf(active.document)) {
      // Two views of the bytes go their own ways.
      if (other.shows === active.shows) continue;
      const { selection } = other;
      if (selection.anchor !== anchor || selection.focus !== focus) {
        other.select({ anchor, focus, column: selection.column });
      }
    }
  });
}
