// terahex.exportPatch: what the unsaved edits make of the file on disk, as a patch. Asks for format and target; the edits are the
// engine's, the formats' writers do the rest. Cost: in proportion to the edits, but for BPS, which holds sums of all bytes.
import { basename } from "node:path";
import * as vscode from "vscode";
import { formatExact } from "../../../../shared/formatNumber";
import { EngineDocument } from "../../engine/document";
import { unsavedDifferences } from "../../engine/scan";
import { writeBps } from "../../formats/patches/bps";
import { writeEditLines } from "../../formats/patches/editLines";
import { IPS, IPS32, writeIps } from "../../formats/patches/ips";
import type { ByteSink, Difference, PatchCall } from "../../formats/patches/model";
import { describeError, HostError, isCode } from "../errors";
import { withProgress, type Dialogs } from "../notify";
import type { EditorSession } from "../editorSession";
import { localTarget } from "./localTarget";
import { editedMeanwhile, writeFile } from "./writeFile";

type Format = "BPS" | "IPS" | "IPS32" | "JSON";

export async function exportPatch({ document }: EditorSession, dialogs: Dialogs): Promise<void> {
  const { engine } = document;
  if (engine === null) return dialogs.warn(document.readOnlyReason ?? "");
  // The patch's base is opened from the disk, where this file is not.
  if (document.isWhole) return dialogs.warn(vscode.l10n.t("Patches are made of files of the disk alone."));
  if (!engine.dirty) return dialogs.inform(vscode.l10n.t("There are no unsaved edits: a patch would say nothing."));
  const format = await askFormat(dialogs);
  if (format === undefined) return;
  const extension = format === "JSON" ? "jsonl" : format.toLowerCase();
  const target = await localTarget(dialogs, vscode.l10n.t("Export Edits as Patch"), `${document.path}.${extension}`);
  if (target === undefined) return;
  const name = basename(target);
  try {
    const count = await withProgress(vscode.l10n.t("Exporting to {0}", name), undefined, (onProgress, signal) =>
      writePatch(engine, document.path, format, target, { onProgress, signal }),
    );
    dialogs.inform(vscode.l10n.t("Exported to {0}. Changes: {1}.", name, formatExact(count)));
  } catch (error) {
    if (isCode(error, "cancelled")) return;
    dialogs.warn(vscode.l10n.t("Nothing was exported. {0}", describeError(error).message));
  }
}

async function askFormat(dialogs: Dialogs): Promise<Format | undefined> {
  const items: readonly (vscode.QuickPickItem & { readonly label: Format })[] = [
    { label: "BPS", description: vscode.l10n.t("any size; checks the file that it is applied to") },
    { label: "IPS", description: vscode.l10n.t("files up to 16 MiB; checks nothing") },
    { label: "IPS32", description: vscode.l10n.t("files up to 4 GiB; checks nothing") },
    { label: "JSON", description: vscode.l10n.t("any size; one edit a line, as “terahex patch” takes them") },
  ];
  const picked = await dialogs.pick(vscode.l10n.t("Format of the Patch"), items);
  return items.find(({ label }) => label === picked)?.label;
}

/** @returns how many places differ. @throws EngineError; HostError "changed", "busy". */
async function writePatch(
  engine: EngineDocument,
  path: string,
  format: Format,
  target: string,
  call: PatchCall,
): Promise<number> {
  if (engine.checkOutside() !== "same") {
    const message = vscode.l10n.t("Another program has changed the file; it can't be told what is yours.");
    throw new HostError("changed", message);
  }
  const { version } = engine;
  const saved = EngineDocument.open(path, { readOnly: true }, engine.addon);
  try {
    const differences = unsavedDifferences(engine);
    await writeFile(target, async (sink) => {
      await writeAs(format, saved, engine, eachOf(differences), sink, call);
      if (engine.version !== version) throw editedMeanwhile();
    });
    return differences.length / 4;
  } finally {
    saved.close();
  }
}

function writeAs(
  format: Format,
  saved: EngineDocument,
  edited: EngineDocument,
  differences: Iterable<Difference>,
  sink: ByteSink,
  call: PatchCall,
): Promise<void> {
  switch (format) {
    case "BPS":
      return writeBps(saved, edited, differences, sink, call);
    case "IPS":
      return writeIps(IPS, saved, edited, differences, sink, call);
    case "IPS32":
      return writeIps(IPS32, saved, edited, differences, sink, call);
    case "JSON":
      return writeEditLines(edited, differences, sink, call);
    default:
      return format satisfies never;
  }
}

function* eachOf(fours: Float64Array): Generator<Difference> {
  for (let i = 0; i < fours.length; i += 4) {
    yield { start: fours[i]!, end: fours[i + 1]!, newStart: fours[i + 2]!, newEnd: fours[i + 3]! };
  }
}
