// A whole file within the file, of a format that the browser shows: its bytes, and what the browser makes of them.
import type { ByteRange } from "../../shared/byteRange";
import { MAX_WINDOW_BYTES } from "../../shared/protocol";
import type { HostClient } from "./hostClient";

/** More would be held twice in this page. */
const MAX_EMBEDDED_BYTES = 256 * 1024 * 1024;

/** Undefined: the browser cannot show it. */
export async function embeddedImage(
  host: HostClient,
  { range, mime }: { readonly range: ByteRange; readonly mime: string },
): Promise<ImageBitmap | undefined> {
  const parts: ArrayBuffer[] = [];
  const stop = Math.min(range.end, range.start + MAX_EMBEDDED_BYTES);
  for (let offset = range.start; offset < stop; offset += MAX_WINDOW_BYTES) {
    const length = Math.min(MAX_WINDOW_BYTES, stop - offset);
    parts.push((await host.request<"readWindow">({ type: "readWindow", offset, length }).reply).bytes);
  }
  return createImageBitmap(new Blob(parts, { type: mime })).catch(() => undefined);
}
