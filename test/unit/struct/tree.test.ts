// The tree's rows, trails and editors: what a person sees of each kind of node, and what their edits become.
import assert from "node:assert/strict";
import fc from "fast-check";
import { MemoryByteSource } from "../../../extension/src/engine/memoryByteSource";
import { Session } from "../../../extension/src/struct/reader/session";
import { StructTree } from "../../../extension/src/struct/tree/structTree";
import type { StructRow } from "../../../shared/structTree";
import { hex, templateOf } from "./support";

interface Given {
  readonly source: MemoryByteSource;
  readonly tree: StructTree;
}

function given(text: string, bytes: Uint8Array): Given {
  const source = new MemoryByteSource(bytes);
  return { source, tree: new StructTree(new Session(templateOf(text), source)) };
}

/** Each question with time of its own, as the thread gives it. */
function ask<T>({ tree }: Given, question: (tree: StructTree) => T): T {
  tree.session.budget.start();
  return question(tree);
}

const rowOf = (at: Given, path: string): StructRow => ask(at, (tree) => tree.row(path));

/** Edits a field as a person does and puts it into the file. */
function edit(at: Given, path: string, text: string): readonly string[] {
  const { offset, bytes, warnings } = ask(at, (tree) => tree.encode(path, text));
  at.source.overwrite(offset, bytes);
  return warnings;
}

const kinds = `
meta: {id: kinds, endian: le, encoding: UTF-8}
doc: All kinds.
seq:
  - {id: n, type: u2, doc: A number., doc-ref: https://example.org}
  - {id: neg, type: s1}
  - {id: wide, type: u8}
  - {id: f, type: f4}
  - {id: e, type: u1, enum: e}
  - {id: flag, type: b1}
  - {id: seven, type: b7}
  - {id: name, type: str, size: 6, pad-right: 0x20}
  - {id: raw, size: 3}
  - {id: magic, contents: [1, 2]}
  - {id: absent, type: u1, if: n == 0}
  - {id: inner, type: inner(n), size: 2}
  - {id: list, type: u1, repeat: expr, repeat-expr: 2, valid: {max: 9}}
  - {id: made, size: 2, process: xor(255)}
types:
  inner:
    params: [{id: p, type: u2}]
    seq: [{id: a, type: u1}]
    instances: {far: {pos: 1, type: u1}, sum: {value: a + p + _root.neg}}
enums: {e: {1: one, 2: {id: two, doc: The second.}}}
instances:
  total: {value: "n + list[1]"}
  alias: {value: inner}
  numbers: {value: "[n, neg]"}
`;
const kindBytes = hex("3930 ff ffffffffffffffff cdcccc3d 02 83 616263202020 deadbe 0102 0507 0403 0f0e");

