// A plain document's file on disk, through node:fs alone: few changed bytes are written in place under a journal, everything
// else as a new file that takes the old one's place. Knows no history. Thread rule: one JavaScript thread; saves run off it.
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type {
  CommitHow,
  CommitOutcome,
  LongCall,
  Outside,
  SaveChoices,
  SaveStrategy,
} from "../../../../native/binding/index";
import { EngineError, fromFsError } from "../engineError";
import { PositionalByteSource } from "../positionalByteSource";
import { identityOf, sameFile, sameVersion, type Identity } from "./identity";
import { firstChanged, inPlaceBytes, rangesInPlace } from "./inPlace";
import { checkNoSaveWaits, realPath, syncFolder, underWay, writeAll, writeJournal, type Change } from "./journal";
import { lengthOf, sliceOf, type FileBytes, type Piece } from "./pieces";
import { readWhole } from "./readPieces";
import { checkRoom, freeIn } from "./room";
import {
  checkCancelled,
  HalfSavedError,
  PART_BYTES,
  type PlainStore,
  type Saved,
  type SaveJob,
  type Shape,
} from "./store";
import { checkReplaceable, replaceClosed, StandsAsideError, takePlace } from "./takePlace";

/** Old and new bytes of a save in place are held in memory, and twice in the journal. */
const IN_PLACE_BYTES = 64 * 1024 * 1024;

export interface NodeStoreOptions {
  readonly readOnly?: boolean;
  readonly storageFolder?: string;
}

export class NodeStore implements PlainStore {
  private constructor(
    readonly path: string,
    readonly writable: boolean,
    private current: FileBytes,
    private known: Identity,
    private readonly storageFolder: string,
  ) {}

  /** @throws EngineError as EngineDocument.open(). */
  static open(file: string, { readOnly = false, storageFolder }: NodeStoreOptions): NodeStore {
    const { source, identity } = openFile(file);
    const storage = storageFolder ?? path.join(os.tmpdir(), "terahex");
    return new NodeStore(file, !readOnly && mayWrite(file), { source }, identity, storage);
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
    try {
      return sameVersion(JSON.parse(identity) as Identity, this.known);
    } catch {
      return false;
    }
  }

  checkOutside(): Outside {
    let now: Identity;
    try {
      const stat = fs.statSync(this.path, { bigint: true, throwIfNoEntry: false });
      if (stat === undefined) return "deleted";
      now = identityOf(stat);
    } catch {
      return "unreachable";
    }
    if (!sameFile(now, this.known) || now.device !== this.known.device) return "replaced";
    if (now.size < this.known.size) return "truncated";
    if (now.size > this.known.size) return "grown";
    return sameVersion(now, this.known) ? "same" : "modified";
  }

  reopen() {
    const { source, identity } = openFile(this.path);
    return {
      size: identity.size,
      adopt: () => {
        this.file.source.close();
        this.file.source = source;
        this.known = identity;
      },
      drop: () => source.close(),
    };
  }

  isOwn(target: string): boolean {
    const stat = fs.statSync(target, { bigint: true, throwIfNoEntry: false });
    return stat !== undefined && String(stat.dev) === this.known.device && sameFile(identityOf(stat), this.known);
  }

  how(shape: Shape, strategy: SaveStrategy): CommitHow {
    const inPlace = inPlaceBytes(shape) <= IN_PLACE_BYTES;
    if (!shape.moves && inPlace) return "in-place";
    return strategy === "shift" || (strategy === "auto" && inPlace && this.keepsInode()) ? "shifted" : "rewritten";
  }

  choices(shape: Shape): SaveChoices {
    const shiftBytes = shape.size - firstChanged(shape);
    const folder = path.dirname(fs.realpathSync(this.path));
    return {
      firstChanged: firstChanged(shape),
      movedBytes: shape.movedBytes,
      rewriteBytes: shape.size,
      rewriteFree: freeIn(folder),
      shiftBytes,
      journalBytes: inPlaceBytes(shape),
      journalFree: freeIn(this.storageFolder),
      links: this.links(),
      canRewrite: mayWrite(folder),
      canShift: inPlaceBytes(shape) <= IN_PLACE_BYTES,
      blockBytes: null,
    };
  }

  async save(job: SaveJob): Promise<Saved> {
    const { shape, strategy } = job;
    const how = this.how(shape, strategy);
    if (how === "rewritten") {
      if (strategy === "auto" && this.keepsInode()) {
        const why = this.links() > 1 ? `it has ${this.links()} names (hard links)` : "its folder takes no new file";
        const message = `${this.path} would have to be written anew, but ${why}: save under another name`;
        throw new EngineError("unsupported", message, { path: this.path });
      }
      return underWay(this.storageFolder, this.path, () => this.rewrite(job));
    }
    if (inPlaceBytes(shape) > IN_PLACE_BYTES) {
      throw new EngineError("too-large", "too many bytes to be moved inside the file without the native core", {
        path: this.path,
      });
    }
    return { ...(await underWay(this.storageFolder, this.path, () => this.writeInPlace(job))), how };
  }

