// terahex.insertBytes: asks how many bytes of which pattern, and puts them in at the cursor, in either mode and at any number.
import * as vscode from "vscode";
import { formatExactBytes } from "../../../../shared/formatNumber";
import { evaluateOffset } from "../../../../shared/offsetExpression";
import { describeError } from "../errors";
import { insertPattern } from "../rangeEdits";
import { askPattern } from "./askPattern";
import { activeSession, type CommandServices } from "./services";

export async function insertBytes(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (!session) return;
  const { document } = session;
  const dialogs = services.dialogs();
  if (document.readOnlyReason !== null) return dialogs.warn(document.readOnlyReason);
  const title = vscode.l10n.t("Insert Bytes");
  const read = (text: string): number | string => {
    // A count is an offset from the start of nothing: the same expressions, up to the largest file that there can be.
    const result = evaluateOffset(text, { cursor: 0, size: Number.MAX_SAFE_INTEGER - document.state().size });
    if (!result.ok) return result.message;
    return result.offset === 0 ? vscode.l10n.t("That is not even one byte.") : result.offset;
  };
  const text = await dialogs.input({
    title,
    prompt: vscode.l10n.t("How many bytes, such as 16, 0x200, 4K, 3*512, 1G"),
    value: "",
    check: (typed) => {
      if (typed.trim() === "") return { ok: true, message: "" };
      const count = read(typed);
      return typeof count === "string" ? { ok: false, message: count } : { ok: true, message: formatExactBytes(count) };
    },
  });
  if (text === undefined || text.trim() === "") return;
  const count = read(text);
  if (typeof count === "string") return dialogs.warn(count);
  const pattern = await askPattern(title, dialogs);
  if (pattern === undefined) return;
  // As it is now: the cursor may have moved while the boxes were open.
  const { start } = session.selectedRange;
  try {
    insertPattern(document, start, count, pattern);
    session.select({ anchor: start, focus: start + count - 1, column: session.selection.column });
  } catch (error) {
    dialogs.warn(vscode.l10n.t("Nothing was inserted. {0}", describeError(error).message));
  }
}
