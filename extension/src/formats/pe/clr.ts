// The .NET header and what its metadata says of the assembly: streams, its name and version, those that it refers to, how many
// types and methods there are. Tables are found by the sizes of those before them; nothing else of them is read. Bounded. Pure.
// Source: ECMA-335, II.25.3.3 "CLI header", II.24.2.1 "Metadata root", II.24.2.2 "Stream header", II.24.2.6 "#~ stream", II.22.
import type { ImageMemory } from "./imageMemory";
import type { DataDirectory } from "./model";
import { hex, type Warnings } from "../program/warnings";

/** II.24.2.1, rounded up to a multiple of 4. */
const MAX_VERSION_BYTES = 256;
const MAX_STREAMS = 32;
const MAX_REFERENCES = 1000;
const MAX_NAME_BYTES = 1024;
const CLR_BYTES = 72;
const SIGNATURE = 0x424a5342;

export interface ClrStream {
  readonly name: string;
  readonly rva: number;
  readonly size: number;
  readonly offset: number | undefined;
}

export interface AssemblyName {
  readonly name: string;
  readonly version: string;
  /** Of its row. */
  readonly offset: number | undefined;
  readonly length: number;
}

export interface ClrTables {
  readonly assembly?: AssemblyName;
  readonly references: readonly AssemblyName[];
  readonly types: number;
  readonly methods: number;
}

export interface ClrHeader {
  readonly offset: number | undefined;
  readonly runtimeVersion: string;
  readonly flags: number;
  readonly entryToken: number;
  readonly metadata: {
    readonly rva: number;
    readonly size: number;
    readonly version: string;
    readonly streams: readonly ClrStream[];
  };
  readonly tables?: ClrTables;
}

export function readClr(memory: ImageMemory, directory: DataDirectory, warnings: Warnings): ClrHeader | undefined {
  const record = memory.record(directory.rva, CLR_BYTES);
  if (record === undefined) {
    warnings.add(directory.entryOffset, `The .NET header at RVA ${hex(directory.rva)} is not in the image`);
    return undefined;
  }
  const [rva, size] = [record.getUint32(8, true), record.getUint32(12, true)];
  const offset = memory.offsetOf(directory.rva);
  const root = metadataRoot(memory, rva, offset ?? directory.entryOffset, warnings);
  const header = {
    offset,
    runtimeVersion: `${record.getUint16(4, true)}.${record.getUint16(6, true)}`,
    flags: record.getUint32(16, true),
    entryToken: record.getUint32(20, true),
    metadata: { rva, size, ...root },
  };
  const tables = root.streams.find(({ name }) => name === "#~" || name === "#-");
  const read = tables === undefined ? undefined : readTables(memory, tables, root.streams, warnings);
  return read === undefined ? header : { ...header, tables: read };
}

function metadataRoot(
  memory: ImageMemory,
  rva: number,
  where: number,
  warnings: Warnings,
): Pick<ClrHeader["metadata"], "version" | "streams"> {
  const head = memory.record(rva, 16);
  if (head === undefined || head.getUint32(0, true) !== SIGNATURE) {
    warnings.add(where + 8, `There is no .NET metadata at RVA ${hex(rva)}`);
    return { version: "", streams: [] };
  }
  const statedVersion = head.getUint32(12, true);
  const versionBytes = Math.min(statedVersion, MAX_VERSION_BYTES);
  if (statedVersion > MAX_VERSION_BYTES) {
    warnings.add(
      memory.offsetOf(rva + 12) ?? where + 8,
      `The version of .NET metadata is stated as ${statedVersion} bytes; it has at most ${MAX_VERSION_BYTES}`,
    );
  }
  const version = memory.text(rva + 16, versionBytes + 1) ?? "";
  const count = memory.record(rva + 16 + versionBytes, 4)?.getUint16(2, true) ?? 0;
  const streams: ClrStream[] = [];
  for (let at = rva + 20 + versionBytes; streams.length < Math.min(count, MAX_STREAMS);) {
    const place = memory.record(at, 8);
    const name = memory.text(at + 8, 32);
    if (place === undefined || name === undefined) {
      warnings.add(memory.offsetOf(at) ?? where + 8, `${count} streams are stated; ${streams.length} can be read`);
      break;
    }
    const start = rva + place.getUint32(0, true);
    const size = place.getUint32(4, true);
    if (size > memory.reach(start)) {
      warnings.add(
        memory.offsetOf(at) ?? where + 8,
        `The stream ${name} of ${size} bytes at RVA ${hex(start)} is not whole in the image`,
      );
    }
    streams.push({ name, rva: start, size, offset: memory.offsetOf(start) });
    at += 8 + Math.ceil((name.length + 1) / 4) * 4;
  }
  return { version, streams };
}

/** Numbers of tables. */
const Table = { typeDef: 0x02, methodDef: 0x06, assembly: 0x20, assemblyRef: 0x23 } as const;

/** Columns by table, in order: a digit is as many bytes; s, g and b are places of strings, of GUIDs, of blobs; a number behind "t"
 *  is a row of that table; a letter behind "c" one of several tables. II.22 */
