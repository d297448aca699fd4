// Little-endian fields of a header that may be cut short: what is not there reads as 0, and is told of once.
// Pure.
export class HeaderBytes {
  private readonly view: DataView;

  /** @param start offset of the first byte in the file. */
  constructor(
    bytes: ArrayBuffer,
    readonly start: number,
  ) {
    this.view = new DataView(bytes);
  }

  get end(): number {
    return this.start + this.view.byteLength;
  }

  u16(at: number): number {
    return this.has(at, 2) ? this.view.getUint16(at, true) : 0;
  }
  u32(at: number): number {
    return this.has(at, 4) ? this.view.getUint32(at, true) : 0;
  }
  i32(at: number): number {
    return this.has(at, 4) ? this.view.getInt32(at, true) : 0;
  }
  ascii(at: number, length: number): string {
    return this.has(at, length) ? String.fromCharCode(...new Uint8Array(this.view.buffer, at, length)) : "";
  }
  has(at: number, length: number): boolean {
    return at + length <= this.view.byteLength;
  }
}
