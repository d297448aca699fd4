// A compressed stream read byte by byte through windows. Ends where the file ends or cannot be read.
import type { ByteSource } from "../../engine/byteSource";

const WINDOW_BYTES = 64 * 1024;

export class CodedBytes {
  private window = new Uint8Array(0);
  private windowStart = 0;

  constructor(
    private readonly source: ByteSource,
    /** Of the next byte. */
    public offset: number,
  ) {}

  /** -1 at the end. */
  next(): number {
    const at = this.offset - this.windowStart;
    if (at >= 0 && at < this.window.length) {
      this.offset += 1;
      return this.window[at]!;
    }
    if (!this.fill()) return -1;
    this.offset += 1;
    return this.window[0]!;
  }

  private fill(): boolean {
    if (this.offset >= this.source.size) return false;
    const { bytes, unreadable } = this.source.readSync(this.offset, WINDOW_BYTES);
    const [bad] = unreadable;
    this.windowStart = this.offset;
    this.window = new Uint8Array(bytes, 0, bad === undefined ? bytes.byteLength : bad.start - this.offset);
    return this.window.length > 0;
  }
}
