// BPS: its numbers, hand-made patches with every action, there and back at random, checksums, and broken or greedy patches.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { EngineDocument } from "../../../../extension/src/engine/document";
import { applyBps, encodeNumber, writeBps } from "../../../../extension/src/formats/patches/bps";
import { temporaryFolder, writeSparse } from "../../engine/files";
import { applied, differencesOf, editedFile, MemorySink, openOn, sourceOf } from "./support";

type Step =
  | readonly ["sourceRead", number]
  | readonly ["targetRead", Uint8Array]
  | readonly ["sourceCopy" | "targetCopy", number, number];

/** Written down as the description reads, apart from our writer. */
function patchOf(source: Uint8Array, target: Uint8Array, steps: readonly Step[], sourceSize = source.length): Buffer {
  const number = (value: number) => Buffer.from(encodeNumber(value));
  const action = (kind: number, length: number) => number((length - 1) * 4 + kind);
  const jump = (by: number) => number(Math.abs(by) * 2 + (by < 0 ? 1 : 0));
  const parts = [Buffer.from("BPS1"), number(sourceSize), number(target.length), number(3), Buffer.from("<x>")];
  for (const step of steps) {
    if (step[0] === "sourceRead") parts.push(action(0, step[1]));
    else if (step[0] === "targetRead") parts.push(action(1, step[1].length), Buffer.from(step[1]));
    else parts.push(action(step[0] === "sourceCopy" ? 2 : 3, step[1]), jump(step[2]));
  }
  return sealed(Buffer.concat(parts), source, target);
}

function sealed(body: Buffer, source: Uint8Array, target: Uint8Array): Buffer {
  const sums = Buffer.alloc(12);
  sums.writeUInt32LE(crc32(source), 0);
  sums.writeUInt32LE(crc32(target), 4);
  sums.writeUInt32LE(crc32(Buffer.concat([body, sums.subarray(0, 8)])), 8);
  return Buffer.concat([body, sums]);
}

