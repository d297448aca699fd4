// The scans that work without the addon: finding what is written out (bytes, wildcards, text, numbers), counting bytes, reading
// into memory of one's own. On the calling thread, a window at a time, with room for others in between. No Node needed.
import type * as Addon from "../../../../native/binding/index";
import type {
  FindOptions,
  ChecksumsOutcome,
  FindOutcome,
  Needle,
  ScanOptions,
  StatsOptions,
  StatsOutcome,
} from "../../../../native/binding/index";
import { EngineError } from "../engineError";
import type { NativeAddon } from "../nativeAddon";
import { CHECKSUMS, makeChecksum } from "./plainChecksum";
import { matcherOf } from "./plainMatcher";
import { PlainDocument } from "./plainDocument";
import { checkCancelled } from "./store";

/** Some milliseconds of work. */
const WINDOW_BYTES = 1024 * 1024;

interface ScanWindow {
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly unreadable: Float64Array;
}

/** The range in windows, each with `overlap` bytes of the next one. */
async function* windows(
  document: PlainDocument,
  { from = 0, to = document.size, onProgress, signal }: ScanOptions,
  overlap: number,
): AsyncGenerator<ScanWindow> {
  const end = Math.min(to, document.size);
  for (let at = from; at < end; at += WINDOW_BYTES) {
    checkCancelled({ ...(signal && { signal }) });
    const length = Math.min(WINDOW_BYTES + overlap, end - at);
    const { bytes, unreadable } = await document.read(at, length);
    yield { offset: at, bytes: new Uint8Array(bytes), unreadable };
    onProgress?.(Math.min(at + WINDOW_BYTES, end) - from, end - from);
    // A read from memory gives nobody else a turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Counts unreadable bytes once, also where windows overlap. */
function unreadableIn({ offset, unreadable }: ScanWindow): number {
  let sum = 0;
  for (let i = 0; i < unreadable.length; i += 2) {
    sum += Math.max(0, Math.min(unreadable[i + 1]!, offset + WINDOW_BYTES) - unreadable[i]!);
  }
  return sum;
}

export async function findPlain(
  document: PlainDocument,
  needle: Needle,
  options: FindOptions = {},
): Promise<FindOutcome> {
  const { version } = document;
  const matcher = matcherOf(needle);
  const { limit = Infinity, onHits } = options;
  let count = 0;
  let unreadableBytes = 0;
  for await (const window of windows(document, options, matcher.length - 1)) {
    const { offset, bytes, unreadable } = window;
    unreadableBytes += unreadableIn(window);
    const hits: number[] = [];
    const last = Math.min(bytes.length - matcher.length, WINDOW_BYTES - 1);
    for (let at = matcher.next(bytes, 0, offset); at >= 0 && at <= last; at = matcher.next(bytes, at + 1, offset)) {
      if (touches(unreadable, offset + at, offset + at + matcher.length)) continue;
      hits.push(offset + at);
      if (count + hits.length >= limit) break;
    }
    count += hits.length;
    if (hits.length > 0) onHits?.(Float64Array.from(hits));
    if (count >= limit) break;
  }
  const stale = document.version !== version;
  return { version, stale, unreadableBytes, count, truncated: count >= limit, matchLength: matcher.length };
}

function touches(ranges: Float64Array, start: number, end: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) if (ranges[i]! < end && start < ranges[i + 1]!) return true;
  return false;
}

export async function statsPlain(document: PlainDocument, options: StatsOptions = {}): Promise<StatsOutcome> {
  const { version } = document;
  const { from = 0, to = document.size, buckets = 1 } = options;
  if (!(Number.isInteger(buckets) && buckets >= 1 && buckets <= 1_000_000)) {
    throw new EngineError("invalid-argument", "buckets must be a whole number from 1 to 1000000");
  }
  const end = Math.max(from, Math.min(to, document.size));
  const counts = new Float64Array(256);
  const entropy = new Float64Array(buckets);
  let unreadableBytes = 0;
  let bucket = 0;
  const borderOf = (index: number): number => from + Math.floor(((end - from) * index) / buckets);
  let own = new Float64Array(256);
  const closeBucket = (): void => {
    entropy[bucket] = entropyOf(own);
    for (let value = 0; value < 256; value++) counts[value]! += own[value]!;
    own = new Float64Array(256);
    bucket += 1;
  };
  for await (const window of windows(document, options, 0)) {
    unreadableBytes += unreadableIn(window);
    const { bytes, offset, unreadable } = window;
    for (let at = 0; at < bytes.length;) {
      const stop = Math.min(bytes.length, borderOf(bucket + 1) - offset);
      for (; at < stop; at++) own[bytes[at]!]! += 1;
      if (at + offset >= borderOf(bucket + 1)) closeBucket();
    }
    for (let i = 0; i < unreadable.length; i += 2) own[0]! -= unreadable[i + 1]! - unreadable[i]!;
  }
  while (bucket < buckets) closeBucket();
  return { version, stale: document.version !== version, unreadableBytes, counts, entropy };
}

function entropyOf(counts: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + Math.max(count, 0), 0);
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / total) * Math.log2(count / total);
  return bits;
}

