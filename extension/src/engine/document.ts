// The typed face of one document: ranges as objects, failures as EngineError, the addon loaded on first use. What stands in for
// the addon where it cannot be loaded (plain/) has the addon's own face.
// Checks what the addon cannot know the name of; knows nothing of VS Code or webviews.
// Thread rule: one document belongs to one JavaScript thread, its only writer.
import type {
  CommitCall,
  CommitHow,
  CommitOutcome,
  EditLogStatus,
  JournalInfo,
  LongCall,
  NativeDocument,
  OpenOptions,
  Outside,
  RecoverChoice,
  SaveChoices,
  SaveCost,
  SaveStrategy,
} from "../../../native/binding/index";
import type { ByteRange } from "../../../shared/byteRange";
import type {
  ByteSource,
  ByteWindow,
  DocumentChange,
  DocumentChanges,
  ElementGrid,
  GatheredElements,
} from "./byteSource";
import { attempt, attemptAsync, gatherThrough, toChanges, toRanges, toWindow } from "./crossing";
import { loadAddon } from "./loadAddon";
import type { NativeAddon } from "./nativeAddon";

export type {
  DocumentChange,
  DocumentChanges,
  CommitCall,
  CommitHow,
  CommitOutcome,
  JournalInfo,
  LongCall,
  OpenOptions,
  Outside,
  RecoverChoice,
  SaveChoices,
  SaveCost,
  SaveStrategy,
};

/** A document of this process, unsaved edits included; `plain`: without the addon. */
export interface ReaderSource {
  readonly readerKey: number;
  readonly plain: boolean;
}

export interface UnsavedRange extends ByteRange {
  readonly fileOffset: number;
}

export class EngineDocument implements ByteSource {
  /** @param native for the scans of the engine room alone. @param addon that it is a document of. */
  constructor(
    readonly native: NativeDocument,
    readonly addon: NativeAddon,
  ) {}

  /** Opens and reads nothing. @throws EngineError "not-found", "access-denied", "not-a-file", "io"; AddonNotFoundError. */
  static open(path: string, options?: OpenOptions, addon: NativeAddon = loadAddon()): EngineDocument {
    return new EngineDocument(
      attempt(() => addon.NativeDocument.open(path, options)),
      addon,
    );
  }

  get path(): string {
    return this.native.path;
  }
  get writable(): boolean {
    return this.native.writable;
  }
  get size(): number {
    return this.native.size;
  }
  get version(): number {
    return this.native.version;
  }
  /** The history step that the content stands at. */
  get position(): number {
    return this.native.position;
  }
  /** The newest step that redo can reach. */
  get lastPosition(): number {
    return this.native.lastPosition;
  }
  /** The step that the file holds; undefined when no step leads there. */
  get savedPosition(): number | undefined {
    const saved = this.native.savedPosition;
    return saved < 0 ? undefined : saved;
  }
  get dirty(): boolean {
    return this.native.dirty;
  }
  /** Read through mappings; false: positionally. */
  get mapped(): boolean {
    return this.native.mapped;
  }
  get pageSize(): number {
    return this.native.pageSize;
  }
  /** Held by pieces, history and edit buffer, in memory. */
  get memoryBytes(): number {
    return this.native.memoryBytes;
  }
  get pieceCount(): number {
    return this.native.pieceCount;
  }
  /** What DocumentReader.attach() takes, in any thread of this process. */
  get readerKey(): number {
    return this.native.readerKey();
  }
  /** The same, for threads of ours to be started with. */
  get readerSource(): ReaderSource {
    return { readerKey: this.readerKey, plain: this.addon.plain === true };
  }

  async read(offset: number, length: number): Promise<ByteWindow> {
    return toWindow(await attemptAsync(this.native.read(offset, length)));
  }
  readSync(offset: number, length: number): ByteWindow {
    return toWindow(attempt(() => this.native.readSync(offset, length)));
  }
  gather(grid: ElementGrid): GatheredElements {
    return gatherThrough(this.native, grid);
  }
  /** Stored or unsaved stretches of [start, end), at most `limit`; zeros between them. When `limit` cut the list, the answer
   *  goes as far as the last range's end. */
  extents(start: number, end: number, limit: number): ByteRange[] {
    return toRanges(attempt(() => this.native.extents(start, end, limit)));
  }

  /** May run past the end: then the document grows. @param merge continue the latest undo step. */
  overwrite(offset: number, bytes: Uint8Array, merge = false): void {
    attempt(() => this.native.overwrite(offset, bytes, merge));
  }
  insert(offset: number, bytes: Uint8Array, merge = false): void {
    attempt(() => this.native.insert(offset, bytes, merge));
  }
  erase(offset: number, length: number, merge = false): void {
    attempt(() => this.native.erase(offset, length, merge));
  }
  fill(offset: number, length: number, pattern: Uint8Array): void {
    attempt(() => this.native.fill(offset, length, pattern));
  }
  insertFill(offset: number, length: number, pattern: Uint8Array): void {
    attempt(() => this.native.insertFill(offset, length, pattern));
  }
  /** All edits that `edit` makes become one undo step, also when it throws: undo then takes back what was done. */
  asOneStep(edit: () => void): void {
    this.beginStep();
    try {
      edit();
    } finally {
      this.endStep();
    }
  }
  beginStep(): void {
    attempt(() => this.native.beginStep());
  }
  endStep(): void {
    attempt(() => this.native.endStep());
  }
  /** The next edit begins a step of its own. */
  sealStep(): void {
    attempt(() => this.native.sealStep());
  }

