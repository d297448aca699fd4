// The image as it lies in memory, read from its file: what directories point into. Zeros where memory is filled from no file.
// What cannot be read is undefined, never an exception. Pure over PagedBytes.
import type { AddressMap } from "../../../../shared/addressMap";
import type { PagedBytes } from "../program/pagedBytes";

/** Of all the names of one part, so that a hostile file cannot make us read the same megabyte again and again. */
const MAX_TEXT_BYTES = 32 * 1024 * 1024;

export class ImageMemory {
  private textLeft = MAX_TEXT_BYTES;

  constructor(
    readonly bytes: PagedBytes,
    private readonly map: AddressMap,
    readonly is64: boolean,
  ) {}

  /** Each part of a file has its own budget. */
  fresh(): ImageMemory {
    return new ImageMemory(this.bytes, this.map, this.is64);
  }

  offsetOf(rva: number): number | undefined {
    return this.map.offsetOf(rva);
  }

  /** Bytes from `rva` to the end of its section. 0: not in memory. */
  reach(rva: number): number {
    const span = this.map.spanAt(rva);
    return span === undefined ? 0 : span.rva + span.length - rva;
  }

  /** Exactly these bytes of memory; undefined when they are not all there. */
  record(rva: number, length: number): DataView | undefined {
    const span = this.map.spanAt(rva);
    if (span === undefined) return undefined;
    const into = rva - span.rva;
    if (into + length <= span.fileLength) return this.bytes.record(span.offset + into, length);
    return this.assembled(rva, length);
  }

  /** Text up to a zero byte; undefined when nothing is there, when it has no end within `max`, or the budget is spent. */
  text(rva: number, max = 4096): string | undefined {
    const span = this.map.spanAt(rva);
    if (span === undefined || this.textLeft <= 0) return undefined;
    const into = rva - span.rva;
    const there = Math.max(0, span.fileLength - into);
    const { text, length, ended } = this.bytes.text(span.offset + into, Math.min(max, there));
    this.textLeft -= length + 1;
    if (ended) return text;
    if (length !== there || length >= max) return undefined;
    // Where the file's part of a section ends, zeros follow; where the section does, the next one may.
    if (span.fileLength < span.length) return text;
    const rest = this.text(rva + there, max - length);
    return rest === undefined ? undefined : text + rest;
  }

  /** An address of the size that this image has; safe or not at all. */
  pointer(view: DataView, at: number): bigint {
    return this.is64 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
  }

  private assembled(rva: number, length: number): DataView | undefined {
    const all = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const span = this.map.spanAt(rva + filled);
      if (span === undefined) return undefined;
      const into = rva + filled - span.rva;
      const part = Math.min(length - filled, span.length - into);
      const fromFile = Math.max(0, Math.min(part, span.fileLength - into));
      if (fromFile > 0) all.set(this.bytes.slice(span.offset + into, fromFile), filled);
      filled += part;
    }
    return new DataView(all.buffer);
  }
}
