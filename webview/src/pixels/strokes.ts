// Which pixels a tool paints: rows of pixels, as triples y, first, behind the last. Pure.
import type { PixelPlace } from "../../../shared/pictureGeometry";

/** "select" points at pixels, "area" marks a rectangle of them, "pick" takes a colour; the others paint. */
export type Tool = "select" | "area" | "pencil" | "line" | "rectangle" | "fill" | "pick";

/** All pixels from one place to another, without gaps, one for each step along the longer way (Bresenham's line). */
export function lineSpans(from: PixelPlace, to: PixelPlace): number[] {
  const [across, down] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
  const steps = Math.max(across, down);
  const spans: number[] = [];
  for (let step = 0; step <= steps; step += 1) {
    const share = steps === 0 ? 0 : step / steps;
    const x = Math.round(from.x + (to.x - from.x) * share);
    const y = Math.round(from.y + (to.y - from.y) * share);
    // Neighbours of one row are one span.
    const last = spans.length - 3;
    if (last >= 0 && spans[last] === y && spans[last + 2] === x) spans[last + 2] = x + 1;
    else if (last >= 0 && spans[last] === y && spans[last + 1] === x + 1) spans[last + 1] = x;
    else spans.push(y, x, x + 1);
  }
  return spans;
}

/** Both corners included. */
export function rectangleSpans(from: PixelPlace, to: PixelPlace): number[] {
  const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x) + 1];
  const spans: number[] = [];
  for (let y = Math.min(from.y, to.y); y <= Math.max(from.y, to.y); y += 1) spans.push(y, left, right);
  return spans;
}