describe("BPS", () => {
  const folder = temporaryFolder();
  const apply = (content: Uint8Array, patch: Uint8Array) => applied(folder.file("target"), content, patch, applyBps);

  it("spells numbers as described", () => {
    const spelled = (value: number) => Buffer.from(encodeNumber(value)).toString("hex");
    assert.deepEqual([0, 1, 127, 128, 129, 16511, 16512].map(spelled), ["80", "81", "ff", "0080", "0180", "7fff", "000080"]); // prettier-ignore
  });

  it("carries out every action, copies back and forth and over themselves among them", async () => {
    const source = Buffer.from("abcdefghij");
    const target = Buffer.from("abXYZhijcdefXYXYXYXYcd");
    const steps: Step[] = [
      ["sourceRead", 2],
      ["targetRead", Buffer.from("XYZ")],
      ["sourceCopy", 3, 7],
      ["sourceCopy", 4, -8],
      ["targetCopy", 2, 2],
      ["targetRead", Buffer.from("XY")],
      ["targetCopy", 4, 8],
      ["sourceCopy", 2, -4],
    ];
    assert.equal((await apply(source, patchOf(source, target, steps))).toString(), target.toString());
  });

  it("does what random actions say", async () => {
    const kinds = fc.record({ kind: fc.nat(3), at: fc.nat(60), length: fc.integer({ min: 1, max: 25 }) });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.array(kinds, { maxLength: 20 }), async (source, wishes) => {
        let target = Buffer.alloc(0);
        let sourceAt = 0;
        let targetAt = 0;
        const steps: Step[] = [];
        for (const { kind, at, length } of wishes) {
          const whole = Buffer.from(source);
          if (kind === 0 && target.length < source.length) {
            const run = Math.min(length, source.length - target.length);
            steps.push(["sourceRead", run]);
            target = Buffer.concat([target, whole.subarray(target.length, target.length + run)]);
          } else if (kind === 1) {
            steps.push(["targetRead", Buffer.alloc(length, at)]);
            target = Buffer.concat([target, Buffer.alloc(length, at)]);
          } else if (kind === 2 && at < source.length) {
            const run = Math.min(length, source.length - at);
            steps.push(["sourceCopy", run, at - sourceAt]);
            target = Buffer.concat([target, whole.subarray(at, at + run)]);
            sourceAt = at + run;
          } else if (kind === 3 && at < target.length) {
            steps.push(["targetCopy", length, at - targetAt]);
            const bytes = [...target];
            for (let i = 0; i < length; i++) bytes.push(bytes[at + i]!);
            target = Buffer.from(bytes);
            targetAt = at + length;
          }
        }
        assert.deepEqual(await apply(source, patchOf(source, target, steps)), target);
      }),
      { numRuns: 150 },
    );
  });

  it("carries every edit across", async () => {
    await fc.assert(
      fc.asyncProperty(editedFile, async ({ before, after }) => {
        const sink = new MemorySink();
        const differences = await differencesOf(folder.file("pair"), before, after);
        await writeBps(sourceOf(before), sourceOf(after), differences, sink);
        assert.deepEqual(await apply(before, sink.bytes), after);
      }),
      { numRuns: 60 },
    );
  });

  it("leaves what both files share where it is: a changed byte of 64 MiB is saved in place", async () => {
    const size = 64 * 1024 ** 2;
    const file = folder.file("sparse");
    writeSparse(file, size, [{ offset: 1000, bytes: Buffer.from("old") }]);
    const source = EngineDocument.open(file);
    const target = EngineDocument.open(file);
    target.overwrite(1000, Buffer.from("new"));
    const sink = new MemorySink();
    const change = { start: 1000, end: 1003, newStart: 1000, newEnd: 1003 };
    await writeBps(source, target, [change], sink);
    assert.ok(sink.bytes.length < 40);
    await applyBps(sourceOf(sink.bytes), source);
    assert.deepEqual({ ...source.estimateSave() }, { ...target.estimateSave() });
    assert.equal(source.estimateSave().how, "in-place");
    source.close(true);
    target.close(true);
  });

  it("refuses another file, and one that has been patched already", async () => {
    const [source, target] = [Buffer.from("0123"), Buffer.from("0x23")];
    const patch = patchOf(source, target, [["sourceRead", 1], ["targetRead", Buffer.from("x")], ["sourceRead", 2]]); // prettier-ignore
    assert.deepEqual(await apply(source, patch), target);
    await assert.rejects(apply(Buffer.from("01234"), patch), { code: "changed", message: /4 bytes, this one has 5/ });
    await assert.rejects(apply(Buffer.from("9123"), patch), { code: "changed", message: /CRC-32/ });
    await assert.rejects(apply(target, patch), { code: "changed", message: /applied already/ });
  });

  it("refuses a patch of which any one byte was changed", async () => {
    const [source, target] = [Buffer.from("0123"), Buffer.from("0x23")];
    const patch = patchOf(source, target, [["sourceRead", 1], ["targetRead", Buffer.from("x")], ["sourceRead", 2]]); // prettier-ignore
    for (let at = 0; at < patch.length; at++) {
      const broken = Buffer.from(patch);
      broken[at] = broken[at]! ^ 0x10;
      await assert.rejects(apply(source, broken), { code: "corrupt" });
    }
    for (let length = 0; length < patch.length; length++) {
      await assert.rejects(apply(source, patch.subarray(0, length)), { code: "corrupt" });
    }
  });

  const source = Buffer.from("0123456789");
  const bad: readonly (readonly [string, readonly Step[], number, RegExp])[] = [
    ["reads behind the source", [["sourceRead", 11]], 11, /behind the source's end/],
    ["copies from before the source", [["sourceCopy", 1, -1]], 1, /outside the source/],
    ["copies from behind the source", [["sourceCopy", 3, 8]], 3, /outside the source/],
    ["copies what is not there yet", [["targetCopy", 1, 0]], 1, /not been written yet/],
    ["writes too much", [["sourceRead", 5]], 4, /behind the target's end/],
    ["writes too little", [["sourceRead", 5]], 6, /makes 5 bytes of 6/],
    ["gives other bytes", [["targetRead", Buffer.from("no")]], 2, /result has CRC-32/],
  ];
  for (const [what, steps, size, message] of bad) {
    it(`refuses a patch that ${what}`, async () => {
      const patch = patchOf(source, Buffer.alloc(size), steps);
      await assert.rejects(apply(source, patch), { code: "corrupt", message });
    });
  }

  it("refuses numbers and copies beyond all measure", async () => {
    const endless = sealed(Buffer.concat([Buffer.from("BPS1"), Buffer.alloc(40, 0x7f)]), source, source);
    await assert.rejects(apply(source, endless), { code: "corrupt", message: /2\^53/ });
    const size = 2 ** 45;
    const body = [Buffer.from("BPS1"), ...[0, size, 0, 1].map(encodeNumber), Buffer.from("x")];
    const greedy = [...body, encodeNumber((size - 2) * 4 + 3), encodeNumber(0)];
    const document = openOn(folder.file("greedy"), new Uint8Array(0));
    const patch = sealed(Buffer.concat(greedy), new Uint8Array(0), source);
    await assert.rejects(applyBps(sourceOf(patch), document), { code: "too-large" });
    document.close(true);
  });
});
