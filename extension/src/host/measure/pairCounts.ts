// How often each byte follows each other, and that as brightness. Pure.

export class PairCounts {
  /** 256 rows, by the first byte. */
  readonly counts = new Float64Array(65536);
  bytes = 0;

  add(bytes: Uint8Array): void {
    const { counts } = this;
    for (let at = 1; at < bytes.length; at++) counts[bytes[at - 1]! * 256 + bytes[at]!]! += 1;
    this.bytes += bytes.length;
  }
}

/** 0 for none, 255 for the most frequent; logarithmic, because a few pairs are thousands of times as frequent as others. */
export function pairBrightness(counts: Float64Array): Uint8Array<ArrayBuffer> {
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const scale = most > 0 ? 254 / Math.log1p(most) : 0;
  return Uint8Array.from(counts, (count) => (count === 0 ? 0 : 1 + Math.round(Math.log1p(count) * scale)));
}
