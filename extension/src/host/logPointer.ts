// What VS Code's hot exit keeps of a document: not its edits but where they are, the edit log. Knows the format only.
import { promises as fs } from "node:fs";

export interface LogPointer {
  readonly log: string;
  /** Of the document's file, for people who look into the backup. */
  readonly file: string;
  /** History position at the time; the log may have come further. */
  readonly position: number;
}

const KIND = "terahex-edit-log";
/** Longer than any pointer, shorter than what is worth parsing. */
const MAX_BYTES = 64 * 1024;

export async function writePointer(target: string, pointer: LogPointer): Promise<void> {
  await fs.writeFile(target, JSON.stringify({ kind: KIND, ...pointer }, undefined, 2));
}

/** @returns undefined: the backup holds the edits themselves. @throws when it cannot be read. */
export async function readPointer(backup: string): Promise<LogPointer | undefined> {
  const { size } = await fs.stat(backup);
  if (size > MAX_BYTES) return undefined;
  const text = await fs.readFile(backup, "utf8");
  if (!text.startsWith("{")) return undefined;
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof found !== "object" || found === null) return undefined;
  const { kind, log, file, position } = found as Partial<Record<string, unknown>>;
  if (kind !== KIND || typeof log !== "string" || typeof file !== "string" || typeof position !== "number")
    return undefined;
  return { log, file, position };
}
