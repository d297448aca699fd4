// Every member of the native document x every nonsense argument x open and closed: an exact code each, and a document that is as
// it was. Talks to the addon directly: its own checks are what is tested.
import assert from "node:assert/strict";
import fs from "node:fs";
import { loadAddon } from "../../../extension/src/engine/loadAddon";
import type { NativeDocument } from "../../../native/binding/index";
import { patternBytes, temporaryFolder } from "./files";

type Loose = Record<string, (...values: unknown[]) => unknown>;

const nonsenseNumbers: readonly (readonly [unknown, string])[] = [
  [NaN, "invalid-argument"],
  [0.5, "invalid-argument"],
  ["1", "invalid-argument"],
  [1n, "invalid-argument"],
  [null, "invalid-argument"],
  [undefined, "invalid-argument"],
  [{}, "invalid-argument"],
  [true, "invalid-argument"],
  [-1, "out-of-range"],
  [-0.5, "out-of-range"],
  [-Infinity, "out-of-range"],
  [Infinity, "out-of-range"],
  [2 ** 53, "out-of-range"],
  [2 ** 64, "out-of-range"],
];

const bytes = Uint8Array.of(1);
/** Members with their good arguments, and which of those are numbers. */
const calls: readonly {
  readonly name: string;
  readonly good: readonly unknown[];
  readonly numbers: readonly number[];
}[] = [
  { name: "read", good: [0, 1], numbers: [0, 1] },
  { name: "readSync", good: [0, 1], numbers: [0, 1] },
  { name: "extents", good: [0, 1, 10], numbers: [0, 1, 2] },
  { name: "overwrite", good: [0, bytes], numbers: [0] },
  { name: "insert", good: [0, bytes], numbers: [0] },
  { name: "erase", good: [0, 1], numbers: [0, 1] },
  { name: "fill", good: [0, 1, bytes], numbers: [0, 1] },
  { name: "insertFill", good: [0, 1, bytes], numbers: [0, 1] },
  { name: "seek", good: [0], numbers: [0] },
  { name: "changesSince", good: [0], numbers: [0] },
  { name: "exportRange", good: [0, 1, "/nonexistent/x"], numbers: [0, 1] },
];

