// terahex.toggleLive and terahex.armLive: live mode of the active document on and off, and writing in it. Entering asks what
// becomes of unsaved edits, arming asks whether the person means it.
import { basename } from "node:path";
import * as vscode from "vscode";
import type { BinaryDocument } from "../binaryDocument";
import type { Dialogs } from "../notify";
import { activeSession, type CommandServices } from "./services";

export async function toggleLive(services: CommandServices): Promise<void> {
  const document = activeSession(services)?.document;
  if (!document) return;
  if (document.live.state !== undefined) {
    document.live.set(undefined);
    return;
  }
  if (await nothingUnsaved(document, services.dialogs())) document.live.set("watching");
}

export async function armLive(services: CommandServices): Promise<void> {
  const document = activeSession(services)?.document;
  if (document?.live.state === undefined) return;
  if (document.live.state === "armed") {
    document.live.set("watching");
    return;
  }
  const dialogs = services.dialogs();
  if (document.readOnlyReason !== null) {
    dialogs.warn(document.readOnlyReason);
    return;
  }
  const arm = vscode.l10n.t("Arm Writing");
  const answer = await dialogs.ask(
    vscode.l10n.t("Write into “{0}” at once?", basename(document.path)),
    vscode.l10n.t(
      "Each byte that you type reaches the file, and the programs that use it, the moment you type it. There is no undo and no Save.",
    ),
    arm,
  );
  // It may have been left while the question stood.
  if (answer === arm && document.live.state === "watching") document.live.set("armed");
}

/** @returns true when live mode may begin. */
async function nothingUnsaved(document: BinaryDocument, dialogs: Dialogs): Promise<boolean> {
  if (!document.dirty) return true;
  const save = vscode.l10n.t("Save");
  const discard = vscode.l10n.t("Discard");
  const answer = await dialogs.ask(
    vscode.l10n.t("“{0}” has unsaved edits.", basename(document.path)),
    vscode.l10n.t("Live mode shows the file itself, so they must be saved or discarded first."),
    save,
    discard,
  );
  if (answer === save) await vscode.commands.executeCommand("workbench.action.files.save");
  else if (answer === discard) await vscode.commands.executeCommand("workbench.action.files.revert");
  return answer !== undefined && !document.dirty;
}
