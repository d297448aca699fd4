// Icons, cursors and bitmaps among the resources as files that a browser shows: what a resource leaves out (the header of an .ico
// or .bmp file) is put in front. Bounded; what does not look like a picture has none. Pure.
// Source: learn.microsoft.com: "ICONDIRENTRY" (Icons, The Old New Thing's layout in winuser), BITMAPFILEHEADER, BITMAPINFOHEADER.
import { EngineError } from "../../engine/engineError";
import type { ImageMemory } from "./imageMemory";
import type { ResourceData } from "./resources";

const MAX_BYTES = 4 * 1024 * 1024;
/** A browser unpacks a picture whole, however small it is shown: a few kilobytes may become gigabytes. */
const MAX_PNG_SIDE = 1024;
const MAX_BITMAP_PIXELS = 4_000_000;
const CURSOR = 1;
const BITMAP = 2;
const ICON = 3;
/** Of where a cursor points, in front of its picture. */
const HOTSPOT_BYTES = 4;
const ICON_HEADER_BYTES = 22;
const FILE_HEADER_BYTES = 14;
const IHDR = 0x49484452;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;

export interface ResourcePicture {
  readonly mime: string;
  readonly bytes: Uint8Array;
}

/** Whether there may be a picture: without reading it. */
export const mayBePicture = (type: number | string, { size, offset }: ResourceData): boolean =>
  offset !== undefined && size > 16 && size <= MAX_BYTES && (type === CURSOR || type === BITMAP || type === ICON);

/** @param type of the resource, as a number. @throws EngineError "too-large": more pixels than a picture here is shown of. */
export function resourcePicture(memory: ImageMemory, type: number, data: ResourceData): ResourcePicture | undefined {
  const record = data.size > MAX_BYTES ? undefined : memory.record(data.rva, data.size);
  if (record === undefined || record.byteLength < 16) return undefined;
  const whole = new Uint8Array(record.buffer, record.byteOffset, record.byteLength);
  if (type === BITMAP) return bitmapFile(whole);
  if (type !== ICON && type !== CURSOR) return undefined;
  const body = type === CURSOR ? whole.subarray(HOTSPOT_BYTES) : whole;
  return isPng(body) ? pngFile(body) : iconFile(body);
}

const isPng = (bytes: Uint8Array): boolean =>
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, at) => bytes[at] === byte);

function pngFile(body: Uint8Array): ResourcePicture | undefined {
  const view = viewOf(body);
  if (view.byteLength < 24 || view.getUint32(12) !== IHDR) return undefined;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width === 0 || height === 0) return undefined;
  if (Math.max(width, height) > MAX_PNG_SIDE) throw tooLarge(width, height, `${MAX_PNG_SIDE} a side`);
  return { mime: "image/png", bytes: body.slice() };
}

const tooLarge = (width: number, height: number, most: string): EngineError =>
  new EngineError("too-large", `The picture has ${width} x ${height} pixels; at most ${most} are shown.`);

/** A bitmap of twice the height: colours above, and below them a mask of what shows. */
function iconFile(body: Uint8Array): ResourcePicture | undefined {
  const view = viewOf(body);
  if (view.byteLength < 40 || view.getUint32(0, true) !== 40) return undefined;
  const [width, height] = [view.getInt32(4, true), view.getInt32(8, true) / 2];
  if (width < 1 || width > 256 || height < 1 || height > 256) return undefined;
  const bytes = new Uint8Array(ICON_HEADER_BYTES + body.length);
  const head = viewOf(bytes);
  head.setUint16(2, 1, true);
  head.setUint16(4, 1, true);
  // 256 is written as 0: the byte has no room for it.
  head.setUint8(6, width % 256);
  head.setUint8(7, height % 256);
  head.setUint16(10, 1, true);
  head.setUint16(12, view.getUint16(14, true), true);
  head.setUint32(14, body.length, true);
  head.setUint32(18, ICON_HEADER_BYTES, true);
  bytes.set(body, ICON_HEADER_BYTES);
  return { mime: "image/x-icon", bytes };
}

function bitmapFile(body: Uint8Array): ResourcePicture | undefined {
  const view = viewOf(body);
  const headerBytes = view.getUint32(0, true);
  if (headerBytes !== 12 && (headerBytes < 40 || headerBytes > 124 || view.byteLength < headerBytes)) return undefined;
  const core = headerBytes === 12;
  const width = core ? view.getUint16(4, true) : view.getInt32(4, true);
  const height = Math.abs(core ? view.getUint16(6, true) : view.getInt32(8, true));
  if (width < 1 || height === 0) return undefined;
  if (width * height > MAX_BITMAP_PIXELS) throw tooLarge(width, height, MAX_BITMAP_PIXELS.toLocaleString("en"));
  const bits = view.getUint16(core ? 10 : 14, true);
  const compression = core ? 0 : view.getUint32(16, true);
  const stated = core ? 0 : view.getUint32(32, true);
  const colors = stated === 0 ? (bits <= 8 ? 2 ** bits : 0) : Math.min(stated, 4096);
  // Masks are a part of larger headers.
  const masks = headerBytes !== 40 ? 0 : compression === BITFIELDS ? 12 : compression === ALPHA_BITFIELDS ? 16 : 0;
  const pixelsAt = FILE_HEADER_BYTES + headerBytes + masks + colors * (core ? 3 : 4);
  const bytes = new Uint8Array(FILE_HEADER_BYTES + body.length);
  const head = viewOf(bytes);
  head.setUint16(0, 0x424d, false);
  head.setUint32(2, bytes.length, true);
  head.setUint32(10, pixelsAt, true);
  bytes.set(body, FILE_HEADER_BYTES);
  return pixelsAt < bytes.length ? { mime: "image/bmp", bytes } : undefined;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
