// A file that is there whole or not at all: written beside its place, moved there at the end. Knows no format.
import { randomBytes } from "node:crypto";
import { promises as fs } from "node:fs";
import { l10n } from "vscode";
import { fromFsError } from "../../engine/engineError";
import type { ByteSink } from "../../formats/patches/model";
import { HostError } from "../errors";

const BUFFER_BYTES = 256 * 1024;

/** What stood there is replaced. @throws EngineError of the disk; whatever `write` throws. */
export async function writeFile(path: string, write: (sink: ByteSink) => Promise<void>): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString("hex")}.part`;
  try {
    const file = await fs.open(beside, "wx");
    let waiting: Uint8Array[] = [];
    let length = 0;
    const flush = async (): Promise<void> => {
      const bytes = Buffer.concat(waiting);
      waiting = [];
      length = 0;
      await file.writeFile(bytes);
    };
    try {
      await write({
        write: async (bytes) => {
          waiting.push(bytes);
          length += bytes.length;
          if (length >= BUFFER_BYTES) await flush();
        },
      });
      await flush();
    } finally {
      await file.close();
    }
    await fs.rename(beside, path);
  } catch (error) {
    await fs.rm(beside, { force: true });
    throw fromFsError(error, path);
  }
}

/** For what is written piece by piece while edits go on: half of it would be of one version, half of another. */
export function editedMeanwhile(): HostError {
  return new HostError("busy", l10n.t("The file was edited meanwhile. Export once more."));
}
