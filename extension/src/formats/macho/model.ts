// What the parts of a Mach-O file are called here. Offsets of a slice are its own in the file format; here all are the file's.
// 64-bit numbers are bigints as the file states them. Types alone.
import type { ByteRange } from "../../../../shared/byteRange";
import type { Shape } from "../program/words";

/** mach-o/loader.h, mach_header and mach_header_64. */
export interface MachHeader extends Shape {
  /** Of the program in the file: not 0 in a universal file. */
  readonly start: number;
  readonly end: number;
  readonly cpu: string;
  readonly type: number;
  readonly flags: number;
  readonly commandCount: number;
  readonly commandBytes: number;
  readonly headerBytes: number;
}

export interface MachSection {
  /** "__TEXT,__text". */
  readonly name: string;
  readonly address: bigint;
  readonly size: bigint;
  /** As stated, counted from the slice's start. */
  readonly offset: number;
  readonly flags: number;
  readonly headerOffset: number;
  readonly fileRange: ByteRange;
}

export interface MachSegment {
  readonly name: string;
  readonly address: bigint;
  readonly memorySize: bigint;
  /** As stated, counted from the slice's start. */
  readonly offset: bigint;
  readonly fileSize: bigint;
  readonly protection: number;
  readonly headerOffset: number;
  readonly fileRange: ByteRange;
  readonly sections: readonly MachSection[];
}

export interface MachCommand {
  readonly command: number;
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  /** Of a library, a path, a linker. */
  readonly text?: string;
  /** What other commands say, in words. */
  readonly detail?: string;
}

/** A table that a command points at. */
export interface MachTable extends ByteRange {
  readonly name: string;
}

export interface MachSymbol {
  readonly name: string;
  readonly value: bigint;
  readonly defined: boolean;
  readonly weak: boolean;
  /** Number of the library that it comes from, counted from 1; 0: itself or unknown. */
  readonly library: number;
  /** What it is called in that library, where it comes from there. */
  readonly standsFor?: string;
  /** Of what says so. */
  readonly offset: number;
  readonly length: number;
}
