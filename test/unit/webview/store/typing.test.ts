import assert from "node:assert/strict";
import type { DocumentState, EditMode, Selection } from "../../../../shared/protocol";
import { cursorAt } from "../../../../webview/src/store/selectionModel";
import { Typist } from "../../../../webview/src/store/typist";
import { TypingRun } from "../../../../webview/src/store/typingRun";

class Bench {
  bytes: number[];
  readonly edits: { offset: number; bytes: number[]; merge: boolean }[] = [];
  readonly refusals: string[] = [];
  readonly replacements: { ranges: number[]; offset: number; bytes: number[]; merge: boolean; label: string }[] = [];
  selection: Selection = cursorAt(0, "hex");
  mode: EditMode = "overwrite";
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
      mode: () => this.mode,
      size: () => this.bytes.length,
      selection: () => this.selection,
      replace: (ranges, offset, typed, merge, label) => {
        const flat = ranges.flatMap(({ start, end }) => [start, end]);
        this.replacements.push({ ranges: flat, offset, bytes: [...typed], merge, label });
        for (const { start, end } of [...ranges].reverse()) this.bytes.splice(start, end - start);
        this.bytes.splice(offset, 0, ...typed);
      },
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

  describe("in insert mode", () => {
    const inserting = (bytes: number[], at: number, column: "hex" | "text" = "hex"): Bench => {
      const bench = new Bench(bytes);
      bench.mode = "insert";
      bench.selection = cursorAt(at, column);
      return bench;
    };
    const type = (bench: Bench, digits: string): void => [...digits].forEach((digit) => bench.typist.type(digit));

    it("puts a byte in with the first digit and completes it with the second, one undo step for the run", () => {
      const bench = inserting([0x11, 0x22], 1);
      bench.typist.type("A");
      assert.deepEqual(bench.bytes, [0x11, 0xa0, 0x22]);
      assert.equal(bench.selection.focus, 1);
      assert.equal(bench.typist.lowHalf, true);
      type(bench, "bcd");
      assert.deepEqual(bench.bytes, [0x11, 0xab, 0xcd, 0x22]);
      assert.equal(bench.selection.focus, 3);
      assert.deepEqual([...bench.replacements, ...bench.edits].filter(({ merge }) => !merge).length, 1);
    });

    it("DL-25: types into the empty file and behind the last byte", () => {
      const bench = inserting([], 0);
      type(bench, "0102");
      assert.deepEqual(bench.bytes, [1, 2]);
      assert.equal(bench.selection.focus, 2);
      bench.selection = cursorAt(2, "text");
      bench.typist.type("é");
      assert.deepEqual(bench.bytes, [1, 2, 0xc3, 0xa9]);
      assert.equal(bench.selection.focus, 4);
    });

    it("takes the place of the selection, several ranges too, as one step with what follows", () => {
      const bench = inserting([0, 1, 2, 3, 4, 5, 6], 5);
      bench.selection = { anchor: 5, focus: 5, column: "hex", more: [{ start: 1, end: 3 }] };
      type(bench, "ff");
      assert.deepEqual(bench.bytes, [0, 0xff, 3, 4, 6]);
      assert.deepEqual(bench.replacements, [{ ranges: [1, 3, 5, 6], offset: 1, bytes: [0xf0], merge: false, label: "type" }]); // prettier-ignore
      assert.deepEqual(bench.edits, [{ offset: 1, bytes: [0xff], merge: true }]);
    });

    it("deletes backwards and forwards in runs of one undo step each", () => {
      const bench = inserting([0, 1, 2, 3, 4, 5, 6, 7], 4);
      bench.typist.delete(true);
      bench.typist.delete(true);
      assert.deepEqual(bench.bytes, [0, 1, 4, 5, 6, 7]);
      assert.equal(bench.selection.focus, 2);
      bench.typist.delete(false);
      bench.typist.delete(false);
      assert.deepEqual(bench.bytes, [0, 1, 6, 7]);
      assert.deepEqual(
        bench.replacements.map(({ merge }) => merge),
        [false, true, false, true],
      );
      bench.nowMs += 1001;
      bench.typist.delete(false);
      assert.equal(bench.replacements.at(-1)?.merge, false);
    });

    it("DL-25: deletes nothing at offset 0 backwards, nor at the end forwards, and says so", () => {
      const bench = inserting([1], 0);
      bench.typist.delete(true);
      bench.selection = cursorAt(1, "hex");
      bench.typist.delete(false);
      assert.deepEqual(bench.bytes, [1]);
      assert.match(bench.refusals.join(), /start of the file.*end of the file/);
      bench.typist.delete(true);
      assert.deepEqual(bench.bytes, []);
      bench.typist.delete(true);
      bench.typist.delete(false);
      assert.equal(bench.replacements.length, 1);
    });

    it("takes a half-typed byte away at once", () => {
      for (const backward of [true, false]) {
        const bench = inserting([1, 2], 1);
        bench.typist.type("f");
        bench.typist.delete(backward);
        assert.deepEqual(bench.bytes, [1, 2]);
        assert.equal(bench.typist.lowHalf, false);
        assert.equal(bench.selection.focus, 1);
      }
    });

    it("DL-3: deletes the selected ranges, wherever the cursor is", () => {
      const bench = inserting([0, 1, 2, 3, 4, 5], 1);
      bench.selection = { anchor: 4, focus: 5, column: "hex", more: [{ start: 0, end: 2 }] };
      bench.typist.delete(true);
      assert.deepEqual(bench.bytes, [2, 3]);
      assert.deepEqual(bench.selection, cursorAt(0, "hex"));
    });
  });

  it("in overwrite mode changes no length but by name, and names the way out", () => {
    const bench = new Bench([1, 2, 3]);
    bench.selection = { anchor: 0, focus: 1, column: "hex" };
    bench.typist.delete(true);
    bench.typist.delete(false);
    assert.match(bench.typist.cutRefusal() ?? "", /Insert/);
    assert.deepEqual(bench.bytes, [1, 2, 3]);
    for (const refusal of bench.refusals) assert.match(refusal, /would make the file shorter.*insert mode/);
    bench.typist.deleteSelection();
    assert.deepEqual(bench.bytes, [3]);
    bench.typist.deleteSelection();
    assert.deepEqual(bench.bytes, [3], "a bare cursor is no selection");
    bench.readOnlyReason = "locked.";
    bench.selection = { anchor: 0, focus: 0, column: "hex", more: [{ start: 0, end: 1 }] };
    bench.typist.deleteSelection();
    assert.deepEqual(bench.bytes, [3]);
  });
});
