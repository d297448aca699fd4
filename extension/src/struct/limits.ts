// The budget of one evaluation: time, depth, work and memory, so that no template, however hostile, runs without end.
// One Budget per session; start() opens a new time span. Not shared between threads.
import { getHeapStatistics } from "node:v8";
import { limit } from "./errors";

export interface Limits {
  /** Milliseconds from start(). */
  readonly timeoutMs: number;
  /** Structs within structs and values that need values, in units of a stack frame: the stack must never run out, because
   *  V8 ends the process when that happens within a regular expression. */
  readonly maxDepth: number;
  /** Bytes that one value may take in memory: a decoded string, the output of a process, a byte array used as a value. */
  readonly maxValueBytes: number;
  /** Elements that an array made by an expression may have. */
  readonly maxListItems: number;
  /** Bytes that one array may use to remember where its elements begin; fewer make a jump walk further. */
  readonly maxIndexBytes: number;
  /** Bytes of script memory in all, with what is not collected yet: structs that were read stay, and they can be without end. */
  readonly maxHeapBytes: number;
}

export const defaultLimits: Limits = {
  timeoutMs: 60_000,
  maxDepth: 7000,
  maxValueBytes: 256 * 1024 * 1024,
  maxListItems: 1_000_000,
  maxIndexBytes: 128 * 1024,
  maxHeapBytes: 1536 * 1024 * 1024,
};

/** Integers of expressions beyond this many bits are refused: no field has more than 64. */
export const maxIntegerBits = 65_536;
/** Positions carry bits as eighths of a byte, which a double holds exactly up to here: 2^50. */
export const maxPosition = 2 ** 50;

/** What a struct within a struct, or a value that another needs, takes of the stack. */
const framesPerLevel = 16;
const workBetweenClockReads = 1024;

export class Budget {
  #deadline = Infinity;
  #untilClock = workBetweenClockReads;
  #depth = 0;
  #isSlice = false;
  #interrupted = false;

  constructor(readonly limits: Limits = defaultLimits) {
    this.start();
  }

  /** Opens a new time span. @param timeoutMs at most this long */
  start(timeoutMs = this.limits.timeoutMs): void {
    this.#deadline = performance.now() + timeoutMs;
    this.#untilClock = 1;
    this.#depth = 0;
    this.#isSlice = this.#interrupted = false;
  }

  /** As start(), for work that goes on in the next slice where this one ends: its end is no fault. */
  startSlice(sliceMs: number): void {
    this.start(sliceMs);
    this.#isSlice = true;
  }

  /** The slice ended before the work did. */
  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Counts work of about a tenth of a microsecond each. @throws LimitError after the time is up */
  spend(work = 1): void {
    this.#untilClock -= work;
    if (this.#untilClock > 0) return;
    this.#untilClock = workBetweenClockReads;
    if (getHeapStatistics().used_heap_size > this.limits.maxHeapBytes)
      throw limit(`more than ${this.limits.maxHeapBytes} bytes of memory`);
    if (performance.now() > this.#deadline) {
      this.#untilClock = 0;
      this.#interrupted = this.#isSlice;
      throw limit(`stopped after ${this.limits.timeoutMs} ms`);
    }
  }

  get expired(): boolean {
    return performance.now() > this.#deadline;
  }

  /** @param frames about how deep the call stack may grow until the next enter() */
  enter(frames = framesPerLevel): void {
    if (this.#depth + frames > this.limits.maxDepth) throw limit("nested too deeply");
    this.spend();
    this.#depth += frames;
  }

  leave(frames = framesPerLevel): void {
    this.#depth -= frames;
  }

  /** @throws LimitError when a value of so many bytes is too large to hold */
  allow(bytes: number, what: string): void {
    if (bytes > this.limits.maxValueBytes) {
      throw limit(`${what} of ${bytes} bytes is larger than ${this.limits.maxValueBytes}`);
    }
    this.spend(1 + bytes / 1024);
  }
}
