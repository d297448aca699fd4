// How long the rows of a picture are that stands somewhere in a file: rows resemble their neighbours, so bytes differ least from
// those a row further on. Pure. Looks at no more than SAMPLE_BYTES, whatever the file's size.

/** Enough for some 30 rows of the longest. */
export const SAMPLE_BYTES = 256 * 1024;
/** Shorter rows than this are what any repetition looks like. */
const LEAST_ROW_BYTES = 16;
const MOST_ROW_BYTES = 16_384;
/** Pairs of bytes that are compared for each length. */
const PAIRS = 4096;
/** A multiple of the true length fits as well; it counts only where it fits so much better. */
const MULTIPLE_MUST_BE = 0.8;

/** Bytes from row to row, the likeliest first, at most `limit`; none where no length stands out.
 *  @param step rows are multiples of so many bytes: those of a pixel. */
export function guessRowBytes(bytes: Uint8Array, step: number, limit: number): number[] {
  const most = Math.min(MOST_ROW_BYTES, Math.floor(bytes.length / 3));
  if (most < LEAST_ROW_BYTES + 2) return [];
  const apart = differences(bytes, most);
  const middle = [...apart.subarray(LEAST_ROW_BYTES)].sort((a, b) => a - b)[Math.floor((most - LEAST_ROW_BYTES) / 2)]!;
  const found: { rowBytes: number; apart: number }[] = [];
  for (let rowBytes = LEAST_ROW_BYTES; rowBytes < most; rowBytes += 1) {
    const here = apart[rowBytes]!;
    if (rowBytes % step !== 0 || here > 0.7 * middle) continue;
    // The lowest place around, on the scale of a pixel's bytes.
    const reach = Math.max(4, 2 * step);
    let lowest = true;
    for (let near = Math.max(1, rowBytes - reach); near <= Math.min(most - 1, rowBytes + reach); near += 1) {
      if (apart[near]! < here) lowest = false;
    }
    if (lowest) found.push({ rowBytes, apart: here });
  }
  found.sort((a, b) => a.apart - b.apart);
  const taken: { rowBytes: number; apart: number }[] = [];
  for (const one of found) {
    const base = found
      .filter(
        (other) =>
          other.rowBytes < one.rowBytes &&
          one.rowBytes % other.rowBytes === 0 &&
          one.apart > MULTIPLE_MUST_BE * other.apart - 1e-9,
      )
      .sort((a, b) => a.rowBytes - b.rowBytes)[0];
    const chosen = base ?? one;
    if (!taken.includes(chosen)) taken.push(chosen);
    if (taken.length === limit) break;
  }
  return taken.map(({ rowBytes }) => rowBytes);
}

/** The mean squared difference of bytes so far apart, for 0 to `most` - 1: squared, because the ends of rows, where a length that is
 *  wrong by a little meets another row, must count more than the soft changes of what is shown. */
function differences(bytes: Uint8Array, most: number): Float64Array {
  const room = bytes.length - most;
  const pairs = Math.min(PAIRS, room);
  const places = Uint32Array.from({ length: pairs }, (_, index) => Math.floor((index * room) / pairs));
  const sums = new Float64Array(most);
  for (let distance = 1; distance < most; distance += 1) {
    let sum = 0;
    for (let index = 0; index < pairs; index += 1) {
      const place = places[index]!;
      const difference = bytes[place]! - bytes[place + distance]!;
      sum += difference * difference;
    }
    sums[distance] = sum / pairs;
  }
  return sums;
}
