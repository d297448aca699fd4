// The names that Apple's headers give to numbers. Data alone.
// Source: mach-o/loader.h, mach/machine.h, mach-o/nlist.h of Apple's open-source cctools and xnu.

const CPU_64 = 0x01000000;
const CPUS: Readonly<Record<number, string>> = {
  1: "VAX",
  6: "Motorola 68000",
  7: "Intel 386",
  8: "MIPS",
  10: "Motorola 98000",
  11: "PA-RISC",
  12: "Arm",
  13: "Motorola 88000",
  14: "SPARC",
  15: "Intel i860",
  18: "PowerPC",
};
const CPUS_64: Readonly<Record<number, string>> = { 7: "x64", 12: "Arm64", 18: "PowerPC 64" };

export function cpuName(type: number, subtype: number): string {
  const kind = subtype & 0xffffff;
  if (type === CPU_64 + 12 && kind === 2) return "Arm64e";
  if (type === 0x0200000c) return "Arm64 with 32-bit addresses";
  if (type >= CPU_64 && type < CPU_64 * 2) return CPUS_64[type - CPU_64] ?? `machine ${type}`;
  return CPUS[type] ?? `machine ${type}`;
}

/** What Apple's tools call a processor, where that is another name. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: "x86_64",
  "Intel 386": "i386",
  PowerPC: "ppc",
  "PowerPC 64": "ppc64",
  "Arm64 with 32-bit addresses": "arm64_32",
};
/** To type, without spaces. */
export const typedNames = (cpu: string): readonly string[] => [
  ...new Set([ARCHITECTURES[cpu] ?? cpu.toLowerCase(), cpu.toLowerCase()].map((name) => name.replaceAll(" ", "-"))),
];

const FILE_TYPES: Readonly<Record<number, string>> = {
  1: "object",
  2: "program",
  3: "fixed library",
  4: "core dump",
  5: "preloaded program",
  6: "library",
  7: "dynamic linker",
  8: "bundle",
  9: "library stub",
  10: "debug symbols",
  11: "kernel extension",
  12: "set of files",
};
export const fileTypeName = (type: number): string => FILE_TYPES[type] ?? `file of type ${type}`;

const HEADER_FLAGS: readonly (readonly [number, string])[] = [
  [0x1, "NOUNDEFS"],
  [0x2, "INCRLINK"],
  [0x4, "DYLDLINK"],
  [0x8, "BINDATLOAD"],
  [0x10, "PREBOUND"],
  [0x20, "SPLIT_SEGS"],
  [0x80, "TWOLEVEL"],
  [0x100, "FORCE_FLAT"],
  [0x200, "NOMULTIDEFS"],
  [0x2000, "SUBSECTIONS_VIA_SYMBOLS"],
  [0x8000, "WEAK_DEFINES"],
  [0x10000, "BINDS_TO_WEAK"],
  [0x20000, "ALLOW_STACK_EXECUTION"],
  [0x100000, "NO_REEXPORTED_DYLIBS"],
  [0x200000, "PIE"],
  [0x800000, "HAS_TLV_DESCRIPTORS"],
  [0x1000000, "NO_HEAP_EXECUTION"],
  [0x2000000, "APP_EXTENSION_SAFE"],
];
export const headerFlagNames = (flags: number): string[] =>
  HEADER_FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);

export const Command = {
  segment: 0x1,
  symbols: 0x2,
  library: 0xc,
  libraryId: 0xd,
  linker: 0xe,
  segment64: 0x19,
  uuid: 0x1b,
  runPath: 0x8000001c,
  signature: 0x1d,
  encryption: 0x21,
  encryption64: 0x2c,
  main: 0x80000028,
  sourceVersion: 0x2a,
  buildVersion: 0x32,
} as const;

const COMMANDS: Readonly<Record<number, string>> = {
  0x1: "SEGMENT",
  0x2: "SYMTAB",
  0x4: "THREAD",
  0x5: "UNIXTHREAD",
  0xb: "DYSYMTAB",
  0xc: "LOAD_DYLIB",
  0xd: "ID_DYLIB",
  0xe: "LOAD_DYLINKER",
  0xf: "ID_DYLINKER",
  0x11: "ROUTINES",
  0x12: "SUB_FRAMEWORK",
  0x14: "SUB_CLIENT",
  0x16: "TWOLEVEL_HINTS",
  0x80000018: "LOAD_WEAK_DYLIB",
  0x19: "SEGMENT_64",
  0x1a: "ROUTINES_64",
  0x1b: "UUID",
  0x8000001c: "RPATH",
  0x1d: "CODE_SIGNATURE",
  0x1e: "SEGMENT_SPLIT_INFO",
  0x8000001f: "REEXPORT_DYLIB",
  0x20: "LAZY_LOAD_DYLIB",
  0x21: "ENCRYPTION_INFO",
  0x22: "DYLD_INFO",
  0x80000022: "DYLD_INFO_ONLY",
  0x80000023: "LOAD_UPWARD_DYLIB",
  0x24: "VERSION_MIN_MACOSX",
  0x25: "VERSION_MIN_IPHONEOS",
  0x26: "FUNCTION_STARTS",
  0x27: "DYLD_ENVIRONMENT",
  0x80000028: "MAIN",
  0x29: "DATA_IN_CODE",
  0x2a: "SOURCE_VERSION",
  0x2b: "DYLIB_CODE_SIGN_DRS",
  0x2c: "ENCRYPTION_INFO_64",
  0x2d: "LINKER_OPTION",
  0x2e: "LINKER_OPTIMIZATION_HINT",
  0x2f: "VERSION_MIN_TVOS",
  0x30: "VERSION_MIN_WATCHOS",
  0x31: "NOTE",
  0x32: "BUILD_VERSION",
  0x80000033: "DYLD_EXPORTS_TRIE",
  0x80000034: "DYLD_CHAINED_FIXUPS",
  0x80000035: "FILESET_ENTRY",
  0x36: "ATOM_INFO",
};
export const commandName = (command: number): string =>
  COMMANDS[command] ?? `command 0x${command.toString(16).toUpperCase()}`;

