// A whole file within the file, of a format that the browser shows: its bytes, and what the browser makes of them.
import type { ByteRange } from "../../shared/byteRange";
import { MAX_WINDOW_BYTES } from "../../shared/protocol";
import { embeddedSize } from "./pixels/embeddedSize";

/** More would be held twice in this page. */
const MAX_EMBEDDED_BYTES = 256 * 1024 * 1024;
/** The browser unpacks all of them, to four bytes each: a small file may claim any number. */
const MAX_EMBEDDED_PIXELS = 64_000_000;

/** Of the document. */
export type ReadWindow = (offset: number, length: number) => Promise<ArrayBuffer>;

/** Or why it is not shown. */
export async function embeddedImage(
  read: ReadWindow,
  { range, mime }: { readonly range: ByteRange; readonly mime: string },
): Promise<ImageBitmap | string> {
  const refused = `The ${mime} file within this bitmap can't be shown`;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const stop = Math.min(range.end, range.start + MAX_EMBEDDED_BYTES);
  for (let offset = range.start; offset < stop; offset += MAX_WINDOW_BYTES) {
    parts.push(new Uint8Array(await read(offset, Math.min(MAX_WINDOW_BYTES, stop - offset))));
  }
  const size = embeddedSize((offset) => parts[Math.floor(offset / MAX_WINDOW_BYTES)]?.[offset % MAX_WINDOW_BYTES]);
  if (size === undefined) return `${refused}: it does not say how large it is.`;
  const { width, height } = size;
  if (width * height > MAX_EMBEDDED_PIXELS) {
    const most = MAX_EMBEDDED_PIXELS.toLocaleString("en");
    return `${refused}: it has ${width} × ${height} pixels; at most ${most} are shown.`;
  }
  return createImageBitmap(new Blob(parts, { type: mime })).catch(() => `${refused}.`);
}
