// Pixels of the uncompressed kinds: a picture is a grid of elements in the file, fetched as such.
// Offsets are exact at any size: only rows that the file really has are asked for.
import type { ByteSource, GatheredElements } from "../../engine/byteSource";
import { gather } from "../../engine/gather";
import { converterOf, type Convert } from "./convert";
import type { BmpLayout } from "./model";
import type { SampleGrid, Sampler } from "./sampler";

export class PlainSampler implements Sampler {
  private readonly convert: Convert;

  constructor(
    private readonly source: ByteSource,
    private readonly layout: BmpLayout,
  ) {
    this.convert = converterOf(layout);
  }

  sample(grid: SampleGrid, out: Uint32Array): void {
    const { columns, rows } = grid;
    out.fill(0, 0, columns * rows);
    const there = this.rowsInFile(grid);
    if (there.count === 0) return;
    const present = { ...grid, y: grid.y + there.first * grid.step, rows: there.count };
    const into = out.subarray(there.first * columns, (there.first + there.count) * columns);
    if (this.layout.bitsPerPixel >= 8) this.sampleBytes(present, into);
    else if (grid.step * this.layout.bitsPerPixel < 8) this.samplePacked(present, into);
    else this.sampleBits(present, into);
  }

  /** Which of the grid's rows have at least their first byte in the file. */
  private rowsInFile({ y, rows, step }: SampleGrid): { first: number; count: number } {
    const { pixels, rowBytes, height, topDown } = this.layout;
    const held = Math.min(height, Math.ceil((this.source.size - pixels) / rowBytes));
    if (held <= 0) return { first: 0, count: 0 };
    if (topDown) return { first: 0, count: Math.max(0, Math.min(rows, Math.ceil((held - y) / step))) };
    // The file has the rows from height - held down.
    const first = Math.min(rows, Math.max(0, Math.ceil((height - held - y) / step)));
    return { first, count: rows - first };
  }

  private rowOffset(y: number): number {
    const { pixels, rowBytes, height, topDown } = this.layout;
    return pixels + (topDown ? y : height - 1 - y) * rowBytes;
  }

  private elements(grid: SampleGrid, at: number, columns: number, columnStride: number, elementBytes: number) {
    const down = this.layout.topDown ? 1 : -1;
    return gather(this.source, {
      offset: this.rowOffset(grid.y) + at,
      rows: grid.rows,
      // A single row may have a stride beyond all bounds.
      rowStride: grid.rows > 1 ? down * grid.step * this.layout.rowBytes : 0,
      columns,
      columnStride: columns > 1 ? columnStride : 0,
      elementBytes,
    });
  }

  private sampleBytes(grid: SampleGrid, out: Uint32Array): void {
    const pixelBytes = this.layout.bitsPerPixel / 8;
    const found = this.elements(grid, grid.x * pixelBytes, grid.columns, grid.step * pixelBytes, pixelBytes);
    this.convert(new Uint8Array(found.bytes), out);
    forMissing(found, (start, end) => out.fill(0, start / pixelBytes, end / pixelBytes));
  }

  /** Several samples to a byte: all bytes of each row's stretch. */
  private samplePacked(grid: SampleGrid, out: Uint32Array): void {
    const { bitsPerPixel, colors } = this.layout;
    const { x, columns, rows, step } = grid;
    const firstByte = Math.floor((x * bitsPerPixel) / 8);
    const lastByte = Math.floor(((x + (columns - 1) * step) * bitsPerPixel) / 8);
    const perRow = lastByte - firstByte + 1;
    const found = this.elements(grid, firstByte, perRow, 1, 1);
    const bytes = new Uint8Array(found.bytes);
    const missing = new Uint8Array(found.missing.length > 0 ? bytes.length : 0);
    forMissing(found, (start, end) => missing.fill(1, start, end));
    const top = 2 ** bitsPerPixel - 1;
    const perByte = 8 / bitsPerPixel;
    const phase = x % perByte;
    for (let row = 0, to = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, to += 1) {
        const pixel = phase + column * step;
        const at = row * perRow + Math.floor(pixel / perByte);
        const right = 8 - bitsPerPixel * ((pixel % perByte) + 1);
        out[to] = missing[at] === 1 ? 0 : colors[(bytes[at]! >>> right) & top]!;
      }
    }
  }

  /** A sample to a byte at most. Samples that stand at the same place within their bytes are gathered together. */
  private sampleBits(grid: SampleGrid, out: Uint32Array): void {
    const { bitsPerPixel, colors } = this.layout;
    const { x, columns, rows, step } = grid;
    const perByte = 8 / bitsPerPixel;
    let period = 1;
    while ((period * step) % perByte !== 0) period *= 2;
    const top = 2 ** bitsPerPixel - 1;
    for (let phase = 0; phase < Math.min(period, columns); phase += 1) {
      const first = x + phase * step;
      const held = Math.ceil((columns - phase) / period);
      const right = 8 - bitsPerPixel * ((first % perByte) + 1);
      const found = this.elements(grid, Math.floor(first / perByte), held, (period * step) / perByte, 1);
      const bytes = new Uint8Array(found.bytes);
      const place = (index: number) => Math.floor(index / held) * columns + phase + (index % held) * period;
      for (let index = 0; index < held * rows; index += 1) out[place(index)] = colors[(bytes[index]! >>> right) & top]!;
      forMissing(found, (start, end) => {
        for (let index = start; index < end; index += 1) out[place(index)] = 0;
      });
    }
  }
}

function forMissing({ missing }: GatheredElements, take: (start: number, end: number) => void): void {
  for (let index = 0; index < missing.length; index += 2) take(missing[index]!, missing[index + 1]!);
}
