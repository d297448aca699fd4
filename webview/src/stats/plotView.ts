// One plot on a canvas with a line of words below it, walked by keys. Knows no statistics: what to draw comes from its owner.
export interface PlotSpec {
  readonly title: string;
  /** Places that pointer and keys can be at; more than one row: a square of rows x columns. */
  readonly columns: number;
  readonly rows: number;
  readonly heightPx: number;
  /** @param widthPx in CSS pixels, as `heightPx` */
  draw(context: CanvasRenderingContext2D, widthPx: number, heightPx: number, color: (name: string) => string): void;
  describe(place: number): string;
  /** Enter, or a click. */
  choose?(place: number): void;
  /** + and -, or the wheel. */
  zoom?(place: number, direction: 1 | -1): void;
}

export class PlotView {
  readonly element = document.createElement("figure");
  readonly #canvas = document.createElement("canvas");
  readonly #mark = document.createElement("div");
  readonly #words = document.createElement("figcaption");
  #spec: PlotSpec | undefined;
  #at = 0;

  constructor(title: string, className: string) {
    const heading = document.createElement("h2");
    heading.textContent = title;
    const box = document.createElement("div");
    box.className = `plot ${className}`;
    box.tabIndex = 0;
    box.setAttribute("role", "slider");
    box.setAttribute("aria-label", title);
    box.setAttribute("aria-valuemin", "0");
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#mark.className = "plot-mark";
    this.#mark.hidden = true;
    this.#words.setAttribute("aria-hidden", "true");
    box.append(this.#canvas, this.#mark);
    this.element.append(heading, box, this.#words);
    box.addEventListener("pointermove", (event) => this.#go(this.#placeOf(event)));
    box.addEventListener("click", (event) => this.#spec?.choose?.(this.#placeOf(event)));
    box.addEventListener("keydown", (event) => this.#key(event));
    box.addEventListener(
      "wheel",
      (event) => {
        if (this.#spec?.zoom === undefined || !event.ctrlKey) return;
        event.preventDefault();
        this.#spec.zoom(this.#placeOf(event), event.deltaY < 0 ? 1 : -1);
      },
      { passive: false },
    );
    new ResizeObserver(() => this.draw()).observe(box);
  }

  show(spec: PlotSpec): void {
    this.#spec = spec;
    this.#box.style.height = `${spec.heightPx}px`;
    this.#box.setAttribute("aria-valuemax", String(spec.columns * spec.rows - 1));
    this.draw();
    this.#go(Math.min(this.#at, spec.columns * spec.rows - 1));
  }

  /** Also when the theme is another one. */
  draw(): void {
    const spec = this.#spec;
    const widthPx = this.#box.clientWidth;
    if (spec === undefined || widthPx === 0) return;
    const scale = window.devicePixelRatio;
    this.#canvas.width = Math.round(widthPx * scale);
    this.#canvas.height = Math.round(spec.heightPx * scale);
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    context.scale(scale, scale);
    const style = getComputedStyle(this.#box);
    spec.draw(context, widthPx, spec.heightPx, (name) => style.getPropertyValue(`--plot-${name}`).trim());
  }

  get #box(): HTMLElement {
    return this.#canvas.parentElement!;
  }

  #go(place: number): void {
    const spec = this.#spec;
    if (spec === undefined) return;
    this.#at = Math.min(spec.columns * spec.rows - 1, Math.max(0, place));
    const words = spec.describe(this.#at);
    this.#words.textContent = words;
    this.#box.setAttribute("aria-valuenow", String(this.#at));
    this.#box.setAttribute("aria-valuetext", words);
    this.#mark.hidden = false;
    const { style } = this.#mark;
    style.left = `${((this.#at % spec.columns) / spec.columns) * 100}%`;
    style.width = `${100 / spec.columns}%`;
    style.top = `${(Math.floor(this.#at / spec.columns) / spec.rows) * 100}%`;
    style.height = `${100 / spec.rows}%`;
  }

  #placeOf(event: MouseEvent): number {
    const { columns, rows } = this.#spec ?? { columns: 1, rows: 1 };
    const box = this.#box.getBoundingClientRect();
    const along = (part: number, count: number): number => Math.min(count - 1, Math.max(0, Math.floor(part * count)));
    const row = along((event.clientY - box.top) / box.height, rows);
    return row * columns + along((event.clientX - box.left) / box.width, columns);
  }

  #key(event: KeyboardEvent): void {
    const spec = this.#spec;
    if (spec === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const down = spec.rows > 1 ? spec.columns : -1;
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: this.#at - 1,
      ArrowRight: this.#at + 1,
      ArrowUp: this.#at - down,
      ArrowDown: this.#at + down,
      PageUp: this.#at - 16,
      PageDown: this.#at + 16,
      Home: 0,
      End: spec.columns * spec.rows - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) this.#go(to);
    else if (event.key === "Enter") spec.choose?.(this.#at);
    else if (event.key === "+" || event.key === "-") spec.zoom?.(this.#at, event.key === "+" ? 1 : -1);
    else return;
    event.preventDefault();
  }
}
