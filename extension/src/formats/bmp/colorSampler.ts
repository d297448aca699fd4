// Pixels that somebody else has decoded, all of them in memory.
import type { SampleGrid, Sampler } from "./sampler";

export class ColorSampler implements Sampler {
  /** @param colors row by row, the top one first, as palette.ts packs them */
  constructor(
    private readonly width: number,
    private readonly colors: Uint32Array,
  ) {}

  sample({ x, y, columns, rows, step }: SampleGrid, out: Uint32Array): void {
    for (let row = 0, to = 0; row < rows; row += 1) {
      let from = (y + row * step) * this.width + x;
      for (let column = 0; column < columns; column += 1, to += 1, from += step) out[to] = this.colors[from]!;
    }
  }
}
