// One PE file at one version of its bytes: headers and sections at once, every other part when it is asked for, each kept. Parts
// that are not there are undefined or empty; defects are in warnings. Never throws for what a file says.
// Thread rule: none of its own; reads on the calling thread, a bounded amount for each part.
import type { ByteSource } from "../../engine/byteSource";
import { readClr, type ClrHeader } from "./clr";
import { readCertificates, type PeCertificate } from "./certificates";
import { readExports } from "./exports";
import { readHeaders, type NotPe } from "./headers";
import { ImageMemory } from "./imageMemory";
import { readBoundImports, readDelayImports, readImports } from "./imports";
import { layOut } from "./layout";
import { readLoadConfig, type LoadConfigField } from "./loadConfig";
import type { BoundLibrary, DataDirectory, ImportedLibrary, PeExports, PeHeaders, PeLayout, PeSection } from "./model";
import { Directory } from "./names";
import { PagedBytes } from "../program/pagedBytes";
import { readResources, type ResourceNode } from "./resources";
import { readRich, type RichHeader } from "./rich";
import { readSections } from "./sections";
import * as tables from "./tables";
import { hex, Warnings, type ProgramWarning } from "../program/warnings";

export type PeResult = { readonly ok: true; readonly pe: PeFile } | { readonly ok: false; readonly fault: NotPe };

export class PeFile {
  private readonly kept = new Map<string, unknown>();

  private constructor(
    private readonly bytes: PagedBytes,
    readonly headers: PeHeaders,
    readonly sections: readonly PeSection[],
    readonly layout: PeLayout,
    readonly memory: ImageMemory,
    private readonly warningList: Warnings,
  ) {}

  /** Reads headers and section table. @throws EngineError of the source alone: "closed". */
  static read(source: ByteSource): PeResult {
    const bytes = new PagedBytes(source);
    const warnings = new Warnings(bytes.size);
    const result = readHeaders(bytes, warnings);
    if (!result.ok) return result;
    const { headers } = result;
    const sections = readSections(bytes, headers, warnings);
    const layout = layOut(bytes, headers, sections, warnings);
    const memory = new ImageMemory(bytes, layout.map, headers.is64);
    checkDirectories(headers, memory, bytes.size, warnings);
    return { ok: true, pe: new PeFile(bytes, headers, sections, layout, memory, warnings) };
  }

  get version(): number {
    return this.bytes.version;
  }

  /** Of the parts read so far. */
  get warnings(): readonly ProgramWarning[] {
    const failed = this.bytes.firstUnreadable;
    if (failed !== undefined)
      this.warningList.add(failed, "Bytes from here on could not be read and were taken as zeros");
    return [...this.warningList.list].sort((a, b) => a.offset - b.offset);
  }

