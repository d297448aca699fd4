// A half-open range of bytes and its arithmetic. Pure.

/** Safe integers, `start <= end`; `end` is not part of it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
