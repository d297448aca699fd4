// Stamps: a folder made from inputs carries a hash of them, and is made again only when the hash differs.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** @param {readonly string[]} files absolute paths @param {readonly string[]} [facts] anything else that decides the result */
export function hashOf(files, facts = []) {
  const hash = crypto.createHash("sha256");
  for (const fact of facts) hash.update(`${fact}\0`);
  for (const file of [...files].sort())
    hash
      .update(`${path.basename(file)}\0`)
      .update(fs.readFileSync(file))
      .update("\0");
  return hash.digest("hex");
}

/** @param {string} stampFile @param {string} hash */
export const isFresh = (stampFile, hash) => fs.existsSync(stampFile) && fs.readFileSync(stampFile, "utf8") === hash;

/** @param {string} stampFile @param {string} hash */
export function writeStamp(stampFile, hash) {
  fs.mkdirSync(path.dirname(stampFile), { recursive: true });
  fs.writeFileSync(stampFile, hash);
}

/** @param {string} folder absolute; may be missing @param {(name: string) => boolean} [accept] by file name
 *  @returns {string[]} absolute paths of all files below, sorted */
export function filesBelow(folder, accept = () => true) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && accept(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
