// The checks that every source of bytes makes before a read, so that all of them refuse the same nonsense with the same code.
// Pure; knows no source.
import { EngineError } from "./engineError";

/** One read may not ask for more. */
export const MAX_READ_BYTES = 64 * 1024 * 1024;

/** @throws EngineError "invalid-argument" (not a whole number), "out-of-range" (negative, beyond 2^53 - 1). */
export function checkSafeInteger(value: number, name: string): void {
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new EngineError("invalid-argument", `${name} must be a number, got ${String(value)}`);
  }
  if (value < 0 || value > Number.MAX_SAFE_INTEGER) {
    throw new EngineError("out-of-range", `${name} must be from 0 to 2^53 - 1, got ${value}`);
  }
  if (!Number.isInteger(value)) {
    throw new EngineError("invalid-argument", `${name} must be a whole number, got ${value}`);
  }
}

/** Bytes that a read of `length` at `offset` gives from a source of `size`.
 *  @throws EngineError "out-of-range", "invalid-argument", "too-large". */
export function clippedLength(offset: number, length: number, size: number): number {
  checkSafeInteger(offset, "offset");
  checkSafeInteger(length, "length");
  if (length > MAX_READ_BYTES) {
    throw new EngineError("too-large", `length must be at most 64 MiB, got ${length}`, { offset });
  }
  if (offset > size) {
    throw new EngineError("out-of-range", `offset ${offset} is past the end, ${size}`, { offset });
  }
  return Math.min(length, size - offset);
}
