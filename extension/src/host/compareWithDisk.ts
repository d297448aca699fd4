// "Compare": the unsaved edits beside what the file on disk has in their places, as a list to jump from. Looks at the edited
// ranges only, whatever the file's size. Knows no panel but the one it moves.
import { promises as fs } from "node:fs";
import * as vscode from "vscode";
import type { EngineDocument } from "../engine/document";
import { hexOffset } from "./binaryDocument";
import type { EditorSession } from "./editorSession";
import type { Dialogs } from "./notify";

const MAX_LISTED = 500;
const SHOWN_BYTES = 12;

/** One edit and what stands in its place. */
export interface Difference {
  readonly start: number;
  readonly end: number;
  readonly mine: Uint8Array;
  readonly theirs: Uint8Array;
  readonly same: boolean;
}

export async function compareWithDisk(session: EditorSession, engine: EngineDocument, dialogs: Dialogs): Promise<void> {
  const differences = await listDifferences(engine, session.document.path);
  const items = differences.map(({ start, end, mine, theirs, same }) => ({
    label: `${hexOffset(start)} – ${hexOffset(end - 1)}`,
    description: same ? vscode.l10n.t("the same on disk") : vscode.l10n.t("{0} bytes", end - start),
    detail: vscode.l10n.t("mine: {0}   on disk: {1}", hexOf(mine, end - start), hexOf(theirs, end - start)),
  }));
  const picked = await dialogs.pick(vscode.l10n.t("Your unsaved edits, and what the file on disk has there"), items);
  const chosen = differences[items.findIndex(({ label }) => label === picked)];
  if (chosen) session.select({ anchor: chosen.start, focus: chosen.end - 1, column: session.selection.column });
}

export async function listDifferences(engine: EngineDocument, path: string): Promise<Difference[]> {
  const file = await fs.open(path, "r");
  try {
    const found: Difference[] = [];
    for (const { start, end, fileOffset } of engine.unsaved(MAX_LISTED)) {
      const length = Math.min(SHOWN_BYTES, end - start);
      const mine = new Uint8Array((await engine.read(start, length)).bytes);
      const theirs = new Uint8Array(length);
      const { bytesRead } = await file.read(theirs, 0, length, fileOffset);
      const there = theirs.subarray(0, bytesRead);
      const same = length === end - start && Buffer.compare(mine, there) === 0;
      found.push({ start, end, mine, theirs: there, same });
    }
    return found;
  } finally {
    await file.close();
  }
}

function hexOf(bytes: Uint8Array, length: number): string {
  if (bytes.length === 0) return vscode.l10n.t("nothing, the file ends before it");
  const text = Buffer.from(bytes)
    .toString("hex")
    .toUpperCase()
    .replace(/(..)(?=.)/g, "$1 ");
  return bytes.length < length ? `${text} …` : text;
}
