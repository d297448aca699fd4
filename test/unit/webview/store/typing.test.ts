import assert from "node:assert/strict";
import type { DocumentState, Selection } from "../../../../shared/protocol";
import { cursorAt } from "../../../../webview/src/store/selectionModel";
import { Typist } from "../../../../webview/src/store/typist";
import { TypingRun } from "../../../../webview/src/store/typingRun";

class Bench {
  bytes: number[];
  readonly edits: { offset: number; bytes: number[]; merge: boolean }[] = [];
  readonly refusals: string[] = [];
  selection: Selection = cursorAt(0, "hex");
  nowMs = 0;
  loaded = true;
  readOnlyReason: string | undefined;
  readonly typist: Typist;

  constructor(bytes: number[]) {
    this.bytes = bytes;
    this.typist = new Typist({
      state: (): DocumentState => ({
        name: "x",
        size: this.bytes.length,
        version: 1,
        readOnly: this.readOnlyReason !== undefined,
        ...(this.readOnlyReason === undefined ? {} : { readOnlyReason: this.readOnlyReason }),
      }),
      selection: () => this.selection,
      valueAt: (offset) => (this.loaded ? (this.bytes[offset] ?? -1) : -1),
      edit: (offset, typed, merge) => {
        this.edits.push({ offset, bytes: [...typed], merge });
        typed.forEach((byte, index) => (this.bytes[offset + index] = byte));
      },
      advance: (selection) => (this.selection = selection),
      refuse: (reason) => this.refusals.push(reason),
      now: () => this.nowMs,
    });
  }

  /** Undo steps: edits that began one. */
  get steps(): number {
    return this.edits.filter((edit) => !edit.merge).length;
  }
}

describe("typing", () => {
  it("sets the high half at once, then the low half, then goes on", () => {
    const bench = new Bench([0x12, 0x34, 0x56]);
    bench.typist.type("A");
    assert.deepEqual(bench.bytes, [0xa2, 0x34, 0x56]);
    assert.equal(bench.typist.lowHalf, true);
    assert.equal(bench.selection.focus, 0);
    bench.typist.type("b");
    assert.deepEqual(bench.bytes, [0xab, 0x34, 0x56]);
    assert.equal(bench.selection.focus, 1);
    bench.typist.type("c");
    assert.deepEqual(bench.bytes, [0xab, 0xc4, 0x56]);
    assert.equal(bench.steps, 1);
  });

  it("makes one undo step of a run, and a new one after a move, a pause or 256 bytes", () => {
    const bench = new Bench(Array.from({ length: 1000 }, () => 0));
    for (const digit of "0123456789") bench.typist.type(digit);
    assert.equal(bench.steps, 1);
    bench.typist.endRun();
    bench.typist.type("1");
    assert.equal(bench.steps, 2);
    bench.nowMs += 1001;
    bench.typist.type("2");
    assert.equal(bench.steps, 3);
    bench.typist.endRun();
    const before: number = bench.edits.filter((edit) => !edit.merge).length;
    for (let byte = 0; byte < 257; byte++) {
      bench.typist.type("0");
      bench.typist.type("1");
    }
    assert.equal(bench.edits.filter((edit) => !edit.merge).length, before + 2);
  });

  it("begins at the first byte of a selection", () => {
    const bench = new Bench([1, 2, 3, 4]);
    bench.selection = { anchor: 3, focus: 1, column: "hex" };
    bench.typist.type("f");
    assert.deepEqual(bench.bytes, [1, 0xf2, 3, 4]);
    assert.deepEqual(bench.selection, cursorAt(1, "hex"));
  });

  it("holds the first digit on a byte that is not loaded, and never invents the other half", () => {
    const bench = new Bench([0x12, 0x34]);
    bench.loaded = false;
    bench.typist.type("a");
    assert.equal(bench.edits.length, 0);
    assert.equal(bench.typist.heldDigit, 10);
    bench.loaded = true;
    bench.typist.bytesArrived();
    assert.deepEqual(bench.bytes, [0xa2, 0x34]);
    bench.typist.type("b");
    assert.deepEqual(bench.bytes, [0xab, 0x34]);
    bench.loaded = false;
    bench.typist.type("c");
    bench.typist.type("d");
    assert.deepEqual(bench.bytes, [0xab, 0xcd]);
    bench.typist.type("1");
    bench.typist.endRun();
    assert.equal(bench.refusals.length, 1);
    assert.deepEqual(bench.bytes, [0xab, 0xcd]);
  });

  it("writes text as UTF-8 and refuses what does not fit before the end", () => {
    const bench = new Bench([0, 0, 0, 0]);
    bench.selection = cursorAt(0, "text");
    bench.typist.type("é");
    assert.deepEqual(bench.bytes, [0xc3, 0xa9, 0, 0]);
    assert.equal(bench.selection.focus, 2);
    bench.typist.type("\u{1f600}");
    assert.deepEqual(bench.bytes, [0xc3, 0xa9, 0, 0]);
    assert.match(bench.refusals[0] ?? "", /4 bytes/);
    bench.typist.type("ok");
    assert.deepEqual(bench.bytes, [0xc3, 0xa9, 0x6f, 0x6b]);
    assert.equal(bench.selection.focus, 3);
  });

  it("says why nothing is written: read-only, empty, no digit", () => {
    const bench = new Bench([1]);
    bench.typist.type("x");
    bench.readOnlyReason = "the file system is mounted read-only.";
    bench.typist.type("1");
    bench.bytes = [];
    bench.readOnlyReason = undefined;
    bench.typist.type("1");
    assert.equal(bench.edits.length, 0);
    assert.match(bench.refusals[0] ?? "", /hexadecimal/);
    assert.match(bench.refusals[1] ?? "", /mounted read-only/);
    assert.match(bench.refusals[2] ?? "", /empty/);
  });

  it("does not join edits that are not neighbours", () => {
    const run = new TypingRun();
    assert.equal(run.extend(10, 1, 0), false);
    assert.equal(run.extend(11, 1, 10), true);
    assert.equal(run.extend(20, 1, 20), false);
    assert.equal(run.extend(21, 3, 30), true);
    assert.equal(run.extend(24, 1, 40), true);
  });
});
