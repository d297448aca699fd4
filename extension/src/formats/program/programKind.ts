// Which kind of program a file begins like: four bytes, so that no other file loads the readers. Knows nothing more of them.
import type { ByteSource } from "../../engine/byteSource";
import type { ProgramKind } from "../../../../shared/sectionsProtocol";

const ELF = 0x7f454c46;
/** mach-o/loader.h and mach-o/fat.h, both byte orders. */
const MACH_O = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0xcafebabf]);
const MZ = 0x4d5a;

/** @throws EngineError of the source alone: "closed". */
export function programKind(source: ByteSource): ProgramKind | undefined {
  const { bytes } = source.readSync(0, Math.min(4, source.size));
  if (bytes.byteLength < 4) return undefined;
  const head = new DataView(bytes).getUint32(0, false);
  if (head === ELF) return "elf";
  if (MACH_O.has(head)) return "mach-o";
  return Math.floor(head / 0x10000) === MZ ? "pe" : undefined;
}
