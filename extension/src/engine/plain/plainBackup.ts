// Unsaved edits as bytes, for VS Code's backup: which file they belong to, and the content as pieces of it. In proportion to the
// edits. No Node here.
import { EngineError } from "../engineError";
import { lengthOf, stored, type Piece } from "./pieces";
import { readWhole } from "./readPieces";
import type { PlainStore } from "./store";

type Line =
  readonly ["file", number, number] | readonly ["bytes", number] | readonly ["repeat", number, number, string];

interface Head {
  readonly terahex: "plain-backup-1";
  readonly identity: string;
  readonly fileSize: number;
  readonly pieces: readonly Line[];
}

/** Of a file that a save replaced and undo shows again: a backup holds them in memory, however many they are. */
const OLD_BYTES = 512 * 1024 * 1024;

/** @param isUnsaved a piece that is not the file's
 *  @throws EngineError "too-large": undone is more of an earlier save than a backup can hold. */
export async function packBackup(
  { identity, size, path }: PlainStore,
  pieces: readonly Piece[],
  isUnsaved: (piece: Piece) => boolean,
): Promise<Uint8Array> {
  const held: Piece[] = [];
  // All of it at once: a save that ends while bytes are read changes what is unsaved.
  const lines = pieces.map((piece): Line => {
    if (piece.kind === "stored" && !isUnsaved(piece)) return ["file", piece.offset, piece.length];
    if (piece.kind === "repeated") return ["repeat", piece.length, piece.phase, toHex(piece.pattern)];
    held.push(piece);
    return ["bytes", piece.length];
  });
  const old = lengthOf(held.filter(({ kind }) => kind === "stored"));
  if (old > OLD_BYTES) {
    const message = `${path}: ${old} bytes that a save removed and undo shows again are too many for a backup; save them`;
    throw new EngineError("too-large", message, { path });
  }
  const parts: Uint8Array[] = [];
  for (const piece of held) parts.push(await readWhole([piece], path));
  const head: Head = { terahex: "plain-backup-1", identity, fileSize: size, pieces: lines };
  const text = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
  const bytes = new Uint8Array(text.length + parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of [text, ...parts]) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** @throws EngineError "changed": of another version of the file; "out-of-range": forced, and it does not fit; "corrupt". */
export function unpackBackup(store: PlainStore, backup: Uint8Array, force: boolean): Piece[] {
  const { size, path, file } = store;
  const { head, rest } = headOf(backup, path);
  if (!store.isVersion(head.identity) && !force) {
    throw new EngineError("changed", `${path} is not the version that the backup was made on`, { path });
  }
  let at = 0;
  const pieces = head.pieces.map((line): Piece => {
    const [kind, first] = line;
    switch (kind) {
      case "file":
        if (first + line[2] > size) {
          throw new EngineError("out-of-range", `${path} is too short for the edits of the backup`, { path });
        }
        return stored(file, first, line[2]);
      case "bytes": {
        const bytes = rest.slice(at, (at += first));
        if (bytes.length < first) throw corrupt(path);
        return { kind: "typed", bytes, length: first };
      }
      case "repeat":
        return { kind: "repeated", length: first, phase: line[2], pattern: fromHex(line[3]) };
      default:
        throw corrupt(path);
    }
  });
  // The end of the file as it is now belongs to the content, where it did before.
  const last = head.pieces.at(-1);
  const ends = last === undefined ? head.fileSize === 0 : last[0] === "file" && last[1] + last[2] === head.fileSize;
  if (ends && size > head.fileSize) pieces.push(stored(file, head.fileSize, size - head.fileSize));
  if (!Number.isSafeInteger(lengthOf(pieces))) throw corrupt(path);
  return pieces;
}

function headOf(backup: Uint8Array, path: string): { readonly head: Head; readonly rest: Uint8Array } {
  const end = backup.indexOf(10);
  try {
    const head = JSON.parse(new TextDecoder().decode(backup.subarray(0, Math.max(end, 0)))) as Head;
    if (head.terahex !== "plain-backup-1" || !Array.isArray(head.pieces)) throw corrupt(path);
    return { head, rest: backup.subarray(end + 1) };
  } catch {
    throw corrupt(path);
  }
}

function corrupt(path: string): EngineError {
  return new EngineError("corrupt", `the backup of ${path} is damaged, or of another build of Terahex`, { path });
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
