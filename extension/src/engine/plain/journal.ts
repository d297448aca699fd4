// What makes a save in place safe without the addon: the bytes that go and the bytes that come, in a file of their own, synced
// before the first byte of the document's file is touched. Recovery puts the old bytes back. Also remembers the new file that a
// rewriting save is making. Knows no document.
import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { CommitOutcome, JournalInfo, RecoverChoice } from "../../../../native/binding/index";
import { EngineError, fromFsError } from "../engineError";
import { plainJournalFolder } from "./journalPlace";
import { identityOf, sameFile, type Identity } from "./identity";
import { endTakePlace, isMissing, standsAside, type Ended } from "./takePlace";

const DIGEST_BYTES = 32;
const JOURNAL_NAME = /^[0-9a-f]{40}$/;
/** More than a head with two paths can have. */
const HEAD_BYTES = 1024 * 1024;
/** As many as Linux follows. */
const MOST_LINKS = 40;

export interface Change {
  readonly start: number;
  /** Shorter than `after` where the file grows. */
  readonly before: Uint8Array;
  /** Shorter than `before` where the file is cut. */
  readonly after: Uint8Array;
}

interface Head {
  readonly terahex: "plain-journal-1";
  readonly path: string;
  readonly identity: Identity;
  readonly newSize: number;
  /** Threes: start, length before, length after. */
  readonly changes: readonly number[];
  /** Instead of changes: the new file being made. */
  readonly sibling?: string;
  readonly owner: Owner;
}

/** The process that saves. */
interface Owner {
  readonly host: string;
  readonly pid: number;
  /** Tells it from another process that was given its number later; null: not known here. */
  readonly started: string | null;
}

/** Journals of saves that this process is at. One that it has written and is not here is left over. */
const active = new Set<string>();

/** One save. While it runs, nobody recovers what it writes, in any window.
 *  @throws EngineError "busy": another save of the file is running, or an interrupted one waits to be recovered. */
export async function underWay<T>(storageFolder: string, file: string, save: () => Promise<T>): Promise<T> {
  const journal = journalPath(storageFolder, file);
  if (active.has(journal)) throw saving(file);
  active.add(journal);
  try {
    await makeWay(journal, file);
    return await save();
  } finally {
    active.delete(journal);
  }
}

/** Removes what an interrupted save left, where that had not touched the file. */
async function makeWay(journal: string, file: string): Promise<void> {
  const left = remains(journal, file);
  if (left !== undefined) await dropUnstarted(journal, left.head);
}

/** For what writes into the file without a save. @throws EngineError "busy" as underWay(). */
export function checkNoSaveWaits(storageFolder: string, file: string): void {
  const journal = journalPath(storageFolder, file);
  if (active.has(journal)) throw saving(file);
  remains(journal, file);
}

/** What an interrupted save left that had not touched the file; undefined: nothing. @throws EngineError "busy" otherwise. */
function remains(journal: string, file: string): { readonly head: Head | undefined } | undefined {
  const bytes = readIfThere(journal);
  if (bytes === undefined) return undefined;
  if (isElsewhere(bytes)) throw saving(file);
  const found = parse(bytes);
  if (found !== undefined && (found.head.sibling === undefined || standsAside(found.head.sibling))) {
    const message = `an interrupted save of the file waits to be recovered, which opening it anew does: ${file}`;
    throw new EngineError("busy", message, { path: file });
  }
  return { head: found?.head };
}

async function dropUnstarted(journal: string, head: Head | undefined): Promise<Ended> {
  const none = { putBack: false, kept: [] };
  const ended = head?.sibling === undefined ? none : await endTakePlace(head.sibling, head.path);
  await fs.promises.rm(journal, { force: true });
  return ended;
}

function saving(file: string): EngineError {
  return new EngineError("busy", `${file} is being saved at this moment`, { path: file });
}

/** Another process is at this save. Asked of torn journals too: one that is being written has its head first. */
function isElsewhere(journal: Buffer): boolean {
  const owner = headOf(journal)?.owner;
  // A journal of an earlier build names nobody.
  if (owner === undefined || owner.host !== os.hostname() || owner.pid === process.pid) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" && owner.started === startOf(owner.pid);
  }
  return owner.started === startOf(owner.pid);
}

