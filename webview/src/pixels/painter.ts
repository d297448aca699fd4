// Turns what a person drags into painting: a pencil's stroke goes out while it is drawn, one message at a time and all of them
// one undo step; lines, rectangles and marked areas when they end. Knows no DOM and no host.
import type { PixelPlace } from "../../../shared/pictureGeometry";
import { MAX_SPANS } from "../../../shared/pixelsProtocol";
import { lineSpans, rectangleSpans, type Tool } from "./strokes";

export interface PainterHandlers {
  paint(spans: readonly number[], merge: boolean): Promise<unknown>;
  /** An area was marked, corners included. */
  marked(from: PixelPlace, to: PixelPlace): void;
  failed(error: unknown): void;
  /** More rows than can be painted at once. */
  tooLarge(): void;
}

export class Painter {
  #from: PixelPlace | undefined;
  #to: PixelPlace | undefined;
  #tool: Tool = "select";
  #waiting: number[] = [];
  #sending = false;
  #begun = false;

  constructor(private readonly handlers: PainterHandlers) {}

  /** Corners of what would be painted now; undefined: nothing is being drawn. */
  get preview(): { readonly tool: Tool; readonly from: PixelPlace; readonly to: PixelPlace } | undefined {
    if (this.#from === undefined || this.#to === undefined || this.#tool === "pencil") return undefined;
    return { tool: this.#tool, from: this.#from, to: this.#to };
  }

  begin(tool: Tool, at: PixelPlace): void {
    this.#tool = tool;
    this.#from = this.#to = at;
    this.#begun = false;
    if (tool === "pencil") this.#add(lineSpans(at, at));
  }

  move(at: PixelPlace): void {
    const to = this.#to;
    if (to === undefined || (to.x === at.x && to.y === at.y)) return;
    this.#to = at;
    if (this.#tool === "pencil") this.#add(lineSpans(to, at));
  }

  end(): void {
    const [from, to] = [this.#from, this.#to];
    this.#from = this.#to = undefined;
    if (from === undefined || to === undefined || this.#tool === "pencil") return;
    if (this.#tool === "area") return this.handlers.marked(from, to);
    const rows = Math.abs(from.y - to.y) + 1;
    if (rows > MAX_SPANS || (this.#tool === "line" && Math.abs(from.x - to.x) >= MAX_SPANS))
      return this.handlers.tooLarge();
    this.#add(this.#tool === "line" ? lineSpans(from, to) : rectangleSpans(from, to));
  }

  cancel(): void {
    this.#from = this.#to = undefined;
  }

  #add(spans: readonly number[]): void {
    for (const place of spans) this.#waiting.push(place);
    if (!this.#sending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    while (this.#waiting.length > 0) {
      const merge = this.#begun;
      this.#begun = true;
      try {
        await this.handlers.paint(this.#waiting.splice(0, 3 * MAX_SPANS), merge);
      } catch (error) {
        this.#waiting = [];
        this.handlers.failed(error);
      }
    }
    this.#sending = false;
  }
}
