// Edit logs that killed processes left: finding, describing, putting away. Replaying one is EngineDocument.replay().
// Knows nothing of VS Code. Thread rule: any; the logs are read off the calling thread.
import type { BaseVersion, EditLogInfo, EditLogStatus } from "../../../native/binding/index";
import type { ByteRange } from "../../../shared/byteRange";
import { attemptAsync, toRanges } from "./crossing";
import { loadAddon } from "./loadAddon";

export type { EditLogInfo, EditLogStatus };

/** What a log would change. */
export interface EditLogChanges extends BaseVersion {
  /** Of the file, when the log was begun. */
  readonly path: string;
  /** Of the content with the edits: what is not the old file's at the same offset. The first few. */
  readonly ranges: readonly ByteRange[];
  readonly rangeCount: number;
  readonly rangeBytes: number;
  readonly newSize: number;
}

/** The latest first. @throws EngineError "not-found": no such file. */
export function findEditLogs(storageFolder: string, path: string): Promise<EditLogInfo[]> {
  return attemptAsync(loadAddon().findEditLogs(storageFolder, path));
}

export async function describeEditLog(logPath: string, limit: number): Promise<EditLogChanges> {
  const changes = await attemptAsync(loadAddon().describeEditLog(logPath, limit));
  return { ...changes, ranges: toRanges(changes.ranges) };
}

/** @throws EngineError "busy": another process is writing it. */
export function discardEditLog(logPath: string): Promise<void> {
  return attemptAsync(loadAddon().discardEditLog(logPath));
}

/** @returns where it is kept, out of the way. */
export function setAsideEditLog(logPath: string): Promise<string> {
  return attemptAsync(loadAddon().setAsideEditLog(logPath));
}

/** Copies a log that a process cut off from its window still writes. @returns the copy's path; the old name is gone. */
export function takeOverEditLog(logPath: string): Promise<string> {
  return attemptAsync(loadAddon().takeOverEditLog(logPath));
}

/** @returns how many logs of files that are gone were removed. */
export function tidyEditLogs(storageFolder: string, ageMs: number): Promise<number> {
  return attemptAsync(loadAddon().tidyEditLogs(storageFolder, ageMs));
}
