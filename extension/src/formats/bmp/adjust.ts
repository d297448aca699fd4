// What an adjustment of a rectangle of pixels comes to in the file: rows of elements, and the tables that they go through.
// Pure. Uncompressed kinds only.
import { changesNothing, levelFunction, type Adjustment } from "../../../../shared/adjustment";
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";
import type { ElementField, ElementMap, ElementRows } from "../../engine/mapElements";
import { FIXED_ONE, toLinear } from "./convert";
import type { BmpLayout, ChannelBits, PixelMasks } from "./model";
import { nearestIndex } from "./palette";

export interface AdjustPlan {
  readonly rows: ElementRows;
  readonly map: ElementMap;
}

export interface PixelArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Undefined: nothing changes. The area is cut to the picture, and to the rows that the file has whole.
 *  @throws EngineError "unsupported": compressed, or channels that no table fits. */
export function adjustPlan(
  source: ByteSource,
  layout: BmpLayout,
  area: PixelArea,
  adjustment: Adjustment,
): AdjustPlan | undefined {
  const map = elementMap(layout, adjustment);
  const rows = elementRows(source, layout, area);
  return rows === undefined || changesNothing(adjustment) ? undefined : { rows, map };
}

function elementRows(source: ByteSource, layout: BmpLayout, area: PixelArea): ElementRows | undefined {
  const { width, height, topDown, pixels, rowBytes, bitsPerPixel } = layout;
  const right = Math.min(width, area.x + area.width);
  const bottom = Math.min(height, area.y + area.height);
  if (area.x >= right || area.y >= bottom) return undefined;
  const first = Math.floor((area.x * bitsPerPixel) / 8);
  const end = Math.ceil((right * bitsPerPixel) / 8);
  // As the file orders them.
  const from = topDown ? area.y : height - bottom;
  const offset = pixels + from * rowBytes + first;
  const held = Math.floor((source.size - offset - (end - first)) / rowBytes) + 1;
  const rows = Math.min(bottom - area.y, held);
  if (rows <= 0) return undefined;
  if (rows > 1 && end - first > rowBytes) {
    throw new EngineError("unsupported", "Rows that overlap can't be adjusted: make them as long as they are wide.");
  }
  return {
    offset,
    rows,
    rowStride: rowBytes,
    rowBytes: end - first,
    firstMask: 0xff >>> ((area.x * bitsPerPixel) % 8),
    lastMask: (0xff << (end * 8 - right * bitsPerPixel)) & 0xff,
  };
}

function elementMap(layout: BmpLayout, adjustment: Adjustment): ElementMap {
  const { coding, bitsPerPixel } = layout;
  switch (coding.kind) {
    case "indexed":
      return {
        elementBytes: 1,
        fields: [{ from: 0, bits: 8, to: 0, toBits: 8, table: indexTable(layout, adjustment) }],
      };
    case "masked":
      return { elementBytes: bitsPerPixel / 8, fields: maskedFields(coding.masks, adjustment) };
    case "fixedPoint":
      return { elementBytes: 8, fields: fixedFields(adjustment) };
    case "cmyk":
      throw new EngineError("unsupported", "Colours of printing inks can't be adjusted.");
    case "rle":
    case "huffman":
    case "embedded":
      throw new EngineError("unsupported", "Pixels of a compressed picture can't be adjusted.");
    default:
      return coding satisfies never;
  }
}

/** Of whole bytes: each pixel in them becomes the nearest of the palette to what its colour becomes. */
function indexTable({ colors, bitsPerPixel }: BmpLayout, adjustment: Adjustment): Uint16Array {
  const levels = [0, 1, 2].map((channel) => levelFunction(adjustment, channel));
  const indices = Array.from(colors, (color) => {
    const old = [color & 255, (color >>> 8) & 255, (color >>> 16) & 255];
    const now = levels.map((level, channel) => Math.round(255 * level(old[adjustment.channels[channel]!]! / 255)));
    return nearestIndex(colors, now[0]!, now[1]!, now[2]!);
  });
  const top = 2 ** bitsPerPixel - 1;
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let now = 0;
    for (let shift = 0; shift < 8; shift += bitsPerPixel) now |= indices[(byte >>> shift) & top]! << shift;
    return now;
  });
}

function maskedFields(masks: PixelMasks, adjustment: Adjustment): ElementField[] {
  const channels = [masks.red, masks.green, masks.blue];
  // One channel for all three: grey.
  if (channels.every(({ mask }) => mask === masks.red.mask)) {
    return [tableField(masks.green, masks.green, levelFunction({ ...adjustment, channels: [0, 1, 2] }, 1))];
  }
  if ((masks.red.mask & masks.green.mask) !== 0 || ((masks.red.mask | masks.green.mask) & masks.blue.mask) !== 0) {
    throw new EngineError("unsupported", "Colours whose bits overlap can't be adjusted.");
  }
  return channels.flatMap((to, channel) => {
    const from = channels[adjustment.channels[channel]!]!;
    return to.max === 0 || from.max === 0 ? [] : [tableField(from, to, levelFunction(adjustment, channel))];
  });
}

function tableField(from: ChannelBits, to: ChannelBits, level: (level: number) => number): ElementField {
  const [bits, toBits] = [widthOf(from), widthOf(to)];
  const table = Uint16Array.from({ length: 2 ** bits }, (_, value) => Math.round(to.max * level(value / from.max)));
  return { from: from.shift, bits, to: to.shift, toBits, table };
}

function widthOf({ max }: ChannelBits): number {
  const bits = 32 - Math.clz32(max);
  if (bits > 16 || (max & (max + 1)) !== 0) {
    throw new EngineError("unsupported", "Colours of more than 16 bits, or with gaps between them, can't be adjusted.");
  }
  return bits;
}

/** Blue, green, red; alpha stays. Levels are those of the screen, as in all other kinds. */
function fixedFields(adjustment: Adjustment): ElementField[] {
  return [2, 1, 0].map((channel, place) => {
    const level = levelFunction(adjustment, channel);
    // Light beyond black and white is shown as those.
    const shown = Uint16Array.from({ length: FIXED_ONE + 1 }, (_, value) => {
      const linear = value / FIXED_ONE;
      return toLinear(level(linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055));
    });
    const table = new Uint16Array(65536).fill(shown[FIXED_ONE]!, FIXED_ONE, 32768).fill(shown[0]!, 32768);
    table.set(shown);
    return { from: 16 * (2 - adjustment.channels[channel]!), bits: 16, to: 16 * place, toBits: 16, table };
  });
}
