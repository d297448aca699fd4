// Which templates fit a file and why: magics from templates in every style of YAML, ranking, and the files of samples/ whose
// programs of origin are named in them.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { gatherTemplate } from "../../../../extension/src/struct/recognise/gather";
import { recognise } from "../../../../extension/src/struct/recognise/recognise";
import { readHead } from "../../../../extension/src/struct/recognise/templateHead";
import { readTemplateFolder, readTemplateText } from "../../../../extension/src/struct/recognise/templateFolder";

const magics = (text: string): string[] =>
  readHead(text).magics.map(
    ({ offset, values, required }) =>
      `${offset}:${values.map((value) => Buffer.from(value).toString("hex")).join("|")}${required ? "" : "?"}`,
  );

describe("head of a template", () => {
  it("is its name, title, extensions and imports, whatever the style of YAML", () => {
    const block =
      "# c\nmeta:\n  id: a\n  title: An A\n  file-extension: [A, .b]\n  imports:\n    - /common/x\n    - ../y\nseq: []\n";
    const flow = "{meta: {id: a, title: An A, file-extension: [A, .b], imports: [/common/x, ../y]}, seq: []}";
    for (const text of [block, flow, `---\n${block}`, block.replaceAll("\n", "\r\n"), `\uFEFF${block}`]) {
      const { magics: found, ...head } = readHead(text);
      assert.deepEqual(head, {
        id: "a",
        title: "An A",
        extensions: ["a", "b"],
        imports: ["/common/x", "../y"],
        opaqueTypes: false,
      });
      assert.deepEqual(found, []);
    }
  });

  it("has no name where the text is no template", () => {
    for (const text of [
      "",
      "- a",
      "a: b",
      "meta: 3",
      "meta:\n  title: x",
      "\0\0",
      "meta: [",
      "x".repeat(9 * 1024 * 1024),
    ]) {
      assert.equal(readHead(text).id, undefined);
    }
  });

  it("has the magics at places that are certain, and none behind the first that is not", () => {
    const seq = (...fields: string[]): string =>
      `meta: {id: a, endian: be}\nseq:\n${fields.map((f) => `  - {${f}}\n`).join("")}`;
    assert.deepEqual(magics(seq("id: m, contents: [0x89, PNG]", "id: n, type: u4", "id: t, contents: end")), [
      "0:89504e47",
      "8:656e64",
    ]);
    assert.deepEqual(magics(seq("id: m, type: u2, valid: 0xcafe", "id: v, type: u2le, valid: {any-of: [1, 2]}")), [
      "0:cafe",
      "2:0100|0200",
    ]);
    assert.deepEqual(magics(seq("id: m, type: str, size: 3, valid: '\"87a\"'", "id: n, size: 1, valid: '[7]'")), [
      "0:383761",
      "3:07",
    ]);
    assert.deepEqual(magics(seq("id: n, type: u1, repeat: expr, repeat-expr: 6", "id: m, contents: x")), ["6:78"]);
    assert.deepEqual(magics(seq("id: n, type: b3", "id: k, type: b6", "id: m, contents: x")), ["2:78"]);
    for (const unsure of [
      "size: n",
      "type: u1, if: n > 0",
      "type: strz",
      "type: u1, repeat: eos",
      "type: {switch-on: n}",
    ]) {
      assert.deepEqual(magics(seq(`id: n, ${unsure}`, "id: m, contents: x")), [], unsure);
    }
    assert.deepEqual(
      magics(seq("id: n, type: u1, valid: {min: 3}", "id: k, type: u1, valid: n", "id: m, contents: x")),
      ["2:78"],
    );
  });

  it("follows nested types and the first of repeated ones", () => {
    const text = `
meta: {id: a, endian: le}
seq:
  - {id: boot, size: 8, type: boot}
  - {id: parts, type: part, repeat: expr, repeat-expr: 4}
  - {id: mark, contents: [0x55, 0xaa]}
  - {id: rest, type: chunk, repeat: eos}
types:
  boot:
    # A comment at another indentation
    seq:
      - {id: jump, type: u2}
      - {id: name, contents: OS}
  part:
    seq: [{id: first, type: inner}, {id: last, type: u4}]
    types:
      inner: {seq: [{id: a, type: u2}, {id: b, contents: P}]}
  chunk:
    meta: {endian: be}
    seq:
      - {id: kind, type: u2, valid: 1}
  loop: {seq: [{id: again, type: loop}]}
`;
    assert.deepEqual(magics(text), ["2:4f53", "10:50", "36:55aa", "38:0001"]);
    assert.deepEqual(magics("meta: {id: a}\nseq: [{id: b, type: b}]\ntypes: {b: {seq: [{id: c, type: b}]}}"), []);
  });

  it("follows instances at fixed places, from the end too", () => {
    const text = `
meta: {id: a}
instances:
  volume: {pos: 16 * 0x800, type: volume}
  tail: {pos: _io.size - 8, type: tail}
  other: {pos: n, type: tail}
types:
  volume: {seq: [{id: t, type: u1}, {id: m, contents: CD001}]}
  tail: {seq: [{id: t, type: u4}, {id: m, contents: END!}]}
`;
    assert.deepEqual(magics(text), ["32769:4344303031?", "-4:454e4421?"]);
  });
});

