// The area of one colour around a pixel, as rows of pixels. Reads strips of the picture where the area goes, and forgets them
// again; memory follows the area, not the picture. Of one version of the source.
import { MAX_FILL_PIXELS } from "../../../../shared/pixelsProtocol";
import { EngineError } from "../../engine/engineError";
import type { PixelSpan } from "./paint";
import type { BmpPicture } from "./picture";

/** Pixels of a strip. */
const STRIP_WIDTH = 2048;
const STRIP_HEIGHT = 32;
/** Of 256 KiB each. */
const MAX_STRIPS = 64;
/** Each becomes a piece of the document. */
const MAX_FILL_SPANS = 2 ** 17;

/** Pixels that touch along a side and look the same. @throws EngineError "too-large", nothing of it then. */
export function areaAround(picture: BmpPicture, x: number, y: number): PixelSpan[] {
  return new Area(picture).around(x, y);
}

class Area {
  private readonly strips = new Map<string, Uint32Array>();
  /** By row: [start, end) of pixels that belong to the area, ascending. */
  private readonly rows = new Map<number, PixelSpan[]>();
  private latest = { x: 0, y: 0, width: 0, pixels: new Uint32Array(0) as Uint32Array };
  private pixels = 0;
  private spans = 0;

  constructor(private readonly picture: BmpPicture) {}

  around(x: number, y: number): PixelSpan[] {
    const { width, height } = this.picture.layout;
    if (x >= width || y >= height) return [];
    const color = this.colorAt(x, y);
    const waiting = [{ y, x, end: x + 1 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (let at = next.x; at < next.end;) {
        const known = this.spanAt(next.y, at);
        if (known !== undefined) {
          at = known.end;
          continue;
        }
        if (this.colorAt(at, next.y) !== color) {
          at += 1;
          continue;
        }
        const span = this.extent(at, next.y, color);
        this.take(span);
        if (next.y > 0) waiting.push({ ...span, y: next.y - 1 });
        if (next.y + 1 < height) waiting.push({ ...span, y: next.y + 1 });
        at = span.end;
      }
    }
    return [...this.rows.values()].flat();
  }

  private extent(x: number, y: number, color: number): PixelSpan {
    let [start, end] = [x, x + 1];
    while (start > 0 && this.colorAt(start - 1, y) === color) start -= 1;
    while (end < this.picture.layout.width && this.colorAt(end, y) === color) {
      end += 1;
      if (this.pixels + end - start > MAX_FILL_PIXELS) break;
    }
    return { y, x: start, end };
  }

  private take(span: PixelSpan): void {
    this.pixels += span.end - span.x;
    this.spans += 1;
    if (this.pixels > MAX_FILL_PIXELS) {
      const most = MAX_FILL_PIXELS.toLocaleString("en");
      throw new EngineError("too-large", `The area has more than ${most} pixels; nothing was filled.`);
    }
    if (this.spans > MAX_FILL_SPANS) {
      throw new EngineError(
        "too-large",
        "The area has too ragged an outline to be filled at once; nothing was filled.",
      );
    }
    const row = this.rows.get(span.y);
    if (row === undefined) this.rows.set(span.y, [span]);
    else row.splice(firstBehind(row, span.x), 0, span);
  }

  private spanAt(y: number, x: number): PixelSpan | undefined {
    const row = this.rows.get(y);
    if (row === undefined) return undefined;
    const span = row[firstBehind(row, x) - 1];
    return span !== undefined && x < span.end ? span : undefined;
  }

  private colorAt(x: number, y: number): number {
    const { latest } = this;
    const [across, down] = [x - latest.x, y - latest.y];
    if (across >= 0 && across < latest.width && down >= 0 && down < STRIP_HEIGHT)
      return latest.pixels[down * latest.width + across]!;
    const [left, top] = [x - (x % STRIP_WIDTH), y - (y % STRIP_HEIGHT)];
    this.latest = {
      x: left,
      y: top,
      width: Math.min(STRIP_WIDTH, this.picture.layout.width - left),
      pixels: this.strip(left, top),
    };
    return this.colorAt(x, y);
  }

  private strip(x: number, y: number): Uint32Array {
    const key = `${x}:${y}`;
    let pixels = this.strips.get(key);
    if (pixels === undefined) {
      pixels = this.picture.region({ x, y, width: STRIP_WIDTH, height: STRIP_HEIGHT, step: 1, samples: 1 }).pixels;
      const [oldest] = this.strips.keys();
      if (this.strips.size >= MAX_STRIPS && oldest !== undefined) this.strips.delete(oldest);
      this.strips.set(key, pixels);
    }
    return pixels;
  }
}

/** Index of the first span that begins behind `x`. */
function firstBehind(row: readonly PixelSpan[], x: number): number {
  let [low, high] = [0, row.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (row[middle]!.x <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}
