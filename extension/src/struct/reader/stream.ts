// A stretch of bytes that positions count from: the file, the area of a sized struct, or what a process made.
// Positions are bytes from the stream's start. Knows nothing of fields.
import { endOfStream, StructError } from "../errors";
import type { Backing } from "./backing";
import type { LazyNode } from "./lazyNode";

export class Stream {
  readonly kind = "io";
  /** Where the sequence that is being read on this stream stands; undefined between. */
  cursor: number | undefined;
  /** Where reading ended, asked when no sequence is being read. */
  finalPosition: (() => number) | undefined;

  constructor(
    readonly backing: Backing,
    /** Of position 0, in the backing. */
    readonly base: number,
    readonly size: number,
    /** The field whose `process` made the bytes; undefined: they are the file's. */
    readonly origin: LazyNode | undefined,
  ) {}

  sub(start: number, end: number): Stream {
    return new Stream(this.backing, this.base + start, end - start, this.origin);
  }

  /** @returns where in `backing.view` the bytes begin. @param length at most 16. @throws EndOfStreamError */
  locate(position: number, length: number): number {
    if (position + length > this.size) throw endOfStream(length, this.size - position);
    return this.backing.locate(this.base + position, length);
  }

  /** @throws EndOfStreamError unless [position, position + length) lies within */
  require(position: number, length: number): void {
    if (length > this.size - position) throw endOfStream(length, this.size - position);
  }

  get position(): number {
    return this.cursor ?? this.finalPosition?.() ?? 0;
  }
}

/** @throws RangeError of ours for what is no place in a stream */
export function checkedPosition(value: number | bigint, what: string): number {
  if (value < 0) throw new StructError("RangeError", `${what} ${value} is negative`);
  if (typeof value === "bigint") throw new StructError("RangeError", `${what} ${value} is too large`);
  return value;
}