describe("recognition", () => {
  const template = (id: string, rest: string): { id: string; head: ReturnType<typeof readHead> } => ({
    id,
    head: readHead(`meta: {id: ${id}${rest}`),
  });
  const matches = (name: string, bytes: string, ...templates: ReturnType<typeof template>[]) =>
    recognise(templates, name, new MemoryByteSource(Uint8Array.from(Buffer.from(bytes, "latin1")))).map(
      ({ template: { id }, reason, certain }) => [id, reason, certain],
    );
  const png = template("png", ", file-extension: png}\nseq: [{id: m, contents: [0x89, PNG]}]");

  it("tells the bytes and the extension that a match rests on", () => {
    assert.deepEqual(matches("a.PNG", "\x89PNG\r\n", png), [["png", "89 50 4E 47 at 0x0, extension .png", true]]);
    assert.deepEqual(matches("a.dat", "\x89PNG\r\n", png), [["png", "89 50 4E 47 at 0x0", true]]);
    assert.deepEqual(matches("a.dat", "\x89PN", png), []);
    assert.deepEqual(matches("a.png", "GIF89a", png), [
      ["png", "extension .png, but not the bytes it asks for", false],
    ]);
    assert.deepEqual(matches("a.png", "", png), [["png", "extension .png, but not the bytes it asks for", false]]);
    const noMagic = template("raw", ", file-extension: tar.raw}\nseq: [{id: n, type: u1}]");
    assert.deepEqual(matches("x.tar.raw", "", noMagic), [["raw", "extension .tar.raw", true]]);
    assert.deepEqual(matches("raw", "", noMagic), []);
  });

  it("puts more bytes before fewer, the right extension before none, the first given before its equals", () => {
    const mbr = template("mbr", ", file-extension: img}\nseq: [{id: a, size: 4}, {id: m, contents: [0x55, 0xaa]}]");
    const gpt = template("gpt", "}\nseq: [{id: a, size: 6}, {id: m, contents: EFI PART}]");
    const both = "....\x55\xaaEFI PART";
    assert.deepEqual(
      matches("disk", both, mbr, gpt).map(([id]) => id),
      ["gpt", "mbr"],
    );
    assert.deepEqual(
      matches("disk.img", both, mbr, gpt).map(([id]) => id),
      ["gpt", "mbr"],
    );
    const two = [
      template("one", ", file-extension: x}\nseq: [{id: m, contents: AB}]"),
      template("two", "}\nseq: [{id: m, contents: AB}]"),
    ];
    assert.deepEqual(
      matches("f", "AB", ...two).map(([id]) => id),
      ["one", "two"],
    );
    assert.deepEqual(
      matches("f", "AB", ...two.reverse()).map(([id]) => id),
      ["two", "one"],
    );
    assert.deepEqual(
      matches("f.x", "AB", ...two).map(([id]) => id),
      ["one", "two"],
    );
  });

  it("is not certain of a single byte", () => {
    assert.deepEqual(matches("f", "A", template("a", "}\nseq: [{id: m, contents: A}]")), [["a", "41 at 0x0", false]]);
  });

  it("is content with one of an instance's places, and reads nothing outside of the file", () => {
    const one = template(
      "one",
      "}\ninstances: {a: {pos: 2, contents: AA}, b: {pos: 4, contents: BB}, c: {pos: _io.size - 9, contents: CC}}",
    );
    assert.deepEqual(matches("f", "..??BB", one), [["one", "42 42 at 0x4", true]]);
    assert.deepEqual(matches("f", "..????", one), []);
  });

  it("reads a few bytes of a file of 8 TiB", () => {
    const read: number[] = [];
    const source = new MemoryByteSource(Uint8Array.from(Buffer.from("\x89PNG", "latin1")));
    const huge = {
      size: 2 ** 43,
      version: 1,
      read: source.read.bind(source),
      readSync: (offset: number, length: number) => {
        read.push(offset, length);
        return {
          bytes: new ArrayBuffer(length),
          version: 1,
          unsaved: [],
          unreadable: [{ start: offset, end: offset + 1 }],
        };
      },
    };
    assert.deepEqual(recognise([png, png], "a", huge), []);
    assert.deepEqual(read, [0, 4]);
  });
});

