// The colours of a struct's fields behind the bytes, in both columns: apart from rows and cells, so that these cost the same
// with and without. Only writes.
import { MAX_ROW_BYTES, rowStart, type RowLayout } from "./rowLayout";
import type { Highlights } from "../store/highlights";
import { fieldRuns, type FieldRun } from "./fieldRuns";
import { PatchesView } from "./patchesView";

export class FieldColorsView {
  readonly #marks = new Uint8Array(MAX_ROW_BYTES + 1);
  readonly #patches = new PatchesView("field-colors");

  get element(): HTMLElement {
    return this.#patches.element;
  }

  draw(highlights: Highlights, layout: RowLayout, topRow: number, rows: number, size: number): void {
    this.#patches.begin();
    for (let at = 0; at < rows && !highlights.empty; at++) {
      const start = rowStart(topRow + at, layout.rowBytes);
      const length = Math.min(layout.rowBytes, size - start);
      if (length <= 0) break;
      highlights.read(start, length + 1, this.#marks);
      const topPx = at * layout.rowHeightPx;
      for (const run of fieldRuns(this.#marks, length)) {
        this.#patches.add(classesOf(run), run.first, run.end, layout, topPx);
      }
    }
    this.#patches.end();
  }
}

function classesOf({ hue, outer, closed, begins, ends }: FieldRun): string {
  const names = [
    "patch",
    hue < 0 ? "" : `hue${hue}`,
    outer < 0 ? "" : `outer${outer}`,
    closed ? "closed" : "",
    begins ? "begins" : "",
    ends ? "ends" : "",
  ];
  return names.filter((name) => name !== "").join(" ");
}
