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
  const offered = [...(choices.canRewrite ? [rewrite] : []), ...(choices.canShift ? [shift] : []), saveAs];
  const answer = await dialogs.ask(costOf(path, choices), explain(choices, rewrite, shift), ...offered);
  if (answer === rewrite) return "rewrite";
  if (answer === shift) return "shift";
  return answer === saveAs ? "save-as" : "cancel";
}

function explain(choices: SaveChoices, rewrite: string, shift: string): string {
  const { rewriteBytes, rewriteFree, shiftBytes, journalBytes, journalFree, links } = choices;
  const lines: string[] = [];
  if (choices.canRewrite) {
    lines.push(
      vscode.l10n.t(
        "{0}: writes {1} beside the file, less where the disk can share or skip parts; {2} are free there. Until the swap the old file is untouched.",
        rewrite,
        formatExactBytes(rewriteBytes),
        formatByteCount(rewriteFree),
      ),
    );
    if (links > 1) {
      lines.push(
        vscode.l10n.t(
          "This file has {0} names (hard links). With a new file the other names keep the old content.",
          links,
        ),
      );
    }
  }
  if (choices.canShift) {
    lines.push(
      vscode.l10n.t(
        "{0}: keeps {1} aside in a journal first ({2} are free there), then writes {3} into the file. An interrupted save can be undone from the journal.",
        shift,
        formatExactBytes(journalBytes),
        formatByteCount(journalFree),
        formatExactBytes(shiftBytes),
      ),
    );
    if (links > 1) lines.push(vscode.l10n.t("All names keep showing the same content."));
  }
  return lines.join("\n\n");
}