  /** Moves the content to a history step. @throws EngineError "out-of-range". */
  seek(position: number): void {
    attempt(() => this.native.seek(position));
  }
  undo(): void {
    this.seek(this.position - 1);
  }
  redo(): void {
    this.seek(this.position + 1);
  }
  /** Back to what the file holds. */
  revert(): void {
    attempt(() => this.native.revert());
  }
  /** Forgets edits and history, takes the file as it is now. */
  reload(): void {
    attempt(() => this.native.reload());
  }
  /** Puts edits and history on top of the file as it is on disk now. @returns false: older steps are gone, unsaved edits are
   *  one step. @throws EngineError "out-of-range": edits behind the new end; "changed": both grew at the end. */
  rebase(): boolean {
    return attempt(() => this.native.rebase());
  }
  /** Bytes that are not the file's, ascending, at most `limit` ranges; `fileOffset`: where in the file they stand. */
  unsaved(limit: number): UnsavedRange[] {
    const flat = attempt(() => this.native.unsaved(limit));
    return Array.from({ length: flat.length / 3 }, (_, i) => ({
      start: flat[3 * i] ?? 0,
      end: flat[3 * i + 1] ?? 0,
      fileOffset: flat[3 * i + 2] ?? 0,
    }));
  }
  /** Live mode: into the file at once, without undo; only while nothing is unsaved. */
  writeThrough(offset: number, bytes: Uint8Array): void {
    attempt(() => this.native.writeThrough(offset, bytes));
  }
  changesSince(version: number): DocumentChanges {
    return toChanges(attempt(() => this.native.changesSince(version)));
  }
  estimateSave(): SaveCost {
    return attempt(() => this.native.estimateSave());
  }

  /** For a save that moves bytes; asks the disk. */
  estimateChoices(): SaveChoices {
    return attempt(() => this.native.estimateChoices());
  }

  commit(call?: CommitCall): Promise<CommitOutcome> {
    return attemptAsync(this.native.commit(call));
  }
  /** The document stays on its own file. */
  saveAs(target: string, call?: LongCall): Promise<CommitOutcome> {
    return attemptAsync(this.native.saveAs(target, call));
  }
  exportRange(range: ByteRange, target: string, call?: LongCall): Promise<CommitOutcome> {
    return attemptAsync(this.native.exportRange(range.start, range.end, target, call));
  }
  /** Writes the unsaved edits, not the file. */
  backup(target: string): Promise<void> {
    return attemptAsync(this.native.backup(target));
  }
  /** @throws EngineError "changed": made on another version of the file, nothing applied; "corrupt". */
  restore(backup: string, force = false): void {
    attempt(() => this.native.restore(backup, force));
  }
  /** How the file on disk stands to the version that this document was made from. */
  checkOutside(): Outside {
    return attempt(() => this.native.checkOutside());
  }
  /** Later calls throw EngineError "closed". Twice is fine.
   *  @param discardEdits false: the log of unsaved edits stays for whoever opens the file next. */
  close(discardEdits = false): void {
    attempt(() => this.native.close(discardEdits));
  }

  /** Takes up the edits of a log that a killed process left, undo steps included. Only before the first edit.
   *  @throws EngineError "changed": of another version of the file, nothing applied; forced: "out-of-range", they do not
   *  fit; "busy": in use by another window; "not-found", "corrupt". */
  replay(logPath: string, force = false): Promise<void> {
    return attemptAsync(this.native.replay(logPath, force));
  }
  /** Resolves once every edit so far is out of a kill's reach. */
  flushLog(): Promise<void> {
    return attemptAsync(this.native.flushLog());
  }
  get log(): EditLogStatus {
    return attempt(() => this.native.logStatus());
  }
}

/** The journal that an interrupted commit of `path` left in `storageFolder`. */
export function findJournal(
  storageFolder: string,
  path: string,
  addon: NativeAddon = loadAddon(),
): JournalInfo | undefined {
  return attempt(() => addon.findJournal(storageFolder, path)) ?? undefined;
}

/** Finishes or rolls back what an interrupted commit of `path` left. @throws EngineError "changed", "corrupt": in doubt,
 *  nothing touched, unless `choice` says what to do; "busy": that commit is still running. */
export function recover(
  storageFolder: string,
  path: string,
  choice: RecoverChoice = "safe",
  addon: NativeAddon = loadAddon(),
): Promise<CommitOutcome> {
  return attemptAsync(addon.recover(storageFolder, path, choice));
}
