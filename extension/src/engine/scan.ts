// The typed face of the scans: each streams what it finds, tells its progress, and ends when its signal is aborted.
// Knows nothing of VS Code. Thread rule: called on one JavaScript thread; the work is done on native threads.
import type { FindOptions, FindOutcome, Needle, ScanOptions, ScanOutcome } from "../../../native/binding/index";
import { attemptAsync } from "./crossing";
import type { EngineDocument } from "./document";
import { loadAddon } from "./loadAddon";

export type { FindOptions, FindOutcome, Needle, ScanOptions, ScanOutcome };

/** Every place that matches, also where matches overlap. Hits arrive through `onHits`, ascending, before this resolves.
 *  @throws EngineError "cancelled", "closed", "io", "invalid-argument", "too-large". */
export function find(document: EngineDocument, needle: Needle, options?: FindOptions): Promise<FindOutcome> {
  return attemptAsync(loadAddon().find(document.native, needle, options));
}
