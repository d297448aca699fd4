// Bytes as text for the clipboard. Pure: knows no vscode, no document. Every format but "text" reads back exactly through
// pasteText.ts.
import type { CopyFormat } from "../../../shared/protocol";

/** What a text on the clipboard may hold at most: it crosses processes whole, several times. */
export const MAX_CLIPBOARD_CHARS = 64 * 1024 * 1024;

const HEX_PAIRS = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));
const DUMP_ROW_BYTES = 16;
const C_ROW_BYTES = 12;

/** Characters that `length` bytes become at most. Asked before anything is read. */
export function clipboardChars(format: CopyFormat, length: number): number {
  switch (format) {
    case "hex":
      return length * 3;
    case "text":
      return length;
    case "c-array":
      return length * 6 + Math.ceil(length / C_ROW_BYTES) * 4 + 64;
    case "base64":
      return Math.ceil(length / 3) * 4;
    case "hexdump":
      return Math.ceil(length / DUMP_ROW_BYTES) * 85;
    default:
      return format satisfies never;
  }
}

/** @param offset of the first byte in the document; only the hexdump shows it. */
export function formatBytes(format: CopyFormat, bytes: Uint8Array, offset: number): string {
  switch (format) {
    case "hex":
      return hexPairs(bytes, " ");
    case "text":
      // What is no UTF-8 becomes U+FFFD: text is for people, the other formats are for bytes.
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    case "c-array":
      return cArray(bytes);
    case "base64":
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
    case "hexdump":
      return hexdump(bytes, offset);
    default:
      return format satisfies never;
  }
}

function hexPairs(bytes: Uint8Array, separator: string): string {
  const pairs = new Array<string>(bytes.length);
  for (let i = 0; i < bytes.length; i++) pairs[i] = HEX_PAIRS[bytes[i]!]!;
  return pairs.join(separator);
}

function cArray(bytes: Uint8Array): string {
  if (bytes.length === 0) return "";
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += C_ROW_BYTES) {
    const row = bytes.subarray(at, at + C_ROW_BYTES);
    rows.push("  " + Array.from(row, (value) => "0x" + HEX_PAIRS[value]!).join(", "));
  }
  return `unsigned char data[${bytes.length}] = {\n${rows.join(",\n")}\n};\n`;
}

/** As `hexdump -C` prints it, without folding equal rows. */
function hexdump(bytes: Uint8Array, offset: number): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += DUMP_ROW_BYTES) {
    const row = bytes.subarray(at, at + DUMP_ROW_BYTES);
    const left = hexPairs(row.subarray(0, 8), " ").padEnd(23);
    const right = hexPairs(row.subarray(8), " ").padEnd(23);
    const text = Array.from(row, (value) => (value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : ".")).join(
      "",
    );
    rows.push(`${dumpOffset(offset + at)}  ${left}  ${right}  |${text}|\n`);
  }
  return rows.join("") + (bytes.length > 0 ? dumpOffset(offset + bytes.length) + "\n" : "");
}

function dumpOffset(offset: number): string {
  return offset.toString(16).padStart(8, "0");
}
