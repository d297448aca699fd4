// The headers up to the section table, read as the loader reads them: at fixed places, zeros where the file ends too soon.
// Every number is taken as it stands; what is wrong with it becomes a warning. Pure over PagedBytes.
// Source: Microsoft, PE Format, "MS-DOS Stub (Image Only)", "Signature (Image Only)", "COFF File Header", "Optional Header".
import type { DataDirectory, PeHeaders } from "./model";
import { DIRECTORY_NAMES, is64BitMachine, machineName } from "./names";
import type { PagedBytes } from "../program/pagedBytes";
import { hex, type Warnings } from "../program/warnings";

/** Where the DOS header says where the PE header is. */
const LFANEW_OFFSET = 0x3c;
const DOS_HEADER_BYTES = 64;
const COFF_BYTES = 20;
const PE32 = 0x10b;
const PE32_PLUS = 0x20b;
/** Fields before the data directories. */
const PE32_BYTES = 96;
const PE32_PLUS_BYTES = 112;
const MAX_DIRECTORIES = 16;
const SECTION_HEADER_BYTES = 40;
/** Other formats that begin as a DOS program: what stands where a PE file has "PE". */
const OLDER_FORMATS = new Map([
  [0x4e45, "a 16-bit Windows or OS/2 program (NE)"],
  [0x4c45, "a virtual device driver (LE)"],
  [0x4c58, "an OS/2 program (LX)"],
]);
/** "Optional Header (Image Only)": of firmware, with fields of its own. */
const ROM = 0x107;
const EXECUTABLE_IMAGE = 0x0002;
const SECTOR_BYTES = 0x200;
/** Loaders before Windows Vista refuse more. */
const USUAL_MAX_SECTIONS = 96;

/** Why a file is no PE at all: the one thing that is not a warning. */
export interface NotPe {
  readonly offset: number;
  readonly message: string;
}

export type HeadersResult =
  { readonly ok: true; readonly headers: PeHeaders } | { readonly ok: false; readonly fault: NotPe };

export function readHeaders(bytes: PagedBytes, warnings: Warnings): HeadersResult {
  const dos = padded(bytes, 0, DOS_HEADER_BYTES);
  if (dos.getUint16(0, false) !== 0x4d5a) return notPe(0, 'it does not begin with "MZ"');
  const offset = dos.getUint32(LFANEW_OFFSET, true);
  const signature = bytes.record(offset, 4);
  if (signature === undefined) {
    return notPe(
      LFANEW_OFFSET,
      `the PE header should be at ${hex(offset)}, where the file has no room for it: it ends at ${hex(bytes.size)}`,
    );
  }
  if (signature.getUint32(0, false) !== 0x50450000) {
    const older = OLDER_FORMATS.get(signature.getUint16(0, false));
    const found = older === undefined ? "there is no PE header" : `there is the header of ${older}, not of a PE file,`;
    return notPe(LFANEW_OFFSET, `${found} at ${hex(offset)}, where the DOS header says`);
  }
  if (offset < DOS_HEADER_BYTES) {
    warnings.add(LFANEW_OFFSET, `The PE header begins at ${hex(offset)}, inside the DOS header`);
  }
  if (offset % 4 !== 0) warnings.add(LFANEW_OFFSET, `The PE header begins at ${hex(offset)}, no multiple of 4`);
  return { ok: true, headers: readFrom(bytes, offset, warnings) };
}

const notPe = (offset: number, message: string): HeadersResult => ({
  ok: false,
  fault: { offset, message: `This is no PE file: ${message}` },
});

function readFrom(bytes: PagedBytes, offset: number, warnings: Warnings): PeHeaders {
  const coff = padded(bytes, offset + 4, COFF_BYTES);
  const machine = coff.getUint16(0, true);
  const sectionCount = coff.getUint16(2, true);
  const optionalSize = coff.getUint16(16, true);
  const optionalOffset = offset + 4 + COFF_BYTES;
  const sectionTableOffset = optionalOffset + optionalSize;
  const optional = padded(bytes, optionalOffset, PE32_PLUS_BYTES);
  const magic = optional.getUint16(0, true);
  const is64 = magic === PE32_PLUS || (magic !== PE32 && is64BitMachine(machine));
  const fixedBytes = is64 ? PE32_PLUS_BYTES : PE32_BYTES;
  checkCoff(bytes, { offset, machine, magic, is64, sectionCount, optionalSize, optionalOffset, fixedBytes }, warnings);
  const u32 = (at: number): number => optional.getUint32(at, true);
  const version = (at: number): string => `${optional.getUint16(at, true)}.${optional.getUint16(at + 2, true)}`;
  const headers: PeHeaders = {
    offset,
    machine,
    sectionCount,
    timestamp: coff.getUint32(4, true),
    symbolTable: { offset: coff.getUint32(8, true), count: coff.getUint32(12, true) },
    optionalSize,
    characteristics: coff.getUint16(18, true),
    optionalOffset,
    magic,
    is64,
    linkerVersion: `${optional.getUint8(2)}.${optional.getUint8(3)}`,
    entryRva: u32(16),
    imageBase: is64 ? optional.getBigUint64(24, true) : BigInt(u32(28)),
    sectionAlignment: u32(32),
    fileAlignment: u32(36),
    osVersion: version(40),
    subsystemVersion: version(48),
    imageSize: u32(56),
    headersSize: u32(60),
    checksum: u32(64),
    checksumOffset: optionalOffset + 64,
    subsystem: optional.getUint16(68, true),
    dllCharacteristics: optional.getUint16(70, true),
    directories: readDirectories(bytes, optionalOffset + fixedBytes, u32(fixedBytes - 4), warnings),
    sectionTableOffset,
  };
  checkOptional(headers, fixedBytes, bytes.size, warnings);
  return headers;
}

