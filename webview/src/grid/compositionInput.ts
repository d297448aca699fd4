// Typed text, input methods included, for an element that is no text field, through EditContext (Chromium 121 and later).
// Without it `works` is false and the grid reads plain key presses instead.
// Source: W3C EditContext API, and MDN "EditContext".

interface TextUpdate extends Event {
  readonly text: string;
}
interface EditContext extends EventTarget {
  readonly text: string;
  updateText(start: number, end: number, text: string): void;
  updateSelection(start: number, end: number): void;
  updateControlBounds(box: DOMRect): void;
  updateSelectionBounds(box: DOMRect): void;
}
type EditContextHolder = HTMLElement & { editContext?: EditContext | null };

export interface CompositionInputHandlers {
  typed(text: string): void;
  cursorBox(): DOMRect | undefined;
}

export class CompositionInput {
  /** What is being composed, beside the cursor until it is committed. */
  readonly #preview = document.createElement("div");
  #context: EditContext | undefined;
  #composing = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly handlers: CompositionInputHandlers,
  ) {
    this.#preview.className = "composition";
    this.#preview.hidden = true;
    document.body.append(this.#preview);
    this.#attach();
  }

  get works(): boolean {
    return this.#context !== undefined;
  }

  /** The cursor went elsewhere: what was being composed is dropped. */
  cancel(): void {
    if (!this.#composing) return;
    this.#composing = false;
    this.#clear();
    // A new context is the only way to end a composition from here.
    this.#attach();
  }

  #attach(): void {
    const Constructor = (window as { EditContext?: new () => EditContext }).EditContext;
    if (Constructor === undefined) return;
    const context = new Constructor();
    context.addEventListener("textupdate", (event) => {
      if (context !== this.#context) return;
      if (this.#composing) this.#show(context.text);
      else this.#commit((event as TextUpdate).text);
    });
    context.addEventListener("compositionstart", () => {
      this.#composing = true;
      const box = this.handlers.cursorBox();
      if (box === undefined) return;
      context.updateControlBounds(box);
      context.updateSelectionBounds(box);
    });
    context.addEventListener("compositionend", () => {
      if (context !== this.#context || !this.#composing) return;
      this.#composing = false;
      this.#commit(context.text);
    });
    this.#context = context;
    (this.element as EditContextHolder).editContext = context;
  }

  #commit(text: string): void {
    this.#clear();
    if (text !== "") this.handlers.typed(text);
  }

  #clear(): void {
    this.#preview.hidden = true;
    this.#context?.updateText(0, this.#context.text.length, "");
    this.#context?.updateSelection(0, 0);
  }

  #show(text: string): void {
    const box = this.handlers.cursorBox();
    this.#preview.hidden = text === "" || box === undefined;
    this.#preview.textContent = text;
    if (box === undefined) return;
    this.#preview.style.left = `${box.left}px`;
    this.#preview.style.top = `${box.top}px`;
  }
}
