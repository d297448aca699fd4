// What `terahex pe` prints for people. Pure.
import type { ExportedFunction, ImportedFunction, ImportedLibrary } from "../extension/src/formats/pe/model";
import {
  characteristicNames,
  dllCharacteristicNames,
  machineName,
  subsystemName,
} from "../extension/src/formats/pe/names";
import type { PeFile } from "../extension/src/formats/pe/peFile";
import type { ResourceNode } from "../extension/src/formats/pe/resources";
import { hex } from "../extension/src/formats/program/warnings";

export interface Measured {
  /** For each section. */
  readonly entropies: readonly (number | null)[];
  readonly checksum: number;
}

const NAME_WIDTH = 26;

export function peText(pe: PeFile, measured: Measured): string {
  const parts = [
    headerLines(pe, measured.checksum),
    sectionLines(pe, measured.entropies),
    regionLines(pe),
    directoryLines(pe),
    ...pe.imports.map((library) => libraryLines("imports from", library)),
    ...pe.delayImports.map((library) => libraryLines("imports at first call from", library)),
    exportLines(pe),
    resourceLines(pe),
    detailLines(pe),
    loadConfigLines(pe),
    pe.warnings.length === 0
      ? []
      : ["warnings", ...pe.warnings.map(({ offset, message }) => `  ${hex(offset)}: ${message}`)],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(printable).join("\n"))
    .join("\n\n")}\n`;
}

/** Names come out of the file: nothing in them may steer a terminal. */

const printable = (line: string): string => line.replace(/[\x00-\x1f\x7f-\x9f]/g, "\uFFFD");

const row = (key: string, value: string): string => `${key.padEnd(NAME_WIDTH - 2)}  ${value}`;

function headerLines({ headers, layout }: PeFile, computed: number): string[] {
  const stated = headers.checksum;
  const sum = stated === computed ? hex(stated) : `${hex(stated)} stated, ${hex(computed)} computed`;
  return [
    row("machine", `${machineName(headers.machine)} (${hex(headers.machine)})`),
    row("kind", `${headers.is64 ? "PE32+" : "PE32"}, ${characteristicNames(headers.characteristics).join(", ")}`),
    row("subsystem", `${subsystemName(headers.subsystem)}, from ${headers.subsystemVersion} on`),
    row("features", dllCharacteristicNames(headers.dllCharacteristics).join(", ") || "none"),
    row("image base", hex(headers.imageBase)),
    row("image size", hex(headers.imageSize)),
    row("entry point", headers.entryRva === 0 ? "none" : hex(headers.entryRva)),
    row(
      "alignment",
      `sections ${hex(headers.sectionAlignment)}, file ${hex(headers.fileAlignment)}${layout.lowAlignment ? ": mapped as it is" : ""}`,
    ),
    row("timestamp", hex(headers.timestamp)),
    row("checksum", sum),
  ];
}

function sectionLines({ sections }: PeFile, entropies: Measured["entropies"]): string[] {
  if (sections.length === 0) return [];
  const columns = (cells: readonly string[], flags: string): string =>
    `${(cells[0] ?? "").padEnd(12)}${cells
      .slice(1)
      .map((cell) => cell.padStart(11))
      .join("")}  ${flags}`;
  return [
    columns(["section", "rva", "virtual", "offset", "raw", "entropy"], "flags"),
    ...sections.map(({ name, rva, virtualSize, offset, rawSize, flags }, index) => {
      const entropy = entropies[index]?.toFixed(3) ?? "-";
      const shown = flags.map((flag) => flag.replace("IMAGE_SCN_", ""));
      return columns([name, hex(rva), hex(virtualSize), hex(offset), hex(rawSize), entropy], shown.join(" "));
    }),
  ];
}

function regionLines({ layout }: PeFile): string[] {
  return ["file", ...layout.regions.map(({ start, end, name }) => `  ${row(`${hex(start)} to ${hex(end)}`, name)}`)];
}

function directoryLines({ headers }: PeFile): string[] {
  const used = headers.directories.filter(({ rva, size }) => rva !== 0 || size !== 0);
  return used.length === 0
    ? []
    : ["directories", ...used.map(({ name, rva, size }) => `  ${row(name, `${hex(rva)}, ${size} bytes`)}`)];
}

function libraryLines(title: string, { dll, functions }: ImportedLibrary): string[] {
  return [`${title} ${dll}`, ...functions.map((each) => `  ${importText(each)}`)];
}

const importText = ({ name, ordinal, hint }: ImportedFunction): string =>
  ordinal === undefined ? row(name ?? "", `hint ${hint ?? 0}`) : `#${ordinal}`;

