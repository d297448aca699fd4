// "New template from selection": a first text guessed from the selected bytes, in an editor beside them, and shown on them at
// once. Nothing is written to disk.
import { basename } from "node:path";
import * as vscode from "vscode";
import { MAX_GUESSED_BYTES } from "../../struct/authoring/guessFields";
import { newTemplate } from "../../struct/authoring/newTemplate";
import type { EditorSession } from "../editorSession";
import { KSY_LANGUAGE } from "../ksy/language";
import { keyOf } from "./templateLibrary";
import type { Templates } from "./templates";

/** Of a bare cursor: enough for a header to be recognised by eye. */
const UNSELECTED_BYTES = 64;

export async function startTemplate(templates: Templates, session: EditorSession): Promise<void> {
  const { document } = session;
  const { start, end } = session.selectedRange;
  const length = session.hasRange ? end - start : Math.min(UNSELECTED_BYTES, document.source.size - start);
  const { bytes } = await document.source.read(start, Math.min(length, MAX_GUESSED_BYTES));
  const text = newTemplate({
    fileName: basename(document.path),
    offset: start,
    length,
    head: new Uint8Array(bytes),
  });
  const written = await vscode.workspace.openTextDocument({ language: KSY_LANGUAGE, content: text });
  await vscode.window.showTextDocument(written, vscode.ViewColumn.Beside);
  const key = keyOf(written.uri);
  if (key !== undefined) await templates.preview(document, key);
}
