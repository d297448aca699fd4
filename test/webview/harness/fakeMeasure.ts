// The host's side of the overview over the fake host's bytes: up to 64 bytes of each cell, no holes but those that it is told.
import {
  STATS_BUCKETS,
  type MeasureAnswer,
  type MeasureQuestion,
  type OverviewCells,
} from "../../../shared/measureProtocol";
import { Cell, CELL_BYTES, cellCount, cellStart, CellState } from "../../../shared/overviewCells";

const LOOKED_AT = 64;

export interface FakeMeasured {
  size(): number;
  byte(offset: number): number;
  isUnsaved(start: number, end: number): boolean;
}

export class FakeMeasure {
  /** Parts of the file, 0 to 1. */
  holes: readonly [start: number, end: number] = [0, 0];

  constructor(private readonly bytes: FakeMeasured) {}

  answer(ask: MeasureQuestion): MeasureAnswer[MeasureQuestion["kind"]] {
    switch (ask.kind) {
      case "overview":
        return this.overview();
      case "close":
        return {};
      case "subject":
        return { name: "sample.bin", start: 0, end: this.bytes.size() };
      case "stats": {
        const buckets = Math.min(STATS_BUCKETS, ask.end - ask.start);
        const counts = Array.from({ length: 256 }, (_, byte) => (byte === 0 ? 5000 : 1000 + 500 * Math.sin(byte / 20)));
        const entropy = Array.from({ length: buckets }, (_, at) => 4 + 3.9 * Math.sin((at / buckets) * 12));
        const pairs = Uint8Array.from({ length: 65536 }, (_, at) => ((at % 256) * Math.floor(at / 256)) / 256);
        return { ...ask, counts, entropy, pairs: pairs.buffer, pairBytes: 4096, unreadableBytes: 0, stale: false };
      }
      default:
        return ask satisfies never;
    }
  }

  overview(): OverviewCells {
    const size = this.bytes.size();
    const cells = new Uint8Array(cellCount(size) * CELL_BYTES);
    for (let index = 0; index < cellCount(size); index++) {
      this.#write(cells.subarray(index * CELL_BYTES), cellStart(index, size), cellStart(index + 1, size), size);
    }
    return { size, from: 0, cells: cells.buffer };
  }

  #write(cell: Uint8Array, start: number, end: number, size: number): void {
    const length = Math.min(LOOKED_AT, end - start);
    const bytes = Array.from({ length }, (_, at) => this.bytes.byte(start + at));
    const share = (fits: (byte: number) => boolean): number => Math.round((bytes.filter(fits).length / length) * 255);
    const printable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;
    const hole = start / size >= this.holes[0] && end / size <= this.holes[1];
    cell[Cell.state] = length < end - start ? CellState.sampled : CellState.whole;
    cell[Cell.unsaved] = this.bytes.isUnsaved(start, end) ? 1 : 0;
    if (hole) {
      cell[Cell.holes] = 255;
      return;
    }
    cell[Cell.entropy] = Math.round((new Set(bytes).size / LOOKED_AT) * 255);
    cell[Cell.zeros] = share((byte) => byte === 0);
    cell[Cell.low] = share((byte) => byte > 0 && byte < 0x80 && !printable(byte));
    cell[Cell.printable] = share(printable);
    cell[Cell.high] = share((byte) => byte >= 0x80);
  }
}
