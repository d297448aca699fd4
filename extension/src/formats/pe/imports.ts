// What an image takes from other libraries: at its start, at the first call (delay), and with addresses worked out in advance
// (bound). Every list is bounded; a list that runs over its bound or out of the image is told of and cut. Pure.
// Source: Microsoft, PE Format, "The .idata Section", "Delay-Load Import Tables (Image Only)"; bound imports: IMAGE_BOUND_IMPORT_DESCRIPTOR.
import type { ImageMemory } from "./imageMemory";
import type { BoundLibrary, DataDirectory, ImportedFunction, ImportedLibrary } from "./model";
import { hex, type Warnings } from "../program/warnings";

const DESCRIPTOR_BYTES = 20;
const DELAY_DESCRIPTOR_BYTES = 32;
const BOUND_BYTES = 8;
const MAX_LIBRARIES = 8192;
/** Of all libraries together. */
const MAX_FUNCTIONS = 200_000;
const MAX_BOUND = 8192;

/** What one file's lists may still grow by. */
interface Room {
  functions: number;
}

/** The table ends with an empty entry; its size in the directory is not what loaders go by. */
export function readImports(
  memory: ImageMemory,
  directory: DataDirectory,
  headersSize: number,
  warnings: Warnings,
): ImportedLibrary[] {
  const libraries: ImportedLibrary[] = [];
  const room: Room = { functions: MAX_FUNCTIONS };
  for (let rva = directory.rva; ; rva += DESCRIPTOR_BYTES) {
    const record = memory.record(rva, DESCRIPTOR_BYTES);
    if (record === undefined) {
      warnings.add(
        directory.entryOffset,
        `The import table at RVA ${hex(directory.rva)} has no end: ${hex(rva)} is not in the image`,
      );
      break;
    }
    const [lookup, nameRva, addresses] = [0, 12, 16].map((at) => record.getUint32(at, true)) as [
      number,
      number,
      number,
    ];
    if (nameRva === 0 || addresses === 0) break;
    if (libraries.length === MAX_LIBRARIES || room.functions <= 0) {
      warnings.add(
        memory.offsetOf(rva) ?? directory.entryOffset,
        "More imports than any program has: the rest is left out",
      );
      break;
    }
    const offset = memory.offsetOf(rva);
    const where = offset ?? directory.entryOffset;
    const dll = libraryName(memory, nameRva, where, warnings);
    // Some linkers leave the lookup table out, or leave nonsense there: then the address table holds its copy.
    const names = lookup >= headersSize && memory.reach(lookup) > 0 ? lookup : addresses;
    if (lookup !== 0 && names !== lookup) {
      const place = memory.reach(lookup) > 0 ? "lies in the headers: loaders ignore it" : "is not in the image";
      warnings.add(where, `The lookup table of ${dll} at RVA ${hex(lookup)} ${place}`);
    }
    libraries.push({
      dll,
      offset,
      functions: readLookup(memory, { names, addresses, dll, where }, 0n, room, warnings),
    });
  }
  return libraries;
}

/** @param imageBase what old tables (attribute bit 0 clear) count their addresses from */
export function readDelayImports(
  memory: ImageMemory,
  directory: DataDirectory,
  imageBase: bigint,
  warnings: Warnings,
): ImportedLibrary[] {
  const libraries: ImportedLibrary[] = [];
  const room: Room = { functions: MAX_FUNCTIONS };
  for (let rva = directory.rva; ; rva += DELAY_DESCRIPTOR_BYTES) {
    const record = memory.record(rva, DELAY_DESCRIPTOR_BYTES);
    if (record === undefined) {
      warnings.add(directory.entryOffset, `The delay import table at RVA ${hex(directory.rva)} has no end`);
      break;
    }
    const base = record.getUint32(0, true) % 2 === 1 ? 0n : imageBase;
    const [nameAddress, addressTable, nameTable] = [4, 12, 16].map((at) => record.getUint32(at, true)) as [
      number,
      number,
      number,
    ];
    if (nameAddress === 0) break;
    if (libraries.length === MAX_LIBRARIES || room.functions <= 0) {
      warnings.add(
        memory.offsetOf(rva) ?? directory.entryOffset,
        "More delayed imports than any program has: the rest is left out",
      );
      break;
    }
    const offset = memory.offsetOf(rva);
    const where = offset ?? directory.entryOffset;
    const dll = libraryName(memory, toRva(BigInt(nameAddress), base), where, warnings);
    const tables = { names: toRva(BigInt(nameTable), base), addresses: toRva(BigInt(addressTable), base), dll, where };
    libraries.push({ dll, offset, functions: readLookup(memory, tables, base, room, warnings) });
  }
  return libraries;
}

