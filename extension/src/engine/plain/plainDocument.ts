// A document without the addon, with the addon's own face: EngineDocument wraps the one as the other. Reads positionally, edits
// in memory, saves through its store. No Node here: the browser's build runs it too. Over 400 lines because that face has so many
// members. Thread rule: one JavaScript thread.
import type {
  Changes,
  CommitCall,
  CommitOutcome,
  EditLogStatus,
  Gathered,
  LongCall,
  NativeDocument,
  Outside,
  SaveChoices,
  SaveCost,
  Window,
} from "../../../../native/binding/index";
import type { ByteRange } from "../../../../shared/byteRange";
import type { ByteSource } from "../byteSource";
import { EngineError } from "../engineError";
import { gatherByReads } from "../gather";
import { checkSafeInteger, clippedLength } from "../readRequest";
import { packBackup, unpackBackup } from "./plainBackup";
import { PlainContent } from "./plainContent";
import { lengthOf, repeated, typed, type FileBytes, type Piece } from "./pieces";
import { readPieces, readPiecesSync, type Content } from "./readPieces";
import { movedTo } from "./rewritten";
import { checkCancelled, HalfSavedError, type PlainStore, type Shape } from "./store";

export interface Readers {
  /** Lets other threads read the document until it closes. @returns what they name it by. */
  offer(document: PlainDocument): { readonly key: number; close(): void };
}

export class PlainDocument implements NativeDocument {
  readonly mapped = false;
  readonly pageSize = 4096;
  private readonly content: PlainContent;
  private closed = false;
  private saving = false;
  /** A failed save left the file as neither the old nor the new one. */
  private sound = true;
  /** Files that saves replaced, whose bytes undo still shows. */
  private readonly olds: FileBytes[] = [];
  private offered: { readonly key: number; close(): void } | undefined;

  constructor(
    private readonly store: PlainStore,
    private readonly readers: Readers,
  ) {
    this.content = new PlainContent(store.file, store.size);
  }

  get path(): string {
    return this.store.path;
  }
  get writable(): boolean {
    return this.store.writable;
  }
  get size(): number {
    return this.closed ? 0 : this.content.size;
  }
  get version(): number {
    return this.content.changes.version;
  }
  get position(): number {
    return this.content.history.position;
  }
  get lastPosition(): number {
    return this.content.history.lastPosition;
  }
  get savedPosition(): number {
    return this.content.saved;
  }
  get dirty(): boolean {
    return this.content.dirty;
  }
  get memoryBytes(): number {
    // Some 100 bytes of JavaScript for each piece, and what was typed.
    const typedBytes = this.content.all().reduce((sum, piece) => sum + (piece.kind === "typed" ? piece.length : 0), 0);
    return typedBytes + 100 * (this.content.pieceCount + this.content.history.pieceCount);
  }
  get pieceCount(): number {
    return this.content.pieceCount;
  }
  readerKey(): number {
    this.checkOpen();
    this.offered ??= this.readers.offer(this);
    return this.offered.key;
  }

  async read(offset: number, length: number): Promise<Window> {
    const { pieces, ...about } = this.window(offset, length);
    try {
      return windowOf(offset, about, await readPieces(pieces));
    } catch (error) {
      // A save has put a new file in the place of the one that these pieces are of.
      if (this.closed || !(error instanceof EngineError) || error.code !== "closed") throw error;
      return this.read(offset, length);
    }
  }
  readSync(offset: number, length: number): Window {
    const { pieces, ...about } = this.window(offset, length);
    return windowOf(offset, about, readPiecesSync(pieces));
  }
  gather(
    offset: number,
    rows: number,
    rowStride: number,
    columns: number,
    columnStride: number,
    elementBytes: number,
  ): Gathered {
    const grid = { offset, rows, rowStride, columns, columnStride, elementBytes };
    const { bytes, version, missing } = gatherByReads(this.asSource(), grid);
    return { bytes: bytes, version, missing: Float64Array.from(missing) };
  }
  /** Holes are not known here: all of it counts as stored. */
  extents(start: number, end: number, limit: number): Float64Array {
    this.checkOpen();
    checkRange(start, end);
    checkSafeInteger(limit, "limit");
    const to = Math.min(end, this.size);
    return Float64Array.from(start < to && limit > 0 ? [start, to] : []);
  }

