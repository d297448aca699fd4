// Reads a program with the reader of its format. Knows the readers, not what they say.
import type { ByteSource } from "../../engine/byteSource";
import { ElfFile } from "../../formats/elf/elfFile";
import { MachFile } from "../../formats/macho/machFile";
import { PeFile } from "../../formats/pe/peFile";
import { programKind } from "../../formats/program/programKind";
import { ElfProgram } from "./elfProgram";
import { MachProgram } from "./machProgram";
import { PeProgram } from "./peProgram";
import type { Program } from "./program";

export type ProgramResult =
  { readonly ok: true; readonly program: Program } | { readonly ok: false; readonly reason: string };

/** @throws EngineError of the source alone: "closed". */
export function readProgram(source: ByteSource): ProgramResult {
  const kind = programKind(source);
  switch (kind) {
    case "pe": {
      const result = PeFile.read(source);
      return result.ok ? { ok: true, program: new PeProgram(result.pe) } : refused(result.fault);
    }
    case "elf": {
      const result = ElfFile.read(source);
      return result.ok ? { ok: true, program: new ElfProgram(result.elf) } : refused(result.fault);
    }
    case "mach-o": {
      const result = MachFile.read(source);
      return result.ok ? { ok: true, program: new MachProgram(result.mach) } : refused(result.fault);
    }
    case undefined:
      return { ok: false, reason: "This is no program that is known here: it begins like no PE, ELF or Mach-O file." };
    default:
      return kind satisfies never;
  }
}

const refused = ({ message }: { readonly message: string }): ProgramResult => ({ ok: false, reason: message });
