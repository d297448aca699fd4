// Keys, mouse, wheel, clipboard and typed text of the grid, as actions. Knows pixels and events; what an action does is the
// owner's. A key that it takes goes no further: VS Code would otherwise act on it too (Ctrl+A marks the page's text).
import type { EditColumn } from "../../../shared/protocol";
import { actionOfKey, typedText } from "./keyMap";
import type { GridAction, KeyPress } from "./keyMap";
import { CompositionInput } from "./compositionInput";

export interface Press {
  readonly extend: boolean;
  readonly add: boolean;
  readonly secondary: boolean;
}

export interface GridHandlers {
  action(action: GridAction): void;
  /** Text from the keyboard or an input method, one or more characters. */
  typed(text: string): void;
  wheel(deltaXPx: number, deltaYPx: number): void;
  /** Pixels from the upper left corner of the rows. */
  /** `press.add`: besides what is selected. */
  pressed(xPx: number, yPx: number, press: Press): EditColumn | "offset" | undefined;
  /** The pointer moved with the button down; may lie outside. `column`: where the drag began. */
  draggedTo(xPx: number, yPx: number, column: EditColumn | "offset"): void;
  doublePressed(xPx: number, yPx: number): void;
  /** More than a cursor is selected. */
  hasRange(): boolean;
  copy(): void;
  cut(): void;
  paste(): void;
  focusChanged(focused: boolean): void;
  /** Where the cursor's cell is on screen, for the window of an input method. */
  cursorBox(): DOMRect | undefined;
  rowHeightPx(): number;
  pageHeightPx(): number;
}

const AUTO_SCROLL_MS = 16;
const MAC = /mac/i.test(navigator.platform);

export class GridInput {
  readonly #composition: CompositionInput;
  /** Escape was the last key and had nothing to clear: the next Tab leaves the grid. */
  #leaving = false;
  #pasting = 0;

  constructor(
    private readonly grid: HTMLElement,
    private readonly body: HTMLElement,
    private readonly handlers: GridHandlers,
  ) {
    this.#composition = new CompositionInput(grid, {
      typed: (text) => handlers.typed(text),
      cursorBox: () => handlers.cursorBox(),
    });
    grid.addEventListener("keydown", (event) => this.#key(event));
    grid.addEventListener("focus", () => handlers.focusChanged(true));
    grid.addEventListener("blur", () => handlers.focusChanged(false));
    grid.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    body.addEventListener("pointerdown", (event) => this.#press(event));
    body.addEventListener("dblclick", (event) => {
      const { x, y } = this.#local(event);
      handlers.doublePressed(x, y);
    });
    grid.addEventListener("selectstart", (event) => event.preventDefault());
    grid.addEventListener("dragstart", (event) => event.preventDefault());
    // Without this, browsers refuse to copy where no text is selected.
    for (const type of ["beforecopy", "beforecut", "beforepaste"] as const) {
      document.addEventListener(type, (event) => this.#ours() && event.preventDefault());
    }
    document.addEventListener("copy", (event) => this.#clipboard(event, () => handlers.copy()));
    document.addEventListener("cut", (event) => this.#clipboard(event, () => handlers.cut()));
    document.addEventListener("paste", (event) => this.#clipboard(event, () => this.#paste()));
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const press: KeyPress = {
      key: event.key,
      ctrl: event.ctrlKey,
      meta: event.metaKey,
      alt: event.altKey,
      shift: event.shiftKey,
    };
    const altGraph = event.getModifierState("AltGraph");
    const leave = this.#leaving && event.key === "Tab";
    const escapes = event.key === "Escape" && !this.handlers.hasRange();
    this.#leaving = escapes || (this.#leaving && event.key === "Shift");
    if (leave) return;
    const action = altGraph ? undefined : actionOfKey(press, MAC);
    if (action !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      this.#composition.cancel();
      this.handlers.action(action);
      return;
    }
    if (this.#composition.works) return;
    const text = typedText(press, altGraph);
    if (text === undefined) return;
    event.preventDefault();
    this.handlers.typed(text);
  }

  #wheel(event: WheelEvent): void {
    if (event.ctrlKey) return;
    event.preventDefault();
    const unitPx =
      event.deltaMode === WheelEvent.DOM_DELTA_LINE
        ? this.handlers.rowHeightPx()
        : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
          ? this.handlers.pageHeightPx()
          : 1;
    const sideways = event.shiftKey && event.deltaX === 0;
    this.handlers.wheel((sideways ? event.deltaY : event.deltaX) * unitPx, (sideways ? 0 : event.deltaY) * unitPx);
  }

  #press(event: PointerEvent): void {
    if (event.button > 2 || event.button === 1) return;
    this.grid.focus({ preventScroll: true });
    this.#leaving = false;
    this.#composition.cancel();
    const secondary = event.button === 2 || (MAC && event.ctrlKey);
    const { x, y } = this.#local(event);
    const add = !secondary && (MAC ? event.metaKey : event.ctrlKey);
    const column = this.handlers.pressed(x, y, { extend: event.shiftKey, add, secondary });
    if (secondary || column === undefined) return;
    event.preventDefault();
    this.#drag(event, column);
  }

  /** Selects while the button is down, and goes on scrolling while the pointer rests outside the rows. */
  #drag(start: PointerEvent, column: EditColumn | "offset"): void {
    const from = this.#local(start);
    let last = from;
    let moved = false;
    this.body.setPointerCapture(start.pointerId);
    const move = (event: PointerEvent): void => {
      last = this.#local(event);
      moved ||= Math.abs(last.x - from.x) + Math.abs(last.y - from.y) > 3;
      if (moved) this.handlers.draggedTo(last.x, last.y, column);
    };
    const timer = window.setInterval(() => {
      const outside = last.y < 0 || last.y > this.handlers.pageHeightPx();
      if (moved && outside) this.handlers.draggedTo(last.x, last.y, column);
    }, AUTO_SCROLL_MS);
    this.body.addEventListener("pointermove", move);
    const done = (): void => {
      clearInterval(timer);
      this.body.removeEventListener("pointermove", move);
    };
    this.body.addEventListener("lostpointercapture", done, { once: true });
  }

  #clipboard(event: ClipboardEvent, run: () => void): void {
    if (!this.#ours()) return;
    event.preventDefault();
    run();
  }

  /** Some hosts send both the event and a command for one key press. */
  #paste(): void {
    const now = performance.now();
    if (now - this.#pasting < 50) return;
    this.#pasting = now;
    this.handlers.paste();
  }

  #ours(): boolean {
    return document.activeElement === this.grid || document.activeElement === document.body;
  }

  #local(event: MouseEvent): { x: number; y: number } {
    const box = this.body.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}
