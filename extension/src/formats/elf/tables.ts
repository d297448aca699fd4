// Segments and sections, and what is told wrong in them. Pure.
// Source: System V gABI, "Program Header", "Section Header Table", "String Table".
import { fileRange } from "../program/addresses";
import type { PagedBytes } from "../program/pagedBytes";
import { hex, type Warnings } from "../program/warnings";
import { Words } from "../program/words";
import { MAX_SECTIONS } from "./headers";
import type { ElfHeaders, ElfSection, ElfSegment } from "./model";
import { SectionFlag, SectionType, sectionTypeName, SegmentType, segmentTypeName } from "./names";

const MAX_NAME_BYTES = 256;
/** Of the names of all sections: a hostile table names the same bytes again and again. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024;

export function readSegments(bytes: PagedBytes, headers: ElfHeaders, warnings: Warnings): ElfSegment[] {
  const { count, entryBytes, offset } = headers.segments;
  const segments: ElfSegment[] = [];
  for (let index = 0; index < count; index++) {
    const headerOffset = Number(offset) + index * entryBytes;
    const record = bytes.record(headerOffset, headers.is64 ? 56 : 32);
    if (record === undefined) break;
    const segment = readSegment(new Words(record, headers), headers, headerOffset, bytes.size);
    segments.push(segment);
    checkSegment(segment, headers, bytes.size, warnings);
  }
  checkLoads(segments, headers, warnings);
  return segments;
}

function readSegment(words: Words, headers: ElfHeaders, headerOffset: number, size: number): ElfSegment {
  const step = headers.is64 ? 8 : 4;
  // p_flags stands second in 64 bits, second to last in 32.
  const places = headers.is64 ? { flags: 4, offset: 8 } : { flags: 24, offset: 4 };
  const at = (index: number): bigint => words.word(places.offset + index * step);
  const type = words.u32(0);
  const [offset, address, fileSize, memorySize] = [at(0), at(1), at(3), at(4)] as const;
  const align = headers.is64 ? words.u64(48) : BigInt(words.u32(28));
  const typeName = segmentTypeName(type, headers.machine);
  const range = fileRange(offset, fileSize, size);
  return {
    type,
    typeName,
    flags: words.u32(places.flags),
    offset,
    address,
    fileSize,
    memorySize,
    align,
    headerOffset,
    fileRange: range,
  };
}

/** Where the fields of an entry stand in it, for warnings. */
const fieldAt = ({ is64 }: ElfHeaders, { headerOffset }: ElfSegment, index: number): number =>
  headerOffset + (is64 ? 8 + index * 8 : 4 + index * 4);

function checkSegment(segment: ElfSegment, headers: ElfHeaders, size: number, warnings: Warnings): void {
  const { typeName, offset, address, fileSize, memorySize, align } = segment;
  const name = `The segment ${typeName}`;
  if (fileSize > 0n && offset + fileSize > BigInt(size)) {
    warnings.add(
      fieldAt(headers, segment, 0),
      `${name} should have ${hex(fileSize)} bytes at ${hex(offset)}; the file ends at ${hex(size)}`,
    );
  }
  if (segment.type !== SegmentType.load) return;
  if (fileSize > memorySize) {
    warnings.add(
      fieldAt(headers, segment, 3),
      `${name} has ${hex(fileSize)} bytes in the file and only ${hex(memorySize)} in memory: loaders refuse it`,
    );
  }
  const alignAt = segment.headerOffset + (headers.is64 ? 48 : 28);
  if (align > 1n && (align & (align - 1n)) !== 0n)
    warnings.add(alignAt, `${name} has the alignment ${hex(align)}, no power of two`);
  else if (align > 1n && (address - offset) % align !== 0n) {
    warnings.add(
      alignAt,
      `${name} is at ${hex(offset)} in the file and ${hex(address)} in memory, not alike by its alignment ${hex(align)}`,
    );
  }
  const limit = headers.is64 ? 1n << 64n : 1n << 32n;
  if (address + memorySize > limit)
    warnings.add(fieldAt(headers, segment, 1), `${name} runs over the end of all addresses`);
}

function checkLoads(segments: readonly ElfSegment[], headers: ElfHeaders, warnings: Warnings): void {
  const loads = segments.filter(({ type, memorySize }) => type === SegmentType.load && memorySize > 0n);
  loads.forEach((segment, index) => {
    const previous = loads[index - 1];
    if (previous === undefined) return;
    if (segment.address < previous.address) {
      warnings.add(
        fieldAt(headers, segment, 1),
        `The LOAD segment at ${hex(segment.address)} stands behind one at a higher address`,
      );
    } else if (segment.address < previous.address + previous.memorySize) {
      warnings.add(
        fieldAt(headers, segment, 1),
        `The LOAD segment at ${hex(segment.address)} overlaps the one before it in memory`,
      );
    }
  });
  const { entry } = headers;
  if (entry === 0n || segments.length === 0) return;
  const holder = loads.find(({ address, memorySize }) => entry >= address && entry < address + memorySize);
  if (holder === undefined) warnings.add(24, `The entry point ${hex(entry)} is in no segment that is loaded`);
  else if ((holder.flags & 1) === 0)
    warnings.add(24, `The entry point ${hex(entry)} is in a segment that is not executable`);
}

type UnnamedSection = Omit<ElfSection, "name"> & { readonly nameAt: number };

