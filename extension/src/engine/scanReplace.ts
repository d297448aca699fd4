// Replace all: finds everything first, then replaces it in slices as one undo step. Memory: 16 bytes for each hit, and what
// the document's edits take. Knows nothing of VS Code.
import type { Needle, ScanOptions } from "../../../native/binding/index";
import { attempt } from "./crossing";
import type { EngineDocument } from "./document";
import { EngineError } from "./engineError";
import { find } from "./scan";

/** Each takes some 200 bytes of memory as an edit. */
export const MOST_REPLACEMENTS = 10_000_000;
/** A slice takes some milliseconds: between two of them others get their turn. */
const SLICE = 8192;

export interface ReplaceOutcome {
  readonly count: number;
  readonly unreadableBytes: number;
}

/** Replaces every match in the range by `bytes`, from the left; matches that overlap the one before are left.
 *  The caller sees to it that nobody else edits meanwhile. After an error or a cancellation nothing has changed.
 *  @throws EngineError "cancelled", "changed": edited meanwhile; "too-large": over MOST_REPLACEMENTS; as find and edits. */
export async function replaceAll(
  document: EngineDocument,
  needle: Needle,
  bytes: Uint8Array,
  options: ScanOptions = {},
): Promise<ReplaceOutcome> {
  const found: Float64Array[] = [];
  const { version } = document;
  const outcome = await find(document, needle, {
    ...options,
    limit: MOST_REPLACEMENTS + 1,
    onHits: (hits) => found.push(hits),
  });
  if (outcome.count > MOST_REPLACEMENTS) {
    throw new EngineError(
      "too-large",
      `There are more than ${MOST_REPLACEMENTS} matches: replace in parts of the file`,
    );
  }
  if (outcome.stale) throw edited(document);
  const before = document.position;
  let expected = version;
  let count = 0;
  let shift = 0;
  document.sealStep();
  document.beginStep();
  let failed = true;
  try {
    for (const ranges of slices(found, outcome.matchLength)) {
      if (document.version !== expected) throw edited(document);
      shift = attempt(() => document.addon.replaceHits(document.native, ranges, bytes, shift));
      expected = document.version;
      count += ranges.length / 2;
      await new Promise((resolve) => setImmediate(resolve));
      if (options.signal?.aborted === true) throw new EngineError("cancelled", "Replacing was cancelled");
    }
    failed = false;
  } finally {
    document.endStep();
    if (failed && document.position > before) document.seek(before);
  }
  return { count, unreadableBytes: outcome.unreadableBytes };
}

function edited(document: EngineDocument): EngineError {
  return new EngineError("changed", "The document was edited meanwhile: nothing was replaced", { path: document.path });
}

/** Flattened ranges that do not overlap, some thousands at a time. @param length 0: hits are ranges already */
function* slices(found: readonly Float64Array[], length: number): Generator<Float64Array> {
  let lastEnd = 0;
  let slice = new Float64Array(2 * SLICE);
  let filled = 0;
  for (const hits of found) {
    for (let i = 0; i < hits.length; i += length === 0 ? 2 : 1) {
      const start = hits[i] ?? 0;
      const end = length === 0 ? (hits[i + 1] ?? 0) : start + length;
      if (start < lastEnd) continue;
      lastEnd = end;
      slice[filled++] = start;
      slice[filled++] = end;
      if (filled < slice.length) continue;
      yield slice;
      slice = new Float64Array(2 * SLICE);
      filled = 0;
    }
  }
  if (filled > 0) yield slice.subarray(0, filled);
}