  overwrite(offset: number, bytes: Uint8Array, merge = false): void {
    const piece = this.edit(offset, bytes, "bytes");
    if (offset > this.size) throw outOfRange(offset, this.size);
    if (piece.length > 0) this.replace(offset, Math.min(piece.length, this.size - offset), [piece], merge);
  }
  insert(offset: number, bytes: Uint8Array, merge = false): void {
    const piece = this.edit(offset, bytes, "bytes");
    if (offset > this.size) throw outOfRange(offset, this.size);
    if (piece.length > 0) this.replace(offset, 0, [piece], merge);
  }
  erase(offset: number, length: number, merge = false): void {
    this.edit(offset);
    checkSafeInteger(length, "length");
    if (offset > this.size || length > this.size - offset) throw outOfRange(offset, this.size);
    if (length > 0) this.replace(offset, length, [], merge);
  }
  fill(offset: number, length: number, pattern: Uint8Array): void {
    const piece = this.pattern(offset, length, pattern);
    if (offset > this.size || length > this.size - offset) throw outOfRange(offset, this.size);
    if (length > 0) this.replace(offset, length, [piece], false);
  }
  insertFill(offset: number, length: number, pattern: Uint8Array): void {
    const piece = this.pattern(offset, length, pattern);
    if (offset > this.size) throw outOfRange(offset, this.size);
    if (length > 0) this.replace(offset, 0, [piece], false);
  }
  beginStep(): void {
    this.content.history.begin();
  }
  endStep(): void {
    this.content.history.end();
  }
  sealStep(): void {
    this.content.history.seal();
  }

  seek(position: number): void {
    this.checkOpen();
    checkSafeInteger(position, "position");
    this.content.seek(position);
  }
  revert(): void {
    this.checkOpen();
    this.content.revert();
  }
  reload(): void {
    this.checkIdle();
    const opened = this.store.reopen();
    opened.adopt();
    this.sound = true;
    this.content.restart(this.store.file, opened.size);
  }
  rebase(): boolean {
    this.checkIdle();
    if (!this.sound) {
      const message = `${this.path} holds what a failed save left; load it again, or save the edits elsewhere`;
      throw new EngineError("changed", message, { path: this.path });
    }
    const opened = this.store.reopen();
    try {
      const kept = this.content.rebase(opened.size);
      opened.adopt();
      return kept;
    } catch (error) {
      opened.drop();
      throw error;
    }
  }
  unsaved(limit: number): Float64Array {
    checkSafeInteger(limit, "limit");
    const found: [start: number, end: number, fileOffset: number][] = [];
    let fileOffset = 0;
    let at = 0;
    for (const piece of this.content.all()) {
      const last = found.at(-1);
      if (!this.content.isUnsaved(piece)) fileOffset = (piece.kind === "stored" ? piece.offset : 0) + piece.length;
      else if (last?.[1] === at) last[1] += piece.length;
      else if (found.length === limit) break;
      else found.push([at, at + piece.length, fileOffset]);
      at += piece.length;
    }
    return Float64Array.from(found.flat());
  }
  differences(): Float64Array {
    this.checkOpen();
    return Float64Array.from(this.content.differences());
  }
  writeThrough(offset: number, bytes: Uint8Array): void {
    this.checkIdle();
    const { length } = this.edit(offset, bytes, "bytes");
    if (this.dirty) {
      throw new EngineError(
        "invalid-argument",
        "save or discard the unsaved edits before writing straight into the file",
      );
    }
    if (offset > this.size || length > this.size - offset) throw outOfRange(offset, this.size);
    if (length === 0) return;
    this.store.writeThrough(offset, bytes);
    this.content.changes.add(offset, length, length);
  }
  changesSince(version: number): Changes {
    checkSafeInteger(version, "version");
    return this.content.changes.since(version);
  }
  estimateSave(): SaveCost {
    const shape = this.content.shape();
    const how = this.how(shape);
    const bytes = how === "rewritten" ? shape.size : how === "nothing" ? 0 : shape.dirtyBytes;
    return { bytes, ranges: shape.dirty.length, how };
  }
  estimateChoices(): SaveChoices {
    this.checkOpen();
    return this.store.choices(this.content.shape());
  }

