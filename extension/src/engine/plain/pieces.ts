// The content of a plain document as a list of pieces: stretches of the file, bytes that were put in, repeated patterns. Pieces
// never change, so a list of them is a snapshot. Two levels of arrays: an edit touches some hundred pieces, however many there
// are. Knows no Node, no file system, no history.
import type { ByteSource } from "../byteSource";

export type FileSource = ByteSource & { close(): void };

/** One version of the file; a rebase exchanges the source behind it. */
export interface FileBytes {
  source: FileSource;
}

export type Piece =
  | { readonly kind: "stored"; readonly file: FileBytes; readonly offset: number; readonly length: number }
  | { readonly kind: "typed"; readonly bytes: Uint8Array; readonly length: number }
  /** `phase`: of the pattern, at the piece's first byte. */
  | { readonly kind: "repeated"; readonly pattern: Uint8Array; readonly phase: number; readonly length: number };

export function stored(file: FileBytes, offset: number, length: number): Piece {
  return { kind: "stored", file, offset, length };
}

export function typed(bytes: Uint8Array): Piece {
  return { kind: "typed", bytes, length: bytes.length };
}

export function repeated(pattern: Uint8Array, length: number): Piece {
  return { kind: "repeated", pattern, phase: 0, length };
}

/** [from, to) of the piece. */
export function sliceOf(piece: Piece, from: number, to: number): Piece {
  if (from === 0 && to === piece.length) return piece;
  const length = to - from;
  switch (piece.kind) {
    case "stored":
      return { ...piece, offset: piece.offset + from, length };
    case "typed":
      return { ...piece, bytes: piece.bytes.subarray(from, to), length };
    case "repeated":
      return { ...piece, phase: (piece.phase + from) % piece.pattern.length, length };
    default:
      return piece satisfies never;
  }
}

export function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** A chunk that grows over this is divided. */
const CHUNK_PIECES = 256;

interface Chunk {
  readonly pieces: readonly Piece[];
  readonly length: number;
}

export class PieceList {
  private chunks: Chunk[] = [];
  private total = 0;

  get size(): number {
    return this.total;
  }
  get count(): number {
    return this.chunks.reduce((sum, { pieces }) => sum + pieces.length, 0);
  }

  reset(pieces: readonly Piece[]): void {
    this.chunks = chunked(pieces.filter(({ length }) => length > 0));
    this.total = lengthOf(pieces);
  }

  all(): Piece[] {
    return this.chunks.flatMap(({ pieces }) => pieces);
  }

  /** The pieces of [offset, offset + length), which lies inside. */
  slice(offset: number, length: number): Piece[] {
    const found: Piece[] = [];
    const end = offset + length;
    let start = 0;
    for (const chunk of this.chunks) {
      if (start >= end) break;
      if (start + chunk.length > offset) {
        let at = start;
        for (const piece of chunk.pieces) {
          const from = Math.max(offset - at, 0);
          const to = Math.min(end - at, piece.length);
          if (from < to) found.push(sliceOf(piece, from, to));
          at += piece.length;
        }
      }
      start += chunk.length;
    }
    return found;
  }

  /** @returns what [offset, offset + length) was; it lies inside. */
  replace(offset: number, length: number, inserted: readonly Piece[]): Piece[] {
    const end = offset + length;
    let first = 0;
    let start = 0;
    for (; first < this.chunks.length - 1 && start + this.chunks[first]!.length < offset; first++) {
      start += this.chunks[first]!.length;
    }
    let last = first;
    let at = start;
    const before: Piece[] = [];
    const removed: Piece[] = [];
    const after: Piece[] = [];
    for (; last < this.chunks.length && (at < end || last === first); last++) {
      for (const piece of this.chunks[last]!.pieces) {
        const cut = Math.min(Math.max(offset - at, 0), piece.length);
        const rest = Math.max(Math.min(end - at, piece.length), cut);
        if (cut > 0) before.push(sliceOf(piece, 0, cut));
        if (rest > cut) removed.push(sliceOf(piece, cut, rest));
        if (rest < piece.length) after.push(sliceOf(piece, rest, piece.length));
        at += piece.length;
      }
    }
    const replacing = chunked([...before, ...inserted.filter((piece) => piece.length > 0), ...after]);
    this.chunks.splice(first, last - first, ...replacing);
    this.total += lengthOf(inserted) - length;
    return removed;
  }
}

function chunked(pieces: readonly Piece[]): Chunk[] {
  const chunks: Chunk[] = [];
  const each = pieces.length <= CHUNK_PIECES ? CHUNK_PIECES : CHUNK_PIECES / 2;
  for (let at = 0; at < pieces.length; at += each) {
    const some = pieces.slice(at, at + each);
    chunks.push({ pieces: some, length: lengthOf(some) });
  }
  return chunks;
}
