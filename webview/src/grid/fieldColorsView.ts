// The colours of a struct's fields behind the bytes, in both columns: one element per field and row, none where the tree is
// closed. Apart from rows and cells, so that these cost the same with and without. Only writes.
import { MAX_ROW_BYTES, hexCellLeftPx, textCellLeftPx, rowStart, type RowLayout } from "./rowLayout";
import type { Highlights } from "../store/highlights";
import { fieldRuns, type FieldRun } from "./fieldRuns";

class Patch {
  readonly element = document.createElement("div");
  #class = "";
  #box = "";

  draw(name: string, leftPx: number, topPx: number, widthPx: number, heightPx: number): void {
    if (name !== this.#class) this.element.className = this.#class = name;
    const box = `${leftPx} ${topPx} ${widthPx} ${heightPx}`;
    if (box === this.#box) return;
    this.#box = box;
    const { style } = this.element;
    style.transform = `translate(${leftPx}px, ${topPx}px)`;
    style.width = `${widthPx}px`;
    style.height = `${heightPx}px`;
  }
}

export class FieldColorsView {
  readonly element = document.createElement("div");
  readonly #marks = new Uint8Array(MAX_ROW_BYTES + 1);
  readonly #patches: Patch[] = [];
  #used = 0;

  constructor() {
    this.element.className = "field-colors";
    this.element.setAttribute("aria-hidden", "true");
  }

  draw(highlights: Highlights, layout: RowLayout, topRow: number, rows: number, size: number): void {
    this.#used = 0;
    for (let at = 0; at < rows && !highlights.empty; at++) {
      const start = rowStart(topRow + at, layout.rowBytes);
      const length = Math.min(layout.rowBytes, size - start);
      if (length <= 0) break;
      highlights.read(start, length + 1, this.#marks);
      const topPx = at * layout.rowHeightPx;
      for (const run of fieldRuns(this.#marks, length)) this.#run(run, layout, topPx);
    }
    while (this.#patches.length > this.#used) this.#patches.pop()?.element.remove();
  }

  #run(run: FieldRun, layout: RowLayout, topPx: number): void {
    const { first, end, hue, outer, closed, begins, ends } = run;
    const name = [
      "patch",
      hue < 0 ? "" : `hue${hue}`,
      outer < 0 ? "" : `outer${outer}`,
      closed ? "closed" : "",
      begins ? "begins" : "",
      ends ? "ends" : "",
    ];
    const classes = name.filter((part) => part !== "").join(" ");
    const hexPx = hexCellLeftPx(layout, first);
    const hexEndPx = hexCellLeftPx(layout, end - 1) + layout.hexCellPx;
    this.#patch().draw(classes, hexPx, topPx, hexEndPx - hexPx, layout.rowHeightPx);
    const textPx = textCellLeftPx(layout, first);
    this.#patch().draw(classes, textPx, topPx, (end - first) * layout.textCellPx, layout.rowHeightPx);
  }

  #patch(): Patch {
    let patch = this.#patches[this.#used++];
    if (patch === undefined) {
      patch = new Patch();
      this.#patches.push(patch);
      this.element.append(patch.element);
    }
    return patch;
  }
}
