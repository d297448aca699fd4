// A PE file as the view of sections shows it: bars, table, lists. Pure over PeFile; knows no webview.
import { AddressMap } from "../../../../shared/addressMap";
import type { ByteRange } from "../../../../shared/byteRange";
import type { OffsetAddresses } from "../../../../shared/offsetExpression";
import type {
  ListRow,
  ProgramImage,
  ProgramPicture,
  ProgramSignature,
  SectionsList,
  ShownProgram,
} from "../../../../shared/sectionsProtocol";
import { characteristicNames, Directory, machineName } from "../../formats/pe/names";
import type { PeFile } from "../../formats/pe/peFile";
import { hex } from "../../formats/program/warnings";
import { PeRows } from "./peRows";
import { peTableRow } from "./peTableRow";
import { fewRegions, KeptLists, tableRows, type Program } from "./program";

const TITLES: readonly (readonly [SectionsList, string])[] = [
  ["sections", "Sections"],
  ["directories", "Directories"],
  ["imports", "Imports"],
  ["exports", "Exports"],
  ["resources", "Resources"],
  ["exceptions", "Exceptions"],
  ["details", "Details"],
];

export class PeProgram implements Program {
  readonly shown: ShownProgram;
  readonly addresses: OffsetAddresses;
  readonly parts: Program["parts"];
  readonly checksum: Program["checksum"];
  private readonly made: PeRows;
  private readonly lists: KeptLists;

  constructor(private readonly pe: PeFile) {
    const { headers, layout, sections } = pe;
    this.made = new PeRows(pe);
    this.lists = new KeptLists(layout.regions.at(-1)?.end ?? 0, (list) => this.made.list(list));
    this.shown = { kind: "pe", base: hex(headers.imageBase), spans: layout.spans, regions: fewRegions(layout.regions) };
    this.parts = sections;
    this.checksum = { stated: headers.checksum, offset: headers.checksumOffset };
    const map = new AddressMap(layout.spans);
    this.addresses = {
      base: headers.imageBase,
      offsetOf: (rva) => map.offsetOf(rva),
      sectionStart: (name) =>
        layout.spans.find((span) => span.name === name)?.offset ??
        sections.find((section) => section.name === name)?.fileRange.start,
    };
  }

  image(unsaved: readonly ByteRange[]): ProgramImage {
    const { pe } = this;
    const { headers, layout } = pe;
    pe.readAll();
    const kind = characteristicNames(headers.characteristics).includes("DLL") ? "library" : "program";
    const signature = this.signature(unsaved);
    return {
      ...this.shown,
      format: `${headers.is64 ? "PE32+" : "PE32"} ${kind} for ${machineName(headers.machine)}`,
      size: layout.regions.at(-1)?.end ?? 0,
      ...tableRows(pe.sections.map(peTableRow)),
      lists: TITLES.map(([list, title]) => ({ list, title, count: this.made.count(list) })).filter(
        ({ count }) => count > 0,
      ),
      warnings: pe.warnings,
      hasChecksum: true,
      ...(signature !== undefined && { signature }),
    };
  }

  rows(list: SectionsList, from: number, count: number): { readonly rows: readonly ListRow[]; readonly total: number } {
    // A hundred thousand of them are no rarity, and each is read from its place.
    if (list === "exceptions") return { rows: this.made.exceptions(from, count), total: this.made.count(list) };
    const rows = this.lists.rows(list);
    return { rows: rows.slice(from, from + count), total: rows.length };
  }

  picture(id: number): ProgramPicture | undefined {
    return this.made.picture(id);
  }

  signature(unsaved: readonly ByteRange[]): ProgramSignature | undefined {
    const [certificate] = this.pe.certificates;
    if (certificate === undefined) return undefined;
    return { signer: certificate.signer ?? "an unknown signer", touched: this.touchesSigned(unsaved) };
  }

  /** A signature covers everything but the checksum, the place of the certificates, and themselves.
   *  @see Windows Authenticode Portable Executable Signature Format, "Calculating the PE Image Hash" */
  private touchesSigned(unsaved: readonly ByteRange[]): boolean {
    const { headers } = this.pe;
    const certificates = headers.directories[Directory.certificates];
    if (certificates === undefined) return false;
    const open = [
      { start: headers.checksumOffset, end: headers.checksumOffset + 4 },
      { start: certificates.entryOffset, end: certificates.entryOffset + 8 },
      { start: certificates.rva, end: certificates.rva + certificates.size },
    ];
    return unsaved.some(({ start, end }) => !open.some((range) => start >= range.start && end <= range.end));
  }
}
