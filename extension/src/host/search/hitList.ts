// The hits of one search, ascending: 8 bytes each, 16 where they differ in length; in memory up to a bound, behind it in a file
// of its own. Knows no document. Thread rule: one thread; reads and writes are short and synchronous.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { ByteRange } from "../../../../shared/byteRange";

/** Numbers in memory, 8 bytes each, before a block goes to the file. */
const BLOCK = 1024 * 1024;
/** What is read of the file at once, in numbers. */
const WINDOW = 4096;
const BYTES = Float64Array.BYTES_PER_ELEMENT;

export class HitList {
  private readonly stride: 1 | 2;
  /** The newest numbers; those before are in the file. */
  private tail = new Float64Array(1024);
  private filled = 0;
  private spilled = 0;
  private file: { readonly handle: number; readonly folder: string } | undefined;
  private windowAt = -1;
  private window = new Float64Array(0);

  /** @param length bytes of each hit; 0: they differ, and ranges are added instead of offsets. */
  constructor(
    private readonly length: number,
    private readonly block = BLOCK,
  ) {
    this.stride = length === 0 ? 2 : 1;
  }

  get count(): number {
    return (this.spilled + this.filled) / this.stride;
  }

  /** @param numbers offsets, or flattened ranges */
  add(numbers: Float64Array): void {
    for (let from = 0; from < numbers.length;) {
      if (this.filled === this.block) this.spill();
      const part = numbers.subarray(from, from + this.block - this.filled);
      this.reserve(this.filled + part.length);
      this.tail.set(part, this.filled);
      this.filled += part.length;
      from += part.length;
    }
  }

  /** @param index 0 to count - 1 */
  at(index: number): ByteRange {
    const start = this.number(index * this.stride);
    return { start, end: this.stride === 1 ? start + this.length : this.number(index * 2 + 1) };
  }

  /** Index of the first hit that begins at `offset` or behind it. */
  firstFrom(offset: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.number(middle * this.stride) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  dispose(): void {
    this.tail = new Float64Array(0);
    this.filled = this.spilled = 0;
    const { file } = this;
    this.file = undefined;
    if (file === undefined) return;
    fs.closeSync(file.handle);
    fs.rmSync(file.folder, { recursive: true, force: true });
  }

  private number(at: number): number {
    if (at >= this.spilled) return this.tail[at - this.spilled] ?? NaN;
    const windowAt = at - (at % WINDOW);
    if (windowAt !== this.windowAt) this.readWindow(windowAt);
    return this.window[at - windowAt] ?? NaN;
  }

  private readWindow(at: number): void {
    const numbers = new Float64Array(Math.min(WINDOW, this.spilled - at));
    if (this.file !== undefined) fs.readSync(this.file.handle, numbers, 0, numbers.byteLength, at * BYTES);
    this.window = numbers;
    this.windowAt = at;
  }

  private reserve(length: number): void {
    if (length <= this.tail.length) return;
    const grown = new Float64Array(Math.min(this.block, Math.max(length, 2 * this.tail.length)));
    grown.set(this.tail.subarray(0, this.filled));
    this.tail = grown;
  }

  private spill(): void {
    if (this.file === undefined) {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-hits-"));
      this.file = { folder, handle: fs.openSync(path.join(folder, "hits"), "w+") };
    }
    fs.writeSync(this.file.handle, this.tail, 0, this.filled * BYTES, this.spilled * BYTES);
    this.spilled += this.filled;
    this.filled = 0;
    this.windowAt = -1;
  }
}
