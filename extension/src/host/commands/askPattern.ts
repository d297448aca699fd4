// Asks for the pattern of a fill or an insertion, and says while one types what is wrong with it.
import * as vscode from "vscode";
import { formatExactBytes } from "../../../../shared/formatNumber";
import type { Dialogs } from "../notify";
import { MAX_PATTERN_BYTES, parsePattern, type PatternResult } from "../pattern";

/** @returns undefined when dismissed. */
export async function askPattern(title: string, dialogs: Dialogs): Promise<Uint8Array | undefined> {
  const text = await dialogs.input({
    title,
    prompt: vscode.l10n.t('Bytes that are repeated, such as 00, DE AD BE EF, or text in quotes, such as "abc"'),
    value: "00",
    check: (typed) => {
      const read = parsePattern(typed);
      return read.ok
        ? { ok: true, message: formatExactBytes(read.bytes.length) }
        : { ok: typed.trim() === "", message: complaint(read.reason) };
    },
  });
  if (text === undefined || text.trim() === "") return undefined;
  const read = parsePattern(text);
  if (read.ok) return read.bytes;
  dialogs.warn(complaint(read.reason));
  return undefined;
}

function complaint(reason: Extract<PatternResult, { ok: false }>["reason"]): string {
  switch (reason) {
    case "empty":
      return vscode.l10n.t("Write at least one byte.");
    case "neither":
      return vscode.l10n.t("Write hexadecimal bytes, or text in quotes.");
    case "too-long":
      return vscode.l10n.t("A pattern has at most {0} bytes.", MAX_PATTERN_BYTES);
    default:
      return reason satisfies never;
  }
}
