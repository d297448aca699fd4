// Save, Save As, revert and restore of one document, with the questions and the progress that belong to them.
// Nothing is overwritten that the person has not seen: a file changed by others is asked about first.
// Thread rule: extension host's main thread; the engine works off it.
import { basename } from "node:path";
import * as vscode from "vscode";
import type { EngineDocument, LongCall, Outside, SaveChoices, SaveStrategy } from "../engine/document";
import type { BinaryDocument } from "./binaryDocument";
import { isSameFile, pathOf } from "./disk";
import { describeError, HostError, isCode } from "./errors";
import type { Dialogs } from "./notify";
import { withProgress } from "./notify";
import type { OutsideWatch } from "./outsideWatch";
import { askHowToSave, costlySave, costOf } from "./saveChoice";

export class Saving {
  private expected = false;
  private costOffered = false;

  constructor(
    private readonly document: BinaryDocument,
    private readonly watch: OutsideWatch,
    private readonly dialogs: () => Dialogs,
  ) {}

  /** The next save was asked for by name: it may ask, also while auto save is on. */
  expectSave(): void {
    this.expected = true;
  }

  async save(cancellation: vscode.CancellationToken): Promise<void> {
    this.document.checkIdle();
    const { expected } = this;
    this.expected = false;
    const engine = this.writableEngine();
    const outside = this.watch.check();
    if (outside !== "same" && !(await this.agreeOn(outside))) throw new vscode.CancellationError();
    const title = vscode.l10n.t("Saving {0}", basename(this.document.path));
    const choices = costlySave(engine);
    let strategy = await this.agreeOnCost(choices, expected);
    const commit = async (): Promise<void> => {
      try {
        await this.running(title, cancellation, (call) => engine.commit({ ...call, strategy }));
      } catch (error) {
        if (strategy !== "blocks" || choices === undefined || !isCode(error, "unsupported")) throw error;
        strategy = await this.agreeOnCost({ ...choices, blockBytes: null }, expected);
        await commit();
      }
    };
    try {
      await commit();
    } catch (error) {
      if (!isCode(error, "changed")) throw shown(error);
      // Changed between the look and the save.
      if (!(await this.agreeOn(engine.checkOutside()))) throw new vscode.CancellationError();
      await commit().catch((again: unknown) => {
        throw shown(again);
      });
    }
    this.document.backups.forget();
    this.costOffered = false;
    this.afterSave();
  }

  /** The document stays on its own file; VS Code opens the new one. Onto itself it is a save. */
  async saveAs(target: vscode.Uri, cancellation: vscode.CancellationToken): Promise<void> {
    const { engine } = this.document;
    const path = pathOf(target);
    if (target.scheme !== "file" && !this.document.isWhole)
      throw new HostError("unsupported", vscode.l10n.t("Terahex writes files of the disk that VS Code runs on."));
    if (engine === null) throw new HostError("unsupported", vscode.l10n.t("There is no open file to be saved."));
    if (await isSameFile(path, engine.path)) {
      await this.save(cancellation);
      return;
    }
    const title = vscode.l10n.t("Saving {0}", basename(target.fsPath));
    try {
      await this.running(title, cancellation, (call) => engine.saveAs(path, call));
    } catch (error) {
      throw shown(error);
    }
    this.document.abandonEdits();
    this.document.contentChanged();
  }

  /** Back to what the file holds; after an outside change that is what it holds now. */
  revert(): void {
    this.document.checkIdle();
    const { engine } = this.document;
    if (engine === null) return;
    const outside = engine.checkOutside();
    if (outside !== "same" && outside !== "deleted" && outside !== "unreachable") {
      this.watch.reload();
      return;
    }
    engine.revert();
    this.document.backups.forget();
    this.document.contentChanged();
  }

