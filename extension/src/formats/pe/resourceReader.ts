// One resource's bytes read from front to back, and the lines made of them. Reading past the end stops the reading with a line that
// says where; what was read before it stays. Bounded in lines, in characters and in bytes read. Pure.
import { utf16 } from "./resources";

const MAX_LINES = 5000;
/** Of all lines of one resource: parts of it may be named again and again. */
const MAX_CHARACTERS = 1024 * 1024;
/** Times that a resource may be read in all: a hostile one leads to the same bytes again and again. */
const MAX_READINGS = 2;

export interface TextLine {
  readonly key: string;
  readonly value: string;
  /** Levels below the resource's own row. */
  readonly depth: number;
  /** Its bytes, from the resource's start. */
  readonly at: number;
  readonly length: number;
  /** Of a group: number of the picture. */
  readonly member?: number;
}

/** Ends the reading of one resource; never leaves readLines(). */
class Stop extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

/** What `read` makes of these bytes; where it stops too early, a last line says why. */
export function readLines(view: DataView, read: (reader: ResourceReader) => void): TextLine[] {
  const reader = new ResourceReader(view);
  try {
    read(reader);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const at = Math.min(error.at, view.byteLength);
    reader.lines.push({ key: "", value: `(${error.message})`, depth: 1, at, length: view.byteLength - at });
  }
  return reader.lines;
}

export class ResourceReader {
  readonly lines: TextLine[] = [];
  private charactersLeft = MAX_CHARACTERS;
  private bytesLeft: number;
  at = 0;

  constructor(readonly view: DataView) {
    this.bytesLeft = MAX_READINGS * view.byteLength;
  }

  get size(): number {
    return this.view.byteLength;
  }

  u16(): number {
    return this.view.getUint16(this.taken(2), true);
  }
  i16(): number {
    return this.view.getInt16(this.taken(2), true);
  }
  u32(): number {
    return this.view.getUint32(this.taken(4), true);
  }
  u8(): number {
    return this.view.getUint8(this.taken(1));
  }

  skip(bytes: number): void {
    this.taken(bytes);
  }

  /** UTF-16 up to a zero. */
  text(): string {
    const start = this.at;
    while (this.u16() !== 0);
    return utf16(this.view, start, this.at - 2);
  }

  align4(): void {
    this.at = Math.ceil(this.at / 4) * 4;
  }

  /** @param start of its bytes, which end here */
  line(start: number, key: string, value: string, depth = 1, member?: number): void {
    this.charactersLeft -= key.length + value.length;
    if (this.lines.length >= MAX_LINES || this.charactersLeft < 0) this.stop("the rest is left out", start);
    const line = { key, value, depth, at: start, length: Math.max(0, this.at - start) };
    this.lines.push(member === undefined ? line : { ...line, member });
  }

  stop(message: string, at = this.at): never {
    throw new Stop(message, at);
  }

  private taken(bytes: number): number {
    const { at } = this;
    if (at + bytes > this.view.byteLength) this.stop("the resource ends here, too early");
    this.bytesLeft -= bytes;
    if (this.bytesLeft < 0) this.stop("the rest is left out");
    this.at = at + bytes;
    return at;
  }
}
