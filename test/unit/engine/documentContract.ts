// What every document must do, whatever is behind it: the addon, plain Node, a file that is read and written whole. Run by
// documentContract.test.ts on each. What only one of them can do has tests of its own.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { EngineDocument } from "../../../extension/src/engine/document";
import { find, unsavedDifferences } from "../../../extension/src/engine/scan";
import { hash } from "../../../extension/src/engine/scanHash";
import { hexNeedle, valueNeedle } from "../../../extension/src/engine/scanNeedle";
import { textNeedle } from "../../../extension/src/engine/textNeedle";
import { replaceAll } from "../../../extension/src/engine/scanReplace";
import { patternBytes } from "./files";

export interface OpenedFile {
  readonly document: EngineDocument;
  /** What the file holds, read past the document. */
  onDisk(): Buffer;
  /** Another program writes the file. */
  writtenByOthers(bytes: Uint8Array): Promise<void>;
  /** Another document of the same file. */
  again(): Promise<EngineDocument>;
  /** A path in a folder of the test's. */
  path(name: string): string;
  /** What a file of that folder holds. */
  contentOf(path: string): Buffer;
}

export type Opener = (content: Uint8Array) => Promise<OpenedFile>;

/** @param runs of random operations: a disk that syncs takes its time */
export function describeDocument(name: string, open: Opener, runs: number): void {
  describe(`${name} as a document`, () => {
    const text = (document: EngineDocument): string =>
      Buffer.from(document.readSync(0, document.size).bytes).toString("latin1");
    const all = (document: EngineDocument): Buffer => Buffer.from(document.readSync(0, document.size).bytes);

    it("writes nothing before a save, and then exactly what is shown", async () => {
      const { document, onDisk } = await open(Buffer.from("0123456789"));
      document.overwrite(8, Buffer.from("XYZ"));
      document.insert(0, Buffer.from("<"));
      document.erase(3, 2);
      document.fill(5, 3, Buffer.from("ab"));
      assert.equal(text(document), "<0145abaYZ");
      assert.equal(onDisk().toString(), "0123456789");
      await document.commit();
      assert.equal(onDisk().toString(), "<0145abaYZ");
      assert.deepEqual([document.dirty, document.position], [false, 4]);
      document.close(true);
    });

    it("tells what is unsaved, in windows and in all", async () => {
      const { document } = await open(Buffer.alloc(100, 1));
      document.overwrite(10, Uint8Array.of(2, 3));
      document.insert(50, Uint8Array.of(4));
      assert.deepEqual(document.readSync(5, 60).unsaved, [
        { start: 10, end: 12 },
        { start: 50, end: 51 },
      ]);
      assert.deepEqual((await document.read(11, 1)).unsaved, [{ start: 11, end: 12 }]);
      assert.deepEqual(document.unsaved(10), [
        { start: 10, end: 12, fileOffset: 10 },
        { start: 50, end: 51, fileOffset: 50 },
      ]);
      assert.equal(document.unsaved(1).length, 1);
      document.close(true);
    });

    it("tells what the edits make of the file, and hashes what they make", async () => {
      const { document } = await open(Buffer.from("0123456789"));
      assert.deepEqual([...unsavedDifferences(document)], []);
      document.overwrite(2, Buffer.from("X"));
      document.erase(5, 2);
      document.insert(0, Buffer.from("ab"));
      assert.equal(text(document), "ab01X34789");
      assert.deepEqual([...unsavedDifferences(document)], [0, 0, 0, 2, 2, 3, 4, 5, 5, 7, 7, 7]);
      const sums = await hash(document, ["sha256", "crc-32"]);
      assert.equal(sums.get("sha256"), createHash("sha256").update("ab01X34789").digest("hex"));
      // As gzip says.
      assert.equal(sums.get("crc-32"), "3448b35d");
      await document.commit();
      assert.deepEqual([...unsavedDifferences(document)], []);
      document.undo();
      assert.deepEqual([...unsavedDifferences(document)], [0, 2, 0, 0]);
      document.close(true);
    });

    it("makes one step of a group and of a run of typing, and none across a save or a seal", async () => {
      const { document } = await open(Buffer.from("aaaaaaaa"));
      document.asOneStep(() => {
        document.overwrite(0, Buffer.from("1"));
        document.insert(4, Buffer.from("2"));
      });
      document.overwrite(5, Buffer.from("3"));
      document.overwrite(6, Buffer.from("4"), true);
      document.sealStep();
      document.overwrite(7, Buffer.from("5"), true);
      assert.deepEqual([document.position, document.lastPosition], [3, 3]);
      await document.commit();
      document.overwrite(8, Buffer.from("6"), true);
      assert.deepEqual([document.position, document.savedPosition], [4, 3]);
      document.undo();
      document.undo();
      document.undo();
      assert.equal(text(document), "1aaa2aaaa");
      document.undo();
      assert.equal(text(document), "aaaaaaaa");
      assert.throws(() => document.undo(), { code: "out-of-range" });
      document.seek(4);
      assert.equal(text(document), "1aaa23456");
      document.close(true);
    });

    it("DL-4, DL-5: undoes and redoes below a save, and knows when that is the file's content", async () => {
      const { document, onDisk } = await open(Buffer.from("0123456789"));
      document.overwrite(2, Buffer.from("AB"));
      document.erase(6, 2);
      await document.commit();
      assert.equal(onDisk().toString(), "01AB4589");
      document.undo();
      assert.deepEqual([text(document), document.dirty], ["01AB456789", true]);
      document.undo();
      assert.equal(text(document), "0123456789");
      await document.commit();
      assert.equal(onDisk().toString(), "0123456789");
      document.seek(2);
      assert.equal(text(document), "01AB4589");
      await document.commit();
      document.seek(0);
      document.overwrite(0, Buffer.from("Z"));
      assert.equal(document.savedPosition, undefined);
      document.revert();
      assert.deepEqual([text(document), document.dirty], ["01AB4589", false]);
      document.undo();
      assert.equal(text(document), "Z123456789");
      document.close(true);
    });

    it("tells changes since a version, the file's replacement as all", async () => {
      const { document } = await open(Buffer.alloc(100));
      const { version } = document;
      document.overwrite(1, Uint8Array.of(1));
      document.erase(5, 3);
      assert.deepEqual(document.changesSince(version), {
        version: document.version,
        all: false,
        changes: [
          { offset: 1, oldLength: 1, newLength: 1 },
          { offset: 5, oldLength: 3, newLength: 0 },
        ],
      });
      assert.deepEqual(document.changesSince(document.version).changes, []);
      document.reload();
      assert.equal(document.changesSince(version).all, true);
      document.close(true);
    });

    for (const [what, call, code] of [
      ["an overwrite behind the end", (d) => d.overwrite(11, Uint8Array.of(1)), "out-of-range"],
      ["an insertion behind the end", (d) => d.insert(11, Uint8Array.of(1)), "out-of-range"],
      ["erasing over the end", (d) => d.erase(5, 6), "out-of-range"],
      ["filling over the end", (d) => d.fill(5, 6, Uint8Array.of(1)), "out-of-range"],
      ["an empty pattern", (d) => d.fill(5, 1, new Uint8Array(0)), "invalid-argument"],
      ["a negative offset", (d) => d.overwrite(-1, Uint8Array.of(1)), "out-of-range"],
      ["NaN", (d) => d.erase(NaN, 1), "invalid-argument"],
      ["offset 2^53", (d) => d.insert(2 ** 53, Uint8Array.of(1)), "out-of-range"],
      ["a string for bytes", (d) => d.insert(0, "a" as unknown as Uint8Array), "invalid-argument"],
      ["a step that is not there", (d) => d.seek(1), "out-of-range"],
    ] as readonly (readonly [string, (document: EngineDocument) => void, string])[]) {
      it(`refuses ${what}: ${code}, and stays as it was`, async () => {
        const { document } = await open(Buffer.from("0123456789"));
        assert.throws(() => call(document), { name: "EngineError", code });
        assert.deepEqual([text(document), document.dirty, document.position], ["0123456789", false, 0]);
        document.close();
        assert.throws(() => document.insert(0, Uint8Array.of(1)), { code: "closed" });
        await assert.rejects(document.commit(), { code: "closed" });
        document.close();
      });
    }

    it("DL-25: edits the empty file, and empties a file", async () => {
      const { document, onDisk } = await open(new Uint8Array(0));
      document.insert(0, Buffer.from("abc"));
      await document.commit();
      assert.equal(onDisk().toString(), "abc");
      document.erase(0, 3);
      await document.commit();
      assert.equal(onDisk().length, 0);
      document.undo();
      assert.equal(text(document), "abc");
      document.close(true);
    });

    it("DL-1, DL-6: saves copies and exports with unsaved edits", async () => {
      const content = patternBytes(300_001);
      const { document, path, contentOf, onDisk } = await open(content);
      document.overwrite(131_071, Uint8Array.of(1, 2, 3));
      document.insert(5, Uint8Array.of(9));
      const shown = all(document);
      await document.saveAs(path("copy"));
      assert.ok(contentOf(path("copy")).equals(shown));
      await document.exportRange({ start: 131_070, end: 131_080 }, path("part"));
      assert.deepEqual([...contentOf(path("part"))], [...shown.subarray(131_070, 131_080)]);
      assert.ok(onDisk().equals(Buffer.from(content)));
      document.close(true);
    });

    it("DL-13: notices what others write, saves nothing over it, and carries edits over", async () => {
      const { document, writtenByOthers, onDisk } = await open(Buffer.from("0123456789"));
      assert.equal(document.checkOutside(), "same");
      document.overwrite(1, Buffer.from("X"));
      document.insert(5, Buffer.from("new"));
      await writtenByOthers(Buffer.from("ABCDEFGHIJ++"));
      assert.notEqual(document.checkOutside(), "same");
      await assert.rejects(document.commit(), { code: "changed" });
      assert.equal(onDisk().toString(), "ABCDEFGHIJ++");
      assert.equal(document.rebase(), true);
      assert.equal(text(document), "AXCDEnewFGHIJ++");
      document.seek(0);
      assert.deepEqual([text(document), document.dirty], ["ABCDEFGHIJ++", false]);
      document.seek(2);
      await document.commit();
      assert.equal(onDisk().toString(), "AXCDEnewFGHIJ++");
      document.close(true);
    });

    it("DL-13: refuses to guess where a file was cut or has grown, and can begin anew", async () => {
      const { document, writtenByOthers } = await open(Buffer.from("0123456789"));
      document.overwrite(8, Buffer.from("X"));
      await writtenByOthers(Buffer.from("0123"));
      assert.throws(() => document.rebase(), { code: "out-of-range" });
      document.undo();
      document.insert(10, Buffer.from("mine"));
      await writtenByOthers(Buffer.from("0123456789theirs"));
      assert.throws(() => document.rebase(), { code: "changed" });
      document.reload();
      assert.deepEqual([text(document), document.lastPosition], ["0123456789theirs", 0]);
      document.close(true);
    });

    it("finds text, bytes with wildcards and numbers in the edited document, and replaces them as one step", async () => {
      const { document } = await open(Buffer.from("one needle, two needles"));
      const hits = async (needle: Parameters<typeof find>[1], options = {}): Promise<number[]> => {
        const found: number[] = [];
        const onHits = (some: Float64Array): void => void found.push(...some);
        const { count } = await find(document, needle, { ...options, onHits });
        assert.equal(count, found.length);
        return found;
      };
      document.overwrite(4, Buffer.from("NEEDLE"));
      document.insert(0, Buffer.from("needle "));
      assert.deepEqual(await hits(textNeedle("needle", "utf-8", false)), [0, 23]);
      assert.deepEqual(await hits(textNeedle("needle", "utf-8", true)), [0, 11, 23]);
      assert.deepEqual(await hits(textNeedle("needle", "utf-8", true), { from: 1, to: 29 }), [11, 23]);
      assert.deepEqual(await hits(textNeedle("needle", "utf-8", true), { limit: 2 }), [0, 11]);
      assert.deepEqual(await hits(hexNeedle("6e ?? 65 64")), [0, 23]);
      assert.deepEqual(await hits(valueNeedle("0x6e..0x6f", "u1")), [0, 7, 8, 21, 23]);
      const abort = AbortSignal.abort();
      await assert.rejects(hits(hexNeedle("00"), { signal: abort }), { code: "cancelled" });
      const { position } = document;
      const { count } = await replaceAll(document, textNeedle("needle", "utf-8", true), Buffer.from("pin"));
      assert.deepEqual([count, text(document), document.position], [3, "pin one pin, two pins", position + 1]);
      document.undo();
      assert.equal(text(document), "needle one NEEDLE, two needles");
      document.close(true);
    });

    it("keeps a random run of edits, undo, saves, and changes by others equal to a byte array", async function () {
      this.timeout(60_000);
      for (let seed = 1; seed <= runs; seed++) await randomRun(open, seed, 120);
    });
  });
}

