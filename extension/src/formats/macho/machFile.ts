// One Mach-O file at one version of its bytes: a program, or a universal file with one for each kind of processor. Headers and
// commands at once, the rest when it is asked for. Never throws for what a file says; defects are in warnings.
// Thread rule: none of its own; bounded reads on the calling thread. Source: mach-o/loader.h, mach-o/fat.h, mach-o/nlist.h.
import type { AddressSpan } from "../../../../shared/addressMap";
import type { ByteSource } from "../../engine/byteSource";
import { layAddresses, type LoadedRange, type NamedPart } from "../program/addresses";
import { PagedBytes } from "../program/pagedBytes";
import { fileRegions, type FileRegion } from "../program/regions";
import { hex, Warnings, type ProgramWarning } from "../program/warnings";
import { Words } from "../program/words";
import { commandLimits, readCommands, type Commands } from "./commands";
import { linkBudget, readBound, readChained, readExportTrie } from "./linkEdit";
import type { MachHeader, MachSection, MachSegment, MachSymbol, MachTable } from "./model";
import { readCodeSignature, type CodeSignature } from "./codeSignature";
import { Command, cpuName, isZeroFill, linkDataName } from "./names";
import { readMachSymbols } from "./symbols";

const FAT = 0xcafebabe;
const FAT_64 = 0xcafebabf;
/** Java's class files begin alike; their version stands in the same place, and is at least 45. */
const MAX_SLICES = 44;
const SIGNATURE_TABLE = linkDataName(Command.signature);

export interface NotMachO {
  readonly offset: number;
  readonly message: string;
}

export interface MachSlice extends Commands {
  readonly header: MachHeader;
}

/** A row of the table: a section, or a segment that has none. */
export interface MachRow {
  readonly name: string;
  readonly slice: number;
  readonly segment: MachSegment;
  readonly section?: MachSection;
}

export type MachResult =
  { readonly ok: true; readonly mach: MachFile } | { readonly ok: false; readonly fault: NotMachO };

export class MachFile {
  private readonly kept = new Map<string, unknown>();
  private readonly budget = linkBudget();
  /** Of the symbols alone: what the dynamic linker goes by is read in any case. */
  private readonly symbolBudget = linkBudget();

  private constructor(
    private readonly bytes: PagedBytes,
    readonly isUniversal: boolean,
    readonly slices: readonly MachSlice[],
    readonly rows: readonly MachRow[],
    readonly base: bigint,
    readonly spans: readonly AddressSpan[],
    readonly regions: readonly FileRegion[],
    private readonly warningList: Warnings,
  ) {}

  /** @throws EngineError of the source alone: "closed". */
  static read(source: ByteSource): MachResult {
    const bytes = new PagedBytes(source);
    const warnings = new Warnings(bytes.size);
    const magic = bytes.record(0, 4)?.getUint32(0, false);
    const isUniversal = magic === FAT || magic === FAT_64;
    const places = isUniversal ? readPlaces(bytes, magic === FAT_64, warnings) : [{ start: 0, end: bytes.size }];
    if (places === undefined) return notMachO(4, "it states more programs than there are kinds of processors");
    const slices: MachSlice[] = [];
    const left = commandLimits();
    for (const { start, end } of places) {
      const header = readHeader(bytes, start, end);
      if (header !== undefined) slices.push({ header, ...readCommands(bytes, header, warnings, left) });
      else if (!isUniversal) return notMachO(0, "it does not begin with one of the format's numbers");
      else warnings.add(start, `There is no Mach-O program at ${hex(start)}, where the universal header says`);
    }
    const rows = slices.flatMap((slice, index) => rowsOf(slice, index, slices.length > 1));
    const { base, spans } = layOut(slices, warnings);
    const regions = regionsOf(
      slices,
      rows,
      bytes.size,
      isUniversal ? 8 + places.length * (magic === FAT_64 ? 32 : 20) : 0,
    );
    checkRows(rows, warnings);
    return { ok: true, mach: new MachFile(bytes, isUniversal, slices, rows, base, spans, regions, warnings) };
  }

  get warnings(): readonly ProgramWarning[] {
    const failed = this.bytes.firstUnreadable;
    if (failed !== undefined)
      this.warningList.add(failed, "Bytes from here on could not be read and were taken as zeros");
    return [...this.warningList.list].sort((a, b) => a.offset - b.offset);
  }

  get size(): number {
    return this.bytes.size;
  }

  /** Of one program: what it takes from others and what it offers. */
  symbols(slice: number): readonly MachSymbol[] {
    return this.keep(`symbols ${slice}`, () => {
      const { header, symbols } = this.slices[slice] ?? {};
      if (header === undefined || symbols === undefined) return [];
      return readMachSymbols(this.bytes, header, symbols, this.warningList, this.symbolBudget);
    });
  }

