// What a text on the clipboard may mean as bytes. Pure: knows no vscode, no document. Reads back what copyFormats.ts writes and
// what other programs print: hex pairs, 0x lists, \x escapes, C arrays, hexdump -C, xxd.
import type { EditColumn } from "../../../shared/protocol";

/** "padded-hex": a digit was missing, a 0 stands before what is left. */
export type PasteKind = "hex" | "padded-hex" | "text" | "base64";

export interface PasteReading {
  readonly kind: PasteKind;
  readonly bytes: Uint8Array;
}

/** The readings that make sense, the likeliest first. One: no question is needed. Empty: nothing to paste. */
export function readingsOf(text: string, column: EditColumn): readonly PasteReading[] {
  if (text === "") return [];
  const asText: PasteReading = { kind: "text", bytes: new TextEncoder().encode(text) };
  if (column === "text") return [asText];
  const hex = parseHex(text);
  const padded = hex ? null : parseHexItems(text, "pad");
  const base64 = parseBase64(text);
  if (padded) return [{ kind: "padded-hex", bytes: padded }, asText];
  if (hex) {
    // In the hex column hex digits are bytes, whatever else they might spell: asking each time would only be in the way.
    return [{ kind: "hex", bytes: hex }];
  }
  return base64 ? [asText, { kind: "base64", bytes: base64 }] : [asText];
}

/** null: not hex. Whole bytes only; digits beyond a pair make it something else. */
export function parseHex(text: string): Uint8Array | null {
  return parseDump(text) ?? parseHexItems(text, "refuse");
}

/** @param oddDigits a 0 is put before them, or they make the text something else. A single digit behind 0x is a byte. */
function parseHexItems(text: string, oddDigits: "pad" | "refuse"): Uint8Array | null {
  const braces = /\{([^{}]*)\}/.exec(text);
  // 0x prefixes, \x escapes and what stands between bytes; a comment or a word in it makes the text something else.
  const list = (braces ? braces[1]! : text).trim().replace(/^(["'])(.*)\1$/, "$2");
  const items = list.split(/[\s,;:]+|(?=\\x)/i).filter((item) => item !== "");
  if (items.length === 0) return null;
  const digits: string[] = [];
  for (const item of items) {
    const match = /^(?:0x|\\x)?([0-9a-f]+)h?$/i.exec(item);
    if (!match) return null;
    const prefixed = /^(?:0x|\\x)/i.test(item);
    const one = match[1]!;
    if (one.length % 2 === 0) digits.push(one);
    else if (oddDigits === "pad" || (prefixed && one.length === 1)) digits.push("0" + one);
    else return null;
  }
  return bytesOfDigits(digits.join(""));
}

/** null: not base64, in its standard or URL-safe alphabet. Short words are too often also valid base64 to be taken for it. */
export function parseBase64(text: string): Uint8Array | null {
  const packed = text.trim().replace(/\r?\n/g, "");
  if (packed.length % 4 !== 0 || packed.length < 8 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(packed)) return null;
  return new Uint8Array(Buffer.from(packed, "base64"));
}

// "00000010  de ad be ef  |....|" of hexdump -C, "00000010: dead beef  ...." of xxd. Each row must begin where the one before ended.
function parseDump(text: string): Uint8Array | null {
  const rows = text.split(/\r?\n/).filter((row) => row.trim() !== "");
  const parts: Uint8Array[] = [];
  let expected = -1;
  for (const [index, row] of rows.entries()) {
    const match = /^([0-9a-f]{8,14})(:?)(?:[ ]+(.*))?$/i.exec(row.trimEnd());
    if (!match) return null;
    const offset = Number.parseInt(match[1]!, 16);
    if (expected >= 0 && offset !== expected) return null;
    if (match[3] === undefined) return index === rows.length - 1 && index > 0 ? join(parts) : null; // hexdump's last row: the end
    const bytes = match[2] === ":" ? xxdRow(match[3]) : dumpRow(match[3]);
    if (!bytes) return null;
    parts.push(bytes);
    expected = offset + bytes.length;
  }
  return parts.length > 0 ? join(parts) : null;
}

function dumpRow(rest: string): Uint8Array | null {
  const bar = rest.indexOf("|");
  if (bar < 0 || !rest.endsWith("|")) return null;
  const digits = rest.slice(0, bar);
  return /^(?:[0-9a-f]{2}\s+)+$/i.test(digits) ? bytesOfDigits(digits.replace(/\s+/g, "")) : null;
}

function xxdRow(rest: string): Uint8Array | null {
  const gap = rest.indexOf("  "); // before the text column
  const digits = gap < 0 ? rest : rest.slice(0, gap);
  return /^(?:[0-9a-f]{2}){1,2}(?: (?:[0-9a-f]{2}){1,2})*$/i.test(digits)
    ? bytesOfDigits(digits.replaceAll(" ", ""))
    : null;
}

function bytesOfDigits(digits: string): Uint8Array | null {
  if (digits.length === 0 || digits.length % 2 !== 0) return null;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
