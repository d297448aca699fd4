// What a resource says, as lines for people: strings, messages, version information, manifests, groups of icons; menus and dialogs
// by way of their own file. Each reads a bounded number of bytes, and what does not parse says where it stops. Pure.
// Source: learn.microsoft.com/windows/win32: "Resource Types", VS_VERSIONINFO, VS_FIXEDFILEINFO, Var, NEWHEADER, RESDIR, LOCALHEADER,
// MESSAGE_RESOURCE_DATA, MESSAGE_RESOURCE_BLOCK, MESSAGE_RESOURCE_ENTRY; GRPICONDIRENTRY.
import { Buffer } from "node:buffer";
import { hex } from "../program/warnings";
import type { ImageMemory } from "./imageMemory";
import { languageName } from "./languages";
import { acceleratorLines, dialogLines, menuLines } from "./resourceForms";
import { readLines, type ResourceReader, type TextLine } from "./resourceReader";
import { utf16, type ResourceData } from "./resources";

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 6;
const VERSION_SIGNATURE = 0xfeef04bd;
const UNICODE = 1;

/** @param type number of its type. @param block number of its name, which string tables count from. */
export function resourceLines(memory: ImageMemory, type: number, block: number, data: ResourceData): TextLine[] {
  const read = readerOf(type, block);
  if (read === undefined || data.size === 0) return [];
  const view = memory.record(data.rva, Math.min(data.size, MAX_BYTES, memory.reach(data.rva)));
  return view === undefined || view.byteLength === 0 ? [] : readLines(view, read);
}

/** undefined: bytes, or a picture. */
function readerOf(type: number, block: number): ((reader: ResourceReader) => void) | undefined {
  switch (type) {
    case 1:
      return hotSpot;
    case 4:
      return menuLines;
    case 5:
      return dialogLines;
    case 6:
      return (reader) => stringTable(reader, block);
    case 9:
      return acceleratorLines;
    case 11:
      return messageTable;
    case 12:
    case 14:
      return (reader) => iconGroup(reader, type === 14);
    case 16:
      return (reader) => void versionBlock(reader, 0, reader.size, 0);
    case 17:
    case 23:
    case 24:
      return text;
    default:
      return undefined;
  }
}

/** Sixteen strings a block, each with its length in front. */
function stringTable(reader: ResourceReader, block: number): void {
  for (let index = 0; index < 16 && reader.at < reader.size; index++) {
    const start = reader.at;
    const length = reader.u16() * 2;
    const from = reader.at;
    if (length === 0) continue;
    reader.skip(length);
    reader.line(start, String((block - 1) * 16 + index), utf16(reader.view, from, reader.at));
  }
}

/** Ranges of numbers, and for each where its texts begin, one behind the other. */
function messageTable(reader: ResourceReader): void {
  const blocks = reader.u32();
  for (let index = 0; index < blocks; index++) {
    reader.at = 4 + index * 12;
    const [low, high, place] = [reader.u32(), reader.u32(), reader.u32()];
    if (high < low) reader.stop(`a block of messages from ${hex(low)} to ${hex(high)}`, 4 + index * 12);
    reader.at = place;
    for (let id = low; id <= high; id++) message(reader, id);
  }
}

function message(reader: ResourceReader, id: number): void {
  const start = reader.at;
  const [length, flags] = [reader.u16(), reader.u16()];
  if (length < 4) reader.stop(`the message ${hex(id)} states ${length} bytes, which cannot be`, start);
  const from = reader.at;
  reader.skip(length - 4);
  const { buffer, byteOffset } = reader.view;
  const whole =
    (flags & UNICODE) !== 0
      ? utf16(reader.view, from, reader.at)
      : Buffer.from(buffer, byteOffset + from, length - 4).toString("latin1");
  reader.line(start, hex(id), withoutEnd(whole, "\0\r\n").replace(/\r?\n/g, " "));
}

