// The names that the ELF specification and its supplements give to numbers. Data alone.
// Source: System V gABI, "ELF Header", "Sections", "Program Header", "Dynamic Section"; the processor supplements; binutils'
// elf/common.h for GNU's own.

export const HeaderType = { relocatable: 1, executable: 2, shared: 3, core: 4 } as const;
const TYPES: Readonly<Record<number, string>> = {
  0: "file of no type",
  1: "object",
  2: "program",
  3: "shared object",
  4: "core dump",
};
export const typeName = (type: number): string => TYPES[type] ?? `file of type 0x${type.toString(16).toUpperCase()}`;

const MACHINES: Readonly<Record<number, string>> = {
  0: "no machine",
  2: "SPARC",
  3: "Intel 386",
  4: "Motorola 68000",
  8: "MIPS",
  15: "PA-RISC",
  18: "SPARC 32+",
  20: "PowerPC",
  21: "PowerPC 64",
  22: "S/390",
  40: "Arm",
  42: "SuperH",
  43: "SPARC V9",
  50: "Itanium",
  62: "x64",
  83: "AVR",
  92: "OpenRISC",
  93: "ARCompact",
  94: "Xtensa",
  105: "MSP430",
  113: "Nios II",
  164: "Hexagon",
  183: "Arm64",
  189: "MicroBlaze",
  190: "NVIDIA CUDA",
  195: "ARCv2",
  220: "Z80",
  224: "AMD GPU",
  243: "RISC-V",
  247: "BPF",
  252: "C-SKY",
  258: "LoongArch",
};
export const machineName = (machine: number): string => MACHINES[machine] ?? `machine ${machine}`;

const ABIS: Readonly<Record<number, string>> = {
  0: "System V",
  1: "HP-UX",
  2: "NetBSD",
  3: "GNU/Linux",
  6: "Solaris",
  7: "AIX",
  8: "IRIX",
  9: "FreeBSD",
  10: "Tru64",
  12: "OpenBSD",
  64: "Arm EABI",
  97: "Arm",
  255: "no system",
};
export const abiName = (abi: number): string => ABIS[abi] ?? `ABI ${abi}`;

export const SectionType = {
  null: 0,
  symbols: 2,
  strings: 3,
  dynamic: 6,
  note: 7,
  nobits: 8,
  dynamicSymbols: 11,
} as const;
const SECTION_TYPES: Readonly<Record<number, string>> = {
  0: "NULL",
  1: "PROGBITS",
  2: "SYMTAB",
  3: "STRTAB",
  4: "RELA",
  5: "HASH",
  6: "DYNAMIC",
  7: "NOTE",
  8: "NOBITS",
  9: "REL",
  10: "SHLIB",
  11: "DYNSYM",
  14: "INIT_ARRAY",
  15: "FINI_ARRAY",
  16: "PREINIT_ARRAY",
  17: "GROUP",
  18: "SYMTAB_SHNDX",
  19: "RELR",
  0x6fff4c03: "LLVM_ADDRSIG",
  0x6ffffff5: "GNU_ATTRIBUTES",
  0x6ffffff6: "GNU_HASH",
  0x6ffffff7: "GNU_LIBLIST",
  0x6ffffffd: "VERDEF",
  0x6ffffffe: "VERNEED",
  0x6fffffff: "VERSYM",
};
/** Numbers from 0x70000000 on mean another thing on each machine. */
const MACHINE_SECTION_TYPES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  40: { 0x70000001: "ARM_EXIDX", 0x70000003: "ARM_ATTRIBUTES" },
  62: { 0x70000001: "X86_64_UNWIND" },
  8: { 0x70000006: "MIPS_REGINFO", 0x7000000d: "MIPS_OPTIONS", 0x7000002a: "MIPS_ABIFLAGS" },
  183: { 0x70000003: "AARCH64_ATTRIBUTES" },
  243: { 0x70000003: "RISCV_ATTRIBUTES" },
};
export const sectionTypeName = (type: number, machine: number): string =>
  MACHINE_SECTION_TYPES[machine]?.[type] ?? SECTION_TYPES[type] ?? `type 0x${type.toString(16).toUpperCase()}`;

export const SectionFlag = { write: 1n, alloc: 2n, execute: 4n, tls: 0x400n } as const;
const SECTION_FLAGS: readonly (readonly [bigint, string])[] = [
  [0x1n, "WRITE"],
  [0x2n, "ALLOC"],
  [0x4n, "EXECINSTR"],
  [0x10n, "MERGE"],
  [0x20n, "STRINGS"],
  [0x40n, "INFO_LINK"],
  [0x80n, "LINK_ORDER"],
  [0x100n, "OS_NONCONFORMING"],
  [0x200n, "GROUP"],
  [0x400n, "TLS"],
  [0x800n, "COMPRESSED"],
  [0x200000n, "GNU_RETAIN"],
  [0x80000000n, "EXCLUDE"],
];
export const sectionFlagNames = (flags: bigint): string[] => named(SECTION_FLAGS, flags);