  private async writeInPlace({ shape, file, keep, call }: SaveJob): Promise<Omit<Saved, "how">> {
    const changes: Change[] = [];
    for (const { start, end, pieces } of rangesInPlace(shape)) {
      const after = await readWhole(pieces, this.path);
      const oldEnd = Math.min(end, shape.fileSize);
      const old: Piece[] = start < oldEnd ? [{ kind: "stored", file, offset: start, length: oldEnd - start }] : [];
      changes.push({ start, before: await readWhole(old, this.path), after });
    }
    checkCancelled(call);
    const journal = await writeJournal(this.storageFolder, this.path, this.known, shape.size, changes);
    keep(changes.map(({ start, before }) => ({ start, bytes: before })));
    let handle: fs.promises.FileHandle;
    try {
      handle = await fs.promises.open(this.path, "r+");
    } catch (error) {
      await fs.promises.rm(journal, { force: true });
      throw fromFsError(error, this.path);
    }
    try {
      const now = identityOf(await handle.stat({ bigint: true }));
      if (!sameVersion(now, this.known)) {
        await fs.promises.rm(journal, { force: true });
        throw new EngineError("changed", `${this.path} was changed by another program`, { path: this.path });
      }
      try {
        for (const { start, after } of changes) await writeAll(handle, after, start);
        if (shape.size < shape.fileSize) await handle.truncate(shape.size);
        await handle.sync();
      } catch (error) {
        await this.putBack(handle, changes, error);
        await fs.promises.rm(journal, { force: true });
        throw fromFsError(error, this.path);
      }
      this.known = identityOf(await handle.stat({ bigint: true }));
    } finally {
      await handle.close();
    }
    await fs.promises.rm(journal, { force: true });
    call.onProgress?.(shape.size, shape.size);
    return { bytesWritten: changes.reduce((sum, { after }) => sum + after.length, 0), notKept: [] };
  }

  private async putBack(handle: fs.promises.FileHandle, changes: readonly Change[], cause: unknown): Promise<void> {
    try {
      for (const { start, before } of changes) await writeAll(handle, before, start);
      await handle.truncate(this.known.size);
      await handle.sync();
      this.known = identityOf(await handle.stat({ bigint: true }));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new HalfSavedError("io", `${this.path}: the save failed and its old bytes could not be put back: ${why}`, {
        path: this.path,
        cause,
      });
    }
  }

  private async rewrite({ shape, call }: SaveJob): Promise<Saved> {
    const real = fs.realpathSync(this.path);
    checkRoom(path.dirname(real), shape.size);
    const sibling = path.join(path.dirname(real), `.${path.basename(real)}.${randomBytes(8).toString("hex")}.tmp`);
    const journal = await writeJournal(this.storageFolder, this.path, this.known, shape.size, [], sibling);
    const notKept: string[] = [];
    let opened: ReturnType<typeof openFile> | undefined;
    try {
      const { mode, uid, gid } = fs.statSync(real);
      const handle = await fs.promises.open(sibling, "wx", 0o600);
      try {
        await copyParts(handle, shape.pieces, this.path, call);
        // Now, while a failure still costs nothing: once the file is replaced, the save has happened.
        opened = openFile(sibling, this.path);
        await handle.chown(uid, gid).catch(() => notKept.push("owner"));
        await handle.chmod(mode & 0o7777);
        await handle.sync();
        if (this.checkOutside() !== "same") {
          throw new EngineError("changed", `${this.path} was changed by another program`, { path: this.path });
        }
      } finally {
        await handle.close();
      }
      checkCancelled(call);
      await takePlace(sibling, real).catch((error: unknown) => {
        if (!(error instanceof StandsAsideError)) this.knowRenamed();
        throw error;
      });
    } catch (error) {
      opened?.source.close();
      // Recovery needs both.
      if (!(error instanceof StandsAsideError)) await remove(sibling, journal);
      throw fromFsError(error, this.path);
    }
    await remove(journal);
    const { source, identity } = opened;
    // Renamed, it is on the same device, which Wine forgets.
    this.known = { ...(identityNow(source) ?? identity), device: identity.device };
    this.current = { source };
    notKept.push(...(await syncNewName(path.dirname(real))));
    return { file: this.current, how: "rewritten", bytesWritten: shape.size, notKept };
  }

