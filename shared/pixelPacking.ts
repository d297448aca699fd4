// Pixels on their way into a page, in fewer bytes: every message is copied several times, and compressed where the host is far
// away. Without loss, quick, never much longer than what it packs. Pure.
// Source: "The Quite OK Image Format, Specification Version 1.0", qoiformat.org: its chunks, without header and end mark.

const RUN_LONGEST = 62;
/** Opaque black stands before the first pixel. */
const BEFORE = 0xff000000;

/** @param pixels red in the lowest byte, alpha in the highest */
export function packPixels(pixels: Uint32Array): ArrayBuffer {
  const out = new Uint8Array(pixels.length * 5 + 1);
  const seen = new Uint32Array(64);
  let before = BEFORE;
  let run = 0;
  let to = 0;
  for (let index = 0; index < pixels.length; index += 1) {
    const pixel = pixels[index]!;
    if (pixel === before) {
      run += 1;
      if (run === RUN_LONGEST) {
        out[to++] = 0xc0 | (run - 1);
        run = 0;
      }
      continue;
    }
    if (run > 0) out[to++] = 0xc0 | (run - 1);
    run = 0;
    const [red, green, blue] = [pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255];
    const place = placeOf(pixel);
    if (seen[place] === pixel) out[to++] = place;
    else {
      seen[place] = pixel;
      // Differences wrap around, as they do when they are added again.
      const byRed = signed(red - (before & 255));
      const byGreen = signed(green - ((before >>> 8) & 255));
      const byBlue = signed(blue - ((before >>> 16) & 255));
      const [redToGreen, blueToGreen] = [byRed - byGreen, byBlue - byGreen];
      if (pixel >>> 24 !== before >>> 24) {
        out[to] = 0xff;
        out[to + 1] = red;
        out[to + 2] = green;
        out[to + 3] = blue;
        out[to + 4] = pixel >>> 24;
        to += 5;
      } else if (fits(byRed, 2) && fits(byGreen, 2) && fits(byBlue, 2)) {
        out[to++] = 0x40 | ((byRed + 2) << 4) | ((byGreen + 2) << 2) | (byBlue + 2);
      } else if (fits(byGreen, 32) && fits(redToGreen, 8) && fits(blueToGreen, 8)) {
        out[to++] = 0x80 | (byGreen + 32);
        out[to++] = ((redToGreen + 8) << 4) | (blueToGreen + 8);
      } else {
        out[to] = 0xfe;
        out[to + 1] = red;
        out[to + 2] = green;
        out[to + 3] = blue;
        to += 4;
      }
    }
    before = pixel;
  }
  if (run > 0) out[to++] = 0xc0 | (run - 1);
  return out.buffer.slice(0, to);
}

/** @param count of pixels; those that `packed` lacks are transparent */
export function unpackPixels(packed: ArrayBuffer, count: number): Uint32Array<ArrayBuffer> {
  const bytes = new Uint8Array(packed);
  const pixels = new Uint32Array(count);
  const seen = new Uint32Array(64);
  let pixel = BEFORE;
  for (let at = 0, to = 0; at < bytes.length && to < count;) {
    const tag = bytes[at++]!;
    if (tag >= 0xc0 && tag < 0xfe) {
      const end = Math.min(count, to + (tag & 63) + 1);
      pixels.fill(pixel, to, end);
      to = end;
      continue;
    }
    if (tag < 0x40) pixel = seen[tag]!;
    else {
      if (tag >= 0xfe) {
        const alpha = tag === 0xff ? bytes[at + 3]! << 24 : pixel & 0xff000000;
        pixel = alpha | (bytes[at + 2]! << 16) | (bytes[at + 1]! << 8) | bytes[at]!;
        at += tag === 0xff ? 4 : 3;
      } else if (tag < 0x80) {
        pixel = changed(pixel, ((tag >>> 4) & 3) - 2, ((tag >>> 2) & 3) - 2, (tag & 3) - 2);
      } else {
        const byGreen = (tag & 63) - 32;
        const others = bytes[at++]!;
        pixel = changed(pixel, byGreen + (others >>> 4) - 8, byGreen, byGreen + (others & 15) - 8);
      }
      seen[placeOf(pixel)] = pixel;
    }
    pixels[to++] = pixel;
  }
  return pixels;
}

function placeOf(pixel: number): number {
  return ((pixel & 255) * 3 + ((pixel >>> 8) & 255) * 5 + ((pixel >>> 16) & 255) * 7 + (pixel >>> 24) * 11) & 63;
}

function changed(pixel: number, byRed: number, byGreen: number, byBlue: number): number {
  const red = (pixel + byRed) & 255;
  const green = ((pixel >>> 8) + byGreen) & 255;
  const blue = ((pixel >>> 16) + byBlue) & 255;
  return (pixel & 0xff000000) | (blue << 16) | (green << 8) | red;
}

/** A difference of two bytes, -128 to 127. */
function signed(difference: number): number {
  return (difference << 24) >> 24;
}

function fits(value: number, bound: number): boolean {
  return value >= -bound && value < bound;
}
