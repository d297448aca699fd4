// Brings back the unsaved edits that a killed or closed process left in edit logs, before the document is shown. Edits of the
// very version of the file come back unasked; of another version only as the person decides. Knows no panels.
// Thread rule: extension host's main thread.
import { promises as fs } from "node:fs";
import { basename } from "node:path";
import * as vscode from "vscode";
import { formatExactBytes } from "../../../shared/formatNumber";
import type { EngineDocument } from "../engine/document";
import {
  describeEditLog,
  discardEditLog,
  findEditLogs,
  setAsideEditLog,
  takeOverEditLog,
  type EditLogInfo,
} from "../engine/editLogs";
import { hexOffset, type RestoredStep } from "./binaryDocument";
import { describeError, HostError, isCode } from "./errors";
import type { LogPointer } from "./logPointer";
import type { Dialogs } from "./notify";

export type BroughtBack =
  | {
      readonly kind: "nothing";
      /** Edits of this file are open in another process, named here. */ readonly live?: string;
    }
  | { readonly kind: "restored"; readonly step: RestoredStep; /** To be told. */ readonly afterCrash: boolean }
  /** The person did not want them, or they are not there any more. */
  | { readonly kind: "gone" }
  | { readonly kind: "undecided"; readonly why: string; readonly where: string };

export interface KeepingServices {
  readonly storageFolder: string;
  readonly dialogs: () => Dialogs;
  /** VS Code has just renamed the file whose edits are in this log or backup, and nothing else has happened to it. */
  readonly renamed: (edits: string, path: string) => boolean;
}

/** A window that was just closed or reloaded may need that long to let go of its log. */
const FORMER_OWNER_MS = 3000;
const POLL_MS = 100;
const LISTED_RANGES = 8;

/** @param pointer what VS Code kept; null: it kept nothing, or forgot it. @throws EngineError: the logs cannot be looked at. */
export async function bringBack(
  engine: EngineDocument,
  pointer: LogPointer | null,
  services: KeepingServices,
): Promise<BroughtBack> {
  let logs = await findEditLogs(services.storageFolder, engine.path);
  const renamed = logs.find(({ steps, logPath }) => steps > 0 && services.renamed(logPath, engine.path));
  if (renamed !== undefined) {
    await engine.replay(renamed.live ? await takeOverEditLog(renamed.logPath) : renamed.logPath, true);
    return { kind: "restored", step: { from: 0, to: engine.position }, afterCrash: false };
  }
  for (const end = Date.now() + FORMER_OWNER_MS; pointer !== null && Date.now() < end;) {
    if (!logs.some(({ live, logPath }) => live && logPath === pointer.log)) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    logs = await findEditLogs(services.storageFolder, engine.path);
  }
  for (const { logPath } of logs.filter(({ live, steps }) => !live && steps === 0)) await discardEditLog(logPath);
  const waiting = logs.filter(({ steps }) => steps > 0);
  const chosen = waiting.find(({ logPath }) => logPath === pointer?.log) ?? waiting.find(({ live }) => !live);
  if (chosen !== undefined) {
    // VS Code gave this document to us: whoever still holds its log has lost the window.
    const logPath = chosen.live ? await takeOverEditLog(chosen.logPath) : chosen.logPath;
    return replay(engine, { ...chosen, logPath }, pointer === null, services.dialogs());
  }
  const live = waiting.find((log) => log.live);
  if (pointer === null) return live === undefined ? { kind: "nothing" } : { kind: "nothing", live: live.logPath };
  services
    .dialogs()
    .warn(
      live === undefined
        ? vscode.l10n.t("The unsaved edits of “{0}” can't be found any more.", basename(engine.path))
        : vscode.l10n.t("The unsaved edits of “{0}” are open in another window.", basename(engine.path)),
    );
  return { kind: "gone" };
}

/** Edits of a process that runs on, brought here because the person says that its window is gone. */
export async function bringHere(engine: EngineDocument, liveLog: string): Promise<RestoredStep> {
  if (engine.lastPosition !== 0)
    throw new HostError(
      "busy",
      vscode.l10n.t("Edits have been made here already. Save or discard them, and open the file again."),
    );
  await engine.replay(await takeOverEditLog(liveLog));
  return { from: 0, to: engine.position };
}

async function replay(
  engine: EngineDocument,
  log: EditLogInfo,
  afterCrash: boolean,
  dialogs: Dialogs,
): Promise<BroughtBack> {
  const apply = async (force: boolean): Promise<BroughtBack> => {
    await engine.replay(log.logPath, force);
    return { kind: "restored", step: { from: 0, to: engine.position }, afterCrash: afterCrash && !force };
  };
  const undecided = (why: string): BroughtBack => ({ kind: "undecided", why, where: log.logPath });
  try {
    return await apply(false);
  } catch (error) {
    if (!isCode(error, "changed")) return undecided(describeError(error).message);
  }
  const useThem = vscode.l10n.t("Apply My Edits");
  const keepThem = vscode.l10n.t("Keep Them Aside");
  const dropThem = vscode.l10n.t("Discard My Edits");
  const answer = await dialogs.ask(
    vscode.l10n.t("“{0}” was changed by another program after your unsaved edits were kept.", engine.path),
    await differencesOf(engine.path, log),
    useThem,
    keepThem,
    dropThem,
  ); // prettier-ignore
  try {
    switch (answer) {
      case useThem:
        return await apply(true);
      case keepThem:
        dialogs.inform(vscode.l10n.t("Your edits are kept in {0}.", await setAsideEditLog(log.logPath)));
        return { kind: "gone" };
      case dropThem:
        await discardEditLog(log.logPath);
        return { kind: "gone" };
      default:
        return undecided(vscode.l10n.t("Decide what becomes of them to go on."));
    }
  } catch (error) {
    return undecided(describeError(error).message);
  }
}

/** What a person needs to decide: which versions, and which places. */
async function differencesOf(path: string, log: EditLogInfo): Promise<string> {
  const [now, changes] = await Promise.all([fs.stat(path), describeEditLog(log.logPath, LISTED_RANGES)]);
  const date = (ms: number): string => new Date(ms).toLocaleString(vscode.env.language);
  const places = changes.ranges.map(({ start, end }) =>
    end - start === 1 ? hexOffset(start) : `${hexOffset(start)} – ${hexOffset(end - 1)}`,
  );
  if (changes.rangeCount > places.length) places.push("…");
  return [
    vscode.l10n.t("Undo steps: {0}, changed: {1}, places: {2} ({3})", log.steps, formatExactBytes(changes.rangeBytes), changes.rangeCount, places.join(", ")),
    vscode.l10n.t("Made on: {0}, last changed {1}", formatExactBytes(log.baseSize), date(log.baseTimeMs)),
    vscode.l10n.t("The file now: {0}, last changed {1}", formatExactBytes(now.size), date(now.mtimeMs)),
    "",
    vscode.l10n.t("Applying puts your edited bytes at their offsets into the file as it is now, still unsaved."),
  ].join("\n"); // prettier-ignore
}
