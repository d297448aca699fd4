// The lists of a PE file as rows: directories, imports, exports, resources, exceptions, everything else. Pure over PeFile.
import type { ListRow, ProgramPicture, SectionsList } from "../../../../shared/sectionsProtocol";
import type { ClrHeader } from "../../formats/pe/clr";
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
import { hex } from "../../formats/program/warnings";
import { PeResourceRows } from "./peResourceRows";
import { peTableRow } from "./peTableRow";
import { listedSections, placed } from "./program";

const MAX_RELOCATION_ROWS = 10_000;

export class PeRows {
  private resourceRows: PeResourceRows | undefined;

  constructor(private readonly pe: PeFile) {}

  list(list: SectionsList): readonly ListRow[] {
    const { pe } = this;
    switch (list) {
      case "sections":
        return listedSections(pe.sections.map(peTableRow));
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
        return this.resources.rows;
      case "details":
        return detailRows(pe);
      case "exceptions":
        return this.exceptions(0, this.count(list));
      case "segments":
        return [];
      default:
        return list satisfies never;
    }
  }

  /** Without making the rows: the table of sections waits for it. */
  count(list: SectionsList): number {
    const { pe } = this;
    switch (list) {
      case "imports":
        return [...pe.imports, ...pe.delayImports].reduce((sum, { functions }) => sum + functions.length, 0);
      case "exports":
        return pe.exports?.functions.length ?? 0;
      case "resources":
        return leavesOf(pe.resources);
      case "exceptions":
        return pe.exceptionHandlers ?? 0;
      case "sections":
      case "directories":
      case "details":
      case "segments":
        return this.list(list).length;
      default:
        return list satisfies never;
    }
  }

  exceptions(from: number, count: number): ListRow[] {
    return this.pe.exceptionRows(from, count).map(({ start, end, offset, length }) => {
      const place = end === undefined ? `RVA ${hex(start)}` : `RVA ${hex(start)} to ${hex(end)}`;
      return placed(0, place, this.pe.sectionNameAt(start) ?? "not in the image", offset, length);
    });
  }

  picture(id: number): ProgramPicture | undefined {
    return this.resources.picture(id);
  }

  private get resources(): PeResourceRows {
    return (this.resourceRows ??= new PeResourceRows(this.pe));
  }
}

const leavesOf = (nodes: readonly ResourceNode[]): number =>
  nodes.reduce((sum, { data, children }) => sum + (data === undefined ? 0 : 1) + leavesOf(children), 0);

