// Box reduction: each pixel of the smaller picture is the mean of a square of the larger one, weighted by alpha.
// Pure.

/** Sums up samples, row by row, into one row of means. */
export class RowReducer {
  private readonly red: Float64Array;
  private readonly green: Float64Array;
  private readonly blue: Float64Array;
  private readonly alpha: Float64Array;
  private readonly samples: Float64Array;

  /** @param columns of the smaller picture. @param side samples of each square's side. */
  constructor(
    columns: number,
    private readonly side: number,
  ) {
    this.red = new Float64Array(columns);
    this.green = new Float64Array(columns);
    this.blue = new Float64Array(columns);
    this.alpha = new Float64Array(columns);
    this.samples = new Float64Array(columns);
  }

  /** @param row samples; the last square of a row may have fewer. */
  add(row: Uint32Array): void {
    for (let column = 0, index = 0; index < row.length; column += 1) {
      const end = Math.min(row.length, index + this.side);
      this.samples[column]! += end - index;
      let red = 0;
      let green = 0;
      let blue = 0;
      let weight = 0;
      for (; index < end; index += 1) {
        const color = row[index]!;
        const alpha = color >>> 24;
        red += (color & 0xff) * alpha;
        green += ((color >>> 8) & 0xff) * alpha;
        blue += ((color >>> 16) & 0xff) * alpha;
        weight += alpha;
      }
      this.red[column]! += red;
      this.green[column]! += green;
      this.blue[column]! += blue;
      this.alpha[column]! += weight;
    }
  }

  /** Writes the means, as many as `out` takes, and starts anew. */
  finish(out: Uint32Array): void {
    const { red, green, blue, alpha, samples } = this;
    for (let column = 0; column < out.length; column += 1) {
      const weight = alpha[column]!;
      if (weight === 0) {
        out[column] = 0;
        continue;
      }
      const level = Math.round(weight / samples[column]!);
      const [r, g, b] = [red[column]! / weight, green[column]! / weight, blue[column]! / weight];
      out[column] = (level << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r);
    }
    for (const sums of [this.red, this.green, this.blue, this.alpha, this.samples]) sums.fill(0);
  }
}
