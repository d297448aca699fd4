// The text of `hexdump -C`, row by row, for any width: repeated rows squeezed into "*", the end offset last. Takes bytes and
// runs of zeros; a run costs the same whatever its length. Pure: knows neither files nor streams.
import { Buffer } from "node:buffer";
import type { ByteRange } from "../shared/byteRange";

const NEWLINE = 0x0a;
const SPACE = 0x20;
const BAR = 0x7c;
const DOT = 0x2e;
const QUESTION = 0x3f;
const HEX_DIGITS = Buffer.from("0123456789abcdef", "latin1");
const STAR = Buffer.from("*\n", "latin1");

export class Hexdump {
  /** Bytes of a row that is not full yet. */
  private readonly row: Uint8Array;
  private readonly unreadable: Uint8Array;
  private filled = 0;
  private rowUnreadable = false;
  private readonly previous: Uint8Array;
  private hasPrevious = false;
  private starred = false;
  /** Of row[0]. */
  private rowOffset: number;
  private out = Buffer.alloc(0);
  private outLength = 0;

  /** @param start offset of the first byte. @param width bytes per row. */
  constructor(
    start: number,
    private readonly width = 16,
  ) {
    this.row = new Uint8Array(width);
    this.unreadable = new Uint8Array(width);
    this.previous = new Uint8Array(width);
    this.rowOffset = start;
  }

  /** The text that these bytes complete. @param unreadable ranges within `bytes`, shown as "??". */
  bytes(bytes: Uint8Array, unreadable: readonly ByteRange[] = []): Buffer {
    this.reserve(bytes.length);
    let bad = 0;
    for (let i = 0; i < bytes.length; i++) {
      while (bad < unreadable.length && (unreadable[bad]?.end ?? 0) <= i) bad++;
      const isBad = bad < unreadable.length && (unreadable[bad]?.start ?? 0) <= i;
      this.put(bytes[i] ?? 0, isBad);
    }
    return this.take();
  }

  /** As bytes() of that many zeros. */
  zeros(length: number): Buffer {
    this.reserve(2 * this.width);
    let left = length;
    while (left > 0 && (this.filled > 0 || left < this.width)) {
      this.put(0, false);
      left--;
    }
    const rows = Math.floor(left / this.width);
    if (rows > 0) {
      for (let i = 0; i < this.width; i++) this.put(0, false);
      if (rows > 1) this.star();
      this.rowOffset += (rows - 1) * this.width;
      for (left -= rows * this.width; left > 0; left--) this.put(0, false);
    }
    return this.take();
  }

  /** What is left: a short row and the offset behind the last byte. Nothing for an empty dump at 0, as hexdump does. */
  end(): Buffer {
    this.reserve(this.width);
    const endOffset = this.rowOffset + this.filled;
    if (this.filled > 0) this.writeRow(this.filled);
    if (endOffset > 0) {
      this.writeOffset(endOffset);
      this.writeByte(NEWLINE);
    }
    return this.take();
  }

  private put(byte: number, isBad: boolean): void {
    this.row[this.filled] = byte;
    this.unreadable[this.filled] = isBad ? 1 : 0;
    this.rowUnreadable ||= isBad;
    this.filled++;
    if (this.filled < this.width) return;
    if (this.repeats()) this.star();
    else {
      this.writeRow(this.width);
      this.starred = false;
    }
    this.previous.set(this.row);
    // A row that could not be read is equal to no other.
    this.hasPrevious = !this.rowUnreadable;
    this.rowUnreadable = false;
    this.filled = 0;
    this.rowOffset += this.width;
  }

  private repeats(): boolean {
    if (!this.hasPrevious || this.rowUnreadable) return false;
    for (let i = 0; i < this.width; i++) if (this.row[i] !== this.previous[i]) return false;
    return true;
  }

  private star(): void {
    if (this.starred) return;
    this.outLength += STAR.copy(this.out, this.outLength);
    this.starred = true;
  }

  private writeRow(length: number): void {
    this.writeOffset(this.rowOffset);
    this.writeByte(SPACE);
    for (let i = 0; i < this.width; i++) {
      if (i % 8 === 0) this.writeByte(SPACE);
      const shown = i < length;
      const bad = this.unreadable[i] === 1;
      const byte = this.row[i] ?? 0;
      this.writeByte(shown ? (bad ? QUESTION : (HEX_DIGITS[Math.floor(byte / 16)] ?? 0)) : SPACE);
      this.writeByte(shown ? (bad ? QUESTION : (HEX_DIGITS[byte % 16] ?? 0)) : SPACE);
      this.writeByte(SPACE);
    }
    this.writeByte(SPACE);
    this.writeByte(BAR);
    for (let i = 0; i < length; i++) {
      const byte = this.row[i] ?? 0;
      if (this.unreadable[i] === 1) this.writeByte(QUESTION);
      else this.writeByte(byte >= 0x20 && byte < 0x7f ? byte : DOT);
    }
    this.writeByte(BAR);
    this.writeByte(NEWLINE);
  }

  private writeOffset(offset: number): void {
    const text = offset.toString(16).padStart(8, "0");
    this.outLength += this.out.write(text, this.outLength, "latin1");
  }

  private writeByte(byte: number): void {
    this.out[this.outLength++] = byte;
  }

  /** Room for the text of `length` more bytes: 14 digits of 2^53, hex, groups, text, and a short row. */
  private reserve(length: number): void {
    const rows = Math.ceil(length / this.width) + 2;
    const rowText = 14 + 2 + this.width * 3 + Math.ceil(this.width / 8) + this.width + 4;
    this.out = Buffer.allocUnsafe(rows * rowText + STAR.length);
    this.outLength = 0;
  }

  private take(): Buffer {
    return this.out.subarray(0, this.outLength);
  }
}
