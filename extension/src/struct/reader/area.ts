// Where a stretch of bytes begins and ends, and what of it counts after padding and terminator. Positions are whole bytes.
// @see Kaitai Struct User Guide, "Delimited structures", "Terminator: consume or include?".
import { endOfStream, StructError } from "../errors";
import type { Area } from "../ksy/model";
import { findAligned } from "./backing";
import { checkedPosition, type Stream } from "./stream";
import { isInteger, kindOf, typeFault, type Value } from "./values";

export interface Extent {
  readonly start: number;
  /** Behind what reading takes, terminator and padding included. */
  readonly end: number;
}

export function sizeValue(value: Value, what: string): number {
  if (value === null) throw new StructError("NullError", `${what} is absent (null)`);
  if (!isInteger(value)) throw typeFault(`${what} must be an integer, got ${kindOf(value)}`);
  return checkedPosition(value, what);
}

/** @param size the value of `size`, if there is one. Reads only to look for a terminator. */
export function extentOf(area: Area, stream: Stream, start: number, size: number | undefined): Extent {
  if (size !== undefined) {
    stream.require(start, size);
    return { start, end: start + size };
  }
  if (area.sizeEos) {
    if (start > stream.size) throw endOfStream(0, stream.size - start);
    return { start, end: stream.size };
  }
  const found = find(area, stream, start, stream.size);
  if (found === undefined) {
    const available = Math.max(0, stream.size - start);
    if (area.eosError) throw endOfStream(available + 1, available);
    return { start, end: start + available };
  }
  return { start, end: area.consume ? found + terminatorLength(area) : found };
}

function terminatorLength(area: Area): number {
  return area.terminator?.length ?? 0;
}

function find(area: Area, stream: Stream, start: number, end: number): number | undefined {
  if (area.terminator === undefined) return undefined;
  const found = findAligned(stream.backing, area.terminator, stream.base + start, stream.base + end);
  return found < 0 ? undefined : found - stream.base;
}

/** Where the bytes end that count as the value. */
export function contentEnd(area: Area, stream: Stream, extent: Extent): number {
  const bounded = area.size !== undefined || area.sizeEos;
  let end = extent.end;
  if (bounded && area.padRight !== undefined) end = stripRight(stream, extent.start, end, area.padRight);
  if (area.terminator === undefined) return end;
  const found = find(area, stream, extent.start, bounded ? end : stream.size);
  if (found === undefined) return end;
  return area.include ? found + area.terminator.length : found;
}

function stripRight(stream: Stream, start: number, end: number, padding: number): number {
  const step = 4096;
  for (let stop = end; stop > start;) {
    const from = Math.max(start, stop - step);
    const chunk = stream.backing.copy(stream.base + from, stop - from);
    for (let index = chunk.length - 1; index >= 0; index -= 1) if (chunk[index] !== padding) return from + index + 1;
    stop = from;
  }
  return start;
}
