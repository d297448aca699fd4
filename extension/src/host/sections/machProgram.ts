// A Mach-O file as the view of sections shows it: bars, table, lists. Pure over MachFile; knows no webview.
import { AddressMap, type AddressSpan } from "../../../../shared/addressMap";
import type { ByteRange } from "../../../../shared/byteRange";
import type { OffsetAddresses, ProgramAddresses } from "../../../../shared/offsetExpression";
import type {
  ListRow,
  ProgramImage,
  ProgramSignature,
  SectionRow,
  SectionsList,
  ShownProgram,
} from "../../../../shared/sectionsProtocol";
import type { MachFile, MachRow, MachSlice } from "../../formats/macho/machFile";
import {
  fileTypeName,
  hasCode,
  headerFlagNames,
  isZeroFill,
  loadsLibrary,
  rightsText,
  sectionFlagNames,
  typedNames,
} from "../../formats/macho/names";
import { hex } from "../../formats/program/warnings";
import { fewRegions, KeptLists, listedSections, placed, tableRows, type Program } from "./program";

const TITLES: readonly (readonly [SectionsList, string])[] = [
  ["sections", "Sections"],
  ["segments", "Segments"],
  ["imports", "Imports"],
  ["exports", "Exports"],
  ["details", "Details"],
];

export class MachProgram implements Program {
  readonly shown: ShownProgram;
  readonly addresses: OffsetAddresses;
  readonly parts: Program["parts"];
  private readonly lists: KeptLists;

  constructor(private readonly mach: MachFile) {
    this.lists = new KeptLists(mach.size, (list) => this.list(list));
    this.shown = { kind: "mach-o", base: hex(mach.base), spans: mach.spans, regions: fewRegions(mach.regions) };
    this.parts = mach.rows.map(({ section, segment }) => section ?? segment);
    const programs = mach.slices.map(({ header: { cpu, start, end } }, slice): ProgramAddresses => {
      const spans = mach.spans.filter(({ offset }) => offset >= start && offset < end);
      return {
        names: typedNames(cpu),
        start,
        end,
        addresses: addressesOf(
          mach.base,
          spans,
          mach.rows.filter((row) => row.slice === slice),
        ),
      };
    });
    this.addresses = {
      ...addressesOf(mach.base, mach.spans, mach.rows),
      ...(programs.length > 1 && { programs }),
    };
  }

  image(unsaved: readonly ByteRange[]): ProgramImage {
    const { mach } = this;
    const lists = this.lists.titles(TITLES);
    mach.readAll();
    const signature = this.signature(unsaved);
    return {
      ...this.shown,
      format: formatText(mach),
      size: mach.size,
      ...tableRows(this.tableRows()),
      lists,
      warnings: mach.warnings,
      hasChecksum: false,
      ...(signature !== undefined && { signature }),
    };
  }

  private tableRows(): readonly SectionRow[] {
    const { rows, slices } = this.mach;
    return rows.map((row) => tableRow(row, slices[row.slice]?.header.is64 === true));
  }

  rows(list: SectionsList, from: number, count: number): { readonly rows: readonly ListRow[]; readonly total: number } {
    const rows = this.lists.rows(list);
    return { rows: rows.slice(from, from + count), total: rows.length };
  }

  picture(): undefined {
    return undefined;
  }

  /** Of the first program that has one; touched where an edit is in what any of them covers. */
  signature(unsaved: readonly ByteRange[]): ProgramSignature | undefined {
    const signatures = this.mach.slices.flatMap(({ header }, index) => {
      const signature = this.mach.signature(index);
      return signature === undefined ? [] : [{ signature, start: header.start, end: header.start + signature.covers }];
    });
    const [first] = signatures;
    if (first === undefined) return undefined;
    const { signer, identifier, adHoc } = first.signature;
    const touched = unsaved.some((edit) => signatures.some(({ start, end }) => edit.start < end && edit.end > start));
    return { signer: signer ?? (adHoc ? `nobody (ad hoc), as “${identifier}”` : `“${identifier}”`), touched };
  }

  private list(list: SectionsList): readonly ListRow[] {
    switch (list) {
      case "sections":
        return listedSections(this.tableRows());
      case "segments":
        return this.perSlice((slice) => segmentRows(slice));
      case "imports":
        return this.perSlice((slice, index) => this.importRows(slice, index));
      case "exports":
        return this.perSlice((slice, index) => this.symbolRows(slice, index, true));
      case "details":
        return this.perSlice((slice, index) => this.detailRows(slice, index));
      case "directories":
      case "resources":
      case "exceptions":
        return [];
      default:
        return list satisfies never;
    }
  }

  /** Of a universal file: under the name of each program's processor. */
  private perSlice(rowsOf: (slice: MachSlice, index: number) => ListRow[]): ListRow[] {
    const { slices } = this.mach;
    if (slices.length === 1) return slices.flatMap(rowsOf);
    return slices.flatMap((slice, index) => {
      const rows = rowsOf(slice, index);
      if (rows.length === 0) return [];
      const { cpu, start, end } = slice.header;
      return [
        placed(0, cpu, `${hex(start)} to ${hex(end)}`, start, end - start),
        ...rows.map((row) => ({ ...row, depth: row.depth + 1 })),
      ];
    });
  }

