// Patches as lines of JSON: there and back at random, and the line in every error.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { applyEditLines, writeEditLines } from "../../../../extension/src/formats/patches/editLines";
import { temporaryFolder } from "../../engine/files";
import { applied, differencesOf, editedFile, MemorySink, sourceOf } from "./support";

describe("edit lines", () => {
  const folder = temporaryFolder();
  const apply = (content: Uint8Array, patch: Uint8Array) =>
    applied(folder.file("target"), content, patch, applyEditLines);

  it("carry every edit across", async () => {
    await fc.assert(
      fc.asyncProperty(editedFile, async ({ before, after }) => {
        const sink = new MemorySink();
        await writeEditLines(sourceOf(after), await differencesOf(folder.file("pair"), before, after), sink);
        assert.deepEqual(await apply(before, sink.bytes), after);
      }),
      { numRuns: 60 },
    );
  });

  it("are what `terahex patch` takes: overwrite, insert and erase, at the state by then", async () => {
    const sink = new MemorySink();
    const differences = [
      { start: 1, end: 3, newStart: 1, newEnd: 5 },
      { start: 6, end: 8, newStart: 8, newEnd: 8 },
    ];
    await writeEditLines(sourceOf("aWXYZdefij"), differences, sink);
    assert.equal(
      sink.bytes.toString(),
      '{"op":"overwrite","offset":1,"hex":"5758"}\n{"op":"insert","offset":3,"hex":"595a"}\n' +
        '{"op":"erase","offset":8,"length":2}\n',
    );
  });

  it("name the line of an error, blank lines and CR LF counted", async () => {
    const patch = Buffer.from('{"op":"erase","offset":0,"length":1}\r\n\r\n{"op":"eat","offset":0}\n');
    await assert.rejects(apply(Buffer.from("0123"), patch), {
      code: "invalid-argument",
      message: /^Line 3: "op" must/,
    });
    const behind = Buffer.from('{"op":"erase","offset":9,"length":1}');
    await assert.rejects(apply(Buffer.from("0123"), behind), { message: /^Line 1: / });
  });
});
