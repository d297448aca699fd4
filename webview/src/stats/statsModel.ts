// Statistics of a range as figures, heights of bars and ranges to zoom into. Pure.
import { formatExactBytes } from "../../../shared/formatNumber";
import type { ByteRange } from "../../../shared/byteRange";
import type { StatsOfRange } from "../../../shared/measureProtocol";

/** Below this the entropy of buckets tells nothing any more. */
export const LEAST_ZOOM_BYTES = 16;

export interface Figure {
  readonly name: string;
  readonly value: string;
}

/** Bits for each byte of the whole range. */
export function entropyOf(counts: readonly number[]): number {
  const total = sum(counts);
  return counts.reduce((bits, count) => (count === 0 ? bits : bits - (count / total) * Math.log2(count / total)), 0);
}

export function figures({ start, end, counts, unreadableBytes }: StatsOfRange): readonly Figure[] {
  const total = sum(counts);
  const share = (from: number, to: number): string => percent(sum(counts.slice(from, to)) / Math.max(1, total));
  const most = counts.indexOf(Math.max(...counts));
  const mean = counts.reduce((all, count, byte) => all + count * byte, 0) / Math.max(1, total);
  const expected = total / 256;
  const chiSquare = counts.reduce((all, count) => all + (count - expected) ** 2 / Math.max(expected, 1e-9), 0);
  return [
    { name: "Range", value: `${hex(start)} – ${hex(end - 1)}` },
    { name: "Length", value: formatExactBytes(end - start) },
    { name: "Entropy", value: `${entropyOf(counts).toFixed(4)} bits of 8` },
    { name: "Different bytes", value: `${counts.filter((count) => count > 0).length} of 256` },
    { name: "Most frequent", value: `${byteName(most)}, ${percent((counts[most] ?? 0) / Math.max(1, total))}` },
    { name: "Mean", value: mean.toFixed(2) },
    { name: "Chi-square", value: `${chiSquare.toFixed(1)} (255 for random bytes)` },
    { name: "Zeros", value: share(0, 1) },
    { name: "Printable ASCII", value: share(0x20, 0x7f) },
    { name: "From 80 on", value: share(0x80, 256) },
    ...(unreadableBytes > 0 ? [{ name: "Unreadable", value: formatExactBytes(unreadableBytes) }] : []),
  ];
}

/** 0 to 1; by logarithm small counts beside large ones can be seen. */
export function barHeights(counts: readonly number[], logarithmic: boolean): readonly number[] {
  const scale = (count: number): number => (logarithmic ? Math.log1p(count) : count);
  const most = Math.max(...counts.map(scale), 1e-9);
  return counts.map((count) => scale(count) / most);
}

export function bucketRange({ start, end, entropy }: StatsOfRange, index: number): ByteRange {
  // As the engine divides: to one byte, without a product beyond 2^53.
  const at = (part: number): number => start + Number((BigInt(end - start) * BigInt(part)) / BigInt(entropy.length));
  return { start: at(index), end: at(index + 1) };
}

/** Half of the range, around `offset`; undefined when it would be too short. */
export function zoomedIn({ start, end }: ByteRange, offset: number): ByteRange | undefined {
  const length = Math.floor((end - start) / 2);
  if (length < LEAST_ZOOM_BYTES) return undefined;
  const from = Math.min(end - length, Math.max(start, offset - Math.floor(length / 2)));
  return { start: from, end: from + length };
}

/** Twice the range, within `whole`. */
export function zoomedOut({ start, end }: ByteRange, whole: ByteRange): ByteRange {
  const length = Math.min(whole.end - whole.start, (end - start) * 2);
  const from = Math.max(whole.start, Math.min(whole.end - length, start - Math.floor((length - (end - start)) / 2)));
  return { start: from, end: from + length };
}

export function byteName(byte: number): string {
  const code = byte.toString(16).toUpperCase().padStart(2, "0");
  return byte > 0x20 && byte < 0x7f ? `${code} “${String.fromCharCode(byte)}”` : code;
}

export function hex(offset: number): string {
  return `0x${offset.toString(16).toUpperCase()}`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.001 ? 4 : 2)} %`;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
