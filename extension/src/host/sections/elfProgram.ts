// An ELF file as the view of sections shows it: bars, table, lists. Pure over ElfFile; knows no webview.
import { Buffer } from "node:buffer";
import { AddressMap } from "../../../../shared/addressMap";
import type { OffsetAddresses } from "../../../../shared/offsetExpression";
import type {
  ListRow,
  ProgramImage,
  SectionRow,
  SectionsList,
  ShownProgram,
} from "../../../../shared/sectionsProtocol";
import { rowsOf, type ElfFile } from "../../formats/elf/elfFile";
import type { ElfNote, ElfSection, ElfSegment, ElfSymbol } from "../../formats/elf/model";
import {
  abiName,
  dynamicTag,
  DynamicTag,
  FLAGS_1_PIE,
  HeaderType,
  machineName,
  sectionFlagNames,
  SectionFlag,
  SectionType,
  segmentRights,
  typeName,
} from "../../formats/elf/names";
import { hex } from "../../formats/program/warnings";
import { fewRegions, KeptLists, listedSections, placed, tableRows, type Program } from "./program";

const TITLES: readonly (readonly [SectionsList, string])[] = [
  ["sections", "Sections"],
  ["segments", "Segments"],
  ["imports", "Imports"],
  ["exports", "Exports"],
  ["details", "Details"],
];
const UNDEFINED = 0;
const GNU_BUILD_ID = 3;
const GNU_ABI = 1;

export class ElfProgram implements Program {
  readonly shown: ShownProgram;
  readonly addresses: OffsetAddresses;
  readonly parts: Program["parts"];
  private readonly lists: KeptLists;

  constructor(private readonly elf: ElfFile) {
    this.lists = new KeptLists(elf.size, (list) => this.list(list));
    this.shown = { kind: "elf", base: hex(elf.base), spans: elf.spans, regions: fewRegions(elf.regions) };
    this.parts = rowsOf(elf.sections, elf.segments);
    const map = new AddressMap(elf.spans);
    this.addresses = {
      base: elf.base,
      offsetOf: (rva) => map.offsetOf(rva),
      sectionStart: (name) => elf.sections.find((section) => section.name === name)?.fileRange.start,
    };
  }

  image(): ProgramImage {
    const { elf } = this;
    const lists = this.lists.titles(TITLES);
    elf.readAll();
    const { is64, little, machine } = elf.headers;
    return {
      ...this.shown,
      format: `ELF ${is64 ? "64" : "32"}, ${this.kindText()} for ${machineName(machine)}${little ? "" : ", big-endian"}`,
      size: elf.size,
      ...tableRows(this.tableRows()),
      lists,
      warnings: elf.warnings,
      hasChecksum: false,
    };
  }

  private tableRows(): readonly SectionRow[] {
    const { sections, segments, headers } = this.elf;
    return rowsOf(sections, segments).map((row) => tableRow(row, headers.is64));
  }

  rows(list: SectionsList, from: number, count: number): { readonly rows: readonly ListRow[]; readonly total: number } {
    const rows = this.lists.rows(list);
    return { rows: rows.slice(from, from + count), total: rows.length };
  }

  picture(): undefined {
    return undefined;
  }

  /** The format has none of its own. */
  signature(): undefined {
    return undefined;
  }

  /** A program that may stand anywhere in memory is a shared object by its type. */
  private kindText(): string {
    const { elf } = this;
    if (elf.headers.type !== HeaderType.shared) return typeName(elf.headers.type);
    const flags = elf.dynamic.find(({ tag }) => tag === DynamicTag.flags1)?.value ?? 0n;
    return (flags & FLAGS_1_PIE) !== 0n || elf.interpreter !== undefined ? "program (position-independent)" : "library";
  }

  private list(list: SectionsList): readonly ListRow[] {
    switch (list) {
      case "sections":
        return listedSections(this.tableRows());
      case "segments":
        return this.elf.segments.map((segment) => segmentRow(segment, this.elf.headers.is64));
      case "imports":
        return [...this.libraryRows(), ...this.symbolRows(({ section }) => section === UNDEFINED, 1)];
      case "exports":
        return this.symbolRows(({ section }) => section !== UNDEFINED, 0);
      case "details":
        return this.detailRows();
      case "directories":
      case "resources":
      case "exceptions":
        return [];
      default:
        return list satisfies never;
    }
  }

  private libraryRows(): ListRow[] {
    const width = this.elf.headers.is64 ? 16 : 8;
    const needed = this.elf.dynamic.filter(({ tag }) => tag === DynamicTag.needed);
    return needed.map(({ text, offset }) => placed(0, text ?? "?", "library", offset, width));
  }

  private symbolRows(wanted: (symbol: ElfSymbol) => boolean, depth: number): ListRow[] {
    const width = this.elf.headers.is64 ? 24 : 16;
    return this.elf.symbols.filter(wanted).map((symbol) => {
      const words = [symbolTypeName(symbol.type), symbol.binding === 2 ? "weak" : ""];
      if (symbol.section !== UNDEFINED)
        words.push(`at ${hex(symbol.value)}`, symbol.size === 0n ? "" : `${symbol.size} bytes`);
      if (symbol.version !== undefined) words.push(symbol.version);
      return placed(depth, symbol.name, words.filter((word) => word !== "").join(", "), symbol.offset, width);
    });
  }

