// The files that the benchmarks work on, made once in out/bench and kept: what they hold is known, so that every contender's
// answer can be checked. Sizes in bytes.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { inRoot } from "../../scripts/lib/paths.mjs";

export const KiB = 2 ** 10;
export const MiB = 2 ** 20;
export const GiB = 2 ** 30;
export const TiB = 2 ** 40;

const folder = inRoot("out/bench");
const chunkBytes = 64 * MiB;

/** @typedef {"random4KiB" | "random1MiB" | "random64MiB" | "random4GiB" | "sparse8TiB"} InputName */

/** @type {Readonly<Record<InputName, { file: string, size: number, sparse: boolean }>>} */
export const inputs = {
  random4KiB: { file: path.join(folder, "random-4kib.bin"), size: 4 * KiB, sparse: false },
  random1MiB: { file: path.join(folder, "random-1mib.bin"), size: MiB, sparse: false },
  random64MiB: { file: path.join(folder, "random-64mib.bin"), size: 64 * MiB, sparse: false },
  random4GiB: { file: path.join(folder, "random-4gib.bin"), size: 4 * GiB, sparse: false },
  sparse8TiB: { file: path.join(folder, "sparse-8tib.bin"), size: 8 * TiB, sparse: true },
};

/** Bytes that depend on their place alone, the same in every run. @param {number} offset a multiple of chunkBytes @param {number} length */
function bytesAt(offset, length) {
  const cipher = crypto.createCipheriv(
    "aes-128-ctr",
    Buffer.alloc(16, 7),
    Buffer.alloc(16, (offset / chunkBytes) % 256),
  );
  return cipher.update(Buffer.alloc(length));
}

/** @param {InputName} name @returns {string} the file, made when it is missing */
export function makeInput(name) {
  const { file, size, sparse } = inputs[name];
  if (fs.existsSync(file) && fs.statSync(file).size === size) return file;
  fs.mkdirSync(folder, { recursive: true });
  const handle = fs.openSync(file, "w");
  if (sparse) {
    fs.ftruncateSync(handle, size);
    for (const offset of [0, size / 2, size - 4 * KiB]) fs.writeSync(handle, bytesAt(0, 4 * KiB), 0, 4 * KiB, offset);
  } else {
    for (let offset = 0; offset < size; offset += chunkBytes)
      fs.writeSync(handle, bytesAt(offset, Math.min(chunkBytes, size - offset)));
  }
  fs.fsyncSync(handle);
  fs.closeSync(handle);
  return file;
}
