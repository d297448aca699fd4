// The pattern of a fill or an insertion as a person writes it: hex bytes, or text in quotes. Pure: knows no vscode.
import { parseHex } from "./pasteText";

/** What one types or pastes into an input box; more is a paste. */
export const MAX_PATTERN_BYTES = 4096;

export type PatternResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: "empty" | "neither" | "too-long" };

/** "00", "de ad be ef", 0xDE, or "text" in double or single quotes, as UTF-8. A lone digit is a byte. */
export function parsePattern(text: string): PatternResult {
  const trimmed = text.trim();
  if (trimmed === "") return { ok: false, reason: "empty" };
  const quoted = /^(["'])([\s\S]*)\1$/.exec(trimmed);
  const digit = /^[0-9a-f]$/i.test(trimmed) ? `0${trimmed}` : trimmed;
  const bytes = quoted ? new TextEncoder().encode(quoted[2]) : parseHex(digit);
  if (bytes === null) return { ok: false, reason: "neither" };
  if (bytes.length === 0) return { ok: false, reason: "empty" };
  return bytes.length > MAX_PATTERN_BYTES ? { ok: false, reason: "too-long" } : { ok: true, bytes };
}
