// The smaller directories: relocations, debug information, thread storage, exception handlers. Each list is bounded and each defect
// named where it stands. Pure.
// Source: Microsoft, PE Format, "The .reloc Section (Image Only)", "The .debug Section", "The .tls Section", "The .pdata Section".
import { Buffer } from "node:buffer";
import type { ImageMemory } from "./imageMemory";
import type { DataDirectory } from "./model";
import { debugTypeName, relocationTypeName } from "./names";
import { decodeText } from "../program/pagedBytes";
import { hex, type Warnings } from "../program/warnings";

const MAX_BLOCKS = 65_536;
const MAX_RELOCATIONS = 4_000_000;
const MAX_DEBUG_ENTRIES = 256;
const MAX_CALLBACKS = 1024;
const HIGH_ADJUSTED = 4;

export interface Relocations {
  readonly blocks: readonly { readonly rva: number; readonly count: number; readonly offset: number | undefined }[];
  /** How many of each kind, padding left out. */
  readonly kinds: readonly { readonly name: string; readonly count: number }[];
}

export function readRelocations(
  memory: ImageMemory,
  directory: DataDirectory,
  machine: number,
  warnings: Warnings,
): Relocations {
  const blocks: { rva: number; count: number; offset: number | undefined }[] = [];
  const kinds = new Float64Array(16);
  let left = MAX_RELOCATIONS;
  const end = directory.rva + directory.size;
  for (let at = directory.rva; at + 8 <= end;) {
    const head = memory.record(at, 8);
    const offset = memory.offsetOf(at);
    const where = offset ?? directory.entryOffset;
    const length = head?.getUint32(4, true) ?? 0;
    if (head === undefined || length < 8 || at + length > end) {
      const reason = head === undefined ? "is not in the image" : `states ${length} bytes, which cannot be`;
      warnings.add(where, `The block of relocations at RVA ${hex(at)} ${reason}`);
      break;
    }
    const count = Math.floor((length - 8) / 2);
    if (blocks.length === MAX_BLOCKS || count > left) {
      warnings.add(where, "More relocations than any program has: the rest is left out");
      break;
    }
    left -= count;
    const entries = memory.record(at + 8, count * 2);
    if (entries === undefined) {
      warnings.add(where, `The block of relocations at RVA ${hex(at)} is not whole in the image`);
      break;
    }
    for (let index = 0; index < count; index++) {
      const kind = entries.getUint16(index * 2, true) >>> 12;
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      // The entry behind it is the low half.
      if (kind === HIGH_ADJUSTED) index += 1;
    }
    if (length % 4 !== 0) {
      warnings.add(where, `The block of relocations at RVA ${hex(at)} has ${length} bytes, no multiple of 4`);
    }
    const rva = head.getUint32(0, true);
    if (count > 0 && memory.reach(rva) === 0) {
      warnings.add(where, `Relocations change a page at RVA ${hex(rva)}, which is not in the image`);
    }
    blocks.push({ rva, count, offset });
    at += length;
  }
  const named = [...kinds].map((count, kind) => ({ name: relocationTypeName(kind, machine), count, kind }));
  return {
    blocks,
    kinds: named.filter(({ count, kind }) => count > 0 && kind !== 0).map(({ name, count }) => ({ name, count })),
  };
}

export interface DebugEntry {
  readonly type: number;
  readonly name: string;
  readonly timestamp: number;
  readonly offset: number;
  readonly size: number;
  /** Of its entry in the table. */
  readonly entryOffset: number | undefined;
  readonly codeView?: { readonly id: string; readonly age: number; readonly path: string };
  /** Hex; of a reproducible build, whose timestamps are no times. */
  readonly hash?: string;
}

const DEBUG_BYTES = 28;

export function readDebug(memory: ImageMemory, directory: DataDirectory, warnings: Warnings): DebugEntry[] {
  const entries: DebugEntry[] = [];
  const stated = Math.floor(directory.size / DEBUG_BYTES);
  if (directory.size !== stated * DEBUG_BYTES) {
    warnings.add(
      directory.entryOffset,
      `Debug entries have ${DEBUG_BYTES} bytes each; the table has ${directory.size}`,
    );
  }
  for (let index = 0; index < Math.min(stated, MAX_DEBUG_ENTRIES); index++) {
    const rva = directory.rva + index * DEBUG_BYTES;
    const record = memory.record(rva, DEBUG_BYTES);
    if (record === undefined) {
      warnings.add(directory.entryOffset, `The debug entry at RVA ${hex(rva)} is not in the image`);
      break;
    }
    const [type, size, offset] = [12, 16, 24].map((at) => record.getUint32(at, true)) as [number, number, number];
    const entryOffset = memory.offsetOf(rva);
    if (offset + size > memory.bytes.size) {
      warnings.add(
        entryOffset ?? directory.entryOffset,
        `Debug information of ${size} bytes at ${hex(offset)} lies behind the file's end`,
      );
    }
    const entry = { type, name: debugTypeName(type), timestamp: record.getUint32(4, true), offset, size, entryOffset };
    entries.push({ ...entry, ...debugDetails(memory, type, offset, size) });
  }
  return entries;
}

