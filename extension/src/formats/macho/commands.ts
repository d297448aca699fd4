// The load commands of a program: segments with their sections, tables, texts. Each list is as long as the commands' bytes let it
// be. Pure. Source: mach-o/loader.h.
import { Buffer } from "node:buffer";
import { fileRange } from "../program/addresses";
import { decodeText, type PagedBytes } from "../program/pagedBytes";
import { hex, type Warnings } from "../program/warnings";
import { Words } from "../program/words";
import type { MachCommand, MachHeader, MachSection, MachSegment, MachTable } from "./model";
import { Command, commandName, hasText, isZeroFill, linkDataName, platformName, versionText } from "./names";

const MAX_TEXT_BYTES = 4096;
const NAME_BYTES = 16;
/** More than any file has, of each kind; of all programs of a universal file together. */
export const commandLimits = () => ({ commands: 20_000, segments: 2000, sections: 20_000 });
export type CommandLimits = ReturnType<typeof commandLimits>;

export interface Commands {
  readonly commands: readonly MachCommand[];
  readonly segments: readonly MachSegment[];
  readonly tables: readonly MachTable[];
  readonly symbols?: SymbolTable;
}

/** LC_SYMTAB, places in the file. */
export interface SymbolTable {
  readonly offset: number;
  readonly count: number;
  readonly strings: number;
  readonly stringBytes: number;
}

/** @param left what may still be read of each kind; counted down */
export function readCommands(bytes: PagedBytes, header: MachHeader, warnings: Warnings, left: CommandLimits): Commands {
  const commands: MachCommand[] = [];
  const segments: MachSegment[] = [];
  const tables: MachTable[] = [];
  let symbols: SymbolTable | undefined;
  const first = header.start + header.headerBytes;
  const end = Math.min(first + header.commandBytes, header.end);
  if (first + header.commandBytes > header.end) {
    warnings.add(header.start + 20, `The commands are stated as ${header.commandBytes} bytes; the file ends before`);
  }
  let at = first;
  for (let index = 0; index < header.commandCount; index++) {
    if (--left.commands < 0 || left.segments <= 0 || left.sections <= 0) {
      warnings.add(at, "More commands than any program has: the rest is left out");
      break;
    }
    const head = at + 8 <= end ? bytes.record(at, 8) : undefined;
    const length = head === undefined ? 0 : new Words(head, header).u32(4);
    if (head === undefined || length < 8 || length > end - at) {
      const reason =
        head === undefined
          ? `their bytes end behind ${index} of them`
          : `number ${index + 1} states ${length} bytes, which cannot be`;
      warnings.add(
        head === undefined ? header.start + 16 : at + 4,
        `${header.commandCount} commands are stated; ${reason}`,
      );
      break;
    }
    const command = new Words(head, header).u32(0);
    if (length % (header.is64 ? 8 : 4) !== 0) {
      warnings.add(at + 4, `${commandName(command)} states ${length} bytes, no multiple of ${header.is64 ? 8 : 4}`);
    }
    const place: Place = { bytes, header, offset: at, length, warnings };
    const text = hasText(command) ? textOf(place) : undefined;
    const detail = detailOf(place, command);
    const known = { ...(text !== undefined && { text }), ...(detail !== undefined && { detail }) };
    commands.push({ command, name: commandName(command), offset: at, length, ...known });
    if (command === Command.segment || command === Command.segment64) {
      const segment = readSegment(place, command === Command.segment64, left.sections);
      if (segment !== undefined) {
        segments.push(segment);
        left.segments -= 1;
        left.sections -= segment.sections.length;
      }
    } else if (command === Command.symbols) symbols = readSymbolTable(place, tables) ?? symbols;
    else if (linkDataName(command) !== undefined) readTable(place, linkDataName(command) ?? "", 8, tables);
    else if (command === 0x22 || command === 0x80000022) {
      ["rebase", "bind", "weak bind", "lazy bind", "exports"].forEach((name, each) =>
        readTable(place, name, 8 + each * 8, tables),
      );
    } else if (command === 0xb) readTable(place, "indirect symbols", 56, tables, 4);
    at += length;
  }
  return { commands, segments, tables, ...(symbols !== undefined && { symbols }) };
}

interface Place {
  readonly bytes: PagedBytes;
  readonly header: MachHeader;
  readonly offset: number;
  readonly length: number;
  readonly warnings: Warnings;
}

