// Coloured stripes one below the other, from a pool of elements. Only writes; knows no program.

export interface Stripe {
  readonly topPx: number;
  readonly heightPx: number;
  /** Class of its colour. */
  readonly look: string;
}

export class BandsView {
  readonly element = document.createElement("div");
  readonly #pool: HTMLElement[] = [];
  #drawn = "";

  constructor(name: string) {
    this.element.className = `section-bands ${name}`;
    this.element.setAttribute("aria-hidden", "true");
    this.element.hidden = true;
  }

  draw(stripes: readonly Stripe[]): void {
    const key = stripes.map(({ topPx, heightPx, look }) => `${topPx} ${heightPx} ${look}`).join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.element.hidden = stripes.length === 0;
    stripes.forEach(({ topPx, heightPx, look }, index) => {
      const stripe = (this.#pool[index] ??= this.element.appendChild(document.createElement("div")));
      stripe.className = `stripe ${look}`;
      stripe.style.transform = `translateY(${topPx}px)`;
      stripe.style.height = `${heightPx}px`;
    });
    for (const spare of this.#pool.splice(stripes.length)) spare.remove();
  }
}
