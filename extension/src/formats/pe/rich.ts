// Which tools of Microsoft made the parts of an image: the header between the DOS stub and the PE header that ends with "Rich".
// Microsoft does not document it; its layout, and that its key is a checksum, is common knowledge. Pure over PagedBytes.
import type { PagedBytes } from "../program/pagedBytes";

/** "DanS" and "Rich", little-endian. */
const BEGIN = 0x536e6144;
const END = 0x68636952;
const MAX_BYTES = 4096;
/** The field of the DOS header that is left out of the checksum: written later. */
const LFANEW_OFFSET = 0x3c;

export interface RichHeader {
  readonly offset: number;
  readonly length: number;
  readonly key: number;
  /** The key is the checksum of the DOS header and of the entries: nobody changed them. */
  readonly valid: boolean;
  readonly entries: readonly { readonly tool: number; readonly build: number; readonly count: number }[];
}

export function readRich(bytes: PagedBytes, peOffset: number): RichHeader | undefined {
  const length = Math.min(peOffset, MAX_BYTES) - (Math.min(peOffset, MAX_BYTES) % 4);
  const view = bytes.record(0, length);
  if (view === undefined) return undefined;
  const word = (at: number): number => view.getUint32(at, true);
  let end = length - 8;
  while (end >= 64 && word(end) !== END) end -= 4;
  if (end < 64) return undefined;
  const key = word(end + 4);
  let start = end - 16;
  while (start >= 64 && (word(start) ^ key) >>> 0 !== BEGIN) start -= 4;
  if (start < 64) return undefined;
  const entries = [];
  for (let at = start + 16; at + 8 <= end; at += 8) {
    const id = (word(at) ^ key) >>> 0;
    entries.push({ tool: id >>> 16, build: id & 0xffff, count: (word(at + 4) ^ key) >>> 0 });
  }
  return { offset: start, length: end + 8 - start, key, valid: checksum(view, start, entries) === key, entries };
}

function checksum(view: DataView, start: number, entries: RichHeader["entries"]): number {
  let sum = start;
  for (let at = 0; at < start; at++) {
    if (at < LFANEW_OFFSET || at >= LFANEW_OFFSET + 4) sum = (sum + rotated(view.getUint8(at), at)) >>> 0;
  }
  for (const { tool, build, count } of entries) sum = (sum + rotated(((tool << 16) | build) >>> 0, count)) >>> 0;
  return sum;
}

function rotated(value: number, by: number): number {
  const places = by % 32;
  return places === 0 ? value : ((value << places) | (value >>> (32 - places))) >>> 0;
}
