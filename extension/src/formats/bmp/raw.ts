// Bytes of any file as rows of pixels: the layout that a person says they have, in the shape that headers come to.
// Pure. Names of formats give their channels from the lowest address or, of 16 bits, from the highest bit on.
import { MAX_PICTURE_SIDE } from "../../../../shared/pixelsProtocol";
import { RAW_FORMATS, type RawFormat, type RawPixels } from "../../../../shared/rawPixels";
import { pixelMasks } from "./masks";
import type { BmpCoding, BmpLayout } from "./model";
import { packed } from "./palette";

/** @param size bytes of the file; rows go on to its end, the last one perhaps cut. */
export function rawLayout({ format, width, rowBytes, offset }: RawPixels, size: number): BmpLayout {
  const { bits, label } = RAW_FORMATS[format];
  const pixels = Math.min(offset, size);
  const rows = Math.ceil((size - pixels) / rowBytes);
  return {
    headerName: label,
    header: { start: 0, end: 0 },
    width,
    height: Math.min(MAX_PICTURE_SIDE, Math.max(1, rows)),
    topDown: true,
    bitsPerPixel: bits,
    coding: codingOf(format),
    inks: false,
    palette: { start: 0, end: 0 },
    paletteEntryBytes: 4,
    colors: bits <= 8 ? greys(bits) : new Uint32Array(0),
    pixels,
    rowBytes,
    defects: [],
  };
}

function codingOf(format: RawFormat): BmpCoding {
  switch (format) {
    case "grey1":
    case "grey2":
    case "grey4":
    case "grey8":
      return { kind: "indexed" };
    case "grey16":
      return masked(0xffff, 0xffff, 0xffff, 0);
    case "rgb565":
      return masked(0xf800, 0x07e0, 0x001f, 0);
    case "bgr565":
      return masked(0x001f, 0x07e0, 0xf800, 0);
    case "rgb555":
      return masked(0x7c00, 0x03e0, 0x001f, 0);
    case "rgb888":
    case "rgbx8888":
      return masked(0xff, 0xff00, 0xff0000, 0);
    case "bgr888":
    case "bgrx8888":
      return masked(0xff0000, 0xff00, 0xff, 0);
    case "rgba8888":
      return masked(0xff, 0xff00, 0xff0000, 0xff000000);
    case "bgra8888":
      return masked(0xff0000, 0xff00, 0xff, 0xff000000);
    default:
      return format satisfies never;
  }
}

function masked(red: number, green: number, blue: number, alpha: number): BmpCoding {
  return { kind: "masked", masks: pixelMasks(red, green, blue, alpha) };
}

function greys(bits: number): Uint32Array {
  const top = 2 ** bits - 1;
  return Uint32Array.from({ length: top + 1 }, (_, value) => {
    const level = Math.round((255 * value) / top);
    return packed(level, level, level, 255);
  });
}
