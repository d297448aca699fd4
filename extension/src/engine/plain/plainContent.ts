// The content and the history of a plain document: edits, undo, what is unsaved, what a save would write. Keeps its promises
// across saves and outside changes; touches no file itself. No Node here. Thread rule: one JavaScript thread.
import { EngineError } from "../engineError";
import { ChangeLog, History, type Operation } from "./history";
import { lengthOf, PieceList, sliceOf, stored, type FileBytes, type Piece } from "./pieces";
import type { KeptRange, Shape } from "./store";

/** No step leads to what the file holds. */
export const NO_POSITION = -1;

export class PlainContent {
  readonly history = new History();
  readonly changes = new ChangeLog();
  saved = 0;
  /** The step that a running save writes. */
  private pending = NO_POSITION;
  private saving = false;
  private readonly pieces = new PieceList();

  /** @param fileSize of the file as it was opened or saved last. */
  constructor(
    private file: FileBytes,
    private fileSize: number,
  ) {
    this.resetToFile();
  }

  get size(): number {
    return this.pieces.size;
  }
  get pieceCount(): number {
    return this.pieces.count;
  }
  get dirty(): boolean {
    return this.history.position !== this.saved;
  }
  all(): Piece[] {
    return this.pieces.all();
  }
  slice(offset: number, length: number): Piece[] {
    return this.pieces.slice(offset, length);
  }
  /** Not what the file on disk holds. */
  isUnsaved(piece: Piece): boolean {
    return piece.kind !== "stored" || piece.file !== this.file;
  }

  /** @throws EngineError "out-of-range". */
  replace(offset: number, length: number, inserted: readonly Piece[], merge: boolean): void {
    const { size, history } = this;
    if (offset > size || length > size - offset) {
      const what = `a range of ${length} bytes at offset ${offset} is outside the document of ${size} bytes`;
      throw new EngineError("out-of-range", what, { offset });
    }
    const removed = this.pieces.replace(offset, length, inserted);
    const { position } = history;
    // A step whose content the file holds, or is about to hold, must not grow.
    if (position === this.saved || position === this.pending) history.seal();
    if (position < history.lastPosition) {
      if (this.saved > position) this.saved = NO_POSITION;
      if (this.pending > position) this.pending = NO_POSITION;
    }
    history.record({ offset, removed, inserted }, merge);
    this.changes.add(offset, length, lengthOf(inserted));
  }

  /** @throws EngineError "out-of-range". */
  seek(target: number): void {
    const { history, saved } = this;
    const from = history.position;
    if (target > history.lastPosition) {
      throw new EngineError("out-of-range", `step ${target} does not exist; the last is ${history.lastPosition}`);
    }
    if (target === from) return;
    // Steps beyond the saved one stand on the file as it is, whatever the steps before it once put in: it may have been
    // changed by others since. While it is being written in, the pieces themselves are what is right.
    const crosses = !this.saving && saved >= Math.min(from, target) && saved <= Math.max(from, target);
    if (crosses && from !== saved) {
      this.walk(history.between(from, saved));
      this.resetToFile();
      this.walk(history.between(saved, target));
    } else this.walk(history.between(from, target));
    history.moveTo(target);
  }

  revert(): void {
    if (this.saved !== NO_POSITION) {
      this.seek(this.saved);
      return;
    }
    if (this.saving) throw new EngineError("busy", "a save is running");
    this.history.seal();
    this.replace(0, this.size, this.fileSize > 0 ? [stored(this.file, 0, this.fileSize)] : [], false);
    this.history.seal();
    this.saved = this.history.position;
  }

  /** Everything is forgotten. */
  restart(file: FileBytes, fileSize: number): void {
    this.file = file;
    this.fileSize = fileSize;
    this.history.clear();
    this.saved = 0;
    this.resetToFile();
    this.changes.addEverything();
  }