  /** How to save; asks where much has to be moved. @throws CancellationError when it shall not be saved now. */
  private async agreeOnCost(choices: SaveChoices | undefined, expected: boolean): Promise<SaveStrategy> {
    if (choices === undefined) return "auto";
    if (choices.blockBytes !== null) return "blocks";
    // VS Code does not say who saves. While auto save is on, a modal question would come again after each keystroke.
    if (!expected && vscode.workspace.getConfiguration("files", this.document.uri).get("autoSave", "off") !== "off") {
      void this.offerSave(choices);
      throw new vscode.CancellationError();
    }
    const decision = await askHowToSave(this.document.path, choices, this.dialogs());
    switch (decision) {
      case "auto":
      case "rewrite":
      case "shift":
      case "blocks":
        return decision;
      case "save-as":
        // After this save has ended.
        setTimeout(() => void vscode.commands.executeCommand("workbench.action.files.saveAs"), 0);
        throw new vscode.CancellationError();
      case "cancel":
        throw new vscode.CancellationError();
      default:
        return decision satisfies never;
    }
  }

  /** Once until the document is saved. */
  private async offerSave(choices: SaveChoices): Promise<void> {
    if (this.costOffered) return;
    this.costOffered = true;
    const save = vscode.l10n.t("Save…");
    const cost = costOf(this.document.path, choices);
    const answer = await this.dialogs().offer(vscode.l10n.t("{0} Auto save leaves that to you.", cost), save);
    if (answer === save) await vscode.commands.executeCommand("terahex.saveChanges");
  }

  private async running<T>(
    title: string,
    cancellation: vscode.CancellationToken,
    work: (call: LongCall) => Promise<T>,
  ): Promise<T> {
    this.document.savesUnderWay++;
    try {
      return await withProgress(title, cancellation, (onProgress, signal) => work({ onProgress, signal }));
    } finally {
      this.document.savesUnderWay--;
    }
  }

  // VS Code marks the document clean when we return, whatever was typed meanwhile: contradict it afterwards.
  private afterSave(): void {
    this.document.contentChanged();
    setTimeout(() => {
      this.watch.check();
      this.document.announceDivergence();
    }, 0);
  }

  private writableEngine(): EngineDocument {
    const { engine, readOnlyReason } = this.document;
    if (engine === null || readOnlyReason !== null) throw new HostError("read-only", readOnlyReason ?? "");
    return engine;
  }

  /** @returns true when the engine may commit now. */
  private async agreeOn(outside: Outside): Promise<boolean> {
    switch (outside) {
      case "same":
        return true;
      case "deleted":
        throw new HostError(
          "not-found",
          vscode.l10n.t("The file has been deleted. It is not made anew without being asked for: use Save As."),
        );
      case "unreachable":
        throw new HostError(
          "io",
          vscode.l10n.t("The file can't be reached. Your edits are still here: try again, or use Save As."),
        );
      case "modified":
      case "grown":
      case "truncated":
      case "replaced": {
        const saveAnyway = vscode.l10n.t("Save My Edits Into It");
        const answer = await this.dialogs().ask(
          vscode.l10n.t("Another program has changed “{0}” since your edits began.", basename(this.document.path)),
          vscode.l10n.t(
            "Saving writes your edited bytes at their offsets into the file as it is now. Nothing has been written yet.",
          ),
          saveAnyway,
        );
        if (answer !== saveAnyway) return false;
        this.carryOver();
        return true;
      }
      default:
        return outside satisfies never;
    }
  }

  /** Puts the unsaved edits on top of the file as it is now. Where they do not fit it, nothing has changed. */
  private carryOver(): void {
    try {
      this.watch.keepMine();
    } catch (error) {
      const reason = describeError(error).message;
      throw new HostError("changed", vscode.l10n.t("Your edits do not fit the file as it is now. {0}", reason));
    }
  }
}

// VS Code shows the message of what saving throws.
function shown(error: unknown): Error {
  if (isCode(error, "cancelled") || error instanceof vscode.CancellationError) return new vscode.CancellationError();
  return error instanceof HostError ? error : new HostError("io", describeError(error).message);
}
