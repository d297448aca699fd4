// Unsaved edits of files that VS Code is about to rename or move: it opens the file anew under its other name, and what is
// taken there for a change by another program (a name is part of a file's status) is none. Extension host's main thread.
import * as vscode from "vscode";
import type { BinaryDocument } from "./binaryDocument";

export class Renames implements vscode.Disposable {
  /** Edit logs, by path, of files that were as the log knows them when they were renamed. */
  private readonly logs = new Set<string>();
  private readonly subscription: vscode.Disposable;

  constructor(private readonly documents: () => readonly BinaryDocument[]) {
    this.subscription = vscode.workspace.onWillRenameFiles((event) => event.waitUntil(this.note(event.files)));
  }

  /** Answers once for each renaming. */
  take(log: string): boolean {
    return this.logs.delete(log);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async note(files: readonly { readonly oldUri: vscode.Uri }[]): Promise<void> {
    const from = files.map(({ oldUri }) => oldUri.toString());
    const isMoved = (uri: string): boolean => from.some((old) => uri === old || uri.startsWith(`${old}/`));
    for (const { engine, uri } of this.documents()) {
      if (engine?.dirty !== true || !isMoved(uri.toString())) continue;
      // One that cannot be written is in VS Code's backup.
      await engine.flushLog().catch(() => undefined);
      if (engine.checkOutside() === "same" && engine.log.path !== "") this.logs.add(engine.log.path);
    }
  }
}