function startOf(pid: number): string | null {
  if (process.platform !== "linux") return null;
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    // Its second field is a name, which may hold anything; the third is its state. A zombie saves no more.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

export function journalPath(storageFolder: string, file: string): string {
  return path.join(
    plainJournalFolder(storageFolder),
    `${createHash("sha256").update(realPath(file)).digest("hex").slice(0, 40)}`,
  );
}

/** Synced, its folder too. @returns its path. @throws EngineError "busy": there is one already. */
export async function writeJournal(
  storageFolder: string,
  file: string,
  identity: Identity,
  newSize: number,
  changes: readonly Change[],
  sibling?: string,
): Promise<string> {
  const target = journalPath(storageFolder, file);
  const lengths = changes.flatMap(({ start, before, after }) => [start, before.length, after.length]);
  const head: Head = {
    terahex: "plain-journal-1",
    path: realPath(file),
    identity,
    newSize,
    changes: lengths,
    owner: { host: os.hostname(), pid: process.pid, started: startOf(process.pid) },
    ...(sibling === undefined ? {} : { sibling }),
  };
  const parts = [Buffer.from(`${JSON.stringify(head)}\n`), ...changes.flatMap(({ before, after }) => [before, after])];
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  let made = false;
  try {
    await fs.promises.mkdir(path.dirname(target), { recursive: true });
    const handle = await fs.promises.open(target, "wx", 0o600);
    made = true;
    try {
      for (const part of [...parts, digest.digest()]) await writeAll(handle, part);
      await handle.sync();
      // Taken for torn before its head was there, by who opened the file in that moment.
      if (!fs.existsSync(target)) throw saving(file);
    } finally {
      await handle.close();
    }
    await syncFolder(path.dirname(target));
  } catch (error) {
    if (!made && (error as NodeJS.ErrnoException).code === "EEXIST") throw saving(file);
    if (made) await fs.promises.rm(target, { force: true }).catch(() => undefined);
    throw fromFsError(error, target);
  }
  return target;
}

export function findJournal(storageFolder: string, file: string): JournalInfo | null {
  const target = journalPath(storageFolder, file);
  const bytes = readIfThere(target);
  return bytes === undefined ? null : { path: target, bytes: bytes.length, complete: parse(bytes) !== undefined };
}

/** Files that a killed save left standing aside, and nothing in their place: nobody can open them. */
export function findMissing(storageFolder: string): string[] {
  const folder = plainJournalFolder(storageFolder);
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).flatMap((name) => {
    const journal = path.join(folder, name);
    // The journal of a new file holds no bytes of it; the others are not for reading whole here.
    if (!JOURNAL_NAME.test(name) || active.has(journal) || sizeOf(journal) > HEAD_BYTES) return [];
    const bytes = readIfThere(journal);
    if (bytes === undefined || isElsewhere(bytes)) return [];
    const head = parse(bytes)?.head;
    const missing = head?.sibling !== undefined && isMissing(head.sibling, head.path);
    return missing && journalPath(storageFolder, head.path) === journal ? [head.path] : [];
  });
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** @throws EngineError "busy": the save is running; "changed": somebody else has written the file since, nothing touched;
 *  "io" ... */
export async function recoverFrom(storageFolder: string, file: string, choice: RecoverChoice): Promise<CommitOutcome> {
  const journal = journalPath(storageFolder, file);
  const written = readIfThere(journal);
  if (written === undefined) return outcome("nothing");
  if (active.has(journal) || isElsewhere(written)) throw saving(file);
  const found = parse(written);
  const done = async (how: CommitOutcome["how"], notKept: readonly string[] = []): Promise<CommitOutcome> => {
    await fs.promises.rm(journal, { force: true });
    return outcome(how, notKept);
  };
  // Torn: it was not synced, and so the file not touched.
  if (found === undefined || found.head.sibling !== undefined) {
    const { putBack, kept } = await dropUnstarted(journal, found?.head);
    return outcome(putBack ? "rolled-back" : "nothing", kept);
  }
  const { head, changes } = found;
  try {
    const handle = await fs.promises.open(file, "r+");
    try {
      const stat = await handle.stat({ bigint: true });
      if (choice === "discard") {
        const kept = `${journal}.${randomBytes(4).toString("hex")}.kept`;
        await fs.promises.rename(journal, kept);
        return outcome("nothing", [kept]);
      }
      const present = await Promise.all(changes.map((change) => readAt(handle, change)));
      const ours =
        sameFile(identityOf(stat), head.identity) &&
        stat.size >= BigInt(Math.min(head.identity.size, head.newSize)) &&
        stat.size <= BigInt(Math.max(head.identity.size, head.newSize)) &&
        changes.every((change, index) => isMix(present[index]!, change));
      if (!ours && choice !== "force") {
        const message = `${file} was written by another program after a save of it was interrupted`;
        throw new EngineError("changed", message, { path: file });
      }
      const notKept: string[] = [];
      if (!ours) {
        const kept = `${journal}.${randomBytes(4).toString("hex")}.replaced`;
        await fs.promises.writeFile(kept, Buffer.concat(present), { mode: 0o600 });
        notKept.push(kept);
      }
      for (const { start, before } of changes) await writeAll(handle, before, start);
      await handle.truncate(head.identity.size);
      await handle.sync();
      return await done("rolled-back", notKept);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fromFsError(error, file);
  }
}

/** Each byte is the old or the new one: a save cut off anywhere, and nobody else. */
function isMix(present: Uint8Array, { before, after }: Change): boolean {
  return present.every((byte, at) => byte === before[at] || byte === after[at] || (at >= before.length && byte === 0));
}

async function readAt(handle: fs.promises.FileHandle, { start, before, after }: Change): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(before.length, after.length));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** A save that ends removes its journal at any moment. */
function readIfThere(journal: string): Buffer | undefined {
  try {
    return fs.readFileSync(journal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fromFsError(error, journal);
  }
}

function headOf(journal: Buffer): (Omit<Head, "owner"> & { readonly owner?: Owner }) | undefined {
  const end = journal.indexOf(10);
  try {
    return end < 0 ? undefined : (JSON.parse(journal.subarray(0, end).toString()) as Head);
  } catch {
    return undefined;
  }
}

function parse(journal: Buffer): { readonly head: Head; readonly changes: readonly Change[] } | undefined {
  const body = journal.subarray(0, -DIGEST_BYTES);
  const end = body.indexOf(10);
  const digest = createHash("sha256").update(body).digest();
  if (end < 0 || !digest.equals(journal.subarray(-DIGEST_BYTES))) return undefined;
  const head = JSON.parse(body.subarray(0, end).toString()) as Head;
  const changes: Change[] = [];
  let at = end + 1;
  for (let index = 0; index < head.changes.length; index += 3) {
    const [start = 0, before = 0, after = 0] = head.changes.slice(index, index + 3);
    const middle = at + before;
    changes.push({ start, before: body.subarray(at, middle), after: body.subarray(middle, middle + after) });
    at = middle + after;
  }
  return { head, changes };
}

function outcome(how: CommitOutcome["how"], notKept: readonly string[] = []): CommitOutcome {
  return { how, bytesWritten: 0, notKept };
}

/** @param position absent: where the handle stands */
export async function writeAll(handle: fs.promises.FileHandle, bytes: Uint8Array, position?: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const at = position === undefined ? null : position + written;
    written += (await handle.write(bytes, written, bytes.length - written, at)).bytesWritten;
  }
}

/** A new name survives a power cut only when its folder is synced too. Windows has no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await fs.promises.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The same while the file is there and while it is missing. */
export function realPath(file: string, links = MOST_LINKS): string {
  try {
    return fs.realpathSync(file);
  } catch {
    const { dir, base } = path.parse(path.resolve(file));
    const folder = realFolder(dir);
    const target = links === 0 ? undefined : linkTarget(path.join(folder, base));
    return target === undefined ? path.join(folder, base) : realPath(path.resolve(folder, target), links - 1);
  }
}

function realFolder(folder: string): string {
  try {
    return fs.realpathSync(folder);
  } catch {
    return folder;
  }
}

function linkTarget(file: string): string | undefined {
  try {
    return fs.readlinkSync(file);
  } catch {
    return undefined;
  }
}
