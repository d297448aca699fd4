// What the parts of an ELF file are called here. 64-bit numbers are bigints as the file states them; what is there of them in the
// file are ranges. Types alone.
import type { ByteRange } from "../../../../shared/byteRange";
import type { Shape } from "../program/words";

export interface ElfTable {
  /** In the file. */
  readonly offset: bigint;
  readonly count: number;
  /** Bytes from one entry to the next. */
  readonly entryBytes: number;
}

/** gABI, "ELF Header". */
export interface ElfHeaders extends Shape {
  readonly abi: number;
  readonly type: number;
  readonly machine: number;
  readonly entry: bigint;
  readonly flags: number;
  readonly headerBytes: number;
  readonly segments: ElfTable;
  readonly sections: ElfTable;
  /** Index of the section with the names of all. */
  readonly namesIndex: number;
}

/** gABI, "Program Header". */
export interface ElfSegment {
  readonly type: number;
  readonly typeName: string;
  readonly flags: number;
  readonly offset: bigint;
  readonly address: bigint;
  readonly fileSize: bigint;
  readonly memorySize: bigint;
  readonly align: bigint;
  /** Of its entry in the table. */
  readonly headerOffset: number;
  readonly fileRange: ByteRange;
}

/** gABI, "Section Header Table". */
export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly typeName: string;
  readonly flags: bigint;
  readonly address: bigint;
  readonly offset: bigint;
  readonly size: bigint;
  readonly link: number;
  readonly info: number;
  readonly align: bigint;
  readonly entryBytes: bigint;
  readonly headerOffset: number;
  /** Empty for those that have no bytes in the file. */
  readonly fileRange: ByteRange;
}

export interface ElfSymbol {
  readonly name: string;
  readonly value: bigint;
  readonly size: bigint;
  /** 0 local, 1 global, 2 weak. */
  readonly binding: number;
  /** 0 no type, 1 data, 2 function, 3 section, 4 file, 6 thread storage, 10 indirect function. */
  readonly type: number;
  /** 0: it is somewhere else. */
  readonly section: number;
  /** "GLIBC_2.4 of libc.so.6" of what is taken, "LIB_1.0" of what is offered. */
  readonly version?: string;
  /** Of its entry. */
  readonly offset: number;
}

export interface ElfDynamicEntry {
  readonly tag: bigint;
  readonly value: bigint;
  /** What a value that is a string stands for; undefined where it cannot be read. */
  readonly text?: string;
  readonly offset: number;
}

export interface ElfNote {
  readonly owner: string;
  readonly type: number;
  readonly body: Uint8Array;
  readonly offset: number;
  readonly length: number;
}
