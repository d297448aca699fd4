// The addon's face, as JavaScript sees it. Offsets and lengths: bytes, safe integers, ranges half-open and flattened
// ([start, end, start, end, ...]). Every failure is an Error with `code` (status.h, CodeName), `offset?`, `osError?`, `path?`.

export type ErrorCode =
  | "not-found"
  | "access-denied"
  | "read-only"
  | "not-a-file"
  | "exists"
  | "out-of-range"
  | "invalid-argument"
  | "vanished"
  | "changed"
  | "io"
  | "no-space"
  | "quota"
  | "busy"
  | "closed"
  | "cancelled"
  | "unsupported"
  | "too-large"
  | "corrupt";

export interface NativeError extends Error {
  readonly code: ErrorCode;
  readonly osError?: number;
  readonly offset?: number;
}

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** Folder for spill files and journals; absent: the system's temporary folder, no journal. */
  readonly storageFolder?: string;
  /** Appends every edit to a log in the storage folder, within 100 ms, for whoever opens the file after a kill. */
  readonly logEdits?: boolean;
}

export interface EditLogStatus {
  /** Empty: there is no log, nothing is unsaved. */
  readonly path: string;
  readonly bytes: number;
  /** Why edits are not on disk at the moment. They are tried again as long as the document is open. */
  readonly trouble?: NativeError;
}

export interface Window {
  /** Exactly the bytes; own memory, transferable. Shorter than asked only at the document's end. */
  readonly bytes: ArrayBuffer;
  readonly version: number;
  /** Flattened ranges of unsaved bytes, document offsets. */
  readonly unsaved: Float64Array;
  /** Flattened ranges that could not be read (shown as unreadable, never as 00). */
  readonly unreadable: Float64Array;
}

export interface Changes {
  readonly version: number;
  /** Everything may have changed. */
  readonly all: boolean;
  /** Triples: offset, old length, new length; in order of happening. */
  readonly changes: Float64Array;
}

export type CommitHow = "nothing" | "in-place" | "rewritten" | "shifted" | "rolled-back" | "completed";
export interface SaveCost {
  readonly bytes: number;
  readonly ranges: number;
  readonly how: CommitHow;
}
/** "rewrite": a new file takes the old one's place. "shift": bytes move inside it, under a journal. "blocks": whole blocks
 *  move in the file system's map, or `unsupported`. "auto": blocks where that spares 64 MiB, else a shift where hard links
 *  or the folder demand it, else a rewrite. Saves that move nothing take no notice of it. */
export type SaveStrategy = "auto" | "rewrite" | "shift" | "blocks";
/** What each way of a save that moves bytes takes, in bytes; asked of the disk at the call. */
export interface SaveChoices {
  /** From here on bytes move or are new. */
  readonly firstChanged: number;
  /** Of the file, that end up at another offset; 0: the save is in place anyway. */
  readonly movedBytes: number;
  /** Held by a new file; holes and shared blocks cost less. */
  readonly rewriteBytes: number;
  /** Free in the file's folder. */
  readonly rewriteFree: number;
  readonly shiftBytes: number;
  /** Kept aside by a shift, at most. */
  readonly journalBytes: number;
  /** Free in the storage folder. */
  readonly journalFree: number;
  /** Names of the file; a new file takes the place of one only. */
  readonly links: number;
  readonly canRewrite: boolean;
  readonly canShift: boolean;
  /** Written into the file where only blocks have to be moved; null: they cannot be, or it takes more than that. The save
   *  itself may still find that they cannot. */
  readonly blockBytes: number | null;
}
export interface CommitOutcome {
  readonly how: CommitHow;
  readonly bytesWritten: number;
  readonly notKept: readonly string[];
}
export type Outside = "same" | "modified" | "truncated" | "grown" | "replaced" | "deleted" | "unreachable";

/** Progress and cancellation of one long call. Pass one per call. */
export interface LongCall {
  readonly onProgress?: (done: number, total: number) => void;
  /** Aborting ends the call with code "cancelled". */
  readonly signal?: AbortSignal;
}

export interface CommitCall extends LongCall {
  readonly strategy?: SaveStrategy;
}

export class NativeDocument {
  static open(path: string, options?: OpenOptions): NativeDocument;
  readonly path: string;
  readonly writable: boolean;
  readonly size: number;
  readonly version: number;
  readonly position: number;
  readonly lastPosition: number;
  /** -1 when no step leads to what the file holds. */
  readonly savedPosition: number;
  readonly dirty: boolean;
  readonly mapped: boolean;
  readonly pageSize: number;
  readonly memoryBytes: number;
  readonly pieceCount: number;

