// The bookmarks in view: a line under their bytes, a flag before the rows where they begin, and those of the whole file beside the
// scroll bar. Only writes.
import type { BookmarkMark } from "../../../shared/bookmarks";
import { PatchesView } from "../grid/patchesView";
import { rowStart, type RowLayout } from "../grid/rowLayout";
import { BandsView } from "../sections/bandsView";
import { bookmarkName, bookmarkRuns } from "./bookmarkMarks";

const RULER_PX = 2;

interface Flag {
  readonly topPx: number;
  readonly color: string;
  readonly title: string;
}

export class BookmarkMarksView {
  /** Behind the rows, moved with them. */
  readonly #patches = new PatchesView("bookmarks");
  /** Before the rows: not moved sideways. */
  readonly flags = document.createElement("div");
  readonly #ruler = new BandsView("bookmark-ruler");
  #flagsDrawn = "";

  constructor() {
    this.flags.className = "bookmark-flags";
    this.flags.setAttribute("aria-hidden", "true");
  }

  get element(): HTMLElement {
    return this.#patches.element;
  }

  get ruler(): HTMLElement {
    return this.#ruler.element;
  }

  draw(marks: readonly BookmarkMark[], layout: RowLayout, topRow: number, rows: number, shiftPx: number): void {
    const flags: Flag[] = [];
    this.#patches.begin();
    for (let at = 0; at < rows && marks.length > 0; at++) {
      const start = rowStart(topRow + at, layout.rowBytes);
      const topPx = at * layout.rowHeightPx;
      const runs = bookmarkRuns(marks, start, start + layout.rowBytes);
      for (const { first, end, begins, ends, mark } of runs) {
        const name = `bookmark ${mark.color}${begins ? " begins" : ""}${ends ? " ends" : ""}`;
        this.#patches.add(name, first, end, layout, topPx);
      }
      const beginning = runs.filter(({ begins }) => begins).map(({ mark }) => mark);
      if (beginning[0] !== undefined)
        flags.push({ topPx, color: beginning[0].color, title: beginning.map(bookmarkName).join("\n") });
    }
    this.#patches.end();
    this.#drawFlags(flags, layout.rowHeightPx);
    this.flags.style.transform = `translateY(${-shiftPx}px)`;
  }

  drawRuler(marks: readonly BookmarkMark[], size: number, heightPx: number): void {
    this.#ruler.draw(
      marks.map(({ start, color }) => ({
        topPx: Math.min(heightPx - RULER_PX, Math.floor((start / Math.max(1, size)) * heightPx)),
        heightPx: RULER_PX,
        look: `bookmark-line ${color}`,
      })),
    );
  }

  #drawFlags(flags: readonly Flag[], rowHeightPx: number): void {
    const key = JSON.stringify([rowHeightPx, flags]);
    if (key === this.#flagsDrawn) return;
    this.#flagsDrawn = key;
    this.flags.replaceChildren(
      ...flags.map(({ topPx, color, title }) => {
        const flag = document.createElement("div");
        flag.className = `bookmark-flag ${color}`;
        flag.title = title;
        flag.style.top = `${topPx}px`;
        flag.style.height = `${rowHeightPx}px`;
        return flag;
      }),
    );
  }
}
