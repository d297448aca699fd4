// A file read with node:fs alone, for platforms without a build of the addon: read-only, positional, no mapping.
// Notices growth, truncation and outside writes at each read. Knows nothing of VS Code.
import fs from "node:fs";
import type { ByteRange } from "../../../shared/byteRange";
import type { ByteSource, ByteWindow } from "./byteSource";
import { EngineError, fromFsError } from "./engineError";
import { clippedLength } from "./readRequest";

/** What a failing read is narrowed down to: a disk's usual sector group. */
const BLOCK_BYTES = 4096;

export class PositionalByteSource implements ByteSource {
  private versionNow = 1;
  private closed = false;
  private running = 0;

  private constructor(
    readonly path: string,
    private readonly handle: number,
    private seen: FileState,
  ) {}

  /** @param name what errors call it
   *  @throws EngineError "not-found", "access-denied", "not-a-file", "too-large" (2^53 bytes and more), "io". */
  static open(path: string, name = path): PositionalByteSource {
    try {
      // Asked before opening: opening a FIFO would wait for its writer.
      if (!fs.statSync(path).isFile()) throw new EngineError("not-a-file", `${path} is not a regular file`, { path });
      const handle = fs.openSync(path, "r");
      try {
        return new PositionalByteSource(name, handle, stateOf(handle, name));
      } catch (error) {
        fs.closeSync(handle);
        throw error;
      }
    } catch (error) {
      throw error instanceof EngineError ? error : fromFsError(error, path);
    }
  }

  get size(): number {
    return this.seen.size;
  }
  get version(): number {
    return this.versionNow;
  }

  async read(offset: number, length: number): Promise<ByteWindow> {
    const filling = this.begin(offset, length);
    this.running += 1;
    try {
      while (!filling.done) {
        try {
          filling.took(await readAt(this.handle, filling.rest(), filling.at));
        } catch (error) {
          filling.failed(fromFsError(error, this.path, filling.at));
        }
      }
    } finally {
      this.running -= 1;
      this.closeWhenIdle();
    }
    return filling.window();
  }

  readSync(offset: number, length: number): ByteWindow {
    const filling = this.begin(offset, length);
    while (!filling.done) {
      try {
        const rest = filling.rest();
        filling.took(fs.readSync(this.handle, rest, 0, rest.length, filling.at));
      } catch (error) {
        filling.failed(fromFsError(error, this.path, filling.at));
      }
    }
    return filling.window();
  }

  /** Of the open file, whatever its path names by now. */
  stat(): fs.BigIntStats {
    return fs.fstatSync(this.handle, { bigint: true });
  }

  /** Waits for running reads before it frees the handle. Twice is fine. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.closeWhenIdle();
  }

  private begin(offset: number, length: number): Filling {
    if (this.closed) throw new EngineError("closed", `${this.path} is closed`, { path: this.path });
    const now = stateOf(this.handle, this.path);
    if (now.size !== this.seen.size || now.modifiedNs !== this.seen.modifiedNs) {
      this.seen = now;
      this.versionNow += 1;
    }
    return new Filling(offset, new Uint8Array(clippedLength(offset, length, now.size)), this.versionNow);
  }

  private closeWhenIdle(): void {
    if (this.closed && this.running === 0) fs.closeSync(this.handle);
  }
}

/** One window being filled by as many reads as it takes. */
class Filling {
  private filled = 0;
  private ended = false;
  /** After a failure: one block a read, so that only what cannot be read is given up. */
  private careful = false;
  private readonly unreadable: ByteRange[] = [];

  constructor(
    private readonly offset: number,
    private readonly bytes: Uint8Array<ArrayBuffer>,
    private readonly version: number,
  ) {}

  get done(): boolean {
    return this.ended || this.filled === this.bytes.length;
  }
  /** Offset of the next read. */
  get at(): number {
    return this.offset + this.filled;
  }
  /** What the next read is to fill. */
  rest(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(this.filled, this.careful ? this.filled + this.blockLength() : undefined);
  }
  /** @param length bytes read; 0: the file ends here. */
  took(length: number): void {
    this.filled += length;
    this.ended = length === 0;
  }
  /** Tries again by the block; gives up a block that fails alone. Failures of another kind end the read. */
  failed(error: unknown): void {
    if (!(error instanceof EngineError) || error.code !== "io") throw error;
    if (!this.careful) {
      this.careful = true;
      return;
    }
    const range = { start: this.at, end: this.at + this.blockLength() };
    const last = this.unreadable.at(-1);
    if (last?.end === range.start) this.unreadable[this.unreadable.length - 1] = { start: last.start, end: range.end };
    else this.unreadable.push(range);
    this.filled += range.end - range.start;
  }
  window(): ByteWindow {
    const bytes = this.filled < this.bytes.length ? this.bytes.slice(0, this.filled) : this.bytes;
    return { bytes: bytes.buffer, version: this.version, unsaved: [], unreadable: this.unreadable };
  }

  private blockLength(): number {
    return Math.min(this.bytes.length - this.filled, BLOCK_BYTES - (this.at % BLOCK_BYTES));
  }
}

interface FileState {
  readonly size: number;
  readonly modifiedNs: bigint;
}

function stateOf(handle: number, path: string): FileState {
  let stat: fs.BigIntStats;
  try {
    stat = fs.fstatSync(handle, { bigint: true });
  } catch (error) {
    throw fromFsError(error, path);
  }
  if (stat.size > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new EngineError("too-large", `${path} has ${stat.size} bytes, more than 2^53 - 1`, { path });
  }
  return { size: Number(stat.size), modifiedNs: stat.mtimeNs };
}

function readAt(handle: number, into: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(handle, into, 0, into.length, position, (error, got) => (error === null ? resolve(got) : reject(error)));
  });
}