  /** What the dynamic linker binds and finds; where a program has no tables for it, what its symbols say. */
  linked(slice: number): { readonly imports: readonly MachSymbol[]; readonly exports: readonly MachSymbol[] } {
    return this.keep(`linked ${slice}`, () => {
      const { header, tables = [], segments = [] } = this.slices[slice] ?? {};
      if (header === undefined) return { imports: [], exports: [] };
      const named = (...names: readonly string[]): MachTable[] => tables.filter(({ name }) => names.includes(name));
      const base = segments.find(({ offset, fileSize }) => offset === 0n && fileSize > 0n)?.address ?? 0n;
      const bound = [
        ...readBound(this.bytes, named("bind", "weak bind", "lazy bind"), this.warningList, this.budget),
        ...named("fixups").flatMap((table) => readChained(this.bytes, header, table, this.warningList, this.budget)),
      ];
      const offered = named("exports").flatMap((table) =>
        readExportTrie(this.bytes, table, base, this.warningList, this.budget),
      );
      const symbols = this.symbols(slice);
      return {
        imports: bound.length > 0 ? bound : symbols.filter(({ defined }) => !defined),
        exports: offered.length > 0 ? offered : symbols.filter(({ defined }) => defined),
      };
    });
  }

  /** Of one program. */
  signature(slice: number): CodeSignature | undefined {
    return this.keep(`signature ${slice}`, () => {
      const place = this.slices[slice]?.tables.find(({ name }) => name === SIGNATURE_TABLE);
      return place === undefined ? undefined : readCodeSignature(this.bytes, place, this.warningList);
    });
  }

  /** Reads everything, so that `warnings` are all there are. */
  readAll(): void {
    this.slices.forEach((_, index) => void [this.linked(index), this.signature(index)]);
  }

  private keep<T>(key: string, read: () => T): T {
    if (!this.kept.has(key)) this.kept.set(key, read());
    return this.kept.get(key) as T;
  }
}

const notMachO = (offset: number, message: string): MachResult => ({
  ok: false,
  fault: { offset, message: `This is no Mach-O file: ${message}` },
});

function readHeader(bytes: PagedBytes, start: number, end: number): MachHeader | undefined {
  const record = start + 28 <= end ? bytes.record(start, 28) : undefined;
  if (record === undefined) return undefined;
  const little = [0xfeedface, 0xfeedfacf].includes(record.getUint32(0, true));
  const magic = record.getUint32(0, little);
  if (magic !== 0xfeedface && magic !== 0xfeedfacf) return undefined;
  const is64 = magic === 0xfeedfacf;
  const words = new Words(record, { little, is64 });
  return {
    little,
    is64,
    start,
    end,
    cpu: cpuName(words.u32(4), words.u32(8)),
    type: words.u32(12),
    commandCount: words.u32(16),
    commandBytes: words.u32(20),
    flags: words.u32(24),
    headerBytes: is64 ? 32 : 28,
  };
}

/** Always big-endian. undefined: no universal file. */
function readPlaces(
  bytes: PagedBytes,
  wide: boolean,
  warnings: Warnings,
): readonly { readonly start: number; readonly end: number }[] | undefined {
  const count = bytes.record(4, 4)?.getUint32(0, false) ?? 0;
  if (count > MAX_SLICES) return undefined;
  const places: { start: number; end: number }[] = [];
  for (let index = 0; index < count; index++) {
    const at = 8 + index * (wide ? 32 : 20);
    const record = bytes.record(at, wide ? 32 : 20);
    if (record === undefined) {
      warnings.add(4, `${count} programs are stated; the file ends behind ${index} of them`);
      break;
    }
    const start = wide ? Number(record.getBigUint64(8, false)) : record.getUint32(8, false);
    const length = wide ? Number(record.getBigUint64(16, false)) : record.getUint32(12, false);
    if (start + length > bytes.size) {
      warnings.add(
        at + 8,
        `A program should be ${length} bytes at ${hex(BigInt(start))}; the file ends at ${hex(bytes.size)}`,
      );
    }
    places.push({ start: Math.min(start, bytes.size), end: Math.min(start + length, bytes.size) });
  }
  return places;
}

function rowsOf({ segments, header }: MachSlice, slice: number, several: boolean): MachRow[] {
  const prefix = several ? `${header.cpu}:` : "";
  return segments.flatMap((segment): MachRow[] => {
    if (segment.sections.length === 0) return [{ name: `${prefix}${segment.name}`, slice, segment }];
    return segment.sections.map((section) => ({ name: `${prefix}${section.name}`, slice, segment, section }));
  });
}

/** A guard page at 0 is a segment of 4 GiB that nothing may touch: no memory. */
const isGuard = ({ fileSize, protection, sections }: MachSegment): boolean =>
  fileSize === 0n && protection === 0 && sections.length === 0;

