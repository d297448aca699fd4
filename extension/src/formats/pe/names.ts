// The names that the specification gives to numbers. Data alone.
// Source: Microsoft, PE Format (learn.microsoft.com/windows/win32/debug/pe-format); the section is named at each table.

/** "Machine Types" */
const MACHINES: Readonly<Record<number, string>> = {
  0x0: "unknown",
  0x14c: "Intel 386",
  0x162: "MIPS R3000",
  0x166: "MIPS R4000",
  0x168: "MIPS R10000",
  0x169: "MIPS WCE v2",
  0x184: "Alpha",
  0x1a2: "SH3",
  0x1a3: "SH3 DSP",
  0x1a6: "SH4",
  0x1a8: "SH5",
  0x1c0: "Arm",
  0x1c2: "Thumb",
  0x1c4: "Arm Thumb-2",
  0x1d3: "AM33",
  0x1f0: "PowerPC",
  0x1f1: "PowerPC with floating point",
  0x200: "Itanium",
  0x266: "MIPS16",
  0x284: "Alpha 64",
  0x366: "MIPS with FPU",
  0x466: "MIPS16 with FPU",
  0xebc: "EFI byte code",
  0x5032: "RISC-V 32",
  0x5064: "RISC-V 64",
  0x5128: "RISC-V 128",
  0x6232: "LoongArch 32",
  0x6264: "LoongArch 64",
  0x8664: "x64",
  0x9041: "M32R",
  0xa641: "Arm64EC",
  0xa64e: "Arm64X",
  0xaa64: "Arm64",
};

const MACHINES_OF_64_BITS = new Set([0x200, 0x284, 0x5064, 0x6264, 0x8664, 0xa641, 0xa64e, 0xaa64]);

export const machineName = (machine: number): string =>
  MACHINES[machine] ?? `machine 0x${machine.toString(16).toUpperCase()}`;
export const is64BitMachine = (machine: number): boolean => MACHINES_OF_64_BITS.has(machine);

/** "Section Flags"; the alignment is a number among them, see sectionFlags(). */
const SECTION_FLAGS: readonly (readonly [number, string])[] = [
  [0x00000008, "IMAGE_SCN_TYPE_NO_PAD"],
  [0x00000020, "IMAGE_SCN_CNT_CODE"],
  [0x00000040, "IMAGE_SCN_CNT_INITIALIZED_DATA"],
  [0x00000080, "IMAGE_SCN_CNT_UNINITIALIZED_DATA"],
  [0x00000100, "IMAGE_SCN_LNK_OTHER"],
  [0x00000200, "IMAGE_SCN_LNK_INFO"],
  [0x00000800, "IMAGE_SCN_LNK_REMOVE"],
  [0x00001000, "IMAGE_SCN_LNK_COMDAT"],
  [0x00008000, "IMAGE_SCN_GPREL"],
  [0x00020000, "IMAGE_SCN_MEM_PURGEABLE"],
  [0x00040000, "IMAGE_SCN_MEM_LOCKED"],
  [0x00080000, "IMAGE_SCN_MEM_PRELOAD"],
  [0x01000000, "IMAGE_SCN_LNK_NRELOC_OVFL"],
  [0x02000000, "IMAGE_SCN_MEM_DISCARDABLE"],
  [0x04000000, "IMAGE_SCN_MEM_NOT_CACHED"],
  [0x08000000, "IMAGE_SCN_MEM_NOT_PAGED"],
  [0x10000000, "IMAGE_SCN_MEM_SHARED"],
  [0x20000000, "IMAGE_SCN_MEM_EXECUTE"],
  [0x40000000, "IMAGE_SCN_MEM_READ"],
  [0x80000000, "IMAGE_SCN_MEM_WRITE"],
];
const ALIGNMENT_SHIFT = 20;
const UNKNOWN_SECTION_FLAGS = ~SECTION_FLAGS.reduce((sum, [bit]) => sum | bit, 0x00f00000) >>> 0;

export function sectionFlags(characteristics: number): string[] {
  const names = SECTION_FLAGS.filter(([bit]) => (characteristics & bit) !== 0).map(([, name]) => name);
  const alignment = (characteristics >>> ALIGNMENT_SHIFT) & 0xf;
  if (alignment > 0 && alignment < 15) names.push(`IMAGE_SCN_ALIGN_${2 ** (alignment - 1)}BYTES`);
  const unknown = (characteristics & UNKNOWN_SECTION_FLAGS) >>> 0;
  if (unknown !== 0) names.push(`0x${unknown.toString(16).toUpperCase()}`);
  return names;
}

/** "Characteristics" of the COFF File Header. */
const CHARACTERISTICS: readonly (readonly [number, string])[] = [
  [0x0001, "relocations stripped"],
  [0x0002, "executable image"],
  [0x0004, "line numbers stripped"],
  [0x0008, "local symbols stripped"],
  [0x0010, "aggressively trimmed"],
  [0x0020, "large address aware"],
  [0x0080, "bytes reversed, low"],
  [0x0100, "32-bit machine"],
  [0x0200, "debug information stripped"],
  [0x0400, "run from swap if removable"],
  [0x0800, "run from swap if on the network"],
  [0x1000, "system file"],
  [0x2000, "DLL"],
  [0x4000, "one processor only"],
  [0x8000, "bytes reversed, high"],
];

