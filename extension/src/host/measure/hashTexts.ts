// Sums as text: lines as coreutils print and check them, and what an expected value that a person pastes may be. Pure.

/** Lower-case hex by the algorithm's name. */
export type Digests = ReadonlyMap<string, string>;

/** By the count of hex digits; the usual first. Of checksums only what was computed is compared. */
const BY_DIGITS: Readonly<Record<number, readonly string[]>> = {
  32: ["md5"],
  40: ["sha1"],
  56: ["sha224", "sha3-224"],
  64: ["sha256", "sha3-256", "blake3", "blake2s256", "sha512-256"],
  96: ["sha384", "sha3-384"],
  128: ["sha512", "sha3-512", "blake2b512"],
};

export interface Expected {
  readonly hex: string;
  /** Named by the line that it came in. */
  readonly tag?: string;
}

/** Understands bare hex (also in groups), `<hex>  <file>`, `<hex> *<file>` and `SHA256 (<file>) = <hex>`. */
export function parseExpected(text: string): Expected | undefined {
  const line = text.trim();
  const tagged = /^\\?([A-Za-z0-9-]+) ?\(.*\) ?= ?([0-9a-f]+)$/i.exec(line);
  if (tagged?.[1] !== undefined && tagged[2] !== undefined) return { hex: tagged[2].toLowerCase(), tag: tagged[1] };
  const grouped = line.replace(/^0x/i, "").replace(/[\s:-]/g, "");
  if (/^[0-9a-f]{2,}$/i.test(grouped)) return { hex: grouped.toLowerCase() };
  const first = /^\\?([0-9a-f]{8,})\s+\*?\S/i.exec(line)?.[1];
  return first === undefined ? undefined : { hex: first.toLowerCase() };
}

export function fittingAlgorithms({ hex, tag }: Expected): readonly string[] {
  const fitting = BY_DIGITS[hex.length] ?? [];
  const named = tag === undefined ? undefined : fitting.find((name) => plain(name) === plain(tag));
  return named === undefined ? fitting : [named];
}

export type Judged =
  | { readonly kind: "empty" }
  | { readonly kind: "malformed"; readonly digits: number }
  | { readonly kind: "same"; readonly names: readonly string[] }
  | { readonly kind: "different"; readonly names: readonly string[] }
  /** It may be one of these, which are yet to be computed. */
  | { readonly kind: "unknown"; readonly names: readonly string[] };

export function judgeExpected(text: string, digests: Digests): Judged {
  if (text.trim() === "") return { kind: "empty" };
  const expected = parseExpected(text);
  if (expected === undefined) return { kind: "malformed", digits: 0 };
  const { hex } = expected;
  const same = [...digests].filter(([, sum]) => sum === hex).map(([name]) => name);
  if (same.length > 0) return { kind: "same", names: same };
  const open = fittingAlgorithms(expected).filter((name) => !digests.has(name));
  if (open.length > 0) return { kind: "unknown", names: open };
  const compared = [...digests].filter(([, sum]) => sum.length === hex.length).map(([name]) => name);
  return compared.length > 0 ? { kind: "different", names: compared } : { kind: "malformed", digits: hex.length };
}

/** Of one algorithm as sha256sum prints, of several with the algorithm's tag (`cksum --tag`); both are what `--check` reads. */
export function sumLines(digests: Digests, file: string): string {
  const special = /[\\\n\r]/.test(file);
  const name = file.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  const mark = special ? "\\" : "";
  return [...digests]
    .map(([algorithm, sum]) =>
      digests.size === 1 ? `${mark}${sum}  ${name}\n` : `${mark}${algorithm.toUpperCase()} (${name}) = ${sum}\n`,
    )
    .join("");
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
