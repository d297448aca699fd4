// What the parts of a PE file are called here. Offsets are places in the file, RVAs addresses relative to the image base, both
// bytes. Types alone.
import type { AddressMap, AddressSpan } from "../../../../shared/addressMap";
import type { ByteRange } from "../../../../shared/byteRange";
import type { FileRegion } from "../program/regions";

/** PE Format, "COFF File Header" and "Optional Header (Image Only)". */
export interface PeHeaders {
  /** Of "PE\0\0". */
  readonly offset: number;
  readonly machine: number;
  readonly sectionCount: number;
  readonly timestamp: number;
  readonly symbolTable: { readonly offset: number; readonly count: number };
  readonly optionalSize: number;
  readonly characteristics: number;
  /** Of the optional header. */
  readonly optionalOffset: number;
  readonly magic: number;
  /** PE32+: addresses of 64 bits. */
  readonly is64: boolean;
  readonly linkerVersion: string;
  readonly entryRva: number;
  readonly imageBase: bigint;
  readonly sectionAlignment: number;
  readonly fileAlignment: number;
  readonly osVersion: string;
  readonly subsystemVersion: string;
  readonly imageSize: number;
  readonly headersSize: number;
  readonly checksum: number;
  readonly checksumOffset: number;
  readonly subsystem: number;
  readonly dllCharacteristics: number;
  readonly directories: readonly DataDirectory[];
  readonly sectionTableOffset: number;
}

export interface DataDirectory {
  readonly name: string;
  /** Of the certificate table: an offset in the file. */
  readonly rva: number;
  readonly size: number;
  /** Of the directory's eight bytes. */
  readonly entryOffset: number;
}

/** PE Format, "Section Table (Section Headers)". */
export interface PeSection {
  readonly name: string;
  readonly rva: number;
  readonly virtualSize: number;
  /** PointerToRawData, as the file says it. */
  readonly offset: number;
  /** SizeOfRawData, as the file says it. */
  readonly rawSize: number;
  readonly characteristics: number;
  readonly flags: readonly string[];
  /** Of its header. */
  readonly headerOffset: number;
  /** What is there of it in the file. */
  readonly fileRange: ByteRange;
  /** Its end that no memory is filled from. */
  readonly padding: ByteRange;
}

export interface PeLayout {
  readonly map: AddressMap;
  /** What `map` is made of: the headers, then each section. */
  readonly spans: readonly AddressSpan[];
  readonly regions: readonly FileRegion[];
  /** Sections smaller than a page: the file is in memory as it is on disk. */
  readonly lowAlignment: boolean;
}

export interface ImportedFunction {
  /** Empty where it could not be read; absent where it has an ordinal. */
  readonly name?: string;
  readonly ordinal?: number;
  readonly hint?: number;
  /** Of its entry in the lookup table. */
  readonly offset: number | undefined;
  /** Where the loader writes its address. */
  readonly addressRva: number;
}

export interface ImportedLibrary {
  readonly dll: string;
  /** Of its descriptor. */
  readonly offset: number | undefined;
  readonly functions: readonly ImportedFunction[];
}

export interface BoundLibrary {
  readonly dll: string;
  readonly timestamp: number;
  readonly offset: number;
  readonly forwarders: readonly { readonly dll: string; readonly timestamp: number }[];
}

export interface ExportedFunction {
  /** Null where it is known by its ordinal alone. */
  readonly name: string | null;
  readonly ordinal: number;
  readonly rva: number;
  /** "NTDLL.RtlAllocateHeap", "OTHER.#12"; null where it is in this file. */
  readonly forwarder: string | null;
  /** Of its entry in the address table. */
  readonly offset: number | undefined;
}

export interface PeExports {
  readonly name: string;
  readonly offset: number | undefined;
  readonly timestamp: number;
  readonly ordinalBase: number;
  readonly functions: readonly ExportedFunction[];
}
