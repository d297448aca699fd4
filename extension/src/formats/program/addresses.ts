// From segments with addresses of 64 bits, and the sections that stand in them, to the spans of an AddressMap: relative to one
// base, because numbers are exact to 2^53. Bounded, whatever the tables say. Pure.
import type { AddressSpan } from "../../../../shared/addressMap";
import type { ByteRange } from "../../../../shared/byteRange";

/** A program spans less; a kernel may have one segment at 0 and the others at the top of 64 bits. */
const MAX_REACH = 1n << 52n;
const MAX_SPANS = 20_000;
/** Looks at sections, of all segments together: hostile ones claim the same addresses again and again. */
const MAX_LOOKS = 2_000_000;

/** A stretch of memory, and of the file that fills its beginning. */
export interface LoadedRange {
  readonly name: string;
  readonly address: bigint;
  readonly length: bigint;
  readonly offset: number;
  readonly fileLength: number;
}

/** A part of a segment that has a name of its own. `offset`: undefined where the file gives nothing. */
export interface NamedPart {
  readonly name: string;
  readonly address: bigint;
  readonly length: bigint;
  readonly offset: number | undefined;
}

export interface Addresses {
  readonly base: bigint;
  readonly spans: readonly AddressSpan[];
  /** Indexes of those that lie too far from the others. */
  readonly far: readonly number[];
}

/** What is there of [offset, offset + length) in a file of this size. */
export function fileRange(offset: bigint, length: bigint, size: number): ByteRange {
  const end = BigInt(size);
  const start = offset < end ? offset : end;
  return { start: Number(start), end: Number(length < end - start ? start + length : end) };
}

/** Address 0 + what is relative to it. The base is the lowest address near the largest range. */
export function layAddresses(ranges: readonly LoadedRange[], parts: readonly NamedPart[]): Addresses {
  const largest = ranges.reduce<LoadedRange | undefined>(
    (a, b) => (a === undefined || b.length > a.length ? b : a),
    undefined,
  );
  if (largest === undefined) return { base: 0n, spans: [], far: [] };
  const near = (range: LoadedRange): boolean => {
    const distance =
      range.address > largest.address ? range.address - largest.address : largest.address - range.address;
    return distance < MAX_REACH / 4n && range.length < MAX_REACH / 4n;
  };
  const far = ranges.flatMap((range, index) => (near(range) ? [] : [index]));
  const kept = ranges.filter(near);
  const base = kept.reduce((least, { address }) => (address < least ? address : least), largest.address);
  const sorted = [...parts].sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  const spans: AddressSpan[] = [];
  const left = { looks: MAX_LOOKS };
  for (const range of kept) {
    for (const span of cut(range, sorted, base, MAX_SPANS - spans.length, left)) spans.push(span);
  }
  return { base, spans, far };
}

/** The parts of a segment that sections name, and what is left between them. */
function cut(
  range: LoadedRange,
  parts: readonly NamedPart[],
  base: bigint,
  limit: number,
  left: { looks: number },
): AddressSpan[] {
  const rangeEnd = range.address + range.length;
  const spans: AddressSpan[] = [];
  let at = range.address;
  const add = (name: string, end: bigint): void => {
    if (end <= at) return;
    const into = Number(at - range.address);
    const length = Number(end - at);
    const fileLength = Math.max(0, Math.min(length, range.fileLength - into));
    spans.push({
      name,
      rva: Number(at - base),
      length,
      offset: range.offset + Math.min(into, range.fileLength),
      fileLength,
    });
    at = end;
  };
  for (
    let index = firstFrom(parts, range.address);
    index < parts.length && spans.length < limit && left.looks-- > 0;
    index++
  ) {
    const part = parts[index];
    if (part === undefined || part.address >= rangeEnd) break;
    if (part.length === 0n || part.address < at || part.address + part.length > rangeEnd || !agrees(range, part))
      continue;
    add(range.name, part.address);
    add(part.name, part.address + part.length);
  }
  add(range.name, rangeEnd);
  return spans;
}

/** Whether file and memory of a section lie to each other as the segment says. */
export function agrees(range: LoadedRange, { offset, address }: NamedPart): boolean {
  return offset === undefined || BigInt(offset) - BigInt(range.offset) === address - range.address;
}

function firstFrom(parts: readonly NamedPart[], address: bigint): number {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((parts[middle]?.address ?? 0n) < address) low = middle + 1;
    else high = middle;
  }
  return low;
}