function wordsAt({ bytes, header, offset, length }: Place, at: number, count: number): Words | undefined {
  const record = at + count <= length ? bytes.record(offset + at, count) : undefined;
  return record === undefined ? undefined : new Words(record, header);
}

/** Of the commands that say something by themselves. */
function detailOf(place: Place, command: number): string | undefined {
  switch (command) {
    case Command.uuid: {
      const view = wordsAt(place, 8, 16)?.view;
      if (view === undefined) return undefined;
      const digits = Buffer.from(view.buffer, view.byteOffset, 16).toString("hex").toUpperCase();
      return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    }
    case Command.buildVersion: {
      const words = wordsAt(place, 8, 12);
      if (words === undefined) return undefined;
      return `${platformName(words.u32(0))} ${versionText(words.u32(4))}, made with ${versionText(words.u32(8))}`;
    }
    case Command.main: {
      const words = wordsAt(place, 8, 8);
      return words === undefined ? undefined : `entry point at ${hex(words.u64(0))}`;
    }
    case Command.encryption:
    case Command.encryption64: {
      const words = wordsAt(place, 8, 12);
      if (words === undefined) return undefined;
      return words.u32(8) === 0 ? "not encrypted" : `${words.u32(4)} bytes at ${hex(words.u32(0))} are encrypted`;
    }
    default: {
      const words = MIN_VERSIONS.has(command) ? wordsAt(place, 8, 8) : undefined;
      return words === undefined ? undefined : `${versionText(words.u32(0))}, made with ${versionText(words.u32(4))}`;
    }
  }
}

/** LC_VERSION_MIN_ of each system. */
const MIN_VERSIONS = new Set([0x24, 0x25, 0x2f, 0x30]);

/** Text whose place in the command stands behind the command's size. */
function textOf(place: Place): string | undefined {
  const { bytes, offset, length, warnings } = place;
  const at = wordsAt(place, 8, 4)?.u32(0) ?? length;
  if (at >= length) {
    warnings.add(offset + 8, "The text of a command begins behind its end");
    return undefined;
  }
  return bytes.text(offset + at, Math.min(length - at, MAX_TEXT_BYTES)).text;
}

/** @param most sections */
function readSegment(place: Place, is64: boolean, most: number): MachSegment | undefined {
  const { bytes, offset: headerOffset, length, header, warnings } = place;
  const fixed = is64 ? 72 : 56;
  const record = length < fixed ? undefined : bytes.record(headerOffset, fixed);
  if (record === undefined) {
    warnings.add(headerOffset + 4, `A segment states ${length} bytes; its fields take ${fixed}`);
    return undefined;
  }
  const words = new Words(record, { little: header.little, is64 });
  const step = is64 ? 8 : 4;
  const [address, memorySize, offset, fileSize] = [0, 1, 2, 3].map((index) => words.word(24 + index * step)) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const rest = 24 + 4 * step;
  const name = paddedName(record, 8);
  const range = inSlice(header, offset, fileSize, bytes.size);
  const shown = name === "" ? "A segment without a name" : `Segment "${name}"`;
  if (fileSize > 0n && offset + fileSize > BigInt(header.end - header.start)) {
    warnings.add(
      headerOffset + 24 + 2 * step,
      `${shown} should have ${hex(fileSize)} bytes at ${hex(offset)}; the program ends at ${hex(header.end - header.start)}`,
    );
  }
  if (fileSize > memorySize) {
    warnings.add(
      headerOffset + 24 + 3 * step,
      `${shown} has ${hex(fileSize)} bytes in the file and only ${hex(memorySize)} in memory: loaders refuse it`,
    );
  }
  const entryBytes = is64 ? 80 : 68;
  const stated = words.u32(rest + 8);
  const count = Math.min(stated, Math.floor((length - fixed) / entryBytes));
  if (count < stated)
    warnings.add(headerOffset + rest + 8, `${shown} states ${stated} sections; ${count} fit into its command`);
  const sections: MachSection[] = [];
  for (let index = 0; index < Math.min(count, most); index++) {
    const at = headerOffset + fixed + index * entryBytes;
    const view = bytes.record(at, entryBytes);
    if (view === undefined) break;
    sections.push(readSection(new Words(view, { little: header.little, is64 }), view, at, header, bytes.size));
  }
  const segment = {
    name,
    address,
    memorySize,
    offset,
    fileSize,
    protection: words.u32(rest + 4),
    headerOffset,
    fileRange: range,
    sections,
  };
  checkSections(segment, header, warnings);
  return segment;
}

