// The symbols of a table of sections: what a program takes from others and what it offers. Bounded. Pure.
// Source: System V gABI, "Symbol Table".
import type { PagedBytes } from "../program/pagedBytes";
import type { Warnings } from "../program/warnings";
import { Words, type Shape } from "../program/words";
import type { VersionOf } from "./dynamicSymbols";
import type { ElfSection, ElfSymbol } from "./model";

const MAX_SYMBOLS = 200_000;
/** Of a table, with those that others do not see: a hole in a file may have billions. */
const MAX_ENTRIES = 1 << 20;
const MAX_NAME_BYTES = 4096;
/** So that a hostile table cannot make us read the same megabyte again and again. */
const MAX_TEXT_BYTES = 32 * 1024 * 1024;

/** A section, or what the dynamic linker has in its place. */
export type SymbolTable = Pick<ElfSection, "name" | "fileRange" | "entryBytes" | "headerOffset">;

/** Symbols with a name that others see: global and weak ones. */
export function readSymbols(
  bytes: PagedBytes,
  shape: Shape,
  table: SymbolTable,
  strings: Pick<ElfSection, "fileRange"> | undefined,
  versionOf: VersionOf,
  warnings: Warnings,
): ElfSymbol[] {
  const width = shape.is64 ? 24 : 16;
  const { start, end } = table.fileRange;
  const stated = Math.floor((end - start) / width);
  if (table.entryBytes !== BigInt(width)) {
    warnings.add(
      table.headerOffset,
      `An entry of "${table.name}" is stated as ${table.entryBytes} bytes; it has ${width}`,
    );
  }
  if (stated > 0 && strings === undefined) warnings.add(table.headerOffset, `"${table.name}" has no table of names`);
  const symbols: ElfSymbol[] = [];
  let textLeft = MAX_TEXT_BYTES;
  for (let index = 1; index < stated; index++) {
    const offset = start + index * width;
    if (index === MAX_ENTRIES) {
      warnings.add(offset, `More than ${index} entries: the rest is left out`);
      break;
    }
    const record = bytes.record(offset, width);
    if (record === undefined) break;
    const words = new Words(record, shape);
    const info = words.u8(shape.is64 ? 4 : 12);
    const nameAt = words.u32(0);
    const binding = info >>> 4;
    if (binding === 0 || nameAt === 0) continue;
    if (symbols.length === MAX_SYMBOLS || textLeft <= 0) {
      warnings.add(offset, `More than ${symbols.length} symbols: the rest is left out`);
      break;
    }
    const range = strings?.fileRange ?? { start: 0, end: 0 };
    const { text, length, ended } = bytes.text(
      range.start + nameAt,
      Math.max(0, Math.min(MAX_NAME_BYTES, range.end - range.start - nameAt)),
    );
    textLeft -= length + 1;
    if (!ended && length < MAX_NAME_BYTES)
      warnings.add(offset, `The name of symbol ${index} is not in the table of names`);
    const version = versionOf(index);
    symbols.push({
      ...(version !== undefined && { version }),
      name: text,
      binding,
      type: info & 0xf,
      section: words.u16(shape.is64 ? 6 : 14),
      value: shape.is64 ? words.u64(8) : BigInt(words.u32(4)),
      size: shape.is64 ? words.u64(16) : BigInt(words.u32(8)),
      offset,
    });
  }
  return symbols;
}
