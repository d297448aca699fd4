// What readers of a document need, and nothing else: structs, formats, the inspector and exports read through this.
// Implementations: EngineDocument (document.ts), DocumentReader (another thread's document), MemoryByteSource (tests), PositionalByteSource (no addon).
import type { ByteRange } from "../../../shared/byteRange";

export interface ByteWindow {
  /** Exactly the bytes, own memory. Shorter than asked only at the end of the source. */
  readonly bytes: ArrayBuffer;
  /** The version of the source that all bytes belong to. */
  readonly version: number;
  readonly unsaved: readonly ByteRange[];
  /** Bytes that could not be read: shown as such, never as 00. */
  readonly unreadable: readonly ByteRange[];
}

/** [offset, offset + oldLength) became newLength bytes. */
export interface DocumentChange {
  readonly offset: number;
  readonly oldLength: number;
  readonly newLength: number;
}

export interface DocumentChanges {
  readonly version: number;
  /** Everything may have changed. */
  readonly all: boolean;
  /** In order of happening. */
  readonly changes: readonly DocumentChange[];
}

/** rows x columns elements of the source; strides in bytes from one element's first byte to the next one's. */
export interface ElementGrid {
  /** Of the first element. */
  readonly offset: number;
  readonly rows: number;
  /** May be negative: pictures that stand on their heads. */
  readonly rowStride: number;
  readonly columns: number;
  readonly columnStride: number;
  /** At least 1; elements may overlap. */
  readonly elementBytes: number;
}

export interface GatheredElements {
  /** One element after the other, row by row, own memory; 00 for what is missing. */
  readonly bytes: ArrayBuffer;
  readonly version: number;
  /** Flattened ranges of `bytes`, ascending: elements that could not be read or lie behind the end, not even in part. */
  readonly missing: readonly number[];
}

export interface ByteSource {
  /** Bytes; may change between calls, together with `version`. */
  readonly size: number;
  readonly version: number;
  /** @param offset bytes, 0 to size. @param length bytes, at most 64 MiB. @throws EngineError "out-of-range", "closed". */
  read(offset: number, length: number): Promise<ByteWindow>;
  /** As read(), on the calling thread. */
  readSync(offset: number, length: number): ByteWindow;
  /** Absent where nobody keeps account: then everything may have changed. */
  changesSince?(version: number): DocumentChanges;
  /** On the calling thread. Absent where plain reads do as well: call gather() of gather.ts. */
  gather?(grid: ElementGrid): GatheredElements;
}