function readSection(
  words: Words,
  view: DataView,
  headerOffset: number,
  header: MachHeader,
  size: number,
): MachSection {
  const is64 = view.byteLength === 80;
  const [address, length] = [words.word(32), words.word(is64 ? 40 : 36)];
  const offset = words.u32(is64 ? 48 : 40);
  const flags = words.u32(is64 ? 64 : 56);
  return {
    name: `${paddedName(view, NAME_BYTES)},${paddedName(view, 0)}`,
    address,
    size: length,
    offset,
    flags,
    headerOffset,
    fileRange: inSlice(header, BigInt(offset), isZeroFill(flags) ? 0n : length, size),
  };
}

function checkSections(segment: MachSegment, header: MachHeader, warnings: Warnings): void {
  for (const { name, address, size, offset, flags, headerOffset } of segment.sections) {
    const at = (wide: number, narrow: number): number => headerOffset + (header.is64 ? wide : narrow);
    if (size === 0n) continue;
    if (address < segment.address || address + size > segment.address + segment.memorySize) {
      warnings.add(headerOffset + 32, `Section "${name}" at the address ${hex(address)} is not inside its segment`);
    } else if (!isZeroFill(flags) && BigInt(offset) - segment.offset !== address - segment.address) {
      const place = hex(segment.offset + address - segment.address);
      warnings.add(
        at(48, 40),
        `Section "${name}" is said to be at ${hex(offset)}; what is loaded there is at ${place}`,
      );
    }
    if (!isZeroFill(flags) && BigInt(offset) + size > BigInt(header.end - header.start)) {
      warnings.add(
        at(48, 40),
        `Section "${name}" should have ${hex(size)} bytes at ${hex(offset)}; the program ends at ${hex(header.end - header.start)}`,
      );
    }
  }
}

function readSymbolTable(place: Place, tables: MachTable[]): SymbolTable | undefined {
  const { header, warnings, offset } = place;
  const words = wordsAt(place, 8, 16);
  if (words === undefined) return undefined;
  const entryBytes = header.is64 ? 16 : 12;
  const room = Math.max(0, header.end - header.start - words.u32(0));
  const count = Math.min(words.u32(4), Math.floor(room / entryBytes));
  if (count < words.u32(4))
    warnings.add(offset + 12, `${words.u32(4)} symbols are stated; the file ends behind ${count} of them`);
  const strings = header.start + words.u32(8);
  const stringBytes = Math.min(words.u32(12), Math.max(0, header.end - strings));
  if (stringBytes < words.u32(12)) warnings.add(offset + 20, "The names of the symbols run past the end of the file");
  const start = header.start + words.u32(0);
  addTable(tables, "symbols", start, count * entryBytes);
  addTable(tables, "names of symbols", strings, stringBytes);
  return { offset: start, count, strings, stringBytes };
}

/** @param unit bytes of what is counted */
function readTable(place: Place, name: string, at: number, tables: MachTable[], unit = 1): void {
  const words = wordsAt(place, at, 8);
  if (words === undefined) return;
  const { start, end } = place.header;
  const [offset, length] = [words.u32(0), words.u32(4) * unit];
  if (length > 0 && offset + length > end - start) {
    place.warnings.add(
      place.offset + at,
      `The ${name} should be ${length} bytes at ${hex(offset)}; the program ends at ${hex(end - start)}`,
    );
  }
  addTable(tables, name, start + offset, Math.min(length, Math.max(0, end - start - offset)));
}

function addTable(tables: MachTable[], name: string, start: number, length: number): void {
  if (length > 0) tables.push({ name, start, end: start + length });
}

function inSlice(
  header: MachHeader,
  offset: bigint,
  length: bigint,
  size: number,
): { readonly start: number; readonly end: number } {
  return fileRange(BigInt(header.start) + offset, length, Math.min(size, header.end));
}

/** Sixteen bytes, zeros at the end. */
function paddedName(view: DataView, at: number): string {
  const raw = new Uint8Array(view.buffer, view.byteOffset + at, NAME_BYTES);
  const zero = raw.indexOf(0);
  return decodeText(raw, 0, zero < 0 ? NAME_BYTES : zero);
}
