// Offsets and lengths as the command line and edit files take them. Exact; checked against safe integers. Pure.
import { readNumberLiteral } from "./numberLiteral";

export type Parsed = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly message: string };

/** A count of bytes: decimal, 0x hex, suffix K, M, G, T of 1024; never negative. */
export function parseLength(text: string): Parsed {
  const whole = wholeNumber(text.trim());
  if (typeof whole === "string") return { ok: false, message: whole };
  return safe(whole, text);
}

/** An offset as parseLength() reads it; a negative one counts from the end.
 *  @param size bytes, what negative offsets are taken from. */
export function parseOffset(text: string, size: number): Parsed {
  const trimmed = text.trim();
  if (!trimmed.startsWith("-")) return parseLength(trimmed);
  const back = wholeNumber(trimmed.slice(1));
  if (typeof back === "string") return { ok: false, message: back };
  const offset = BigInt(size) - back;
  if (offset < 0n) return { ok: false, message: `${trimmed} is before the start: there are ${size} bytes` };
  return safe(offset, text);
}

function wholeNumber(text: string): bigint | string {
  if (text === "") return "a number is missing";
  const literal = readNumberLiteral(text);
  if (typeof literal === "string") return literal;
  if (literal.length < text.length) return `"${text}" is not a number`;
  const scale = 10n ** BigInt(literal.places);
  const scaled = literal.digits * literal.unit;
  return scaled % scale === 0n ? scaled / scale : `"${text}" is not a whole number of bytes`;
}

function safe(value: bigint, text: string): Parsed {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return { ok: false, message: `${text.trim()} is beyond 2^53 - 1` };
  return { ok: true, value: Number(value) };
}
