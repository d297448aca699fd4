// The typed face of one native operation: every element of a region through tables, as one undo step. Knows nothing of pixels.
// Thread rule: called on the document's own thread; the work is done on native threads.
import type { ElementField, ElementMap, ElementRows, LongCall } from "../../../native/binding/index";
import { attemptAsync } from "./crossing";
import type { EngineDocument } from "./document";

export type { ElementField, ElementMap, ElementRows };

/** The caller sees to it that nobody edits meanwhile. After an error the document is as before.
 *  @throws EngineError "busy": edited meanwhile; "io": unreadable bytes; "no-space", "out-of-range", "too-large", "cancelled". */
export async function mapElements(
  document: EngineDocument,
  rows: ElementRows,
  map: ElementMap,
  call?: LongCall,
): Promise<void> {
  await attemptAsync(document.addon.mapElements(document.native, rows, map, call));
}
