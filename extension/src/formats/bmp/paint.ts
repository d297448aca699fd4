// The bytes that give pixels a colour: what a pencil, a line or a rectangle comes to in the file; and an entry of the palette
// another one. Pixels of uncompressed kinds only.
import type { PaintColor } from "../../../../shared/pixelsProtocol";
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";
import { FIXED_ONE, toLinear } from "./convert";
import { channelToBits } from "./masks";
import type { BmpLayout } from "./model";
import { nearestIndex, toInks } from "./palette";

/** Pixels [x, end) of row y. */
export interface PixelSpan {
  readonly y: number;
  readonly x: number;
  readonly end: number;
}

/** `pattern`, repeated, takes the place of `length` bytes. */
export interface PixelEdit {
  readonly offset: number;
  readonly length: number;
  readonly pattern: Uint8Array<ArrayBuffer>;
}

/** Spans are cut to the picture and to what the file has of it. @throws EngineError "unsupported": compressed. */
export function paintEdits(
  source: ByteSource,
  layout: BmpLayout,
  paint: PaintColor,
  spans: readonly PixelSpan[],
): PixelEdit[] {
  const { width, height, topDown, pixels, rowBytes, bitsPerPixel } = layout;
  const value = pixelBytes(layout, paint);
  const edits: PixelEdit[] = [];
  const partial: PartialBytes = new Map();
  for (const { y, x, end } of spans) {
    const left = Math.max(0, x);
    const right = Math.min(width, end);
    if (left >= right || y < 0 || y >= height) continue;
    const row = pixels + (topDown ? y : height - 1 - y) * rowBytes;
    // The file does not grow: nor is a pixel written that it holds a part of.
    const held = Math.floor(((source.size - row) * 8) / bitsPerPixel);
    const stop = Math.min(right, held);
    if (left >= stop) continue;
    if (bitsPerPixel >= 8) {
      const length = ((stop - left) * bitsPerPixel) / 8;
      edits.push({ offset: row + (left * bitsPerPixel) / 8, length, pattern: value });
    } else packedEdits(row, left, stop, bitsPerPixel, value[0]!, edits, partial);
  }
  return partial.size === 0 ? edits : [...partialEdits(source, partial, bitsPerPixel, value[0]!), ...edits];
}

/** By offset, which bits of a byte are painted: spans that share a byte paint it once, from what it held before all of them. */
type PartialBytes = Map<number, number>;

/** Several pixels to a byte: whole bytes become edits, the bytes at both ends are noted in `partial`. */
function packedEdits(
  row: number,
  left: number,
  right: number,
  bits: number,
  value: number,
  edits: PixelEdit[],
  partial: PartialBytes,
): void {
  const perByte = 8 / bits;
  const mixed = (byte: number, from: number, to: number) => {
    const painted = (0xff >>> (from * bits)) & (0xff << (8 - to * bits)) & 0xff;
    partial.set(row + byte, (partial.get(row + byte) ?? 0) | painted);
  };
  const first = Math.floor(left / perByte);
  const last = Math.floor((right - 1) / perByte);
  const from = left - first * perByte;
  const to = right - last * perByte;
  const wholeFrom = from === 0 ? first : first + 1;
  const wholeTo = to === perByte ? last + 1 : last;
  if (wholeFrom < wholeTo) {
    const pattern = Uint8Array.of(wholeByte(bits, value));
    edits.push({ offset: row + wholeFrom, length: wholeTo - wholeFrom, pattern });
  }
  if (first === last && (from > 0 || to < perByte)) return mixed(first, from, to);
  if (from > 0) mixed(first, from, perByte);
  if (to < perByte) mixed(last, 0, to);
}

/** Applied before bytes that are painted whole, which may be the same ones: those have no pixel left to keep. */
function partialEdits(source: ByteSource, partial: PartialBytes, bits: number, value: number): PixelEdit[] {
  const whole = wholeByte(bits, value);
  return [...partial].map(([offset, painted]) => {
    const old = new Uint8Array(source.readSync(offset, 1).bytes)[0] ?? 0;
    return { offset, length: 1, pattern: Uint8Array.of((old & ~painted) | (whole & painted)) };
  });
}

/** A byte of nothing but pixels of this value. */
function wholeByte(bits: number, value: number): number {
  let whole = 0;
  for (let at = 0; at < 8; at += bits) whole = (whole << bits) | value;
  return whole;
}

/** Of one pixel; of less than a byte: its value. */
function pixelBytes(
  { coding, colors, bitsPerPixel }: BmpLayout,
  { color, index }: PaintColor,
): Uint8Array<ArrayBuffer> {
  const [red, green, blue, alpha] = [color & 255, (color >>> 8) & 255, (color >>> 16) & 255, color >>> 24];
  switch (coding.kind) {
    case "indexed":
      return Uint8Array.of(index === undefined ? nearestIndex(colors, red, green, blue) : index % colors.length);
    case "masked": {
      const { masks } = coding;
      // One channel for all three is grey, as light as the colour. @see ITU-R BT.601
      const grey = masks.red.mask === masks.green.mask ? 0.299 * red + 0.587 * green + 0.114 * blue : undefined;
      const bits =
        (channelToBits(masks.red, grey ?? red) |
          channelToBits(masks.green, grey ?? green) |
          channelToBits(masks.blue, grey ?? blue) |
          channelToBits(masks.alpha, alpha)) >>>
        0;
      return Uint8Array.from({ length: bitsPerPixel / 8 }, (_, at) => Math.floor(bits / 256 ** at) % 256);
    }
    case "fixedPoint": {
      const values = [
        ...[blue, green, red].map((level) => toLinear(level / 255)),
        Math.round((alpha * FIXED_ONE) / 255),
      ];
      return Uint8Array.from(values.flatMap((value) => [value % 256, Math.floor(value / 256)]));
    }
    case "cmyk":
      return Uint8Array.from(toInks(red, green, blue));
    case "rle":
    case "huffman":
    case "embedded":
      throw new EngineError("unsupported", "pixels of a compressed picture can't be painted");
    default:
      return coding satisfies never;
  }
}

/** Blue, green and red of an entry; what else it has stays. @throws EngineError "out-of-range": the file has no such entry. */
export function paletteEdit({ palette, paletteEntryBytes }: BmpLayout, index: number, color: number): PixelEdit {
  const offset = palette.start + index * paletteEntryBytes;
  if (offset + paletteEntryBytes > palette.end) {
    throw new EngineError("out-of-range", `The file's palette has no entry ${index}.`, { offset: palette.end });
  }
  return { offset, length: 3, pattern: Uint8Array.of((color >>> 16) & 255, (color >>> 8) & 255, color & 255) };
}
