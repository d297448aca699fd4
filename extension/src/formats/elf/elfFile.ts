// One ELF file at one version of its bytes: headers, segments and sections at once, the rest when it is asked for, each part kept.
// Never throws for what a file says; defects are in warnings. Thread rule: none of its own; bounded reads on the calling thread.
import { AddressMap, type AddressSpan } from "../../../../shared/addressMap";
import type { ByteSource } from "../../engine/byteSource";
import { agrees, layAddresses, type LoadedRange, type NamedPart } from "../program/addresses";
import { PagedBytes } from "../program/pagedBytes";
import { fileRegions, type FileRegion } from "../program/regions";
import { hex, Warnings, type ProgramWarning } from "../program/warnings";
import { offsetOfAddress, readDynamic } from "./dynamic";
import { dynamicSymbolTable, symbolVersions } from "./dynamicSymbols";
import { readElfHeaders, type NotElf } from "./headers";
import type { ElfDynamicEntry, ElfHeaders, ElfNote, ElfSection, ElfSegment, ElfSymbol } from "./model";
import { HeaderType, SectionFlag, SectionType, SegmentType } from "./names";
import { readNotes } from "./notes";
import { readSymbols } from "./symbols";
import { readElfSections, readSegments } from "./tables";

/** No program has more; a core dump may. */
const MAX_LOADS = 10_000;
const MAX_NOTE_AREAS = 64;
const MAX_INTERPRETER_BYTES = 4096;

export type ElfResult = { readonly ok: true; readonly elf: ElfFile } | { readonly ok: false; readonly fault: NotElf };

export class ElfFile {
  private readonly kept = new Map<string, unknown>();

  private constructor(
    private readonly bytes: PagedBytes,
    readonly headers: ElfHeaders,
    readonly segments: readonly ElfSegment[],
    readonly sections: readonly ElfSection[],
    readonly base: bigint,
    readonly spans: readonly AddressSpan[],
    readonly regions: readonly FileRegion[],
    private readonly warningList: Warnings,
  ) {}

  /** @throws EngineError of the source alone: "closed". */
  static read(source: ByteSource): ElfResult {
    const bytes = new PagedBytes(source);
    const warnings = new Warnings(bytes.size);
    const result = readElfHeaders(bytes, warnings);
    if (!result.ok) return result;
    const { headers } = result;
    const segments = readSegments(bytes, headers, warnings);
    const sections = readElfSections(bytes, headers, warnings);
    const { base, spans } = layOut(segments, sections, warnings);
    const regions = regionsOf(headers, segments, sections, bytes.size);
    return { ok: true, elf: new ElfFile(bytes, headers, segments, sections, base, spans, regions, warnings) };
  }

  /** Of the parts read so far. */
  get warnings(): readonly ProgramWarning[] {
    const failed = this.bytes.firstUnreadable;
    if (failed !== undefined)
      this.warningList.add(failed, "Bytes from here on could not be read and were taken as zeros");
    return [...this.warningList.list].sort((a, b) => a.offset - b.offset);
  }

  get size(): number {
    return this.bytes.size;
  }

  get dynamic(): readonly ElfDynamicEntry[] {
    return this.keep("dynamic", () => {
      const table =
        this.segments.find(({ type }) => type === SegmentType.dynamic)?.fileRange ??
        this.sections.find(({ type }) => type === SectionType.dynamic)?.fileRange;
      if (table === undefined || table.end === table.start) return [];
      return readDynamic(this.bytes, this.headers, table, this.offsetOf, this.warningList);
    });
  }

  /** What the dynamic linker joins; of an object file what the linker does. */
  get symbols(): readonly ElfSymbol[] {
    return this.keep("symbols", () => {
      const wanted = this.headers.type === HeaderType.relocatable ? SectionType.symbols : SectionType.dynamicSymbols;
      const table = this.sections.find(({ type }) => type === wanted);
      if (wanted === SectionType.dynamicSymbols) return this.dynamicSymbols(table);
      if (table === undefined) return [];
      const strings = this.sections[table.link];
      return readSymbols(this.bytes, this.headers, table, strings, () => undefined, this.warningList);
    });
  }

  /** @param section that has them; where it was taken away, the dynamic linker's own list leads to them */
  private dynamicSymbols(section: ElfSection | undefined): ElfSymbol[] {
    const { bytes, headers, warningList } = this;
    const places = { bytes, shape: headers, dynamic: this.dynamic, offsetOf: this.offsetOf };
    const versionOf = symbolVersions(places, warningList);
    if (section !== undefined)
      return readSymbols(bytes, headers, section, this.sections[section.link], versionOf, warningList);
    const found = dynamicSymbolTable(places, warningList);
    if (found === undefined) return [];
    const { start } = found.symbols;
    const entryBytes = headers.is64 ? 24n : 16n;
    const table = { name: "dynamic symbols", fileRange: found.symbols, entryBytes, headerOffset: start };
    return readSymbols(bytes, headers, table, { fileRange: found.strings }, versionOf, warningList);
  }

  get notes(): readonly ElfNote[] {
    return this.keep("notes", () => {
      const sections = this.sections.filter(({ type }) => type === SectionType.note);
      const areas = sections.length > 0 ? sections : this.segments.filter(({ type }) => type === SegmentType.note);
      return areas
        .slice(0, MAX_NOTE_AREAS)
        .flatMap(({ fileRange, align }) =>
          readNotes(this.bytes, this.headers, fileRange, align === 8n ? 8 : 4, this.warningList),
        );
    });
  }

