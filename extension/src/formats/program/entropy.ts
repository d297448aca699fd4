// How random the bytes of each section are: 0 bits a byte for one value, 8 for noise (compressed, encrypted). Counted by the
// engine in all threads, holes without reading. Sections that claim the same bytes again and again are not counted again.
import type { ByteRange } from "../../../../shared/byteRange";
import type { EngineDocument } from "../../engine/document";
import { stats } from "../../engine/scan";

/** @returns for each section; null where it has no bytes, or where the sections claim more bytes than the file has */
export async function sectionEntropies(
  document: EngineDocument,
  sections: readonly { readonly fileRange: ByteRange }[],
  signal?: AbortSignal,
): Promise<(number | null)[]> {
  let left = document.size;
  const known = new Map<string, number>();
  const entropies: (number | null)[] = [];
  for (const { fileRange } of sections) {
    const { start, end } = fileRange;
    const key = `${start}-${end}`;
    let entropy = known.get(key);
    if (entropy === undefined && end > start && end - start <= left) {
      left -= end - start;
      const outcome = await stats(document, {
        from: start,
        to: end,
        buckets: 1,
        ...(signal !== undefined && { signal }),
      });
      entropy = outcome.entropy[0] ?? 0;
      known.set(key, entropy);
    }
    entropies.push(entropy ?? null);
  }
  return entropies;
}
