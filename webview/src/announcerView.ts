// Speaks where the cursor is, through a polite live region; waits until the cursor rests, so that holding a key is no flood.

const REST_MS = 150;

export class AnnouncerView {
  readonly element = document.createElement("div");
  #timer: number | undefined;

  constructor() {
    this.element.className = "spoken";
    this.element.setAttribute("aria-live", "polite");
    this.element.setAttribute("aria-atomic", "true");
  }

  /** @param describe asked only when it is time to speak; "" says nothing. */
  say(describe: () => string): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      const words = describe();
      if (words !== "") this.element.textContent = words;
    }, REST_MS);
  }
}
