// Reads integers, floats and bits at a place of a stream. Positions are bytes with eighths: 3.25 is two bits into byte 3.
// Knows no fields.
import { endOfStream, limit } from "../errors";
import type { Endian } from "../ksy/model";
import { maxPosition } from "../limits";
import type { Stream } from "./stream";
import { Float, normalize, type Integer } from "./values";

export function readInteger(
  stream: Stream,
  position: number,
  bytes: 1 | 2 | 4 | 8,
  signed: boolean,
  little: boolean,
): Integer {
  const at = stream.locate(position, bytes);
  const { view } = stream.backing;
  switch (bytes) {
    case 1:
      return signed ? view.getInt8(at) : view.getUint8(at);
    case 2:
      return signed ? view.getInt16(at, little) : view.getUint16(at, little);
    case 4:
      return signed ? view.getInt32(at, little) : view.getUint32(at, little);
    case 8: {
      const high = view.getUint32(little ? at + 4 : at, little);
      // Small ones, most of all lengths, never become bigint.
      if (high < 0x200000) return high * 0x100000000 + view.getUint32(little ? at : at + 4, little);
      return normalize(signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little));
    }
  }
}

export function readFloat(stream: Stream, position: number, bytes: 4 | 8, little: boolean): Float {
  const at = stream.locate(position, bytes);
  const { view } = stream.backing;
  return new Float(bytes === 4 ? view.getFloat32(at, little) : view.getFloat64(at, little));
}

/** Where a bit field ends. @throws EndOfStreamError */
export function endOfBits(stream: Stream, position: number, bits: number): number {
  if (position > maxPosition) throw limit(`bit fields beyond byte ${maxPosition}`);
  const end = position + bits / 8;
  if (end > stream.size) {
    const from = Math.ceil(position);
    throw endOfStream(Math.ceil(end) - from, stream.size - from);
  }
  return end;
}

/** @param bits 1 to 64; @param order "be": from the most significant bit of each byte down */
export function readBits(stream: Stream, position: number, bits: number, order: Endian): Integer {
  const end = endOfBits(stream, position, bits);
  const first = Math.floor(position);
  const count = Math.ceil(end) - first;
  const at = stream.locate(first, count);
  const { view } = stream.backing;
  const skipped = (position - first) * 8;
  const spare = count * 8 - skipped - bits;
  if (count <= 4) {
    let whole = 0;
    for (let index = 0; index < count; index += 1) {
      whole = whole * 256 + view.getUint8(at + (order === "be" ? index : count - 1 - index));
    }
    return Math.floor(whole / 2 ** (order === "be" ? spare : skipped)) % 2 ** bits;
  }
  let whole = 0n;
  for (let index = 0; index < count; index += 1) {
    whole = whole * 256n + BigInt(view.getUint8(at + (order === "be" ? index : count - 1 - index)));
  }
  return normalize((whole >> BigInt(order === "be" ? spare : skipped)) & ((1n << BigInt(bits)) - 1n));
}