describe("a template with its imports", () => {
  const files: Readonly<Record<string, string>> = {
    "/w/a.ksy": "meta:\n  id: a\n  imports: [sub/b, /common/c, nowhere]\n",
    "/w/sub/b.ksy": "meta: {id: b, imports: [../a, d], ks-opaque-types: true}\nseq: [{id: x, type: opaque_one}]",
    "/w/sub/opaque_one.ksy": "meta: {id: opaque_one}",
    "/lib/common/c.ksy": "meta: {id: c}",
    "/lib/d.ksy": "meta: {id: d}",
    "/lib/sub/b.ksy": "meta: {id: hidden}",
  };
  const read = (file: string): string | undefined => files[file];

  it("is found beside the importing file first, then in the import paths, each file once", () => {
    const gathered = gatherTemplate("/w/a.ksy", ["/none", "/lib"], read);
    assert.deepEqual(
      [...(gathered?.texts.keys() ?? [])],
      ["/w/a.ksy", "/w/sub/b.ksy", "/lib/common/c.ksy", "/lib/d.ksy", "/w/sub/opaque_one.ksy"],
    );
    assert.equal(gathered?.entry, "/w/a.ksy");
    assert.equal(gatherTemplate("/w/z.ksy", [], read), undefined);
  });

  it("is found on another machine", () => {
    const share = new Map([
      ["//server/w/a.ksy", "meta: {id: a, imports: [../b, /c]}"],
      ["//server/b.ksy", "meta: {id: b}"],
      ["//server/lib/c.ksy", "meta: {id: c}"],
    ]);
    const gathered = gatherTemplate("//server/w/a.ksy", ["//server/lib"], (file) => share.get(file));
    assert.deepEqual([...(gathered?.texts.keys() ?? [])], [...share.keys()]);
  });

  it("ends, however many files import each other", () => {
    const endless = (file: string): string => `meta:\n  id: a\n  imports: [${path.posix.basename(file, ".ksy")}0]\n`;
    assert.equal(gatherTemplate("/a.ksy", [], endless)?.texts.size, 1000);
  });
});

describe("a folder of templates", () => {
  it("leaves out what is none, and what cannot be read", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "templates-"));
    fs.writeFileSync(path.join(folder, "b.ksy"), "meta: {id: b}");
    fs.writeFileSync(path.join(folder, "a.ksy"), "meta: {id: a}");
    fs.writeFileSync(path.join(folder, "bad.ksy"), "meta: [");
    fs.writeFileSync(path.join(folder, "other.txt"), "meta: {id: c}");
    fs.mkdirSync(path.join(folder, "folder.ksy"));
    assert.deepEqual(
      readTemplateFolder(folder).map(({ head }) => head.id),
      ["a", "b"],
    );
    fs.rmSync(folder, { recursive: true });
    assert.deepEqual(readTemplateFolder(folder), []);
    assert.equal(readTemplateText(folder), undefined);
  });

  it("that ships names every template, and no two share a name", () => {
    const shipped = path.join(__dirname, "../../../../templates");
    const found = readTemplateFolder(shipped);
    assert.deepEqual(
      found.map(({ file }) => path.basename(file)),
      fs
        .readdirSync(shipped)
        .filter((name) => name.endsWith(".ksy"))
        .sort(),
    );
    assert.equal(new Set(found.map(({ head }) => head.id)).size, found.length);
    for (const { file, head } of found) assert.ok(head.magics.length > 0 || head.extensions.length > 0, file);
  });
});
