// The bookmarks of one document, moved along as bytes before and in them come and go; undo and redo bring them to where they were.
// Pure: knows positions of a history and changes, no document.
import type { BookmarkMark } from "../../../../shared/bookmarks";
import type { ByteRange } from "../../../../shared/byteRange";
import type { DocumentChange } from "../../engine/byteSource";

/** Empty while its bytes are deleted: an undo brings it back. */
export interface Bookmark extends BookmarkMark {
  readonly id: number;
}

/** Steps of the history whose bookmarks are kept as they were; further back they are moved by the changes alone. */
const MOST_STEPS = 256;

export interface ContentStep {
  /** The position in the history that the content is at now. */
  readonly position: number;
  /** By undo or redo, to a content that was there before. */
  readonly sought: boolean;
  readonly changes: readonly DocumentChange[];
}

export class BookmarkList {
  private list: readonly Bookmark[] = [];
  private nextId = 1;
  /** As they were when the content left a position. */
  private readonly left = new Map<number, readonly Bookmark[]>();

  constructor(private position: number) {}

  /** Those that have bytes, ascending. */
  get shown(): readonly Bookmark[] {
    return this.list.filter(({ start, end }) => start < end);
  }

  /** With those whose bytes are deleted. */
  get all(): readonly Bookmark[] {
    return this.list;
  }

  get at(): number {
    return this.position;
  }

  add(mark: BookmarkMark): void {
    this.set([...this.list, { ...mark, id: this.nextId++ }]);
  }

  remove(id: number): void {
    this.set(this.list.filter((one) => one.id !== id));
  }

  change(id: number, change: Partial<Pick<BookmarkMark, "name" | "color">>): void {
    this.set(this.list.map((one) => (one.id === id ? { ...one, ...change } : one)));
  }

  clear(): void {
    this.set([]);
  }

  /** The innermost one over the byte. */
  over(offset: number): Bookmark | undefined {
    const those = this.shown.filter(({ start, end }) => start <= offset && offset < end);
    return those.reduce<Bookmark | undefined>(
      (best, one) => (best === undefined || one.end - one.start <= best.end - best.start ? one : best),
      undefined,
    );
  }

  /** The content became another one. */
  follow({ position, sought, changes }: ContentStep): void {
    this.place(
      this.list.map((one) => changes.reduce(moved, one)),
      position,
      sought,
    );
  }

  /** As follow(), where nobody knows what changed: @param ranges where they all are now, in the order of `all`. */
  place(ranges: readonly ByteRange[], position: number, sought: boolean): void {
    this.left.delete(this.position);
    this.left.set(this.position, this.list);
    const before = new Map((sought ? this.left.get(position) : undefined)?.map((one) => [one.id, one]));
    this.set(
      this.list.map((one, index) => {
        const { start, end } = before.get(one.id) ?? ranges[index] ?? one;
        return start === one.start && end === one.end ? one : { ...one, start, end };
      }),
    );
    // An edit ends what could have been redone.
    if (!sought) for (const step of this.left.keys()) if (step >= position) this.left.delete(step);
    for (const oldest of this.left.keys()) {
      if (this.left.size <= MOST_STEPS) break;
      this.left.delete(oldest);
    }
    this.position = position;
  }

  private set(list: readonly Bookmark[]): void {
    const same = list.length === this.list.length && list.every((one, index) => one === this.list[index]);
    if (!same) this.list = [...list].sort((a, b) => a.start - b.start || a.end - b.end);
  }
}

function moved(mark: Bookmark, { offset, oldLength, newLength }: DocumentChange): Bookmark {
  if (oldLength === newLength || offset >= mark.end) return mark;
  const behind = offset + oldLength;
  const point = (at: number): number =>
    at < offset ? at : at >= behind ? at + (newLength - oldLength) : offset + Math.min(at - offset, newLength);
  const start = point(mark.start);
  // The end belongs to the byte before it: what is put in there is not part of the bookmark.
  return { ...mark, start, end: Math.max(start, point(mark.end)) };
}

/** Ranges of one side of `fours` (start and end there, start and end here; ascending, disjoint) as they stand on the other.
 *  @param from 0: of the first side, 2: of the second */
export function acrossDifferences(ranges: readonly ByteRange[], fours: Float64Array, from: 0 | 2): ByteRange[] {
  const to = 2 - from;
  const value = (index: number, column: number): number => fours[4 * index + column] ?? 0;
  /** @param before: belongs to the byte before it, as the end of a range does: what differs from there on does not move it. */
  const across = (at: number, before: boolean): number => {
    let low = 0;
    let high = fours.length / 4;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const there = value(middle, from);
      if (before ? there < at : there <= at) low = middle + 1;
      else high = middle;
    }
    const index = low - 1;
    if (index < 0) return at;
    const into = at - value(index, from);
    const length = value(index, from + 1) - value(index, from);
    const [start, end] = [value(index, to), value(index, to + 1)];
    return into < length ? Math.min(start + into, end) : end + (into - length);
  };
  return ranges.map(({ start, end }) => {
    const first = across(start, false);
    return { start: first, end: Math.max(first, across(end, true)) };
  });
}
