// What makes a save in place safe without the addon: the bytes that go and the bytes that come, in a file of their own, synced
// before the first byte of the document's file is touched. Recovery puts the old bytes back. Also remembers the new file that a
// rewriting save is making. Knows no document.
import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { CommitOutcome, JournalInfo, RecoverChoice } from "../../../../native/binding/index";
import { EngineError, fromFsError } from "../engineError";
import { plainJournalFolder } from "./journalPlace";
import { identityOf, sameFile, type Identity } from "./identity";

const DIGEST_BYTES = 32;

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
}

export function journalPath(storageFolder: string, file: string): string {
  return path.join(
    plainJournalFolder(storageFolder),
    `${createHash("sha256").update(realPath(file)).digest("hex").slice(0, 40)}`,
  );
}

/** Synced, its folder too. @returns its path. */
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
    ...(sibling === undefined ? {} : { sibling }),
  };
  const parts = [Buffer.from(`${JSON.stringify(head)}\n`), ...changes.flatMap(({ before, after }) => [before, after])];
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  try {
    await fs.promises.mkdir(path.dirname(target), { recursive: true });
    const handle = await fs.promises.open(target, "w", 0o600);
    try {
      for (const part of [...parts, digest.digest()]) await writeAll(handle, part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncFolder(path.dirname(target));
  } catch (error) {
    await fs.promises.rm(target, { force: true }).catch(() => undefined);
    throw fromFsError(error, target);
  }
  return target;
}

export function findJournal(storageFolder: string, file: string): JournalInfo | null {
  const target = journalPath(storageFolder, file);
  const bytes = fs.statSync(target, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) return null;
  return { path: target, bytes, complete: parse(fs.readFileSync(target)) !== undefined };
}

/** @throws EngineError "changed": somebody else has written the file since, nothing touched; "io" ... */
export async function recoverFrom(storageFolder: string, file: string, choice: RecoverChoice): Promise<CommitOutcome> {
  const journal = journalPath(storageFolder, file);
  if (!fs.existsSync(journal)) return outcome("nothing");
  const found = parse(fs.readFileSync(journal));
  const done = async (how: CommitOutcome["how"], notKept: readonly string[] = []): Promise<CommitOutcome> => {
    await fs.promises.rm(journal, { force: true });
    return outcome(how, notKept);
  };
  // Torn: it was not synced, and so the file not touched.
  if (found === undefined) return done("nothing");
  const { head, changes } = found;
  if (head.sibling !== undefined) {
    await fs.promises.rm(head.sibling, { force: true });
    return done("nothing");
  }
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

function realPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return path.resolve(file); // it is gone; its journal is found again when it comes back
  }
}
