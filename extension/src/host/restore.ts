// Opens a file together with the unsaved edits that VS Code kept of it. A backup made on another version of the file is never
// applied without being asked for, and never lost by not deciding. Never throws. Knows no panels.
import * as vscode from "vscode";
import type { EngineDocument } from "../engine/document";
import type { RestoredStep } from "./binaryDocument";
import { describeError, isCode } from "./errors";
import type { Dialogs } from "./notify";
import { openContent, type Content, type OpenServices } from "./openContent";

export interface OpenedContent {
  readonly content: Content;
  readonly restored?: RestoredStep;
  /** The person did not want the backup's edits. */
  readonly discarded?: boolean;
  /** The backup, when it is still to be applied. */
  readonly waitingBackup: string | null;
}

interface Services extends OpenServices {
  readonly dialogs: () => Dialogs;
}

export async function openWithBackup(
  uri: vscode.Uri,
  backup: string | null,
  services: Services,
): Promise<OpenedContent> {
  const content = await openContent(uri, services);
  if (backup === null || content.kind !== "engine") return { content, waitingBackup: backup };
  const { engine } = content;
  try {
    return { content, restored: apply(engine, backup, false), waitingBackup: null };
  } catch (error) {
    if (!isCode(error, "changed")) return undecided(engine, backup, describeError(error).message);
  }
  const useThem = vscode.l10n.t("Apply My Edits");
  const dropThem = vscode.l10n.t("Discard My Edits");
  const answer = await services.dialogs().ask(
    vscode.l10n.t("“{0}” was changed by another program after your unsaved edits were kept.", uri.fsPath),
    vscode.l10n.t("Applying puts your edited bytes at their offsets into the file as it is now, still unsaved."),
    useThem,
    dropThem,
  ); // prettier-ignore
  switch (answer) {
    case useThem:
      try {
        return { content, restored: apply(engine, backup, true), waitingBackup: null };
      } catch (error) {
        return undecided(engine, backup, describeError(error).message);
      }
    case dropThem:
      return { content, discarded: true, waitingBackup: null };
    default:
      return undecided(engine, backup, vscode.l10n.t("Decide what becomes of them to go on."));
  }
}

function apply(engine: EngineDocument, backup: string, force: boolean): RestoredStep {
  const from = engine.position;
  engine.restore(backup, force);
  return { from, to: engine.position };
}

/** Shows nothing that could be edited and saved over the waiting edits by mistake. */
function undecided(engine: EngineDocument, backup: string, why: string): OpenedContent {
  engine.close();
  const reason = vscode.l10n.t("Unsaved edits of this file are waiting. {0} They are kept in {1}.", why, backup);
  return { content: { kind: "failed", reason }, waitingBackup: backup };
}