function exportLines({ exports }: PeFile): string[] {
  if (exports === undefined) return [];
  const text = ({ ordinal, name, rva, forwarder }: ExportedFunction): string =>
    `  ${String(ordinal).padStart(5)}  ${row(name ?? "", forwarder === null ? hex(rva) : `-> ${forwarder}`)}`;
  return [`exports as ${exports.name}`, ...exports.functions.map(text)];
}

function resourceLines({ resources }: PeFile): string[] {
  const lines: string[] = [];
  const walk = (nodes: readonly ResourceNode[], depth: number): void => {
    for (const { label, data, children } of nodes) {
      const place = data === undefined ? "" : `${data.size} bytes at ${hex(data.offset ?? data.rva)}`;
      lines.push(row(`${"  ".repeat(depth)}${label}`, place).trimEnd());
      walk(children, depth + 1);
    }
  };
  walk(resources, 1);
  return lines.length === 0 ? [] : ["resources", ...lines];
}

function detailLines(pe: PeFile): string[] {
  const lines: string[] = [];
  const { rich, threadStorage, relocations, exceptionHandlers, clr } = pe;
  if (relocations !== undefined) {
    const kinds = relocations.kinds.map(({ name, count }) => `${count} of ${name}`).join(", ");
    lines.push(row("relocations", `${relocations.blocks.length} blocks${kinds === "" ? "" : `: ${kinds}`}`));
  }
  if (exceptionHandlers !== undefined) lines.push(row("exception handlers", String(exceptionHandlers)));
  for (const { name, codeView, hash } of pe.debug) {
    lines.push(
      row(
        `debug, ${name}`,
        codeView === undefined ? (hash ?? "") : `${codeView.id} age ${codeView.age} ${codeView.path}`,
      ),
    );
  }
  if (threadStorage !== undefined) lines.push(row("thread storage", `${threadStorage.callbacks.length} callbacks`));
  for (const { dll, timestamp } of pe.boundImports) lines.push(row("bound to", `${dll} of ${hex(timestamp)}`));
  for (const { kind, signer, issuer, digest } of pe.certificates) {
    lines.push(
      row(
        "signature",
        [
          kind,
          digest,
          signer === undefined ? undefined : `by ${signer}`,
          issuer === undefined ? undefined : `certified by ${issuer}`,
        ]
          .filter((each) => each !== undefined)
          .join(", "),
      ),
    );
  }
  if (rich !== undefined) {
    lines.push(row("Rich header", `${rich.entries.length} tools${rich.valid ? "" : ", changed since it was made"}`));
  }
  if (clr !== undefined) {
    lines.push(row(".NET", `runtime ${clr.runtimeVersion}, metadata ${clr.metadata.version}`));
    const { assembly, references = [] } = clr.tables ?? {};
    if (assembly !== undefined) lines.push(row("  assembly", `${assembly.name} ${assembly.version}`));
    for (const { name, version } of references) lines.push(row("  refers to", `${name} ${version}`));
  }
  return lines;
}

function loadConfigLines({ loadConfig }: PeFile): string[] {
  if (loadConfig.length === 0) return [];
  return ["load configuration", ...loadConfig.map(({ name, value }) => `  ${row(name, hex(value))}`)];
}