function layOut(
  slices: readonly MachSlice[],
  warnings: Warnings,
): { readonly base: bigint; readonly spans: readonly AddressSpan[] } {
  const places: number[] = [];
  const ranges: LoadedRange[] = [];
  const several = slices.length > 1;
  const all = slices.map(({ segments, header }) => {
    const parts = segments.flatMap(({ sections }) =>
      sections.map((section): NamedPart => ({
        name: several ? `${header.cpu}:${section.name}` : section.name,
        address: section.address,
        length: section.size,
        offset: isZeroFill(section.flags) ? undefined : section.fileRange.start,
      })),
    );
    const loaded = segments.filter((segment) => !isGuard(segment) && segment.memorySize > 0n);
    const own = loaded.map(({ name, address, memorySize, fileRange: { start, end }, headerOffset }): LoadedRange => {
      places.push(headerOffset);
      const fileLength = BigInt(end - start) < memorySize ? end - start : Number(memorySize);
      return { name: several ? `${header.cpu}:${name}` : name, address, length: memorySize, offset: start, fileLength };
    });
    ranges.push(...own);
    return { own, parts };
  });
  // Each program has addresses of its own; all are told from one base. Where two claim an address the first one has it.
  const { base, far } = layAddresses(ranges, []);
  for (const index of far) {
    warnings.add(
      places[index] ?? 0,
      `${ranges[index]?.name ?? ""} lies too far from the other segments to be shown with them`,
    );
  }
  const distant = new Set(far.map((index) => ranges[index]));
  const spans = all.flatMap(({ own, parts }) => {
    const near = own.filter((range) => !distant.has(range));
    const laid = layAddresses(near, parts);
    const shift = Number(laid.base - base);
    return laid.spans.map((span) => ({ ...span, rva: span.rva + shift }));
  });
  return { base, spans };
}

/** Tables inside __LINKEDIT have names of their own; what is left of a segment has its. */
function regionsOf(
  slices: readonly MachSlice[],
  rows: readonly MachRow[],
  size: number,
  universalBytes: number,
): FileRegion[] {
  const lastRowOf = new Map(rows.map(({ segment }, index) => [segment, index]));
  const precise: FileRegion[] = [
    { start: 0, end: Math.min(size, universalBytes), kind: "headers", name: "universal header" },
  ];
  const segments: FileRegion[] = [];
  slices.forEach(({ header, tables, segments: own }) => {
    const end = Math.min(header.end, header.start + header.headerBytes + header.commandBytes);
    precise.push({ start: header.start, end, kind: "headers", name: "headers" });
    const holder = own.find(({ name }) => name === "__LINKEDIT");
    const section = holder === undefined ? undefined : lastRowOf.get(holder);
    for (const { name, start, end: tableEnd } of tables) {
      const kind = name === SIGNATURE_TABLE ? "certificates" : "symbols";
      precise.push({
        start,
        end: tableEnd,
        kind,
        name,
        ...(section !== undefined && kind === "symbols" && { section }),
      });
    }
    for (const segment of own) {
      const row = segment.sections.length === 0 ? lastRowOf.get(segment) : undefined;
      const place = { ...segment.fileRange, kind: "section" as const, name: segment.name };
      segments.push({ ...place, ...(row !== undefined && { section: row }) });
    }
  });
  rows.forEach(({ section, name }, index) => {
    if (section !== undefined) precise.push({ ...section.fileRange, kind: "section", name, section: index });
  });
  const loadedEnd = [...precise, ...segments].reduce((most, { end }) => Math.max(most, end), 0);
  const first = fileRegions(precise, loadedEnd, size);
  // What no section and no table claims is its segment's, if it has one without sections.
  return first.flatMap((region) => (region.kind === "gap" ? within(region, segments) : [region]));
}

function within(gap: FileRegion, segments: readonly FileRegion[]): FileRegion[] {
  const claims = segments
    .filter(({ start, end, section }) => section !== undefined && start < gap.end && end > gap.start)
    .map((claim) => ({ ...claim, start: Math.max(claim.start, gap.start), end: Math.min(claim.end, gap.end) }));
  return fileRegions(claims, gap.end, gap.end, gap.start);
}

function checkRows(rows: readonly MachRow[], warnings: Warnings): void {
  let farthest: MachRow | undefined;
  const range = (row: MachRow) => (row.section ?? row.segment).fileRange;
  const stored = rows.filter((row) => range(row).end > range(row).start);
  for (const row of stored.sort((a, b) => range(a).start - range(b).start)) {
    if (farthest !== undefined && range(row).start < range(farthest).end) {
      warnings.add((row.section ?? row.segment).headerOffset, `"${row.name}" overlaps "${farthest.name}" in the file`);
    }
    if (farthest === undefined || range(row).end > range(farthest).end) farthest = row;
  }
}
