// The load configuration: fields of a structure that grew with Windows; a file has as many of them as its size says. Pure.
// Source: Microsoft, PE Format, "Load Configuration Layout"; winnt.h, IMAGE_LOAD_CONFIG_DIRECTORY32 and 64.
import type { ImageMemory } from "./imageMemory";
import type { DataDirectory } from "./model";
import { hex, type Warnings } from "../program/warnings";

/** Bytes; "pointer" has four in PE32 and eight in PE32+. */
type Width = 2 | 4 | "pointer";

const FIELDS: readonly (readonly [string, Width])[] = [
  ["Size", 4],
  ["TimeDateStamp", 4],
  ["MajorVersion", 2],
  ["MinorVersion", 2],
  ["GlobalFlagsClear", 4],
  ["GlobalFlagsSet", 4],
  ["CriticalSectionDefaultTimeout", 4],
  ["DeCommitFreeBlockThreshold", "pointer"],
  ["DeCommitTotalFreeThreshold", "pointer"],
  ["LockPrefixTable", "pointer"],
  ["MaximumAllocationSize", "pointer"],
  ["VirtualMemoryThreshold", "pointer"],
];
/** These two stand the other way round in PE32. */
const AFFINITY: readonly (readonly [string, Width])[] = [
  ["ProcessAffinityMask", "pointer"],
  ["ProcessHeapFlags", 4],
];
const REST: readonly (readonly [string, Width])[] = [
  ["CSDVersion", 2],
  ["DependentLoadFlags", 2],
  ["EditList", "pointer"],
  ["SecurityCookie", "pointer"],
  ["SEHandlerTable", "pointer"],
  ["SEHandlerCount", "pointer"],
  ["GuardCFCheckFunctionPointer", "pointer"],
  ["GuardCFDispatchFunctionPointer", "pointer"],
  ["GuardCFFunctionTable", "pointer"],
  ["GuardCFFunctionCount", "pointer"],
  ["GuardFlags", 4],
];

export interface LoadConfigField {
  readonly name: string;
  readonly value: bigint;
  readonly offset: number | undefined;
}

export function readLoadConfig(memory: ImageMemory, directory: DataDirectory, warnings: Warnings): LoadConfigField[] {
  const size = memory.record(directory.rva, 4)?.getUint32(0, true);
  if (size === undefined) {
    warnings.add(directory.entryOffset, `The load configuration at RVA ${hex(directory.rva)} is not in the image`);
    return [];
  }
  const fields: LoadConfigField[] = [];
  let at = 0;
  for (const [name, width] of [...FIELDS, ...(memory.is64 ? AFFINITY : [...AFFINITY].reverse()), ...REST]) {
    const bytes = width === "pointer" ? (memory.is64 ? 8 : 4) : width;
    // Old linkers state 0 or the size of an older structure: the first fields are there anyway.
    if (at + bytes > Math.max(size, 4)) break;
    const rva = directory.rva + at;
    const record = memory.record(rva, bytes);
    if (record === undefined) {
      warnings.add(
        memory.offsetOf(directory.rva) ?? directory.entryOffset,
        `The load configuration states ${size} bytes; the image ends before`,
      );
      break;
    }
    const value =
      bytes === 8
        ? record.getBigUint64(0, true)
        : BigInt(bytes === 4 ? record.getUint32(0, true) : record.getUint16(0, true));
    fields.push({ name, value, offset: memory.offsetOf(rva) });
    at += bytes;
  }
  return fields;
}