  /** What attachReader() takes, in any thread of this process. */
  readerKey(): number;
  /** Off the main thread; at most 64 MiB. */
  read(offset: number, length: number): Promise<Window>;
  /** On this thread: for worker threads and the command line. */
  readSync(offset: number, length: number): Window;
  /** On this thread: rows x columns elements at even distances, at most 64 MiB. `rowStride` may be negative. */
  gather(
    offset: number,
    rows: number,
    rowStride: number,
    columns: number,
    columnStride: number,
    elementBytes: number,
  ): Gathered;
  extents(start: number, end: number, limit: number): Float64Array;

  overwrite(offset: number, bytes: Uint8Array, merge?: boolean): void;
  insert(offset: number, bytes: Uint8Array, merge?: boolean): void;
  erase(offset: number, length: number, merge?: boolean): void;
  fill(offset: number, length: number, pattern: Uint8Array): void;
  insertFill(offset: number, length: number, pattern: Uint8Array): void;
  beginStep(): void;
  endStep(): void;
  sealStep(): void;

  seek(position: number): void;
  revert(): void;
  reload(): void;
  /** Puts edits and history on top of the file as it is now. False: older steps are gone, unsaved edits are one step.
   *  After "out-of-range" (edits behind the new end) or "changed" (both grew at the end) nothing has changed. */
  rebase(): boolean;
  /** Triples: start, end of unsaved bytes, and the file offset that they stand at; ascending, at most `limit`. */
  unsaved(limit: number): Float64Array;
  /** Live mode: into the file at once, without undo; only while nothing is unsaved. */
  writeThrough(offset: number, bytes: Uint8Array): void;
  changesSince(version: number): Changes;
  estimateSave(): SaveCost;

  estimateChoices(): SaveChoices;
  commit(call?: CommitCall): Promise<CommitOutcome>;
  saveAs(target: string, call?: LongCall): Promise<CommitOutcome>;
  exportRange(start: number, end: number, target: string, call?: LongCall): Promise<CommitOutcome>;
  backup(target: string): Promise<void>;
  restore(backup: string, force?: boolean): void;
  /** Takes up the edits of a log that a killed process left, and goes on writing it. Only before the first edit.
   *  "changed": made on another version of the file, nothing applied, unless `force`; then "out-of-range" where they do
   *  not fit. "busy": another process is writing it. After an error the document is as opened. */
  replay(logPath: string, force?: boolean): Promise<void>;
  /** Resolves once every edit so far is out of a kill's reach. */
  flushLog(): Promise<void>;
  logStatus(): EditLogStatus;
  checkOutside(): Outside;
  /** The log of unsaved edits stays for whoever opens the file next, unless they are discarded. */
  close(discardEdits?: boolean): void;
}

/** Elements of a grid, row by row. `missing`: flattened ranges of `bytes`, unreadable or behind the end. */
export interface Gathered {
  readonly bytes: ArrayBuffer;
  readonly version: number;
  readonly missing: Float64Array;
}

/** A document of another thread, unsaved edits included: reads only, never in the way of its writer. */
export interface NativeReader {
  readonly size: number;
  readonly version: number;
  readSync(offset: number, length: number): Window;
  /** As NativeDocument.gather(). */
  gather: NativeDocument["gather"];
  changesSince(version: number): Changes;
}
/** @throws "closed": there is no such document any more. */
export function attachReader(key: number): NativeReader;

export interface JournalInfo {
  readonly path: string;
  readonly bytes: number;
  readonly complete: boolean;
}
/** null: none waits. */
export function findJournal(storageFolder: string, path: string): JournalInfo | null;
/** "safe", the default: "changed" or "corrupt" when in doubt, nothing touched. "force": puts the old bytes back after a copy of
 *  what is there now. "discard": takes the file as it is. The last two name in `notKept` what they set aside. */
export type RecoverChoice = "safe" | "force" | "discard";
export function recover(storageFolder: string, path: string, choice?: RecoverChoice): Promise<CommitOutcome>;

