// A ByteSource over bytes in memory: the fake that tests of structs, formats and sessions read from. Behaves as the real ones
// (contract suite: test/unit/engine/byteSourceContract.ts), and can be told to change, to fail and to close.
import type { ByteRange } from "../../../shared/byteRange";
import type { ByteSource, ByteWindow } from "./byteSource";
import { EngineError } from "./engineError";
import { clippedLength } from "./readRequest";

export class MemoryByteSource implements ByteSource {
  private content: Uint8Array;
  private versionNow = 1;
  private unsavedRanges: ByteRange[] = [];
  private unreadableRanges: ByteRange[] = [];
  private closed = false;
  /** Of all reads so far: what a test of laziness asks. */
  readonly log: ByteRange[] = [];

  constructor(content: Uint8Array) {
    this.content = content.slice();
  }

  get size(): number {
    return this.content.length;
  }
  get version(): number {
    return this.versionNow;
  }

  read(offset: number, length: number): Promise<ByteWindow> {
    // Settles later, as a real read does, but answers with the state at the call.
    return new Promise((resolve) => resolve(this.readSync(offset, length)));
  }

  readSync(offset: number, length: number): ByteWindow {
    if (this.closed) throw new EngineError("closed", "The source is closed");
    const end = offset + clippedLength(offset, length, this.size);
    this.log.push({ start: offset, end });
    const bytes = this.content.slice(offset, end);
    const unreadable = clip(this.unreadableRanges, offset, end);
    for (const range of unreadable) bytes.fill(0, range.start - offset, range.end - offset);
    return {
      bytes: bytes.buffer,
      version: this.versionNow,
      unsaved: clip(this.unsavedRanges, offset, end),
      unreadable,
    };
  }

  /** Changes bytes as an unsaved edit does. */
  overwrite(offset: number, bytes: Uint8Array): void {
    this.content.set(bytes, offset);
    this.unsavedRanges = [...this.unsavedRanges, { start: offset, end: offset + bytes.length }];
    this.versionNow += 1;
  }

  /** Puts other content in place, as an outside change does. */
  replace(content: Uint8Array): void {
    this.content = content.slice();
    this.unsavedRanges = [];
    this.versionNow += 1;
  }

  failAt(...ranges: readonly ByteRange[]): void {
    this.unreadableRanges = [...ranges];
  }

  close(): void {
    this.closed = true;
  }
}

/** Ascending, disjoint and inside [start, end), as a window reports them. */
function clip(ranges: readonly ByteRange[], start: number, end: number): ByteRange[] {
  const inside = ranges
    .map((range) => ({ start: Math.max(range.start, start), end: Math.min(range.end, end) }))
    .filter((range) => range.start < range.end)
    .sort((a, b) => a.start - b.start);
  const joined: ByteRange[] = [];
  for (const range of inside) {
    const last = joined.at(-1);
    if (last !== undefined && range.start <= last.end) {
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else joined.push(range);
  }
  return joined;
}
