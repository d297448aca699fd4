// Bytes that change without the file's size and times telling: a store through another program's mapping.
import assert from "node:assert/strict";
import { MemoryByteSource } from "../../../extension/src/engine/memoryByteSource";
import { ShownBytes } from "../../../extension/src/host/shownBytes";
import type { ByteSource, ByteWindow } from "../../../extension/src/engine/byteSource";

class Changing implements ByteSource {
  version = 1;
  reads = 0;
  constructor(readonly bytes: Uint8Array) {}
  get size(): number {
    return this.bytes.length;
  }
  read(offset: number, length: number): Promise<ByteWindow> {
    this.reads += 1;
    return Promise.resolve(this.readSync(offset, length));
  }
  readSync(offset: number, length: number): ByteWindow {
    const bytes = this.bytes.slice(offset, offset + length).buffer;
    return { bytes, version: this.version, unsaved: [], unreadable: [] };
  }
}

describe("ShownBytes", () => {
  it("DL-13: notices a byte that changed in what was shown, once", async () => {
    const source = new Changing(new Uint8Array(20_000));
    const shown = new ShownBytes();
    shown.note(4096, source.readSync(4096, 8192));
    assert.equal(await shown.differs(source), false);
    source.bytes[12_287] = 1;
    assert.equal(await shown.differs(source), true);
    assert.equal(await shown.differs(source), false);
    source.bytes[12_288] = 1; // not shown
    assert.equal(await shown.differs(source), false);
  });

  it("takes a change of the document for what it is", async () => {
    const source = new Changing(new Uint8Array(4096));
    const shown = new ShownBytes();
    shown.note(0, source.readSync(0, 4096));
    source.bytes[5] = 1;
    source.version = 2;
    assert.equal(await shown.differs(source), false);
    source.bytes[5] = 2;
    assert.equal(await shown.differs(source), true);
  });

  it("looks at some screens only, whatever was browsed, and forgets what is behind the end", async () => {
    const source = new Changing(new Uint8Array(4096 * 200));
    const shown = new ShownBytes();
    for (let page = 0; page < 200; page++) shown.note(page * 4096, source.readSync(page * 4096, 4096));
    await shown.differs(source);
    assert.equal(source.reads, 32);
    const empty = new MemoryByteSource(new Uint8Array(0));
    assert.equal(await shown.differs(empty), false);
  });
});
