// Which section a stretch of the file belongs to, as the hue that the bars of the view of sections give it. Pure.
import type { RegionRow } from "../../../shared/sectionsProtocol";

/** Colours that there are; each of these many sections has one of its own. */
export const HUES = 6;

export interface Band {
  readonly start: number;
  readonly end: number;
  /** Class of its colour. */
  readonly look: string;
}

/** "" for what is nothing of the program's. */
export function lookOf({ kind, section }: RegionRow): string {
  switch (kind) {
    case "section":
    case "headers":
    case "symbols":
    case "certificates":
      return section === undefined ? "plain" : `hue${section % HUES}`;
    case "overlay":
      return "overlay";
    case "gap":
      return "";
    default:
      return kind satisfies never;
  }
}

/** Index of the region that has this byte, or of the first one behind it. */
export function regionAt(regions: readonly RegionRow[], offset: number): number {
  let low = 0;
  let high = regions.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((regions[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What of [start, end) has a colour. */
export function bandsIn(regions: readonly RegionRow[], start: number, end: number): Band[] {
  const bands: Band[] = [];
  for (let index = regionAt(regions, start); index < regions.length; index++) {
    const region = regions[index];
    if (region === undefined || region.start >= end) break;
    const look = lookOf(region);
    if (look !== "") bands.push({ start: Math.max(start, region.start), end: Math.min(end, region.end), look });
  }
  return bands;
}

/** The whole file on a strip of `height` lines, equal neighbours joined. @param offsetAt of a line */
export function bandLines(regions: readonly RegionRow[], height: number, offsetAt: (line: number) => number): Band[] {
  const bands: { start: number; end: number; look: string }[] = [];
  for (let line = 0; line < height; line++) {
    const region = regions[regionAt(regions, offsetAt(line))];
    const look = region === undefined ? "" : lookOf(region);
    const last = bands.at(-1);
    if (last?.look === look) last.end = line + 1;
    else bands.push({ start: line, end: line + 1, look });
  }
  return bands.filter(({ look }) => look !== "");
}
