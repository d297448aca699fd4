// What brightness, contrast, inverting, exchanged channels and a table make of colours: the same functions for the preview in
// the page and for the bytes. Levels are 0 to 1. Pure.

export interface Adjustment {
  /** -100 to 100: added, as hundredths of the whole range. */
  readonly brightness: number;
  /** -100 (all grey) to 100 (black and white). */
  readonly contrast: number;
  readonly invert: boolean;
  /** Which of red, green and blue (0, 1, 2) becomes red, green, blue. */
  readonly channels: readonly [number, number, number];
  /** 3 x 256 levels of 255 that take the place of each level, red first; null: none. */
  readonly table: readonly number[] | null;
}

export const NO_ADJUSTMENT: Adjustment = {
  brightness: 0,
  contrast: 0,
  invert: false,
  channels: [0, 1, 2],
  table: null,
};

/** Below this, 100 would be a slope without end. */
const STEEPEST = 0.98;

export function changesNothing({ brightness, contrast, invert, channels, table }: Adjustment): boolean {
  const straight = channels.every((from, to) => from === to);
  return brightness === 0 && contrast === 0 && !invert && straight && table === null;
}

/** What becomes the level of `channel` (0, 1, 2), from the level of the channel that it is taken from. */
export function levelFunction(adjustment: Adjustment, channel: number): (level: number) => number {
  const { brightness, contrast, invert, table } = adjustment;
  const slope = Math.tan(((Math.min(contrast / 100, STEEPEST) + 1) * Math.PI) / 4);
  return (level) => {
    let now = clamped((level + brightness / 100 - 0.5) * slope + 0.5);
    if (invert) now = 1 - now;
    return table === null ? now : throughTable(table, 256 * channel, now);
  };
}

/** The same for levels of 255: 3 x 256 of them, red first. */
export function levelTables(adjustment: Adjustment): Uint8Array {
  const tables = new Uint8Array(768);
  for (let channel = 0; channel < 3; channel += 1) {
    const level = levelFunction(adjustment, channel);
    for (let value = 0; value < 256; value += 1) tables[256 * channel + value] = Math.round(255 * level(value / 255));
  }
  return tables;
}

/** Between two entries of the table, what lies between them. */
function throughTable(table: readonly number[], from: number, level: number): number {
  const place = level * 255;
  const low = Math.floor(place);
  const first = table[from + low] ?? 0;
  const second = table[from + Math.min(255, low + 1)] ?? first;
  return clamped((first + (second - first) * (place - low)) / 255);
}

const clamped = (level: number): number => Math.min(1, Math.max(0, level));

/** Reads a table as people write it: pairs of levels of 255 with "=" between them, straight lines between the pairs, "r", "g"
 *  or "b" before those of one channel: "0=0 128=200 255=255", "r0=255 r255=0". Empty: no table. Undefined: cannot be read. */
export function parseTable(text: string): readonly number[] | null | undefined {
  const words = text.split(/[\s,;]+/).filter((word) => word !== "");
  if (words.length === 0) return null;
  const points = [0, 1, 2].map(() => new Map<number, number>());
  for (const word of words) {
    const parts = /^([rgb]?)(\d{1,3})=(\d{1,3})$/i.exec(word);
    if (parts === null) return undefined;
    const [from, to] = [Number(parts[2]), Number(parts[3])];
    if (from > 255 || to > 255) return undefined;
    const channel = "rgb".indexOf(parts[1]!.toLowerCase());
    points.forEach((of, index) => {
      if (parts[1] === "" || index === channel) of.set(from, to);
    });
  }
  return points.flatMap((of) => (of.size === 0 ? straight : lines(of)));
}

const straight = Array.from({ length: 256 }, (_, level) => level);

/** Before the first point and behind the last, their levels. */
function lines(points: ReadonlyMap<number, number>): number[] {
  const sorted = [...points].sort(([a], [b]) => a - b);
  return straight.map((level) => {
    const next = sorted.findIndex(([from]) => from >= level);
    if (next <= 0) return sorted.at(next)![1];
    const [[left, low], [right, high]] = [sorted[next - 1]!, sorted[next]!];
    return Math.round(low + ((high - low) * (level - left)) / (right - left));
  });
}