  get imports(): readonly ImportedLibrary[] {
    return (
      this.part("imports", Directory.imports, (memory, directory) =>
        readImports(memory, directory, this.headers.headersSize, this.warningList),
      ) ?? []
    );
  }
  get delayImports(): readonly ImportedLibrary[] {
    const { imageBase } = this.headers;
    const read = (memory: ImageMemory, directory: DataDirectory): ImportedLibrary[] =>
      readDelayImports(memory, directory, imageBase, this.warningList);
    return this.part("delayImports", Directory.delayImports, read) ?? [];
  }
  get boundImports(): readonly BoundLibrary[] {
    return (
      this.part("bound", Directory.boundImports, (memory, directory) =>
        readBoundImports(memory, directory, this.warningList),
      ) ?? []
    );
  }
  get exports(): PeExports | undefined {
    return this.part("exports", Directory.exports, (memory, directory) =>
      readExports(memory, directory, this.warningList),
    );
  }
  get resources(): readonly ResourceNode[] {
    return (
      this.part("resources", Directory.resources, (memory, directory) =>
        readResources(memory, directory, this.warningList),
      ) ?? []
    );
  }
  get relocations(): tables.Relocations | undefined {
    return this.part("relocations", Directory.relocations, (memory, directory) =>
      tables.readRelocations(memory, directory, this.headers.machine, this.warningList),
    );
  }
  get debug(): readonly tables.DebugEntry[] {
    return (
      this.part("debug", Directory.debug, (memory, directory) =>
        tables.readDebug(memory, directory, this.warningList),
      ) ?? []
    );
  }
  get threadStorage(): tables.ThreadStorage | undefined {
    const { imageBase } = this.headers;
    return this.part("tls", Directory.threadStorage, (memory, directory) =>
      tables.readThreadStorage(memory, directory, imageBase, this.warningList),
    );
  }
  get loadConfig(): readonly LoadConfigField[] {
    return (
      this.part("loadConfig", Directory.loadConfig, (memory, directory) =>
        readLoadConfig(memory, directory, this.warningList),
      ) ?? []
    );
  }
  /** undefined: none, or of a machine whose table is not known here. */
  get exceptionHandlers(): number | undefined {
    return this.part("exceptions", Directory.exceptions, (memory, directory) =>
      tables.exceptionCount(memory, this.headers.machine, directory),
    );
  }
  /** Ranges of code whose handlers the table names. */
  exceptionRows(from: number, count: number): readonly tables.ExceptionRange[] {
    const directory = this.headers.directories[Directory.exceptions];
    if (directory === undefined || directory.rva === 0) return [];
    return tables.exceptionRanges(this.memory, this.headers.machine, directory, from, count);
  }
  /** What this address is in. */
  sectionNameAt(rva: number): string | undefined {
    return this.layout.map.spanAt(rva)?.name;
  }
  get certificates(): readonly PeCertificate[] {
    return (
      this.part("certificates", Directory.certificates, (_, directory) =>
        readCertificates(this.bytes, directory, this.warningList),
      ) ?? []
    );
  }
  get clr(): ClrHeader | undefined {
    return this.part("clr", Directory.clr, (memory, directory) => readClr(memory, directory, this.warningList));
  }
  get rich(): RichHeader | undefined {
    return this.keep("rich", () => readRich(this.bytes, this.headers.offset));
  }

  /** Reads everything, so that `warnings` are all there are. */
  readAll(): void {
    const { imports, delayImports, boundImports, exports, resources, relocations, debug, threadStorage, loadConfig } =
      this;
    const { certificates, clr } = this;
    void [
      imports,
      delayImports,
      boundImports,
      exports,
      resources,
      relocations,
      debug,
      threadStorage,
      loadConfig,
      certificates,
      clr,
    ];
  }

  private part<T>(
    key: string,
    index: number,
    read: (memory: ImageMemory, directory: DataDirectory) => T,
  ): T | undefined {
    const directory = this.headers.directories[index];
    if (directory === undefined || directory.rva === 0) return undefined;
    return this.keep(key, () => read(this.memory.fresh(), directory));
  }

  private keep<T>(key: string, read: () => T): T {
    if (!this.kept.has(key)) this.kept.set(key, read());
    return this.kept.get(key) as T;
  }
}

/** Which addresses of the headers lead nowhere. The parts tell of their own insides. */
function checkDirectories(headers: PeHeaders, memory: ImageMemory, size: number, warnings: Warnings): void {
  headers.directories.forEach(({ name, rva, size: length, entryOffset }, index) => {
    if (rva === 0) {
      if (length !== 0) warnings.add(entryOffset, `${name}: ${length} bytes at no address`);
      return;
    }
    if (index === Directory.certificates) {
      if (rva > size) warnings.add(entryOffset, `${name}: ${hex(rva)} lies behind the file's end at ${hex(size)}`);
      return;
    }
    const reach = memory.reach(rva);
    if (reach === 0) warnings.add(entryOffset, `${name}: RVA ${hex(rva)} is not in the image`);
    else if (length > reach) {
      warnings.add(entryOffset, `${name}: ${length} bytes at RVA ${hex(rva)} run past the end of their section`);
    }
  });
  const { entryRva } = headers;
  if (entryRva !== 0 && entryRva < headers.imageSize && memory.reach(entryRva) === 0) {
    warnings.add(headers.optionalOffset + 16, `The entry point ${hex(entryRva)} is in no section`);
  }
}