  async commit(call: CommitCall = {}): Promise<CommitOutcome> {
    this.checkIdle();
    if (!this.writable) throw new EngineError("read-only", `${this.path} is open read-only`, { path: this.path });
    checkCancelled(call);
    const { strategy = "auto" } = call;
    if (strategy === "blocks") throw new EngineError("unsupported", "only the native core moves blocks");
    if (!["auto", "rewrite", "shift"].includes(strategy)) {
      throw new EngineError("invalid-argument", `strategy must be auto, rewrite or shift, got ${String(strategy)}`);
    }
    const { content, store } = this;
    this.saving = true;
    content.beginSave();
    const shape = content.shape();
    try {
      if (this.how(shape) === "nothing") {
        content.endSave(shape.size);
        return { how: "nothing", bytesWritten: 0, notKept: [] };
      }
      const outside = store.checkOutside();
      if (outside !== "same") {
        throw new EngineError("changed", `${this.path} was changed by another program (${outside})`, {
          path: this.path,
        });
      }
      const old = store.file;
      const job = { shape, file: old, strategy, call, keep: content.keep.bind(content) };
      const { file, ...outcome } = await store.save(job);
      this.sound = true;
      const moved = file === undefined ? undefined : movedTo(file, old, shape.pieces);
      content.endSave(shape.size, moved);
      if (moved?.needsOld === true) this.olds.push(old);
      else if (moved !== undefined) old.source.close();
      return outcome;
    } catch (error) {
      // Ours and nobody else's writes are in it: then it is no longer what any step says.
      this.sound = !(error instanceof HalfSavedError);
      content.abandonSave(this.sound);
      throw error;
    } finally {
      this.saving = false;
    }
  }
  async saveAs(target: string, call: LongCall = {}): Promise<CommitOutcome> {
    checkPath(target, "target");
    return this.store.isOwn(target) ? this.commit(call) : this.copy(target, this.content.all(), call);
  }
  async exportRange(start: number, end: number, target: string, call: LongCall = {}): Promise<CommitOutcome> {
    this.checkOpen();
    checkRange(start, end);
    checkPath(target, "target");
    if (end > this.size) throw outOfRange(end, this.size);
    return this.copy(target, this.content.slice(start, end - start), call);
  }
  async backup(target: string): Promise<void> {
    this.checkOpen();
    checkPath(target, "target");
    await this.store.writeBackup(target, await this.backupBytes());
  }
  /** What restoreBytes() takes. */
  backupBytes(): Promise<Uint8Array> {
    return packBackup(this.store, this.content.all(), (piece) => this.content.isUnsaved(piece));
  }
  restore(backup: string, force = false): void {
    this.checkOpen();
    checkPath(backup, "backup");
    this.restoreBytes(this.store.readBackup(backup), force);
  }
  /** @throws EngineError "changed", "out-of-range" (forced, and it does not fit), "corrupt"; nothing applied then. */
  restoreBytes(backup: Uint8Array, force = false): void {
    const pieces = unpackBackup(this.store, backup, force);
    this.content.history.seal();
    this.content.replace(0, this.size, pieces, false);
    this.content.history.seal();
  }
  async replay(): Promise<void> {
    throw new EngineError("unsupported", "an edit log can be brought back by the native core alone");
  }
  async flushLog(): Promise<void> {
    this.checkOpen();
  }
  /** There is none: VS Code's backup holds the edits themselves. */
  logStatus(): EditLogStatus {
    return { path: "", bytes: 0 };
  }
  checkOutside(): Outside {
    this.checkOpen();
    return this.saving ? "same" : this.store.checkOutside();
  }
  close(): void {
    if (this.closed) return;
    this.offered?.close();
    this.closed = true;
    for (const { source } of [...this.olds, this.store.file]) source.close();
  }

