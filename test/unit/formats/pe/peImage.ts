// PE files made by hand for tests: small, whole, and open to damage at named fields.
import { Buffer } from "node:buffer";

export interface SectionPlan {
  readonly name: string;
  readonly rva: number;
  readonly offset: number;
  readonly virtualSize: number;
  readonly rawSize: number;
  readonly flags?: number;
}

export interface ImagePlan {
  readonly is64?: boolean;
  readonly lfanew?: number;
  readonly sections: readonly SectionPlan[];
  readonly directories?: Readonly<Record<number, readonly [rva: number, size: number]>>;
  readonly size: number;
  readonly sectionAlignment?: number;
  readonly fileAlignment?: number;
  readonly subsystem?: number;
  readonly sectionCount?: number;
}

const LFANEW = 0x80;

/** Where fields stand, for tests that spoil them. */
export const coffAt = (plan: ImagePlan): number => (plan.lfanew ?? LFANEW) + 4;
export const optionalAt = (plan: ImagePlan): number => coffAt(plan) + 20;
export const directoryAt = (plan: ImagePlan, index: number): number =>
  optionalAt(plan) + (plan.is64 === false ? 96 : 112) + index * 8;
export const sectionAt = (plan: ImagePlan, index: number): number => directoryAt(plan, 16) + index * 40;

export function makeImage(plan: ImagePlan): Buffer {
  const file = Buffer.alloc(plan.size);
  const is64 = plan.is64 !== false;
  const u16 = (at: number, value: number): unknown => at + 2 <= file.length && file.writeUInt16LE(value, at);
  const u32 = (at: number, value: number): unknown => at + 4 <= file.length && file.writeUInt32LE(value, at);
  file.write("MZ", 0, "latin1");
  const pe = plan.lfanew ?? LFANEW;
  file.write("PE\0\0", pe, "latin1");
  const coff = coffAt(plan);
  u16(coff, is64 ? 0x8664 : 0x14c);
  u16(coff + 2, plan.sectionCount ?? plan.sections.length);
  u16(coff + 16, is64 ? 240 : 224);
  u16(coff + 18, 0x22);
  const optional = optionalAt(plan);
  u16(optional, is64 ? 0x20b : 0x10b);
  u32(optional + (is64 ? 24 : 28), 0x400000);
  const end = plan.sections.reduce((most, { rva, virtualSize }) => Math.max(most, rva + virtualSize), 0x1000);
  u32(optional + 32, plan.sectionAlignment ?? 0x1000);
  u32(optional + 36, plan.fileAlignment ?? 0x200);
  u32(optional + 56, Math.ceil(end / 0x1000) * 0x1000);
  u32(optional + 60, 0x400);
  u16(optional + 68, plan.subsystem ?? 3);
  u32(optional + (is64 ? 108 : 92), 16);
  for (const [index, [rva, size]] of Object.entries(plan.directories ?? {})) {
    u32(directoryAt(plan, Number(index)), rva);
    u32(directoryAt(plan, Number(index)) + 4, size);
  }
  plan.sections.forEach((section, index) => {
    const at = sectionAt(plan, index);
    if (at + 40 > file.length) return;
    file.write(section.name.slice(0, 8), at, "latin1");
    [section.virtualSize, section.rva, section.rawSize, section.offset].forEach((value, field) =>
      u32(at + 8 + field * 4, value),
    );
    u32(at + 36, section.flags ?? 0x60000020);
  });
  u32(pe + 0, 0x4550);
  u32(0x3c, pe);
  return file;
}

/** Two sections and nothing wrong. */
export const plainPlan: ImagePlan = {
  size: 0x1000,
  sections: [
    { name: ".text", rva: 0x1000, virtualSize: 0x5f0, offset: 0x400, rawSize: 0x600 },
    { name: ".data", rva: 0x2000, virtualSize: 0x3000, offset: 0xa00, rawSize: 0x200, flags: 0xc0000040 },
  ],
};
