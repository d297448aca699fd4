// What an adjustment would make of pixels that are on screen: of tiles, before anything of the document changes. Pure.
import { levelTables, type Adjustment } from "../../../shared/adjustment";
import type { TileRequest } from "../../../shared/pictureTiles";

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Changes the pixels of a tile (red, green, blue, alpha; not multiplied) whose middles lie in the area. */
export function adjustTile(
  pixels: Uint32Array,
  { x, y, width, step }: TileRequest,
  area: Area,
  adjusted: (color: number) => number,
): void {
  const columns = Math.ceil(width / step);
  const middle = (step - 1) / 2;
  const from = Math.max(0, Math.ceil((area.x - x - middle) / step));
  const to = Math.min(columns, Math.ceil((area.x + area.width - x - middle) / step));
  const top = Math.max(0, Math.ceil((area.y - y - middle) / step));
  const bottom = Math.min(Math.floor(pixels.length / columns), Math.ceil((area.y + area.height - y - middle) / step));
  for (let row = top; row < bottom; row += 1) {
    for (let at = row * columns + from; at < row * columns + to; at += 1) pixels[at] = adjusted(pixels[at]!);
  }
}

/** @param palette the only colours that there are; empty: any. */
export function colorFunction(adjustment: Adjustment, palette: readonly number[]): (color: number) => number {
  const tables = levelTables(adjustment);
  const [red, green, blue] = adjustment.channels.map((from) => 8 * from) as [number, number, number];
  const any = (color: number): number =>
    ((color & 0xff000000) |
      (tables[512 + ((color >>> blue) & 255)]! << 16) |
      (tables[256 + ((color >>> green) & 255)]! << 8) |
      tables[(color >>> red) & 255]!) >>>
    0;
  if (palette.length === 0) return any;
  const known = new Map<number, number>();
  return (color) => {
    let now = known.get(color);
    if (now === undefined) known.set(color, (now = nearest(palette, any(color))));
    return now;
  };
}

/** As the host chooses it: of equally near ones the first. */
function nearest(palette: readonly number[], color: number): number {
  let found = color;
  let least = Infinity;
  for (const one of palette) {
    const apart =
      ((one & 255) - (color & 255)) ** 2 +
      (((one >>> 8) & 255) - ((color >>> 8) & 255)) ** 2 +
      (((one >>> 16) & 255) - ((color >>> 16) & 255)) ** 2;
    if (apart >= least) continue;
    least = apart;
    found = one;
  }
  return found;
}
