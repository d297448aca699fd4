// Walks a range of a document as windows of bytes and runs of zeros: holes are named, never read. Keeps one window in flight
// ahead of the caller.
import type { ByteWindow } from "../extension/src/engine/byteSource";
import type { EngineDocument } from "../extension/src/engine/document";
import { EngineError } from "../extension/src/engine/engineError";
import type { ByteRange } from "../shared/byteRange";

export type Stretch =
  | { readonly kind: "bytes"; readonly range: ByteRange; readonly window: ByteWindow }
  | { readonly kind: "zeros"; readonly range: ByteRange };

const WINDOW_BYTES = 1024 * 1024;
const EXTENTS_AT_ONCE = 1024;

/** In order, without gaps. @throws EngineError "cancelled"; "vanished" when the file ends earlier than it did. */
export async function* stretches(
  document: EngineDocument,
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Stretch> {
  let ahead: { range: ByteRange; window: Promise<ByteWindow> } | undefined;
  for (const step of plan(document, range)) {
    if (signal.aborted) throw new EngineError("cancelled", `Cancelled at offset ${step.range.start}`);
    const next = step.stored ? { range: step.range, window: readExactly(document, step.range) } : undefined;
    // Whether or not anybody gets to await it: a failure is told once, by the one who does.
    next?.window.catch(() => undefined);
    if (ahead !== undefined) yield { kind: "bytes", range: ahead.range, window: await ahead.window };
    if (next === undefined) yield { kind: "zeros", range: step.range };
    ahead = next;
  }
  if (ahead !== undefined) yield { kind: "bytes", range: ahead.range, window: await ahead.window };
}

interface Step {
  readonly stored: boolean;
  readonly range: ByteRange;
}

function* plan(document: EngineDocument, { start, end }: ByteRange): Generator<Step> {
  let at = start;
  while (at < end) {
    const extents = document.extents(at, end, EXTENTS_AT_ONCE);
    for (const extent of extents) {
      if (extent.start > at) yield { stored: false, range: { start: at, end: extent.start } };
      for (at = extent.start; at < extent.end;) {
        const windowEnd = Math.min(extent.end, at + WINDOW_BYTES);
        yield { stored: true, range: { start: at, end: windowEnd } };
        at = windowEnd;
      }
    }
    if (extents.length < EXTENTS_AT_ONCE && at < end) {
      yield { stored: false, range: { start: at, end } };
      at = end;
    }
  }
}

async function readExactly(document: EngineDocument, { start, end }: ByteRange): Promise<ByteWindow> {
  const window = await document.read(start, end - start);
  if (window.bytes.byteLength < end - start) {
    const offset = start + window.bytes.byteLength;
    throw new EngineError("vanished", `${document.path} ends at offset ${offset} now`, { offset, path: document.path });
  }
  return window;
}
