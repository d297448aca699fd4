// What `process` makes, at the borders of the pieces it works in, and from data that is broken.
import assert from "node:assert/strict";
import zlib from "node:zlib";
import { StructError } from "../../../extension/src/struct/errors";
import { Budget } from "../../../extension/src/struct/limits";
import { applyProcess } from "../../../extension/src/struct/reader/process";
import { Bytes } from "../../../extension/src/struct/reader/values";

const run = (name: string, args: Parameters<typeof applyProcess>[1], input: Uint8Array): Uint8Array =>
  applyProcess(name, args, Bytes.of(Uint8Array.from(input)), new Budget());

describe("process", () => {
  it("inflates whatever the length of the input, trailing bytes or not", () => {
    for (let length = 16_384 - 20; length < 16_384 + 4; length += 1) {
      const data = Buffer.from(Array.from({ length }, (_, index) => (index * index) % 251));
      for (const packed of [
        zlib.deflateSync(data, { level: 0 }),
        Buffer.concat([zlib.deflateSync(data), Buffer.from("abcdefgh")]),
      ]) {
        assert.deepEqual(Buffer.from(run("zlib", [], packed)), data, String(packed.length));
      }
    }
    assert.equal(run("zlib", [], zlib.deflateSync(Buffer.alloc(0))).length, 0);
  });

  it("refuses what is no zlib stream, or the start of one", () => {
    const whole = zlib.deflateSync(Buffer.from("hello hello hello"));
    for (const bad of [
      Buffer.alloc(0),
      Buffer.from("hello"),
      whole.subarray(0, 8),
      whole.subarray(0, whole.length - 6),
    ]) {
      assert.throws(
        () => run("zlib", [], bad),
        (error: unknown) => error instanceof StructError && error.className === "ProcessError",
      );
    }
  });

  it("turns bits around and back", () => {
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    for (let amount = -9; amount <= 9; amount += 1) {
      assert.deepEqual(run("ror", [amount], run("rol", [amount], all)), all);
      assert.deepEqual(run("rol", [amount], all), run("ror", [-amount], all));
    }
    assert.deepEqual([...run("rol", [3], Uint8Array.of(0b1010_0001))], [0b0000_1101]);
  });

  it("takes keys of any length", () => {
    assert.deepEqual([...run("xor", [Bytes.of(Uint8Array.of(1, 2, 3))], Uint8Array.of(0, 0, 0, 0))], [1, 2, 3, 1]);
    assert.deepEqual([...run("xor", [Bytes.of(new Uint8Array())], Uint8Array.of(5))], [5]);
    for (const key of [0x1fe, -2, 0xffff_ffff_ffff_fffen])
      assert.deepEqual([...run("xor", [key], Uint8Array.of(5))], [0xfe ^ 5], String(key));
  });
});