interface Tables {
  readonly names: number;
  readonly addresses: number;
  readonly dll: string;
  /** Offset that warnings name. */
  readonly where: number;
}

function libraryName(memory: ImageMemory, rva: number, where: number, warnings: Warnings): string {
  const name = memory.text(rva, 1024);
  if (name === undefined) {
    const place = rva < 0 ? "before the image" : `at RVA ${hex(rva)}`;
    warnings.add(where, `The name of an imported library is not readable ${place}`);
  }
  return name ?? "";
}

/** @param base subtracted from the places of names */
function readLookup(
  memory: ImageMemory,
  { names, addresses, dll, where }: Tables,
  base: bigint,
  room: Room,
  warnings: Warnings,
): ImportedFunction[] {
  const functions: ImportedFunction[] = [];
  const width = memory.is64 ? 8 : 4;
  const ordinalFlag = memory.is64 ? 1n << 63n : 1n << 31n;
  for (let index = 0; ; index++) {
    const rva = names + index * width;
    const record = memory.record(rva, width);
    if (record === undefined) {
      const place = names < 0 ? "they lie before it" : `RVA ${hex(rva)} is not in the image`;
      warnings.add(where, `The imports from ${named(dll)} have no end: ${place}`);
      break;
    }
    const value = memory.pointer(record, 0);
    if (value === 0n) break;
    if (room.functions <= 0) {
      warnings.add(where, `More functions from ${dll} than any program imports: the rest is left out`);
      break;
    }
    room.functions -= 1;
    const entry = { offset: memory.offsetOf(rva), addressRva: addresses + index * width };
    if (value >= ordinalFlag) functions.push({ ...entry, ordinal: Number(value & 0xffffn) });
    else functions.push({ ...entry, ...readHintAndName(memory, value - base, dll, entry.offset ?? where, warnings) });
  }
  return functions;
}

/** @see "Hint/Name Table" */
function readHintAndName(
  memory: ImageMemory,
  place: bigint,
  dll: string,
  where: number,
  warnings: Warnings,
): { readonly name: string; readonly hint: number } {
  const rva = place >= 0n && place < 1n << 32n ? Number(place) : -1;
  const hint = memory.record(rva, 2)?.getUint16(0, true);
  const name = hint === undefined ? undefined : memory.text(rva + 2);
  if (name === undefined)
    warnings.add(
      where,
      `The name of a function of ${named(dll)} is not readable at ${hex(place < 0n ? -place : place)}`,
    );
  return { name: name ?? "", hint: hint ?? 0 };
}

const named = (dll: string): string => (dll === "" ? "a library without a name" : dll);

function toRva(address: bigint, base: bigint): number {
  return address >= base ? Number(address - base) : -1;
}

/** Places of names count from the start of this table. */
export function readBoundImports(memory: ImageMemory, directory: DataDirectory, warnings: Warnings): BoundLibrary[] {
  const libraries: BoundLibrary[] = [];
  const name = (at: number): string => memory.text(directory.rva + at, 1024) ?? "";
  let rva = directory.rva;
  let entries = 0;
  for (;;) {
    const record = memory.record(rva, BOUND_BYTES);
    const offset = memory.offsetOf(rva);
    if (record === undefined || offset === undefined) {
      warnings.add(directory.entryOffset, `The bound imports at RVA ${hex(directory.rva)} have no end`);
      break;
    }
    const [timestamp, nameAt, count] = [
      record.getUint32(0, true),
      record.getUint16(4, true),
      record.getUint16(6, true),
    ];
    if (timestamp === 0 && nameAt === 0) break;
    const forwarders: { dll: string; timestamp: number }[] = [];
    rva += BOUND_BYTES;
    for (let index = 0; index < count && entries < MAX_BOUND; index++, entries++, rva += BOUND_BYTES) {
      const forwarder = memory.record(rva, BOUND_BYTES);
      if (forwarder === undefined) break;
      forwarders.push({ dll: name(forwarder.getUint16(4, true)), timestamp: forwarder.getUint32(0, true) });
    }
    libraries.push({ dll: name(nameAt), timestamp, offset, forwarders });
    if (++entries >= MAX_BOUND) {
      warnings.add(offset, "More bound imports than any program has: the rest is left out");
      break;
    }
  }
  return libraries;
}
