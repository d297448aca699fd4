// Walks run lengths, one record at a time, and tells a sink of what they draw. Cannot leave the picture's rows, and takes as
// many steps as the stream has records at most.
// Sources: "Bitmap Compression", Microsoft Learn (RLE4, RLE8); BITMAPINFOHEADER2, OS/2 (RLE24: as RLE8 with three bytes a pixel).
import type { ByteSource } from "../../engine/byteSource";
import { CodedBytes } from "./codedBytes";
import type { CodedPlace, CodedSink, CodedWalk } from "./codedWalk";

export class RleWalk implements CodedWalk {
  private readonly stream: CodedBytes;
  x: number;
  y: number;
  readonly resumable = true;
  ended = false;
  cutAt: number | undefined;

  constructor(
    source: ByteSource,
    private readonly bits: 4 | 8 | 24,
    from: CodedPlace,
    /** Rows of the picture. */
    private readonly height: number,
  ) {
    this.stream = new CodedBytes(source, from.offset);
    this.x = from.x;
    this.y = from.y;
  }

  get offset(): number {
    return this.stream.offset;
  }

  step(sink: CodedSink | undefined): void {
    const first = this.stream.next();
    const second = first > 0 && this.bits === 24 ? this.value() : this.stream.next();
    if (first < 0 || second < 0) return this.cut();
    if (first > 0) {
      if (this.bits === 4) sink?.run(this.x, this.y, first, second >>> 4, second & 15);
      else sink?.run(this.x, this.y, first, second, second);
      this.x += first;
      return;
    }
    switch (second) {
      case 0:
        this.x = 0;
        this.down(1);
        return;
      case 1:
        this.ended = true;
        return;
      case 2: {
        const right = this.stream.next();
        const rows = this.stream.next();
        if (rows < 0) return this.cut();
        this.x += right;
        this.down(rows);
        return;
      }
      default:
        this.literal(second, sink);
    }
  }

  /** Pixels one by one, filled up to a multiple of 2 bytes. */
  private literal(count: number, sink: CodedSink | undefined): void {
    for (let index = 0; index < count; index += this.bits === 4 ? 2 : 1) {
      const value = this.value();
      if (value < 0) return this.cut();
      if (this.bits === 4) sink?.run(this.x + index, this.y, Math.min(2, count - index), value >>> 4, value & 15);
      else sink?.run(this.x + index, this.y, 1, value, value);
    }
    const bytes = this.bits === 4 ? Math.ceil(count / 2) : this.bits === 8 ? count : count * 3;
    if (bytes % 2 === 1) this.stream.next();
    this.x += count;
  }

  private value(): number {
    const first = this.stream.next();
    if (this.bits !== 24) return first;
    const green = this.stream.next();
    const red = this.stream.next();
    return red < 0 ? -1 : first | (green << 8) | (red << 16);
  }

  private down(rows: number): void {
    this.y += rows;
    if (this.y >= this.height) this.ended = true;
  }

  private cut(): void {
    this.ended = true;
    this.cutAt = this.stream.offset;
  }
}
