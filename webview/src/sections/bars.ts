// Stretches of a file or of memory as parts of a bar: in proportion, but never too thin to be seen and pressed. Pure.

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface BarPart {
  /** Index of the stretch. */
  readonly index: number;
  /** Of the whole bar, 0 to 100. */
  readonly leftPercent: number;
  readonly widthPercent: number;
}

/** Of a bar some 300 pixels wide or more: two pixels. */
const LEAST_PERCENT = 0.7;

/** @param stretches ascending, without overlaps, not empty. Their gaps count as the rest of the bar does.
 *  @param size where the bar ends */
export function barParts(stretches: readonly Stretch[], size: number): BarPart[] {
  const shares = stretches.map(({ start, end }) => ((end - start) / size) * 100);
  const least = Math.min(LEAST_PERCENT, 100 / Math.max(1, stretches.length));
  const grown = shares.map((share) => Math.max(share, least));
  const tooMuch = grown.reduce((sum, share) => sum + share, 0) - shares.reduce((sum, share) => sum + share, 0);
  const spare = grown.reduce((sum, share) => sum + Math.max(0, share - least), 0) + gapPercent(stretches, size);
  // What the thin ones got is taken from the others, gaps too, in proportion to what they have to give.
  const factor = spare <= 0 ? 0 : Math.max(0, 1 - tooMuch / spare);
  let left = 0;
  let at = 0;
  return stretches.map(({ start, end }, index) => {
    left += ((start - at) / size) * 100 * factor;
    at = end;
    const widthPercent = least + Math.max(0, (grown[index] ?? 0) - least) * factor;
    const part = { index, leftPercent: left, widthPercent };
    left += widthPercent;
    return part;
  });
}

function gapPercent(stretches: readonly Stretch[], size: number): number {
  const covered = stretches.reduce((sum, { start, end }) => sum + (end - start), 0);
  return Math.max(0, ((size - covered) / size) * 100);
}
