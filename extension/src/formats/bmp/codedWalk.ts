// What walks a compressed stream of pixels, and what it tells of them.

/** Where a walk stands: before a record. x may be behind the row's end, y counts from the first row of the stream. */
export interface CodedPlace {
  readonly offset: number;
  readonly x: number;
  readonly y: number;
}

export interface CodedSink {
  /** `count` pixels from (x, y) on, `even` and `odd` by turns; values are indices, or blue | green << 8 | red << 16. */
  run(x: number, y: number, count: number, even: number, odd: number): void;
}

/** Takes as many steps as the stream has records at most, each of bounded length, and never leaves the picture's rows. */
export interface CodedWalk extends CodedPlace {
  /** Another walk can begin here. */
  readonly resumable: boolean;
  /** Nothing follows. */
  readonly ended: boolean;
  /** Where the stream breaks off without its end mark. */
  readonly cutAt: number | undefined;
  /** Takes one record. */
  step(sink: CodedSink | undefined): void;
}
