// Temporary files for engine and command line tests: known bytes, sparse files of any size, naive readers to compare with.
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before } from "mocha";

/** A folder that lives as long as the suite calling this. */
export function temporaryFolder(): { file(name: string): string } {
  let folder = "";
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-test-"));
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return { file: (name) => path.join(folder, name) };
}

/** Bytes that differ from block to block, from row to row: a misplaced copy shows. */
export function patternBytes(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    // Numerical Recipes' linear congruential generator, kept below 2^53 by Math.imul.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export interface Island {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A file of `size` zeros, stored only where the islands are. */
export function writeSparse(file: string, size: number, islands: readonly Island[]): void {
  const handle = fs.openSync(file, "w");
  try {
    fs.ftruncateSync(handle, size);
    for (const { offset, bytes } of islands) fs.writeSync(handle, bytes, 0, bytes.length, offset);
  } finally {
    fs.closeSync(handle);
  }
}

export function readRange(file: string, offset: number, length: number): Buffer {
  const handle = fs.openSync(file, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, fs.readSync(handle, bytes, 0, length, offset));
  } finally {
    fs.closeSync(handle);
  }
}

export function hashOf(file: string): string {
  return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}

// Wine shows the /proc of the system below it, which names other handles than its programs have.
const tellsOfItself = process.platform === "linux";

/** Lines of /proc/self/maps that name the file; undefined where there is no such table. */
export function mappingsOf(file: string): string[] | undefined {
  if (!tellsOfItself) return undefined;
  return fs
    .readFileSync("/proc/self/maps", "utf8")
    .split("\n")
    .filter((line) => line.includes(file));
}

/** Open handles of this process on the file; undefined where the system does not tell. */
export function handlesOn(file: string): string[] | undefined {
  if (!tellsOfItself) return undefined;
  return fs.readdirSync("/proc/self/fd").filter((name) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${name}`).startsWith(file);
    } catch (error) {
      // The handle that listed the folder is gone by now.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw error;
    }
  });
}