const COLUMNS: readonly string[] = [
  ...["2 s g g g", "cR s s", "4 s s cT t4 t6", "t4", "2 s b", "t6", "4 2 2 s b t8", "t8", "2 2 s", "t2 cT"],
  ...["cP s b", "2 cC b", "cA cK b", "cF b", "2 cD b", "2 4 t2", "4 t4", "b", "t2 t20", "t20"],
  ...["2 s cT", "t2 t23", "t23", "2 s b", "2 t6 cS", "t2 cM cM", "s", "b", "2 cW s t26", "4 t4"],
  ...["4 4", "4", "4 2 2 2 2 4 b s s", "4", "4 4 4", "2 2 2 2 4 b s s b"],
];
/** Tables that a column may name, and how many bits say which. II.24.2.6 */
const CODED: Readonly<Record<string, readonly [bits: number, tables: readonly number[]]>> = {
  T: [2, [0x02, 0x01, 0x1b]],
  C: [2, [0x04, 0x08, 0x17]],
  A: [5, [6, 4, 1, 2, 8, 9, 10, 0, 14, 0x17, 0x14, 0x11, 0x1a, 0x1b, 0x20, 0x23, 0x26, 0x27, 0x28, 0x2a, 0x2c, 0x2b]],
  F: [1, [0x04, 0x08]],
  D: [2, [0x02, 0x06, 0x20]],
  P: [3, [0x02, 0x01, 0x1a, 0x06, 0x1b]],
  S: [1, [0x14, 0x17]],
  M: [1, [0x06, 0x0a]],
  W: [1, [0x04, 0x06]],
  K: [3, [0x06, 0x0a]],
  R: [2, [0x00, 0x1a, 0x23, 0x01]],
};

/** How wide each kind of column is in this file. */
function columnBytes(column: string, heaps: number, rows: readonly number[]): number {
  const kind = column.charAt(0);
  const rest = column.slice(1);
  switch (kind) {
    case "s":
      return (heaps & 1) !== 0 ? 4 : 2;
    case "g":
      return (heaps & 2) !== 0 ? 4 : 2;
    case "b":
      return (heaps & 4) !== 0 ? 4 : 2;
    case "t":
      return (rows[Number(rest)] ?? 0) > 0xffff ? 4 : 2;
    case "c": {
      const [bits, tables] = CODED[rest] ?? [0, []];
      return tables.some((table) => (rows[table] ?? 0) >= 2 ** (16 - bits)) ? 4 : 2;
    }
    default:
      return Number(kind);
  }
}

function readTables(
  memory: ImageMemory,
  stream: ClrStream,
  streams: readonly ClrStream[],
  warnings: Warnings,
): ClrTables | undefined {
  const head = memory.record(stream.rva, 24);
  if (head === undefined) {
    warnings.add(stream.offset ?? 0, `The .NET tables at RVA ${hex(stream.rva)} are not in the image`);
    return undefined;
  }
  const heaps = head.getUint8(6);
  const present = head.getBigUint64(8, true);
  const rows: number[] = [];
  let at = stream.rva + 24;
  for (let table = 0; table < 64; table++) {
    if (((present >> BigInt(table)) & 1n) === 0n) continue;
    const count = memory.record(at, 4)?.getUint32(0, true);
    if (count === undefined) break;
    rows[table] = count;
    at += 4;
  }
  const strings = streams.find(({ name }) => name === "#Strings");
  const rowBytes = (table: number): number =>
    (COLUMNS[table] ?? "").split(" ").reduce((sum, column) => sum + columnBytes(column, heaps, rows), 0);
  const found: { assembly?: AssemblyName; references: AssemblyName[] } = { references: [] };
  // Another word behind the counts, in files of some compilers.
  if ((heaps & 0x40) !== 0) at += 4;
  for (let table = 0; table < COLUMNS.length; table++) {
    const [count, length] = [rows[table] ?? 0, rowBytes(table)];
    const isAssembly = table === Table.assembly;
    if (isAssembly || table === Table.assemblyRef) {
      for (let index = 0; index < Math.min(count, isAssembly ? 1 : MAX_REFERENCES); index++) {
        const name = assemblyAt(memory, at + index * length, length, isAssembly ? 4 : 0, heaps, strings);
        if (name === undefined) {
          warnings.add(stream.offset ?? 0, `${count} rows of a .NET table are stated; the image ends behind ${index}`);
          break;
        }
        if (isAssembly) found.assembly = name;
        else found.references.push(name);
      }
    }
    at += count * length;
  }
  if (at > stream.rva + stream.size) {
    warnings.add(stream.offset ?? 0, "The .NET tables state more rows than their stream holds");
  }
  return { ...found, types: rows[Table.typeDef] ?? 0, methods: rows[Table.methodDef] ?? 0 };
}

/** Both tables have four numbers of a version, flags, a key and then the name. @param from where the version begins */
function assemblyAt(
  memory: ImageMemory,
  rva: number,
  length: number,
  from: number,
  heaps: number,
  strings: ClrStream | undefined,
): AssemblyName | undefined {
  const row = memory.record(rva, length);
  if (row === undefined) return undefined;
  const version = [0, 2, 4, 6].map((part) => row.getUint16(from + part, true)).join(".");
  const nameAt = from + 12 + columnBytes("b", heaps, []);
  const place = (heaps & 1) !== 0 ? row.getUint32(nameAt, true) : row.getUint16(nameAt, true);
  const isInside = strings !== undefined && place < strings.size;
  const name = isInside ? (memory.text(strings.rva + place, MAX_NAME_BYTES) ?? "") : "";
  return { name, version, offset: memory.offsetOf(rva), length };
}
