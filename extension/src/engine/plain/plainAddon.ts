// The addon's face where there is no addon: documents through node:fs, the scans that JavaScript can do, and for everything else
// the reason why not. Loaded only where the native core cannot be. Thread rule: any thread; each has its own.
import { EngineError } from "../engineError";
import type { NativeAddon } from "../nativeAddon";
import { findJournal, findMissing, recoverFrom } from "./journal";
import { NodeStore } from "./nodeStore";
import { PlainDocument } from "./plainDocument";
import { plainScans } from "./plainScan";
import { saying } from "./unsupported";
import { attachPlainReader, offerPlainReader } from "./sharedReader";

/** Journals of the plain way alone; the addon's need the addon. */
export { findJournal as findPlainJournal, findMissing, recoverFrom as recoverPlainJournal };

export function plainAddon(): NativeAddon {
  return saying("could not be loaded here", {
    plain: true,
    NativeDocument: {
      open: (path, options = {}) => new PlainDocument(NodeStore.open(path, options), { offer: offerPlainReader }),
    },
    attachReader: attachPlainReader,
    findJournal: (storageFolder, path) => findJournal(storageFolder, path),
    recover: (storageFolder, path, choice = "safe") => recoverFrom(storageFolder, path, choice),
    ...plainScans,
    ...noEditLogs(),
  });
}

/** Edits are kept by VS Code's backup alone. */
function noEditLogs() {
  const none = (): Promise<never> =>
    Promise.reject(new EngineError("unsupported", "an edit log can be read by the native core alone"));
  return {
    findEditLogs: () => Promise.resolve([]),
    describeEditLog: none,
    discardEditLog: none,
    setAsideEditLog: none,
    takeOverEditLog: none,
    tidyEditLogs: () => Promise.resolve(0),
  };
}
