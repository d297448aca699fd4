// Bytes of any file taken as rows of pixels: what a person chooses, and the formats there are. Pure.

export type RawFormat = keyof typeof RAW_FORMATS;

/** Bits of a pixel, and what they are called. */
export const RAW_FORMATS = {
  grey1: { bits: 1, label: "Grey, 1 bit" },
  grey2: { bits: 2, label: "Grey, 2 bits" },
  grey4: { bits: 4, label: "Grey, 4 bits" },
  grey8: { bits: 8, label: "Grey, 8 bits" },
  grey16: { bits: 16, label: "Grey, 16 bits" },
  rgb565: { bits: 16, label: "RGB 565" },
  bgr565: { bits: 16, label: "BGR 565" },
  rgb555: { bits: 16, label: "RGB 555" },
  rgb888: { bits: 24, label: "RGB 888" },
  bgr888: { bits: 24, label: "BGR 888" },
  rgba8888: { bits: 32, label: "RGBA 8888" },
  bgra8888: { bits: 32, label: "BGRA 8888" },
  rgbx8888: { bits: 32, label: "RGBx 8888" },
  bgrx8888: { bits: 32, label: "BGRx 8888" },
} as const satisfies Readonly<Record<string, { readonly bits: number; readonly label: string }>>;

export interface RawPixels {
  readonly format: RawFormat;
  /** Pixels; 1 to MAX_RAW_WIDTH. */
  readonly width: number;
  /** Bytes from one row to the next; may be less than a row has, then rows overlap: how one looks for a width. */
  readonly rowBytes: number;
  /** Of the first pixel. */
  readonly offset: number;
}

/** No picture that people look for in a dump is wider. */
export const MAX_RAW_WIDTH = 2 ** 20;

/** Bytes of a row without padding. */
export function packedRowBytes(format: RawFormat, width: number): number {
  return Math.ceil((width * RAW_FORMATS[format].bits) / 8);
}
