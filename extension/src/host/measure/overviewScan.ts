// The overview of one document for one page: samples of the whole file at once, then each cell looked at in turn at a bounded
// rate, and again where bytes change. Reads positionally, so that nothing reads ahead. Knows the document's source and no
// webview. Thread rule: extension host's main thread, a few hundred microseconds at a time.
import type { ByteRange } from "../../../../shared/byteRange";
import type { OverviewCells } from "../../../../shared/measureProtocol";
import { Cell, cellAt, CELL_BYTES, cellCount, cellStart, MOST_CELLS } from "../../../../shared/overviewCells";
import type { ByteSource } from "../../engine/byteSource";
import { gather } from "../../engine/gather";
import { ByteCounts, shareOf } from "./byteCounts";
import { spreadPieces, Spans } from "./spans";

/** What the overview needs of a document. Without `extents` everything is stored, without `unsaved` nothing is edited. */
export interface OverviewSource extends ByteSource {
  extents?(start: number, end: number, limit: number): ByteRange[];
  unsaved?(limit: number): readonly ByteRange[];
}

export interface OverviewLimits {
  /** Samples are taken for so long at most. */
  readonly samplingMs: number;
  /** Smaller cells are read whole. */
  readonly mostCellBytes: number;
  /** Of the background. */
  readonly bytesPerSecond: number;
}

const LIMITS: OverviewLimits = { samplingMs: 120, mostCellBytes: 256 << 10, bytesPerSecond: 64 << 20 };
const SAMPLES_PER_CELL = 4;
const SAMPLE_BYTES = 256;
/** Cells of a round of samples stand this far apart: the first round shows the whole file. */
const ROUND_STEP = 8;
const PIECE_BYTES = 64 * 1024;
/** Smaller documents are read whole at once instead of sampled. */
const WHOLE_BYTES = 1 << 20;
const EXTENTS_AT_ONCE = 4096;
const EXTENT_CALLS = 4;
const MOST_UNSAVED = 65_536;
const TELL_MS = 100;
const AFTER_CHANGE_MS = 80;
/** A document that grew or shrank by less than this part of a cell keeps what is known of cells that did not change. */
const DRIFT_OF_CELL = 16;

export class OverviewScan {
  private cells = new Uint8Array(0);
  private size = 0;
  /** When the cells were laid out. */
  private laidSize = -1;
  private version = 0;
  private stored = new Spans([]);
  private edited = new Spans([]);
  /** Cells that are to be looked at, and those to be told. */
  private readonly open = new Uint8Array(MOST_CELLS);
  private firstNews = MOST_CELLS;
  private newsEnd = 0;
  private toldMs = 0;
  private running = false;
  /** Changes that are being taken up. */
  private following = 0;
  private ended = false;
  private changing: NodeJS.Timeout | undefined;

  constructor(
    private readonly source: OverviewSource,
    private readonly tell: (told: OverviewCells) => void,
    private readonly limits: OverviewLimits = LIMITS,
  ) {}

  /** All cells, as samples show them; the background begins. */
  async start(): Promise<OverviewCells> {
    await this.layOut();
    this.refine();
    return { size: this.size, from: 0, cells: this.cells.slice().buffer };
  }

  /** Bytes, size or what is unsaved may be others now. */
  changed(): void {
    this.changing ??= setTimeout(() => {
      this.changing = undefined;
      this.following += 1;
      void this.follow()
        .catch(() => undefined)
        .finally(() => (this.following -= 1));
    }, AFTER_CHANGE_MS);
  }

