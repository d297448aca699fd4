// The ELF header, and where its tables are. Every number is taken as it stands; what is wrong with it becomes a warning. Pure.
// Source: System V gABI, "ELF Header"; numbers too large for their fields: "Extended" notes of e_shnum, e_phnum, e_shstrndx.
import type { PagedBytes } from "../program/pagedBytes";
import { hex, type Warnings } from "../program/warnings";
import { Words } from "../program/words";
import type { ElfHeaders, ElfTable } from "./model";

const IDENT_BYTES = 16;
const HEADER_BYTES = { 32: 52, 64: 64 } as const;
const SEGMENT_BYTES = { 32: 32, 64: 56 } as const;
const SECTION_BYTES = { 32: 40, 64: 64 } as const;
/** The number stands in section 0 instead. */
const EXTENDED_COUNT = 0xffff;
/** Tables are as long as the file lets them be; nobody has more. */
const MAX_SEGMENTS = 1 << 20;
/** Each has a name, a row and a place in the bars. */
export const MAX_SECTIONS = 65_536;

/** Why a file is no ELF file at all: the one thing that is not a warning. */
export interface NotElf {
  readonly offset: number;
  readonly message: string;
}

export type ElfHeadersResult =
  { readonly ok: true; readonly headers: ElfHeaders } | { readonly ok: false; readonly fault: NotElf };

export function readElfHeaders(bytes: PagedBytes, warnings: Warnings): ElfHeadersResult {
  const ident = bytes.record(0, IDENT_BYTES);
  if (ident?.getUint32(0, false) !== 0x7f454c46) return notElf(0, 'it does not begin with 7F "ELF"');
  const [wide, order] = [ident.getUint8(4), ident.getUint8(5)];
  if (wide !== 1 && wide !== 2) return notElf(4, `its class ${wide} is neither 1 (32 bits) nor 2 (64 bits)`);
  if (order !== 1 && order !== 2) return notElf(5, `its byte order ${order} is neither 1 (little) nor 2 (big)`);
  const shape = { is64: wide === 2, little: order === 1 };
  const bits = shape.is64 ? 64 : 32;
  const record = bytes.record(0, HEADER_BYTES[bits]);
  if (record === undefined) return notElf(bytes.size, `it ends at ${hex(bytes.size)}, inside its header`);
  const words = new Words(record, shape);
  const step = shape.is64 ? 8 : 4;
  const rest = 24 + 3 * step;
  if (ident.getUint8(6) !== 1) warnings.add(6, `The version ${ident.getUint8(6)} of the format is not 1`);
  const first = firstSection(bytes, words.word(24 + 2 * step), shape);
  let segments = table(words.word(24 + step), words.u16(rest + 8), words.u16(rest + 6));
  let sections = table(words.word(24 + 2 * step), words.u16(rest + 12), words.u16(rest + 10));
  let namesIndex = words.u16(rest + 14);
  if (segments.count === EXTENDED_COUNT && first !== undefined) segments = { ...segments, count: first.info };
  if (sections.count === 0 && sections.offset !== 0n && first !== undefined) {
    sections = { ...sections, count: Number(first.size) };
  }
  if (namesIndex === EXTENDED_COUNT && first !== undefined) namesIndex = first.link;
  const headers: ElfHeaders = {
    ...shape,
    abi: ident.getUint8(7),
    type: words.u16(16),
    machine: words.u16(18),
    entry: words.word(24),
    flags: words.u32(rest),
    headerBytes: words.u16(rest + 4),
    segments: cutTable(bytes, segments, { ...SEGMENTS, least: SEGMENT_BYTES[bits], at: rest + 6 }, warnings),
    sections: cutTable(bytes, sections, { ...SECTIONS, least: SECTION_BYTES[bits], at: rest + 10 }, warnings),
    namesIndex,
  };
  if (headers.headerBytes !== HEADER_BYTES[bits]) {
    warnings.add(rest + 4, `The header is stated as ${headers.headerBytes} bytes; it has ${HEADER_BYTES[bits]}`);
  }
  return { ok: true, headers };
}

const notElf = (offset: number, message: string): ElfHeadersResult => ({
  ok: false,
  fault: { offset, message: `This is no ELF file: ${message}` },
});

const table = (offset: bigint, count: number, entryBytes: number): ElfTable => ({ offset, count, entryBytes });

function firstSection(
  bytes: PagedBytes,
  offset: bigint,
  shape: { readonly is64: boolean; readonly little: boolean },
): { readonly size: bigint; readonly link: number; readonly info: number } | undefined {
  const record = offset === 0n ? undefined : bytes.record(Number(offset), SECTION_BYTES[shape.is64 ? 64 : 32]);
  if (record === undefined) return undefined;
  const words = new Words(record, shape);
  return shape.is64
    ? { size: words.u64(32), link: words.u32(40), info: words.u32(44) }
    : { size: BigInt(words.u32(20)), link: words.u32(24), info: words.u32(28) };
}

interface TableRule {
  /** Bytes of an entry that is read. */
  readonly least: number;
  readonly what: string;
  /** Of entries. */
  readonly most: number;
  /** Where the size of an entry is stated; the number of them follows. */
  readonly at: number;
}

const SEGMENTS = { what: "segments", most: MAX_SEGMENTS } as const;
const SECTIONS = { what: "sections", most: MAX_SECTIONS } as const;

/** As much of a table as the file holds. Entries larger than the specification's are passed over by what they state. */
function cutTable(
  bytes: PagedBytes,
  stated: ElfTable,
  { least, what, most, at }: TableRule,
  warnings: Warnings,
): ElfTable {
  if (stated.count === 0) return stated;
  let { entryBytes } = stated;
  if (entryBytes !== least)
    warnings.add(at, `An entry of the ${what} is stated as ${entryBytes} bytes; it has ${least}`);
  if (entryBytes < least) entryBytes = least;
  const room = stated.offset >= BigInt(bytes.size) ? 0 : bytes.size - Number(stated.offset);
  const there = room < least ? 0 : Math.floor((room - least) / entryBytes) + 1;
  const count = Math.min(stated.count, there, most);
  if (there < stated.count) {
    const message = `${stated.count} ${what} are stated at ${hex(stated.offset)}; the file ends at ${hex(bytes.size)}, behind ${there} of them`;
    warnings.add(at + 2, message);
  }
  if (Math.min(stated.count, there) > most) warnings.add(at + 2, `More than ${most} ${what}: the rest is left out`);
  return { offset: stated.offset, count, entryBytes };
}
