// What a resource says, as lines for people: string tables, version information, manifests, icon groups. Each reads a bounded
// number of bytes, and what does not parse has no lines. Pure.
// Source: learn.microsoft.com/windows/win32/menurc: "Resource Types", VS_VERSIONINFO, VS_FIXEDFILEINFO, GRPICONDIRENTRY.
import { Buffer } from "node:buffer";
import type { ImageMemory } from "./imageMemory";
import { utf16, type ResourceData } from "./resources";

const MAX_BYTES = 1024 * 1024;
const MAX_LINES = 2000;
const MAX_DEPTH = 6;
const VERSION_SIGNATURE = 0xfeef04bd;

export interface TextLine {
  readonly key: string;
  readonly value: string;
  /** Of a group: number of the picture. */
  readonly member?: number;
}

/** @param type number of its type. @param block number of its name, which string tables count from. */
export function resourceLines(memory: ImageMemory, type: number, block: number, data: ResourceData): TextLine[] {
  const view = memory.record(data.rva, Math.min(data.size, MAX_BYTES, memory.reach(data.rva)));
  if (view === undefined) return [];
  switch (type) {
    case 6:
      return stringTable(view, block);
    case 12:
    case 14:
      return iconGroup(view, type === 14);
    case 16:
      return versionInfo(view);
    case 23:
    case 24:
      return text(view);
    default:
      return [];
  }
}

/** Sixteen strings a block, each with its length in front. */
function stringTable(view: DataView, block: number): TextLine[] {
  const lines: TextLine[] = [];
  let at = 0;
  for (let index = 0; index < 16 && at + 2 <= view.byteLength; index++) {
    const length = view.getUint16(at, true) * 2;
    const end = Math.min(view.byteLength, at + 2 + length);
    if (length > 0) lines.push({ key: String((block - 1) * 16 + index), value: utf16(view, at + 2, end) });
    at = end;
  }
  return lines;
}

function iconGroup(view: DataView, isIcon: boolean): TextLine[] {
  const count = view.byteLength < 6 ? 0 : Math.min(view.getUint16(4, true), Math.floor((view.byteLength - 6) / 14));
  return Array.from({ length: count }, (_, index) => {
    const at = 6 + index * 14;
    const side = (value: number): number => (value === 0 ? 256 : value);
    const [width, height] = isIcon
      ? [side(view.getUint8(at)), side(view.getUint8(at + 1))]
      : [view.getUint16(at, true), view.getUint16(at + 2, true)];
    const bits = view.getUint16(at + 6, true);
    const member = view.getUint16(at + 12, true);
    return { key: `#${member}`, value: `${width} x ${height}, ${bits} bits`, member };
  });
}

function text(view: DataView): TextLine[] {
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const whole = bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString("utf16le", 2) : bytes.toString("utf8");
  return whole
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/, MAX_LINES)
    .map((value) => ({ key: "", value }));
}

/** Blocks in blocks: length, length of the value, kind, key, value, blocks; all on multiples of four. */
function versionInfo(view: DataView): TextLine[] {
  const lines: TextLine[] = [];
  versionBlock(view, 0, view.byteLength, 0, lines);
  return lines;
}

/** @returns where the block ends */
function versionBlock(view: DataView, start: number, limit: number, depth: number, lines: TextLine[]): number {
  if (start + 6 > limit) return limit;
  const end = Math.min(limit, start + view.getUint16(start, true));
  // A length that does not even hold itself would never end.
  if (end < start + 6) return limit;
  let at = start + 6;
  while (at + 2 <= end && view.getUint16(at, true) !== 0) at += 2;
  const key = utf16(view, start + 6, at);
  const valueStart = align4(at + 2);
  const isText = view.getUint16(start + 4, true) === 1;
  const valueEnd = Math.min(end, valueStart + view.getUint16(start + 2, true) * (isText ? 2 : 1));
  if (key === "VS_VERSION_INFO") fixedInfo(view, valueStart, valueEnd, lines);
  else if (isText && valueEnd > valueStart)
    lines.push({ key, value: utf16(view, valueStart, valueEnd).replace(/\0+$/, "") });
  if (depth >= MAX_DEPTH) return end;
  for (let child = align4(Math.max(valueStart, valueEnd)); child < end && lines.length < MAX_LINES;) {
    child = align4(versionBlock(view, child, end, depth + 1, lines));
  }
  return end;
}

function fixedInfo(view: DataView, start: number, end: number, lines: TextLine[]): void {
  if (end - start < 52 || view.getUint32(start, true) !== VERSION_SIGNATURE) return;
  const version = (at: number): string => [2, 0, 6, 4].map((part) => view.getUint16(start + at + part, true)).join(".");
  lines.push({ key: "file version", value: version(8) }, { key: "product version", value: version(16) });
}

const align4 = (at: number): number => Math.ceil(at / 4) * 4;
