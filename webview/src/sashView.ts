// The line between two panes, dragged by mouse or moved by arrow keys; the pane behind it, to the right or below, takes the
// size. Knows pixels only.

export const MIN_PANE_PX = 180;
const KEY_STEP_PX = 16;

export class SashView {
  readonly element = document.createElement("div");

  /** @param pane whose size it changes @param resized its wanted width, or height where it stands below */
  constructor(
    label: string,
    private readonly pane: HTMLElement,
    private readonly resized: (sizePx: number) => void,
    private readonly minPx = MIN_PANE_PX,
  ) {
    const sash = this.element;
    sash.className = "sash";
    sash.tabIndex = 0;
    sash.setAttribute("role", "separator");
    sash.setAttribute("aria-label", label);
    this.#tell(minPx);
    sash.addEventListener("focus", () => this.#tell(this.#sizePx));
    sash.addEventListener("pointerdown", (event) => this.#drag(event));
    sash.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: 1, ArrowUp: 1, ArrowRight: -1, ArrowDown: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.#resize(this.#sizePx + step * KEY_STEP_PX);
    });
  }

  get #sizePx(): number {
    const { width, height } = this.pane.getBoundingClientRect();
    return this.below ? height : width;
  }

  /** A separator that takes the focus has a value (ARIA 1.2, "separator"). */
  #tell(sizePx: number): void {
    this.element.setAttribute("aria-valuenow", String(Math.round(sizePx)));
    this.element.setAttribute("aria-valuetext", `${Math.round(sizePx)} pixels`);
    this.element.setAttribute("aria-orientation", this.below ? "horizontal" : "vertical");
  }

  /** The pane stands below it, not to its right. */
  get below(): boolean {
    const { width, height } = this.element.getBoundingClientRect();
    return width > height;
  }

  #drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const sash = this.element;
    sash.setPointerCapture(event.pointerId);
    sash.classList.add("active");
    const move = (moved: PointerEvent): void => {
      const box = this.pane.getBoundingClientRect();
      this.#resize(this.below ? box.bottom - moved.clientY : box.right - moved.clientX);
    };
    sash.addEventListener("pointermove", move);
    const done = (): void => {
      sash.classList.remove("active");
      sash.removeEventListener("pointermove", move);
    };
    sash.addEventListener("lostpointercapture", done, { once: true });
  }

  #resize(sizePx: number): void {
    const wantedPx = Math.max(this.minPx, Math.round(sizePx));
    this.resized(wantedPx);
    this.#tell(wantedPx);
  }
}
