// Numbers of a record in the byte order and width that a file has chosen. Pure.

export interface Shape {
  readonly little: boolean;
  /** Addresses, offsets and sizes of 64 bits. */
  readonly is64: boolean;
}

export class Words {
  constructor(
    readonly view: DataView,
    private readonly shape: Shape,
  ) {}

  u8(at: number): number {
    return this.view.getUint8(at);
  }
  u16(at: number): number {
    return this.view.getUint16(at, this.shape.little);
  }
  u32(at: number): number {
    return this.view.getUint32(at, this.shape.little);
  }
  u64(at: number): bigint {
    return this.view.getBigUint64(at, this.shape.little);
  }
  /** Of the width that addresses have. */
  word(at: number): bigint {
    return this.shape.is64 ? this.u64(at) : BigInt(this.u32(at));
  }
}
