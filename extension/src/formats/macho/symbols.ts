// The symbols of a Mach-O program that others see. Bounded. Pure. Source: mach-o/nlist.h.
import type { PagedBytes } from "../program/pagedBytes";
import type { Warnings } from "../program/warnings";
import { Words } from "../program/words";
import type { SymbolTable } from "./commands";
import { hasMore, type LinkBudget } from "./linkEdit";
import type { MachHeader, MachSymbol } from "./model";

const MAX_SYMBOLS = 200_000;
const MAX_NAME_BYTES = 4096;
/** Bits of n_type. */
const DEBUG = 0xe0;
const EXTERNAL = 0x01;
const KIND = 0x0e;
const WEAK = 0x00c0;

export function readMachSymbols(
  bytes: PagedBytes,
  header: MachHeader,
  table: SymbolTable,
  warnings: Warnings,
  budget: LinkBudget,
): MachSymbol[] {
  const width = header.is64 ? 16 : 12;
  const symbols: MachSymbol[] = [];
  for (let index = 0; index < table.count; index++) {
    const offset = table.offset + index * width;
    if (symbols.length === MAX_SYMBOLS || !hasMore(budget)) {
      warnings.add(offset, `The symbols are more than any program has: the rest is left out behind ${symbols.length}`);
      break;
    }
    const record = bytes.record(offset, width);
    if (record === undefined) break;
    const words = new Words(record, header);
    const type = words.u8(4);
    if ((type & DEBUG) !== 0 || (type & EXTERNAL) === 0) continue;
    const nameAt = words.u32(0);
    const { text, length, ended } = bytes.text(
      table.strings + nameAt,
      Math.max(0, Math.min(MAX_NAME_BYTES, table.stringBytes - nameAt)),
    );
    budget.text -= length + 1;
    if (!ended && length < MAX_NAME_BYTES) warnings.add(offset, `The name of symbol ${index} is not among the names`);
    const description = words.u16(6);
    symbols.push({
      name: text,
      value: words.word(8),
      defined: (type & KIND) !== 0,
      weak: (description & WEAK) !== 0,
      library: description >>> 8,
      offset,
      length: width,
    });
  }
  return symbols;
}
