// Puts a new file in the place of another one that may be open, on Windows too. Knows no document. Thread rule: any thread.
import fs from "node:fs";

/** Where the old file stands meanwhile, or waits for the last program that has it open. */
const asideOf = (sibling: string): string => `${sibling}.old`;

/** Windows renames over no file that somebody has open, ourselves included (EPERM; newer versions do on NTFS). But an open file
 *  takes another name, and its readers keep it. */
export async function takePlace(sibling: string, file: string): Promise<void> {
  try {
    await fs.promises.rename(sibling, file);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (process.platform !== "win32" || !["EPERM", "EACCES", "EBUSY"].includes(code)) throw error;
    await stepAside(sibling, file);
  }
}

async function stepAside(sibling: string, file: string): Promise<void> {
  const aside = asideOf(sibling);
  await fs.promises.rename(file, aside);
  try {
    await fs.promises.rename(sibling, file);
  } catch (error) {
    await fs.promises.rename(aside, file);
    throw error;
  }
  await fs.promises.rm(aside, { force: true }).catch(() => undefined);
}

/** After a save that was killed between the two: the old file goes back where none is. */
export async function endStepAside(sibling: string, file: string): Promise<void> {
  const aside = asideOf(sibling);
  if (!fs.existsSync(aside)) return;
  if (fs.existsSync(file)) await fs.promises.rm(aside, { force: true });
  else await fs.promises.rename(aside, file);
}
