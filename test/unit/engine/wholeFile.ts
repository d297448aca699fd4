// A file of WholeFileStore in memory, as workspace.fs shows them, for the contract suite: sizes, times, and errors on demand.
import { EngineDocument } from "../../../extension/src/engine/document";
import { EngineError } from "../../../extension/src/engine/engineError";
import { saying } from "../../../extension/src/engine/plain/unsupported";
import { PlainDocument } from "../../../extension/src/engine/plain/plainDocument";
import { plainScans } from "../../../extension/src/engine/plain/plainScan";
import { WholeFileStore, type WholeFile } from "../../../extension/src/engine/plain/wholeFileStore";
import type { OpenedFile } from "./documentContract";

export class FileInMemory implements WholeFile {
  readonly path = "memfs:/file.bin";
  readonly writable = true;
  readonly others = new Map<string, Uint8Array>();
  deleted = false;
  /** The next write fails; true: after half of it. */
  failing: "not" | "before" | "halfway" = "not";
  private modified = 1;

  constructor(public content: Uint8Array<ArrayBuffer>) {}

  async stat() {
    return this.deleted ? undefined : { size: this.content.length, modified: this.modified };
  }
  async read() {
    return this.content.slice();
  }
  async write(bytes: Uint8Array): Promise<void> {
    if (this.failing === "before") throw new EngineError("no-space", "No space is left.");
    this.modified += 1;
    this.content = this.failing === "halfway" ? bytes.slice(0, bytes.length / 2) : bytes.slice();
    if (this.failing === "halfway") throw new EngineError("io", "The connection was lost.");
  }
  async writeOther(target: string, bytes: Uint8Array): Promise<void> {
    this.others.set(target, bytes.slice());
  }
}

export async function openWholeFile(content: Uint8Array): Promise<OpenedFile & { readonly file: FileInMemory }> {
  const file = new FileInMemory(Uint8Array.from(content));
  const open = async () => {
    const store = await WholeFileStore.open(file);
    const native = new PlainDocument(store, {
      offer: () => {
        throw new EngineError("unsupported", "no threads");
      },
    });
    const document = new EngineDocument(native, saying("does not run in a browser", plainScans));
    // Backups are read asynchronously there; the suite has them at hand.
    document.restore = (backup, force) => native.restoreBytes(file.others.get(backup) ?? new Uint8Array(0), force);
    return { document, store };
  };
  const { document, store } = await open();
  return {
    file,
    document,
    onDisk: () => Buffer.from(file.content),
    writtenByOthers: async (bytes) => {
      await file.write(bytes);
      await store.refresh();
    },
    again: async () => (await open()).document,
    path: (name) => `memfs:/${name}`,
    contentOf: (path) => Buffer.from(file.others.get(path) ?? []),
  };
}
