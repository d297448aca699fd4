// A JPEG file within another file, as pixels. All of it at once: bounded before anything is unpacked.
import { decode } from "jpeg-js";
import type { ByteRange } from "../shared/byteRange";
import type { EngineDocument } from "../extension/src/engine/document";
import { EngineError } from "../extension/src/engine/engineError";
import type { Region } from "../extension/src/formats/bmp/picture";

const MAX_BYTES = 256 * 1024 * 1024;
const MAX_MEGAPIXELS = 64;
/** The decoder's own, for pixels and what it makes of them. */
const MAX_MEMORY_MB = 2048;
const CHUNK_BYTES = 1024 * 1024;

/** @throws EngineError "too-large", "corrupt", with the offset of its first byte. */
export async function jpegRegion(source: EngineDocument, { start, end }: ByteRange): Promise<Region> {
  if (end - start > MAX_BYTES) {
    throw new EngineError("too-large", `a JPEG file of ${end - start} bytes is not decoded here`, { offset: start });
  }
  const bytes = new Uint8Array(end - start);
  for (let at = start; at < end; at += CHUNK_BYTES) {
    bytes.set(new Uint8Array((await source.read(at, Math.min(CHUNK_BYTES, end - at))).bytes), at - start);
  }
  try {
    const { width, height, data } = decode(bytes, {
      useTArray: true,
      maxResolutionInMP: MAX_MEGAPIXELS,
      maxMemoryUsageInMB: MAX_MEMORY_MB,
    });
    return { width, height, pixels: new Uint32Array(data.slice().buffer) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("corrupt", `the JPEG file within it can't be decoded: ${reason}`, { offset: start });
  }
}