/** Commands that name a library, a path or a linker: the place of the text is the first field behind the size. */
const TEXT_COMMANDS = new Set([
  0xc, 0xd, 0xe, 0xf, 0x12, 0x14, 0x80000018, 0x8000001c, 0x8000001f, 0x20, 0x80000023, 0x27,
]);
export const hasText = (command: number): boolean => TEXT_COMMANDS.has(command);
const LIBRARY_COMMANDS = new Set([0xc, 0x80000018, 0x8000001f, 0x20, 0x80000023]);
export const loadsLibrary = (command: number): boolean => LIBRARY_COMMANDS.has(command);

/** Commands that are the place and the size of a table in __LINKEDIT, and what that is called here. */
const LINK_DATA: Readonly<Record<number, string>> = {
  0x1d: "code signature",
  0x1e: "split information",
  0x26: "function starts",
  0x29: "data in code",
  0x2b: "signing requirements",
  0x2e: "optimisation hints",
  0x80000033: "exports",
  0x80000034: "fixups",
  0x36: "atoms",
};
export const linkDataName = (command: number): string | undefined => LINK_DATA[command];

/** Low byte of a section's flags. */
const SECTION_TYPES: readonly string[] = [
  "REGULAR",
  "ZEROFILL",
  "CSTRING_LITERALS",
  "4BYTE_LITERALS",
  "8BYTE_LITERALS",
  "LITERAL_POINTERS",
  "NON_LAZY_SYMBOL_POINTERS",
  "LAZY_SYMBOL_POINTERS",
  "SYMBOL_STUBS",
  "MOD_INIT_FUNC_POINTERS",
  "MOD_TERM_FUNC_POINTERS",
  "COALESCED",
  "GB_ZEROFILL",
  "INTERPOSING",
  "16BYTE_LITERALS",
  "DTRACE_DOF",
  "LAZY_DYLIB_SYMBOL_POINTERS",
  "THREAD_LOCAL_REGULAR",
  "THREAD_LOCAL_ZEROFILL",
  "THREAD_LOCAL_VARIABLES",
  "THREAD_LOCAL_VARIABLE_POINTERS",
  "THREAD_LOCAL_INIT_FUNCTION_POINTERS",
  "INIT_FUNC_OFFSETS",
];
const ZEROFILL = new Set([1, 12, 18]);
export const isZeroFill = (flags: number): boolean => ZEROFILL.has(flags & 0xff);

const SECTION_ATTRIBUTES: readonly (readonly [number, string])[] = [
  [0x80000000, "PURE_INSTRUCTIONS"],
  [0x40000000, "NO_TOC"],
  [0x20000000, "STRIP_STATIC_SYMS"],
  [0x10000000, "NO_DEAD_STRIP"],
  [0x08000000, "LIVE_SUPPORT"],
  [0x04000000, "SELF_MODIFYING_CODE"],
  [0x02000000, "DEBUG"],
  [0x00000400, "SOME_INSTRUCTIONS"],
  [0x00000200, "EXT_RELOC"],
  [0x00000100, "LOC_RELOC"],
];
export const sectionFlagNames = (flags: number): string[] => [
  SECTION_TYPES[flags & 0xff] ?? `type ${flags & 0xff}`,
  ...SECTION_ATTRIBUTES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name),
];
export const hasCode = (flags: number): boolean => (flags & 0x80000400) !== 0;

/** "rwx" of a segment's protection. */
export const rightsText = (protection: number): string =>
  `${(protection & 1) !== 0 ? "r" : "-"}${(protection & 2) !== 0 ? "w" : "-"}${(protection & 4) !== 0 ? "x" : "-"}`;

const PLATFORMS: readonly string[] = [
  "no platform",
  "macOS",
  "iOS",
  "tvOS",
  "watchOS",
  "bridgeOS",
  "Mac Catalyst",
  "iOS simulator",
  "tvOS simulator",
  "watchOS simulator",
  "DriverKit",
  "visionOS",
  "visionOS simulator",
];
export const platformName = (platform: number): string => PLATFORMS[platform] ?? `platform ${platform}`;

/** "12.3.1": sixteen bits and twice eight. */
export const versionText = (version: number): string =>
  [version >>> 16, (version >>> 8) & 0xff, version & 0xff].filter((part, index) => index < 2 || part !== 0).join(".");
