// The backup that VS Code holds of one document: written when VS Code asks, and kept fresh while a typing run goes on, of
// which VS Code hears only once. Knows where the file lies, not what is in it.
import { promises as fs } from "node:fs";
import { dirname } from "node:path";
import * as vscode from "vscode";
import type { EngineDocument } from "../engine/document";
import { HostError } from "./errors";

/** As long as VS Code itself waits after an edit. */
const REFRESH_DELAY_MS = 1000;

export class BackupKeeper implements vscode.Disposable {
  private latest: string | null = null;
  private timer: NodeJS.Timeout | undefined;
  /** Writes follow one another: a late older one must not replace a newer. */
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly engine: () => EngineDocument | null) {}

  /** Where the latest backup lies; null: none is needed. */
  get path(): string | null {
    return this.latest;
  }

  /** @param waiting a backup that this document was opened with and could not apply: handed on untouched. */
  async backup(destination: vscode.Uri, waiting: string | null): Promise<vscode.CustomDocumentBackup> {
    const target = destination.fsPath;
    await fs.mkdir(dirname(target), { recursive: true });
    if (waiting !== null) {
      if (waiting !== target) await fs.copyFile(waiting, target);
    } else {
      await this.write(target);
      this.latest = target;
    }
    return { id: destination.toString(), delete: () => void this.remove(target) };
  }

  /** Bytes were added to a step that VS Code knows already. */
  refreshSoon(): void {
    if (this.latest === null || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      // A backup that fails now is made again with the next edit; there is nobody to tell.
      if (this.latest !== null) this.write(this.latest).catch(() => undefined);
    }, REFRESH_DELAY_MS);
  }

  /** Nothing is unsaved any more: VS Code throws its backup away. */
  forget(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.latest = null;
  }

  dispose(): void {
    this.forget();
  }

  private write(target: string): Promise<void> {
    const next = this.writing
      .catch(() => undefined)
      .then(() => {
        const engine = this.engine();
        if (engine === null) throw new HostError("closed", vscode.l10n.t("There is nothing to back up."));
        return engine.backup(target);
      });
    this.writing = next;
    return next;
  }

  private async remove(target: string): Promise<void> {
    if (this.latest === target) this.latest = null;
    await this.writing.catch(() => undefined);
    // Gone already, or in a folder that VS Code removed: either way it is not there, which is what was asked.
    await fs.rm(target, { force: true }).catch(() => undefined);
  }
}
