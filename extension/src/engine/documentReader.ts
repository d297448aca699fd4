// A document that another thread of this process edits, read with its unsaved edits and without asking that thread.
// Thread rule: one reader belongs to one thread; the document's reads are safe beside its writer.
import type { NativeReader } from "../../../native/binding/index";
import type { ByteSource, ByteWindow, DocumentChanges, ElementGrid, GatheredElements } from "./byteSource";
import { attempt, gatherThrough, toChanges, toWindow } from "./crossing";
import { loadAddon } from "./loadAddon";
import type { NativeAddon } from "./nativeAddon";

export class DocumentReader implements ByteSource {
  private constructor(private readonly native: NativeReader) {}

  /** @param key EngineDocument.readerKey @throws EngineError "closed": there is no such document any more */
  static attach(key: number, addon: Pick<NativeAddon, "attachReader"> = loadAddon()): DocumentReader {
    return new DocumentReader(attempt(() => addon.attachReader(key)));
  }

  get size(): number {
    return this.native.size;
  }
  /** @throws EngineError "closed" */
  get version(): number {
    // A closed document has no size; only a read says why.
    if (this.native.size === 0) attempt(() => this.native.readSync(0, 0));
    return this.native.version;
  }

  read(offset: number, length: number): Promise<ByteWindow> {
    return new Promise((resolve) => resolve(this.readSync(offset, length)));
  }
  readSync(offset: number, length: number): ByteWindow {
    return toWindow(attempt(() => this.native.readSync(offset, length)));
  }
  gather(grid: ElementGrid): GatheredElements {
    return gatherThrough(this.native, grid);
  }
  changesSince(version: number): DocumentChanges {
    return toChanges(attempt(() => this.native.changesSince(version)));
  }
}
