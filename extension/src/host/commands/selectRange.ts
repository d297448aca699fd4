// terahex.selectRange: asks for "first .. last" or "first, length", both of expressions, and selects those bytes.
import * as vscode from "vscode";
import type { ByteRange } from "../../../../shared/byteRange";
import { formatExactBytes } from "../../../../shared/formatNumber";
import { evaluateOffset } from "../../../../shared/offsetExpression";
import { hexOffset } from "../binaryDocument";
import { activeSession, type CommandServices } from "./services";

export async function selectRange(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (!session) return;
  const { selection, selectedRange } = session;
  const read = (text: string) => parseRange(text, selection.focus, session.document.state().size);
  const text = await services.dialogs().input({
    title: vscode.l10n.t("Select Range"),
    prompt: vscode.l10n.t(
      "First and last offset, such as 0x100..0x1FF, or first offset and length, such as 0x100, 256",
    ),
    value: `${hexOffset(selectedRange.start)}, ${selectedRange.end - selectedRange.start}`,
    check: (typed) => {
      const range = read(typed);
      if (typeof range === "string") return { ok: typed.trim() === "", message: range };
      const length = formatExactBytes(range.end - range.start);
      return {
        ok: true,
        message: vscode.l10n.t("{0} to {1}, {2}", hexOffset(range.start), hexOffset(range.end - 1), length),
      };
    },
  });
  if (text === undefined || text.trim() === "") return;
  const range = read(text);
  if (typeof range === "string") services.dialogs().warn(range);
  else session.select({ anchor: range.start, focus: range.end - 1, column: selection.column });
}

/** @returns at least one byte of the document, or what is wrong with the text. */
function parseRange(text: string, cursor: number, size: number): ByteRange | string {
  const match = /^(.*?)(\.\.|,)(.*)$/s.exec(text);
  if (!match) return vscode.l10n.t("Write two offsets with “..” between them, or an offset, a comma and a length.");
  const start = evaluateOffset(match[1]!, { cursor, size });
  if (!start.ok) return start.message;
  const second = match[3]!.trim();
  // A length is an offset from the start of nothing: the same expressions, without a cursor.
  const last =
    match[2] === ".." ? evaluateOffset(second, { cursor, size }) : evaluateOffset(second, { cursor: 0, size });
  if (!last.ok) return last.message;
  const end = match[2] === ".." ? last.offset + 1 : start.offset + last.offset;
  if (end <= start.offset) return vscode.l10n.t("That is not even one byte.");
  if (end > size) return vscode.l10n.t("The file ends at {0}.", hexOffset(size));
  return { start: start.offset, end };
}
