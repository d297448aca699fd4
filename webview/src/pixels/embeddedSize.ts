// How large a PNG or JPEG file says its picture is, before a browser unpacks it. Pure.
// Source: PNG specification, "IHDR Image header"; ITU-T T.81, B.1.1 and B.2.2. Between segments a JPEG decoder looks for the next
// marker over bytes that are none, and so does this.

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Of the file; undefined behind its end. */
export type ByteAt = (offset: number) => number | undefined;

const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IHDR = 0x49484452;
/** Of a JPEG file, before its frame: notes, colours and a small picture. */
const MAX_HEAD_BYTES = 16 * 1024 * 1024;

/** By what the file is, whatever it is said to be. Undefined: it does not say. */
export function embeddedSize(at: ByteAt): PictureSize | undefined {
  const size = PNG_START.every((byte, index) => at(index) === byte) ? pngSize(at) : jpegSize(at);
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
}

function pngSize(at: ByteAt): PictureSize | undefined {
  if (number(at, 12, 4) !== IHDR) return undefined;
  return sizeOf(number(at, 16, 4), number(at, 20, 4));
}

function jpegSize(at: ByteAt): PictureSize | undefined {
  if (number(at, 0, 2) !== 0xffd8) return undefined;
  for (let offset = 2; offset < MAX_HEAD_BYTES;) {
    const byte = at(offset);
    const marker = at(offset + 1);
    if (byte === undefined || marker === undefined) return undefined;
    // 0xFF may be repeated in front of a marker; 0 behind it makes it none.
    if (byte !== 0xff || marker === 0xff || marker === 0) offset += 1;
    else if (isFrame(marker)) return sizeOf(number(at, offset + 7, 2), number(at, offset + 5, 2));
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) offset += 2;
    else {
      const length = number(at, offset + 2, 2);
      // Pixels, or the end, and no frame before them.
      if (marker === 0xda || marker === 0xd9 || length === undefined || length < 2) return undefined;
      offset += 2 + length;
    }
  }
  return undefined;
}

/** SOF0 to SOF15: DHT, JPG and DAC stand between them. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

const sizeOf = (width: number | undefined, height: number | undefined): PictureSize | undefined =>
  width === undefined || height === undefined ? undefined : { width, height };

/** The highest byte first. */
function number(at: ByteAt, offset: number, length: number): number | undefined {
  let value = 0;
  for (let index = 0; index < length; index += 1) {
    const byte = at(offset + index);
    if (byte === undefined) return undefined;
    value = value * 256 + byte;
  }
  return value;
}