function directoryRows({ headers, memory }: PeFile): ListRow[] {
  return headers.directories.flatMap(({ name, rva, size }, index) => {
    if (rva === 0 && size === 0) return [];
    const isOffset = index === Directory.certificates;
    const detail = `${isOffset ? "offset" : "RVA"} ${hex(rva)}, ${size} bytes`;
    return [placed(0, name, detail, isOffset ? rva : memory.offsetOf(rva), size)];
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

function detailRows(pe: PeFile): ListRow[] {
  return [...headerRows(pe), ...signatureRows(pe), ...originRows(pe), ...loaderRows(pe)];
}

function headerRows({ headers, memory }: PeFile): ListRow[] {
  const at = headers.optionalOffset;
  const entry = entryText(headers) === "none" ? undefined : memory.offsetOf(headers.entryRva);
  return [
    placed(0, "Machine", `${machineName(headers.machine)} (${hex(headers.machine)})`, headers.offset + 4, 2),
    placed(0, "Timestamp", timeText(headers.timestamp), headers.offset + 8, 4),
    placed(0, "Kind", characteristicNames(headers.characteristics).join(", "), headers.offset + 22, 2),
    placed(0, "Linker", headers.linkerVersion, at + 2, 2),
    placed(0, "Subsystem", `${subsystemName(headers.subsystem)}, from ${headers.subsystemVersion} on`, at + 68, 2),
    placed(0, "System", `from ${headers.osVersion} on`, at + 40, 4),
    placed(0, "Features", dllCharacteristicNames(headers.dllCharacteristics).join(", "), at + 70, 2),
    placed(0, "Image base", hex(headers.imageBase), at + (headers.is64 ? 24 : 28), headers.is64 ? 8 : 4),
    placed(0, "Image size", hex(headers.imageSize), at + 56, 4),
    placed(0, "Size of the headers", hex(headers.headersSize), at + 60, 4),
    placed(0, "Entry point", entryText(headers), entry, 1),
    placed(0, "Alignment", `sections ${hex(headers.sectionAlignment)}, file ${hex(headers.fileAlignment)}`, at + 32, 8),
  ];
}

/** A program whose entry point is 0 begins with its first byte; a library has none then, and .NET needs none. */
function entryText({ entryRva, characteristics, directories }: PeHeaders): string {
  if (entryRva !== 0) return `RVA ${hex(entryRva)}`;
  const isNeeded =
    !characteristicNames(characteristics).includes("DLL") && (directories[Directory.clr]?.rva ?? 0) === 0;
  return isNeeded ? "RVA 0x0, the first byte of the headers" : "none";
}

/** Builds that are reproducible write a hash there: it is no time then, and says so elsewhere. */
function timeText(seconds: number): string {
  if (seconds === 0 || seconds === 0xffff_ffff) return hex(seconds);
  return `${hex(seconds)}, as a time ${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function signatureRows(pe: PeFile): ListRow[] {
  return pe.certificates.map(({ kind, digest, signer, issuer, offset, length }) => {
    const words = [
      kind,
      digest,
      signer === undefined ? undefined : `by ${signer}`,
      issuer === undefined ? undefined : `certified by ${issuer}`,
    ];
    return placed(0, "Signature", words.filter((word) => word !== undefined).join(", "), offset, length);
  });
}

/** Who made it, with what. */
function originRows({ debug, rich, clr }: PeFile): ListRow[] {
  const rows = debug.map(({ name, codeView, hash, offset, size }) => {
    const detail = codeView === undefined ? (hash ?? "") : `${codeView.path}, ${codeView.id}, age ${codeView.age}`;
    return placed(0, `Debug: ${name}`, detail, size === 0 ? undefined : offset, size);
  });
  if (rich !== undefined) {
    const detail = rich.valid ? `${rich.entries.length} tools` : "changed since it was made";
    rows.push(placed(0, "Rich header", detail, rich.offset, rich.length));
    rich.entries.forEach(({ tool, build, count }, index) => {
      rows.push(placed(1, `tool ${tool}`, `build ${build}, ${count} uses`, rich.offset + 16 + index * 8, 8));
    });
  }
  if (clr !== undefined) {
    rows.push(...clrRows(clr));
  }
  return rows;
}

function clrRows({ runtimeVersion, offset, flags, entryToken, metadata, tables }: ClrHeader): ListRow[] {
  const rows = [
    placed(0, ".NET", `runtime ${runtimeVersion}, metadata ${metadata.version}`, offset, 72),
    placed(1, "flags", hex(flags), offset === undefined ? undefined : offset + 16, 4),
    placed(1, "entry point", hex(entryToken), offset === undefined ? undefined : offset + 20, 4),
  ];
  for (const stream of metadata.streams)
    rows.push(placed(1, `stream ${stream.name}`, `${stream.size} bytes`, stream.offset, stream.size));
  if (tables === undefined) return rows;
  const { assembly, references, types, methods } = tables;
  if (assembly !== undefined)
    rows.push(placed(1, "assembly", `${assembly.name} ${assembly.version}`, assembly.offset, assembly.length));
  rows.push({ depth: 1, text: "holds", detail: `${types} types, ${methods} methods` });
  for (const { name, version, offset: at, length } of references)
    rows.push(placed(1, "refers to", `${name} ${version}`, at, length));
  return rows;
}

/** What the loader does with it. */
function loaderRows(pe: PeFile): ListRow[] {
  const rows: ListRow[] = [];
  const { threadStorage, relocations, headers } = pe;
  if (threadStorage !== undefined) {
    const { callbacks, offset, dataStart, dataEnd, zeroFill } = threadStorage;
    const data = `${hex(dataStart)} to ${hex(dataEnd)}, then ${zeroFill} zeros`;
    rows.push(placed(0, "Thread storage", `${data}; ${callbacks.length} callbacks`, offset, headers.is64 ? 40 : 24));
    for (const callback of callbacks) {
      const rva = callback >= headers.imageBase ? Number(callback - headers.imageBase) : -1;
      rows.push(placed(1, "callback", hex(callback), pe.memory.offsetOf(rva), 1));
    }
  }
  if (pe.loadConfig.length > 0) {
    rows.push({ depth: 0, text: "Load configuration", detail: "" });
    for (const { name, value, offset } of pe.loadConfig) rows.push(placed(1, name, hex(value), offset, 4));
  }
  for (const { dll, timestamp, offset, forwarders } of pe.boundImports) {
    rows.push(placed(0, `Bound to ${dll}`, timeText(timestamp), offset, 8));
    for (const forwarder of forwarders) {
      rows.push({ depth: 1, text: `by way of ${forwarder.dll}`, detail: timeText(forwarder.timestamp) });
    }
  }
  if (relocations !== undefined) {
    const kinds = relocations.kinds.map(({ name, count }) => `${count} of ${name}`).join(", ");
    const detail = `${relocations.blocks.length} pages${kinds === "" ? "" : `: ${kinds}`}`;
    rows.push({ depth: 0, text: "Relocations", detail });
    for (const { rva, count, offset } of relocations.blocks.slice(0, MAX_RELOCATION_ROWS)) {
      rows.push(placed(1, `page at RVA ${hex(rva)}`, `${count} places`, offset, 8 + 2 * count));
    }
  }
  return rows;
}
