// Reads the list of files in a zip archive (a .vsix is one) from its central directory. Archives below 4 GiB.
import fs from "node:fs";
import zlib from "node:zlib";

const endSignature = 0x06054b50;
const endLength = 22;
const entrySignature = 0x02014b50;
const deflated = 8;

/** @typedef {{ name: string, bytes: number, read: () => Buffer }} ZipEntry  `bytes`: unpacked
 *  @param {string} file @returns {ZipEntry[]} @see APPNOTE.TXT 4.3, PKWARE */
export function zipEntries(file) {
  const zip = fs.readFileSync(file);
  let end = zip.length - endLength;
  while (end >= 0 && zip.readUInt32LE(end) !== endSignature) end -= 1;
  if (end < 0) throw new Error(`${file} is no zip archive`);
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    if (zip.readUInt32LE(at) !== entrySignature) throw new Error(`${file}: no entry at ${at}`);
    const method = zip.readUInt16LE(at + 10);
    const packedBytes = zip.readUInt32LE(at + 20);
    const bytes = zip.readUInt32LE(at + 24);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString("utf8", at + 46, at + 46 + (nameLength ?? 0));
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
    const read = () => {
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const packed = zip.subarray(start, start + packedBytes);
      return method === deflated ? zlib.inflateRawSync(packed) : packed;
    };
    return { name, bytes, read };
  });
}
