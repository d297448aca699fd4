// Opens what a document shows: the file through the native core, or through plain Node where the core cannot be loaded, or the
// reason why neither is possible. Never throws. Knows no panels.
import { promises as fs } from "node:fs";
import * as vscode from "vscode";
import { EngineDocument } from "../engine/document";
import type { NativeAddon } from "../engine/nativeAddon";
import { hasPlainJournals } from "../engine/plain/journalPlace";
import { describeError } from "./errors";
import type { Dialogs } from "./notify";
import { recoverInterrupted } from "./recovery";
import type { WholeContent } from "./wholeDocument";

/** `reason`: for the person. */
export type Content =
  | {
      readonly kind: "engine";
      readonly engine: EngineDocument;
      readonly readOnlyReason: string | null;
      /** Why the native core is not behind it; undefined: it is. */
      readonly plainBecause?: string;
      /** It is read and written whole. */
      readonly whole?: WholeContent["whole"];
    }
  | { readonly kind: "failed"; readonly reason: string };

export interface OpenServices {
  readonly storageFolder: string;
  /** Loads the native core; throws where there is none for this machine. */
  readonly loadEngine: () => void;
  readonly dialogs: () => Dialogs;
}

export async function openContent(uri: vscode.Uri, services: OpenServices): Promise<Content> {
  const { storageFolder, loadEngine } = services;
  if (uri.scheme !== "file") {
    const why = vscode.l10n.t("Files behind “{0}:” can only be read and written whole", uri.scheme);
    const { openWhole } = await import("./wholeDocument");
    return openWhole(uri, why).catch(failed);
  }
  const path = uri.fsPath;
  const { addon, plainBecause } = await engineFor(loadEngine);
  try {
    await fs.mkdir(storageFolder, { recursive: true });
    // Before anything of the file is shown.
    await recoverInterrupted(storageFolder, path, services.dialogs(), addon);
    if (hasPlainJournals(storageFolder)) {
      const plain = addon ?? (await plainEngine());
      // A save may have been interrupted before the core could be loaded.
      if (addon === undefined) await recoverInterrupted(storageFolder, path, services.dialogs(), plain);
      // Another file's trouble keeps this one from nothing.
      await putMissingBack(storageFolder, services.dialogs(), plain).catch(() => undefined);
    }
    const engine = EngineDocument.open(path, { storageFolder, logEdits: true }, addon);
    const reason = await readOnlyReason(uri, engine.writable).catch((error: unknown) => {
      engine.close();
      throw error;
    });
    return {
      kind: "engine",
      engine,
      readOnlyReason: reason,
      ...(plainBecause === undefined ? {} : { plainBecause }),
    };
  } catch (error) {
    return failed(error);
  }
}

/** Files that a killed save left nowhere to be seen: nobody would open them. One that fails waits; opening it says why. */
async function putMissingBack(storageFolder: string, dialogs: Dialogs, plain: NativeAddon): Promise<void> {
  const { findMissing } = await import("../engine/plain/plainAddon");
  for (const file of findMissing(storageFolder)) {
    await recoverInterrupted(storageFolder, file, dialogs, plain).catch(() => undefined);
  }
}

/** `addon` undefined: the native core. */
export async function engineFor(
  loadEngine: () => void,
): Promise<{ readonly addon?: NativeAddon; readonly plainBecause?: string }> {
  try {
    loadEngine();
    return {};
  } catch (error) {
    // Its own words: no code says more, and that of an absent build is that of an absent file.
    const plainBecause = error instanceof Error ? error.message : String(error);
    return { addon: await plainEngine(), plainBecause };
  }
}

async function plainEngine(): Promise<NativeAddon> {
  return (await import("../engine/plain/plainAddon")).plainAddon();
}

function failed(error: unknown): Content {
  return { kind: "failed", reason: describeError(error).message };
}

/** Why the file may be looked at only; null: it can be edited. */
export async function readOnlyReason(uri: vscode.Uri, writable: boolean): Promise<string | null> {
  if (!writable) {
    return (await accessError(uri.fsPath)) === "EROFS"
      ? vscode.l10n.t("The file system is read-only.")
      : vscode.l10n.t("You have no permission to write this file.");
  }
  const { mode } = await fs.stat(uri.fsPath);
  // Root may write it all the same; who took every write permission away did not want it written.
  if (isWriteProtected(mode)) return vscode.l10n.t("The file is write-protected.");
  return null;
}

function isWriteProtected(mode: number): boolean {
  return (mode & 0o222) === 0;
}

async function accessError(path: string): Promise<string | undefined> {
  try {
    await fs.access(path, fs.constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
