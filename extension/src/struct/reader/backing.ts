// Where bytes come from: the source through a small cache of pages, or memory that a process or an expression made.
// Positions are bytes. Knows nothing of streams, fields or values. One thread.
import type { ByteSource, ByteWindow } from "../../engine/byteSource";
import type { ByteRange } from "../../../../shared/byteRange";
import { SourceChanged, StructError } from "../errors";
import type { Budget } from "../limits";

export interface Backing {
  readonly size: number;
  /** The bytes that locate() found lie here. */
  view: DataView<ArrayBuffer>;
  /** @returns where in `view` the bytes begin. @param length at most 16. The caller has checked the range. */
  locate(offset: number, length: number): number;
  /** A copy. The caller has checked the range and its size. */
  copy(offset: number, length: number): Uint8Array<ArrayBuffer>;
  /** Calls back with stretches in order until it answers false; they are valid only during the call. */
  scan(offset: number, end: number, visit: (chunk: Uint8Array, at: number) => boolean): void;
}

const pageBytes = 64 * 1024;
const maxPages = 64;

/** Pages of the source, the last ones used. All of one version: a change in between throws SourceChanged. */
export class PagedBacking implements Backing {
  readonly #pages = new Map<number, Uint8Array<ArrayBuffer>>();
  readonly #version: number;
  readonly size: number;
  #start = 0;
  #end = 0;
  view = new DataView(new ArrayBuffer(0));
  /** Parts of kept pages that could not be read. */
  readonly #bad = new Map<number, readonly ByteRange[]>();
  readonly #scratch = new DataView(new ArrayBuffer(16));

  constructor(
    private readonly source: ByteSource,
    private readonly budget: Budget,
  ) {
    this.#version = source.version;
    this.size = source.size;
  }

  locate(offset: number, length: number): number {
    if (offset >= this.#start && offset + length <= this.#end) {
      return offset - this.#start;
    }
    const start = offset - (offset % pageBytes);
    const page = this.#page(start);
    if (offset + length <= start + page.length) {
      this.view = new DataView(page.buffer);
      this.#start = start;
      // A page with unreadable bytes is looked at each time.
      this.#end = this.#bad.has(start) ? start : start + page.length;
      this.#requireReadable(start, offset, offset + length);
      return offset - start;
    }
    const bytes = this.copy(offset, length);
    new Uint8Array(this.#scratch.buffer).set(bytes);
    this.view = this.#scratch;
    this.#start = this.#end = 0;
    return 0;
  }

  #requireReadable(page: number, start: number, end: number): void {
    const bad = this.#bad.get(page)?.find((range) => range.start < end && start < range.end);
    if (bad !== undefined) throw new StructError("ReadError", `bytes ${bad.start} to ${bad.end - 1} cannot be read`);
  }

  #page(start: number): Uint8Array<ArrayBuffer> {
    const known = this.#pages.get(start);
    if (known !== undefined) {
      this.#pages.delete(start);
      this.#pages.set(start, known);
      return known;
    }
    this.budget.spend(100);
    const page = new Uint8Array(this.#read(start, Math.min(pageBytes, this.size - start)));
    if (this.#pages.size >= maxPages)
      for (const oldest of this.#pages.keys()) {
        this.#pages.delete(oldest);
        this.#bad.delete(oldest);
        break;
      }
    this.#pages.set(start, page);
    return page;
  }

  #read(offset: number, length: number): ArrayBuffer {
    const window = this.#window(offset, length);
    if (window.version !== this.#version) throw new SourceChanged();
    if (window.unreadable.length > 0) this.#bad.set(offset, window.unreadable);
    if (window.bytes.byteLength < length)
      throw new StructError("ReadError", `the file ended early, at ${offset + window.bytes.byteLength}`);
    return window.bytes;
  }

  /** What a source refuses to read is an error of the field that asked. */
  #window(offset: number, length: number): ByteWindow {
    try {
      return this.source.readSync(offset, length);
    } catch (thrown) {
      if (this.source.version !== this.#version) throw new SourceChanged();
      throw new StructError("ReadError", thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  copy(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(length);
    this.scan(offset, offset + length, (chunk, at) => {
      result.set(chunk, at - offset);
      return true;
    });
    return result;
  }

  scan(offset: number, end: number, visit: (chunk: Uint8Array, at: number) => boolean): void {
    for (let at = offset; at < end;) {
      const start = at - (at % pageBytes);
      const page = this.#page(start);
      const stop = Math.min(end, start + page.length);
      this.budget.spend(10);
      this.#requireReadable(start, at, stop);
      if (!visit(page.subarray(at - start, stop - start), at)) return;
      at = stop;
    }
  }
}

export class MemoryBacking implements Backing {
  readonly view: DataView<ArrayBuffer>;

  constructor(readonly bytes: Uint8Array<ArrayBuffer>) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get size(): number {
    return this.bytes.length;
  }

  locate(offset: number): number {
    return offset;
  }

  copy(offset: number, length: number): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(offset, offset + length);
  }

  scan(offset: number, end: number, visit: (chunk: Uint8Array, at: number) => boolean): void {
    if (end > offset) visit(this.bytes.subarray(offset, end), offset);
  }
}

/** Where `needle` first begins at a multiple of its length from `offset`; -1 when not before `end`. */
export function findAligned(backing: Backing, needle: Uint8Array, offset: number, end: number): number {
  const unit = needle.length;
  const first = needle[0] ?? 0;
  let found = -1;
  if (unit === 1) {
    backing.scan(offset, end, (chunk, at) => {
      const index = chunk.indexOf(first);
      if (index >= 0) found = at + index;
      return index < 0;
    });
    return found;
  }
  // A unit may lie across two stretches: matched counts how much of the unit at hand is right so far.
  let matched = 0;
  let within = 0;
  backing.scan(offset, end, (chunk, at) => {
    for (const [index, byte] of chunk.entries()) {
      if (byte === needle[within]) matched += 1;
      within += 1;
      if (within < unit) continue;
      if (matched === unit) {
        found = at + index + 1 - unit;
        return false;
      }
      within = matched = 0;
    }
    return true;
  });
  return found;
}
