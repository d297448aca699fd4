// What all patch formats share: what they read from, apply to and write into, their errors, and giving way to others.
// Knows no format and no editor. Applying may throw midway: the caller takes back the step that it was made in.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ByteSource } from "../../engine/byteSource";
import type { EngineDocument } from "../../engine/document";
import { EngineError } from "../../engine/engineError";

/** Read, written and copied in one go. */
export const CHUNK_BYTES = 256 * 1024;
/** Between two turns for everybody else, and for cancelling. */
const TURN_MS = 15;

export type PatchTarget = Pick<
  EngineDocument,
  "size" | "read" | "overwrite" | "insert" | "erase" | "fill" | "insertFill"
>;

export interface ByteSink {
  write(bytes: Uint8Array): Promise<void>;
}

export interface PatchCall {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** [start, end) of the source became [newStart, newEnd) of the target. */
export interface Difference {
  readonly start: number;
  readonly end: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** A patch that does not say what it should, at `offset` of its file. */
export function damaged(message: string, offset: number): EngineError {
  return new EngineError("corrupt", `At ${offset} (0x${offset.toString(16).toUpperCase()}): ${message}`, { offset });
}

export class Pace {
  private last = performance.now();
  constructor(private readonly call: PatchCall) {}

  /** @throws EngineError "cancelled". */
  async step(done: number, total: number): Promise<void> {
    if (performance.now() - this.last > TURN_MS) {
      await nextTurn();
      this.last = performance.now();
      this.call.onProgress?.(done, total);
    }
    if (this.call.signal?.aborted) throw new EngineError("cancelled", "Cancelled");
  }
}

/** @throws EngineError "io" for unreadable bytes, "vanished" for missing ones: neither may pass for 00. */
export async function readExactly(
  source: Pick<ByteSource, "read">,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const { bytes, unreadable } = await source.read(offset, length);
  const [bad] = unreadable;
  if (bad !== undefined) throw new EngineError("io", "Bytes that can't be read", { offset: bad.start });
  if (bytes.byteLength < length) {
    throw new EngineError("vanished", `Ends at ${offset + bytes.byteLength}, before ${offset + length}`, { offset });
  }
  return new Uint8Array(bytes);
}

/** [offset, end) in pieces of at most CHUNK_BYTES. */
export async function* chunksOf(
  source: Pick<ByteSource, "read">,
  offset: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  for (let at = offset; at < end; at += CHUNK_BYTES) {
    yield await readExactly(source, at, Math.min(CHUNK_BYTES, end - at));
  }
}

/** A patch's bytes one after the other, through one window. */
export class PatchReader {
  position = 0;
  private window: Uint8Array = new Uint8Array(0);
  private windowAt = 0;

  constructor(
    private readonly source: ByteSource,
    readonly end = source.size,
  ) {}

  get left(): number {
    return this.end - this.position;
  }

  /** @param length at most CHUNK_BYTES. The bytes are a view that lasts until the next call. */
  async take(length: number): Promise<Uint8Array> {
    if (length > this.left) throw damaged(`the patch ends at ${this.end}, amid a record`, this.position);
    let from = this.position - this.windowAt;
    if (from < 0 || from + length > this.window.length) {
      this.window = await readExactly(this.source, this.position, Math.min(CHUNK_BYTES, this.left));
      this.windowAt = this.position;
      from = 0;
    }
    this.position += length;
    return this.window.subarray(from, from + length);
  }

  async byte(): Promise<number> {
    return (await this.take(1))[0]!;
  }

  skip(length: number): void {
    if (length > this.left) throw damaged(`the patch ends at ${this.end}, amid a record`, this.position);
    this.position += length;
  }
}

/** Big-endian, up to 6 bytes. */
export function bigEndian(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
