// Bookmarks that follow edits, undo and redo of a real document, against a document whose every byte is known by its own tag.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { after, describe, it } from "mocha";
import { EngineDocument } from "../../../../extension/src/engine/document";
import { unsavedDifferences } from "../../../../extension/src/engine/scan";
import { acrossDifferences, BookmarkList } from "../../../../extension/src/host/bookmarks/bookmarkList";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-bookmarks-"));
let files = 0;

function openTagged(length: number): EngineDocument {
  const file = path.join(folder, `${files++}.bin`);
  fs.writeFileSync(
    file,
    Uint8Array.from({ length }, (_, at) => at),
  );
  return EngineDocument.open(file);
}

/** A list that follows its document as the host lets it. */
class Followed {
  readonly list: BookmarkList;
  private version: number;
  constructor(readonly engine: EngineDocument) {
    this.list = new BookmarkList(engine.position);
    this.version = engine.version;
  }
  follow(sought: boolean): void {
    const { version, all, changes } = this.engine.changesSince(this.version);
    assert.equal(all, false);
    this.version = version;
    this.list.follow({ position: this.engine.position, sought, changes });
  }
  bytes(): Uint8Array {
    return new Uint8Array(this.engine.readSync(0, this.engine.size).bytes);
  }
  ranges(): number[][] {
    return this.list.shown.map(({ start, end }) => [start, end]);
  }
}

describe("bookmarks that follow edits", () => {
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("stay on their bytes, whatever is inserted and deleted, and are back after undo and redo", () => {
    const edit = fc.record({ at: fc.nat(100), removed: fc.nat(8), inserted: fc.nat(4), merge: fc.boolean() });
    const marks = fc.array(fc.record({ at: fc.nat(63), length: fc.integer({ min: 1, max: 6 }) }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(
        marks,
        fc.array(edit, { maxLength: 8 }),
        fc.array(fc.boolean(), { maxLength: 16 }),
        (made, edits, seeks) => {
          const engine = openTagged(64);
          const followed = new Followed(engine);
          for (const { at, length } of made)
            followed.list.add({ start: at, end: Math.min(64, at + length), name: `${at}`, color: "blue" });
          const seen = new Map([[engine.position, followed.ranges()]]);
          const check = (): void => {
            // A bookmark reaches from the first of its own bytes that is left to the last one.
            const bytes = followed.bytes();
            for (const { name, start, end } of followed.list.all) {
              const { at, length } = made.find((one) => `${one.at}` === name)!;
              const own = [...bytes.keys()].filter(
                (index) => bytes[index]! >= at && bytes[index]! < Math.min(64, at + length),
              );
              if (made.filter((one) => one.at === at).length > 1 || own.length === 0) continue;
              assert.ok(start <= own[0]! && end >= own.at(-1)! + 1, `${name}: ${start}-${end} of ${own.join()}`);
            }
          };
          for (const { at, removed, inserted, merge } of edits) {
            const offset = Math.min(at, engine.size);
            const erased = Math.min(removed, engine.size - offset);
            if (erased > 0) engine.erase(offset, erased, merge);
            if (inserted > 0) engine.insert(offset, new Uint8Array(inserted).fill(0xff), erased > 0 || merge);
            followed.follow(false);
            seen.set(engine.position, followed.ranges());
            check();
          }
          for (const back of seeks) {
            if (back ? engine.position === 0 : engine.position === engine.lastPosition) continue;
            if (back) engine.undo();
            else engine.redo();
            followed.follow(true);
            assert.deepEqual(followed.ranges(), seen.get(engine.position));
          }
          engine.close(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("vanish with their bytes and come back with them, renamed meanwhile or not", () => {
    const followed = new Followed(openTagged(64));
    const { engine, list } = followed;
    list.add({ start: 10, end: 14, name: "", color: "blue" });
    list.add({ start: 40, end: 41, name: "far", color: "red" });
    engine.erase(8, 20);
    followed.follow(false);
    assert.deepEqual(followed.ranges(), [[20, 21]]);
    list.change(list.shown[0]!.id, { name: "farther" });
    engine.undo();
    followed.follow(true);
    assert.deepEqual(followed.ranges(), [
      [10, 14],
      [40, 41],
    ]);
    assert.equal(list.shown[1]!.name, "farther");
    engine.close(true);
  });

  it("grow by what is put into them, not by what is put before or behind", () => {
    const followed = new Followed(openTagged(64));
    const { engine, list } = followed;
    list.add({ start: 10, end: 14, name: "", color: "blue" });
    for (const at of [10, 16, 12]) engine.insert(at, new Uint8Array(2));
    followed.follow(false);
    // 2 bytes before it, then 2 right behind it, then 2 at its own beginning.
    assert.deepEqual(followed.ranges(), [[14, 18]]);
    engine.insert(15, new Uint8Array(3));
    followed.follow(false);
    assert.deepEqual(followed.ranges(), [[14, 21]]);
    engine.close(true);
  });

  it("have a place in the file on disk, and from there one in the edited document", () => {
    const engine = openTagged(64);
    engine.insert(16, new Uint8Array(4));
    engine.erase(40, 4);
    engine.overwrite(50, new Uint8Array(2));
    const fours = unsavedDifferences(engine);
    const inFile = [
      { start: 4, end: 6 },
      { start: 20, end: 24 },
      { start: 36, end: 40 },
      { start: 46, end: 52 },
    ];
    const here = acrossDifferences(inFile, fours, 0);
    assert.deepEqual(here, [
      { start: 4, end: 6 },
      { start: 24, end: 28 },
      { start: 40, end: 40 }, // its bytes are deleted
      { start: 46, end: 52 },
    ]);
    const back = acrossDifferences(here, fours, 2);
    for (const index of [0, 1, 3]) assert.deepEqual(back[index], inFile[index]);
    engine.close(true);
  });

  it("end in the file where they end here, whatever is deleted or inserted right behind them", () => {
    for (const edit of [
      (engine: EngineDocument) => engine.erase(20, 10),
      (engine: EngineDocument) => engine.insert(20, new Uint8Array(5)),
    ]) {
      const engine = openTagged(64);
      edit(engine);
      const fours = unsavedDifferences(engine);
      const mark = [{ start: 10, end: 20 }];
      for (const from of [0, 2] as const) assert.deepEqual(acrossDifferences(mark, fours, from), mark);
      engine.close(true);
    }
  });
});
