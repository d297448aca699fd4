// Walks the Modified Huffman coding of OS/2's two-coloured pictures, one code at a time. White is index 0, black index 1; rows
// follow each other bit by bit, with or without end-of-line marks between them.
// Sources: BITMAPINFOHEADER2, BCA_HUFFMAN1D (OS/2); ITU-T T.4, 4.1 (one-dimensional coding).
import type { ByteSource } from "../../engine/byteSource";
import { CodedBytes } from "./codedBytes";
import { blackRuns, LONGEST_CODE, MAKE_UP, whiteRuns } from "./faxCodes";
import type { CodedPlace, CodedSink, CodedWalk } from "./codedWalk";

/** Zeros that begin the mark at the end of a line; no code has as many. */
const MARK_ZEROS = 11;
/** In front of a mark: twice what fills a line up for five seconds at 14,400 bits a second, the longest that T.4 allows. */
const MAX_ZEROS = 128 * 1024;
/** Codes and marks in a row that draw nothing and end no row: a run of no pixels stands between two others, never beside one. */
const MAX_IDLE = 64;

export class HuffmanWalk implements CodedWalk {
  private readonly stream: CodedBytes;
  /** The next bits of the stream, `held` of them. */
  private bits = 0;
  private held = 0;
  private black = false;
  /** Zeros of a mark that is being read; more than 11 fill the line up. */
  private zeros = 0;
  private marks = 0;
  private idle = 0;
  x: number;
  y: number;
  ended = false;
  cutAt: number | undefined;

  constructor(
    source: ByteSource,
    from: CodedPlace,
    private readonly width: number,
    private readonly height: number,
  ) {
    const byte = Math.floor(from.offset);
    this.stream = new CodedBytes(source, byte);
    this.x = from.x;
    this.y = from.y;
    this.fill();
    this.held -= Math.min(this.held, (from.offset - byte) * 8);
  }

  /** Of the next bit: in eighths of a byte, exact up to 2^50. */
  get offset(): number {
    return this.stream.offset - this.held / 8;
  }

  get resumable(): boolean {
    return !this.black && this.zeros === 0 && this.marks === 0 && this.idle === 0;
  }

  step(sink: CodedSink | undefined): void {
    this.fill();
    if (this.held === 0 || this.idle > MAX_IDLE) return this.cut();
    if (this.zeros > 0 || this.next(MARK_ZEROS) === 0) return this.mark();
    const found = (this.black ? blackRuns : whiteRuns)[this.next(LONGEST_CODE)]!;
    const length = found % 16;
    if (length === 0 || length > this.held) return this.cut();
    const pixels = Math.min(Math.floor(found / 16), this.width - this.x);
    this.held -= length;
    this.marks = 0;
    const index = this.black ? 1 : 0;
    if (pixels > 0) sink?.run(this.x, this.y, pixels, index, index);
    this.x += pixels;
    this.idle = pixels > 0 ? 0 : this.idle + 1;
    if (found >= MAKE_UP * 16) return;
    this.black = !this.black;
    if (this.x >= this.width) this.endRow();
  }

  /** Takes zeros, a few at a time, and the one behind them. Two marks in a row end the picture. */
  private mark(): void {
    const zeros = Math.min(this.held, Math.clz32(this.next(32)));
    this.held -= zeros;
    this.zeros += zeros;
    if (this.zeros > MAX_ZEROS) return this.cut();
    if (this.held === 0) return;
    this.held -= 1;
    this.zeros = 0;
    this.marks += 1;
    this.idle += 1;
    if (this.marks > 1) this.ended = true;
    else if (this.x > 0 || this.black) this.endRow();
  }

  private endRow(): void {
    this.x = 0;
    this.idle = 0;
    this.black = false;
    this.y += 1;
    if (this.y >= this.height) this.ended = true;
  }

  /** The next bits as a number; behind the end zeros. */
  private next(count: number): number {
    const shift = this.held - count;
    const held = this.bits & (2 ** this.held - 1);
    return shift >= 0 ? held >>> shift : held << -shift;
  }

  private fill(): void {
    while (this.held <= 16) {
      const byte = this.stream.next();
      if (byte < 0) return;
      this.bits = ((this.bits & 0xffff) << 8) | byte;
      this.held += 8;
    }
  }

  private cut(): void {
    this.ended = true;
    this.cutAt = Math.floor(this.offset);
  }
}
