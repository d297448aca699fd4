// What is offered where: the cursor is "¦" in the text. Most texts are as unfinished as text under a cursor is.
import assert from "node:assert/strict";
import fc from "fast-check";
import { complete, type Completion } from "../../../../extension/src/struct/authoring/complete";
import { cursorPlace } from "../../../../extension/src/struct/authoring/cursorPlace";
import type { Loader } from "../../../../extension/src/struct/ksy/load";

const imported = "meta: {id: other}\nseq: [{id: a, type: u1}]\nenums: {far: {0: near}}\ntypes: {inside: {doc: Deep.}}";
const loader: Loader = (name) => (name === "other" ? { file: "other.ksy", text: imported } : undefined);

function at(text: string): { text: string; line: number; column: number } {
  const before = text.slice(0, text.indexOf("¦")).split("\n");
  return { text: text.replace("¦", ""), line: before.length - 1, column: before.at(-1)?.length ?? 0 };
}
function offer(marked: string): Completion {
  const { text, line, column } = at(marked);
  return complete({ file: "main.ksy", text }, loader, line, column);
}
const labels = (marked: string): string[] => offer(marked).proposals.map(({ label }) => label);
const detail = (marked: string, label: string): string | undefined =>
  offer(marked).proposals.find((one) => one.label === label)?.detail;
function offers(marked: string, wanted: readonly string[], unwanted: readonly string[] = []): void {
  const found = labels(marked);
  for (const label of wanted) assert.ok(found.includes(label), `${label} is missing among ${found.join(" ")}`);
  for (const label of unwanted) assert.ok(!found.includes(label), `${label} should not be offered`);
}

const template = (body: string): string => `
meta:
  id: main
  endian: le
  imports: [other]
seq:
  - id: header
    type: header
    doc: The first bytes.
  - id: items
    type: item
    repeat: expr
    repeat-expr: header.count
${body}
types:
  header:
    seq:
      - id: magic
        size: 4
      - id: count
        type: u2
      - id: kind
        type: u1
        enum: kinds
    enums:
      kinds: {1: cat, 2: {id: dog, doc: Barks.}}
  item:
    params: [{id: width, type: u4}]
    seq:
      - id: name
        type: strz
        encoding: ASCII
enums:
  colors: {0: red, 1: green}
`;

