// Pixels of compressed pictures. A sparse index of places in the stream, built in slices as far as rows are asked for,
// makes any row as near as the last place before it.
import type { BmpDefect, BmpLayout } from "./model";
import type { CodedPlace, CodedSink, CodedWalk } from "./codedWalk";
import type { SampleGrid, Sampler } from "./sampler";

/** Of the stream, between two places of the index: 40 GB take 15 MB of index. */
const PLACE_BYTES = 64 * 1024;
/** Between two looks at the clock. */
const RECORDS_PER_LOOK = 4096;

export class CodedSampler implements Sampler {
  private readonly offsets: number[] = [];
  private readonly xs: number[] = [];
  private readonly ys: number[] = [];
  private readonly indexing: CodedWalk;
  private readonly colorOf: (value: number) => number;

  constructor(
    private readonly layout: BmpLayout,
    private readonly walkFrom: (place: CodedPlace) => CodedWalk,
  ) {
    const start = { offset: layout.pixels, x: 0, y: 0 };
    this.addPlace(start);
    this.indexing = this.walkFrom(start);
    const { colors } = layout;
    this.colorOf =
      layout.bitsPerPixel === 24
        ? (value) => (0xff000000 | (value >>> 16) | (value & 0xff00) | ((value & 0xff) << 16)) >>> 0
        : (value) => colors[value]!;
  }

  /** Rows of the stream, from its start, that can be sampled now. */
  get rowsIndexed(): number {
    return this.indexing.ended ? this.layout.height : this.indexing.y;
  }

  /** Known when the whole stream has been walked. */
  get defect(): BmpDefect | undefined {
    const { cutAt } = this.indexing;
    if (cutAt === undefined) return undefined;
    return {
      offset: cutAt,
      message: "the compressed pixels break off",
      incomplete: this.indexing.y < this.layout.height - 1,
    };
  }

  /** Walks on until the grid can be sampled, or until `deadline` (of performance.now()). True: it can. */
  prepare(grid: SampleGrid, deadline: number): boolean {
    const { height, topDown } = this.layout;
    const last = topDown ? grid.y + (grid.rows - 1) * grid.step : height - 1 - grid.y;
    while (this.rowsIndexed <= last) {
      for (let records = 0; records < RECORDS_PER_LOOK && !this.indexing.ended; records += 1) {
        this.indexing.step(undefined);
        if (this.indexing.resumable && this.indexing.offset - this.offsets.at(-1)! >= PLACE_BYTES) {
          this.addPlace(this.indexing);
        }
      }
      if (performance.now() > deadline) return this.rowsIndexed > last;
    }
    return true;
  }

  sample(grid: SampleGrid, out: Uint32Array): void {
    const { columns, rows, step } = grid;
    out.fill(0, 0, columns * rows);
    const { height, topDown } = this.layout;
    let walk: CodedWalk | undefined;
    const line = new LineSink(grid, this.colorOf);
    for (let index = 0; index < rows; index += 1) {
      // In the order of the stream, so that one walk serves neighbouring rows.
      const row = topDown ? index : rows - 1 - index;
      const y = grid.y + row * step;
      const streamY = topDown ? y : height - 1 - y;
      if (streamY >= this.rowsIndexed) break;
      const place = this.placeBefore(grid.x, streamY);
      if (walk === undefined || walk.offset < place.offset || isPast(walk, grid.x, streamY))
        walk = this.walkFrom(place);
      line.begin(streamY, out.subarray(row * columns, (row + 1) * columns));
      while (!walk.ended && (walk.y < streamY || (walk.y === streamY && walk.x <= line.lastX))) walk.step(line);
    }
  }

  private addPlace({ offset, x, y }: CodedPlace): void {
    this.offsets.push(offset);
    this.xs.push(x);
    this.ys.push(y);
  }

  /** The last place that has drawn nothing of the row from x on. */
  private placeBefore(x: number, y: number): CodedPlace {
    let low = 0;
    for (let high = this.ys.length; high - low > 1;) {
      const middle = Math.floor((low + high) / 2);
      const before = this.ys[middle]! < y || (this.ys[middle]! === y && this.xs[middle]! <= x);
      if (before) low = middle;
      else high = middle;
    }
    return { offset: this.offsets[low]!, x: this.xs[low]!, y: this.ys[low]! };
  }
}

function isPast(walk: CodedWalk, x: number, y: number): boolean {
  return walk.y > y || (walk.y === y && walk.x > x);
}

/** Takes of one row what the grid asks for. */
class LineSink implements CodedSink {
  readonly lastX: number;
  private out: Uint32Array = new Uint32Array(0);
  private y = -1;

  constructor(
    private readonly grid: SampleGrid,
    private readonly colorOf: (value: number) => number,
  ) {
    this.lastX = grid.x + (grid.columns - 1) * grid.step;
  }

  begin(y: number, out: Uint32Array): void {
    this.y = y;
    this.out = out;
  }

  run(x: number, y: number, count: number, even: number, odd: number): void {
    if (y !== this.y || x > this.lastX) return;
    const { x: left, step, columns } = this.grid;
    const first = Math.max(0, Math.ceil((x - left) / step));
    const end = Math.min(columns, Math.ceil((x + count - left) / step));
    for (let column = first; column < end; column += 1) {
      this.out[column] = this.colorOf((left + column * step - x) % 2 === 0 ? even : odd);
    }
  }
}
