// Free space on a disk, in bytes, where a file is to be made. Knows no document. Thread rule: any thread.
import fs from "node:fs";
import path from "node:path";
import { EngineError } from "../engineError";

/** Of the nearest folder that is there; 0 where no one tells. */
export function freeIn(folder: string): number {
  for (let at = folder; ; at = path.dirname(at)) {
    try {
      const { bavail, bsize } = fs.statfsSync(at);
      return bavail * bsize;
    } catch {
      if (path.dirname(at) === at) return 0;
    }
  }
}

/** @throws EngineError "no-space": a copy would fail in the end, after minutes. */
export function checkRoom(folder: string, size: number): void {
  const free = freeIn(folder);
  if (free < size) {
    throw new EngineError("no-space", `${folder} has room for ${free} bytes, and ${size} are to be written`, {
      path: folder,
    });
  }
}
