// What a save that moves bytes costs, and the question whether and how it shall be done. Decides and asks; saves nothing.
// Thread rule: extension host's main thread.
import { basename } from "node:path";
import * as vscode from "vscode";
import { formatByteCount, formatExactBytes } from "../../../shared/formatNumber";
import type { EngineDocument, SaveChoices, SaveStrategy } from "../engine/document";
import { hexOffset } from "./binaryDocument";
import type { Dialogs } from "./notify";

/** Moving less takes less than a second on any disk of today (64 MiB at 100 MB/s): asking would only be in the way. */
export const ASK_FROM_BYTES = 64 * 1024 * 1024;

export type SaveDecision = SaveStrategy | "save-as" | "cancel";

/** undefined: the save costs too little to be asked about. */
export function costlySave(engine: EngineDocument): SaveChoices | undefined {
  if (engine.estimateSave().how !== "rewritten") return undefined;
  const choices = engine.estimateChoices();
  return choices.movedBytes >= ASK_FROM_BYTES ? choices : undefined;
}

/** In one sentence what the save will do. */
export function costOf(path: string, choices: SaveChoices): string {
  return vscode.l10n.t(
    "Saving “{0}” moves {1} of it, from {2} on.",
    basename(path),
    formatExactBytes(choices.movedBytes),
    hexOffset(choices.firstChanged),
  );
}

export async function askHowToSave(path: string, choices: SaveChoices, dialogs: Dialogs): Promise<SaveDecision> {
  const rewrite = vscode.l10n.t("Write a New File and Swap");
  const shift = vscode.l10n.t("Shift in Place");
  const saveAs = vscode.l10n.t("Save As…");
  const ways: { readonly name: string; readonly meaning: string }[] = [];
  if (choices.canRewrite) ways.push({ name: rewrite, meaning: explainRewrite(choices) });
  if (choices.canShift) ways.push({ name: shift, meaning: explainShift(choices) });
  // The first is what Enter takes: with further hard links the way that keeps them.
  if (choices.links > 1) ways.reverse();
  const detail = ways.map(({ name, meaning }) => vscode.l10n.t("{0}: {1}", name, meaning)).join("\n\n");
  const answer = await dialogs.ask(costOf(path, choices), detail, ...ways.map(({ name }) => name), saveAs);
  if (answer === rewrite) return "rewrite";
  if (answer === shift) return "shift";
  return answer === saveAs ? "save-as" : "cancel";
}

function explainRewrite({ rewriteBytes, rewriteFree, links }: SaveChoices): string {
  const meaning = vscode.l10n.t(
    "writes up to {0} beside the file ({1} are free there). Until the swap the old file is untouched.",
    formatExactBytes(rewriteBytes),
    formatByteCount(rewriteFree),
  );
  if (links <= 1) return meaning;
  const cut = vscode.l10n.t("The file has {0} names (hard links): the other names keep the old content.", links);
  return `${meaning} ${cut}`;
}

function explainShift({ shiftBytes, journalBytes, journalFree, links }: SaveChoices): string {
  const meaning = vscode.l10n.t(
    "keeps {0} in a journal ({1} are free there), then writes {2} into the file. If interrupted, the journal undoes it.",
    formatExactBytes(journalBytes),
    formatByteCount(journalFree),
    formatExactBytes(shiftBytes),
  );
  if (links <= 1) return meaning;
  return `${meaning} ${vscode.l10n.t("All {0} names (hard links) get the new content.", links)}`;
}
