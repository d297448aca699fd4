// A first template for selected bytes: it loads, covers exactly those bytes, and its guesses are the likely ones.
import assert from "node:assert/strict";
import fc from "fast-check";
import { guessEndian, guessFields } from "../../../../extension/src/struct/authoring/guessFields";
import { newTemplate } from "../../../../extension/src/struct/authoring/newTemplate";
import { dump, hex, nodeAt, sessionOf } from "../support";

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const guessed = (bytes: Uint8Array): string[] => guessFields(bytes).map(({ id, lines }) => [id, ...lines].join(", "));

describe("template from a selection", () => {
  it("tells texts, numbers and padding apart", () => {
    const bytes = ascii("RIFF\x01\0\0\0\x02\0hello\0\0\0\0\0\0\0\0\0\0\0some words");
    assert.deepEqual(guessed(bytes), [
      'magic, contents: "RIFF"',
      "field_1, type: u4",
      "field_2, type: u2",
      "text_3, type: strz, encoding: ASCII",
      "reserved_4, size: 10",
      "text_5, type: str, size: 10, encoding: ASCII",
    ]);
    assert.deepEqual(guessed(new Uint8Array()), []);
    assert.equal(guessed(new Uint8Array(5000).fill(1)).at(-1), "rest, size: 3976");
    assert.deepEqual(guessFields(hex("01020304"), 2 ** 40).at(-1)?.bytes, 2 ** 40 - 4);
  });

  it("tells the byte order from where the zeros are", () => {
    assert.equal(guessEndian(hex("01000000 00020000 39300000")), "le");
    assert.equal(guessEndian(hex("00000001 00000200 00003039")), "be");
    assert.equal(guessEndian(new Uint8Array()), "le");
  });

  it("reads back every byte of whatever was selected, at its place", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.string({ maxLength: 40 }).map((text) => Uint8Array.from(Buffer.from(text))),
        ),
        fc.nat(300),
        (bytes, offset) => {
          const text = newTemplate({ fileName: "a.bin", offset, length: bytes.length, head: bytes });
          const file = new Uint8Array(offset + bytes.length + 10);
          file.set(bytes, offset);
          const session = sessionOf(text, file);
          const sum = guessFields(bytes).reduce((total, field) => total + field.bytes, 0);
          assert.equal(sum, bytes.length);
          const last = guessFields(bytes).at(-1);
          if (last === undefined) return;
          const node = nodeAt(dump(session), `${offset === 0 ? "" : "record."}${last.id}`);
          assert.deepEqual([node.end, node.error], [offset + bytes.length, undefined], text);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is named after the file's extension", () => {
    const named = (fileName: string): string =>
      newTemplate({ fileName, offset: 0, length: 1, head: hex("01") }).split("\n")[1] ?? "";
    assert.equal(named("a.XYZ"), "  id: xyz_file");
    assert.equal(named("a.7z"), "  id: new_format");
    assert.equal(named("plain"), "  id: new_format");
  });
});
