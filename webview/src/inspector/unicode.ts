// UTF-8 and UTF-16, one character at a time. Pure; strict: overlong forms, surrogates and values above U+10FFFF are no text.
// Source: The Unicode Standard, chapter 3.9, table 3-7.

export interface DecodedChar {
  readonly codePoint: number;
  /** Bytes that it takes. */
  readonly length: number;
}

/** A text as UTF-8; lone surrogates become U+FFFD. */
export function utf8Bytes(text: string): number[] {
  return [...text].flatMap((char) => {
    const codePoint = char.codePointAt(0) ?? 0;
    return utf8OfCodePoint(isSurrogate(codePoint) ? 0xfffd : codePoint);
  });
}

export function utf8OfCodePoint(codePoint: number): number[] {
  if (codePoint < 0x80) return [codePoint];
  const tail = (shift: number): number => 0x80 | ((codePoint >> shift) & 0x3f);
  if (codePoint < 0x800) return [0xc0 | (codePoint >> 6), tail(0)];
  if (codePoint < 0x10000) return [0xe0 | (codePoint >> 12), tail(6), tail(0)];
  return [0xf0 | (codePoint >> 18), tail(12), tail(6), tail(0)];
}

export function decodeUtf8(bytes: Uint8Array): DecodedChar | undefined {
  const lead = bytes[0];
  if (lead === undefined || (lead >= 0x80 && lead < 0xc2) || lead > 0xf4) return undefined;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (bytes.length < length) return undefined;
  let codePoint = length === 1 ? lead : lead & (0xff >> (length + 1));
  for (let at = 1; at < length; at++) {
    const byte = bytes[at] ?? 0;
    if ((byte & 0xc0) !== 0x80) return undefined;
    codePoint = codePoint * 64 + (byte & 0x3f);
  }
  if (isSurrogate(codePoint) || codePoint > 0x10ffff) return undefined;
  return utf8OfCodePoint(codePoint).length === length ? { codePoint, length } : undefined;
}

export function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): DecodedChar | undefined {
  if (bytes.length < 2) return undefined;
  const unit = (at: number): number => {
    const [first, second] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
    return littleEndian ? first + second * 256 : first * 256 + second;
  };
  const high = unit(0);
  if (!isSurrogate(high)) return { codePoint: high, length: 2 };
  if (high >= 0xdc00 || bytes.length < 4) return undefined;
  const low = unit(2);
  if (low < 0xdc00 || low > 0xdfff) return undefined;
  return { codePoint: 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00), length: 4 };
}

export function utf16OfCodePoint(codePoint: number, littleEndian: boolean): number[] {
  const units =
    codePoint < 0x10000
      ? [codePoint]
      : [0xd800 + Math.floor((codePoint - 0x10000) / 0x400), 0xdc00 + ((codePoint - 0x10000) % 0x400)];
  return units.flatMap((unit) => {
    const pair = [unit % 256, (unit - (unit % 256)) / 256];
    return littleEndian ? pair : pair.reverse();
  });
}

export function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdfff;
}
