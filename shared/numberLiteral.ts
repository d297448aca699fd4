// One number as people write it in offsets and lengths: decimal, 0x1F00 or 1F00h, underscores between digits, and a suffix
// K, M, G, T of 1024. Exact, of any size. Pure; knows neither signs nor limits.

/** A number at the start of a text; a fraction is kept as digits / 10^places. */
export interface NumberLiteral {
  readonly digits: bigint;
  /** Decimal places: 0 for whole numbers. */
  readonly places: number;
  /** 1, or the power of 1024 that the suffix names. */
  readonly unit: bigint;
  /** Characters taken from the text. */
  readonly length: number;
}

const UNITS: Readonly<Record<string, bigint>> = { "": 1n, k: 1n << 10n, m: 1n << 20n, g: 1n << 30n, t: 1n << 40n };

const HEX_WITH_PREFIX = /^0x([0-9a-f]+(?:_[0-9a-f]+)*)/i;
const HEX_WITH_SUFFIX = /^([0-9][0-9a-f]*(?:_[0-9a-f]+)*)h(?![0-9a-z_])/i;
const DECIMAL = /^([0-9]+(?:_[0-9]+)*)(?:\.([0-9]+))?/;
const UNIT = /^([kmgt])(?:i?b)?(?![0-9a-z_])/i;
const WORD = /^[0-9a-z_.]+/i;

/** Reads the number that `text` starts with. A string says why there is none. */
export function readNumberLiteral(text: string): NumberLiteral | string {
  const hex = HEX_WITH_PREFIX.exec(text) ?? HEX_WITH_SUFFIX.exec(text);
  if (hex !== null) return withUnit(text, BigInt(`0x${withoutSeparators(hex[1])}`), 0, hex[0].length);
  const decimal = DECIMAL.exec(text);
  if (decimal === null) return `"${wordAt(text)}" is not a number`;
  const fraction = decimal[2] ?? "";
  return withUnit(text, BigInt(withoutSeparators(decimal[1]) + fraction), fraction.length, decimal[0].length);
}

function withUnit(text: string, digits: bigint, places: number, length: number): NumberLiteral | string {
  const rest = text.slice(length);
  const suffix = UNIT.exec(rest);
  const end = length + (suffix?.[0].length ?? 0);
  if (/^[0-9a-z_.]/i.test(text.slice(end))) return `"${wordAt(text)}" is not a number${hexHint(wordAt(text))}`;
  return { digits, places, unit: UNITS[suffix?.[1]?.toLowerCase() ?? ""] ?? 1n, length: end };
}

function withoutSeparators(digits: string | undefined): string {
  return (digits ?? "").replaceAll("_", "");
}

function wordAt(text: string): string {
  return WORD.exec(text)?.[0] ?? text.slice(0, 1);
}

function hexHint(word: string): string {
  return /^[0-9a-f_]+$/i.test(word) ? `; hex is written 0x${word} or ${word}h` : "";
}
