// Lists what was set aside, unsaved edits and journals of interrupted saves, and does with one of them what the person chooses:
// compare, put it on the file as unsaved edits, save a copy, delete. Thread rule: extension host's main thread.
import { promises as fs } from "node:fs";
import { basename } from "node:path";
import * as vscode from "vscode";
import { formatByteCount } from "../../../../shared/formatNumber";
import { EngineDocument } from "../../engine/document";
import { discardEditLog, takeOverEditLog } from "../../engine/editLogs";
import { listKept, putKeptJournal, type Kept } from "../../engine/kept";
import { hexOffset } from "../binaryDocument";
import { VIEW_TYPE, type BinaryEditorProvider } from "../binaryEditorProvider";
import { describeError, HostError } from "../errors";
import type { Dialogs } from "../notify";

export interface KeptServices {
  readonly storageFolder: string;
  readonly provider: BinaryEditorProvider;
  readonly dialogs: Dialogs;
}

type Usable = Exclude<Kept, { kind: "damaged" }>;

export async function showKept(services: KeptServices): Promise<void> {
  const { dialogs, storageFolder } = services;
  const all = await listKept(storageFolder);
  if (all.length === 0) {
    dialogs.inform(vscode.l10n.t("Nothing is kept: no edits and no journals were set aside."));
    return;
  }
  const named = new Map<string, Kept>();
  for (const kept of all) {
    const label = nameOf(kept);
    let unique = label;
    for (let copy = 2; named.has(unique); copy++) unique = `${label} (${copy})`;
    named.set(unique, kept);
  }
  const items = [...named].map(([label, kept]) => ({ label, description: whereOf(kept), detail: explain(kept) }));
  const picked = await dialogs.pick(vscode.l10n.t("Kept Edits and Journals"), items);
  const kept = picked === undefined ? undefined : named.get(picked);
  if (picked === undefined || kept === undefined) return;
  try {
    await actOn(kept, picked, services);
  } catch (error) {
    dialogs.warn(describeError(error).message);
  }
}

async function actOn(kept: Kept, name: string, services: KeptServices): Promise<void> {
  const { dialogs } = services;
  const compare = vscode.l10n.t("Show the Differences");
  const put = vscode.l10n.t("Put It on the File as Unsaved Edits");
  const copy = vscode.l10n.t("Save a Copy…");
  const remove = vscode.l10n.t("Delete…");
  const items: vscode.QuickPickItem[] = [{ label: copy }, { label: remove }];
  if (kept.kind !== "damaged" && kept.placed)
    items.unshift(
      { label: compare, description: vscode.l10n.t("the file as it is, and with what is kept") },
      { label: put, description: vscode.l10n.t("nothing is written before you save") },
    );
  switch (await dialogs.pick(name, items)) {
    case compare:
      if (kept.kind !== "damaged") await showDifferences(kept, services);
      return;
    case put:
      if (kept.kind !== "damaged") await putOnFile(kept, services);
      return;
    case copy: {
      const target = await dialogs.saveTarget(copy, vscode.Uri.file(kept.keptPath));
      if (target !== undefined) await vscode.workspace.fs.copy(vscode.Uri.file(kept.keptPath), target);
      return;
    }
    case remove: {
      const sure = vscode.l10n.t("Delete");
      const answer = await dialogs.ask(
        vscode.l10n.t("Delete what is kept of “{0}”?", kept.kind === "damaged" ? kept.keptPath : kept.path),
        `${explain(kept)}\n\n${vscode.l10n.t("This cannot be undone.")}`,
        sure,
      );
      if (answer === sure) await fs.unlink(kept.keptPath);
      return;
    }
    default:
  }
}

async function showDifferences(kept: Usable, { provider }: KeptServices): Promise<void> {
  const uri = vscode.Uri.file(kept.path);
  const engine = EngineDocument.open(kept.path);
  try {
    if (kept.kind === "edits") await engine.replay(kept.keptPath, true);
    else putKeptJournal(engine, kept);
    await provider.compare({ uri, saved: true }, { uri, made: { engine, what: vscode.l10n.t("with what is kept") } });
  } catch (error) {
    engine.close(true);
    throw error;
  }
}

async function putOnFile(kept: Usable, { provider, dialogs }: KeptServices): Promise<void> {
  const uri = vscode.Uri.file(kept.path);
  await fs.access(kept.path);
  await vscode.commands.executeCommand("vscode.openWith", uri, VIEW_TYPE);
  const document = provider.documents.find((one) => one.uri.toString() === uri.toString());
  const engine = document?.engine;
  if (!document || !engine) throw new HostError("closed", vscode.l10n.t("“{0}” could not be opened.", kept.path));
  document.editable();
  if (kept.kind !== "edits") {
    document.step(vscode.l10n.t("Put Back Kept Bytes"), () => putKeptJournal(engine, kept));
  } else {
    if (engine.lastPosition !== 0)
      throw new HostError(
        "busy",
        vscode.l10n.t("Edits have been made here already. Save or discard them, and open the file again."),
      );
    const copy = `${kept.keptPath}.copy`;
    await fs.copyFile(kept.keptPath, copy);
    const log = await takeOverEditLog(copy).finally(() => fs.rm(copy, { force: true }));
    try {
      await engine.replay(log, true);
    } catch (error) {
      await discardEditLog(log);
      throw error;
    }
    document.noteRestored({ from: 0, to: engine.position });
    document.announceRestored();
    document.contentChanged();
  }
  dialogs.inform(
    vscode.l10n.t(
      "What was kept is on “{0}” now, unsaved. The kept copy stays until you delete it.",
      basename(kept.path),
    ),
  );
}

function nameOf(kept: Kept): string {
  const date = new Date(kept.keptMs).toLocaleString(vscode.env.language);
  return `${basename(kept.kind === "damaged" ? kept.keptPath : kept.path)} · ${date}`;
}

function whereOf(kept: Kept): string {
  return kept.kind === "damaged" ? formatByteCount(kept.bytes) : `${kept.path} · ${formatByteCount(kept.rangeBytes)}`;
}

/** Why it is kept, and which places it holds. */
function explain(kept: Kept): string {
  switch (kept.kind) {
    case "edits":
      return join(vscode.l10n.t("Unsaved edits, kept because another program had changed the file"), kept);
    case "before":
      return join(
        vscode.l10n.t("Bytes from before an interrupted save, kept because the file was taken as it was"),
        kept,
      );
    case "replaced":
      return join(vscode.l10n.t("Bytes that were replaced when an interrupted save was undone"), kept);
    case "damaged":
      return vscode.l10n.t("It cannot be read: {0}", kept.why);
    default:
      return kept satisfies never;
  }
}

function join(why: string, { ranges, rangeCount, placed }: Usable): string {
  if (!placed) return `${why}. ${vscode.l10n.t("They have no place in the file as it is.")}`;
  const places = ranges.map(({ start, end }) =>
    end - start === 1 ? hexOffset(start) : `${hexOffset(start)} – ${hexOffset(end - 1)}`,
  );
  if (rangeCount > places.length) places.push("…");
  return places.length === 0 ? why : `${why}: ${places.join(", ")}`;
}
