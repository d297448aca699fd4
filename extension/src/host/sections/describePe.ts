// A PE file as the view of sections shows it: bars, table, lists. Pure over PeFile; knows no webview.
import { AddressMap, type AddressSpan } from "../../../../shared/addressMap";
import type { OffsetAddresses } from "../../../../shared/offsetExpression";
import type { ListRow, ProgramImage, SectionsList } from "../../../../shared/sectionsProtocol";
import type { EngineDocument } from "../../engine/document";
import type { ExportedFunction, ImportedLibrary, PeHeaders } from "../../formats/pe/model";
import {
  characteristicNames,
  Directory,
  dllCharacteristicNames,
  machineName,
  subsystemName,
} from "../../formats/pe/names";
import type { PeFile } from "../../formats/pe/peFile";
import type { ResourceNode } from "../../formats/pe/resources";
import { resourceLines } from "../../formats/pe/resourceText";
import { hex } from "../../formats/program/warnings";

const MAX_UNSAVED = 10_000;

const TITLES: readonly (readonly [SectionsList, string])[] = [
  ["directories", "Directories"],
  ["imports", "Imports"],
  ["exports", "Exports"],
  ["resources", "Resources"],
  ["details", "Details"],
];

export function describeImage(pe: PeFile, { engine }: { readonly engine: EngineDocument | null }): ProgramImage {
  pe.readAll();
  const { headers, layout } = pe;
  const kind = characteristicNames(headers.characteristics).includes("DLL") ? "library" : "program";
  const certificate = pe.certificates[0];
  return {
    format: `${headers.is64 ? "PE32+" : "PE32"} ${kind} for ${machineName(headers.machine)}`,
    size: layout.regions.at(-1)?.end ?? 0,
    base: hex(headers.imageBase),
    sections: pe.sections.map((section) => {
      const { name, rva, virtualSize, offset, rawSize, flags, fileRange } = section;
      return { name, rva, virtualSize, offset, rawSize, flags, start: fileRange.start, end: fileRange.end };
    }),
    regions: layout.regions,
    spans: layout.spans,
    lists: TITLES.map(([list, title]) => ({ list, title, count: countOf(pe, list) })).filter(({ count }) => count > 0),
    warnings: pe.warnings,
    hasChecksum: true,
    ...(certificate !== undefined && {
      signature: { signer: certificate.signer ?? "an unknown signer", touched: touchesSigned(pe, engine) },
    }),
  };
}

/** A signature covers everything but the checksum, the place of the certificates, and themselves.
 *  @see Windows Authenticode Portable Executable Signature Format, "Calculating the PE Image Hash" */
function touchesSigned({ headers }: PeFile, engine: EngineDocument | null): boolean {
  const certificates = headers.directories[Directory.certificates];
  if (engine === null || certificates === undefined) return false;
  const open = [
    { start: headers.checksumOffset, end: headers.checksumOffset + 4 },
    { start: certificates.entryOffset, end: certificates.entryOffset + 8 },
    { start: certificates.rva, end: certificates.rva + certificates.size },
  ];
  return engine
    .unsaved(MAX_UNSAVED)
    .some(({ start, end }) => !open.some((range) => start >= range.start && end <= range.end));
}

function countOf(pe: PeFile, list: SectionsList): number {
  switch (list) {
    case "imports":
      return [...pe.imports, ...pe.delayImports].reduce((sum, { functions }) => sum + functions.length, 0);
    case "exports":
      return pe.exports?.functions.length ?? 0;
    case "resources":
      return listRows(pe, list).filter(({ start }) => start !== undefined).length;
    case "directories":
    case "details":
      return listRows(pe, list).length;
    default:
      return list satisfies never;
  }
}

export function listRows(pe: PeFile, list: SectionsList): readonly ListRow[] {
  switch (list) {
    case "directories":
      return directoryRows(pe);
    case "imports":
      return [
        ...pe.imports.flatMap((library) => libraryRows(pe, library, "")),
        ...pe.delayImports.flatMap((library) => libraryRows(pe, library, "at first call")),
      ];
    case "exports":
      return exportRows(pe);
    case "resources":
      return resourceRows(pe);
    case "details":
      return detailRows(pe);
    default:
      return list satisfies never;
  }
}

/** With the place of its bytes, where it has one. */
function placed(depth: number, text: string, detail: string, offset: number | undefined, length: number): ListRow {
  return offset === undefined
    ? { depth, text, detail }
    : { depth, text, detail, start: offset, end: offset + Math.max(1, length) };
}

function directoryRows({ headers, memory }: PeFile): ListRow[] {
  return headers.directories.flatMap(({ name, rva, size }, index) => {
    if (rva === 0 && size === 0) return [];
    const isOffset = index === Directory.certificates;
    return [
      placed(
        0,
        name,
        `${isOffset ? "offset" : "RVA"} ${hex(rva)}, ${size} bytes`,
        isOffset ? rva : memory.offsetOf(rva),
        size,
      ),
    ];
  });
}

function libraryRows({ headers }: PeFile, { dll, offset, functions }: ImportedLibrary, when: string): ListRow[] {
  const width = headers.is64 ? 8 : 4;
  const count = `${functions.length} function${functions.length === 1 ? "" : "s"}`;
  return [
    placed(0, dll, when === "" ? count : `${count}, ${when}`, offset, 20),
    ...functions.map((each) => {
      const text = each.ordinal === undefined ? (each.name ?? "") : `#${each.ordinal}`;
      return placed(1, text, each.ordinal === undefined ? `hint ${each.hint ?? 0}` : "by ordinal", each.offset, width);
    }),
  ];
}

