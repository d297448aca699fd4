// The checksum of an image, over all its bytes but those that hold it. Holes are skipped: zeros add nothing. Reads the document
// with its unsaved edits, a piece at a time, so that others get their turn.
// Source: Microsoft, PE Format, "CheckSum"; the sum is that of ImageHlp's CheckSumMappedFile: 16-bit words added with the carry
// brought around, plus the length of the file.
import { Buffer } from "node:buffer";
import type { ByteRange } from "../../../../shared/byteRange";
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";

const CHUNK_BYTES = 4 * 1024 * 1024;
const FIELD_BYTES = 4;

/** A source that knows where it holds nothing but zeros. */
export interface SparseSource extends ByteSource {
  extents?(start: number, end: number, limit: number): readonly ByteRange[];
}

export interface ChecksumOptions {
  readonly signal?: AbortSignal;
  /** Bytes. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** @param fieldOffset of the CheckSum field, taken as zeros. @throws EngineError "cancelled", "changed", "io". */
export async function imageChecksum(
  source: SparseSource,
  fieldOffset: number,
  options: ChecksumOptions = {},
): Promise<number> {
  const { size, version } = source;
  let sum = 0;
  for (let at = 0; at < size;) {
    if (options.signal?.aborted === true) throw new EngineError("cancelled", "The checksum was cancelled");
    const stored = source.extents?.(at, size, 1)[0];
    if (source.extents !== undefined && stored === undefined) break;
    // Words begin at even offsets.
    const start = stored === undefined ? at : Math.max(at, stored.start - (stored.start % 2));
    const end = Math.min(start + CHUNK_BYTES, size, stored === undefined ? size : stored.end + (stored.end % 2));
    const window = await source.read(start, end - start);
    // Also of the source: it may have changed after it answered.
    if (window.version !== version || source.version !== version)
      throw new EngineError("changed", "The file was changed while its checksum was computed");
    if (window.unreadable.length > 0) {
      throw new EngineError("io", "The checksum needs bytes that cannot be read", { offset: start });
    }
    const bytes = new Uint8Array(window.bytes);
    if (bytes.length === 0) break;
    blank(bytes, start, fieldOffset);
    sum = folded(sum + wordSum(bytes));
    at = start + bytes.length;
    options.onProgress?.(at, size);
  }
  return (sum + size) % 2 ** 32;
}

function blank(bytes: Uint8Array, start: number, fieldOffset: number): void {
  const from = Math.max(0, fieldOffset - start);
  const to = Math.min(bytes.length, fieldOffset + FIELD_BYTES - start);
  if (from < to) bytes.fill(0, from, to);
}

/** Words of 32 bits give the same: 2^16 is 1 modulo 2^16 - 1. Exact: a chunk has 2^20 of them. */
function wordSum(bytes: Uint8Array): number {
  const whole = bytes.length - (bytes.length % 4);
  let sum = 0;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, whole / 4);
  for (let index = 0; index < words.length; index++) sum += words[index] ?? 0;
  for (let at = whole; at < bytes.length; at++) sum += (bytes[at] ?? 0) * (at % 2 === 0 ? 1 : 256);
  return sum;
}

function folded(value: number): number {
  let sum = value;
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum;
}

/** What the field must hold, as it stands in the file. */
export function checksumBytes(checksum: number): Uint8Array {
  const bytes = Buffer.alloc(FIELD_BYTES);
  bytes.writeUInt32LE(checksum);
  return bytes;
}
