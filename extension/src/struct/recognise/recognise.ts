// Which templates fit a file, best first, and why: by the bytes at its magics' places and by its extension. Reads those few
// bytes and nothing else, on the calling thread. Knows no folders and no pickers.
import type { ByteSource } from "../../engine/byteSource";
import type { Magic } from "./magics";
import type { TemplateHead } from "./templateHead";

export interface TemplateMatch<T> {
  readonly template: T;
  /** For people: "89 50 4E 47 at 0x0, extension .png". */
  readonly reason: string;
  /** Good enough to be used without asking. */
  readonly certain: boolean;
}

/** An extension says as much as two and a half bytes: more than the two that any file may begin with, less than three. */
const extensionWeight = 2.5;
const certainWeight = 2;
const shownBytes = 8;

/** @param templates in the order that ties are broken by @param fileName with its extension; folders do not matter */
export function recognise<T extends { readonly head: TemplateHead }>(
  templates: readonly T[],
  fileName: string,
  source: ByteSource,
): TemplateMatch<T>[] {
  const read = cachedReader(source);
  const matches = templates.flatMap((template) => {
    const extension = matchingExtension(template.head, fileName);
    const { held, weight, contradicted } = checkMagics(template.head.magics, source.size, read);
    if (extension === undefined && (held.length === 0 || contradicted)) return [];
    const reasons = contradicted ? [] : held;
    if (extension !== undefined) {
      reasons.push(`extension .${extension}${contradicted ? ", but not the bytes it asks for" : ""}`);
    }
    const score = contradicted ? 0 : weight + (extension === undefined ? 0 : extensionWeight);
    return [{ template, reason: reasons.join(", "), certain: score >= certainWeight, score }];
  });
  return matches
    .sort((a, b) => b.score - a.score)
    .map(({ template, reason, certain }) => ({ template, reason, certain }));
}

function matchingExtension({ extensions }: TemplateHead, fileName: string): string | undefined {
  const name = fileName.toLowerCase();
  return extensions.find((extension) => extension !== "" && name.endsWith(`.${extension}`));
}

type Read = (offset: number, length: number) => Uint8Array | undefined;

function checkMagics(
  magics: readonly Magic[],
  size: number,
  read: Read,
): { readonly held: string[]; readonly weight: number; readonly contradicted: boolean } {
  const held: string[] = [];
  let weight = 0;
  let missed = false;
  for (const { offset, values, required } of magics) {
    const at = offset < 0 ? size + offset : offset;
    const found = read(at, values[0]?.length ?? 0);
    const value = found === undefined ? undefined : values.find((candidate) => isSame(candidate, found));
    if (value !== undefined) {
      held.push(`${hex(value)} at 0x${at.toString(16).toUpperCase()}`);
      weight += value.length;
    } else if (required) missed = true;
  }
  return { held, weight, contradicted: missed || (magics.length > 0 && held.length === 0) };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function hex(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, shownBytes), (byte) => byte.toString(16).toUpperCase().padStart(2, "0"));
  return shown.join(" ") + (bytes.length > shownBytes ? " …" : "");
}

/** Many templates look at the same place. Unreadable bytes match nothing. */
function cachedReader(source: ByteSource): Read {
  const known = new Map<string, Uint8Array | undefined>();
  return (offset, length) => {
    if (offset < 0 || length === 0 || length > source.size - offset) return undefined;
    const key = `${offset}+${length}`;
    if (!known.has(key)) {
      const { bytes, unreadable } = source.readSync(offset, length);
      known.set(key, unreadable.length > 0 ? undefined : new Uint8Array(bytes));
    }
    return known.get(key);
  };
}