  /** As scans and other readers take it. */
  asSource(): ByteSource {
    const toRanges = (flat: Float64Array): ByteRange[] =>
      Array.from({ length: flat.length / 2 }, (_, i) => ({ start: flat[2 * i]!, end: flat[2 * i + 1]! }));
    const objects = ({ bytes, version, unsaved, unreadable }: Window) => {
      return { bytes, version, unsaved: toRanges(unsaved), unreadable: toRanges(unreadable) };
    };
    return {
      size: this.size,
      version: this.version,
      read: async (offset, length) => objects(await this.read(offset, length)),
      readSync: (offset, length) => objects(this.readSync(offset, length)),
    };
  }

  private how(shape: Shape) {
    if (shape.dirty.length === 0 && shape.size === shape.fileSize) return "nothing";
    return this.store.how(shape, "auto");
  }

  private async copy(target: string, pieces: readonly Piece[], call: LongCall): Promise<CommitOutcome> {
    this.checkIdle();
    checkCancelled(call);
    this.saving = true;
    try {
      return await this.store.writeCopy(target, pieces, call);
    } finally {
      this.saving = false;
    }
  }

  private window(offset: number, length: number): About & { readonly pieces: readonly Piece[] } {
    this.checkOpen();
    const pieces = this.content.slice(offset, clippedLength(offset, length, this.size));
    const unsaved: number[] = [];
    let at = offset;
    for (const piece of pieces) {
      if (this.content.isUnsaved(piece)) {
        if (unsaved.at(-1) === at) unsaved[unsaved.length - 1] = at + piece.length;
        else unsaved.push(at, at + piece.length);
      }
      at += piece.length;
    }
    return { pieces, version: this.version, unsaved: Float64Array.from(unsaved) };
  }

  private replace(offset: number, length: number, inserted: readonly Piece[], merge: boolean): void {
    if (lengthOf(inserted) > Number.MAX_SAFE_INTEGER - this.size + length) {
      throw new EngineError("too-large", "the document would grow past 2^53 - 1 bytes", { offset });
    }
    this.content.replace(offset, length, inserted, merge);
  }

  private edit(offset: number, bytes: Uint8Array = new Uint8Array(0), name = "bytes"): Piece {
    this.checkOpen();
    checkSafeInteger(offset, "offset");
    if (!(bytes instanceof Uint8Array)) throw new EngineError("invalid-argument", `${name} must be a Uint8Array`);
    if (!this.writable) throw new EngineError("read-only", `${this.path} is open read-only`, { path: this.path });
    // The caller may go on using its memory.
    return typed(bytes.slice());
  }

  private pattern(offset: number, length: number, pattern: Uint8Array): Piece {
    this.edit(offset, pattern, "pattern");
    checkSafeInteger(length, "length");
    if (pattern.length === 0) throw new EngineError("invalid-argument", "pattern must not be empty");
    return repeated(pattern.slice(), length);
  }

  private checkOpen(): void {
    if (this.closed) throw new EngineError("closed", `${this.path} is closed`, { path: this.path });
  }
  private checkIdle(): void {
    this.checkOpen();
    if (this.saving) throw new EngineError("busy", "a save of this document is running already", { path: this.path });
  }
}

/** Of a window, as of the moment it was asked for. */
type About = Pick<Window, "version" | "unsaved">;

function windowOf(offset: number, about: About, { bytes, unreadable }: Content): Window {
  const flat = unreadable.flatMap(({ start, end }) => [start + offset, end + offset]);
  return { ...about, bytes: bytes.buffer, unreadable: Float64Array.from(flat) };
}

function checkRange(start: number, end: number): void {
  checkSafeInteger(start, "start");
  checkSafeInteger(end, "end");
  if (start > end) throw new EngineError("invalid-argument", "start must not be past end", { offset: start });
}

function checkPath(path: string, name: string): void {
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new EngineError("invalid-argument", `${name} must be a path`);
  }
}

function outOfRange(offset: number, size: number): EngineError {
  return new EngineError("out-of-range", `offset ${offset} is past the end, ${size}, or reaches over it`, { offset });
}
