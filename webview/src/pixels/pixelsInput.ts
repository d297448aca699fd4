// Pointer, wheel and keys on a picture: drag and wheel pan, Ctrl with the wheel and pinching zoom, a press points at a pixel,
// arrows walk from pixel to pixel. Changes the view; says when it did.
import type { PixelPlace } from "../../../shared/pictureGeometry";
import type { PictureView } from "./viewport";
import type { PixelsView } from "./pixelsView";

/** Further than this, in CSS pixels, a press is a drag. */
const DRAG_PX = 3;
const LINE_PX = 40;
/** Of a wheel with Ctrl: so many pixels double the scale. */
const ZOOM_PX = 240;

export interface PixelsInputHandlers {
  moved(): void;
  hovered(place: PixelPlace | undefined): void;
  pressed(place: PixelPlace): void;
  /** From the pixel with the cursor. */
  stepped(x: number, y: number): void;
  /** A press, or a drag with the main button, paints. */
  paints(): boolean;
  painted(phase: "begin" | "move" | "end", place: PixelPlace): void;
  picked(place: PixelPlace): void;
  /** Enter. */
  entered(): void;
  /** Escape. */
  escaped(): void;
  /** A letter that may name a tool. True: it does. */
  letter(key: string): boolean;
}

export class PixelsInput {
  #drag: { readonly pointer: number; x: number; y: number; moved: boolean } | undefined;
  #painting = false;

  constructor(
    private readonly page: PixelsView,
    private readonly view: PictureView,
    private readonly handlers: PixelsInputHandlers,
  ) {
    const { canvas } = page;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", () => {
      this.#drag = undefined;
      this.#painting = false;
    });
    canvas.addEventListener("pointerleave", () => handlers.hovered(undefined));
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 && event.button !== 1) return;
    this.page.canvas.setPointerCapture(event.pointerId);
    const { xPx, yPx } = this.page.placeOf(event);
    const place = this.view.pixelAt(xPx, yPx);
    if (event.button === 0 && place !== undefined && event.altKey) {
      this.handlers.picked(place);
      return;
    }
    if (event.button === 0 && place !== undefined && this.handlers.paints()) {
      this.#painting = true;
      this.handlers.painted("begin", place);
      return;
    }
    this.#drag = { pointer: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
  }

  #move(event: PointerEvent): void {
    if (this.#painting) {
      const { xPx, yPx } = this.page.placeOf(event);
      const place = this.view.pixelAt(xPx, yPx);
      if (place !== undefined) this.handlers.painted("move", place);
      return;
    }
    const drag = this.#drag;
    if (drag === undefined) {
      const { xPx, yPx } = this.page.placeOf(event);
      this.handlers.hovered(this.view.pixelAt(xPx, yPx));
      return;
    }
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(x, y) < DRAG_PX) return;
    drag.moved = true;
    drag.x = event.clientX;
    drag.y = event.clientY;
    this.view.panBy(-x * window.devicePixelRatio, -y * window.devicePixelRatio);
    this.handlers.moved();
  }

  #up(event: PointerEvent): void {
    if (this.#painting) {
      this.#painting = false;
      this.handlers.painted("end", { x: 0, y: 0 });
      return;
    }
    const drag = this.#drag;
    this.#drag = undefined;
    if (drag === undefined || drag.moved || event.button !== 0) return;
    const { xPx, yPx } = this.page.placeOf(event);
    const place = this.view.pixelAt(xPx, yPx);
    if (place !== undefined) this.handlers.pressed(place);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
    const [x, y] = [event.deltaX * unit, event.deltaY * unit];
    if (event.ctrlKey || event.metaKey) {
      const { xPx, yPx } = this.page.placeOf(event);
      this.view.zoomTo(this.view.scale * 2 ** (-y / ZOOM_PX), xPx, yPx);
    } else {
      const ratio = window.devicePixelRatio;
      if (event.shiftKey && x === 0) this.view.panBy(y * ratio, 0);
      else this.view.panBy(x * ratio, y * ratio);
    }
    this.handlers.moved();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { view, handlers } = this;
    const far = event.shiftKey ? 10 : 1;
    const page = Math.max(1, Math.floor((view.viewport.height / view.scale) * 0.9));
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => handlers.stepped(-far, 0),
      ArrowRight: () => handlers.stepped(far, 0),
      ArrowUp: () => handlers.stepped(0, -far),
      ArrowDown: () => handlers.stepped(0, far),
      PageUp: () => handlers.stepped(0, -page),
      PageDown: () => handlers.stepped(0, page),
      Home: () => handlers.stepped(-view.size.width, 0),
      End: () => handlers.stepped(view.size.width, 0),
      Enter: () => handlers.entered(),
      Escape: () => handlers.escaped(),
      "+": () => view.zoomBy(1),
      "=": () => view.zoomBy(1),
      "-": () => view.zoomBy(-1),
      "0": () => view.fit(),
      "1": () => view.zoomTo(1),
    };
    if (handlers.letter(event.key)) return event.preventDefault();
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
    handlers.moved();
  }
}