function exportRows(pe: PeFile): ListRow[] {
  return (pe.exports?.functions ?? []).map(({ name, ordinal, rva, forwarder }: ExportedFunction) => {
    const detail = forwarder === null ? `#${ordinal}, RVA ${hex(rva)}` : `#${ordinal}, stands for ${forwarder}`;
    return placed(0, name ?? `#${ordinal}`, detail, pe.memory.offsetOf(rva), forwarder === null ? 1 : forwarder.length);
  });
}

function resourceRows({ resources, memory }: PeFile): ListRow[] {
  const rows: ListRow[] = [];
  const walk = (nodes: readonly ResourceNode[], path: readonly ResourceNode[]): void => {
    for (const node of nodes) {
      const { data } = node;
      if (data === undefined) rows.push({ depth: path.length, text: node.label, detail: "" });
      else {
        rows.push(placed(path.length, node.label, `${data.size} bytes`, data.offset, data.size));
        const [type, block] = [path[0]?.id, path[1]?.id];
        if (typeof type === "number" && typeof block === "number") {
          for (const { key, value } of resourceLines(memory, type, block, data)) {
            rows.push({ depth: path.length + 1, text: key === "" ? value : key, detail: key === "" ? "" : value });
          }
        }
      }
      walk(node.children, [...path, node]);
    }
  };
  walk(resources, []);
  return rows;
}

function detailRows(pe: PeFile): ListRow[] {
  const { headers } = pe;
  const rows: ListRow[] = headerRows(headers, pe);
  const { rich, clr, relocations, threadStorage, exceptionHandlers } = pe;
  if (relocations !== undefined) {
    const kinds = relocations.kinds.map(({ name, count }) => `${count} of ${name}`).join(", ");
    rows.push({
      depth: 0,
      text: "Relocations",
      detail: `${relocations.blocks.length} pages${kinds === "" ? "" : `: ${kinds}`}`,
    });
  }
  if (exceptionHandlers !== undefined)
    rows.push({ depth: 0, text: "Exception handlers", detail: String(exceptionHandlers) });
  for (const { name, codeView, hash, offset, size } of pe.debug) {
    const detail = codeView === undefined ? (hash ?? "") : `${codeView.path}, ${codeView.id}, age ${codeView.age}`;
    rows.push(placed(0, `Debug: ${name}`, detail, size === 0 ? undefined : offset, size));
  }
  if (threadStorage !== undefined) {
    rows.push(
      placed(
        0,
        "Thread storage",
        `${threadStorage.callbacks.length} callbacks`,
        threadStorage.offset,
        pe.headers.is64 ? 40 : 24,
      ),
    );
  }
  for (const { kind, digest, signer, issuer, offset, length } of pe.certificates) {
    const words = [
      kind,
      digest,
      signer === undefined ? undefined : `by ${signer}`,
      issuer === undefined ? undefined : `certified by ${issuer}`,
    ];
    rows.push(placed(0, "Signature", words.filter((word) => word !== undefined).join(", "), offset, length));
  }
  if (rich !== undefined) {
    rows.push(
      placed(
        0,
        "Rich header",
        rich.valid ? `${rich.entries.length} tools` : "changed since it was made",
        rich.offset,
        rich.length,
      ),
    );
    for (const { tool, build, count } of rich.entries)
      rows.push({ depth: 1, text: `tool ${tool}`, detail: `build ${build}, ${count} uses` });
  }
  if (clr !== undefined) {
    rows.push(placed(0, ".NET", `runtime ${clr.runtimeVersion}, metadata ${clr.metadata.version}`, clr.offset, 72));
  }
  if (pe.loadConfig.length > 0) {
    rows.push({ depth: 0, text: "Load configuration", detail: "" });
    for (const { name, value, offset } of pe.loadConfig) rows.push(placed(1, name, hex(value), offset, 4));
  }
  for (const { dll, timestamp, offset } of pe.boundImports)
    rows.push(placed(0, `Bound to ${dll}`, hex(timestamp), offset, 8));
  return rows;
}

function headerRows(headers: PeHeaders, { memory }: PeFile): ListRow[] {
  const at = headers.optionalOffset;
  const entry = headers.entryRva === 0 ? undefined : memory.offsetOf(headers.entryRva);
  return [
    placed(0, "Machine", `${machineName(headers.machine)} (${hex(headers.machine)})`, headers.offset + 4, 2),
    placed(0, "Timestamp", hex(headers.timestamp), headers.offset + 8, 4),
    placed(0, "Kind", characteristicNames(headers.characteristics).join(", "), headers.offset + 22, 2),
    placed(0, "Subsystem", `${subsystemName(headers.subsystem)}, from ${headers.subsystemVersion} on`, at + 68, 2),
    placed(0, "Features", dllCharacteristicNames(headers.dllCharacteristics).join(", "), at + 70, 2),
    placed(0, "Image base", hex(headers.imageBase), at + (headers.is64 ? 24 : 28), headers.is64 ? 8 : 4),
    placed(0, "Entry point", headers.entryRva === 0 ? "none" : `RVA ${hex(headers.entryRva)}`, entry, 1),
    placed(0, "Alignment", `sections ${hex(headers.sectionAlignment)}, file ${hex(headers.fileAlignment)}`, at + 32, 8),
  ];
}

export function sectionAddresses({ headers, sections, layout }: PeFile): OffsetAddresses {
  const map = new AddressMap(layout.spans);
  const named = (name: string): AddressSpan | undefined => layout.spans.find((span) => span.name === name);
  return {
    base: headers.imageBase,
    offsetOf: (rva) => map.offsetOf(rva),
    sectionStart: (name) => named(name)?.offset ?? sections.find((section) => section.name === name)?.fileRange.start,
  };
}
