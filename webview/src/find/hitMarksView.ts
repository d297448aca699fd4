// The hits in view, behind the bytes, and those of the whole file beside the scroll bar. Only writes.
import { MARK_BUCKETS } from "../../../shared/findProtocol";
import { PatchesView } from "../grid/patchesView";
import { rowStart, type RowLayout } from "../grid/rowLayout";
import type { HitsInView } from "./findModel";
import { hitRuns } from "./hitRuns";

export class HitMarksView {
  readonly #patches = new PatchesView("hits");
  readonly #frames = new PatchesView("hit-frames");
  /** One line per bucket; stretched to the height of the scroll bar. */
  readonly ruler = document.createElement("canvas");
  #ruled = "";

  constructor() {
    this.ruler.className = "hit-ruler";
    this.ruler.width = 1;
    this.ruler.height = MARK_BUCKETS;
    this.ruler.hidden = true;
    this.ruler.setAttribute("aria-hidden", "true");
  }

  /** Behind the rows. */
  get element(): HTMLElement {
    return this.#patches.element;
  }

  /** Above them. */
  get frames(): HTMLElement {
    return this.#frames.element;
  }

  draw(hits: HitsInView, layout: RowLayout, topRow: number, rows: number, size: number): void {
    this.#patches.begin();
    this.#frames.begin();
    const none = hits.ranges.length === 0 && hits.current === undefined;
    for (let at = 0; at < rows && !none; at++) {
      const start = rowStart(topRow + at, layout.rowBytes);
      const length = Math.min(layout.rowBytes, size - start);
      if (length <= 0) break;
      for (const { first, end, current, begins, ends } of hitRuns(hits, start, length)) {
        const name = `hit${current ? " current" : ""}${begins ? " begins" : ""}${ends ? " ends" : ""}`;
        this.#patches.add(name, first, end, layout, at * layout.rowHeightPx);
        if (current) this.#frames.add(`${name} frame`, first, end, layout, at * layout.rowHeightPx);
      }
    }
    this.#patches.end();
    this.#frames.end();
  }

  drawRuler(buckets: readonly number[]): void {
    const key = buckets.join();
    if (key === this.#ruled) return;
    this.#ruled = key;
    this.ruler.hidden = buckets.length === 0;
    const context = this.ruler.getContext("2d");
    if (context === null) return;
    context.clearRect(0, 0, 1, MARK_BUCKETS);
    context.fillStyle = getComputedStyle(this.ruler).color;
    for (const bucket of buckets) context.fillRect(0, bucket, 1, 1);
  }
}
