// Small reads of a ByteSource through a few kept pages, so that ten thousand names cost some reads and not ten thousand.
// Belongs to one version of the source: whoever sees the source change makes another one. Knows nothing of PE.
import { Buffer } from "node:buffer";
import type { ByteSource } from "../../engine/byteSource";

const PAGE_BYTES = 64 * 1024;
/** 8 MiB at most. */
const MAX_PAGES = 128;

export interface TextRead {
  readonly text: string;
  /** Bytes without the zero at the end. */
  readonly length: number;
  /** False: no zero came within the bound, or before the bytes ended. */
  readonly ended: boolean;
}

export class PagedBytes {
  private readonly pages = new Map<number, Uint8Array>();
  private latestIndex = -1;
  private latest: Uint8Array = new Uint8Array();
  /** First byte that could not be read; it and others of the kind were taken as zeros. */
  private failedAt: number | undefined;
  readonly size: number;
  readonly version: number;

  constructor(private readonly source: ByteSource) {
    this.size = source.size;
    this.version = source.version;
  }

  get firstUnreadable(): number | undefined {
    return this.failedAt;
  }

  /** Exactly these bytes; undefined when they do not all exist. The view is for reading alone. */
  record(offset: number, length: number): DataView | undefined {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > this.size) return undefined;
    const index = Math.floor(offset / PAGE_BYTES);
    const page = this.page(index);
    const from = offset - index * PAGE_BYTES;
    if (from + length <= page.length) return new DataView(page.buffer, page.byteOffset + from, length);
    const bytes = this.slice(offset, length);
    return bytes.length === length ? new DataView(bytes.buffer, bytes.byteOffset, length) : undefined;
  }

  /** These bytes, fewer where the source ends; a copy. */
  slice(offset: number, length: number): Uint8Array {
    const start = Math.min(Math.max(0, offset), this.size);
    const wanted = Math.min(length, this.size - start);
    const bytes = new Uint8Array(wanted);
    for (let filled = 0; filled < wanted;) {
      const index = Math.floor((start + filled) / PAGE_BYTES);
      const from = start + filled - index * PAGE_BYTES;
      const part = this.page(index).subarray(from, from + wanted - filled);
      if (part.length === 0) return bytes.slice(0, filled);
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  /** Text up to a zero byte. @param max bytes looked at. */
  text(offset: number, max: number): TextRead {
    let bytes = this.slice(offset, Math.min(64, max));
    let end = bytes.indexOf(0);
    if (end < 0 && max > 64) {
      bytes = this.slice(offset, max);
      end = bytes.indexOf(0);
    }
    const length = end < 0 ? bytes.length : end;
    return { text: decodeText(bytes, 0, length), length, ended: end >= 0 };
  }

  private page(index: number): Uint8Array {
    if (index === this.latestIndex) return this.latest;
    const page = this.pages.get(index) ?? this.load(index);
    this.latestIndex = index;
    this.latest = page;
    return page;
  }

  private load(index: number): Uint8Array {
    const start = index * PAGE_BYTES;
    const { bytes, unreadable } = this.source.readSync(
      start,
      Math.max(0, Math.min(PAGE_BYTES, this.source.size - start)),
    );
    const failed = unreadable[0];
    this.failedAt ??= failed?.start;
    if (this.pages.size >= MAX_PAGES) {
      const [oldest] = this.pages.keys();
      if (oldest !== undefined) this.pages.delete(oldest);
    }
    const page = new Uint8Array(bytes);
    this.pages.set(index, page);
    return page;
  }
}

/** Names are ASCII by the specification, UTF-8 in fact where they are not. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
}
