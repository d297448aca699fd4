// Bytes of pieces: stretches of the file are read from their source, the rest is copied. What cannot be read is told, never
// passed off as 00. Knows no document. Thread rule: none.
import type { ByteRange } from "../../../../shared/byteRange";
import type { ByteWindow } from "../byteSource";
import { EngineError } from "../engineError";
import { lengthOf, type Piece } from "./pieces";

export interface Content {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of `bytes`. */
  readonly unreadable: readonly ByteRange[];
}

type StoredPiece = Extract<Piece, { kind: "stored" }>;

export async function readPieces(pieces: readonly Piece[]): Promise<Content> {
  const filling = new Filling(pieces);
  for (const place of filling.places) filling.took(place, await readStored(place.piece));
  return filling;
}

export function readPiecesSync(pieces: readonly Piece[]): Content {
  const filling = new Filling(pieces);
  for (const place of filling.places) filling.took(place, readStoredSync(place.piece));
  return filling;
}

/** @throws EngineError "io": some of it cannot be read, and what is to be saved must be whole. */
export async function readWhole(pieces: readonly Piece[], path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes, unreadable } = await readPieces(pieces);
  const [lost] = unreadable;
  if (lost !== undefined) {
    throw new EngineError("io", `${path}: ${lost.end - lost.start} bytes that are to be kept cannot be read`, { path });
  }
  return bytes;
}

/** A file that was cut since has nothing there: that is unreadable, and no error. */
function gone(error: unknown): undefined {
  if (error instanceof EngineError && (error.code === "out-of-range" || error.code === "vanished")) return undefined;
  throw error;
}

async function readStored({ file, offset, length }: StoredPiece): Promise<ByteWindow | undefined> {
  return file.source.read(offset, length).catch(gone);
}

function readStoredSync({ file, offset, length }: StoredPiece): ByteWindow | undefined {
  try {
    return file.source.readSync(offset, length);
  } catch (error) {
    return gone(error);
  }
}

interface Place {
  readonly piece: StoredPiece;
  readonly at: number;
}

class Filling implements Content {
  bytes: Uint8Array<ArrayBuffer>;
  readonly unreadable: ByteRange[] = [];
  readonly places: Place[] = [];

  constructor(pieces: readonly Piece[]) {
    const [only] = pieces;
    // The source's own memory serves, uncopied.
    const alone = pieces.length === 1 && only?.kind === "stored";
    this.bytes = new Uint8Array(alone ? 0 : lengthOf(pieces));
    let at = 0;
    for (const piece of pieces) {
      if (piece.kind === "stored") this.places.push({ piece, at });
      else if (piece.kind === "typed") this.bytes.set(piece.bytes, at);
      else repeat(this.bytes.subarray(at, at + piece.length), piece.pattern, piece.phase);
      at += piece.length;
    }
  }

  /** @param window undefined: nothing is there. */
  took({ piece, at }: Place, window: ByteWindow | undefined): void {
    const { offset, length } = piece;
    const got = new Uint8Array(window?.bytes ?? new ArrayBuffer(0));
    if (this.bytes.length > 0) this.bytes.set(got, at);
    else if (got.length === length) this.bytes = got;
    else {
      this.bytes = new Uint8Array(length);
      this.bytes.set(got);
    }
    for (const { start, end } of window?.unreadable ?? []) this.lost(start - offset + at, end - offset + at);
    if (got.length < length) this.lost(at + got.length, at + length);
  }

  private lost(start: number, end: number): void {
    const last = this.unreadable.at(-1);
    if (last?.end === start) this.unreadable[this.unreadable.length - 1] = { start: last.start, end };
    else this.unreadable.push({ start, end });
  }
}

/** Doubles what is there: a pattern of one byte takes as few copies as a long one. */
function repeat(into: Uint8Array, pattern: Uint8Array, phase: number): void {
  const first = Math.min(pattern.length - phase, into.length);
  into.set(pattern.subarray(phase, phase + first));
  if (first === into.length) return;
  const rest = into.subarray(first);
  rest.set(pattern.subarray(0, rest.length));
  for (let filled = Math.min(pattern.length, rest.length); filled < rest.length; filled *= 2) {
    rest.copyWithin(filled, 0, Math.min(filled, rest.length - filled));
  }
}
