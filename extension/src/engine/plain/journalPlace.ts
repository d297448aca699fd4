// Where the journals of saves without the addon lie; apart, so that whoever has the addon loads nothing else of it.
import fs from "node:fs";
import path from "node:path";

export function plainJournalFolder(storageFolder: string): string {
  return path.join(storageFolder, "plain-journals");
}

/** Cheap: asked for every file that is opened. */
export function hasPlainJournals(storageFolder: string): boolean {
  return fs.existsSync(plainJournalFolder(storageFolder));
}
