// Finishes or undoes, before a file is opened, what a save that was interrupted left of it; says what happened, and asks where
// that cannot be known. Knows no document and no panel. Thread rule: extension host's main thread.
import { basename } from "node:path";
import * as vscode from "vscode";
import { findJournal, recover, type CommitOutcome, type RecoverChoice } from "../engine/document";
import type { NativeAddon } from "../engine/nativeAddon";
import { describeError, HostError, isCode } from "./errors";
import type { Dialogs } from "./notify";

/** @param addon absent: the native core. @throws HostError: the file must not be shown as it is; the message says why. */
export async function recoverInterrupted(
  storageFolder: string,
  path: string,
  dialogs: Dialogs,
  addon?: NativeAddon,
): Promise<void> {
  if (findJournal(storageFolder, path, addon) === undefined) return;
  try {
    tell(await recover(storageFolder, path, "safe", addon), path, dialogs);
  } catch (error) {
    if (isCode(error, "busy"))
      throw new HostError("busy", vscode.l10n.t("The file is being saved in another window at this moment."));
    if (!isCode(error, "changed") && !isCode(error, "corrupt")) throw inWords(error);
    const choice = await askWhatToDo(path, describeError(error).message, dialogs);
    try {
      tell(await recover(storageFolder, path, choice, addon), path, dialogs);
    } catch (again) {
      throw inWords(again);
    }
  }
}

async function askWhatToDo(path: string, why: string, dialogs: Dialogs): Promise<RecoverChoice> {
  const putBack = vscode.l10n.t("Put the Old Bytes Back");
  const takeIt = vscode.l10n.t("Take the File as It Is");
  const answer = await dialogs.ask(
    vscode.l10n.t("A save of “{0}” was interrupted, and it is in doubt what the file holds.", path),
    vscode.l10n.t("{0} Either way a copy of what is replaced or not used is kept.", why),
    putBack,
    takeIt,
  );
  switch (answer) {
    case putBack:
      return "force";
    case takeIt:
      return "discard";
    default:
      throw new HostError(
        "changed",
        vscode.l10n.t("A save of this file was interrupted. Decide what becomes of it to go on. {0}", why),
      );
  }
}

function tell({ how, notKept }: CommitOutcome, path: string, dialogs: Dialogs): void {
  const name = basename(path);
  const copies =
    notKept.length === 0 ? "" : " " + vscode.l10n.t("What it replaced is kept in {0}.", notKept.join(", "));
  if (how === "completed")
    dialogs.inform(vscode.l10n.t("An interrupted save of “{0}” has been completed.", name) + copies);
  else if (how === "rolled-back")
    dialogs.inform(
      vscode.l10n.t("An interrupted save of “{0}” has been undone: the file is as before it.", name) + copies,
    );
  else if (copies !== "") dialogs.inform(vscode.l10n.t("“{0}” was taken as it is.", name) + copies);
}

const inWords = (error: unknown): HostError =>
  new HostError(
    "io",
    vscode.l10n.t(
      "A save of this file was interrupted, and it can't be recovered now: {0}",
      describeError(error).message,
    ),
  );
