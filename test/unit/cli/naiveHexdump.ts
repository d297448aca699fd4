// The slow twin of cli/hexdump.ts: builds the text of `hexdump -C` from all bytes at once. For tests only.

export function naiveHexdump(bytes: Uint8Array, start: number, width: number): string {
  const lines: string[] = [];
  let previous: string | undefined;
  for (let at = 0; at < bytes.length; at += width) {
    const row = [...bytes.subarray(at, at + width)];
    const key = row.join();
    if (key === previous && row.length === width) {
      if (lines.at(-1) !== "*") lines.push("*");
      continue;
    }
    previous = key;
    const cells = Array.from({ length: width }, (_, i) => row[i]?.toString(16).padStart(2, "0") ?? "  ");
    const groups = Array.from({ length: Math.ceil(width / 8) }, (_, i) => cells.slice(8 * i, 8 * i + 8).join(" "));
    const text = row.map((byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${(start + at).toString(16).padStart(8, "0")}  ${groups.join("  ")}  |${text}|`);
  }
  const end = start + bytes.length;
  if (end > 0) lines.push(end.toString(16).padStart(8, "0"));
  return lines.map((line) => `${line}\n`).join("");
}
