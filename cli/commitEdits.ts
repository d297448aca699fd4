// Committing what a command has edited, once and crash-safe. Knows nothing of how it was edited.
import { findJournal, type CommitOutcome, type EngineDocument } from "../extension/src/engine/document";
import { EngineError } from "../extension/src/engine/engineError";
import { ProgressLine } from "./progressLine";

/** What an interrupted commit left must be settled first: editing on top of a mix would make it final. */
export function refuseWaitingJournal(storageFolder: string, file: string): void {
  if (findJournal(storageFolder, file)?.complete === true) {
    throw new EngineError("changed", `An interrupted commit of ${file} waits: run terahex recover first`, {
      path: file,
    });
  }
}

export async function commitEdits(document: EngineDocument, file: string, signal: AbortSignal): Promise<CommitOutcome> {
  const progress = new ProgressLine(`Saving ${file}`);
  try {
    return await document.commit({ signal, onProgress: (done, total) => progress.update(done, total) });
  } finally {
    progress.clear();
  }
}
