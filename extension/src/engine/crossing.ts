// What every call into the addon has in common: its errors become EngineErrors, its flat ranges objects. Knows no call.
import type { ByteRange } from "../../../shared/byteRange";
import { asEngineError } from "./engineError";

export function attempt<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asEngineError(error);
  }
}

export async function attemptAsync<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw asEngineError(error);
  }
}

export function toRanges(flat: Float64Array): ByteRange[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => ({ start: flat[2 * i] ?? 0, end: flat[2 * i + 1] ?? 0 }));
}
