// A plain document's file where files can only be read and written whole, as through VS Code's workspace.fs in a browser: its
// bytes are held in memory. What others do to it is known as of the latest refresh(). No Node here.
import type { CommitHow, CommitOutcome, LongCall, Outside, SaveChoices } from "../../../../native/binding/index";
import type { ByteWindow } from "../byteSource";
import { EngineError } from "../engineError";
import { clippedLength } from "../readRequest";
import type { FileBytes, FileSource, Piece } from "./pieces";
import { readWhole } from "./readPieces";
import { checkCancelled, HalfSavedError, type PlainStore, type Saved, type SaveJob, type Shape } from "./store";

/** Tells versions of a file apart. */
export interface Stamp {
  readonly size: number;
  readonly modified: number;
}

/** How the file is reached. Each throws EngineErrors. */
export interface WholeFile {
  readonly path: string;
  readonly writable: boolean;
  /** undefined: there is no such file. */
  stat(): Promise<Stamp | undefined>;
  read(): Promise<Uint8Array<ArrayBuffer>>;
  write(bytes: Uint8Array): Promise<void>;
  writeOther(target: string, bytes: Uint8Array): Promise<void>;
}

interface Version {
  readonly stamp: Stamp;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class WholeFileStore implements PlainStore {
  /** What the latest look found when it was not what is known. */
  private there: Version | "deleted" | "unreachable" | undefined;
  private looking: Promise<void> = Promise.resolve();
  private saving = false;

  private constructor(
    private readonly whole: WholeFile,
    private known: Stamp,
    private current: FileBytes,
  ) {}

  /** @throws EngineError "not-found", and as `file`. */
  static async open(file: WholeFile): Promise<WholeFileStore> {
    const { stamp, bytes } = await versionOf(file);
    return new WholeFileStore(file, stamp, { source: new BytesSource(bytes) });
  }

  get path(): string {
    return this.whole.path;
  }
  get writable(): boolean {
    return this.whole.writable;
  }
  get file(): FileBytes {
    return this.current;
  }
  get size(): number {
    return this.known.size;
  }
  get identity(): string {
    return JSON.stringify(this.known);
  }
  isVersion(identity: string): boolean {
    return identity === this.identity;
  }

  /** Looks at the file; what has become of it, checkOutside() says afterwards. */
  refresh(): Promise<void> {
    this.looking = this.looking.then(() => this.look());
    return this.looking;
  }

  private async look(): Promise<void> {
    const { known } = this;
    const there = await this.found(known);
    // What a save of ours writes meanwhile is no news.
    if (!this.saving && this.known === known) this.there = there;
  }

  private async found(known: Stamp): Promise<Version | "deleted" | "unreachable" | undefined> {
    try {
      const stamp = await this.whole.stat();
      if (stamp === undefined) return "deleted";
      if (same(stamp, known)) return undefined;
      const { there } = this;
      return typeof there === "object" && same(stamp, there.stamp) ? there : await versionOf(this.whole);
    } catch {
      return "unreachable";
    }
  }

  /** As of the latest look, and has another one taken. */
  checkOutside(): Outside {
    void this.refresh();
    if (this.there === undefined) return "same";
    if (typeof this.there === "string") return this.there;
    const { size } = this.there.stamp;
    return size > this.known.size ? "grown" : size < this.known.size ? "truncated" : "modified";
  }

  reopen() {
    const { there } = this;
    if (typeof there === "string") {
      throw new EngineError(there === "deleted" ? "not-found" : "io", `${this.path} is ${there}`, { path: this.path });
    }
    const stamp = there?.stamp ?? this.known;
    return {
      size: stamp.size,
      adopt: () => {
        if (there === undefined) return;
        this.current.source = new BytesSource(there.bytes);
        this.known = there.stamp;
        this.there = undefined;
      },
      drop: () => undefined,
    };
  }

  isOwn(target: string): boolean {
    return target === this.path;
  }

  how({ moves }: Shape): CommitHow {
    return moves ? "rewritten" : "in-place";
  }

  /** The whole file is written in any case: there is nothing to choose. */
  choices(shape: Shape): SaveChoices {
    const { size, dirty, fileSize } = shape;
    return {
      firstChanged: dirty[0]?.start ?? Math.min(size, fileSize),
      movedBytes: 0,
      rewriteBytes: size,
      rewriteFree: size,
      shiftBytes: 0,
      journalBytes: 0,
      journalFree: 0,
      links: 1,
      canRewrite: true,
      canShift: false,
      blockBytes: null,
    };
  }

  async save({ shape, call }: SaveJob): Promise<Saved> {
    const bytes = await readWhole(shape.pieces, this.path);
    await this.refresh();
    if (this.checkOutside() !== "same") {
      throw new EngineError("changed", `${this.path} was changed by another program`, { path: this.path });
    }
    checkCancelled(call);
    this.saving = true;
    try {
      await this.whole.write(bytes);
      this.known = (await this.whole.stat()) ?? { size: bytes.length, modified: 0 };
    } catch (error) {
      this.saving = false;
      await this.refresh();
      if (this.there === undefined || !(error instanceof EngineError)) throw error;
      const message = `${error.message} What the file holds now may be neither the old nor the new content.`;
      throw new HalfSavedError(error.code, message, { path: this.path, cause: error });
    }
    this.saving = false;
    this.there = undefined;
    this.current = { source: new BytesSource(bytes) };
    call.onProgress?.(bytes.length, bytes.length);
    return { file: this.current, how: this.how(shape), bytesWritten: bytes.length, notKept: [] };
  }

  async writeCopy(target: string, pieces: readonly Piece[], call: LongCall): Promise<CommitOutcome> {
    const bytes = await readWhole(pieces, this.path);
    checkCancelled(call);
    await this.whole.writeOther(target, bytes);
    return { how: "rewritten", bytesWritten: bytes.length, notKept: [] };
  }

  writeThrough(): void {
    throw new EngineError(
      "unsupported",
      "Writing straight into the file is not possible where only whole files are written",
    );
  }

  writeBackup(target: string, bytes: Uint8Array): Promise<void> {
    return this.whole.writeOther(target, bytes);
  }
  readBackup(): Uint8Array {
    throw new EngineError("unsupported", "a backup is read by whoever reads whole files");
  }
}

async function versionOf(file: WholeFile): Promise<Version> {
  const stamp = await file.stat();
  if (stamp === undefined) throw new EngineError("not-found", `${file.path} does not exist`, { path: file.path });
  const bytes = await file.read();
  // Written between the two: the size that was read is the one that counts.
  return { stamp: { ...stamp, size: bytes.length }, bytes };
}

function same(a: Stamp, b: Stamp): boolean {
  return a.size === b.size && a.modified === b.modified;
}

class BytesSource implements FileSource {
  readonly version = 1;

  private readonly bytes: Uint8Array<ArrayBuffer>;

  constructor({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>) {
    // A Buffer of Node's would give views where this one gives copies.
    this.bytes = new Uint8Array(buffer, byteOffset, length);
  }

  get size(): number {
    return this.bytes.length;
  }
  async read(offset: number, length: number): Promise<ByteWindow> {
    return this.readSync(offset, length);
  }
  readSync(offset: number, length: number): ByteWindow {
    const end = offset + clippedLength(offset, length, this.size);
    return { bytes: this.bytes.slice(offset, end).buffer, version: this.version, unsaved: [], unreadable: [] };
  }
  /** Nothing to be let go of: undo may still show these bytes. */
  close(): void {}
}
