// The backup that VS Code holds of one document: a pointer to its edit log, written when VS Code asks; or the edits themselves
// while the log cannot be written, and then kept fresh while a typing run goes on, of which VS Code hears only once. Says when
// the log is in trouble. Knows where the files lie, not what is in them.
import * as vscode from "vscode";
import type { EngineDocument } from "../engine/document";
import { copyFile, makeFolderOf, pathOf, removeFile } from "./disk";
import { HostError } from "./errors";
import { writePointer } from "./logPointer";

/** As long as VS Code itself waits after an edit. */
const REFRESH_DELAY_MS = 1000;

export class BackupKeeper implements vscode.Disposable {
  private latest: string | null = null;
  /** What the latest backup points to; null: it holds the edits. */
  private pointsTo: string | null = null;
  private timer: NodeJS.Timeout | undefined;
  /** Writes follow one another: a late older one must not replace a newer. */
  private writing: Promise<void> = Promise.resolve();
  private warned = false;
  private readonly troubled = new vscode.EventEmitter<string>();
  /** Edits cannot be kept safe against a crash; the reason. Once in a document's life. */
  readonly onDidFail = this.troubled.event;

  constructor(private readonly engine: () => EngineDocument | null) {}

  /** Where the latest backup lies; null: none is needed. */
  get path(): string | null {
    return this.latest;
  }

  /** @param waiting a backup that this document was opened with and could not apply: handed on untouched. */
  async backup(destination: vscode.Uri, waiting: string | null): Promise<vscode.CustomDocumentBackup> {
    const target = pathOf(destination);
    await makeFolderOf(target);
    if (waiting !== null) {
      if (waiting !== target) await copyFile(waiting, target);
    } else {
      await this.write(target);
      this.latest = target;
    }
    return { id: destination.toString(), delete: () => void this.remove(target) };
  }

  /** Bytes were added, perhaps to a step that VS Code knows already. */
  refreshSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const engine = this.engine();
      if (engine === null) return;
      this.look(engine);
      if (this.latest === null || (this.pointsTo !== null && this.pointsTo === engine.log.path)) return;
      // A backup that fails now is made again with the next edit; there is nobody to tell.
      this.write(this.latest).catch(() => undefined);
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
    this.troubled.dispose();
  }

  private look(engine: EngineDocument): void {
    const { trouble } = engine.log;
    if (trouble === undefined || this.warned) return;
    this.warned = true;
    this.troubled.fire(trouble.message);
  }

  private write(target: string): Promise<void> {
    const next = this.writing
      .catch(() => undefined)
      .then(async () => {
        const engine = this.engine();
        if (engine === null) throw new HostError("closed", vscode.l10n.t("There is nothing to back up."));
        this.pointsTo = null;
        const flushed = await engine.flushLog().then(
          () => true,
          () => false,
        );
        const { path } = engine.log;
        if (!flushed || path === "") return engine.backup(target);
        await writePointer(target, { log: path, file: engine.path, position: engine.position });
        this.pointsTo = path;
      });
    this.writing = next;
    return next;
  }

  private async remove(target: string): Promise<void> {
    if (this.latest === target) this.latest = null;
    await this.writing.catch(() => undefined);
    // Gone already, or in a folder that VS Code removed: either way it is not there, which is what was asked.
    await removeFile(target).catch(() => undefined);
  }
}