function readDirectories(bytes: PagedBytes, offset: number, stated: number, warnings: Warnings): DataDirectory[] {
  if (stated > MAX_DIRECTORIES) {
    warnings.add(offset - 4, `${stated} data directories are stated; loaders know ${MAX_DIRECTORIES}`);
  }
  const count = Math.min(stated, MAX_DIRECTORIES);
  const table = padded(bytes, offset, count * 8);
  return DIRECTORY_NAMES.slice(0, count).map((name, index) => ({
    name,
    rva: table.getUint32(index * 8, true),
    size: table.getUint32(index * 8 + 4, true),
    entryOffset: offset + index * 8,
  }));
}

interface CoffFacts {
  readonly offset: number;
  readonly machine: number;
  readonly magic: number;
  readonly is64: boolean;
  readonly sectionCount: number;
  readonly optionalSize: number;
  readonly optionalOffset: number;
  readonly fixedBytes: number;
}

function checkCoff(bytes: PagedBytes, facts: CoffFacts, warnings: Warnings): void {
  const { offset, machine, magic, sectionCount, optionalSize, optionalOffset, fixedBytes } = facts;
  if (optionalOffset + fixedBytes > bytes.size) {
    warnings.add(offset, `The file ends at ${hex(bytes.size)}, inside the headers; what is missing reads as zeros`);
  }
  if (magic === ROM) {
    warnings.add(
      optionalOffset,
      "The optional header's magic is that of a ROM image; its fields are read as PE32's here",
    );
  } else if (magic !== PE32 && magic !== PE32_PLUS) {
    warnings.add(optionalOffset, `The optional header's magic ${hex(magic)} is neither PE32 (0x10B) nor PE32+ (0x20B)`);
  } else if (facts.is64 !== is64BitMachine(machine) && !machineName(machine).startsWith("machine")) {
    warnings.add(optionalOffset, `${facts.is64 ? "PE32+" : "PE32"} does not go with ${machineName(machine)}`);
  }
  if (sectionCount > USUAL_MAX_SECTIONS) {
    warnings.add(offset + 6, `${sectionCount} sections; many loaders refuse more than ${USUAL_MAX_SECTIONS}`);
  }
  if (optionalSize < fixedBytes) {
    warnings.add(offset + 20, `The optional header is stated as ${optionalSize} bytes; its fields take ${fixedBytes}`);
  }
}

function checkOptional(headers: PeHeaders, fixedBytes: number, size: number, warnings: Warnings): void {
  const at = (field: number): number => headers.optionalOffset + field;
  const { sectionAlignment, fileAlignment, headersSize, imageSize } = headers;
  const needed = fixedBytes + headers.directories.length * 8;
  if (headers.optionalSize >= fixedBytes && headers.optionalSize < needed) {
    warnings.add(
      headers.offset + 20,
      `The optional header is stated as ${headers.optionalSize} bytes; with its data directories it has ${needed}`,
    );
  }
  if (!isPowerOfTwo(sectionAlignment)) {
    warnings.add(at(32), `The section alignment ${hex(sectionAlignment)} is no power of two`);
  }
  if (!isPowerOfTwo(fileAlignment)) {
    warnings.add(at(36), `The file alignment ${hex(fileAlignment)} is no power of two`);
  }
  if (sectionAlignment < fileAlignment) {
    warnings.add(at(32), `The section alignment ${hex(sectionAlignment)} is below the file's, ${hex(fileAlignment)}`);
  }
  const tableEnd = headers.sectionTableOffset + headers.sectionCount * SECTION_HEADER_BYTES;
  if (headersSize < tableEnd) {
    warnings.add(
      at(60),
      `The headers are stated as ${hex(headersSize)} bytes; the section table ends at ${hex(tableEnd)}`,
    );
  }
  if (headersSize > size) {
    warnings.add(at(60), `The headers are stated as ${hex(headersSize)} bytes; the file ends at ${hex(size)}`);
  }
  if (headersSize > imageSize) {
    warnings.add(at(60), `The headers (${hex(headersSize)}) are larger than the image (${hex(imageSize)})`);
  }
  if (fileAlignment % SECTOR_BYTES !== 0 && fileAlignment !== sectionAlignment) {
    warnings.add(
      at(36),
      `The file alignment ${hex(fileAlignment)} is neither a multiple of ${hex(SECTOR_BYTES)} nor the section alignment`,
    );
  }
  if ((headers.characteristics & EXECUTABLE_IMAGE) === 0) {
    warnings.add(headers.offset + 22, "The file is not marked as an executable image: its linker met an error");
  }
  if (headers.imageBase === 0n) {
    warnings.add(at(headers.is64 ? 24 : 28), "The image base is 0, where nothing is loaded: it needs to be moved");
  }
  if (!headers.is64 && headers.imageBase + BigInt(imageSize) > 1n << 32n) {
    warnings.add(at(28), `The image at ${hex(headers.imageBase)} ends behind the 32 bits that its addresses have`);
  }
  if (headers.imageBase % 0x10000n !== 0n) {
    warnings.add(at(headers.is64 ? 24 : 28), `The image base ${hex(headers.imageBase)} is no multiple of 64 KiB`);
  }
  if (headers.entryRva !== 0 && headers.entryRva >= imageSize) {
    warnings.add(at(16), `The entry point ${hex(headers.entryRva)} lies outside the image (${hex(imageSize)})`);
  }
}

export function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}

/** These bytes, zeros where the file ends: as the page that they are loaded into. */
export function padded(bytes: PagedBytes, offset: number, length: number): DataView {
  const all = new Uint8Array(length);
  if (offset < bytes.size) all.set(bytes.slice(offset, length));
  return new DataView(all.buffer);
}
