// As openContent.ts in a browser, where every file is read and written whole. Never throws. Knows no panels.
import * as vscode from "vscode";
import { describeError } from "./errors";
import type { Content } from "./openContent";
import { openWhole } from "./wholeDocument";

export function openContent(uri: vscode.Uri): Promise<Content> {
  return openWhole(uri, vscode.l10n.t("In a browser files can only be read and written whole")).catch(
    (error: unknown): Content => ({ kind: "failed", reason: describeError(error).message }),
  );
}

/** Asked when the file was opened. */
export function readOnlyReason(): Promise<string | null> {
  return Promise.resolve(null);
}
