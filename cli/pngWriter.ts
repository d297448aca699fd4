// A PNG file written strip by strip: 8 bits each of red, green, blue and alpha. Never holds more than a strip, whatever the size
// of the picture. Source: PNG (Third Edition), W3C: 5 "Datastream structure", 9 "Filtering", 11 "Chunk specifications".
import type fs from "node:fs/promises";
import zlib from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const ROW_BYTES_OF_PIXEL = 4;
/** Filter type "Up": the difference to the row above. Flat areas and gradients come out as zeros. */
const FILTER_UP = 2;

export class PngWriter {
  private readonly deflate = zlib.createDeflate({ level: 6 });
  private readonly written: Promise<void>;
  private above: Buffer;

  /** @param file open for writing, empty */
  constructor(
    private readonly file: fs.FileHandle,
    private readonly width: number,
    height: number,
  ) {
    this.above = Buffer.alloc(width * ROW_BYTES_OF_PIXEL);
    this.written = this.writeChunks(width, height);
    // Told by end().
    this.written.catch(() => undefined);
  }

  /** @param pixels whole rows; the bytes of each are red, green, blue, alpha. */
  async add(pixels: Uint32Array): Promise<void> {
    const bytes = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    const rowBytes = this.width * ROW_BYTES_OF_PIXEL;
    const rows = bytes.length / rowBytes;
    const filtered = Buffer.alloc(rows * (rowBytes + 1));
    for (let row = 0; row < rows; row += 1) {
      const line = bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
      const to = row * (rowBytes + 1);
      filtered[to] = FILTER_UP;
      for (let at = 0; at < rowBytes; at += 1) filtered[to + 1 + at] = line[at]! - this.above[at]!;
      this.above = line;
    }
    this.above = Buffer.from(this.above);
    const failed = this.written.then(() => undefined);
    await Promise.race([failed, new Promise<void>((resolve) => this.deflate.write(filtered, () => resolve()))]);
  }

  /** @throws what writing failed with */
  async end(): Promise<void> {
    this.deflate.end();
    await this.written;
  }

  private async writeChunks(width: number, height: number): Promise<void> {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 6, 0, 0, 0], 8);
    await this.file.write(SIGNATURE);
    await this.chunk("IHDR", header);
    for await (const part of this.deflate) await this.chunk("IDAT", part as Buffer);
    await this.chunk("IEND", Buffer.alloc(0));
  }

  private async chunk(type: string, data: Buffer): Promise<void> {
    const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const framed = Buffer.alloc(typed.length + 8);
    framed.writeUInt32BE(data.length, 0);
    framed.set(typed, 4);
    framed.writeUInt32BE(zlib.crc32(typed), typed.length + 4);
    await this.file.write(framed);
  }
}
