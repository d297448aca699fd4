// What stands where: file offset to RVA and back as the Windows loader maps an image, and what each stretch of the file is. Pure.
// Source: Microsoft, PE Format, "Section Table", "Optional Header Windows-Specific Fields"; the rounding of section pointers
// to sectors and of sizes to pages is what the loader does where a file leaves it to it.
import { AddressMap, type AddressSpan } from "../../../../shared/addressMap";
import { fileRegions, type FileRegion } from "../program/regions";
import type { PeHeaders, PeLayout, PeSection } from "./model";
import { Directory } from "./names";
import { padded } from "./headers";
import type { PagedBytes } from "../program/pagedBytes";
import { memorySize } from "./sections";
import { hex, type Warnings } from "../program/warnings";

const PAGE_BYTES = 0x1000;
/** Loaders cut the lower bits off PointerToRawData, whatever the file alignment is. */
const SECTOR_BYTES = 0x200;
const SYMBOL_BYTES = 18;
/** EFI loaders copy sections as they are told, whatever their alignment. */
const EFI_SUBSYSTEMS = new Set([10, 11, 12, 13]);

export function layOut(
  bytes: PagedBytes,
  headers: PeHeaders,
  sections: readonly PeSection[],
  warnings: Warnings,
): PeLayout {
  // Sections smaller than a page cannot be mapped one by one: the whole file is, from its start.
  const small = headers.sectionAlignment < PAGE_BYTES && !EFI_SUBSYSTEMS.has(headers.subsystem);
  const lowAlignment = small && sections.every(isFlat);
  if (small && !lowAlignment)
    sections.filter((section) => !isFlat(section)).forEach((section) => warnNotFlat(section, warnings));
  const exact = headers.sectionAlignment < PAGE_BYTES;
  const loaded = sections.map((section) =>
    lowAlignment ? flatSpan(bytes, section) : mappedSpan(bytes, headers, section, exact),
  );
  const spans = [headerSpan(bytes, headers, loaded, lowAlignment), ...loaded];
  if (lowAlignment) spans.push(...betweenSpans(bytes, headers, loaded));
  return { map: new AddressMap(spans), spans, lowAlignment, regions: regionsOf(bytes, headers, sections, warnings) };
}

/** The headers reach to the first section; in a flat image so does the file. */
function headerSpan(
  bytes: PagedBytes,
  headers: PeHeaders,
  spans: readonly AddressSpan[],
  lowAlignment: boolean,
): AddressSpan {
  const taken = spans.filter(({ length }) => length > 0);
  const first = taken.reduce((least, { rva }) => Math.min(least, rva), Number.POSITIVE_INFINITY);
  const wanted = lowAlignment ? Math.max(headers.imageSize, headers.headersSize) : headers.headersSize;
  const length = Math.min(roundUp(wanted, PAGE_BYTES), first);
  return { rva: 0, length, offset: 0, fileLength: Math.min(wanted, length, bytes.size), name: "headers" };
}

/** What of a flat image lies between its sections, and behind them: in memory like the rest. */
function betweenSpans(bytes: PagedBytes, headers: PeHeaders, loaded: readonly AddressSpan[]): AddressSpan[] {
  const taken = loaded.filter(({ length }) => length > 0).sort((a, b) => a.rva - b.rva);
  const between: AddressSpan[] = [];
  let at = taken[0]?.rva ?? Number.POSITIVE_INFINITY;
  for (const next of [...taken, { rva: headers.imageSize, length: 0 }]) {
    if (next.rva > at) {
      const fileLength = Math.max(0, Math.min(next.rva, bytes.size) - at);
      between.push({ rva: at, length: next.rva - at, offset: at, fileLength, name: "between sections" });
    }
    at = Math.max(at, next.rva + next.length);
  }
  return between;
}

const isFlat = (section: PeSection): boolean =>
  section.rawSize === 0 || section.offset === 0 || section.offset === section.rva;

