// Colour channels cut out of a pixel by masks of any width, scaled so that the largest value is exactly 255.
// Pure. Source: BI_BITFIELDS in BITMAPINFOHEADER and BITMAPV4HEADER, Microsoft Learn.
import type { ChannelBits, PixelMasks } from "./model";

const ABSENT: ChannelBits = { mask: 0, shift: 0, max: 0 };
/** Above this many values a table costs more than dividing. */
const TABLE_MAX = 0xffff;

/** @param mask 32 bits, without sign. Gaps between its bits stay in the value, as if they were bits that are never set. */
export function channelBits(mask: number): ChannelBits {
  if (mask === 0) return ABSENT;
  const shift = 31 - Math.clz32(mask & -mask);
  return { mask, shift, max: mask >>> shift };
}

export function pixelMasks(red: number, green: number, blue: number, alpha: number): PixelMasks {
  return { red: channelBits(red), green: channelBits(green), blue: channelBits(blue), alpha: channelBits(alpha) };
}

/** 5 bits each for 16 bits a pixel, 8 bits each for 24 and 32. */
export function defaultMasks(bitsPerPixel: number, alpha = 0): PixelMasks {
  return bitsPerPixel === 16
    ? pixelMasks(0x7c00, 0x03e0, 0x001f, alpha)
    : pixelMasks(0xff0000, 0x00ff00, 0x0000ff, alpha);
}

/** 0 to max becomes 0 to 255, rounded. */
export function scaled(value: number, max: number): number {
  return max === 0 ? 0 : Math.round((value * 255) / max);
}

/** What a pixel's bits say of one channel, 0 to 255. */
export function channelReader({ mask, shift, max }: ChannelBits, absent: number): (pixel: number) => number {
  if (max === 0) return () => absent;
  if (max > TABLE_MAX) return (pixel) => scaled((pixel & mask) >>> shift, max);
  const table = Uint8Array.from({ length: max + 1 }, (_, value) => scaled(value, max));
  return (pixel) => table[(pixel & mask) >>> shift]!;
}

/** The bits of a channel whose value is `level` of 255: the inverse of channelReader() as near as its width allows. */
export function channelToBits({ shift, max }: ChannelBits, level: number): number {
  return (Math.round((level * max) / 255) << shift) >>> 0;
}