  /** Stepping aside and back sets nothing but the time of that. */
  private knowRenamed(): void {
    const stat = fs.statSync(this.path, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined || !sameFile(identityOf(stat), this.known)) return;
    this.known = { ...this.known, status: identityOf(stat).status };
  }

  async writeCopy(target: string, pieces: readonly Piece[], call: LongCall): Promise<CommitOutcome> {
    const place = realPath(target);
    const folder = path.dirname(place);
    const sibling = path.join(folder, `.${path.basename(place)}.${randomBytes(8).toString("hex")}.tmp`);
    let bytesWritten = 0;
    try {
      if (this.isOwn(place)) {
        const message = `the copy would replace the file it is made of: ${target}`;
        throw new EngineError("invalid-argument", message, { path: target });
      }
      checkReplaceable(place);
      checkRoom(folder, lengthOf(pieces));
      const handle = await fs.promises.open(sibling, "wx");
      try {
        bytesWritten = await copyParts(handle, pieces, this.path, call);
        // Again: copying may have taken minutes.
        const mode = checkReplaceable(place);
        if (mode !== undefined) await handle.chmod(mode);
        await handle.sync();
      } finally {
        await handle.close();
      }
      checkCancelled(call);
      await replaceClosed(sibling, place);
    } catch (error) {
      await remove(sibling);
      throw fromFsError(error, target);
    }
    return { how: "rewritten", bytesWritten, notKept: await syncNewName(folder) };
  }

  writeThrough(offset: number, bytes: Uint8Array): void {
    checkNoSaveWaits(this.storageFolder, this.path);
    try {
      const handle = fs.openSync(this.path, "r+");
      try {
        if (fs.fstatSync(handle).size < offset + bytes.length) {
          throw new EngineError("out-of-range", `writing straight into ${this.path} does not make it longer`, {
            offset,
          });
        }
        for (let at = 0; at < bytes.length;) at += fs.writeSync(handle, bytes, at, bytes.length - at, offset + at);
        const now = identityOf(fs.fstatSync(handle, { bigint: true }));
        if (now.size === this.known.size) this.known = now;
      } finally {
        fs.closeSync(handle);
      }
    } catch (error) {
      throw fromFsError(error, this.path, offset);
    }
  }

  async writeBackup(target: string, bytes: Uint8Array): Promise<void> {
    try {
      await fs.promises.writeFile(`${target}.new`, bytes, { mode: 0o600, flush: true });
      await fs.promises.rename(`${target}.new`, target);
    } catch (error) {
      throw fromFsError(error, target);
    }
  }
  readBackup(source: string): Uint8Array {
    try {
      return fs.readFileSync(source);
    } catch (error) {
      throw fromFsError(error, source);
    }
  }

  private links(): number {
    return fs.statSync(this.path, { throwIfNoEntry: false })?.nlink ?? 1;
  }
  /** A new file in its place would cut other names off, or cannot be made. */
  private keepsInode(): boolean {
    return this.links() > 1 || !mayWrite(path.dirname(fs.realpathSync(this.path)));
  }
}

/** What stays is found again by recovery, or is a hidden file. */
async function remove(...files: readonly string[]): Promise<void> {
  for (const file of files) await fs.promises.rm(file, { force: true }).catch(() => undefined);
}

/** The file is there already: that its name may not survive a power cut is told, not thrown. @returns what was not kept. */
async function syncNewName(folder: string): Promise<string[]> {
  try {
    await syncFolder(folder);
    return [];
  } catch {
    return ["durability: the folder could not be synced"];
  }
}

/** Renaming has set the file's times anew. */
function identityNow(source: PositionalByteSource): Identity | undefined {
  try {
    return identityOf(source.stat());
  } catch {
    return undefined;
  }
}

/** @param name what errors call it */
function openFile(file: string, name = file): { readonly source: PositionalByteSource; readonly identity: Identity } {
  if (typeof file !== "string" || file === "" || file.includes("\0")) {
    throw new EngineError("invalid-argument", "path must be a path");
  }
  const source = PositionalByteSource.open(file, name);
  return { source, identity: identityOf(source.stat()) };
}

function mayWrite(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns bytes written */
async function copyParts(
  handle: fs.promises.FileHandle,
  pieces: readonly Piece[],
  file: string,
  call: LongCall,
): Promise<number> {
  const total = pieces.reduce((sum, { length }) => sum + length, 0);
  let done = 0;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += PART_BYTES) {
      checkCancelled(call);
      const part = await readWhole([sliceOf(piece, at, Math.min(at + PART_BYTES, piece.length))], file);
      await writeAll(handle, part, done);
      done += part.length;
      call.onProgress?.(done, total);
    }
  }
  return done;
}