/** "DLL Characteristics" */
const DLL_CHARACTERISTICS: readonly (readonly [number, string])[] = [
  [0x0020, "high-entropy addresses (64-bit ASLR)"],
  [0x0040, "dynamic base (ASLR)"],
  [0x0080, "integrity checked"],
  [0x0100, "no execution of data (DEP)"],
  [0x0200, "no isolation"],
  [0x0400, "no structured exceptions (SEH)"],
  [0x0800, "not to be bound"],
  [0x1000, "app container"],
  [0x2000, "WDM driver"],
  [0x4000, "control flow guard"],
  [0x8000, "terminal server aware"],
];

const bits = (names: readonly (readonly [number, string])[], value: number): string[] =>
  names.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name);

export const characteristicNames = (value: number): string[] => bits(CHARACTERISTICS, value);
export const dllCharacteristicNames = (value: number): string[] => bits(DLL_CHARACTERISTICS, value);

/** "Windows Subsystem" */
const SUBSYSTEMS: Readonly<Record<number, string>> = {
  0: "unknown",
  1: "native (drivers)",
  2: "Windows, graphical",
  3: "Windows, console",
  5: "OS/2, console",
  7: "POSIX, console",
  8: "Windows 9x driver",
  9: "Windows CE",
  10: "EFI application",
  11: "EFI boot driver",
  12: "EFI runtime driver",
  13: "EFI ROM",
  14: "Xbox",
  16: "Windows boot application",
};
export const subsystemName = (value: number): string => SUBSYSTEMS[value] ?? `subsystem ${value}`;

/** "Optional Header Data Directories (Image Only)" */
export const DIRECTORY_NAMES = [
  "Export Table",
  "Import Table",
  "Resource Table",
  "Exception Table",
  "Certificate Table",
  "Base Relocation Table",
  "Debug",
  "Architecture",
  "Global Ptr",
  "TLS Table",
  "Load Config Table",
  "Bound Import",
  "IAT",
  "Delay Import Descriptor",
  "CLR Runtime Header",
  "Reserved",
] as const;

/** Index of a data directory. */
export const Directory = {
  exports: 0,
  imports: 1,
  resources: 2,
  exceptions: 3,
  certificates: 4,
  relocations: 5,
  debug: 6,
  threadStorage: 9,
  loadConfig: 10,
  boundImports: 11,
  delayImports: 13,
  clr: 14,
} as const;

/** "Resource Types", learn.microsoft.com/windows/win32/menurc/resource-types */
const RESOURCE_TYPES: Readonly<Record<number, string>> = {
  1: "Cursor",
  2: "Bitmap",
  3: "Icon",
  4: "Menu",
  5: "Dialog",
  6: "String table",
  7: "Font directory",
  8: "Font",
  9: "Accelerators",
  10: "Raw data",
  11: "Message table",
  12: "Cursor group",
  14: "Icon group",
  16: "Version",
  17: "Dialog include",
  19: "Plug and play",
  20: "VxD",
  21: "Animated cursor",
  22: "Animated icon",
  23: "HTML",
  24: "Manifest",
};
export const resourceTypeName = (id: number): string | undefined => RESOURCE_TYPES[id];

/** "Debug Type" */
const DEBUG_TYPES: Readonly<Record<number, string>> = {
  0: "unknown",
  1: "COFF",
  2: "CodeView",
  3: "frame pointer omission",
  4: "miscellaneous",
  5: "exception",
  6: "fixup",
  7: "map to source",
  8: "map from source",
  9: "Borland",
  10: "reserved",
  11: "CLSID",
  12: "Visual C++ features",
  13: "profile-guided optimisation",
  14: "incremental linking",
  15: "MPX",
  16: "reproducible build",
  17: "embedded portable PDB",
  19: "PDB checksum",
  20: "extended DLL characteristics",
};
export const debugTypeName = (type: number): string => DEBUG_TYPES[type] ?? `type ${type}`;

/** "Base Relocation Types" */
const RELOCATION_TYPES: Readonly<Record<number, string>> = {
  0: "padding",
  1: "high half",
  2: "low half",
  3: "32 bits",
  4: "high half, adjusted",
  10: "64 bits",
};
/** What a type stands for with some machines alone. */
const MACHINE_RELOCATIONS: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  0x166: { 5: "MIPS jump", 9: "MIPS16 jump" },
  0x1c0: { 5: "Arm move of 32 bits", 7: "Thumb move of 32 bits" },
  0x1c2: { 5: "Arm move of 32 bits", 7: "Thumb move of 32 bits" },
  0x1c4: { 5: "Arm move of 32 bits", 7: "Thumb move of 32 bits" },
  0x200: { 9: "Itanium immediate of 64 bits" },
  0x5032: { 5: "RISC-V high 20 bits", 7: "RISC-V low 12 bits", 8: "RISC-V low 12 bits of a store" },
  0x5064: { 5: "RISC-V high 20 bits", 7: "RISC-V low 12 bits", 8: "RISC-V low 12 bits of a store" },
};
export const relocationTypeName = (type: number, machine: number): string =>
  RELOCATION_TYPES[type] ?? MACHINE_RELOCATIONS[machine]?.[type] ?? `type ${type}`;
