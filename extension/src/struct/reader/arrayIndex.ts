// Where elements of an array begin: every so many, in bounded memory. When full, every other mark is dropped and marks are
// made half as often. Positions are bytes with eighths. Pure.

export class ArrayIndex {
  readonly #maxMarks: number;
  /** Elements from one mark to the next. */
  #step = 1;
  #count = 0;
  #marks = new Float64Array(8);

  /** @param maxBytes for marks, in memory */
  constructor(maxBytes: number) {
    this.#maxMarks = Math.max(16, 2 ** Math.floor(Math.log2(maxBytes / 8)));
  }

  /** Elements are added in order, from 0, none left out; adding one again changes nothing. */
  add(index: number, position: number): void {
    if (index % this.#step !== 0 || index < this.#count * this.#step) return;
    if (this.#count === this.#marks.length) this.#makeRoom();
    if (index % this.#step !== 0) return;
    this.#marks[this.#count] = position;
    this.#count += 1;
  }

  #makeRoom(): void {
    if (this.#marks.length < this.#maxMarks) {
      const larger = new Float64Array(this.#marks.length * 2);
      larger.set(this.#marks);
      this.#marks = larger;
      return;
    }
    for (let mark = 0; mark < this.#maxMarks / 2; mark += 1) this.#marks[mark] = this.#marks[mark * 2] ?? 0;
    this.#count = this.#maxMarks / 2;
    this.#step *= 2;
  }

  /** The last mark at or before an element that was added. */
  before(index: number): { readonly index: number; readonly position: number } {
    const mark = Math.min(Math.floor(index / this.#step), this.#count - 1);
    return { index: mark * this.#step, position: this.#marks[mark] ?? 0 };
  }

  /** The last element known to begin at or before `position`. */
  at(position: number): { readonly index: number; readonly position: number } {
    let low = 0;
    let high = this.#count;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#marks[middle] ?? 0) <= position) low = middle;
      else high = middle;
    }
    return { index: low * this.#step, position: this.#marks[low] ?? 0 };
  }

  /** Where an element begins, if there is a mark for it. */
  exactly(index: number): number | undefined {
    return index % this.#step === 0 && index / this.#step < this.#count ? this.#marks[index / this.#step] : undefined;
  }

  /** Forgets elements from `count` on. */
  cut(count: number): void {
    this.#count = Math.min(this.#count, Math.ceil(count / this.#step));
  }

  get memoryBytes(): number {
    return this.#marks.byteLength;
  }
}