/** Of the file that the edits were made on. */
export interface BaseVersion {
  readonly baseSize: number;
  /** When it was last changed, since 1970. */
  readonly baseTimeMs: number;
}
export interface EditLogInfo extends BaseVersion {
  readonly logPath: string;
  /** Of the file, when the log was begun. */
  readonly path: string;
  readonly bytes: number;
  /** Unsaved, as undo counts them; 0: nothing to be brought back. */
  readonly steps: number;
  readonly writtenMs: number;
  /** "saved": the process died at the end of a save, and the file holds the edits. */
  readonly state: "same" | "saved" | "changed";
  /** The process that writes it is running. */
  readonly live: boolean;
}
/** Of the file at `path`, the latest first. */
export function findEditLogs(storageFolder: string, path: string): Promise<EditLogInfo[]>;
export interface EditLogChanges extends BaseVersion {
  /** Of the file, when the log was begun. */
  readonly path: string;
  /** Flattened ranges of the edited content that differ from the old file, at most `limit`. */
  readonly ranges: Float64Array;
  readonly rangeCount: number;
  readonly rangeBytes: number;
  readonly newSize: number;
}
export function describeEditLog(logPath: string, limit: number): Promise<EditLogChanges>;
export function discardEditLog(logPath: string): Promise<void>;
/** Keeps it under a name that is never looked for. Resolves to that. */
export function setAsideEditLog(logPath: string): Promise<string>;
/** Copies a log, whoever writes it, to a name of its own and removes the old name. Resolves to the new path. */
export function takeOverEditLog(logPath: string): Promise<string>;
/** A journal that a recovery set aside. */
export interface KeptJournal {
  /** Of the file that the bytes are of. */
  readonly path: string;
  readonly keptMs: number;
  /** The bytes that a recovery replaced; else those that were there before an interrupted save. */
  readonly replaced: boolean;
  /** False: blocks were moved in the file, and the bytes have no place in it now. */
  readonly placed: boolean;
  /** Flattened, at most `limit`. */
  readonly ranges: Float64Array;
  readonly rangeCount: number;
  readonly rangeBytes: number;
}
export function describeKeptJournal(keptPath: string, limit: number): Promise<KeptJournal>;
/** Every byte that the journal holds at its offset, as one unsaved step. @throws "out-of-range": the document is too short;
 *  "too-large": more than 64 MiB; "unsupported": not `placed`; "corrupt". Nothing has changed then. */
export function putKeptJournal(document: NativeDocument, keptPath: string): void;
/** Removes logs older than this whose files do not exist any more. Resolves to how many. */
export function tidyEditLogs(storageFolder: string, ageMs: number): Promise<number>;

// Scans run on threads of their own and see unsaved edits. `stale`: the document was edited meanwhile, what was found
// belongs to no single version. Errors: "cancelled", "closed", "io", "invalid-argument", "too-large".
export interface ScanOptions extends LongCall {
  readonly from?: number;
  /** Cut to the document's size. */
  readonly to?: number;
  /** 0 or absent: one for each processor. */
  readonly threads?: number;
}
export interface ScanOutcome {
  /** Of the document when the scan began. */
  readonly version: number;
  readonly stale: boolean;
  readonly unreadableBytes: number;
}

/** Integer types as in Kaitai Struct: u1, s1, u2le ... f8be. */
export type ValueType = "u1" | "s1" | `${"u" | "s"}${2 | 4 | 8}${"le" | "be"}` | `f${4 | 8}${"le" | "be"}`;
export type Needle =
  /** `mask`: the bits that count; absent: all. At most 64 KiB, with a mask 4 KiB. */
  | { readonly kind: "bytes"; readonly value: Uint8Array; readonly mask?: Uint8Array; readonly align?: number }
  /** One of the spellings at each place; those of a place have the same length. */
  | { readonly kind: "folded"; readonly places: readonly (readonly Uint8Array[])[]; readonly align?: number }
  /** Both ends belong to the range: bigints for integers, numbers for floats. */
  | {
      readonly kind: "range";
      readonly type: ValueType;
      readonly low: bigint | number;
      readonly high: bigint | number;
      readonly align?: number;
    }
  /** Bytes that are not those of `pattern`, repeated from `origin` on. */
  | { readonly kind: "differ"; readonly pattern: Uint8Array; readonly origin: number }
  /** RE2 syntax over the bytes of the range as one text; the pattern's own bytes are UTF-8. Matches of no bytes are none. */
  | { readonly kind: "regex"; readonly pattern: string; readonly ignoreCase?: boolean };
export interface FindOptions extends ScanOptions {
  readonly limit?: number;
  /** Offsets, ascending, as they are found, of a pattern flattened ranges; absent: they are counted only. */
  readonly onHits?: (hits: Float64Array) => void;
}
export interface FindOutcome extends ScanOutcome {
  readonly count: number;
  /** The limit was reached: there may be more. */
  readonly truncated: boolean;
  /** Bytes of each match; 0: they differ, hits are ranges. */
  readonly matchLength: number;
}
/** Every place that matches, also where matches overlap; of a pattern one after the other from the left. */
export function find(document: NativeDocument, needle: Needle, options?: FindOptions): Promise<FindOutcome>;
/** Puts `bytes` in the place of ascending ranges (flattened), as they were before the first replacement of the step; `shift`: by
 *  how much the replacements so far have moved the rest. Returns the shift afterwards. On this thread: give it some thousands. */
