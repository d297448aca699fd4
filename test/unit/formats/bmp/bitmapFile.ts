// Bitmaps made by hand, field by field, for kinds that no program writes and for files that are wrong.

export interface BitmapFields {
  readonly headerBytes?: number;
  readonly width?: number;
  /** As in the file: negative is top-down. */
  readonly height?: number;
  readonly planes?: number;
  readonly bits?: number;
  readonly compression?: number;
  readonly imageBytes?: number;
  readonly colorsUsed?: number;
  /** Written behind a header of 40 bytes, else into the header. */
  readonly masks?: readonly number[];
  /** Blue, green, red, and 0 where the header is not the core one. */
  readonly palette?: readonly (readonly [number, number, number])[];
  readonly pixelOffset?: number;
  readonly fileBytes?: number;
  /** Behind the palette. */
  readonly data: Uint8Array;
}

export function bitmapFile(fields: BitmapFields): Uint8Array {
  const headerBytes = fields.headerBytes ?? 40;
  const masks = fields.masks ?? [];
  const behind = headerBytes === 40 ? masks.length * 4 : 0;
  const entry = headerBytes === 12 ? 3 : 4;
  const palette = fields.palette ?? [];
  const computed = 14 + headerBytes + behind + palette.length * entry;
  const file = new Uint8Array(computed + fields.data.length);
  const view = new DataView(file.buffer);
  const header = new DataView(new ArrayBuffer(Math.max(headerBytes, 124)));
  view.setUint16(0, 0x4d42, true);
  view.setUint32(2, fields.fileBytes ?? file.length, true);
  view.setUint32(10, fields.pixelOffset ?? computed, true);
  header.setUint32(0, headerBytes, true);
  if (headerBytes === 12) {
    header.setUint16(4, fields.width ?? 1, true);
    header.setUint16(6, fields.height ?? 1, true);
    header.setUint16(8, fields.planes ?? 1, true);
    header.setUint16(10, fields.bits ?? 24, true);
  } else {
    header.setInt32(4, fields.width ?? 1, true);
    header.setInt32(8, fields.height ?? 1, true);
    header.setUint16(12, fields.planes ?? 1, true);
    header.setUint16(14, fields.bits ?? 24, true);
    header.setUint32(16, fields.compression ?? 0, true);
    header.setUint32(20, fields.imageBytes ?? 0, true);
    header.setUint32(32, fields.colorsUsed ?? 0, true);
    if (headerBytes > 40) masks.forEach((mask, index) => header.setUint32(40 + 4 * index, mask, true));
  }
  file.set(new Uint8Array(header.buffer, 0, headerBytes), 14);
  if (headerBytes === 40) masks.forEach((mask, index) => view.setUint32(54 + 4 * index, mask, true));
  palette.forEach((color, index) => file.set(color, 14 + headerBytes + behind + index * entry));
  file.set(fields.data, computed);
  return file;
}

/** Rows as a file holds them: bits of each pixel from the left, padded to 4 bytes. */
export function packedRows(
  width: number,
  height: number,
  bits: number,
  topDown: boolean,
  value: (x: number, y: number) => number,
): Uint8Array {
  const rowBytes = 4 * Math.ceil((width * bits) / 32);
  const data = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y += 1) {
    const row = (topDown ? y : height - 1 - y) * rowBytes;
    for (let x = 0; x < width; x += 1) {
      const pixel = value(x, y);
      if (bits < 8) {
        const at = row + Math.floor((x * bits) / 8);
        data[at]! |= pixel << (8 - bits - ((x * bits) % 8));
      } else {
        for (let byte = 0; byte < bits / 8; byte += 1) {
          data[row + (x * bits) / 8 + byte] = Math.floor(pixel / 256 ** byte) % 256;
        }
      }
    }
  }
  return data;
}

/** Small and repeatable. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export const rgba = (red: number, green: number, blue: number, alpha = 255): number =>
  ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
