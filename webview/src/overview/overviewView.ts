// The strip beside the scroll bar: a canvas with the lines of the whole file, a box around what the grid shows, a tip about
// the cell under the pointer. A slider for the keyboard and for screen readers. Decides nothing about scrolling.
import type { BookmarkMark } from "../../../shared/bookmarks";
import type { ByteRange } from "../../../shared/byteRange";
import { MARK_BUCKETS } from "../../../shared/findProtocol";
import type { RegionRow } from "../../../shared/sectionsProtocol";
import { bookmarkName } from "../bookmarks/bookmarkMarks";
import { bandLines } from "../sections/bands";
import { BandsView } from "../sections/bandsView";
import { CLASSES, CLASS_NAMES, describeCell, sayCell, type OverviewModel } from "./overviewModel";

/** Lanes from the left, in CSS pixels; the width of all is --overview-width in overview.css. */
const CHANGED = { leftPx: 1, widthPx: 3 };
const BYTES = { leftPx: 6, widthPx: 22 };
const ENTROPY = { leftPx: 30, widthPx: 10 };
const HITS = { leftPx: 42, widthPx: 4 };
/** At least so high, in a lane of their own behind the hits. */
const LEAST_BOOKMARK_PX = 2;
const LEAST_BOX_PX = 6;
const PAGE_CELLS = 16;
/** Bookmarks in one tip. */
const MOST_NAMED = 5;

const COLORS = [...CLASSES, "unknown", "entropy", "changed", "unreadable", "hits"] as const;
type Colors = Record<(typeof COLORS)[number], string>;

export interface OverviewHandlers {
  /** The grid is to show this offset. */
  jump(offset: number): void;
  /** The cursor goes there, and the focus into the grid. */
  choose(offset: number): void;
  leave(): void;
}

export class OverviewView {
  readonly element = document.createElement("div");
  readonly #canvas = document.createElement("canvas");
  readonly #bands = new BandsView("along-overview");
  readonly #marks = new BandsView("bookmarks-overview");
  readonly #box = document.createElement("div");
  readonly #tip = document.createElement("div");
  #bookmarks: readonly BookmarkMark[] = [];
  #drawn = "";
  #colors: Colors | undefined;
  #heightPx = 0;
  /** The cell that keys have moved to. */
  #at = 0;
  #tipCell = -1;

