// What the dynamic linker reads of a program: its list of entries, with the strings that some stand for. Bounded. Pure.
// Source: System V gABI, "Dynamic Section".
import type { AddressMap } from "../../../../shared/addressMap";
import type { ByteRange } from "../../../../shared/byteRange";
import type { PagedBytes } from "../program/pagedBytes";
import { hex, type Warnings } from "../program/warnings";
import { Words, type Shape } from "../program/words";
import type { ElfDynamicEntry } from "./model";
import { dynamicTag, DynamicTag } from "./names";

const MAX_ENTRIES = 10_000;
const MAX_STRING_BYTES = 4096;

/** @param table where the entries are. @param offsetOf from an address to its place in the file */
export function readDynamic(
  bytes: PagedBytes,
  shape: Shape,
  table: ByteRange,
  offsetOf: (address: bigint) => number | undefined,
  warnings: Warnings,
): ElfDynamicEntry[] {
  const width = shape.is64 ? 16 : 8;
  const raw: ElfDynamicEntry[] = [];
  let ended = false;
  for (let offset = table.start; offset + width <= table.end && raw.length < MAX_ENTRIES; offset += width) {
    const record = bytes.record(offset, width);
    if (record === undefined) break;
    const words = new Words(record, shape);
    const tag = words.word(0);
    ended = tag === DynamicTag.end;
    if (ended) break;
    raw.push({ tag, value: words.word(width / 2), offset });
  }
  if (!ended) warnings.add(table.start, "The list for the dynamic linker has no end");
  const valueOf = (tag: bigint): bigint | undefined => raw.find((entry) => entry.tag === tag)?.value;
  const address = valueOf(DynamicTag.strings);
  const strings = address === undefined ? undefined : offsetOf(address);
  if (address !== undefined && strings === undefined) {
    warnings.add(
      table.start,
      `The strings for the dynamic linker should be at ${hex(address)}, which the file does not hold`,
    );
  }
  const length = valueOf(DynamicTag.stringBytes) ?? 0n;
  return raw.map((entry) => {
    if (dynamicTag(entry.tag).kind !== "string") return entry;
    const text =
      strings === undefined || entry.value >= length ? undefined : stringAt(bytes, strings + Number(entry.value));
    if (text === undefined) {
      warnings.add(entry.offset + width / 2, `The text of ${dynamicTag(entry.tag).name} is not among the strings`);
      return entry;
    }
    return { ...entry, text };
  });
}

function stringAt(bytes: PagedBytes, offset: number): string | undefined {
  if (!Number.isSafeInteger(offset) || offset >= bytes.size) return undefined;
  const { text, ended } = bytes.text(offset, MAX_STRING_BYTES);
  return ended ? text : undefined;
}

/** An address of 64 bits through a map that is relative to `base`. */
export function offsetOfAddress(map: AddressMap, base: bigint): (address: bigint) => number | undefined {
  return (address) => {
    const relative = address - base;
    return relative < 0n || relative > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : map.offsetOf(Number(relative));
  };
}
