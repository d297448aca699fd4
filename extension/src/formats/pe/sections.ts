// The section table, and what is told wrong in it. Pure over PagedBytes.
// Source: Microsoft, PE Format, "Section Table (Section Headers)", "COFF String Table".
import type { PeHeaders, PeSection } from "./model";
import { sectionFlags } from "./names";
import { decodeText, type PagedBytes } from "../program/pagedBytes";
import { hex, type Warnings } from "../program/warnings";

const HEADER_BYTES = 40;
const NAME_BYTES = 8;
const SYMBOL_BYTES = 18;
const MAX_NAME_BYTES = 256;
const PAGE_BYTES = 0x1000;
const SECTOR_BYTES = 0x200;

export function readSections(bytes: PagedBytes, headers: PeHeaders, warnings: Warnings): PeSection[] {
  const { sectionTableOffset, sectionCount } = headers;
  const there = Math.max(0, Math.floor((bytes.size - sectionTableOffset) / HEADER_BYTES));
  if (there < sectionCount) {
    warnings.add(
      headers.offset + 6,
      `${sectionCount} sections are stated; the file ends at ${hex(bytes.size)}, behind ${there} of them`,
    );
  }
  const sections: PeSection[] = [];
  for (let index = 0; index < Math.min(sectionCount, there); index++) {
    const headerOffset = sectionTableOffset + index * HEADER_BYTES;
    const record = bytes.record(headerOffset, HEADER_BYTES);
    if (record === undefined) break;
    sections.push(readSection(bytes, headers, record, headerOffset, warnings));
  }
  checkSections(bytes, headers, sections, warnings);
  return sections;
}

function readSection(
  bytes: PagedBytes,
  headers: PeHeaders,
  record: DataView,
  headerOffset: number,
  warnings: Warnings,
): PeSection {
  const virtualSize = record.getUint32(8, true);
  const rawSize = record.getUint32(16, true);
  const offset = record.getUint32(20, true);
  const characteristics = record.getUint32(36, true);
  // Without a place in the file there are no bytes, whatever the size says.
  const start = Math.min(offset, bytes.size);
  const fileRange = offset === 0 ? { start: 0, end: 0 } : { start, end: Math.min(offset + rawSize, bytes.size) };
  const used = virtualSize === 0 ? rawSize : virtualSize;
  return {
    name: sectionName(bytes, headers, record, headerOffset, warnings),
    rva: record.getUint32(12, true),
    virtualSize,
    offset,
    rawSize,
    characteristics,
    flags: sectionFlags(characteristics),
    headerOffset,
    fileRange,
    padding: { start: Math.min(fileRange.start + used, fileRange.end), end: fileRange.end },
  };
}

/** Eight bytes, or "/" and where in the string table a longer one stands: decimal, or "//" and base 64 as LLVM writes it. */
function sectionName(
  bytes: PagedBytes,
  headers: PeHeaders,
  record: DataView,
  headerOffset: number,
  warnings: Warnings,
): string {
  const raw = new Uint8Array(record.buffer, record.byteOffset, NAME_BYTES);
  const zero = raw.indexOf(0);
  const short = decodeText(raw, 0, zero < 0 ? NAME_BYTES : zero);
  const place = longNamePlace(short);
  if (place === undefined || headers.symbolTable.offset === 0) return short;
  const strings = headers.symbolTable.offset + headers.symbolTable.count * SYMBOL_BYTES;
  const { text, length, ended } = bytes.text(strings + place, MAX_NAME_BYTES);
  if (length > 0 && ended) return text;
  warnings.add(
    headerOffset,
    `The long name of section "${short}" is not at ${hex(strings + place)}, where it should be`,
  );
  return short;
}

function longNamePlace(name: string): number | undefined {
  const decimal = /^\/(\d{1,7})$/.exec(name)?.[1];
  if (decimal !== undefined) return Number(decimal);
  const base64 = /^\/\/([A-Za-z0-9+/]{6})$/.exec(name)?.[1];
  if (base64 === undefined) return undefined;
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return [...base64].reduce((value, digit) => value * 64 + digits.indexOf(digit), 0);
}

