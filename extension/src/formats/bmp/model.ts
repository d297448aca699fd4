// What a bitmap's headers come to, in one shape for all their versions. Pure data.
// Sources: "Bitmap Storage", BITMAPFILEHEADER, BITMAPCOREHEADER, BITMAPINFOHEADER, BITMAPV4HEADER, BITMAPV5HEADER (Microsoft
// Learn, Windows GDI); BITMAPINFOHEADER2 (OS/2 Presentation Manager Programming Reference).
import type { ByteRange } from "../../../../shared/byteRange";

/** Something in the file that is not as it should be; the picture is shown as far as it goes. */
export interface BmpDefect {
  readonly offset: number;
  readonly message: string;
  /** Pixels lack their bytes because of it. */
  readonly incomplete: boolean;
}

/** Bits of a pixel that hold one channel: (pixel & mask) >>> shift, 0 to max. */
export interface ChannelBits {
  readonly mask: number;
  readonly shift: number;
  readonly max: number;
}

export interface PixelMasks {
  readonly red: ChannelBits;
  readonly green: ChannelBits;
  readonly blue: ChannelBits;
  /** max 0: all pixels are opaque. */
  readonly alpha: ChannelBits;
}

/** How the pixels are held. */
export type BmpCoding =
  /** 1, 2, 4 or 8 bits, an index into the palette. */
  | { readonly kind: "indexed" }
  /** 16, 24 or 32 bits. */
  | { readonly kind: "masked"; readonly masks: PixelMasks }
  /** 64 bits: blue, green, red, alpha, each signed fixed point with 13 bits behind the point; linear light. */
  | { readonly kind: "fixedPoint" }
  /** 32 bits: black, yellow, magenta, cyan. */
  | { readonly kind: "cmyk" }
  | { readonly kind: "rle"; readonly bits: 4 | 8 | 24 }
  /** 1 bit, Modified Huffman. */
  | { readonly kind: "huffman" }
  /** A whole file of that format. */
  | { readonly kind: "embedded"; readonly format: "jpeg" | "png"; readonly range: ByteRange };

export interface BmpLayout {
  /** Of the DIB header as far as it is understood. */
  readonly headerName: string;
  readonly header: ByteRange;
  /** Pixels; 1 to 2^31. */
  readonly width: number;
  readonly height: number;
  /** The first row of the file is the top one. */
  readonly topDown: boolean;
  readonly bitsPerPixel: number;
  readonly coding: BmpCoding;
  /** Pixels or palette are of printing inks: black, yellow, magenta, cyan, as CMYK() of wingdi.h packs them. */
  readonly inks: boolean;
  /** Where the palette stands; empty without one. */
  readonly palette: ByteRange;
  /** 3 or 4: blue, green, red, perhaps one unused. */
  readonly paletteEntryBytes: 3 | 4;
  /** Opaque colours, red in the lowest byte, alpha in the highest; 2^bitsPerPixel of them, black where the file has none. */
  readonly colors: Uint32Array;
  /** First byte of the pixels. */
  readonly pixels: number;
  /** Bytes from one row to the next, a multiple of 4; of no meaning for compressed kinds. */
  readonly rowBytes: number;
  readonly defects: readonly BmpDefect[];
}

/** Bytes from one row to the next: rows end on multiples of 4 bytes.
 *  @see "Calculating Surface Stride", BITMAPINFOHEADER, Microsoft Learn. */
export function rowStride(width: number, bitsPerPixel: number): number {
  return Math.floor((width * bitsPerPixel + 31) / 32) * 4;
}
