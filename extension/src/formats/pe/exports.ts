// What a library offers to others. Bounded: ordinals have 16 bits, so no table is longer than 65,536 entries, whatever it says.
// Pure. Source: Microsoft, PE Format, "The .edata Section (Image Only)".
import type { ImageMemory } from "./imageMemory";
import type { DataDirectory, ExportedFunction, PeExports } from "./model";
import { hex, type Warnings } from "../program/warnings";

const DIRECTORY_BYTES = 40;
const MAX_ENTRIES = 65_536;

/** One entry for each name, and one for each address without a name; ordinals that are not used (RVA 0) have none. */
export function readExports(memory: ImageMemory, directory: DataDirectory, warnings: Warnings): PeExports | undefined {
  const record = memory.record(directory.rva, DIRECTORY_BYTES);
  if (record === undefined) {
    warnings.add(directory.entryOffset, `The export table at RVA ${hex(directory.rva)} is not in the image`);
    return undefined;
  }
  const u32 = (at: number): number => record.getUint32(at, true);
  const offset = memory.offsetOf(directory.rva);
  const where = offset ?? directory.entryOffset;
  const ordinalBase = u32(16);
  const addresses = table(
    memory,
    { rva: u32(28), count: u32(20), width: 4, what: "addresses", where: where + 20 },
    warnings,
  );
  const beyond = MAX_ENTRIES - ordinalBase;
  if (addresses.length > Math.max(0, beyond)) {
    warnings.add(where + 16, `Ordinals begin at ${ordinalBase}; from ${MAX_ENTRIES} on they have no place in 16 bits`);
  }
  const name = memory.text(u32(12));
  if (name === undefined && u32(12) !== 0) {
    warnings.add(where + 12, `The library's name is not readable at RVA ${hex(u32(12))}`);
  }
  const nameRvas = table(
    memory,
    { rva: u32(32), count: u32(24), width: 4, what: "names", where: where + 24 },
    warnings,
  );
  const indexes = table(
    memory,
    { rva: u32(36), count: nameRvas.length, width: 2, what: "ordinals", where: where + 36 },
    warnings,
  );
  const namesOf = new Map<number, string[]>();
  let previous = "";
  let disordered = false;
  nameRvas.forEach((rva, position) => {
    const index = indexes[position];
    if (index === undefined) return;
    const text = memory.text(rva);
    const at = memory.offsetOf(u32(32) + position * 4) ?? where;
    if (text !== undefined && text < previous && !disordered) {
      disordered = true;
      warnings.add(at, `"${text}" is not in the order of names: loaders search by halves and may not find it`);
    }
    previous = text ?? previous;
    if (text === undefined) warnings.add(at, `The name of an exported function is not readable at RVA ${hex(rva)}`);
    if (index >= addresses.length) warnings.add(at, `"${text ?? ""}" names entry ${index} of ${addresses.length}`);
    const names = namesOf.get(index);
    if (names === undefined) namesOf.set(index, [text ?? ""]);
    else names.push(text ?? "");
  });
  const isForwarder = (rva: number): boolean => rva >= directory.rva && rva < directory.rva + directory.size;
  const functions = addresses.flatMap((rva, index): ExportedFunction[] => {
    if (rva === 0) return [];
    const at = memory.offsetOf(u32(28) + index * 4);
    const forwarder = isForwarder(rva) ? forwarderAt(memory, rva, at ?? where, warnings) : null;
    const names: readonly (string | null)[] = namesOf.get(index) ?? [null];
    return names.map((each) => ({ name: each, ordinal: ordinalBase + index, rva, forwarder, offset: at }));
  });
  return { name: name ?? "", offset, timestamp: u32(4), ordinalBase, functions };
}

function forwarderAt(memory: ImageMemory, rva: number, where: number, warnings: Warnings): string {
  const text = memory.text(rva);
  if (text === undefined) warnings.add(where, `The forwarder at RVA ${hex(rva)} is not readable`);
  return text ?? "";
}

interface TablePlace {
  readonly rva: number;
  readonly count: number;
  readonly width: 2 | 4;
  readonly what: string;
  /** Of the field that states it. */
  readonly where: number;
}

function table(memory: ImageMemory, { rva, count, width, what, where }: TablePlace, warnings: Warnings): number[] {
  const there = Math.floor(memory.reach(rva) / width);
  const length = Math.min(count, there, MAX_ENTRIES);
  if (length < count) {
    const reason =
      there < count ? `${there} fit into the image at RVA ${hex(rva)}` : `there are ${MAX_ENTRIES} ordinals`;
    warnings.add(where, `${count} exported ${what} are stated; ${reason}`);
  }
  const record = length === 0 ? undefined : memory.record(rva, length * width);
  if (record === undefined) return [];
  return Array.from({ length }, (_, index) =>
    width === 4 ? record.getUint32(index * 4, true) : record.getUint16(index * 2, true),
  );
}