function warnNotFlat({ name, headerOffset, offset, rva }: PeSection, warnings: Warnings): void {
  const places = `${hex(offset)} in the file and at RVA ${hex(rva)}`;
  warnings.add(
    headerOffset + 20,
    `Section "${name}" is at ${places}; with an alignment below a page both must be equal`,
  );
}

function flatSpan(bytes: PagedBytes, section: PeSection): AddressSpan {
  const length = memorySize(section);
  const fileLength = Math.max(0, Math.min(length, bytes.size - section.rva));
  return { rva: section.rva, length, offset: section.rva, fileLength, name: section.name };
}

/** @param exact no rounding: where sections are smaller than pages and sectors. */
function mappedSpan(bytes: PagedBytes, headers: PeHeaders, section: PeSection, exact: boolean): AddressSpan {
  const { offset: pointer, rawSize, virtualSize } = section;
  const length = exact
    ? Math.max(virtualSize, rawSize)
    : roundUp(memorySize(section), Math.max(headers.sectionAlignment, PAGE_BYTES));
  if (pointer === 0 || rawSize === 0) return { rva: section.rva, length, offset: 0, fileLength: 0, name: section.name };
  const start = exact ? pointer : pointer - (pointer % SECTOR_BYTES);
  let read = exact ? rawSize : roundUp(pointer + rawSize, headers.fileAlignment) - start;
  if (!exact) {
    read = Math.min(read, roundUp(rawSize, PAGE_BYTES));
    if (virtualSize !== 0) read = Math.min(read, roundUp(virtualSize, PAGE_BYTES));
  }
  const fileLength = Math.max(0, Math.min(read, length, bytes.size - start));
  return { rva: section.rva, length, offset: start, fileLength, name: section.name };
}

/** An alignment of 0 aligns nothing. */
function roundUp(value: number, alignment: number): number {
  return alignment > 1 ? Math.ceil(value / alignment) * alignment : value;
}

function regionsOf(
  bytes: PagedBytes,
  headers: PeHeaders,
  sections: readonly PeSection[],
  warnings: Warnings,
): FileRegion[] {
  const tableEnd = headers.sectionTableOffset + headers.sectionCount * 40;
  const headersEnd = Math.min(bytes.size, Math.max(headers.headersSize, tableEnd));
  const claims: FileRegion[] = [
    { start: 0, end: headersEnd, kind: "headers", name: "headers" },
    ...sections.map((section, index): FileRegion => ({
      ...section.fileRange,
      kind: "section",
      name: section.name,
      section: index,
    })),
  ];
  const loadedEnd = claims.reduce((end, claim) => Math.max(end, claim.end), 0);
  // What headers and sections hold is theirs, whatever other tables say.
  const claimBehind = (claim: FileRegion): unknown =>
    claims.push({ ...claim, start: Math.max(claim.start, loadedEnd) });
  const symbols = symbolsOf(bytes, headers, warnings);
  if (symbols !== undefined) claimBehind(symbols);
  const certificates = headers.directories[Directory.certificates];
  if (certificates !== undefined && certificates.size > 0 && certificates.rva < bytes.size) {
    const end = Math.min(bytes.size, certificates.rva + certificates.size);
    claimBehind({ start: certificates.rva, end, kind: "certificates", name: "certificates" });
  }
  return fileRegions(claims, loadedEnd, bytes.size);
}

/** Of object files, and of images that keep debug information in them. @see "COFF Symbol Table", "COFF String Table" */
function symbolsOf(bytes: PagedBytes, headers: PeHeaders, warnings: Warnings): FileRegion | undefined {
  const { offset, count } = headers.symbolTable;
  if (offset === 0) return undefined;
  const strings = offset + count * SYMBOL_BYTES;
  if (strings > bytes.size) {
    warnings.add(
      headers.offset + 12,
      `${count} symbols should be at ${hex(offset)}; the file ends at ${hex(bytes.size)}`,
    );
  }
  const length = strings + 4 <= bytes.size ? padded(bytes, strings, 4).getUint32(0, true) : 0;
  const end = Math.min(bytes.size, strings + length);
  return offset < end ? { start: offset, end, kind: "symbols", name: "symbols" } : undefined;
}
