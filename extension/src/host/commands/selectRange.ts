// terahex.selectRange: asks for "first .. last" or "first, length", both of expressions, several of them after semicolons, and
// selects those bytes.
import * as vscode from "vscode";
import { MAX_RANGES, normalRanges, totalLength, type ByteRange } from "../../../../shared/byteRange";
import { formatExactBytes } from "../../../../shared/formatNumber";
import { evaluateOffset } from "../../../../shared/offsetExpression";
import { hexOffset } from "../binaryDocument";
import { activeSession, type CommandServices } from "./services";

export async function selectRange(services: CommandServices): Promise<void> {
  const session = activeSession(services);
  if (!session) return;
  const { selection, selectedRange } = session;
  const read = (text: string) => parseRanges(text, selection.focus, session.document.state().size);
  const text = await services.dialogs().input({
    title: vscode.l10n.t("Select Range"),
    prompt: vscode.l10n.t(
      "First and last offset, such as 0x100..0x1FF, or first offset and length, such as 0x100, 256; more ranges after semicolons",
    ),
    value: `${hexOffset(selectedRange.start)}, ${selectedRange.end - selectedRange.start}`,
    check: (typed) => {
      const ranges = read(typed);
      if (typeof ranges === "string") return { ok: typed.trim() === "", message: ranges };
      if (ranges.length > 1) {
        const selected = formatExactBytes(totalLength(normalRanges(ranges)));
        return { ok: true, message: vscode.l10n.t("{0} in {1} ranges", selected, ranges.length) };
      }
      const [range] = ranges as [ByteRange];
      const length = formatExactBytes(range.end - range.start);
      return {
        ok: true,
        message: vscode.l10n.t("{0} to {1}, {2}", hexOffset(range.start), hexOffset(range.end - 1), length),
      };
    },
  });
  if (text === undefined || text.trim() === "") return;
  const ranges = read(text);
  if (typeof ranges === "string") {
    services.dialogs().warn(ranges);
    return;
  }
  const last = ranges.at(-1)!;
  const more = normalRanges(ranges.slice(0, -1));
  const { column } = selection;
  session.select({ anchor: last.start, focus: last.end - 1, column, ...(more.length === 0 ? {} : { more }) });
}

/** @returns at least one range, as written, or what is wrong with the text. */
function parseRanges(text: string, cursor: number, size: number): readonly ByteRange[] | string {
  const parts = text.split(";").filter((part, index) => index === 0 || part.trim() !== "");
  if (parts.length > MAX_RANGES) return vscode.l10n.t("At most {0} ranges can be selected.", MAX_RANGES);
  const ranges: ByteRange[] = [];
  for (const part of parts) {
    const range = parseRange(part, cursor, size);
    if (typeof range === "string") return range;
    ranges.push(range);
  }
  return ranges;
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