export function readElfSections(bytes: PagedBytes, headers: ElfHeaders, warnings: Warnings): ElfSection[] {
  const { count, entryBytes, offset } = headers.sections;
  const sectionAt = (index: number): UnnamedSection | undefined => {
    const headerOffset = Number(offset) + index * entryBytes;
    const record = bytes.record(headerOffset, headers.is64 ? 64 : 40);
    return record && readSection(new Words(record, headers), headers, headerOffset, bytes.size);
  };
  const raw: UnnamedSection[] = [];
  for (let index = 0; index < count; index++) {
    const section = sectionAt(index);
    if (section === undefined) break;
    raw.push(section);
  }
  // Compilers put the names last: they are there also where the rest of a long table is left out.
  const names = raw[headers.namesIndex] ?? (count === MAX_SECTIONS ? sectionAt(headers.namesIndex) : undefined);
  if (names === undefined && raw.length > 0 && headers.namesIndex !== 0) {
    warnings.add(
      headers.is64 ? 62 : 50,
      `Section ${headers.namesIndex} should hold the names; there are ${raw.length} sections`,
    );
  }
  const sectionNames = new SectionNames(bytes, headers.namesIndex === 0 ? undefined : names, warnings);
  const sections = raw.map(({ nameAt, ...section }, index): ElfSection => {
    return { ...section, name: sectionNames.of(nameAt, index, section) };
  });
  checkSections(bytes, sections, headers, warnings);
  return sections;
}

function readSection(words: Words, headers: ElfHeaders, headerOffset: number, size: number): UnnamedSection {
  const step = headers.is64 ? 8 : 4;
  const type = words.u32(4);
  const [flags, address, offset, length] = [0, 1, 2, 3].map((index) => words.word(8 + index * step)) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const links = 8 + 4 * step;
  const empty = type === SectionType.nobits || type === SectionType.null;
  return {
    nameAt: words.u32(0),
    type,
    typeName: sectionTypeName(type, headers.machine),
    flags,
    address,
    offset,
    size: length,
    link: words.u32(links),
    info: words.u32(links + 4),
    align: words.word(links + 8),
    entryBytes: words.word(links + 8 + step),
    headerOffset,
    fileRange: fileRange(offset, empty ? 0n : length, size),
  };
}

class SectionNames {
  private textLeft = MAX_TEXT_BYTES;

  constructor(
    private readonly bytes: PagedBytes,
    private readonly names: Pick<ElfSection, "fileRange"> | undefined,
    private readonly warnings: Warnings,
  ) {}

  of(nameAt: number, index: number, { type, headerOffset }: Pick<ElfSection, "type" | "headerOffset">): string {
    if (type === SectionType.null && nameAt === 0) return "";
    if (this.names === undefined) return `#${index}`;
    if (this.textLeft <= 0) {
      this.warnings.add(
        this.names.fileRange.start,
        "The names of sections are too long together: the rest is left out",
      );
      return `#${index}`;
    }
    const { start, end } = this.names.fileRange;
    const room = Math.max(0, Math.min(MAX_NAME_BYTES + 1, end - start - nameAt));
    const { text, length, ended } = this.bytes.text(start + nameAt, room);
    this.textLeft -= length + 1;
    if (ended) return text;
    if (length > MAX_NAME_BYTES) return `${text.slice(0, MAX_NAME_BYTES - 1)}…`;
    this.warnings.add(headerOffset, `The name of section ${index} is not in the table of names`);
    return `#${index}`;
  }
}

function checkSections(
  bytes: PagedBytes,
  sections: readonly ElfSection[],
  headers: ElfHeaders,
  warnings: Warnings,
): void {
  const step = headers.is64 ? 8 : 4;
  for (const section of sections) {
    const { name, headerOffset, offset, size, type, align, address, flags, link } = section;
    const inFile = type !== SectionType.nobits && type !== SectionType.null;
    if (inFile && size > 0n && offset + size > BigInt(bytes.size)) {
      warnings.add(
        headerOffset + 8 + 2 * step,
        `Section "${name}" should have ${hex(size)} bytes at ${hex(offset)}; the file ends at ${hex(bytes.size)}`,
      );
    }
    if (align > 1n && (align & (align - 1n)) !== 0n) {
      warnings.add(headerOffset + 16 + 4 * step, `Section "${name}" has the alignment ${hex(align)}, no power of two`);
    } else if (align > 1n && (flags & SectionFlag.alloc) !== 0n && address % align !== 0n) {
      warnings.add(
        headerOffset + 8 + step,
        `Section "${name}" is at the address ${hex(address)}, no multiple of its alignment ${hex(align)}`,
      );
    }
    if (link >= sections.length && link !== 0) {
      warnings.add(
        headerOffset + 8 + 4 * step,
        `Section "${name}" belongs to section ${link}; there are ${sections.length}`,
      );
    }
  }
  let farthest: ElfSection | undefined;
  const stored = sections.filter(({ fileRange: { start, end } }) => end > start);
  for (const section of stored.sort((a, b) => a.fileRange.start - b.fileRange.start)) {
    if (farthest !== undefined && section.fileRange.start < farthest.fileRange.end) {
      warnings.add(
        section.headerOffset + 8 + 2 * step,
        `Section "${section.name}" overlaps "${farthest.name}" in the file`,
      );
    }
    if (farthest === undefined || section.fileRange.end > farthest.fileRange.end) farthest = section;
  }
}