  /** Everything has been looked at and told, and no change is waiting; for tests. */
  get idle(): boolean {
    return this.changing === undefined && this.following === 0 && !this.running;
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.changing);
  }

  private async layOut(): Promise<void> {
    const { source } = this;
    this.size = this.laidSize = source.size;
    this.version = source.version;
    this.cells = new Uint8Array(cellCount(this.size) * CELL_BYTES);
    await this.findStretches();
    this.open.fill(0).fill(1, 0, cellCount(this.size));
    this.newsFor(0, cellCount(this.size));
    if (this.size > WHOLE_BYTES) await this.sample();
  }

  private async follow(): Promise<void> {
    const { source } = this;
    if (this.ended) return;
    const { all, changes } = source.changesSince?.(this.version) ?? { all: true, changes: [] };
    const cellBytes = this.laidSize / Math.max(1, cellCount(this.laidSize));
    const drifted = Math.abs(source.size - this.laidSize) * DRIFT_OF_CELL > cellBytes;
    if (all || drifted || cellCount(source.size) !== cellCount(this.size)) {
      await this.layOut();
      this.flush();
      return this.refine();
    }
    this.version = source.version;
    this.size = source.size;
    if (changes.length > 0) await this.findStretches();
    else this.findUnsaved();
    for (const { offset, newLength } of changes) {
      this.open.fill(1, cellAt(offset, this.size), cellAt(offset + Math.max(1, newLength) - 1, this.size) + 1);
    }
    this.markUnsaved();
    this.flush();
    this.refine();
  }

  private async findStretches(): Promise<void> {
    const { source, size } = this;
    const found: ByteRange[] = [];
    let at = 0;
    for (let call = 0; call < EXTENT_CALLS && at < size && source.extents !== undefined; call++) {
      const part = source.extents(at, size, EXTENTS_AT_ONCE);
      found.push(...part);
      at = part.length < EXTENTS_AT_ONCE ? size : (part.at(-1)?.end ?? size);
      await turn();
    }
    // Too scattered to be listed, or nobody knows: taken for stored.
    if (at < size) found.push({ start: at, end: size });
    this.stored = new Spans(found);
    this.findUnsaved();
  }

  private findUnsaved(): void {
    this.edited = new Spans(this.source.unsaved?.(MOST_UNSAVED) ?? []);
  }

  private markUnsaved(): void {
    for (let index = 0; index < cellCount(this.size); index++) {
      const { start, end } = this.bounds(index);
      const unsaved = shareOf(this.edited.length(start, end), end - start);
      const at = index * CELL_BYTES + Cell.unsaved;
      if (this.cells[at] === unsaved) continue;
      this.cells[at] = unsaved;
      this.newsFor(index, index + 1);
    }
  }

  private async sample(): Promise<void> {
    const { size, limits } = this;
    const count = cellCount(size);
    const stride = Math.floor(size / count);
    const until = performance.now() + limits.samplingMs;
    for (let round = 0; round < ROUND_STEP && !this.ended; round++) {
      // Cells are a byte longer than the stride here and there: less than a sample's distance from a cell's edge in all.
      const rows = Math.ceil((count - round) / ROUND_STEP);
      const columnStride = Math.floor(stride / SAMPLES_PER_CELL);
      const offset = round * stride + Math.floor((columnStride - SAMPLE_BYTES) / 2);
      const grid = { offset, rows, rowStride: ROUND_STEP * stride, columns: SAMPLES_PER_CELL, columnStride };
      const got = gather(this.source, { ...grid, elementBytes: SAMPLE_BYTES });
      if (got.version !== this.version) return;
      const bytes = new Uint8Array(got.bytes);
      const missing = new Spans(rangesOf(got.missing));
      for (let row = 0; row < rows; row++) {
        const counts = new ByteCounts();
        for (let column = 0; column < SAMPLES_PER_CELL; column++) {
          const at = (row * SAMPLES_PER_CELL + column) * SAMPLE_BYTES;
          const place = offset + row * ROUND_STEP * stride + column * columnStride;
          if (missing.length(at, at + SAMPLE_BYTES) > 0) counts.unreadable += SAMPLE_BYTES;
          else if (this.stored.length(place, place + SAMPLE_BYTES) === SAMPLE_BYTES) {
            counts.add(bytes.subarray(at, at + SAMPLE_BYTES));
          }
        }
        this.write(round + row * ROUND_STEP, counts);
      }
      await turn();
      if (performance.now() > until) return;
    }
  }

  private refine(): void {
    if (this.running || this.ended) return;
    this.running = true;
    void this.refineAll()
      // The document was closed, or its device is gone: the strip shows what is known.
      .catch(() => undefined)
      .finally(() => {
        this.running = false;
        if (!this.ended) this.flush();
      });
  }

  private async refineAll(): Promise<void> {
    const began = performance.now();
    let read = 0;
    for (let index = this.open.indexOf(1); index >= 0 && !this.ended; index = this.open.indexOf(1)) {
      read += await this.look(index);
      if (performance.now() - this.toldMs > TELL_MS) this.flush();
      const dueMs = began + (read / this.limits.bytesPerSecond) * 1000 - performance.now();
      if (dueMs > 1) await new Promise((next) => setTimeout(next, dueMs));
      else await turn();
    }
  }

  /** Looks at a cell, or at as many as one read holds. @returns bytes read */
  private async look(first: number): Promise<number> {
    const { start } = this.bounds(first);
    let end = first + 1;
    while (this.open[end] === 1 && this.bounds(end).end - start <= PIECE_BYTES) end += 1;
    this.open.fill(0, first, end);
    const stop = this.bounds(end - 1).end;
    const counts = Array.from({ length: end - first }, () => new ByteCounts());
    const { version } = this;
    let read = 0;
    const pieces = spreadPieces(this.stored.within(start, stop), this.limits.mostCellBytes, PIECE_BYTES);
    for (const piece of pieces) {
      if (this.ended || this.version !== version) return read;
      const length = Math.min(piece.end, this.source.size) - piece.start;
      if (length <= 0) continue;
      const window = await this.source.read(piece.start, length);
      read += length;
      for (let index = first; index < end; index++) {
        count(counts[index - first]!, piece.start, new Uint8Array(window.bytes), window.unreadable, this.bounds(index));
      }
    }
    // Where bytes changed meanwhile, the cells are open again, or laid out anew.
    if (this.version !== version) this.open.fill(1, first, Math.min(end, cellCount(this.size)));
    else counts.forEach((one, index) => this.write(first + index, one));
    return read;
  }

  private write(index: number, counts: ByteCounts): void {
    const { start, end } = this.bounds(index);
    const cell = this.cells.subarray(index * CELL_BYTES, (index + 1) * CELL_BYTES);
    counts.write(cell, end - start, this.stored.length(start, end), this.edited.length(start, end));
    this.newsFor(index, index + 1);
  }

  private bounds(index: number): ByteRange {
    return { start: cellStart(index, this.size), end: cellStart(index + 1, this.size) };
  }

  private newsFor(from: number, end: number): void {
    this.firstNews = Math.min(this.firstNews, from);
    this.newsEnd = Math.max(this.newsEnd, end);
  }

  private flush(): void {
    this.toldMs = performance.now();
    const { firstNews: from, newsEnd: end } = this;
    if (from >= end && this.size > 0) return;
    this.firstNews = MOST_CELLS;
    this.newsEnd = 0;
    this.tell({ size: this.size, from, cells: this.cells.slice(from * CELL_BYTES, end * CELL_BYTES).buffer });
  }
}

function count(
  into: ByteCounts,
  offset: number,
  bytes: Uint8Array,
  unreadable: readonly ByteRange[],
  { start, end }: ByteRange,
): void {
  const from = Math.max(start, offset);
  const to = Math.min(end, offset + bytes.length);
  let at = from;
  for (const bad of unreadable) {
    if (bad.end <= at || bad.start >= to) continue;
    if (bad.start > at) into.add(bytes.subarray(at - offset, bad.start - offset));
    into.unreadable += Math.min(to, bad.end) - Math.max(at, bad.start);
    at = Math.min(to, bad.end);
  }
  if (at < to) into.add(bytes.subarray(at - offset, to - offset));
}

function rangesOf(flat: readonly number[]): ByteRange[] {
  return Array.from({ length: flat.length / 2 }, (_, at) => ({ start: flat[2 * at]!, end: flat[2 * at + 1]! }));
}

function turn(): Promise<void> {
  return new Promise((next) => setImmediate(next));
}
