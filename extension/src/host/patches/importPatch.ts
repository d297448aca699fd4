// terahex.applyPatch: a patch file, or records of Intel HEX and their kind, become one unsaved undo step of the active document, or
// nothing at all.
import { promises as fs } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { EngineDocument } from "../../engine/document";
import { PositionalByteSource } from "../../engine/positionalByteSource";
import { isAddressed, putAddressed, spanOf } from "../../formats/patches/addressed";
import { applyPatch } from "../../formats/patches/applyPatch";
import type { PatchCall } from "../../formats/patches/model";
import { hexOffset } from "../binaryDocument";
import type { EditorSession } from "../editorSession";
import { describeError, HostError, isCode } from "../errors";
import { withProgress, type Dialogs } from "../notify";
import { askAddress } from "./askAddress";
import { localSource } from "./localTarget";

export async function importPatch({ document }: EditorSession, dialogs: Dialogs): Promise<void> {
  if (document.readOnlyReason !== null) return dialogs.warn(document.readOnlyReason);
  const file = await localSource(dialogs, vscode.l10n.t("Apply Patch"));
  if (file === undefined) return;
  const name = path.basename(file);
  try {
    const patch = PositionalByteSource.open(file);
    try {
      const apply = await applierOf(patch, document.path, dialogs);
      if (apply === undefined) return;
      await withProgress(vscode.l10n.t("Applying {0}", name), undefined, (onProgress, signal) =>
        document.longStep(vscode.l10n.t("Apply Patch"), async (engine) => {
          const call = { onProgress, signal };
          // An edit forgets the steps that redo could reach, and VS Code would not hear of it if that edit came to nothing.
          const redo = engine.lastPosition > engine.position;
          if (redo) {
            if (document.isWhole) throw noRehearsal();
            await rehearse(engine, apply, call);
          }
          await wholly(engine, apply, redo ? { onProgress } : call);
        }),
      );
    } finally {
      patch.close();
    }
    dialogs.inform(vscode.l10n.t("{0} has been applied, as one step that can be undone. Save writes it.", name));
  } catch (error) {
    if (isCode(error, "cancelled")) return;
    dialogs.warn(vscode.l10n.t("Nothing was changed. {0}", describeError(error).message));
  }
}

type Apply = (target: EngineDocument, call: PatchCall) => Promise<void>;

/** @returns undefined: the person thought better of it. */
async function applierOf(patch: PositionalByteSource, filePath: string, dialogs: Dialogs): Promise<Apply | undefined> {
  if (!(await isAddressed(patch))) return (target, call) => applyPatch(patch, target, call);
  const { low, high } = await spanOf(patch);
  const base = await askAddress(
    vscode.l10n.t("Apply {0} to {1}", `${hexOffset(low)}-${hexOffset(high)}`, path.basename(filePath)),
    vscode.l10n.t("Address of the file's first byte"),
    0,
    dialogs,
  );
  return base === undefined ? undefined : (target, call) => putAddressed(patch, base, target, call);
}

async function wholly(engine: EngineDocument, apply: Apply, call: PatchCall): Promise<void> {
  const before = engine.position;
  engine.beginStep();
  let done = false;
  try {
    await apply(engine, call);
    done = true;
  } finally {
    engine.endStep();
    if (!done && engine.position !== before) engine.seek(before);
  }
}

/** The other document would be opened from the disk, where this file is not. */
function noRehearsal(): HostError {
  const message = vscode.l10n.t(
    "This file is none of the disk's: the patch can't be tried out first, and what you have undone would be lost if it does not fit. Redo that first.",
  );
  return new HostError("unsupported", message);
}

/** On another document with the same content. @throws what applying throws. */
async function rehearse(engine: EngineDocument, apply: Apply, call: PatchCall): Promise<void> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "terahex-patch-"));
  const twin = EngineDocument.open(engine.path, { storageFolder: folder }, engine.addon);
  try {
    const backup = path.join(folder, "edits");
    await engine.backup(backup);
    twin.restore(backup);
    await apply(twin, call);
  } finally {
    twin.close(true);
    await fs.rm(folder, { recursive: true, force: true });
  }
}
