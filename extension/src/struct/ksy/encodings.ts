// The names of encodings that the language calls canonical; other spellings of them work and are warned of, as are names that
// mean nothing.
// @see KSY style guide, "Encoding name".
import { isKnownEncoding } from "../reader/text";
import type { Keys, Problems } from "./reading";

export const canonicalEncodings: readonly string[] = [
  ...["ASCII", "UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"],
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16].map((part) => `ISO-8859-${part}`),
  ...[1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map((page) => `windows-${page}`),
  ...["IBM437", "IBM866", "Shift_JIS", "Big5", "EUC-KR"],
];

const squeezed = (name: string): string => name.toLowerCase().replace(/[-_ ]/g, "");
const canonical = new Map(canonicalEncodings.map((name) => [squeezed(name), name]));
for (const [alias, name] of [
  ["usascii", "ASCII"],
  ["latin1", "ISO-8859-1"],
  ["cp437", "IBM437"],
  ["cp866", "IBM866"],
  ["sjis", "Shift_JIS"],
] as const)
  canonical.set(alias, name);

/** @param keys of a field or of `meta` */
export function warnOfEncoding(problems: Problems, keys: Keys): void {
  const name = keys.text("encoding");
  if (name === undefined) return;
  const better = canonical.get(squeezed(name));
  const warn = (message: string): void => {
    problems.add("warning", message, keys.placeOf("encoding"));
  };
  if (!isKnownEncoding(name)) warn(`unknown encoding: '${name}'`);
  else if (better !== undefined && better !== name)
    warn(`use canonical encoding name \`${better}\` instead of \`${name}\``);
}
