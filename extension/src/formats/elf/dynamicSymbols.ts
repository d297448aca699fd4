// What the dynamic linker itself goes by: where its symbols are in a program without section headers, and which version of which
// library each of them wants. Bounded, whatever the tables say. Pure.
// Source: System V gABI, "Hash Table", "Dynamic Section"; Linux Standard Base Core, "Symbol Versioning"; the hash table of the GNU
// linker as its own sources lay it out.
import type { ByteRange } from "../../../../shared/byteRange";
import type { PagedBytes } from "../program/pagedBytes";
import { hex, type Warnings } from "../program/warnings";
import { Words, type Shape } from "../program/words";
import type { ElfDynamicEntry } from "./model";
import { DynamicTag } from "./names";

const MAX_SYMBOLS = 1 << 20;
const MAX_VERSIONS = 10_000;
const MAX_NAME_BYTES = 256;
/** Of the number of a version: others are preferred to this one. */
const HIDDEN = 0x8000;

export interface DynamicPlaces {
  readonly bytes: PagedBytes;
  readonly shape: Shape;
  readonly dynamic: readonly ElfDynamicEntry[];
  readonly offsetOf: (address: bigint) => number | undefined;
}

const valueOf = ({ dynamic }: DynamicPlaces, wanted: bigint): bigint | undefined =>
  dynamic.find(({ tag }) => tag === wanted)?.value;

function placeOf(places: DynamicPlaces, tag: bigint): number | undefined {
  const address = valueOf(places, tag);
  return address === undefined ? undefined : places.offsetOf(address);
}

function wordsAt({ bytes, shape }: DynamicPlaces, offset: number, length: number): Words | undefined {
  const record = bytes.record(offset, length);
  return record === undefined ? undefined : new Words(record, shape);
}

/** Strings of the dynamic linker, as far as the file has them. */
function stringsOf(places: DynamicPlaces): ByteRange | undefined {
  const start = placeOf(places, DynamicTag.strings);
  if (start === undefined) return undefined;
  const length = valueOf(places, DynamicTag.stringBytes) ?? 0n;
  const room = BigInt(places.bytes.size - start);
  return { start, end: start + Number(length < room ? length : room) };
}

/** Symbols and their names without the help of sections; undefined: there are none. */
export function dynamicSymbolTable(
  places: DynamicPlaces,
  warnings: Warnings,
): { readonly symbols: ByteRange; readonly strings: ByteRange } | undefined {
  const [start, strings] = [placeOf(places, DynamicTag.symbols), stringsOf(places)];
  if (start === undefined || strings === undefined) return undefined;
  const width = places.shape.is64 ? 24 : 16;
  const stated = countByHash(places) ?? countByGnuHash(places);
  // Without either table only the linker's habit is left: names follow the symbols.
  const count = stated ?? Math.max(0, Math.floor((strings.start - start) / width));
  const there = Math.floor((places.bytes.size - start) / width);
  if (count > there) warnings.add(start, `${count} symbols are stated; the file ends behind ${there} of them`);
  return { symbols: { start, end: start + Math.min(count, there, MAX_SYMBOLS) * width }, strings };
}

/** As many chains as symbols. */
function countByHash(places: DynamicPlaces): number | undefined {
  const offset = placeOf(places, DynamicTag.hash);
  return offset === undefined ? undefined : wordsAt(places, offset, 8)?.u32(4);
}

/** The last symbol is the end of the chain that begins last. */
function countByGnuHash(places: DynamicPlaces): number | undefined {
  const offset = placeOf(places, DynamicTag.gnuHash);
  const head = offset === undefined ? undefined : wordsAt(places, offset, 16);
  if (offset === undefined || head === undefined) return undefined;
  const [buckets, first, filters] = [head.u32(0), head.u32(4), head.u32(8)];
  const bucketsAt = offset + 16 + filters * (places.shape.is64 ? 8 : 4);
  const table = buckets > MAX_SYMBOLS ? undefined : wordsAt(places, bucketsAt, buckets * 4);
  if (table === undefined) return undefined;
  let last = 0;
  for (let index = 0; index < buckets; index++) last = Math.max(last, table.u32(index * 4));
  if (last < first) return first;
  for (let index = last; index < MAX_SYMBOLS; index++) {
    const link = wordsAt(places, bucketsAt + (buckets + index - first) * 4, 4);
    if (link === undefined) return index;
    if (link.u32(0) % 2 === 1) return index + 1;
  }
  return MAX_SYMBOLS;
}

/** "GLIBC_2.4 of libc.so.6" of what is taken, "LIB_1.0" of what is offered; undefined: any. @param index of the symbol */
export type VersionOf = (index: number) => string | undefined;

export function symbolVersions(places: DynamicPlaces, warnings: Warnings): VersionOf {
  const table = placeOf(places, DynamicTag.versionsOfSymbols);
  const strings = stringsOf(places);
  if (table === undefined || strings === undefined) return () => undefined;
  const names = new Map([...offered(places, strings, warnings), ...needed(places, strings, warnings)]);
  return (index) => {
    const number = wordsAt(places, table + index * 2, 2)?.u16(0);
    return number === undefined ? undefined : names.get(number % HIDDEN);
  };
}

function textAt({ bytes }: DynamicPlaces, { start, end }: ByteRange, at: number): string {
  return bytes.text(start + at, Math.max(0, Math.min(MAX_NAME_BYTES, end - start - at))).text;
}

/** Records in a list, each with the distance to the next. @param read gets a record's place; gives the distance, 0 at the end. */
function follow(start: number, count: number, warnings: Warnings, read: (at: number) => number | undefined): void {
  let at = start;
  for (let index = 0; index < Math.min(count, MAX_VERSIONS); index++) {
    const next = read(at);
    if (next === undefined) {
      warnings.add(at, `The list of versions at ${hex(start)} runs past the end of the file`);
      return;
    }
    if (next === 0) return;
    at += next;
  }
}

function needed(places: DynamicPlaces, strings: ByteRange, warnings: Warnings): Map<number, string> {
  const names = new Map<number, string>();
  const start = placeOf(places, DynamicTag.versionsNeeded);
  const count = Number(valueOf(places, DynamicTag.versionsNeededCount) ?? 0n);
  if (start === undefined) return names;
  let left = MAX_VERSIONS;
  follow(start, count, warnings, (at) => {
    const need = wordsAt(places, at, 16);
    if (need === undefined) return undefined;
    const library = textAt(places, strings, need.u32(4));
    follow(at + need.u32(8), Math.min(need.u16(2), left), warnings, (each) => {
      left -= 1;
      const version = wordsAt(places, each, 16);
      if (version === undefined) return undefined;
      names.set(version.u16(6) % HIDDEN, `${textAt(places, strings, version.u32(8))} of ${library}`);
      return version.u32(12);
    });
    return need.u32(12);
  });
  return names;
}

function offered(places: DynamicPlaces, strings: ByteRange, warnings: Warnings): Map<number, string> {
  const names = new Map<number, string>();
  const start = placeOf(places, DynamicTag.versionsOffered);
  const count = Number(valueOf(places, DynamicTag.versionsOfferedCount) ?? 0n);
  if (start === undefined) return names;
  follow(start, count, warnings, (at) => {
    const version = wordsAt(places, at, 20);
    if (version === undefined) return undefined;
    // The first of its names is its own; those behind it are what it builds on. Number 1 names the file itself.
    const name = wordsAt(places, at + version.u32(12), 8);
    const number = version.u16(4) % HIDDEN;
    if (name !== undefined && number > 1) names.set(number, textAt(places, strings, name.u32(0)));
    return version.u32(16);
  });
  return names;
}