export function replaceHits(document: NativeDocument, ranges: Float64Array, bytes: Uint8Array, shift: number): number;

export interface StatsOptions extends ScanOptions {
  /** Parts of equal length that the range is divided into, 1 to a million. */
  readonly buckets?: number;
}
export interface StatsOutcome extends ScanOutcome {
  /** How often each of the 256 bytes occurs. */
  readonly counts: Float64Array;
  /** Bits for each byte, 0 to 8, of each bucket. */
  readonly entropy: Float64Array;
}
export function stats(document: NativeDocument, options?: StatsOptions): Promise<StatsOutcome>;

export interface ChecksumsOutcome extends ScanOutcome {
  /** Lower-case hex, as the names. */
  readonly sums: readonly string[];
}
/** CRCs by catalogue name, adler-32, xxh32, xxh64, xxh3, xxh128. "changed": edited meanwhile; "io": unreadable bytes. */
export function checksums(
  document: NativeDocument,
  names: readonly string[],
  options?: ScanOptions,
): Promise<ChecksumsOutcome>;
export function checksumNames(): string[];

export type TextKind = "ascii" | "utf-8" | "utf-16le" | "utf-16be";
export interface StringsOptions extends ScanOptions {
  /** Characters, from 1 on; absent: 4. */
  readonly min?: number;
  readonly limit?: number;
  /** Triples, ascending: start, end, index of the encoding. */
  readonly onStrings?: (strings: Float64Array) => void;
}
export interface StringsOutcome extends ScanOutcome {
  readonly count: number;
  readonly truncated: boolean;
}
/** All encodings in one pass. A string in which hundreds of thousands of others begin comes in parts. */
export function strings(
  document: NativeDocument,
  encodings: readonly TextKind[],
  options?: StringsOptions,
): Promise<StringsOutcome>;

export interface DiffOptions extends ScanOptions {
  /** Of the other document; `from` and `to` are of the first. */
  readonly otherFrom?: number;
  readonly otherTo?: number;
  readonly limit?: number;
  /** Fours, ascending: start and end in the first, start and end in the other. */
  readonly onDifferences?: (differences: Float64Array) => void;
}
export interface DiffOutcome extends ScanOutcome {
  readonly count: number;
  readonly truncated: boolean;
}
/** What was changed, inserted and deleted from the first to the other. Unreadable bytes count as 00, and are told. */
export function diff(document: NativeDocument, other: NativeDocument, options?: DiffOptions): Promise<DiffOutcome>;
/** What the unsaved edits make of the file, from the edits alone: fours, ascending, start and end in the file, start and end in
 *  the document. What was overwritten with the same bytes counts. @throws "unsupported": old bytes stand in another order. */
export function unsavedDifferences(document: NativeDocument): Float64Array;

/** Fills the array, whose buffer must not be transferred meanwhile. `length`: fewer only at the end. */
export function readInto(
  document: NativeDocument,
  offset: number,
  bytes: Uint8Array,
): Promise<{ readonly length: number; readonly version: number; readonly unreadable: Float64Array }>;

/** A region of elements at even distances: `rows` rows of `rowBytes` bytes, whole elements. */
export interface ElementRows {
  readonly offset: number;
  readonly rows: number;
  readonly rowStride: number;
  readonly rowBytes: number;
  /** Bits of each row's first and last byte that may change: 255 but for elements of less than a byte. */
  readonly firstMask: number;
  readonly lastMask: number;
}
/** `bits` bits of the old element from `from` on, counted from the lowest, are looked up and become `toBits` bits of the new
 *  one from `to` on. At most 16 each. */
export interface ElementField {
  readonly from: number;
  readonly bits: number;
  readonly to: number;
  readonly toBits: number;
  /** 2^bits values. */
  readonly table: Uint16Array;
}
export interface ElementMap {
  /** 1 to 8. */
  readonly elementBytes: number;
  readonly fields: readonly ElementField[];
}
/** Passes every element of the region through tables, as one undo step, on threads of its own. After a failure the document is
 *  as before: "busy" (edited meanwhile), "io" (unreadable bytes), "no-space", "cancelled", "out-of-range", "too-large". */
export function mapElements(
  document: NativeDocument,
  rows: ElementRows,
  map: ElementMap,
  options?: LongCall & { readonly threads?: number },
): Promise<ScanOutcome>;
