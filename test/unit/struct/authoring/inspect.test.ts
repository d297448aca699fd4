// Hover, definitions, outline and the ranges of problems. The cursor is "¦" in the text.
import assert from "node:assert/strict";
import fc from "fast-check";
import { inspect, type Inspection } from "../../../../extension/src/struct/authoring/inspect";
import { nameAt, outline, problemRanges, type OutlineEntry } from "../../../../extension/src/struct/authoring/places";
import type { Loader } from "../../../../extension/src/struct/ksy/load";

const far = "meta: {id: far}\ndoc: Another file.\nseq: [{id: a, type: u1}]\nenums: {kinds: {0: near}}\n";
const loader: Loader = (name) => (name === "lib/far" ? { file: "/lib/far.ksy", text: far } : undefined);

const template = `
meta:
  id: main
  endian: le
  imports: [lib/far]
seq:
  - id: header
    type: header
  - id: flags
    type: b3
  - id: rest
    size: header.count * 2 + header.magic.length
    if: header.kind == header::kinds::dog and _root.sum > 0
  - id: other
    type: far
    repeat: until
    repeat-until: _.a == 3 or _io.eof
instances:
  sum:
    value: header.count + 1
types:
  header:
    doc: What comes first.
    seq:
      - id: magic
        size: 4
      - id: count
        type: u2
        doc: Number of things.
        doc-ref: Section 3
      - id: kind
        type: u1
        enum: kinds
    enums:
      kinds:
        1: cat
        0x10: {id: dog, doc: Barks.}
`;

/** @param marked a piece of the template with the cursor in it */
function look(marked: string): (Inspection & { readonly word: string }) | undefined {
  const piece = marked.replace("¦", "");
  assert.equal(template.split(piece).length, 2, `"${piece}" is in the template once`);
  const before = template.slice(0, template.indexOf(piece) + marked.indexOf("¦")).split("\n");
  const line = before.length - 1;
  const found = inspect({ file: "/main.ksy", text: template }, loader, line, before.at(-1)?.length ?? 0);
  if (found === undefined) return undefined;
  return { ...found, word: (template.split("\n")[found.range.line] ?? "").slice(found.range.from, found.range.to) };
}
const codeAndDoc = (marked: string): [string, string] => [look(marked)?.code ?? "", look(marked)?.doc ?? ""];

describe("hover in .ksy", () => {
  it("explains keys, values and types of the language", () => {
    assert.equal(look("repeat-un¦til: _")?.word, "repeat-until");
    assert.match(look("repeat-un¦til: _")?.doc ?? "", /Expression on each element/);
    assert.deepEqual(codeAndDoc("repeat: unt¦il"), ["until", "Until `repeat-until` is true."]);
    assert.deepEqual(codeAndDoc("endian: ¦le"), ["le", "Least significant byte first."]);
    assert.deepEqual(codeAndDoc("type: u¦2"), ["u2", "Unsigned integer of 16 bits, in the default byte order."]);
    assert.deepEqual(codeAndDoc("type: b¦3"), ["b3", "Unsigned integer of 3 bits."]);
    assert.equal(look("doc: Number of th¦ings."), undefined);
  });

  it("tells type, size, place and doc of a field, where it is declared and where it is used", () => {
    const count = ["count: u2le", "2 bytes, at 0x4 of main::header\n\nNumber of things.\n\nSection 3"];
    assert.deepEqual(codeAndDoc("id: coun¦t"), count);
    assert.deepEqual(codeAndDoc("size: header.co¦unt"), count);
    assert.deepEqual(codeAndDoc("if: header.kin¦d"), [
      "kind: u1 → enum main::header::kinds",
      "1 byte, at 0x6 of main::header",
    ]);
    assert.deepEqual(codeAndDoc("id: fl¦ags"), ["flags: b3", "3 bits, at 0x7 of main"]);
    assert.deepEqual(codeAndDoc("size: hea¦der"), [
      "header: main::header",
      "7 bytes, at 0x0 of main\n\nWhat comes first.",
    ]);
    assert.deepEqual(codeAndDoc("_root.s¦um"), ["sum: int", ""]);
    assert.deepEqual(codeAndDoc("  s¦um:\n"), ["sum: int", ""]);
    assert.deepEqual(codeAndDoc("until: _.¦a =="), ["a: u1", "1 byte, at 0x0 of far"]);
  });

  it("tells of types, enums, their members and methods", () => {
    assert.deepEqual(codeAndDoc("type: hea¦der"), ["type main::header", "7 bytes\n\nWhat comes first."]);
    assert.deepEqual(codeAndDoc("type: fa¦r"), ["type far", "1 byte\n\nAnother file."]);
    assert.deepEqual(codeAndDoc("enum: ki¦nds"), ["enum main::header::kinds: 2 values", "- `cat` 1\n- `dog` 16"]);
    assert.deepEqual(codeAndDoc("header::kinds::do¦g"), ["main::header::kinds::dog = 16 = 0x10", "Barks."]);
    assert.equal(codeAndDoc("header.magic.le¦ngth")[0], "bytes.length");
    assert.deepEqual(codeAndDoc("_io.eo¦f"), ["io.eof", "Whether the stream has been read to its end."]);
    assert.equal(codeAndDoc("== 3 or _i¦o")[0], "_io: io");
  });

  it("never fails, wherever the cursor is in whatever text", () => {
    fc.assert(
      fc.property(fc.nat(template.length), fc.nat(20), fc.nat(40), fc.nat(70), (cut, length, line, column) => {
        const text = template.slice(0, cut) + template.slice(cut + length);
        inspect({ file: "/main.ksy", text }, loader, line, column);
        outline(text);
      }),
      { numRuns: 40 },
    );
  });
});