  private importRows(slice: MachSlice, index: number): ListRow[] {
    const libraries = slice.commands.filter(({ command }) => loadsLibrary(command));
    return [
      ...libraries.map(({ text, name, offset, length }) =>
        placed(
          0,
          text ?? "?",
          name === "LOAD_DYLIB" ? "library" : name.toLowerCase().replaceAll("_", " "),
          offset,
          length,
        ),
      ),
      ...this.symbolRows(slice, index, false),
    ];
  }

  private symbolRows({ commands }: MachSlice, index: number, defined: boolean): ListRow[] {
    const libraries = commands.filter(({ command }) => loadsLibrary(command));
    const { imports, exports } = this.mach.linked(index);
    return (defined ? exports : imports).map(({ name, value, weak, library, standsFor, offset, length }) => {
      // What is offered comes from elsewhere only where it stands for something.
      const from = defined && standsFor === undefined ? undefined : libraries[library - 1]?.text;
      const words = [
        standsFor === undefined ? (defined ? `at ${hex(value)}` : "") : `stands for ${standsFor}`,
        weak ? "weak" : "",
        from === undefined ? "" : `from ${from.split("/").at(-1) ?? ""}`,
      ];
      return placed(defined ? 0 : 1, name, words.filter((word) => word !== "").join(", "), offset, length);
    });
  }

  private detailRows({ header, commands }: MachSlice, index: number): ListRow[] {
    const { start, is64, little, cpu, type, flags, headerBytes } = header;
    const rows = [
      placed(0, "Class", `${is64 ? 64 : 32} bits, ${little ? "little" : "big"}-endian`, start, 4),
      placed(0, "Machine", cpu, start + 4, 8),
      placed(0, "Type", fileTypeName(type), start + 12, 4),
      placed(0, "Flags", headerFlagNames(flags).join(", "), start + 24, 4),
    ];
    const signature = this.mach.signature(index);
    if (signature !== undefined) {
      const { identifier, digest, adHoc, signer, issuer } = signature;
      const words = [
        `“${identifier}”`,
        digest,
        adHoc ? "signed by nobody" : "",
        signer === undefined ? "" : `by ${signer}`,
        issuer === undefined ? "" : `certified by ${issuer}`,
      ];
      rows.push(
        placed(
          0,
          "Signature",
          words.filter((word) => word !== "").join(", "),
          signature.start,
          signature.end - signature.start,
        ),
      );
    }
    rows.push(placed(0, "Commands", String(commands.length), start + headerBytes, header.commandBytes));
    for (const { name, text, detail, offset, length } of commands)
      rows.push(placed(1, name, text ?? detail ?? "", offset, length));
    return rows;
  }
}

function addressesOf(base: bigint, spans: readonly AddressSpan[], rows: readonly MachRow[]): OffsetAddresses {
  const map = new AddressMap(spans);
  return {
    base,
    offsetOf: (rva) => map.offsetOf(rva),
    // "__text" alone is what people say; the processor stands before the colon, the segment before the comma.
    sectionStart: (name) => {
      const endsAt = (sign: string): MachRow | undefined =>
        rows.find((each) => each.name.slice(each.name.lastIndexOf(sign) + 1) === name);
      const row = rows.find((each) => each.name === name) ?? endsAt(":") ?? endsAt(",");
      return row === undefined ? undefined : (row.section ?? row.segment).fileRange.start;
    },
  };
}

function formatText({ slices, isUniversal }: MachFile): string {
  const [first] = slices;
  if (first === undefined) return "Mach-O, a universal file of no program";
  const { header } = first;
  const kind = fileTypeName(header.type);
  if (isUniversal) return `Mach-O, universal ${kind} for ${slices.map((slice) => slice.header.cpu).join(", ")}`;
  return `Mach-O ${header.is64 ? "64" : "32"}, ${kind} for ${header.cpu}`;
}

function tableRow({ name, segment, section }: MachRow, is64: boolean): SectionRow {
  const rights = rightsText(segment.protection);
  const { start, end } = (section ?? segment).fileRange;
  if (section === undefined) {
    const { address, memorySize, offset, fileSize } = segment;
    return {
      name,
      start,
      end,
      address: hex(address),
      memorySize: hex(memorySize),
      offset: hex(offset),
      fileSize: hex(fileSize),
      summary: `${rights} segment`,
      flags: ["segment", rights],
      headerStart: segment.headerOffset,
      headerEnd: segment.headerOffset + (is64 ? 72 : 56),
    };
  }
  const flags = sectionFlagNames(section.flags);
  const zeros = isZeroFill(section.flags);
  const word = zeros ? "zeros" : hasCode(section.flags) ? "code" : (flags[0] ?? "").toLowerCase().replaceAll("_", " ");
  return {
    name,
    start,
    end,
    address: hex(section.address),
    memorySize: hex(section.size),
    offset: hex(section.offset),
    fileSize: zeros ? hex(0) : hex(section.size),
    summary: `${rights} ${word === "regular" ? "data" : word}`,
    flags,
    headerStart: section.headerOffset,
    headerEnd: section.headerOffset + (is64 ? 80 : 68),
  };
}

function segmentRows({ segments, header }: MachSlice): ListRow[] {
  return segments.map(({ name, address, memorySize, offset, fileSize, protection, headerOffset, sections }) => {
    const size = fileSize === memorySize ? `${hex(fileSize)} bytes` : `${hex(fileSize)} bytes of ${hex(memorySize)}`;
    const detail = `${rightsText(protection)}, ${size} from ${hex(offset)} to ${hex(address)}, ${sections.length} sections`;
    return placed(0, name === "" ? "(no name)" : name, detail, headerOffset, header.is64 ? 72 : 56);
  });
}