function checkSections(
  bytes: PagedBytes,
  headers: PeHeaders,
  sections: readonly PeSection[],
  warnings: Warnings,
): void {
  for (const section of sections) checkSection(bytes, headers, section, warnings);
  checkHoles(headers, sections, warnings);
  checkOverlaps(
    sections.filter(({ fileRange }) => fileRange.end > fileRange.start),
    ({ fileRange }) => fileRange,
    "in the file",
    warnings,
  );
  checkOverlaps(
    sections,
    (section) => ({ start: section.rva, end: section.rva + memorySize(section) }),
    "in memory",
    warnings,
  );
  sections.forEach((section, index) => {
    const previous = sections[index - 1];
    if (previous !== undefined && section.rva < previous.rva) {
      warnings.add(
        section.headerOffset + 12,
        `${quoted(section)} lies before ${quoted(previous)} in memory: loaders refuse it`,
      );
    }
  });
}

/** What a section takes of memory, before rounding. */
export const memorySize = (section: PeSection): number =>
  section.virtualSize === 0 ? section.rawSize : section.virtualSize;

function checkSection(bytes: PagedBytes, headers: PeHeaders, section: PeSection, warnings: Warnings): void {
  const at = (field: number): number => section.headerOffset + field;
  const { offset, rawSize, rva } = section;
  const name = quoted(section);
  if (rawSize > 0 && offset > 0 && offset + rawSize > bytes.size) {
    warnings.add(
      at(16),
      `${name} should have ${hex(rawSize)} bytes at ${hex(offset)}; the file ends at ${hex(bytes.size)}`,
    );
  }
  if (rawSize > 0 && offset > 0 && headers.fileAlignment > 1 && offset % headers.fileAlignment !== 0) {
    warnings.add(
      at(20),
      `${name} is at ${hex(offset)}, no multiple of the file alignment ${hex(headers.fileAlignment)}${roundedText(headers, offset)}`,
    );
  }
  if (headers.sectionAlignment > 1 && rva % headers.sectionAlignment !== 0) {
    warnings.add(
      at(12),
      `${name} has the RVA ${hex(rva)}, no multiple of the alignment ${hex(headers.sectionAlignment)}`,
    );
  }
  if (rva + memorySize(section) > headers.imageSize) {
    warnings.add(
      at(8),
      `${name} ends at RVA ${hex(rva + memorySize(section))}, behind the image (${hex(headers.imageSize)})`,
    );
  }
  if (memorySize(section) === 0) warnings.add(at(8), `${name} is empty`);
  if (rva < headers.headersSize) warnings.add(at(12), `${name} begins at RVA ${hex(rva)}, inside the headers`);
  if (rawSize > 0 && offset > 0 && offset < headers.sectionTableOffset + headers.sectionCount * HEADER_BYTES) {
    warnings.add(at(20), `${name} begins at ${hex(offset)}, inside the headers of the file`);
  }
}

/** Where pages are mapped one by one, loaders cut the lower bits off. */
const roundedText = ({ sectionAlignment }: PeHeaders, offset: number): string =>
  sectionAlignment < PAGE_BYTES || offset % SECTOR_BYTES === 0
    ? ""
    : `: loaders read it from ${hex(offset - (offset % SECTOR_BYTES))}`;

/** Where sections are mapped one by one, each must begin where the one before it ends, rounded up. */
function checkHoles(headers: PeHeaders, sections: readonly PeSection[], warnings: Warnings): void {
  const { sectionAlignment, headersSize } = headers;
  if (sectionAlignment < PAGE_BYTES) return;
  const rounded = (end: number): number => Math.ceil(end / sectionAlignment) * sectionAlignment;
  let expected = rounded(headersSize);
  for (const section of sections) {
    if (section.rva > expected) {
      const hole = `${hex(expected)} to ${hex(section.rva)}`;
      warnings.add(section.headerOffset + 12, `${quoted(section)} leaves a hole in memory, ${hole}: loaders refuse it`);
    }
    expected = Math.max(expected, rounded(section.rva + memorySize(section)));
  }
}

function checkOverlaps(
  sections: readonly PeSection[],
  range: (section: PeSection) => { readonly start: number; readonly end: number },
  where: string,
  warnings: Warnings,
): void {
  let farthest: PeSection | undefined;
  for (const section of [...sections].sort((a, b) => range(a).start - range(b).start)) {
    if (farthest !== undefined && range(section).start < range(farthest).end && memorySize(section) > 0) {
      warnings.add(section.headerOffset, `${quoted(section)} overlaps ${quoted(farthest)} ${where}`);
    }
    if (farthest === undefined || range(section).end > range(farthest).end) farthest = section;
  }
}

const quoted = ({ name }: PeSection): string => `Section "${name}"`;
