// A scroll bar that looks like VS Code's, vertical or horizontal. Knows pixels on its track only; what they mean is the
// owner's. Dragging captures the pointer, so leaving the bar does not lose it.
import type { Thumb } from "./scrollModel";

/** VS Code's own vertical bar is as wide. */
export const SCROLLBAR_PX = 14;
export const MIN_THUMB_PX = 24;

export interface ScrollbarHandlers {
  /** The thumb's start was dragged here. */
  dragged(startPx: number): void;
  /** A press on the track beside the thumb, -1 before it and 1 behind it; again while it is held. */
  paged(direction: -1 | 1): void;
}

const REPEAT_AFTER_MS = 350;
const REPEAT_EVERY_MS = 60;

export class ScrollbarView {
  readonly element = document.createElement("div");
  readonly #thumb = document.createElement("div");
  readonly #vertical: boolean;
  #shown: Thumb | undefined;
  #dragging = false;

  constructor(
    direction: "vertical" | "horizontal",
    private readonly handlers: ScrollbarHandlers,
  ) {
    this.#vertical = direction === "vertical";
    this.element.className = `scrollbar ${direction}`;
    this.element.setAttribute("aria-hidden", "true");
    this.#thumb.className = "thumb";
    this.element.append(this.#thumb);
    this.element.addEventListener("pointerdown", (event) => this.#press(event));
    this.draw(undefined);
  }

  get dragging(): boolean {
    return this.#dragging;
  }

  draw(thumb: Thumb | undefined): void {
    if (thumb?.startPx === this.#shown?.startPx && thumb?.lengthPx === this.#shown?.lengthPx && thumb) return;
    this.#shown = thumb;
    this.#thumb.hidden = thumb === undefined;
    if (thumb === undefined) return;
    const at = `${thumb.startPx}px`;
    this.#thumb.style.transform = this.#vertical ? `translateY(${at})` : `translateX(${at})`;
    this.#thumb.style[this.#vertical ? "height" : "width"] = `${thumb.lengthPx}px`;
  }

  #press(event: PointerEvent): void {
    const thumb = this.#shown;
    if (event.button !== 0 || thumb === undefined) return;
    event.preventDefault();
    const grabPx = this.#along(event) - thumb.startPx;
    this.element.setPointerCapture(event.pointerId);
    if (grabPx < 0 || grabPx >= thumb.lengthPx) this.#page(grabPx < 0 ? -1 : 1, event.pointerId);
    else this.#drag(grabPx, event.pointerId);
  }

  #drag(grabPx: number, pointerId: number): void {
    this.#dragging = true;
    this.element.classList.add("active");
    const move = (event: PointerEvent): void => {
      if (event.pointerId === pointerId) this.handlers.dragged(this.#along(event) - grabPx);
    };
    this.element.addEventListener("pointermove", move);
    this.#untilReleased(() => {
      this.#dragging = false;
      this.element.classList.remove("active");
      this.element.removeEventListener("pointermove", move);
    });
  }

  #page(direction: -1 | 1, pointerId: number): void {
    let at = 0;
    const follow = (event: PointerEvent): void => {
      if (event.pointerId === pointerId) at = this.#along(event);
    };
    const step = (): void => {
      const thumb = this.#shown;
      const reached = thumb === undefined || (at !== 0 && at >= thumb.startPx && at < thumb.startPx + thumb.lengthPx);
      if (!reached) this.handlers.paged(direction);
    };
    this.element.addEventListener("pointermove", follow);
    step();
    let timer = window.setTimeout(() => {
      timer = window.setInterval(step, REPEAT_EVERY_MS);
    }, REPEAT_AFTER_MS);
    this.#untilReleased(() => {
      clearTimeout(timer);
      clearInterval(timer);
      this.element.removeEventListener("pointermove", follow);
    });
  }

  #untilReleased(done: () => void): void {
    this.element.addEventListener("lostpointercapture", done, { once: true });
  }

  #along(event: PointerEvent): number {
    const box = this.element.getBoundingClientRect();
    return this.#vertical ? event.clientY - box.top : event.clientX - box.left;
  }
}
