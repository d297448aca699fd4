// The bytes of the documents in webview tests: computed from the offset, so that a document may have 2^53 - 1 of them.

export function patternByte(offset: number): number {
  const low = offset % 2 ** 32;
  const high = (offset - low) / 2 ** 32;
  let mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = (mixed ^ (mixed >>> 13)) >>> 0;
  // A zero now and then, as in real files.
  return mixed % 11 === 0 ? 0 : (mixed >>> 8) % 256;
}

export function patternHex(offset: number): string {
  return patternByte(offset).toString(16).toUpperCase().padStart(2, "0");
}