  /** The program that loads this one. */
  get interpreter(): { readonly path: string; readonly start: number; readonly end: number } | undefined {
    return this.keep("interpreter", () => {
      const segment = this.segments.find(({ type }) => type === SegmentType.interpreter);
      if (segment === undefined) return undefined;
      const { start, end } = segment.fileRange;
      const { text, ended } = this.bytes.text(start, Math.min(end - start, MAX_INTERPRETER_BYTES));
      if (!ended) this.warningList.add(start, "The name of the loader has no end");
      return { path: text, start, end };
    });
  }

  /** From an address to its place in the file. */
  readonly offsetOf = (address: bigint): number | undefined => this.map(address);

  private get map(): (address: bigint) => number | undefined {
    return this.keep("map", () => offsetOfAddress(new AddressMap(this.spans), this.base));
  }

  /** Reads everything, so that `warnings` are all there are. */
  readAll(): void {
    void [this.dynamic, this.symbols, this.notes, this.interpreter];
  }

  private keep<T>(key: string, read: () => T): T {
    if (!this.kept.has(key)) this.kept.set(key, read());
    return this.kept.get(key) as T;
  }
}

/** Segments are what is loaded; sections name parts of them, where they agree. An object file has no addresses yet. */
function layOut(
  segments: readonly ElfSegment[],
  sections: readonly ElfSection[],
  warnings: Warnings,
): { readonly base: bigint; readonly spans: readonly AddressSpan[] } {
  const loads = segments.filter(({ type, memorySize }) => type === SegmentType.load && memorySize > 0n);
  if (loads.length > MAX_LOADS) {
    warnings.add(loads[MAX_LOADS]?.headerOffset ?? 0, `More than ${MAX_LOADS} segments: the rest is left out`);
  }
  const ranges = loads.slice(0, MAX_LOADS).map((segment, index): LoadedRange => {
    const {
      address,
      memorySize,
      fileRange: { start, end },
    } = segment;
    const fileLength = BigInt(end - start) < memorySize ? end - start : Number(memorySize);
    return { name: `LOAD ${index + 1}`, address, length: memorySize, offset: start, fileLength };
  });
  const parts = sections.filter(isLoaded).map((section): NamedPart => ({
    name: section.name,
    address: section.address,
    length: section.size,
    offset: section.type === SectionType.nobits ? undefined : section.fileRange.start,
  }));
  const { base, spans, far } = layAddresses(ranges, parts);
  for (const index of far) {
    warnings.add(
      loads[index]?.headerOffset ?? 0,
      `${ranges[index]?.name ?? ""} lies too far from the other segments to be shown with them`,
    );
  }
  checkAgreement(sections, ranges, warnings);
  return { base, spans };
}

/** Thread storage that is zeros has an address and no memory there. */
const isLoaded = ({ flags, type }: ElfSection): boolean =>
  (flags & SectionFlag.alloc) !== 0n && !((flags & SectionFlag.tls) !== 0n && type === SectionType.nobits);

function checkAgreement(sections: readonly ElfSection[], ranges: readonly LoadedRange[], warnings: Warnings): void {
  if (ranges.length === 0) return;
  const sorted = [...ranges].sort((a, b) => (a.address < b.address ? -1 : 1));
  for (const section of sections) {
    if (!isLoaded(section) || section.size === 0n) continue;
    let low = 0;
    for (let high = sorted.length; low < high;) {
      const middle = Math.floor((low + high) / 2);
      if ((sorted[middle]?.address ?? 0n) <= section.address) low = middle + 1;
      else high = middle;
    }
    const range = sorted[low - 1];
    const inside = range !== undefined && section.address + section.size <= range.address + range.length;
    const { name, address, headerOffset, fileRange } = section;
    if (!inside) {
      warnings.add(headerOffset, `Section "${name}" at the address ${hex(address)} is in no segment that is loaded`);
    } else if (
      section.type !== SectionType.nobits &&
      !agrees(range, { name, address, length: section.size, offset: fileRange.start })
    ) {
      const place = hex(BigInt(range.offset) + address - range.address);
      warnings.add(
        headerOffset,
        `Section "${name}" is said to be at ${hex(section.offset)}; what is loaded there is at ${place}`,
      );
    }
  }
}

/** Sections, or where a file has none its segments. */
function regionsOf(
  headers: ElfHeaders,
  segments: readonly ElfSegment[],
  sections: readonly ElfSection[],
  size: number,
): FileRegion[] {
  const table = (place: ElfHeaders["segments"], name: string): FileRegion => {
    const start = place.count === 0 ? 0 : Math.min(size, Number(place.offset));
    return { start, end: Math.min(size, start + place.count * place.entryBytes), kind: "headers", name };
  };
  const claims: FileRegion[] = [
    { start: 0, end: Math.min(size, headers.is64 ? 64 : 52), kind: "headers", name: "headers" },
    table(headers.segments, "program headers"),
    table(headers.sections, "section headers"),
    ...rowsOf(sections, segments).map(({ fileRange, name }, section): FileRegion => ({
      ...fileRange,
      kind: "section",
      name,
      section,
    })),
  ];
  return fileRegions(
    claims,
    claims.reduce((end, claim) => Math.max(end, claim.end), 0),
    size,
  );
}

/** What the table shows: the sections, without the empty first one; where there are none, the segments that are loaded. */
export function rowsOf(
  sections: readonly ElfSection[],
  segments: readonly ElfSegment[],
): readonly ((ElfSection | ElfSegment) & { readonly name: string })[] {
  const named = sections.filter(({ type }, index) => index > 0 || type !== SectionType.null);
  if (named.length > 0) return named;
  return segments
    .filter(({ type, memorySize }) => type === SegmentType.load && memorySize > 0n)
    .slice(0, MAX_LOADS)
    .map((segment, index) => ({ ...segment, name: `LOAD ${index + 1}` }));
}
