// What the strip of the whole file shows: cells as the host tells them, lines of the strip made of them, words about them.
// Pure; heights and places along the strip are pixels of any kind.
import { Cell, cellAt, CELL_BYTES, cellCount, cellStart, CellState } from "../../../shared/overviewCells";
import type { OverviewCells } from "../../../shared/measureProtocol";
import { formatExactBytes } from "../../../shared/formatNumber";
import type { ByteRange } from "../../../shared/byteRange";

export const CLASSES = ["zeros", "low", "printable", "high"] as const;
export type ByteClass = (typeof CLASSES)[number];
export const CLASS_NAMES: Readonly<Record<ByteClass, string>> = {
  zeros: "zeros",
  low: "low and control bytes",
  printable: "printable ASCII",
  high: "bytes from 80 on",
};

/** One line of the strip, or one cell; shares are 0 to 1. */
export interface StripLine {
  /** False: nobody has looked yet. */
  readonly known: boolean;
  /** Of the stored bytes, in bits for each byte. */
  readonly entropy: number;
  readonly shares: Readonly<Record<ByteClass, number>>;
  readonly holes: number;
  readonly unsaved: boolean;
  readonly unreadable: boolean;
}

export class OverviewModel {
  /** Grows with each news: what was drawn may be old. */
  revision = 0;
  #size = 0;
  #cells = new Uint8Array(0);

  get size(): number {
    return this.#size;
  }

  get count(): number {
    return this.#cells.length / CELL_BYTES;
  }

  take({ size, from, cells }: OverviewCells): void {
    const bytes = cellCount(size) * CELL_BYTES;
    if (this.#cells.length !== bytes) this.#cells = new Uint8Array(bytes);
    this.#size = size;
    this.#cells.set(new Uint8Array(cells).subarray(0, Math.max(0, bytes - from * CELL_BYTES)), from * CELL_BYTES);
    this.revision += 1;
  }

  /** The cells between two places of a strip of `height`, taken together. */
  line(from: number, to: number, height: number): StripLine {
    const { count } = this;
    const first = Math.min(count - 1, Math.floor((from / height) * count));
    const end = Math.min(count, Math.max(first + 1, Math.ceil((to / height) * count)));
    return this.#merge(Math.max(0, first), end);
  }

  offsetAt(place: number, height: number): number {
    const { count } = this;
    if (count === 0) return 0;
    const along = Math.min(Math.max(0, place / height), 1) * count;
    const index = Math.min(count - 1, Math.floor(along));
    const { start, end } = this.range(index);
    return Math.min(end - 1, start + Math.floor((end - start) * (along - index)));
  }

  placeOf(offset: number, height: number): number {
    const { count } = this;
    if (count === 0) return 0;
    const { start, end } = this.range(this.cellOf(offset));
    const within = Math.min(1, (offset - start) / (end - start));
    return ((this.cellOf(offset) + within) / count) * height;
  }

  cellOf(offset: number): number {
    return cellAt(offset, this.#size);
  }

  range(index: number): ByteRange {
    return { start: cellStart(index, this.#size), end: cellStart(index + 1, this.#size) };
  }

  cell(index: number): StripLine {
    return this.#merge(index, index + 1);
  }

  /** True: samples only, so far. */
  isSampled(index: number): boolean {
    return this.#cells[index * CELL_BYTES + Cell.state] === CellState.sampled;
  }

  #merge(from: number, end: number): StripLine {
    const cells = this.#cells;
    const shares = { zeros: 0, low: 0, printable: 0, high: 0 };
    let [known, stored, entropy, holes] = [0, 0, 0, 0];
    let [unsaved, unreadable] = [false, false];
    for (let at = from * CELL_BYTES; at < end * CELL_BYTES; at += CELL_BYTES) {
      const hole = (cells[at + Cell.holes] ?? 0) / 255;
      if (cells[at + Cell.unsaved] !== 0) unsaved = true;
      if (cells[at + Cell.unreadable] !== 0) unreadable = true;
      if (cells[at + Cell.state] === CellState.unknown && hole < 1) continue;
      known += 1;
      holes += hole;
      const weight = 1 - hole;
      stored += weight;
      entropy += weight * (cells[at + Cell.entropy] ?? 0);
      for (const name of CLASSES) shares[name] += weight * (cells[at + Cell[name]] ?? 0);
    }
    // Shares were rounded, each by itself: of their own sum they are a whole again.
    const sum = CLASSES.reduce((all, name) => all + shares[name], 0);
    if (sum > 0) for (const name of CLASSES) shares[name] /= sum;
    return {
      known: known > 0,
      entropy: stored > 0 ? (entropy / stored / 255) * 8 : 0,
      shares,
      holes: known > 0 ? holes / known : 0,
      unsaved,
      unreadable,
    };
  }
}

export interface CellWords {
  readonly place: string;
  readonly length: string;
  /** Absent where there is nothing stored, or nobody has looked. */
  readonly entropy?: string;
  readonly shares: readonly { readonly name: ByteClass; readonly percent: string }[];
  readonly notes: readonly string[];
}

/** What a cell is, for people. */
export function describeCell(model: OverviewModel, index: number): CellWords {
  const { start, end } = model.range(index);
  const { known, entropy, shares, holes, unsaved, unreadable } = model.cell(index);
  const notes = [
    ...(known ? [] : ["not looked at yet"]),
    ...(holes >= 1 ? ["a hole: zeros that take no room"] : holes > 0 ? [`${percent(holes)} holes`] : []),
    ...(unsaved ? ["unsaved changes"] : []),
    ...(unreadable ? ["unreadable bytes"] : []),
    ...(model.isSampled(index) ? ["from samples"] : []),
  ];
  const stored = known && holes < 1 && CLASSES.some((name) => shares[name] > 0);
  return {
    place: `0x${start.toString(16).toUpperCase()} – 0x${(end - 1).toString(16).toUpperCase()}`,
    length: formatExactBytes(end - start),
    ...(stored ? { entropy: `${entropy.toFixed(2)} bits of 8` } : {}),
    shares: stored
      ? CLASSES.filter((name) => shares[name] > 0).map((name) => ({ name, percent: percent(shares[name]) }))
      : [],
    notes,
  };
}

/** The same in a sentence, to be spoken. */
export function sayCell(model: OverviewModel, index: number): string {
  if (model.count === 0) return "The file is empty.";
  const { entropy, shares, notes } = describeCell(model, index);
  const most = [...shares].sort((a, b) => Number.parseFloat(b.percent) - Number.parseFloat(a.percent))[0];
  return [
    `offset 0x${model.range(index).start.toString(16).toUpperCase()}`,
    ...(entropy === undefined ? [] : [`entropy ${entropy}`]),
    ...(most === undefined ? [] : [`${most.percent} ${CLASS_NAMES[most.name]}`]),
    ...notes,
  ].join(", ");
}

function percent(share: number): string {
  const whole = Math.round(share * 100);
  return share > 0 && whole === 0 ? "< 1 %" : `${whole} %`;
}
