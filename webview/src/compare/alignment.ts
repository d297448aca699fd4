// The rows that both sides of a comparison share: places count the bytes of the longer side of each difference, so that equal bytes
// stand beside each other, and where a side has fewer bytes it has a gap. Pure; found by halving, so that a frame costs what it shows.
import type { ByteRange } from "../../../shared/byteRange";
import type { CompareSide } from "../../../shared/compareProtocol";
import { MARK_BUCKETS } from "../../../shared/findProtocol";
import type { DifferenceKind, DifferenceList } from "./differenceList";

/** Places [start, end) of a side. */
export interface Stretch extends ByteRange {
  /** Of the first byte; undefined: the side has no bytes there. */
  readonly offset: number | undefined;
  /** undefined: equal on both sides, or not compared yet. */
  readonly kind: DifferenceKind | undefined;
}

type Point = Readonly<Record<CompareSide | "place", number>>;

const NO_RANGES: Readonly<Record<CompareSide, ByteRange>> = { left: { start: 0, end: 0 }, right: { start: 0, end: 0 } };

export class Alignment {
  #ranges = NO_RANGES;
  /** Where each difference begins, as far as it was asked for. */
  #places: number[] = [];
  #run = 0;

  constructor(private readonly list: DifferenceList) {}

  /** What is compared. */
  set ranges(ranges: Readonly<Record<CompareSide, ByteRange>>) {
    this.#ranges = ranges;
    this.#places = [];
  }

  /** Places in all. */
  get size(): number {
    const { place, left, right } = this.#behind(this.#count - 1);
    const { left: leftRange, right: rightRange } = this.#ranges;
    return place + Math.max(0, leftRange.end - left, rightRange.end - right);
  }

  /** Both sides of a difference. */
  difference(index: number): ByteRange {
    return { start: this.#begin(index), end: this.#behind(index).place };
  }

  /** The first difference that begins at `place` or behind it; the count when there is none. */
  firstFrom(place: number): number {
    return place <= 0 ? 0 : this.#lastAt(place - 1) + 1;
  }

  /** What a side has in the places [start, end), ascending, without holes as far as there are places. */
  stretches(side: CompareSide, start: number, end: number): Stretch[] {
    const found: Stretch[] = [];
    const add = (from: number, to: number, offset: number | undefined, kind: DifferenceKind | undefined): void => {
      const [first, last] = [Math.max(from, start), Math.min(to, end)];
      if (first < last)
        found.push({ start: first, end: last, offset: offset === undefined ? undefined : offset + first - from, kind });
    };
    for (let index = this.#lastAt(start); ; index++) {
      const { place, [side]: next } = this.#behind(index);
      if (index >= 0) {
        const { kind, [side]: bytes } = this.list.at(index);
        const from = this.#begin(index);
        const to = from + bytes.end - bytes.start;
        add(from, to, bytes.start, kind);
        add(to, place, undefined, kind);
      }
      const isLast = index + 1 >= this.#count;
      const equalEnd = isLast ? place + Math.max(0, this.#ranges[side].end - next) : this.#begin(index + 1);
      add(place, equalEnd, next, undefined);
      if (isLast) add(equalEnd, this.size, undefined, undefined);
      if (isLast || equalEnd >= end) return found;
    }
  }

  /** The byte at a place; in a gap the next one. */
  offsetAt(side: CompareSide, place: number): number {
    const index = this.#lastAt(place);
    const { place: behind, [side]: next } = this.#behind(index);
    if (index < 0 || place >= behind) return Math.min(Math.max(next, this.#ranges[side].end), next + place - behind);
    const { start, end } = this.list.at(index)[side];
    return Math.min(end, start + place - this.#begin(index));
  }

  placeOf(side: CompareSide, offset: number): number {
    const index = this.#last((at) => this.list.at(at)[side].start <= offset);
    const { place, [side]: next } = this.#behind(index);
    if (index < 0 || offset >= next) return place + offset - next;
    return this.#begin(index) + offset - this.list.at(index)[side].start;
  }

  /** Parts of the whole that differ. */
  marks(): number[] {
    const { size } = this;
    const parts = new Set<number>();
    const partOf = (place: number): number => Math.min(MARK_BUCKETS - 1, Math.floor((place / size) * MARK_BUCKETS));
    for (let index = 0; index < this.#count && parts.size < MARK_BUCKETS; index++) {
      const { start, end } = this.difference(index);
      for (let part = partOf(start); part <= partOf(end - 1); part++) parts.add(part);
    }
    return [...parts].sort((a, b) => a - b);
  }

  get #count(): number {
    return this.list.count;
  }

  #begin(index: number): number {
    const { list } = this;
    if (list.run !== this.#run) this.#places = [];
    this.#run = list.run;
    for (let at = this.#places.length; at <= index; at++) {
      const { place, left } = this.#behind(at - 1);
      this.#places.push(place + list.at(at).left.start - left);
    }
    return this.#places[index] ?? 0;
  }

  /** Where the bytes behind a difference are; -1: the first of all. */
  #behind(index: number): Point {
    if (index < 0) return { place: 0, left: this.#ranges.left.start, right: this.#ranges.right.start };
    const { left, right } = this.list.at(index);
    const length = Math.max(left.end - left.start, right.end - right.start);
    return { place: this.#begin(index) + length, left: left.end, right: right.end };
  }

  /** The last difference that begins at `place` or before it; -1: none. */
  #lastAt(place: number): number {
    return this.#last((index) => this.#begin(index) <= place);
  }

  #last(holds: (index: number) => boolean): number {
    let low = 0;
    let high = this.#count;
    this.#begin(high - 1);
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (holds(middle)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
