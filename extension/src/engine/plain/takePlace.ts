// Puts a new file in the place of another one, which may be open, on Windows too; and puts right what a kill in the middle of
// that left. Knows no document. Thread rule: any thread.
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { setTimeout } from "node:timers/promises";
import { EngineError } from "../engineError";

/** Virus scanners and indexers let go of a new file within that; in ms. */
const PAUSES_MS = [20, 80, 320];

/** The save failed, and the old file could not be put back: who still finds journal and new file can do so later. */
export class StandsAsideError extends EngineError {}

/** Where the old file stands meanwhile, or waits for the last program that has it open. */
const asideOf = (sibling: string): string => `${sibling}.old`;

/** Windows renames over no file that somebody has open, ourselves included (EPERM; newer versions do on NTFS). But an open file
 *  takes another name, and its readers keep it. @throws StandsAsideError: `file` is missing. */
export async function takePlace(sibling: string, file: string): Promise<void> {
  try {
    await fs.promises.rename(sibling, file);
  } catch (error) {
    if (process.platform !== "win32" || !isLocked(error)) throw error;
    await stepAside(sibling, file);
  }
}

async function stepAside(sibling: string, file: string): Promise<void> {
  const aside = asideOf(sibling);
  await moveTo(aside, file);
  try {
    await moveTo(file, sibling);
  } catch (error) {
    await moveTo(file, aside).catch((again: unknown) => {
      const why = `${messageOf(error)}; the old file could not be put back: ${messageOf(again)}`;
      const message = `${file} could not be replaced: ${why}. It is kept as ${aside}, and put back when it is opened anew`;
      throw new StandsAsideError("io", message, { path: file, cause: error });
    });
    throw error;
  }
  await fs.promises.rm(aside, { force: true }).catch(() => undefined);
}

/** To a name that nobody has taken meanwhile. */
async function moveTo(free: string, from: string): Promise<void> {
  for (const pauseMs of [...PAUSES_MS, undefined]) {
    if (fs.existsSync(free)) throw new EngineError("exists", `${free} was made by another program`, { path: free });
    try {
      return await fs.promises.rename(from, free);
    } catch (error) {
      if (pauseMs === undefined || !isLocked(error)) throw error;
      await setTimeout(pauseMs);
    }
  }
}

/** The old file stands aside, and the new one has not taken its place. */
export function standsAside(sibling: string): boolean {
  return fs.existsSync(sibling) && fs.existsSync(asideOf(sibling));
}

/** The old file stands aside, and nothing is in its place. */
export function isMissing(sibling: string, file: string): boolean {
  return fs.existsSync(asideOf(sibling)) && !fs.existsSync(file);
}

export interface Ended {
  readonly putBack: boolean;
  /** Old and new file, under names that can be seen: somebody else's is in their place. */
  readonly kept: readonly string[];
}

/** After a save that was killed: the old file goes back where none is, and the new one goes. */
export async function endTakePlace(sibling: string, file: string): Promise<Ended> {
  const aside = asideOf(sibling);
  const putBack = isMissing(sibling, file);
  if (putBack) await fs.promises.rename(aside, file);
  else if (standsAside(sibling)) {
    const name = `${file}.${randomBytes(4).toString("hex")}`;
    const kept = [`${name}.old.kept`, `${name}.new.kept`] as const;
    await fs.promises.rename(aside, kept[0]);
    await fs.promises.rename(sibling, kept[1]);
    return { putBack, kept };
  } else await fs.promises.rm(aside, { force: true });
  await fs.promises.rm(sibling, { force: true });
  return { putBack, kept: [] };
}

/** Checks that a copy may replace what is at `place`, as the native core does: nothing steps aside for it, no journal tells of it.
 *  @returns its mode; undefined: nothing is there. @throws EngineError */
export function checkReplaceable(place: string): number | undefined {
  const there = fs.statSync(place, { throwIfNoEntry: false });
  if (there === undefined) return undefined;
  if (!there.isFile()) throw new EngineError("not-a-file", `not a regular file: ${place}`, { path: place });
  if (there.nlink > 1) {
    const message = `the file has further hard links, which a copy over it would cut: ${place}`;
    throw new EngineError("unsupported", message, { path: place });
  }
  // A rename asks the folder for permission only; the file's own must be respected too.
  fs.accessSync(place, fs.constants.W_OK);
  return there.mode & 0o7777;
}

/** @throws EngineError "access-denied": on Windows somebody has the file open. */
export async function replaceClosed(sibling: string, place: string): Promise<void> {
  try {
    await fs.promises.rename(sibling, place);
  } catch (error) {
    if (!isLocked(error) || !fs.existsSync(place)) throw error;
    const message = `${place} cannot be replaced, a program may have it open: ${messageOf(error)}`;
    throw new EngineError("access-denied", message, { path: place, cause: error });
  }
}

function isLocked(error: unknown): boolean {
  return ["EPERM", "EACCES", "EBUSY"].includes((error as NodeJS.ErrnoException).code ?? "");
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