describe("a struct tree", () => {
  const at = given(kinds, kindBytes);

  it("shows each kind of node on one line", () => {
    const { rows, total } = ask(at, (tree) => tree.children("", 0, 100));
    assert.equal(total, 17);
    assert.deepEqual(
      rows.map(({ name, kind, type, value }) => [name, kind, type, value]),
      [
        ["n", "int", "u2le", "12345 (0x3039)"],
        ["neg", "int", "s1", "-1"],
        ["wide", "int", "u8le", "18446744073709551615 (0xffffffffffffffff)"],
        ["f", "float", "f4le", "0.1"],
        ["e", "enum", "u1 → kinds::e", "two (2)"],
        ["flag", "bool", "b1", "true"],
        ["seven", "int", "b7", "3"],
        ["name", "str", "str UTF-8", '"abc"'],
        ["raw", "bytes", "bytes", "de ad be (3 bytes)"],
        ["magic", "bytes", "bytes", "01 02 (2 bytes)"],
        ["absent", "null", "u1", "absent"],
        ["inner", "struct", "kinds::inner", "a: 5"],
        ["list", "array", "u1[]", "2 elements"],
        ["made", "bytes", "bytes", "f0 f1 (2 bytes)"],
        ["total", "int", "int", "12348 (0x303c)"],
        ["alias", "ref", "kinds::inner", "-> inner"],
        ["numbers", "array", "int[]", "2 elements"],
      ],
    );
    assert.deepEqual(rows[0]?.docRefs, ["https://example.org"]);
    assert.deepEqual(rows[6]?.place, { start: 16, end: 17, bits: [1, 7] });
    assert.deepEqual(
      rows.filter((row) => row.editable).map((row) => row.name),
      ["n", "neg", "wide", "f", "e", "flag", "seven", "name", "raw", "magic"],
    );
  });

  it("gives children of params, fields, instances, elements and lists by path", () => {
    const names = (path: string): readonly string[] =>
      ask(at, (tree) => tree.children(path, 0, 9)).rows.map((row) => row.path);
    assert.deepEqual(names("inner"), ["inner.p", "inner.a", "inner.far", "inner.sum"]);
    assert.deepEqual(names("list"), ["list[0]", "list[1]"]);
    assert.deepEqual(names("numbers"), ["numbers[0]", "numbers[1]"]);
    assert.deepEqual(names("n"), []);
    assert.equal(rowOf(at, "inner.far").value, "7");
    assert.equal(rowOf(at, "inner.far").isInstance, true);
    for (const path of [
      "nothing",
      "list[2]",
      "n.x",
      "list[",
      "inner..a",
      "__proto__",
      "[0]",
      `${"a".repeat(100_000)}!`,
    ])
      assert.throws(() => rowOf(at, path), { name: "IndexError" }, path);
  });

  it("finds the innermost field over a byte, what instances place included", () => {
    const trail = (offset: number): string | undefined =>
      ask(at, (tree) => tree.reveal(offset))?.steps.at(-1)?.row.path;
    assert.deepEqual([0, 2, 12, 16, 28, 29, 31, 32].map(trail), [
      "n",
      "neg",
      "f",
      "flag",
      "inner.a",
      "inner.far",
      "list[1]",
      "made",
    ]);
    assert.equal(trail(1000), undefined);
    assert.deepEqual(
      ask(at, (tree) => tree.reveal(29))?.steps.map((step) => step.index),
      [11, 2],
    );
  });

  it("says where a computed value comes from, and why others cannot be edited", () => {
    const editorOf = (path: string): unknown => ask(at, (tree) => tree.field(path));
    assert.deepEqual(editorOf("total"), {
      kind: "none",
      reason: "computed (int): its value comes from n, list[1]",
      sources: ["n", "list[1]"],
    });
    assert.deepEqual((editorOf("inner.sum") as { sources: unknown }).sources, ["inner.a", "n", "neg"]);
    assert.deepEqual((editorOf("absent") as { sources: unknown }).sources, ["n"]);
    assert.match(JSON.stringify(editorOf("made")), /xor.*edit those/);
    assert.match(JSON.stringify(editorOf("inner")), /edit its fields/);
  });

  it("offers an editor for each kind and takes its text back", () => {
    for (const [path, wanted, text, shown] of [
      ["n", "text", "0x1234", "4660 (0x1234)"],
      ["neg", "text", "-128", "-128 (0x-80)"],
      ["wide", "text", "0b101", "5"],
      ["f", "text", "-1.5e3", "-1500"],
      ["e", "enum", "one", "one (1)"],
      ["flag", "bool", "false", "false"],
      ["seven", "text", "0x7f", "127 (0x7f)"],
      ["name", "text", "äb", '"äb"'],
      ["raw", "text", "01 02 FF", "01 02 ff (3 bytes)"],
      ["inner.far", "text", "200", "200 (0xc8)"],
    ] as const) {
      const here = given(kinds, kindBytes);
      const editor = ask(here, (tree) => tree.field(path));
      assert.equal(editor.kind, wanted, path);
      assert.deepEqual(edit(here, path, text), [], path);
      assert.equal(rowOf(here, path).value, shown);
    }
  });

  it("warns of what the template has against a value, and refuses what does not fit", () => {
    const here = given(kinds, kindBytes);
    assert.match(edit(here, "list[0]", "10")[0] ?? "", /max 9/);
    assert.match(edit(here, "magic", "0103")[0] ?? "", /expected/);
    assert.match(edit(here, "e", "7")[0] ?? "", /no label/);
    assert.equal(rowOf(here, "magic").fault?.error, "ValidationNotEqualError");
    for (const [path, text] of [
      ["n", "65536"],
      ["n", "-1"],
      ["n", "12x"],
      ["neg", "128"],
      ["seven", "128"],
      ["f", "1e39"],
      ["flag", "maybe"],
      ["raw", "0102"],
      ["raw", "0g"],
      ["name", "longer than six"],
      ["e", "three"],
      ["name", "\\q"],
    ] as const)
      assert.throws(() => ask(here, (tree) => tree.encode(path, text)), { name: "RangeError" }, `${path} = ${text}`);
    assert.throws(() => ask(here, (tree) => tree.encode("total", "1")), { name: "NotSupportedError" });
  });

  it("shows a field that ends too early, and none behind it", () => {
    const cut = given(kinds, kindBytes.slice(0, 14));
    const { rows } = ask(cut, (tree) => tree.children("", 0, 100));
    assert.deepEqual(
      rows.map((row) => row.name),
      ["n", "neg", "wide", "f", "total", "alias", "numbers"],
    );
    assert.equal(rows[3]?.fault?.error, "EndOfStreamError");
  });

  it("takes the text of its editors back unchanged, whatever the bytes", () => {
    const paths = ["n", "neg", "wide", "f", "e", "flag", "seven", "name", "raw", "inner.a", "inner.far"];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 34, maxLength: 34 }), fc.constantFrom(...paths), (bytes, path) => {
        bytes.set([1, 2], 26);
        bytes[0] = 1;
        const here = given(kinds, bytes);
        const editor = ask(here, (tree) => tree.field(path));
        if (editor.kind === "none") return;
        // Padding that is part of a string's end is made anew, of the same bytes.
        const before = rowOf(here, path).value;
        const { offset, bytes: encoded } = ask(here, (tree) => tree.encode(path, editor.text));
        if (!(path === "f" && /NaN/.test(before)))
          assert.deepEqual(encoded, bytes.slice(offset, offset + encoded.length));
      }),
      { numRuns: 500 },
    );
  });
});
