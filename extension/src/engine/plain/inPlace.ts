// Which bytes of a file a save in place writes. Touches no file. Thread rule: none.
import { sliceOf, type Piece } from "./pieces";
import type { DirtyRange, Shape } from "./store";

export function firstChanged({ dirty, size, fileSize }: Shape): number {
  return dirty[0]?.start ?? Math.min(size, fileSize);
}

/** What a save in place writes or cuts: where bytes move, everything from the first change on. */
export function rangesInPlace(shape: Shape): readonly DirtyRange[] {
  const { dirty, moves, size, fileSize, pieces } = shape;
  const start = firstChanged(shape);
  if (moves) return [{ start, end: Math.max(size, fileSize), pieces: behind(pieces, start) }];
  return size < fileSize ? [...dirty, { start: size, end: fileSize, pieces: [] }] : dirty;
}

export function inPlaceBytes(shape: Shape): number {
  return rangesInPlace(shape).reduce((sum, { start, end }) => sum + end - start, 0);
}

function behind(pieces: readonly Piece[], start: number): Piece[] {
  let at = 0;
  return pieces.flatMap((piece) => {
    const from = Math.min(Math.max(start - at, 0), piece.length);
    at += piece.length;
    return from < piece.length ? [sliceOf(piece, from, piece.length)] : [];
  });
}
