// Coloured boxes behind the bytes, in both columns, from a pool: one element per run of bytes and row, none where there is
// nothing to colour. Only writes.
import { hexCellLeftPx, textCellLeftPx, type RowLayout } from "./rowLayout";

class Patch {
  readonly element = document.createElement("div");
  #class = "";
  #box = "";

  draw(name: string, leftPx: number, topPx: number, widthPx: number, heightPx: number): void {
    if (name !== this.#class) this.element.className = this.#class = name;
    const box = `${leftPx} ${topPx} ${widthPx} ${heightPx}`;
    if (box === this.#box) return;
    this.#box = box;
    const { style } = this.element;
    style.transform = `translate(${leftPx}px, ${topPx}px)`;
    style.width = `${widthPx}px`;
    style.height = `${heightPx}px`;
  }
}

export class PatchesView {
  readonly element = document.createElement("div");
  readonly #patches: Patch[] = [];
  #used = 0;

  constructor(name: string) {
    this.element.className = name;
    this.element.setAttribute("aria-hidden", "true");
  }

  begin(): void {
    this.#used = 0;
  }

  /** Bytes [first, end) of the row at `topPx`. */
  add(name: string, first: number, end: number, layout: RowLayout, topPx: number): void {
    const hexPx = hexCellLeftPx(layout, first);
    const hexEndPx = hexCellLeftPx(layout, end - 1) + layout.hexCellPx;
    this.#patch().draw(name, hexPx, topPx, hexEndPx - hexPx, layout.rowHeightPx);
    this.#patch().draw(
      name,
      textCellLeftPx(layout, first),
      topPx,
      (end - first) * layout.textCellPx,
      layout.rowHeightPx,
    );
  }

  end(): void {
    while (this.#patches.length > this.#used) this.#patches.pop()?.element.remove();
  }

  #patch(): Patch {
    let patch = this.#patches[this.#used++];
    if (patch === undefined) {
      patch = new Patch();
      this.#patches.push(patch);
      this.element.append(patch.element);
    }
    return patch;
  }
}