  /** Fours as of the addon's unsavedDifferences(). @throws EngineError "unsupported": old bytes stand in another order. */
  differences(): number[] {
    const found: number[] = [];
    let same = 0; // of the file, behind the latest bytes that stand in both
    let made = 0; // of the document
    const meet = (fileOffset: number, offset: number): void => {
      if (fileOffset > same || offset > made) found.push(same, fileOffset, made, offset);
    };
    let at = 0;
    for (const piece of this.pieces.all()) {
      if (piece.kind === "stored" && piece.file === this.file) {
        if (piece.offset < same) throw new EngineError("unsupported", "the old bytes stand in another order");
        meet(piece.offset, at);
        same = piece.offset + piece.length;
        made = at + piece.length;
      }
      at += piece.length;
    }
    meet(Math.max(same, this.fileSize), at);
    return found;
  }

  shape(): Shape {
    const pieces = this.pieces.all();
    const { size, fileSize } = this;
    const dirty: { start: number; end: number; pieces: Piece[] }[] = [];
    let movedBytes = 0;
    let at = 0;
    for (const piece of pieces) {
      const inFile = piece.kind === "stored" && piece.file === this.file;
      if (inFile && piece.offset !== at) movedBytes += piece.length;
      if (!inFile || piece.offset !== at) {
        const last = dirty.at(-1);
        if (last?.end === at) {
          last.end += piece.length;
          last.pieces.push(piece);
        } else dirty.push({ start: at, end: at + piece.length, pieces: [piece] });
      }
      at += piece.length;
    }
    const dirtyBytes = dirty.reduce((sum, { start, end }) => sum + end - start, 0);
    return { pieces, size, fileSize, dirty, dirtyBytes, moves: movedBytes > 0, movedBytes };
  }

  beginSave(): void {
    this.history.seal();
    this.pending = this.history.position;
    this.saving = true;
  }

  /** Bytes of the file that are about to go: whoever still shows them gets them from memory. */
  keep(ranges: readonly KeptRange[]): void {
    const translated = (pieces: readonly Piece[]): readonly Piece[] =>
      pieces.flatMap((piece) => this.kept(piece, ranges));
    this.history.translate(translated);
    this.pieces.reset(translated(this.pieces.all()).slice());
  }

  private kept(piece: Piece, ranges: readonly KeptRange[]): readonly Piece[] {
    if (piece.kind !== "stored" || piece.file !== this.file) return [piece];
    return mapped(piece, ranges, ({ start, bytes }, from, to) => {
      const own = bytes.subarray(from - start, to - start);
      return { kind: "typed", bytes: own, length: own.length };
    });
  }

  /** @param moved a new file that holds the content at these places of the old one; absent: the same file, written in. */
  endSave(
    fileSize: number,
    moved?: { readonly file: FileBytes; translate(pieces: readonly Piece[]): readonly Piece[] },
  ): void {
    this.saving = false;
    this.fileSize = fileSize;
    if (moved !== undefined) {
      this.file = moved.file;
      this.history.translate((pieces) => moved.translate(pieces));
      this.pieces.reset(moved.translate(this.pieces.all()));
    }
    this.saved = this.pending;
    this.pending = NO_POSITION;
    if (this.saved !== NO_POSITION) {
      this.resetToFile();
      for (const { offset, removed, inserted } of this.history.between(this.saved, this.history.position)) {
        this.pieces.replace(offset, lengthOf(removed), inserted);
      }
    }
    this.changes.addEverything();
  }

  /** @param sound the file holds what it held before. */
  abandonSave(sound: boolean): void {
    this.saving = false;
    this.pending = NO_POSITION;
    if (!sound) this.saved = NO_POSITION;
    else if (!this.dirty) this.resetToFile();
  }