describe("definitions in .ksy", () => {
  const target = (marked: string): string => {
    const definition = look(marked)?.definition;
    if (definition === undefined) return "none";
    if (definition.path === undefined) return definition.file;
    const text = definition.file === "/main.ksy" ? template : far;
    const range = nameAt(text, definition.path);
    if (range === undefined) return `${definition.file} ${definition.path}`;
    const line = text.split("\n")[range.line] ?? "";
    return `${definition.file}:${range.line + 1} ${line.slice(range.from, range.to)}`;
  };

  it("lie where the name is written", () => {
    assert.equal(target("size: header.co¦unt"), "/main.ksy:27 count");
    assert.equal(target("type: hea¦der"), "/main.ksy:22 header");
    assert.equal(target("enum: ki¦nds"), "/main.ksy:35 kinds");
    assert.equal(target("header::kinds::do¦g"), "/main.ksy:37 0x10");
    assert.equal(target("_root.s¦um"), "/main.ksy:19 sum");
    assert.equal(target("until: _.¦a =="), "/lib/far.ksy:3 a");
    assert.equal(target("type: fa¦r"), "/lib/far.ksy:1 far");
    assert.equal(target("imports: [lib/f¦ar"), "/lib/far.ksy");
    assert.equal(target("type: u¦2"), "none");
  });
});

describe("outline of .ksy", () => {
  it("nests types, fields and enums, each where its name stands", () => {
    type Shown = readonly [string, string, ...Shown[]] | string;
    const show = (entries: readonly OutlineEntry[]): unknown[] =>
      entries.map(({ name, kind, detail, children }) =>
        children.length === 0 ? `${kind} ${name} ${detail}` : [`${kind} ${name}`, ...(show(children) as Shown[])],
      );
    assert.deepEqual(show(outline(template)), [
      [
        "template main",
        "field header header",
        "field flags b3",
        "field rest bytes",
        "field other far[]",
        "instance sum = header.count + 1",
        [
          "type header",
          "field magic bytes",
          "field count u2",
          "field kind u1",
          ["enum kinds", "enumMember cat 1", "enumMember dog 0x10"],
        ],
      ],
    ]);
    assert.deepEqual(outline(template)[0]?.at, { line: 2, from: 6, to: 10 });
    assert.deepEqual(outline("meta: ["), []);
    assert.deepEqual(outline("- a"), []);
  });
});

describe("range of a problem", () => {
  const range = (text: string, line: number, column: number, at = "/nowhere"): string => {
    const found = problemRanges(text)({ line, column, at });
    return (text.split("\n")[found.line] ?? "").slice(found.from, found.to);
  };
  it("is the key or the value that stands there", () => {
    assert.equal(range("    sise: 3 # c", 1, 5), "sise");
    assert.equal(range("    size: a + 3 # c", 1, 11), "a + 3");
    assert.equal(range("    size: 'a # b' # c", 1, 11), "'a # b'");
    assert.equal(range("  - {id: a, type: u99, size: 1}", 1, 19), "u99");
    assert.equal(range("", 1, 1), "");
    assert.deepEqual(problemRanges("")({ line: 7, column: 3, at: "/seq" }), { line: 6, from: 0, to: 1 });
  });

  it("is the value at its path where only the map around that is named", () => {
    const text = "seq:\n  - id: a\n    type: u99 # c\n    sise: 4";
    assert.equal(range(text, 2, 5, "/seq/0/type"), "u99");
    assert.equal(range(text, 4, 5, "/seq/0/sise"), "sise");
    assert.equal(range(text, 2, 5, "/seq/0"), "id");
    assert.equal(range(text, 2, 5, "/seq/0/enum"), "id");
  });
});
