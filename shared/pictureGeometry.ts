// Where the pixels of an uncompressed picture stand in its file. Pure; offsets are exact at any size.
import type { ByteRange } from "./byteRange";

export interface PictureGeometry {
  readonly width: number;
  readonly height: number;
  /** The first row of the file is the top one. */
  readonly topDown: boolean;
  readonly bitsPerPixel: number;
  /** Bytes from one row to the next. */
  readonly rowBytes: number;
  /** Offset of the first row. */
  readonly pixels: number;
}

export interface PixelPlace {
  readonly x: number;
  readonly y: number;
}

/** The bytes that hold a pixel; of fewer bits than a byte: the byte. Undefined outside of the picture. */
export function bytesOfPixel(geometry: PictureGeometry, { x, y }: PixelPlace): ByteRange | undefined {
  const { width, height, topDown, bitsPerPixel, rowBytes, pixels } = geometry;
  if (!(x >= 0 && x < width && y >= 0 && y < height)) return undefined;
  const start = pixels + (topDown ? y : height - 1 - y) * rowBytes + Math.floor((x * bitsPerPixel) / 8);
  return { start, end: start + Math.ceil(bitsPerPixel / 8) };
}

/** The first pixel that a byte belongs to; undefined where it belongs to none. */
export function pixelOfByte(geometry: PictureGeometry, offset: number): PixelPlace | undefined {
  const { width, height, topDown, bitsPerPixel, rowBytes, pixels } = geometry;
  if (offset < pixels) return undefined;
  const row = Math.floor((offset - pixels) / rowBytes);
  const x = Math.floor((((offset - pixels) % rowBytes) * 8) / bitsPerPixel);
  if (row >= height || x >= width) return undefined;
  return { x, y: topDown ? row : height - 1 - row };
}

/** Rows of the picture that hold any of these bytes: [first, end) counted from the top; undefined when none does. */
export function rowsOfBytes(geometry: PictureGeometry, { start, end }: ByteRange): ByteRange | undefined {
  const { height, topDown, rowBytes, pixels } = geometry;
  const first = Math.max(0, Math.floor((start - pixels) / rowBytes));
  const stop = Math.min(height, Math.ceil((end - pixels) / rowBytes));
  if (first >= stop) return undefined;
  return topDown ? { start: first, end: stop } : { start: height - stop, end: height - first };
}