describe("arguments of the native document", () => {
  const folder = temporaryFolder();
  let document: NativeDocument;
  let loose: Loose;

  beforeEach(() => {
    const file = folder.file("arguments.bin");
    fs.writeFileSync(file, patternBytes(100));
    document = loadAddon().NativeDocument.open(file);
    loose = document as unknown as Loose;
  });
  afterEach(() => document.close());

  /** What the call fails with, thrown or rejected. */
  async function failure(name: string, values: readonly unknown[]): Promise<{ code?: string; message?: string }> {
    try {
      await loose[name]?.call(document, ...values);
    } catch (error) {
      return error as { code?: string };
    }
    return { message: `${name}(${values.map(String).join(", ")}) was accepted` };
  }

  for (const { name, good, numbers } of calls) {
    for (const index of numbers) {
      it(`${name} refuses nonsense as argument ${index + 1}, and the document stays as it was`, async () => {
        for (const [nonsense, code] of nonsenseNumbers) {
          const { code: got, message } = await failure(name, good.with(index, nonsense));
          assert.equal(got, code, `${String(nonsense)}: ${message}`);
        }
        assert.deepEqual([document.size, document.dirty, document.position], [100, false, 0]);
        assert.deepEqual(new Uint8Array(document.readSync(0, 100).bytes), patternBytes(100));
      });
    }
  }

  it("names the argument and the value", async () => {
    assert.match((await failure("overwrite", [2 ** 53, bytes])).message ?? "", /offset.*9007199254740992/);
    assert.match((await failure("erase", [0, NaN])).message ?? "", /length.*NaN/);
  });

  for (const [what, value] of [
    ["a string", "ab"],
    ["an array", [1, 2]],
    ["an ArrayBuffer", new ArrayBuffer(4)],
    ["16-bit units", new Uint16Array(2)],
    ["a clamped array", new Uint8ClampedArray(2)],
    ["nothing", undefined],
  ] as const) {
    it(`takes no ${what} for bytes`, async () => {
      for (const name of ["overwrite", "insert"])
        assert.equal((await failure(name, [0, value])).code, "invalid-argument");
      for (const name of ["fill", "insertFill"])
        assert.equal((await failure(name, [0, 1, value])).code, "invalid-argument");
    });
  }

  it("fills with no empty pattern", async () => {
    for (const name of ["fill", "insertFill"]) {
      assert.equal((await failure(name, [0, 1, new Uint8Array(0)])).code, "invalid-argument");
    }
  });

  it("takes bytes from inside a larger buffer", () => {
    document.overwrite(0, new Uint8Array(Uint8Array.of(9, 8, 7, 6).buffer, 1, 2));
    assert.deepEqual([...new Uint8Array(document.readSync(0, 3).bytes)], [8, 7, patternBytes(3)[2]]);
  });

  it("refuses offsets beyond the document and sizes beyond 2^53 - 1", async () => {
    const last = Number.MAX_SAFE_INTEGER;
    for (const name of ["read", "readSync"]) assert.equal((await failure(name, [101, 1])).code, "out-of-range");
    assert.equal((await failure("overwrite", [last, bytes])).code, "out-of-range");
    assert.equal((await failure("insert", [101, bytes])).code, "out-of-range");
    assert.equal((await failure("erase", [0, 101])).code, "out-of-range");
    assert.equal((await failure("erase", [100, last])).code, "out-of-range");
    assert.equal((await failure("fill", [0, last, bytes])).code, "out-of-range");
    assert.deepEqual([document.size, document.dirty], [100, false]);
  });

  it("refuses what is no path, no option, no signal, no callback", async () => {
    const { NativeDocument: native, findJournal, recover } = loadAddon();
    const openLoose = native.open as (...values: unknown[]) => unknown;
    for (const path of [undefined, 1, "", "a\0b", null]) {
      assert.throws(() => openLoose.call(native, path), { code: "invalid-argument" });
      assert.equal((await failure("saveAs", [path])).code, "invalid-argument");
      assert.equal((await failure("backup", [path])).code, "invalid-argument");
      assert.throws(() => findJournal(path as string, "x"), { code: "invalid-argument" });
      await assert.rejects(recover("x", path as string), { code: "invalid-argument" });
    }
    for (const options of [1, null, { readOnly: 1 }, { storageFolder: "" }, { storageFolder: 5 }]) {
      assert.throws(() => openLoose.call(native, document.path, options), { code: "invalid-argument" });
    }
    for (const call of [1, null, { onProgress: 1 }, { signal: 1 }, { signal: {} }, { signal: null }]) {
      assert.equal((await failure("commit", [call])).code, "invalid-argument");
    }
    const thrown = new Error("from a getter");
    const hostile = {
      get signal(): never {
        throw thrown;
      },
    };
    assert.equal(await failure("commit", [hostile]), thrown);
    assert.throws(
      () =>
        openLoose.call(native, document.path, {
          get readOnly(): never {
            throw thrown;
          },
        }),
      thrown,
    );
  });

  it("cannot be made by new, nor called on something else", () => {
    const { NativeDocument: native } = loadAddon();
    assert.throws(() => Reflect.construct(native, []), { code: "invalid-argument" });
    assert.throws(() => native.prototype.readSync.call({} as NativeDocument, 0, 1), TypeError);
  });

  it("answers every call after close with closed, and closes twice", async () => {
    document.close();
    document.close();
    for (const { name, good } of calls) {
      if (name === "changesSince") continue;
      assert.equal((await failure(name, good)).code, "closed", name);
    }
    for (const [name, ...values] of [
      ["commit"],
      ["saveAs", "/tmp/x"],
      ["backup", "/tmp/x"],
      ["restore", "/tmp/x"],
      ["revert"],
      ["reload"],
    ] as const) {
      assert.equal((await failure(name, values)).code, "closed", name);
    }
    for (const name of [
      "beginStep",
      "endStep",
      "sealStep",
      "changesSince",
      "estimateSave",
      "estimateChoices",
      "checkOutside",
    ]) {
      await failure(name, [0]);
    }
    for (const key of [
      "path",
      "size",
      "version",
      "position",
      "dirty",
      "mapped",
      "pageSize",
      "memoryBytes",
      "writable",
    ] as const) {
      assert.notEqual(document[key], undefined);
    }
  });
});
