// Opens a file together with the unsaved edits that there are of it: from VS Code's backup, which names an edit log, or without
// one from the logs alone. Edits made on another version of the file are never applied without being asked for, and never lost
// by not deciding. Never throws. Knows no panels.
import * as vscode from "vscode";
import type { EngineDocument } from "../engine/document";
import type { RestoredStep } from "./binaryDocument";
import { uriOf } from "./disk";
import { describeError, isCode } from "./errors";
import { bringBack, type KeepingServices } from "./keptEdits";
import { readPointer, type LogPointer } from "./logPointer";
import { openContent, type Content, type OpenServices } from "./openContent";

type EngineContent = Extract<Content, { kind: "engine" }>;

export interface OpenedContent {
  readonly content: Content;
  readonly restored?: RestoredStep;
  /** Brought back without VS Code's knowledge, after a crash: worth a word. */
  readonly afterCrash?: boolean;
  /** VS Code takes the document for dirty, and it is not. */
  readonly discarded?: boolean;
  /** Another process has unsaved edits of this file, in this log. */
  readonly liveElsewhere?: string;
  /** The backup, when it is still to be applied. */
  readonly waitingBackup: string | null;
}

export async function openWithBackup(
  uri: vscode.Uri,
  backup: string | null,
  services: OpenServices & KeepingServices,
): Promise<OpenedContent> {
  const content = await openContent(uri, services);
  if (content.kind !== "engine") return { content, waitingBackup: backup };
  const { engine } = content;
  try {
    const pointer = backup === null ? null : await readPointer(backup);
    if ((content.plainBecause !== undefined || content.whole !== undefined) && pointer !== undefined) {
      if (pointer === null) return { content, waitingBackup: null };
      const why = vscode.l10n.t("They are in an edit log, which the native core alone can read.");
      return undecided(engine, backup, why, pointer.log);
    }
    if (backup !== null && pointer === undefined) return await applyBackup(content, engine, backup, services);
    return await applyLogs(content, engine, backup, pointer ?? null, services);
  } catch (error) {
    return undecided(engine, backup, describeError(error).message, backup ?? services.storageFolder);
  }
}

async function applyLogs(
  content: Content,
  engine: EngineDocument,
  backup: string | null,
  pointer: LogPointer | null,
  services: KeepingServices,
): Promise<OpenedContent> {
  const found = await bringBack(engine, pointer, services);
  switch (found.kind) {
    case "nothing":
      return { content, waitingBackup: null, ...(found.live === undefined ? {} : { liveElsewhere: found.live }) };
    case "restored":
      return { content, restored: found.step, afterCrash: found.afterCrash, waitingBackup: null };
    case "gone":
      return { content, discarded: backup !== null, waitingBackup: null };
    case "undecided":
      return undecided(engine, backup, found.why, found.where);
    default:
      return found satisfies never;
  }
}

/** A backup that holds the edits themselves: the log could not be written when it was made. */
async function applyBackup(
  content: EngineContent,
  engine: EngineDocument,
  backup: string,
  services: KeepingServices,
): Promise<OpenedContent> {
  try {
    const force = services.renamed(backup, engine.path);
    return { content, restored: await apply(content, backup, force), waitingBackup: null };
  } catch (error) {
    if (!isCode(error, "changed")) throw error;
  }
  const useThem = vscode.l10n.t("Apply My Edits");
  const dropThem = vscode.l10n.t("Discard My Edits");
  const answer = await services.dialogs().ask(
    vscode.l10n.t("“{0}” was changed by another program after your unsaved edits were kept.", engine.path),
    vscode.l10n.t("Applying puts your edited bytes at their offsets into the file as it is now, still unsaved."),
    useThem,
    dropThem,
  ); // prettier-ignore
  switch (answer) {
    case useThem:
      return { content, restored: await apply(content, backup, true), waitingBackup: null };
    case dropThem:
      return { content, discarded: true, waitingBackup: null };
    default:
      return undecided(engine, backup, vscode.l10n.t("Decide what becomes of them to go on."), backup);
  }
}

async function apply({ engine, whole }: EngineContent, backup: string, force: boolean): Promise<RestoredStep> {
  const from = engine.position;
  if (whole === undefined) engine.restore(backup, force);
  else whole.restore(await vscode.workspace.fs.readFile(uriOf(backup)), force);
  return { from, to: engine.position };
}

/** Shows nothing that could be edited and saved over the waiting edits by mistake. */
function undecided(engine: EngineDocument, backup: string | null, why: string, where: string): OpenedContent {
  engine.close(true);
  const reason = vscode.l10n.t("Unsaved edits of this file are waiting. {0} They are kept in {1}.", why, where);
  return { content: { kind: "failed", reason }, waitingBackup: backup };
}
