// What every call into the addon has in common: its errors become EngineErrors, its flat ranges objects. Knows no call.
import type { Changes, Gathered, NativeReader, Window } from "../../../native/binding/index";
import type { ByteRange } from "../../../shared/byteRange";
import type { ByteWindow, DocumentChanges, ElementGrid, GatheredElements } from "./byteSource";
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

export function toWindow({ bytes, version, unsaved, unreadable }: Window): ByteWindow {
  return { bytes, version, unsaved: toRanges(unsaved), unreadable: toRanges(unreadable) };
}

export function toChanges({ version, all, changes }: Changes): DocumentChanges {
  const list = Array.from({ length: changes.length / 3 }, (_, i) => ({
    offset: changes[3 * i] ?? 0,
    oldLength: changes[3 * i + 1] ?? 0,
    newLength: changes[3 * i + 2] ?? 0,
  }));
  return { version, all, changes: list };
}

export function gatherThrough(native: Pick<NativeReader, "gather">, grid: ElementGrid): GatheredElements {
  const { offset, rows, rowStride, columns, columnStride, elementBytes } = grid;
  const gather = () => native.gather(offset, rows, rowStride, columns, columnStride, elementBytes);
  const { bytes, version, missing }: Gathered = attempt(gather);
  return { bytes, version, missing: Array.from(missing) };
}
