// After a save that made a new file: pieces of the old one, in content and history, as pieces of the new one. What the save took
// out is kept in memory, or in the old file while it is open. No Node here.
import type { FileBytes, Piece } from "./pieces";
import { stored } from "./pieces";
import { mapped } from "./plainContent";
import { readPiecesSync } from "./readPieces";

/** Of bytes that only undo shows; behind that the old file stays open. */
const KEEP_BYTES = 64 * 1024 * 1024;

export interface Moved {
  readonly file: FileBytes;
  /** Pieces of the old file are left: it must stay open. */
  readonly needsOld: boolean;
  translate(pieces: readonly Piece[]): readonly Piece[];
}

/** @param pieces what the new file holds, in order */
export function movedTo(file: FileBytes, old: FileBytes, pieces: readonly Piece[]): Moved {
  const ranges: { readonly start: number; readonly bytes: { readonly length: number }; readonly to: number }[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (piece.kind === "stored" && piece.file === old) ranges.push({ start: piece.offset, bytes: piece, to: at });
    at += piece.length;
  }
  ranges.sort((a, b) => a.start - b.start);
  let keepable = KEEP_BYTES;
  let needsOld = false;
  const keep = (piece: Piece): Piece => {
    if (piece.kind !== "stored" || piece.file !== old) return piece;
    if (piece.length <= keepable) {
      const { bytes, unreadable } = readPiecesSync([piece]);
      keepable -= bytes.length;
      if (unreadable.length === 0) return { kind: "typed", bytes, length: bytes.length };
    }
    needsOld = true;
    return piece;
  };
  return {
    file,
    get needsOld() {
      return needsOld;
    },
    translate: (some) =>
      some.flatMap((piece) => {
        if (piece.kind !== "stored" || piece.file !== old) return [piece];
        return mapped(piece, ranges, ({ start, to }, from, end) => stored(file, to + from - start, end - from)).map(
          keep,
        );
      }),
  };
}