export const SegmentType = {
  load: 1,
  dynamic: 2,
  interpreter: 3,
  note: 4,
  programTable: 6,
  tls: 7,
  stack: 0x6474e551,
} as const;
const SEGMENT_TYPES: Readonly<Record<number, string>> = {
  0: "NULL",
  1: "LOAD",
  2: "DYNAMIC",
  3: "INTERP",
  4: "NOTE",
  5: "SHLIB",
  6: "PHDR",
  7: "TLS",
  0x6474e550: "GNU_EH_FRAME",
  0x6474e551: "GNU_STACK",
  0x6474e552: "GNU_RELRO",
  0x6474e553: "GNU_PROPERTY",
  0x6474e554: "GNU_SFRAME",
  0x65a3dbe6: "OPENBSD_RANDOMIZE",
};
const MACHINE_SEGMENT_TYPES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  40: { 0x70000001: "ARM_EXIDX" },
  8: { 0x70000000: "MIPS_REGINFO", 0x70000003: "MIPS_ABIFLAGS" },
  183: { 0x70000002: "AARCH64_MEMTAG_MTE" },
  243: { 0x70000003: "RISCV_ATTRIBUTES" },
};
export const segmentTypeName = (type: number, machine: number): string =>
  MACHINE_SEGMENT_TYPES[machine]?.[type] ?? SEGMENT_TYPES[type] ?? `type 0x${type.toString(16).toUpperCase()}`;

/** "rwx" of p_flags. */
export const segmentRights = (flags: number): string =>
  `${(flags & 4) !== 0 ? "r" : "-"}${(flags & 2) !== 0 ? "w" : "-"}${(flags & 1) !== 0 ? "x" : "-"}`;

export const DynamicTag = {
  end: 0n,
  needed: 1n,
  hash: 4n,
  strings: 5n,
  symbols: 6n,
  stringBytes: 10n,
  name: 14n,
  flags1: 0x6ffffffbn,
  gnuHash: 0x6ffffef5n,
  versionsOfSymbols: 0x6ffffff0n,
  versionsOffered: 0x6ffffffcn,
  versionsOfferedCount: 0x6ffffffdn,
  versionsNeeded: 0x6ffffffen,
  versionsNeededCount: 0x6fffffffn,
} as const;
/** What its value is: the offset of a string, an address, a number. */
export type DynamicKind = "string" | "address" | "number";
const DYNAMIC_TAGS: readonly (readonly [bigint, string, DynamicKind])[] = [
  [1n, "NEEDED", "string"],
  [2n, "PLTRELSZ", "number"],
  [3n, "PLTGOT", "address"],
  [4n, "HASH", "address"],
  [5n, "STRTAB", "address"],
  [6n, "SYMTAB", "address"],
  [7n, "RELA", "address"],
  [8n, "RELASZ", "number"],
  [9n, "RELAENT", "number"],
  [10n, "STRSZ", "number"],
  [11n, "SYMENT", "number"],
  [12n, "INIT", "address"],
  [13n, "FINI", "address"],
  [14n, "SONAME", "string"],
  [15n, "RPATH", "string"],
  [16n, "SYMBOLIC", "number"],
  [17n, "REL", "address"],
  [18n, "RELSZ", "number"],
  [19n, "RELENT", "number"],
  [20n, "PLTREL", "number"],
  [21n, "DEBUG", "number"],
  [22n, "TEXTREL", "number"],
  [23n, "JMPREL", "address"],
  [24n, "BIND_NOW", "number"],
  [25n, "INIT_ARRAY", "address"],
  [26n, "FINI_ARRAY", "address"],
  [27n, "INIT_ARRAYSZ", "number"],
  [28n, "FINI_ARRAYSZ", "number"],
  [29n, "RUNPATH", "string"],
  [30n, "FLAGS", "number"],
  [32n, "PREINIT_ARRAY", "address"],
  [33n, "PREINIT_ARRAYSZ", "number"],
  [35n, "RELRSZ", "number"],
  [36n, "RELR", "address"],
  [37n, "RELRENT", "number"],
  [0x6ffffef5n, "GNU_HASH", "address"],
  [0x6ffffff0n, "VERSYM", "address"],
  [0x6ffffff9n, "RELACOUNT", "number"],
  [0x6ffffffan, "RELCOUNT", "number"],
  [0x6ffffffbn, "FLAGS_1", "number"],
  [0x6ffffffcn, "VERDEF", "address"],
  [0x6ffffffdn, "VERDEFNUM", "number"],
  [0x6ffffffen, "VERNEED", "address"],
  [0x6fffffffn, "VERNEEDNUM", "number"],
];
const DYNAMIC = new Map(DYNAMIC_TAGS.map(([tag, name, kind]) => [tag, { name, kind }]));
export const dynamicTag = (tag: bigint): { readonly name: string; readonly kind: DynamicKind } =>
  DYNAMIC.get(tag) ?? { name: `tag 0x${tag.toString(16).toUpperCase()}`, kind: "number" };

export const FLAGS_1_PIE = 0x08000000n;

function named(names: readonly (readonly [bigint, string])[], flags: bigint): string[] {
  const known = names.filter(([bit]) => (flags & bit) !== 0n);
  const rest = flags & ~names.reduce((sum, [bit]) => sum | bit, 0n);
  return [...known.map(([, name]) => name), ...(rest === 0n ? [] : [`0x${rest.toString(16).toUpperCase()}`])];
}
