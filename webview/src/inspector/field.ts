// What a value of the data inspector is: a decoder and an encoder of the same bytes. Pure. For every kind and every pattern of
// bytes, encode(decode(bytes)) gives the very same bytes, or decode says why there is no value.

export type Decoded =
  | { readonly ok: true; readonly text: string; readonly length: number; readonly note?: string }
  | { readonly ok: false; readonly problem: string };

export type Encoded =
  { readonly ok: true; readonly bytes: readonly number[] } | { readonly ok: false; readonly problem: string };

export interface InspectorField {
  readonly id: string;
  readonly label: string;
  /** Spoken and shown on hover. */
  readonly title: string;
  /** "pair": both byte orders side by side; "wide": each in a line of its own; "single": the order does not matter. */
  readonly shape: "single" | "pair" | "wide";
  /** Names of the two readings, where they are not just byte orders. */
  readonly orders?: readonly [string, string];
  /** Bytes that it must have; kinds of variable length say here what they may look at. */
  readonly minBytes: number;
  readonly maxBytes: number;
  decode(bytes: Uint8Array, littleEndian: boolean): Decoded;
  /** @param old the bytes that are there now, at most maxBytes; the result is never longer. */
  encode(text: string, littleEndian: boolean, old: Uint8Array): Encoded;
}

export const value = (text: string, length: number, note?: string): Decoded =>
  note === undefined ? { ok: true, text, length } : { ok: true, text, length, note };
export const noValue = (problem: string): Decoded => ({ ok: false, problem });
export const encoded = (bytes: readonly number[]): Encoded => ({ ok: true, bytes });
export const refused = (problem: string): Encoded => ({ ok: false, problem });

/** The bytes as one unsigned number. */
export function readUnsigned(bytes: Uint8Array, littleEndian: boolean): bigint {
  const ordered = littleEndian ? [...bytes].reverse() : [...bytes];
  return ordered.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

/** @param number 0 to 256^length - 1. */
export function writeUnsigned(number: bigint, length: number, littleEndian: boolean): number[] {
  const bytes = Array.from({ length }, (_, at) => Number((number >> BigInt(8 * at)) & 0xffn));
  return littleEndian ? bytes : bytes.reverse();
}

/** A whole number as people write them: decimal, 0x, 0o, 0b, a sign, and _ or spaces between digits. */
export function parseWhole(text: string): bigint | undefined {
  const digits = text.replaceAll(/[\s_]/g, "").replace(/^[+-]/, "");
  if (!/^(0x[0-9a-f]+|0o[0-7]+|0b[01]+|[0-9]+)$/i.test(digits)) return undefined;
  const magnitude = BigInt(digits);
  return text.trim().startsWith("-") ? -magnitude : magnitude;
}
