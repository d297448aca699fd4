// What was set aside, and is never looked at by the program again: edit logs that fit no version of their file any more, and
// journals of interrupted saves. Finding and describing it. Knows nothing of VS Code. Thread rule: any.
import { promises as fs } from "node:fs";
import path from "node:path";
import type { ByteRange } from "../../../shared/byteRange";
import { attempt, attemptAsync, toRanges } from "./crossing";
import type { EngineDocument } from "./document";
import { describeEditLog } from "./editLogs";
import { loadAddon } from "./loadAddon";

/** Names in the storage folder and its folder of logs (journal_names.h, edit_log_format.h). */
const SUFFIX = ".kept";
const LOGS = "logs";
const LISTED_RANGES = 8;

interface KeptFile {
  readonly keptPath: string;
  /** Of itself. */
  readonly bytes: number;
  readonly keptMs: number;
}
export type Kept = KeptFile &
  (
    | {
        /** "edits": unsaved ones. "before": what was there before an interrupted save. "replaced": what a recovery replaced. */
        readonly kind: "edits" | "before" | "replaced";
        /** Of the file. */
        readonly path: string;
        readonly ranges: readonly ByteRange[];
        readonly rangeCount: number;
        readonly rangeBytes: number;
        /** False: nothing says where in the file the bytes belong. */
        readonly placed: boolean;
      }
    | { readonly kind: "damaged"; readonly why: string }
  );

/** The latest first. A folder that does not exist holds nothing. */
export async function listKept(storageFolder: string): Promise<Kept[]> {
  const logs = path.join(storageFolder, LOGS);
  const [journals, edits] = await Promise.all([namesIn(storageFolder), namesIn(logs)]);
  const found = await Promise.all([
    ...journals.map(async (name) => describe(path.join(storageFolder, name), describeJournal)),
    ...edits.map(async (name) => describe(path.join(logs, name), describeEdits)),
  ]);
  return found.filter((kept) => kept !== undefined).sort((a, b) => b.keptMs - a.keptMs);
}

/** Puts the bytes of a journal on a document, as one unsaved step. @throws EngineError. */
export function putKeptJournal(document: EngineDocument, { keptPath }: Kept): void {
  attempt(() => loadAddon().putKeptJournal(document.native, keptPath));
}

type Described = Extract<Kept, { kind: "edits" | "before" | "replaced" }>;

async function describeJournal(keptPath: string): Promise<Omit<Described, keyof KeptFile>> {
  const {
    path: file,
    replaced,
    placed,
    ranges,
    rangeCount,
    rangeBytes,
  } = await attemptAsync(loadAddon().describeKeptJournal(keptPath, LISTED_RANGES));
  const kind = replaced ? "replaced" : "before";
  return { kind, path: file, ranges: toRanges(ranges), rangeCount, rangeBytes, placed };
}

async function describeEdits(keptPath: string): Promise<Omit<Described, keyof KeptFile>> {
  const { path: file, ranges, rangeCount, rangeBytes } = await describeEditLog(keptPath, LISTED_RANGES);
  return { kind: "edits", path: file, ranges, rangeCount, rangeBytes, placed: true };
}

async function describe(
  keptPath: string,
  look: (keptPath: string) => Promise<Omit<Described, keyof KeptFile>>,
): Promise<Kept | undefined> {
  let file: KeptFile;
  try {
    const { size, mtimeMs } = await fs.stat(keptPath);
    file = { keptPath, bytes: size, keptMs: mtimeMs };
  } catch {
    return undefined; // removed just now
  }
  try {
    return { ...file, ...(await look(keptPath)) };
  } catch (error) {
    return { ...file, kind: "damaged", why: error instanceof Error ? error.message : String(error) };
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await fs.readdir(folder)).filter((name) => name.endsWith(SUFFIX));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
