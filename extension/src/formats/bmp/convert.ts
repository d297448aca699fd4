// Colours of pixels that are whole bytes: 8 bits through the palette, 16 to 32 bits through masks, 64 bits fixed point.
// Pure. Source of 64 bits: "Native Pixel Formats Overview" of WIC, Microsoft Learn (s2.13; fixed point is linear scRGB).
import { channelReader } from "./masks";
import type { BmpLayout, PixelMasks } from "./model";
import { ofInks, packed } from "./palette";

/** Reads pixels that stand one behind the other. */
export type Convert = (bytes: Uint8Array, out: Uint32Array) => void;

export function converterOf({ coding, bitsPerPixel, colors }: BmpLayout): Convert {
  switch (coding.kind) {
    case "masked":
      return isPlainBgr(coding.masks, bitsPerPixel) ? bgr : throughMasks(coding.masks, bitsPerPixel / 8);
    case "fixedPoint":
      return fixedPoint;
    case "cmyk":
      return (bytes, out) => {
        for (let index = 0, at = 0; index < out.length; index += 1, at += 4) {
          out[index] = ofInks(bytes[at + 3]!, bytes[at + 2]!, bytes[at + 1]!, bytes[at]!);
        }
      };
    case "indexed":
    case "rle":
    case "huffman":
    case "embedded":
      return (bytes, out) => {
        for (let index = 0; index < out.length; index += 1) out[index] = colors[bytes[index]!]!;
      };
    default:
      return coding satisfies never;
  }
}

function isPlainBgr({ red, green, blue, alpha }: PixelMasks, bitsPerPixel: number): boolean {
  const usual = red.mask === 0xff0000 && green.mask === 0xff00 && blue.mask === 0xff;
  return bitsPerPixel === 24 && usual && alpha.max === 0;
}

const bgr: Convert = (bytes, out) => {
  for (let index = 0, at = 0; index < out.length; index += 1, at += 3) {
    out[index] = 0xff000000 | (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  }
};

function throughMasks(masks: PixelMasks, pixelBytes: number): Convert {
  const red = channelReader(masks.red, 0);
  const green = channelReader(masks.green, 0);
  const blue = channelReader(masks.blue, 0);
  const alpha = channelReader(masks.alpha, 255);
  return (bytes, out) => {
    for (let index = 0, at = 0; index < out.length; index += 1, at += pixelBytes) {
      const low = bytes[at]! | (bytes[at + 1]! << 8);
      const pixel =
        pixelBytes === 2 ? low : low | (bytes[at + 2]! << 16) | (pixelBytes === 4 ? bytes[at + 3]! << 24 : 0);
      out[index] = (alpha(pixel) << 24) | (blue(pixel) << 16) | (green(pixel) << 8) | red(pixel);
    }
  };
}

/** 1.0. */
export const FIXED_ONE = 8192;
/** Level 0 to 255 of each linear value from 0 to 1.0. @see IEC 61966-2-1 */
const sRgbLevels = Uint8Array.from({ length: FIXED_ONE + 1 }, (_, value) => {
  const linear = value / FIXED_ONE;
  return Math.round(255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055));
});

const fixedPoint: Convert = (bytes, out) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = (at: number) => Math.min(FIXED_ONE, Math.max(0, view.getInt16(at, true)));
  for (let index = 0, at = 0; index < out.length; index += 1, at += 8) {
    const alpha = Math.round((value(at + 6) * 255) / FIXED_ONE);
    out[index] = packed(sRgbLevels[value(at + 4)]!, sRgbLevels[value(at + 2)]!, sRgbLevels[value(at)]!, alpha);
  }
};

/** The fixed point number of a level from 0 to 1, the inverse of what is shown. */
export function toLinear(level: number): number {
  return Math.round(FIXED_ONE * (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4));
}
