// The colours that indices stand for. Pure but for one read.
// Source: RGBTRIPLE and RGBQUAD, Microsoft Learn: blue, green, red, and a fourth byte that is reserved.
import type { ByteSource } from "../../engine/byteSource";

const OPAQUE_BLACK = 0xff000000;

/** 2^bits colours as model.ts holds them; those that the file does not have are black. */
export function readPalette(
  source: ByteSource,
  offset: number,
  count: number,
  entryBytes: 3 | 4,
  bits: number,
  inks: boolean,
): Uint32Array {
  const colors = new Uint32Array(2 ** bits).fill(OPAQUE_BLACK);
  if (count === 0) return colors;
  const bytes = new Uint8Array(source.readSync(offset, count * entryBytes).bytes);
  for (let index = 0; (index + 1) * entryBytes <= bytes.length; index += 1) {
    const at = index * entryBytes;
    colors[index] = inks
      ? ofInks(bytes[at + 3]!, bytes[at + 2]!, bytes[at + 1]!, bytes[at]!)
      : packed(bytes[at + 2]!, bytes[at + 1]!, bytes[at]!, 255);
  }
  return colors;
}

/** As ImageData holds a pixel on a little-endian machine, which all are that VS Code runs on. */
export function packed(red: number, green: number, blue: number, alpha: number): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Each ink takes its share of the light: plain arithmetic, for no printer's inks in particular. */
export function ofInks(cyan: number, magenta: number, yellow: number, black: number): number {
  const light = (ink: number) => Math.round(((255 - ink) * (255 - black)) / 255);
  return packed(light(cyan), light(magenta), light(yellow), 255);
}

/** Black, yellow, magenta, cyan: with as much black as there can be. The inverse of ofInks(). */
export function toInks(red: number, green: number, blue: number): [number, number, number, number] {
  const most = Math.max(red, green, blue);
  const ink = (level: number) => (most === 0 ? 0 : Math.round((255 * (most - level)) / most));
  return [255 - most, ink(blue), ink(green), ink(red)];
}

/** Of equally near ones the first. */
export function nearestIndex(colors: Uint32Array, red: number, green: number, blue: number): number {
  let nearest = 0;
  let least = Infinity;
  colors.forEach((color, index) => {
    const apart =
      ((color & 255) - red) ** 2 + (((color >>> 8) & 255) - green) ** 2 + (((color >>> 16) & 255) - blue) ** 2;
    if (apart >= least) return;
    least = apart;
    nearest = index;
  });
  return nearest;
}