describe("completion in .ksy", () => {
  it("offers the keys of each place that are not there yet", () => {
    offers("¦", ["meta", "seq", "types", "instances", "enums"], ["id", "type"]);
    offers("meta:\n  id: x\n  ¦", ["endian", "encoding", "imports"], ["id", "seq"]);
    offers("meta:\n  id: x\n  en¦\n  title: y", ["endian", "encoding"], ["id", "title"]);
    offers("seq:\n  - id: a\n    ¦\n    size: 4", ["type", "if", "repeat"], ["id", "size", "pos", "value"]);
    offers("seq:\n  - ¦", ["id", "type"], ["pos"]);
    offers("seq:\n- id: a\n  ¦\n- id: b\n  type: u1", ["type"], ["id"]);
    assert.deepEqual(labels("seq:\n  ¦"), ["- id"]);
    offers("instances:\n  a:\n    ¦", ["pos", "value", "io"], ["id"]);
    offers("types:\n  a:\n    ¦\n  b:\n    seq: []", ["seq", "types"], ["id"]);
    offers("params:\n  - id: a\n    ¦", ["type", "enum"], ["size", "id"]);
    offers("seq:\n  - id: a\n    type:\n      ¦", ["switch-on", "cases"], ["size"]);
    offers("seq:\n  - id: a\n    valid:\n      min: 1\n      ¦", ["max", "any-of"], ["min", "type"]);
    offers("enums:\n  e:\n    1:\n      ¦", ["id", "doc"]);
    assert.deepEqual(labels("meta:\n  xref:\n    ¦"), []);
  });

  it("offers keys and values within flow style", () => {
    offers("seq:\n  - {id: a, ¦}", ["type", "size"], ["id"]);
    offers("seq:\n  - {id: a, type: u¦}", ["u4le", "str"]);
    offers("seq: [{id: a}, {id: b, repeat: ¦}]", ["eos", "until"]);
    offers("meta: {id: x, endian: ¦}", ["le", "be"]);
  });

  it("offers the values of keys that have few", () => {
    assert.deepEqual(labels("meta:\n  endian: ¦"), ["le", "be"]);
    assert.deepEqual(labels("meta:\n  endian: l¦"), ["le", "be"]);
    assert.deepEqual(labels("seq:\n  - id: a\n    size-eos: t¦"), ["true", "false"]);
    offers("seq:\n  - id: a\n    encoding: UTF-¦", ["UTF-8", "ASCII"]);
    assert.equal(offer("seq:\n  - id: a\n    encoding: UTF-¦").from, 14);
    offers("seq:\n  - id: a\n    process: x¦", ["xor", "zlib"]);
  });

  it("offers the types in scope, with their sizes", () => {
    const text = template("  - id: more\n    type: ¦");
    offers(text, ["u4le", "strz", "header", "item", "other"], ["kinds", "inside"]);
    assert.equal(detail(text, "header"), "main::header, 7 bytes");
    assert.equal(detail(text, "item"), "main::item, size varies");
    assert.equal(offer(text).proposals.find(({ label }) => label === "item")?.insert, "item($0)");
    assert.deepEqual(labels(template("  - id: more\n    type: other::¦")), ["inside"]);
    offers(template("  - id: more\n    type:\n      switch-on: 1\n      cases:\n        1: h¦"), ["header", "u2"]);
    offers(template("params:\n  - id: p\n    type: ¦"), ["bytes", "io", "header", "u4le"]);
  });

  it("offers enums, and their members behind ::", () => {
    assert.deepEqual(labels(template("  - id: a\n    type: u1\n    enum: ¦")), [
      "colors",
      "header::kinds",
      "other::far",
    ]);
    assert.deepEqual(labels(template("  - id: a\n    type: u1\n    enum: header::¦")), ["kinds"]);
    assert.deepEqual(labels(template("  - id: a\n    if: header.kind == header::kinds::¦")), ["cat", "dog"]);
    assert.equal(detail(template("  - id: a\n    if: colors::g¦"), "green"), "1");
    offers(template("  - id: a\n    type:\n      switch-on: header.kind\n      cases:\n        ¦"), [
      "_",
      "colors::red",
      "header::kinds::cat",
    ]);
  });

  it("offers names in expressions, and members of what stands before the dot", () => {
    const text = template("  - id: a\n    size: ¦");
    offers(text, ["header", "items", "_root", "_io", "colors"], ["magic", "u4le"]);
    assert.equal(detail(text, "header"), "main::header");
    assert.equal(detail(text, "items"), "main::item[]");
    offers(template("  - id: a\n    if: header.¦"), ["magic", "count", "kind", "as"], ["header"]);
    assert.equal(detail(template("  - id: a\n    if: header.¦"), "count"), "u2le");
    offers(template("  - id: a\n    if: 3 + items[header.count - 1].n¦ > 2"), ["name", "width"], ["length"]);
    assert.deepEqual(labels(template("  - id: a\n    if: items.¦")), ["size", "first", "last", "min", "max", "as"]);
    offers(template("  - id: a\n    if: items.first.name.¦"), ["length", "to_i", "substring"]);
    offers(template("  - id: a\n    if: (header.magic).¦"), ["length", "to_s"]);
    offers(template("  - id: a\n    if: header.as<item>.¦"), ["name"]);
    offers(template("  - id: a\n    if: header.as<¦"), ["item", "header", "bytes"]);
    offers(template("  - id: a\n    if: _root.header._io.¦"), ["eof", "size"]);
    offers(template("  - id: a\n    size: 'header.¦'"), ["count"]);
    offers(template('  - id: a\n    size: "header.¦"'), ["count"]);
    offers(template("  - id: a\n    if: >\n      header.count > 2 and\n      header.¦"), ["magic"]);
    offers(template("  - {id: a, if: header.¦, type: u1}"), ["magic"]);
    offers(template("  - id: a\n    type: item(header.¦"), ["count"]);
    offers(template("  - id: a\n    process: xor(header.¦"), ["magic"]);
    assert.deepEqual(labels(template("  - id: a\n    if: header.nothing.¦")), ["as"]);
    assert.deepEqual(labels(template("  - id: a\n    if: name == 'te¦xt'")), []);
    assert.deepEqual(labels(template("  - id: a\n    size: 0x1¦")), []);
  });

  it("knows what _ is", () => {
    const text = template("  - id: a\n    type: header\n    repeat: until\n    repeat-until: _.¦");
    offers(text, ["magic", "count"], ["size"]);
    offers(template("  - id: a\n    type: u1\n    enum: colors\n    valid:\n      expr: _.¦"), ["to_i"]);
  });

  it("sees from within nested types", () => {
    const text =
      "meta: {id: m}\nseq: [{id: top, type: outer}]\ntypes:\n  outer:\n    seq:\n      - id: a\n        type: ¦\n    types:\n      inner:\n        seq: [{id: b, type: u1}]\n";
    offers(text, ["inner", "outer"]);
    offers(text.replace("type: ¦", "if: _parent.¦"), ["top"]);
  });

  it("is silent in texts and comments", () => {
    for (const text of [
      "seq:\n  - id: a\n    doc: si¦",
      "seq:\n  - id: a\n    doc: |\n      type: ¦",
      "seq: # ¦",
      "meta:\n  title: en¦",
    ]) {
      assert.deepEqual(labels(text), [], text);
    }
  });

  it("works while other lines are wrong, and while the cursor's line is no YAML", () => {
    offers(template("  - id: broken\n    type: nowhere\n    size: (((\n  - id: a\n    if: header.¦"), ["magic"]);
    offers(template("  - id: a\n    ty¦"), ["type"]);
    offers(template('  - id: a\n    if: "header.¦'), ["magic"]);
    offers("meta: [\nseq:\n  - id: a\n    ¦", ["type"]);
  });

  it("never fails, wherever the cursor is in whatever text", () => {
    const text = template(
      "  - {id: a, if: header.count > 2, type: u1}\n  - id: b\n    doc: |\n      x\n    valid: {any-of: [1, 2]}",
    );
    const lines = text.split("\n");
    fc.assert(
      fc.property(
        fc.nat(lines.length - 1),
        fc.nat(60),
        fc.nat(text.length),
        fc.nat(30),
        (line, column, cut, length) => {
          const broken = text.slice(0, cut) + text.slice(cut + length);
          cursorPlace(broken, line, column);
          complete({ file: "main.ksy", text: broken }, loader, line, column);
        },
      ),
      { numRuns: 40 },
    );
  });
});