  private detailRows(): ListRow[] {
    const { elf } = this;
    const { headers, interpreter } = elf;
    const step = headers.is64 ? 8 : 4;
    const rows = [
      placed(0, "Class", `${headers.is64 ? 64 : 32} bits, ${headers.little ? "little" : "big"}-endian`, 4, 2),
      placed(0, "System", abiName(headers.abi), 7, 1),
      placed(0, "Type", this.kindText(), 16, 2),
      placed(0, "Machine", `${machineName(headers.machine)} (${headers.machine})`, 18, 2),
      placed(0, "Entry point", headers.entry === 0n ? "none" : hex(headers.entry), 24, step),
      placed(0, "Program headers", tableText(headers.segments), 24 + step, step),
      placed(0, "Section headers", tableText(headers.sections), 24 + 2 * step, step),
      placed(0, "Flags of the machine", hex(headers.flags), 24 + 3 * step, 4),
    ];
    if (interpreter !== undefined) {
      rows.push(placed(0, "Loaded by", interpreter.path, interpreter.start, interpreter.end - interpreter.start));
    }
    for (const note of elf.notes) rows.push(noteRow(note, headers.little));
    if (elf.dynamic.length > 0)
      rows.push({ depth: 0, text: "For the dynamic linker", detail: `${elf.dynamic.length} entries` });
    for (const { tag, value, text, offset } of elf.dynamic) {
      const { name, kind } = dynamicTag(tag);
      rows.push(
        placed(
          1,
          name,
          text ?? (kind === "number" && value < 1_000_000n ? String(value) : hex(value)),
          offset,
          2 * step,
        ),
      );
    }
    return rows;
  }
}

const tableText = ({ count, offset }: { readonly count: number; readonly offset: bigint }): string =>
  count === 0 ? "none" : `${count} at ${hex(offset)}`;

function tableRow(row: (ElfSection | ElfSegment) & { readonly name: string }, is64: boolean): SectionRow {
  const place = {
    name: row.name,
    start: row.fileRange.start,
    end: row.fileRange.end,
    offset: hex(row.offset),
    address: hex(row.address),
    headerStart: row.headerOffset,
  };
  if ("memorySize" in row) {
    const rights = segmentRights(row.flags);
    return {
      ...place,
      memorySize: hex(row.memorySize),
      fileSize: hex(row.fileSize),
      summary: rights,
      flags: [row.typeName, rights],
      headerEnd: row.headerOffset + (is64 ? 56 : 32),
    };
  }
  const isLoaded = (row.flags & SectionFlag.alloc) !== 0n;
  const rights = isLoaded
    ? `r${(row.flags & SectionFlag.write) !== 0n ? "w" : "-"}${(row.flags & SectionFlag.execute) !== 0n ? "x" : "-"}`
    : "---";
  return {
    ...place,
    memorySize: isLoaded ? hex(row.size) : "",
    fileSize: row.type === SectionType.nobits ? hex(0) : hex(row.size),
    address: isLoaded ? hex(row.address) : "",
    summary: `${rights} ${row.typeName.toLowerCase().replaceAll("_", " ")}`,
    flags: [row.typeName, ...sectionFlagNames(row.flags)],
    headerEnd: row.headerOffset + (is64 ? 64 : 40),
  };
}

function segmentRow(
  { typeName: name, flags, offset, address, fileSize, memorySize, align, headerOffset }: ElfSegment,
  is64: boolean,
): ListRow {
  const size = fileSize === memorySize ? `${hex(fileSize)} bytes` : `${hex(fileSize)} bytes of ${hex(memorySize)}`;
  const detail = `${segmentRights(flags)}, ${size} from ${hex(offset)} to ${hex(address)}, alignment ${hex(align)}`;
  return placed(0, name, detail, headerOffset, is64 ? 56 : 32);
}

const SYMBOL_TYPES: Readonly<Record<number, string>> = {
  1: "data",
  2: "function",
  3: "section",
  4: "file",
  5: "common",
  6: "thread storage",
  10: "function chosen at start",
};
const symbolTypeName = (type: number): string => SYMBOL_TYPES[type] ?? "";

const GNU_SYSTEMS: readonly string[] = ["Linux", "GNU", "Solaris", "FreeBSD", "NetBSD", "Syllable"];

function noteRow({ owner, type, body, offset, length }: ElfNote, little: boolean): ListRow {
  if (owner === "GNU" && type === GNU_BUILD_ID)
    return placed(0, "Build ID", Buffer.from(body).toString("hex"), offset, length);
  if (owner === "GNU" && type === GNU_ABI && body.length >= 16) {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const [system, ...version] = [0, 4, 8, 12].map((at) => view.getUint32(at, little));
    return placed(
      0,
      "Needs",
      `${GNU_SYSTEMS[system ?? 0] ?? `system ${system ?? 0}`} ${version.join(".")}`,
      offset,
      length,
    );
  }
  return placed(0, `Note of ${owner === "" ? "nobody" : owner}`, `type ${type}, ${body.length} bytes`, offset, length);
}