async function checksumsPlain(
  document: PlainDocument,
  names: readonly string[],
  options: ScanOptions = {},
): Promise<ChecksumsOutcome> {
  const { version } = document;
  const sums = await Promise.all(names.map(makeChecksum));
  for await (const { bytes, unreadable } of windows(document, options, 0)) {
    if (document.version !== version) throw new EngineError("changed", "edited while it was read");
    const [offset] = unreadable;
    if (offset !== undefined) throw new EngineError("io", `bytes at offset ${offset} cannot be read`, { offset });
    for (const sum of sums) sum.update(bytes);
  }
  return { version, stale: false, unreadableBytes: 0, sums: sums.map((sum) => sum.digest("hex")) };
}

export async function readIntoPlain(document: PlainDocument, offset: number, bytes: Uint8Array) {
  const window = await document.read(offset, bytes.length);
  bytes.set(new Uint8Array(window.bytes));
  return { length: window.bytes.byteLength, version: window.version, unreadable: window.unreadable };
}

/** As the addon's replaceHits(). */
export function replaceHitsPlain(
  document: PlainDocument,
  ranges: Float64Array,
  bytes: Uint8Array,
  shift: number,
): number {
  let moved = shift;
  for (let i = 0; i < ranges.length; i += 2) {
    const start = ranges[i]! + moved;
    const length = ranges[i + 1]! - ranges[i]!;
    if (bytes.length === length) document.overwrite(start, bytes);
    else {
      document.erase(start, length);
      document.insert(start, bytes);
    }
    moved += bytes.length - length;
  }
  return moved;
}

/** Of documents that PlainDocument is behind, wherever their bytes are. */
export const plainScans = {
  find: (document: Addon.NativeDocument, needle: Addon.Needle, options?: Addon.FindOptions) =>
    findPlain(plain(document), needle, options),
  stats: (document: Addon.NativeDocument, options?: Addon.StatsOptions) => statsPlain(plain(document), options),
  readInto: (document: Addon.NativeDocument, offset: number, bytes: Uint8Array) =>
    readIntoPlain(plain(document), offset, bytes),
  replaceHits: (document: Addon.NativeDocument, ranges: Float64Array, bytes: Uint8Array, shift: number) =>
    replaceHitsPlain(plain(document), ranges, bytes, shift),
  checksums: (document: Addon.NativeDocument, names: readonly string[], options?: Addon.ScanOptions) =>
    checksumsPlain(plain(document), names, options),
  unsavedDifferences: (document: Addon.NativeDocument) => plain(document).differences(),
  checksumNames: () => Object.keys(CHECKSUMS),
} satisfies Partial<NativeAddon>;

function plain(document: Addon.NativeDocument): PlainDocument {
  if (document instanceof PlainDocument) return document;
  throw new EngineError("invalid-argument", "document must be one of the plain engine");
}