function debugDetails(memory: ImageMemory, type: number, offset: number, size: number): Partial<DebugEntry> {
  const body = memory.bytes.slice(offset, Math.min(size, 4096));
  if (type === 2) return codeView(body);
  if (type !== 16 || body.length < 4) return {};
  const length = new DataView(body.buffer).getUint32(0, true);
  return length === 0 || length > body.length - 4
    ? {}
    : { hash: Buffer.from(body.subarray(4, 4 + length)).toString("hex") };
}

function codeView(body: Uint8Array): Partial<DebugEntry> {
  const signature = decodeText(body, 0, Math.min(4, body.length));
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const pathFrom = (start: number): string => {
    const end = body.indexOf(0, start);
    return decodeText(body, start, end < 0 ? body.length : end);
  };
  if (signature === "RSDS" && body.length >= 24) {
    return { codeView: { id: guidText(view, 4), age: view.getUint32(20, true), path: pathFrom(24) } };
  }
  if (signature !== "NB10" || body.length < 16) return {};
  return { codeView: { id: hex(view.getUint32(8, true)), age: view.getUint32(12, true), path: pathFrom(16) } };
}

function guidText(view: DataView, at: number): string {
  const digits = (value: number, length: number): string => value.toString(16).toUpperCase().padStart(length, "0");
  const bytes = Array.from({ length: 8 }, (_, index) => digits(view.getUint8(at + 8 + index), 2)).join("");
  const head = [
    digits(view.getUint32(at, true), 8),
    digits(view.getUint16(at + 4, true), 4),
    digits(view.getUint16(at + 6, true), 4),
  ];
  return `{${[...head, bytes.slice(0, 4), bytes.slice(4)].join("-")}}`;
}

export interface ThreadStorage {
  readonly offset: number | undefined;
  readonly dataStart: bigint;
  readonly dataEnd: bigint;
  readonly indexAddress: bigint;
  readonly zeroFill: number;
  readonly callbacks: readonly bigint[];
}

/** All addresses in it are of the image at its preferred base. */
export function readThreadStorage(
  memory: ImageMemory,
  directory: DataDirectory,
  imageBase: bigint,
  warnings: Warnings,
): ThreadStorage | undefined {
  const width = memory.is64 ? 8 : 4;
  const record = memory.record(directory.rva, width * 4 + 8);
  if (record === undefined) {
    warnings.add(directory.entryOffset, `The TLS directory at RVA ${hex(directory.rva)} is not in the image`);
    return undefined;
  }
  const [dataStart, dataEnd, indexAddress, table] = [0, 1, 2, 3].map((at) => memory.pointer(record, at * width)) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const where = memory.offsetOf(directory.rva) ?? directory.entryOffset;
  if (dataEnd < dataStart) warnings.add(where + width, "The template of thread storage ends before it begins");
  const callbacks: bigint[] = [];
  if (table !== 0n) {
    for (let index = 0; ; index++) {
      const rva = table >= imageBase ? Number(table - imageBase) + index * width : -1;
      const entry = memory.record(rva, width);
      if (entry === undefined || index === MAX_CALLBACKS) {
        warnings.add(where + 3 * width, `The list of TLS callbacks at ${hex(table)} has no end in the image`);
        break;
      }
      const callback = memory.pointer(entry, 0);
      if (callback === 0n) break;
      callbacks.push(callback);
    }
  }
  const zeroFill = record.getUint32(width * 4, true);
  return { offset: memory.offsetOf(directory.rva), dataStart, dataEnd, indexAddress, zeroFill, callbacks };
}

/** Bytes of an entry; of other machines the size of an entry is not known here. */
const EXCEPTION_BYTES: Readonly<Record<number, number>> = { 0x8664: 12, 0xaa64: 8, 0x1c4: 8 };

/** What of the table is there. */
export function exceptionCount(memory: ImageMemory, machine: number, directory: DataDirectory): number | undefined {
  const width = EXCEPTION_BYTES[machine];
  if (width === undefined) return undefined;
  return Math.floor(Math.min(directory.size, memory.reach(directory.rva)) / width);
}

export interface ExceptionRange {
  readonly start: number;
  /** Of x64 alone: Arm packs it into what follows. */
  readonly end?: number;
  readonly offset: number | undefined;
  readonly length: number;
}

export function exceptionRanges(
  memory: ImageMemory,
  machine: number,
  directory: DataDirectory,
  from: number,
  count: number,
): ExceptionRange[] {
  const length = EXCEPTION_BYTES[machine] ?? 12;
  const ranges: ExceptionRange[] = [];
  for (let index = from; index < from + count && (index + 1) * length <= directory.size; index++) {
    const rva = directory.rva + index * length;
    const record = memory.record(rva, length);
    if (record === undefined) break;
    const range = { start: record.getUint32(0, true), offset: memory.offsetOf(rva), length };
    ranges.push(length === 12 ? { ...range, end: record.getUint32(4, true) } : range);
  }
  return ranges;
}
