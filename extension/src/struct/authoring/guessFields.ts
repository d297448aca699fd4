// A first template for bytes that a person selected: fields guessed from how they look, to be corrected by whoever knows.
// Deterministic and total: any bytes give fields that cover them exactly. Pure.

export interface GuessedField {
  readonly id: string;
  /** Lines of the field below its id: `type: u4`. */
  readonly lines: readonly string[];
  readonly bytes: number;
}

/** Fields are guessed for so many bytes; what follows becomes one array of bytes. */
export const MAX_GUESSED_BYTES = 1024;
const MIN_TEXT = 4;
const MIN_ZEROS = 8;

/** Of the numbers that the bytes would be, those with small magnitude tell the order: high bytes are zero. */
export function guessEndian(bytes: Uint8Array): "le" | "be" {
  let little = 0;
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
    if (a === d && b === c) continue;
    if (d === 0 && a !== 0) little += 2;
    else if (a === 0 && d !== 0) little -= 2;
    else if (c === 0 && b !== 0) little += 1;
    else if (b === 0 && c !== 0) little -= 1;
  }
  return little < 0 ? "be" : "le";
}

/** @param bytes the first of `length`: MAX_GUESSED_BYTES of them are enough */
export function guessFields(bytes: Uint8Array, length = bytes.length): GuessedField[] {
  const fields: GuessedField[] = [];
  const seen = bytes.subarray(0, MAX_GUESSED_BYTES);
  const add = (id: string, taken: number, ...lines: string[]): void => {
    fields.push({ id, lines, bytes: taken });
  };
  let at = 0;
  while (at < seen.length) {
    const text = textLength(seen, at);
    const zeros = runLength(seen, at, (byte) => byte === 0);
    if (text >= MIN_TEXT) {
      const isClosed = seen[at + text] === 0;
      const shown = at === 0 && text <= 16 && !isClosed;
      if (shown) add("magic", text, `contents: ${JSON.stringify(String.fromCharCode(...seen.subarray(0, text)))}`);
      else if (isClosed) add(`text_${fields.length}`, text + 1, "type: strz", "encoding: ASCII");
      else add(`text_${fields.length}`, text, "type: str", `size: ${text}`, "encoding: ASCII");
      at += text + (isClosed && !shown ? 1 : 0);
    } else if (zeros >= MIN_ZEROS || (zeros > 0 && at + zeros === seen.length)) {
      add(`reserved_${fields.length}`, zeros, `size: ${zeros}`);
      at += zeros;
    } else {
      const width = numberLength(seen, at);
      add(`field_${fields.length}`, width, `type: u${width}`);
      at += width;
    }
  }
  if (length > seen.length) add("rest", length - seen.length, `size: ${length - seen.length}`);
  return fields;
}

/** Aligned to itself, and not reaching into the text or the zeros that follow. */
function numberLength(bytes: Uint8Array, at: number): 1 | 2 | 4 {
  for (const length of [4, 2] as const) {
    if (at % length !== 0 || at + length > bytes.length) continue;
    const next = [...Array(length - 1).keys()].map((index) => at + index + 1);
    if (next.every((place) => textLength(bytes, place) < MIN_TEXT)) return length;
  }
  return 1;
}

function textLength(bytes: Uint8Array, at: number): number {
  return runLength(bytes, at, (byte) => byte >= 0x20 && byte < 0x7f);
}

function runLength(bytes: Uint8Array, from: number, fits: (byte: number) => boolean): number {
  let end = from;
  while (end < bytes.length && fits(bytes[end] ?? 0)) end += 1;
  return end - from;
}