/** As test/native/model_test.cc, in small: the document against plain arrays of bytes. */
async function randomRun(open: Opener, seed: number, operations: number): Promise<void> {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return limit <= 0 ? 0 : Math.floor((state / 2 ** 32) * limit);
  };
  const random = (length: number): Buffer => Buffer.from(Array.from({ length }, () => below(256)));
  let content: Buffer = random(below(300));
  const opened = await open(content);
  const { document } = opened;
  /** By position; from the saved one on they stand on the file. */
  let states: Buffer[] = [content];
  let saved: Buffer = content;
  for (let i = 0; i < operations; i++) {
    const where = below(content.length + 1);
    const kind = below(100);
    const before = document.position;
    let next: Buffer | undefined;
    const length = Math.min(below(40), content.length - where);
    if (kind < 25) {
      const bytes = random(1 + below(30));
      document.overwrite(where, bytes);
      next = Buffer.concat([content.subarray(0, where), bytes, content.subarray(where + bytes.length)]);
    } else if (kind < 45) {
      const bytes = random(1 + below(30));
      document.insert(where, bytes);
      next = Buffer.concat([content.subarray(0, where), bytes, content.subarray(where)]);
    } else if (kind < 60 && length > 0) {
      document.erase(where, length);
      next = Buffer.concat([content.subarray(0, where), content.subarray(where + length)]);
    } else if (kind < 70 && length > 0) {
      const pattern = random(1 + below(5));
      document.fill(where, length, pattern);
      next = Buffer.from(content);
      for (let at = 0; at < length; at++) next[where + at] = pattern[at % pattern.length]!;
    } else if (kind < 85) {
      const target = below(document.lastPosition + 1);
      document.seek(target);
      content = states[target]!;
    } else if (kind < 96) {
      await document.commit();
      saved = content;
      assert.ok(opened.onDisk().equals(content), `seed ${seed}, operation ${i}: the file is not what was saved`);
    } else if (kind < 98) {
      document.revert();
      content = saved;
      if (document.position !== before) states[document.position] = content;
      states = states.slice(0, document.lastPosition + 1);
    } else {
      // Into another document of the same file, by way of the backup.
      await document.backup(opened.path("backup"));
      const other = await opened.again();
      other.restore(opened.path("backup"));
      assert.ok(
        Buffer.from(other.readSync(0, other.size).bytes).equals(content),
        `seed ${seed}, operation ${i}: backup`,
      );
      other.close(true);
    }
    if (next !== undefined) {
      content = next;
      if (document.position === before) states[before] = content;
      else states = [...states.slice(0, before + 1), content];
    }
    assert.equal(document.size, content.length, `seed ${seed}, operation ${i}: size`);
    const shown = Buffer.from((await document.read(0, document.size)).bytes);
    assert.ok(shown.equals(content), `seed ${seed}, operation ${i}: content`);
    assert.equal(document.dirty, document.position !== document.savedPosition);
  }
  document.close(true);
}
