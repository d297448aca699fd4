// The listed offsets as text, one a line, to the clipboard or into a file; written as they are read, whatever their number.
import fs from "node:fs";
import { basename } from "node:path";
import * as vscode from "vscode";
import type { BinaryDocument } from "../binaryDocument";
import { hexOffset } from "../binaryDocument";
import { HostError } from "../errors";
import { withProgress, type Dialogs } from "../notify";
import type { Search } from "./search";

/** Some 15 MB of text: more than any clipboard is good for. */
const MOST_COPIED = 1_000_000;

/** @returns how many; 0 when the person chose no file. */
export async function giveOffsets(
  search: Search,
  to: "clipboard" | "file",
  document: BinaryDocument,
  dialogs: Dialogs,
): Promise<number> {
  const { count } = search.status();
  if (to === "clipboard") {
    if (count > MOST_COPIED) {
      throw new HostError("too-large", vscode.l10n.t("More than a million offsets: write them to a file instead."));
    }
    await dialogs.writeClipboard([...lines(search)].join(""));
    return count;
  }
  const suggestion = vscode.Uri.joinPath(document.uri, "..", `${basename(document.path)}.offsets.txt`);
  const target = await dialogs.saveTarget(vscode.l10n.t("Write Offsets"), suggestion);
  if (target === undefined) return 0;
  await withProgress(vscode.l10n.t("Writing offsets"), undefined, async (report, signal) => {
    const file = await fs.promises.open(target.fsPath, "w");
    try {
      let written = 0;
      for (const text of lines(search)) {
        if (signal.aborted) throw new HostError("cancelled", vscode.l10n.t("Cancelled."));
        await file.write(text);
        written += text.length;
        report(written, Math.max(written, count * 12));
      }
    } finally {
      await file.close();
    }
  });
  return count;
}

function* lines(search: Search): Generator<string> {
  for (const offsets of search.offsets()) yield offsets.map((offset) => `${hexOffset(offset)}\n`).join("");
}
