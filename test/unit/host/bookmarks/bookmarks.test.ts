// The bookmarks of a real document as they are kept, and loaded again while it has unsaved edits, as after a hot exit.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, describe, it } from "mocha";
import type * as vscode from "vscode";
import { EngineDocument } from "../../../../extension/src/engine/document";
import type { BinaryDocument } from "../../../../extension/src/host/binaryDocument";
import {
  DocumentBookmarks,
  type BookmarksServices,
  type KeptBookmark,
} from "../../../../extension/src/host/bookmarks/bookmarks";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-kept-bookmarks-"));
let files = 0;

class Opened {
  readonly path = path.join(folder, `${files++}.bin`);
  engine: EngineDocument;
  bookmarks: DocumentBookmarks;
  private kept: readonly KeptBookmark[] | undefined;
  private changed: () => void = () => undefined;
  private seeking: () => void = () => undefined;

  constructor() {
    fs.writeFileSync(
      this.path,
      Uint8Array.from({ length: 64 }, (_, at) => at),
    );
    this.engine = EngineDocument.open(this.path);
    this.bookmarks = this.load();
  }

  add(start: number, end: number): void {
    assert.ok(this.bookmarks.add({ start, end, name: "", color: "blue" }));
  }

  edit(change: (engine: EngineDocument) => void): void {
    change(this.engine);
    this.changed();
  }

  undo(): void {
    this.engine.undo();
    this.seeking();
    this.changed();
  }

  async save(): Promise<void> {
    await this.engine.commit();
    this.changed();
  }

  /** Of the same content: as after a hot exit. */
  loadAgain(): void {
    this.bookmarks.dispose();
    this.bookmarks = this.load();
  }

  /** Unsaved edits are gone. */
  discard(): void {
    this.engine.close(true);
    this.engine = EngineDocument.open(this.path);
    this.loadAgain();
  }

  ranges(): string {
    return this.bookmarks.marks.map(({ start, end }) => `${start}-${end}`).join();
  }

  close(): void {
    this.bookmarks.dispose();
    this.engine.close(true);
  }

  private load(): DocumentBookmarks {
    const none = (): vscode.Disposable => ({ dispose: () => undefined });
    const document = {
      engine: this.engine,
      uri: this.path,
      onDidSeek: (listener: () => void) => ((this.seeking = listener), none()),
      onDidChange: (listener: () => void) => ((this.changed = listener), none()),
      onDidReopen: none,
    };
    const memory: Pick<BookmarksServices["memory"], "get" | "set" | "onDidMove"> = {
      get: () => this.kept,
      // As it comes back from the disk.
      set: (_file, value) =>
        Promise.resolve(void (this.kept = value && (JSON.parse(JSON.stringify(value)) as typeof value))),
      onDidMove: none,
    };
    return new DocumentBookmarks(document as unknown as BinaryDocument, {
      memory: memory as BookmarksServices["memory"],
      pagesOf: () => [],
    });
  }
}

describe("bookmarks that are kept", () => {
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("are as long after a hot exit as before, with bytes deleted or inserted right behind them", () => {
    for (const change of [
      (engine: EngineDocument) => engine.erase(20, 10),
      (engine: EngineDocument) => engine.insert(20, new Uint8Array(5)),
    ]) {
      const opened = new Opened();
      opened.edit(change);
      opened.add(10, 20);
      opened.loadAgain();
      assert.equal(opened.ranges(), "10-20");
      opened.discard();
      assert.equal(opened.ranges(), "10-20");
      opened.close();
    }
  });

  it("are there again when the deletion of their bytes is thrown away or undone, whatever was bookmarked meanwhile", () => {
    const opened = new Opened();
    opened.add(20, 24);
    opened.edit((engine) => engine.erase(16, 16));
    assert.equal(opened.ranges(), "");
    opened.add(4, 6);
    assert.equal(opened.ranges(), "4-6");
    opened.discard();
    assert.equal(opened.ranges(), "4-6,20-24");
    opened.edit((engine) => engine.erase(16, 16));
    opened.add(8, 9);
    opened.undo();
    assert.equal(opened.ranges(), "4-6,8-9,20-24");
    opened.loadAgain();
    assert.equal(opened.ranges(), "4-6,8-9,20-24");
    opened.close();
  });

  it("are gone from the file with their bytes once that is saved, and back in it with an undo", async () => {
    const opened = new Opened();
    opened.add(20, 24);
    opened.edit((engine) => engine.erase(16, 16));
    await opened.save();
    assert.equal(opened.ranges(), "");
    opened.undo();
    assert.equal(opened.ranges(), "20-24");
    await opened.save();
    opened.discard();
    assert.equal(opened.ranges(), "20-24");
    opened.edit((engine) => engine.erase(16, 16));
    await opened.save();
    opened.discard();
    assert.equal(opened.ranges(), "");
    opened.close();
  });
});
