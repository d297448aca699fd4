// What the dynamic linker itself goes by in a Mach-O program: names that it binds (opcodes, or a table of chained fixups), and the trie
// of what a program offers. Symbol tables may be stripped; these may not. Bounded, each place read once. Pure.
// Source: mach-o/loader.h (BIND_OPCODE_, EXPORT_SYMBOL_FLAGS_), mach-o/fixup-chains.h (dyld_chained_fixups_header, DYLD_CHAINED_IMPORT).
import type { PagedBytes } from "../program/pagedBytes";
import { hex, type Warnings } from "../program/warnings";
import { Words } from "../program/words";
import type { MachHeader, MachSymbol, MachTable } from "./model";

const MAX_SYMBOLS = 200_000;
const MAX_NAME_BYTES = 4096;
/** Of names, of the steps to them: hostile tables lead to the same bytes again and again. */
const MAX_TEXT_BYTES = 32 * 1024 * 1024;
const MAX_STEPS = 4_000_000;
/** Of a number: 64 bits have no more. */
const MAX_ULEB_BYTES = 10;
const REEXPORT = 0x08;
const WEAK_DEFINITION = 0x04;
const WEAK_IMPORT = 0x01;

/** What is left to be read of one file: its tables and its programs share it. */
export interface LinkBudget {
  text: number;
  /** Bytes of numbers, opcodes, nodes, entries of tables. */
  steps: number;
}

export const hasMore = (budget: LinkBudget): boolean => budget.steps-- > 0 && budget.text > 0;

export const linkBudget = (): LinkBudget => ({ text: MAX_TEXT_BYTES, steps: MAX_STEPS });

/** Numbers of seven bits a byte, and texts, from a table's start to its end. */
class TableReader {
  at: number;

  constructor(
    private readonly bytes: PagedBytes,
    readonly table: MachTable,
    readonly budget: LinkBudget,
  ) {
    this.at = table.start;
  }

  get hasMore(): boolean {
    return this.at < this.table.end && hasMore(this.budget);
  }

  u8(): number {
    const byte = this.at < this.table.end ? this.bytes.record(this.at, 1)?.getUint8(0) : undefined;
    this.at += 1;
    return byte ?? 0;
  }

  /** Exact up to 2^53; what is larger, or does not end, is no place in a file. */
  uleb(): number {
    let value = 0;
    const most = Math.min(this.table.end, this.at + MAX_ULEB_BYTES);
    for (let scale = 1; this.at < most; scale *= 128) {
      const byte = this.u8();
      this.budget.steps -= 1;
      value += (byte % 128) * scale;
      if (byte < 128) return Math.min(value, Number.MAX_SAFE_INTEGER);
    }
    return Number.MAX_SAFE_INTEGER;
  }

  text(): string {
    const room = Math.max(0, Math.min(MAX_NAME_BYTES, this.table.end - this.at));
    const { text, length } = this.bytes.text(this.at, room);
    this.at += length + 1;
    this.budget.text -= length + 1;
    return text;
  }
}

/** Names that opcodes bind, each once for a library. @param tables of opcodes */
export function readBound(
  bytes: PagedBytes,
  tables: readonly MachTable[],
  warnings: Warnings,
  budget: LinkBudget,
): MachSymbol[] {
  const found = new Map<string, MachSymbol>();
  for (const table of tables) {
    const reader = new TableReader(bytes, table, budget);
    let [name, library, weak, offset, length] = ["", 0, false, table.start, 1];
    while (reader.hasMore && found.size < MAX_SYMBOLS) {
      const place = reader.at;
      const byte = reader.u8();
      const [opcode, low] = [byte - (byte % 16), byte % 16];
      if (opcode === 0x10) library = low;
      else if (opcode === 0x20) library = reader.uleb();
      // The program itself, or whoever has it: no library.
      else if (opcode === 0x30) library = 0;
      else if (opcode === 0x40) {
        [name, weak, offset] = [reader.text(), (low & WEAK_IMPORT) !== 0, place];
        length = Math.min(reader.at, table.end) - place;
      } else if (opcode === 0x60 || opcode === 0x70 || opcode === 0x80) reader.uleb();
      else if (opcode === 0xd0 && low === 0) reader.uleb();
      else if (opcode >= 0x90 && opcode <= 0xc0) {
        if (opcode === 0xa0 || opcode === 0xc0) reader.uleb();
        if (opcode === 0xc0) reader.uleb();
        const key = `${library} ${name}`;
        if (!found.has(key)) found.set(key, { name, value: 0n, defined: false, weak, library, offset, length });
      } else if (opcode > 0xd0) {
        warnings.add(place, `The binding opcode ${hex(byte)} is not known: what follows in this table is left out`);
        break;
      }
    }
  }
  return [...found.values()];
}

