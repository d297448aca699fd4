// Where a plain document's bytes come from and go to: the disk through node:fs (nodeStore.ts), or a file that VS Code reads and
// writes whole (wholeFileStore.ts). Knows no pieces' history. No Node here.
import type {
  CommitHow,
  CommitOutcome,
  LongCall,
  Outside,
  SaveChoices,
  SaveStrategy,
} from "../../../../native/binding/index";
import type { ByteRange } from "../../../../shared/byteRange";
import { EngineError } from "../engineError";
import type { FileBytes, Piece } from "./pieces";

export interface DirtyRange extends ByteRange {
  readonly pieces: readonly Piece[];
}

/** What is to be saved, and how it differs from the file. */
export interface Shape {
  readonly pieces: readonly Piece[];
  readonly size: number;
  /** Of the file as it is. */
  readonly fileSize: number;
  /** Of the content, that are not the file's at the same offset. Ascending. */
  readonly dirty: readonly DirtyRange[];
  readonly dirtyBytes: number;
  /** File bytes stand elsewhere than in the file. */
  readonly moves: boolean;
  readonly movedBytes: number;
}

export interface SaveJob {
  readonly shape: Shape;
  readonly file: FileBytes;
  readonly strategy: SaveStrategy;
  readonly call: LongCall;
  /** To be called before [start, end) of the file is overwritten or cut off; `bytes`: what is there. */
  readonly keep: (ranges: readonly KeptRange[]) => void;
}

export interface KeptRange {
  readonly start: number;
  readonly bytes: Uint8Array;
}

export interface Saved extends CommitOutcome {
  /** A new file that took the old one's place; absent: the file was written in. */
  readonly file?: FileBytes;
}

export interface PlainStore {
  readonly path: string;
  readonly writable: boolean;
  /** As of opening, or the latest save. */
  readonly size: number;
  readonly file: FileBytes;
  checkOutside(): Outside;
  /** The file that the path names now; nothing has changed when it throws. `adopt` makes it the one, `drop` lets go of it. */
  reopen(): { readonly size: number; adopt(): void; drop(): void };
  how(shape: Shape, strategy: SaveStrategy): CommitHow;
  choices(shape: Shape): SaveChoices;
  save(job: SaveJob): Promise<Saved>;
  /** @throws EngineError as a save. */
  writeCopy(target: string, pieces: readonly Piece[], call: LongCall): Promise<CommitOutcome>;
  isOwn(target: string): boolean;
  writeThrough(offset: number, bytes: Uint8Array): void;
  /** What tells this version of the file from others, as text. */
  readonly identity: string;
  /** `identity` was taken of the version that is there, maybe before a restart of the computer. */
  isVersion(identity: string): boolean;
  writeBackup(target: string, bytes: Uint8Array): Promise<void>;
  readBackup(source: string): Uint8Array;
}

/** The save failed, and its old bytes could not be put back: the file is neither the old nor the new one. */
export class HalfSavedError extends EngineError {}

/** @throws EngineError "cancelled". */
export function checkCancelled({ signal }: LongCall): void {
  if (signal?.aborted === true) throw new EngineError("cancelled", "cancelled");
}

/** A copy whose parts are read one after the other: none of it need fit into memory. */
export const PART_BYTES = 4 * 1024 * 1024;