  constructor(
    private readonly model: OverviewModel,
    private readonly handlers: OverviewHandlers,
  ) {
    this.element.className = "overview";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "slider");
    this.element.setAttribute("aria-label", "Overview of the whole file");
    this.element.setAttribute("aria-orientation", "vertical");
    this.element.setAttribute("aria-valuemin", "0");
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#box.className = "overview-box";
    this.#tip.className = "overview-tip";
    this.#tip.hidden = true;
    this.#tip.setAttribute("aria-hidden", "true");
    this.element.append(this.#canvas, this.#bands.element, this.#marks.element, this.#box, this.#tip);
    this.element.addEventListener("pointerdown", (event) => this.#press(event));
    this.element.addEventListener("pointermove", (event) => this.#hover(event));
    this.element.addEventListener("pointerleave", () => this.#hideTip());
    this.element.addEventListener("dblclick", (event) => handlers.choose(this.#offsetAt(event)));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("blur", () => this.#hideTip());
    new ResizeObserver(() => {
      this.#heightPx = this.element.clientHeight;
      this.#paint([]);
    }).observe(this.element);
  }

  /** The theme may be another one. */
  restyle(): void {
    this.#colors = undefined;
  }

  /** @param hits buckets of the whole file with hits @param visible what the grid shows @param regions of a program, coloured */
  draw(
    hits: readonly number[],
    bookmarks: readonly BookmarkMark[],
    visible: ByteRange,
    regions: readonly RegionRow[],
  ): void {
    const { model } = this;
    this.#bookmarks = bookmarks;
    this.#paint(hits);
    const heightPx = this.#heightPx;
    const bands =
      model.size === 0 ? [] : bandLines(regions, Math.floor(heightPx), (line) => model.offsetAt(line, heightPx));
    this.#bands.draw(bands.map(({ start, end, look }) => ({ topPx: start, heightPx: end - start, look })));
    this.#drawBookmarks(bookmarks);
    const topPx = model.placeOf(visible.start, heightPx);
    const endPx = visible.end >= model.size ? heightPx : model.placeOf(visible.end, heightPx);
    const boxPx = Math.max(LEAST_BOX_PX, endPx - topPx);
    const whole = model.count === 0 || boxPx >= heightPx;
    this.#box.hidden = whole;
    this.#box.style.height = `${boxPx}px`;
    this.#box.style.transform = `translateY(${Math.max(0, Math.min(topPx, heightPx - boxPx))}px)`;
    if (document.activeElement !== this.element) this.#at = model.cellOf(visible.start);
    this.#describe();
    if (this.#tipCell >= 0) this.#fillTip();
  }

  #drawBookmarks(bookmarks: readonly BookmarkMark[]): void {
    const { model } = this;
    const heightPx = this.#heightPx;
    const shown = model.size === 0 ? [] : bookmarks;
    this.#marks.draw(
      shown.map(({ start, end, color }) => {
        const topPx = Math.min(heightPx - LEAST_BOOKMARK_PX, Math.floor(model.placeOf(start, heightPx)));
        const endPx = model.placeOf(end, heightPx);
        return { topPx, heightPx: Math.max(LEAST_BOOKMARK_PX, endPx - topPx), look: `bookmark-line ${color}` };
      }),
    );
  }

  #describe(): void {
    const { model } = this;
    this.element.setAttribute("aria-valuemax", String(Math.max(0, model.count - 1)));
    this.element.setAttribute("aria-valuenow", String(this.#at));
    this.element.setAttribute("aria-valuetext", sayCell(model, this.#at));
  }

  #paint(hits: readonly number[]): void {
    const scale = window.devicePixelRatio;
    const height = Math.round(this.#heightPx * scale);
    const width = Math.round((HITS.leftPx + HITS.widthPx) * scale);
    const colors = (this.#colors ??= this.#readColors());
    const key = [this.model.revision, height, width, hits.join(), ...Object.values(colors)].join();
    if (key === this.#drawn || height === 0) return;
    this.#drawn = key;
    this.#canvas.width = width;
    this.#canvas.height = height;
    const context = this.#canvas.getContext("2d");
    if (context === null || this.model.count === 0) return;
    const fill = (color: string, leftPx: number, widthPx: number, top: number, lines = 1): void => {
      context.fillStyle = color;
      context.fillRect(leftPx * scale, top, widthPx * scale, lines);
    };
    for (let top = 0; top < height; top++) {
      const line = this.model.line(top, top + 1, height);
      if (!line.known) {
        fill(colors.unknown, BYTES.leftPx, BYTES.widthPx, top);
      } else {
        let leftPx = BYTES.leftPx;
        for (const name of CLASSES) {
          const widthPx = BYTES.widthPx * (1 - line.holes) * line.shares[name];
          if (widthPx > 0) fill(colors[name], leftPx, widthPx, top);
          leftPx += widthPx;
        }
        fill(colors.entropy, ENTROPY.leftPx, (ENTROPY.widthPx * line.entropy) / 8, top);
      }
    }
    // Marks are as thick as two lines, or a single byte would hardly be seen.
    for (let top = 0; top < height; top++) {
      const line = this.model.line(top, top + 1, height);
      if (line.unreadable) fill(colors.unreadable, BYTES.leftPx, BYTES.widthPx, top, 2);
      if (line.unsaved) fill(colors.changed, CHANGED.leftPx, CHANGED.widthPx, top, 2 * scale);
    }
    for (const bucket of hits) {
      fill(colors.hits, HITS.leftPx, HITS.widthPx, Math.floor((bucket / MARK_BUCKETS) * height), 2 * scale);
    }
  }

  #readColors(): Colors {
    const style = getComputedStyle(this.element);
    return Object.fromEntries(
      COLORS.map((name) => [name, style.getPropertyValue(`--overview-${name}`).trim()]),
    ) as Colors;
  }

  #offsetAt(event: MouseEvent): number {
    const box = this.element.getBoundingClientRect();
    return this.model.offsetAt(event.clientY - box.top, box.height);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || this.model.count === 0) return;
    // The focus stays in the grid, as with a scroll bar.
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.handlers.jump(this.#offsetAt(event));
    const drag = (moved: PointerEvent): void => this.handlers.jump(this.#offsetAt(moved));
    this.element.addEventListener("pointermove", drag);
    this.element.addEventListener("lostpointercapture", () => this.element.removeEventListener("pointermove", drag), {
      once: true,
    });
  }

  #hover(event: PointerEvent): void {
    if (this.model.count === 0) return;
    const box = this.element.getBoundingClientRect();
    this.#showTip(this.model.cellOf(this.#offsetAt(event)), event.clientY - box.top);
  }

  #key(event: KeyboardEvent): void {
    const last = this.model.count - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: this.#at - 1,
      ArrowLeft: this.#at - 1,
      ArrowDown: this.#at + 1,
      ArrowRight: this.#at + 1,
      PageUp: this.#at - PAGE_CELLS,
      PageDown: this.#at + PAGE_CELLS,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (to !== undefined && last >= 0) {
      this.#at = Math.min(last, Math.max(0, to));
      this.handlers.jump(this.model.range(this.#at).start);
      this.#describe();
      this.#showTip(this.#at, ((this.#at + 0.5) / this.model.count) * this.#heightPx);
    } else if (event.key === "Enter" && last >= 0) this.handlers.choose(this.model.range(this.#at).start);
    else if (event.key === "Escape") this.handlers.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #showTip(cell: number, yPx: number): void {
    if (cell !== this.#tipCell) {
      this.#tipCell = cell;
      this.#fillTip();
    }
    this.#tip.hidden = false;
    const roomPx = Math.max(0, this.#heightPx - this.#tip.offsetHeight);
    this.#tip.style.top = `${Math.min(roomPx, Math.max(0, yPx - this.#tip.offsetHeight / 2))}px`;
  }

  #hideTip(): void {
    this.#tip.hidden = true;
    this.#tipCell = -1;
  }

  #fillTip(): void {
    const { place, length, entropy, shares, notes } = describeCell(this.model, this.#tipCell);
    const { start, end } = this.model.range(this.#tipCell);
    const named = this.#bookmarks.filter((mark) => mark.start < end && mark.end > start).slice(0, MOST_NAMED);
    const line = (text: string, name = ""): HTMLElement => {
      const element = document.createElement("div");
      element.className = name;
      element.textContent = text;
      return element;
    };
    this.#tip.replaceChildren(
      line(place, "overview-place"),
      line(length, "overview-faint"),
      ...(entropy === undefined ? [] : [line(`Entropy ${entropy}`, "overview-entropy")]),
      ...shares.map(({ name, percent }) => line(`${percent} ${CLASS_NAMES[name]}`, `overview-share ${name}`)),
      ...named.map((mark) => line(bookmarkName(mark), `overview-mark bookmark-line ${mark.color}`)),
      ...notes.map((note) => line(note, "overview-faint")),
    );
  }
}
