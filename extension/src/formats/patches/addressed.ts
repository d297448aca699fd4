// Bytes at addresses, as Intel HEX and Motorola S-records spell them: which of the two a file is, what it spans, making a plain
// file of it, and putting it into one that is there. Knows neither record format's details.
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";
import { readIntelHex } from "./intelHex";
import { Pace, type PatchCall, type PatchTarget } from "./model";
import { readSRecords } from "./sRecord";

export interface AddressedBytes {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Of the text file so far, in bytes. */
  readonly end: number;
}

export interface AddressSpan {
  readonly low: number;
  /** Behind the last byte. */
  readonly high: number;
  readonly byteCount: number;
}

type Reader = (source: ByteSource) => AsyncGenerator<AddressedBytes>;

async function readerOf(source: ByteSource): Promise<Reader | undefined> {
  const first = await source.read(0, Math.min(source.size, 1024));
  const begin = String.fromCharCode(...new Uint8Array(first.bytes)).trimStart();
  if (begin.startsWith(":")) return readIntelHex;
  return /^S[0-9]/i.test(begin) ? readSRecords : undefined;
}

export async function isAddressed(source: ByteSource): Promise<boolean> {
  return (await readerOf(source)) !== undefined;
}

/** @throws EngineError "corrupt" with the line, on reading. */
export async function* readAddressed(source: ByteSource): AsyncGenerator<AddressedBytes> {
  const read = await readerOf(source);
  if (read === undefined) {
    throw new EngineError("corrupt", "Line 1: neither an Intel HEX record (:) nor an S-record (S0 to S9)");
  }
  yield* read(source);
}

/** Reads all, and so checks all. @throws EngineError "corrupt", also when there is no data at all. */
export async function spanOf(source: ByteSource, call: PatchCall = {}): Promise<AddressSpan> {
  const pace = new Pace(call);
  let low = Number.MAX_SAFE_INTEGER;
  let high = 0;
  let byteCount = 0;
  for await (const { address, bytes, end } of readAddressed(source)) {
    await pace.step(end, source.size);
    if (bytes.length === 0) continue;
    low = Math.min(low, address);
    high = Math.max(high, address + bytes.length);
    byteCount += bytes.length;
  }
  if (byteCount === 0) throw new EngineError("corrupt", "It holds no data");
  return { low, high, byteCount };
}

/** Into an empty target, from its beginning on; what no record names becomes `gap`. */
export async function layOut(
  source: ByteSource,
  { low, high }: AddressSpan,
  gap: number,
  target: PatchTarget,
  call: PatchCall = {},
): Promise<void> {
  const pace = new Pace(call);
  target.insertFill(0, high - low, Uint8Array.of(gap));
  for await (const { address, bytes, end } of readAddressed(source)) {
    await pace.step(end, source.size);
    if (bytes.length > 0) target.overwrite(address - low, bytes);
  }
}

/** Over the bytes that are there, and on behind their end; what no record names stays. @param base the address of offset 0.
 *  @throws EngineError "out-of-range" for a record before offset 0, or with a gap between it and the end; the target is then
 *  changed in part. */
export async function putAddressed(
  source: ByteSource,
  base: number,
  target: PatchTarget,
  call: PatchCall = {},
): Promise<void> {
  const pace = new Pace(call);
  for await (const { address, bytes, end } of readAddressed(source)) {
    await pace.step(end, source.size);
    if (bytes.length === 0) continue;
    const offset = address - base;
    if (offset < 0 || offset > target.size) {
      const message = `The record at address 0x${address.toString(16).toUpperCase()} lies outside the file`;
      throw new EngineError("out-of-range", message, { offset: address });
    }
    target.overwrite(offset, bytes);
  }
}
