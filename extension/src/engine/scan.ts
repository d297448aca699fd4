// The typed face of the scans: each streams what it finds, tells its progress, and ends when its signal is aborted.
// Knows nothing of VS Code. Thread rule: called on one JavaScript thread; the work is done on native threads.
import type {
  DiffOptions,
  DiffOutcome,
  FindOptions,
  FindOutcome,
  Needle,
  ScanOptions,
  ScanOutcome,
  StatsOptions,
  StatsOutcome,
  StringsOptions,
  StringsOutcome,
  TextKind,
} from "../../../native/binding/index";
import { attempt, attemptAsync } from "./crossing";
import type { EngineDocument } from "./document";

export type {
  DiffOptions,
  DiffOutcome,
  FindOptions,
  FindOutcome,
  Needle,
  ScanOptions,
  ScanOutcome,
  StatsOptions,
  StatsOutcome,
  StringsOptions,
  StringsOutcome,
  TextKind,
};

/** Every place that matches, also where matches overlap; of a pattern one after the other from the left. Hits arrive through
 *  `onHits`, ascending, before this resolves. @throws EngineError "cancelled", "closed", "io", "invalid-argument", "too-large". */
export function find(document: EngineDocument, needle: Needle, options?: FindOptions): Promise<FindOutcome> {
  return attemptAsync(document.addon.find(document.native, needle, options));
}

/** How often each byte occurs, and the entropy of equal parts. Holes are counted, not read. */
export function stats(document: EngineDocument, options?: StatsOptions): Promise<StatsOutcome> {
  return attemptAsync(document.addon.stats(document.native, options));
}

/** Stretches of text in all the encodings, in one pass; triples (start, end, index of the encoding) arrive through `onStrings`,
 *  ascending, before this resolves. */
export function strings(
  document: EngineDocument,
  encodings: readonly TextKind[],
  options?: StringsOptions,
): Promise<StringsOutcome> {
  return attemptAsync(document.addon.strings(document.native, encodings, options));
}

/** What was changed, inserted and deleted from one document to the other; fours arrive through `onDifferences`, ascending,
 *  before this resolves. */
export function diff(document: EngineDocument, other: EngineDocument, options?: DiffOptions): Promise<DiffOutcome> {
  return attemptAsync(document.addon.diff(document.native, other.native, options));
}

/** What the unsaved edits make of the file, as `diff` tells it but from the edits alone: what was overwritten with the same bytes
 *  counts. @throws EngineError "unsupported": old bytes stand in another order than in the file. */
export function unsavedDifferences(document: EngineDocument): Float64Array {
  return attempt(() => document.addon.unsavedDifferences(document.native));
}