/** The table of names that chains of pointers in the segments count into. */
export function readChained(
  bytes: PagedBytes,
  header: MachHeader,
  table: MachTable,
  warnings: Warnings,
  budget: LinkBudget,
): MachSymbol[] {
  const record = table.start + 28 <= table.end ? bytes.record(table.start, 28) : undefined;
  if (record === undefined) return [];
  const words = new Words(record, header);
  const [imports, names, count, format] = [words.u32(8), words.u32(12), words.u32(16), words.u32(20)];
  const width = { 1: 4, 2: 8, 3: 16 }[format];
  if (width === undefined || words.u32(24) !== 0) {
    warnings.add(table.start + 20, `The names of the fixups are in a form that is not known (${format})`);
    return [];
  }
  const first = table.start + imports;
  const there = Math.max(0, Math.floor((table.end - first) / width));
  if (there < count) warnings.add(table.start + 16, `${count} bound names are stated; ${there} fit into their table`);
  const found: MachSymbol[] = [];
  for (let index = 0; index < Math.min(count, there, MAX_SYMBOLS) && hasMore(budget); index++) {
    const offset = first + index * width;
    const entry = bytes.record(offset, width);
    if (entry === undefined) break;
    const each = new Words(entry, header);
    const low = each.u32(0);
    const wide = format === 3;
    const place = table.start + names + (wide ? each.u32(4) : Math.floor(low / 512));
    const library = wide ? low % 0x1_0000 : low % 256;
    const weak = (wide ? Math.floor(low / 0x1_0000) : Math.floor(low / 256)) % 2 === 1;
    const { text, length } = bytes.text(place, Math.max(0, Math.min(MAX_NAME_BYTES, table.end - place)));
    budget.text -= length + 1;
    // The last numbers stand for the program itself and for whoever has it.
    const special = library > (wide ? 0xfff0 : 0xf0);
    found.push({ name: text, value: 0n, defined: false, weak, library: special ? 0 : library, offset, length: width });
  }
  return found;
}

/** What the trie of exports spells. @param base address of the program's first byte */
export function readExportTrie(
  bytes: PagedBytes,
  table: MachTable,
  base: bigint,
  warnings: Warnings,
  budget: LinkBudget,
): MachSymbol[] {
  const found: MachSymbol[] = [];
  const seen = new Set<number>([0]);
  const left: { readonly node: number; readonly prefix: string }[] = [{ node: 0, prefix: "" }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { node, prefix } = next;
    const reader = new TableReader(bytes, table, budget);
    reader.at = table.start + node;
    if (!reader.hasMore || found.length >= MAX_SYMBOLS) {
      warnings.add(Math.min(reader.at, table.end), "The trie of exports has more than it can: the rest is left out");
      break;
    }
    const length = reader.uleb();
    const children = reader.at + length;
    if (length > 0) found.push(exported(reader, prefix, base));
    reader.at = children;
    const count = reader.u8();
    const below: typeof left = [];
    for (let index = 0; index < count && reader.hasMore; index++) {
      const place = reader.at;
      const name = prefix + reader.text();
      const target = reader.uleb();
      if (seen.has(target) || table.start + target >= table.end || name.length > MAX_NAME_BYTES) {
        warnings.add(place, `The trie of exports leads to ${hex(target)}, where it was before or has nothing`);
        continue;
      }
      seen.add(target);
      budget.text -= name.length;
      below.push({ node: target, prefix: name });
    }
    left.push(...below.reverse());
  }
  return found;
}

function exported(reader: TableReader, name: string, base: bigint): MachSymbol {
  const offset = reader.at;
  const flags = reader.uleb();
  const weak = (flags & WEAK_DEFINITION) !== 0;
  if ((flags & REEXPORT) === 0) {
    const value = base + BigInt(reader.uleb());
    return { name, value, defined: true, weak, library: 0, offset, length: Math.max(1, reader.at - offset) };
  }
  const library = reader.uleb();
  const standsFor = reader.text() || name;
  const length = Math.max(1, Math.min(reader.at, reader.table.end) - offset);
  return { name, value: 0n, defined: true, weak, library, offset, length, standsFor };
}