  /** The file has another size now, and other bytes. @returns false: the history is gone, what is unsaved is one step.
   *  @throws EngineError "changed", "out-of-range": nothing has changed. */
  rebase(fileSize: number): boolean {
    const old = this.fileSize;
    this.history.seal();
    let kept = true;
    if (fileSize > old) {
      if (!this.endsWithFile()) {
        throw new EngineError("changed", "the file has grown behind an end that the unsaved edits have changed");
      }
      this.pieces.replace(this.size, 0, [stored(this.file, old, fileSize - old)]);
    } else if (fileSize < old) kept = this.followCut(old - fileSize, fileSize);
    this.fileSize = fileSize;
    if (!kept) this.restartHistory();
    else if (!this.dirty) this.resetToFile();
    this.changes.addEverything();
    return kept;
  }

  private endsWithFile(): boolean {
    if (this.size === 0) return this.fileSize === 0;
    const [last] = this.pieces.slice(this.size - 1, 1);
    return last?.kind === "stored" && last.file === this.file && last.offset + 1 === this.fileSize;
  }

  private followCut(lost: number, fileSize: number): boolean {
    const last = this.pieces.all().at(-1);
    const endsWithLost = this.endsWithFile() && last !== undefined && last.length >= lost;
    const showsLost = this.pieces
      .all()
      .some((piece) => piece.kind === "stored" && piece.file === this.file && piece.offset + piece.length > fileSize);
    if (!endsWithLost && showsLost) {
      throw new EngineError("out-of-range", "the file has become too short for the unsaved edits", {
        offset: fileSize,
      });
    }
    const kept = endsWithLost && this.tailUntouched(lost);
    if (endsWithLost) this.pieces.replace(this.size - lost, lost, []);
    return kept;
  }

  private tailUntouched(tail: number): boolean {
    const { history } = this;
    return [0, history.lastPosition].every((end) => {
      let { size } = this;
      for (const { offset, removed, inserted } of history.between(history.position, end)) {
        if (offset + lengthOf(removed) > size - tail) return false;
        size += lengthOf(inserted) - lengthOf(removed);
      }
      return true;
    });
  }

  private restartHistory(): void {
    const { dirty } = this;
    const content = this.pieces.all();
    this.history.clear();
    this.saved = 0;
    this.resetToFile();
    if (!dirty) return;
    const removed = this.pieces.replace(0, this.size, content);
    this.history.record({ offset: 0, removed, inserted: content }, false);
    this.history.seal();
  }

  private resetToFile(): void {
    this.pieces.reset(this.fileSize > 0 ? [stored(this.file, 0, this.fileSize)] : []);
  }

  private walk(operations: Iterable<Operation>): void {
    for (const { offset, removed, inserted } of operations) {
      const length = lengthOf(removed);
      this.pieces.replace(offset, length, inserted);
      this.changes.add(offset, length, lengthOf(inserted));
    }
  }
}

type StoredPiece = Extract<Piece, { kind: "stored" }>;

/** The piece in parts: those inside one of the ranges, which ascend, as `inside` makes them. */
export function mapped<Range extends { readonly start: number; readonly bytes: { readonly length: number } }>(
  piece: StoredPiece,
  ranges: readonly Range[],
  inside: (range: Range, from: number, to: number) => Piece,
): Piece[] {
  const { offset, length } = piece;
  const parts: Piece[] = [];
  let at = offset;
  for (let index = firstBehind(ranges, offset); index < ranges.length && at < offset + length; index++) {
    const range = ranges[index]!;
    const from = Math.max(range.start, at);
    const to = Math.min(range.start + range.bytes.length, offset + length);
    if (from >= to) break;
    if (from > at) parts.push(sliceOf(piece, at - offset, from - offset));
    parts.push(inside(range, from, to));
    at = to;
  }
  if (at < offset + length) parts.push(sliceOf(piece, at - offset, length));
  return parts;
}

/** The first range that ends behind `offset`. */
function firstBehind(
  ranges: readonly { readonly start: number; readonly bytes: { readonly length: number } }[],
  offset: number,
): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { start, bytes } = ranges[middle]!;
    if (start + bytes.length > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