function iconGroup(reader: ResourceReader, isIcon: boolean): void {
  reader.skip(4);
  const count = reader.u16();
  const side = (value: number): number => (value === 0 ? 256 : value);
  for (let index = 0; index < count; index++) {
    const start = reader.at;
    const [width, stated] = isIcon ? [side(reader.u8()), side(reader.u8())] : [reader.u16(), reader.u16()];
    // Of a cursor the mask below its picture is counted in.
    const height = !isIcon && stated === width * 2 ? width : stated;
    reader.skip(isIcon ? 4 : 2);
    const bits = reader.u16();
    reader.skip(4);
    const member = reader.u16();
    reader.line(start, `#${member}`, `${width} x ${height}, ${bits} bits`, 1, member);
  }
}

function hotSpot(reader: ResourceReader): void {
  const [x, y] = [reader.u16(), reader.u16()];
  reader.line(0, "points at", `${x}, ${y}`);
}

function text(reader: ResourceReader): void {
  const { buffer, byteOffset, byteLength } = reader.view;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const whole = isWide ? bytes.toString("utf16le", 2) : bytes.toString("utf8");
  reader.at = byteLength;
  const said = withoutEnd(whole.startsWith("\uFEFF") ? whole.slice(1) : whole, "\0");
  for (const value of said.split(/\r\n|\r|\n/)) reader.line(0, "", value);
}

/** Blocks in blocks: length, length of the value, kind, key, value, blocks; all on multiples of four. @returns where it ends */
function versionBlock(reader: ResourceReader, start: number, limit: number, depth: number): number {
  if (start + 6 > limit) return limit;
  reader.at = start;
  const [length, valueLength, kind] = [reader.u16(), reader.u16(), reader.u16()];
  const end = Math.min(limit, start + length);
  // A length that does not even hold itself would never end.
  if (length < 6) reader.stop(`a block of ${length} bytes, which cannot be`, start);
  const key = reader.text();
  reader.align4();
  const valueStart = reader.at;
  const valueEnd = Math.min(end, valueStart + valueLength * (kind === 1 ? 2 : 1));
  reader.at = Math.max(valueStart, valueEnd);
  if (key === "VS_VERSION_INFO") fixedInfo(reader, valueStart, valueEnd);
  else if (kind === 1 && valueEnd > valueStart)
    reader.line(start, key, withoutEnd(utf16(reader.view, valueStart, valueEnd), "\0"));
  else if (key === "Translation") translations(reader, start, valueStart, valueEnd);
  if (depth >= MAX_DEPTH) return end;
  for (let child = align4(Math.max(valueStart, valueEnd)); child < end;) {
    child = align4(versionBlock(reader, child, end, depth + 1));
  }
  return end;
}

function fixedInfo(reader: ResourceReader, start: number, end: number): void {
  if (end - start < 52 || reader.view.getUint32(start, true) !== VERSION_SIGNATURE) return;
  const version = (at: number): string =>
    [2, 0, 6, 4].map((part) => reader.view.getUint16(start + at + part, true)).join(".");
  reader.line(start, "file version", version(8));
  reader.line(start, "product version", version(16));
}

/** Pairs of language and code page. */
function translations(reader: ResourceReader, start: number, from: number, to: number): void {
  for (let at = from; at + 4 <= to; at += 4) {
    const [language, page] = [reader.view.getUint16(at, true), reader.view.getUint16(at + 2, true)];
    reader.line(start, "Translation", `${languageName(language) ?? `language ${hex(language)}`}, code page ${page}`);
  }
}

/** Without these characters at its end. Walks back: a pattern that is tried at every place takes the square of a long run's time. */
function withoutEnd(text: string, characters: string): string {
  let { length } = text;
  while (length > 0 && characters.includes(text.charAt(length - 1))) length -= 1;
  return text.slice(0, length);
}

const align4 = (at: number): number => Math.ceil(at / 4) * 4;
