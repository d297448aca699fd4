// Which scopes the grammar of .ksy files gives to which words, on the YAML grammar of the VS Code that the editor tests run in,
// through the tokenizer that VS Code itself uses.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { INITIAL, parseRawGrammar, Registry, type IGrammar, type StateStack } from "vscode-textmate";
import { hosts } from "../../scripts/lib/hosts.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";

interface Contributed {
  readonly scopeName: string;
  readonly path: string;
  readonly injectTo?: readonly string[];
}

/** The grammars that an extension's package.json brings. */
function grammarsOf(folder: string): (Contributed & { readonly file: string })[] {
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as {
    contributes: { grammars: Contributed[] };
  };
  return manifest.contributes.grammars.map((grammar) => ({ ...grammar, file: path.join(folder, grammar.path) }));
}

async function loadGrammar(): Promise<IGrammar> {
  const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length));
  const grammars = [...grammarsOf(path.join(hosts.current.vscode, "extensions/yaml")), ...grammarsOf(inRoot("."))];
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (scopeName) => {
      const found = grammars.find((grammar) => grammar.scopeName === scopeName);
      return found === undefined ? null : parseRawGrammar(fs.readFileSync(found.file, "utf8"), found.file);
    },
    getInjections: (scopeName) =>
      grammars.filter((grammar) => grammar.injectTo?.includes(scopeName)).map((grammar) => grammar.scopeName),
  });
  const grammar = await registry.loadGrammar("source.kaitai-struct");
  assert.ok(grammar);
  return grammar;
}

describe("highlighting of .ksy files", () => {
  let grammar: IGrammar;
  before(async () => {
    grammar = await loadGrammar();
  });

  /** Words of the last line with their innermost scopes: ours without the language's name, YAML's as they are. */
  function lastLine(text: string): [string, string][] {
    let state: StateStack = INITIAL;
    let found: [string, string][] = [];
    for (const line of text.split("\n")) {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      found = tokens.flatMap(({ startIndex, endIndex, scopes }): [string, string][] => {
        const word = line.slice(startIndex, endIndex).trim();
        return word === "" ? [] : [[word, (scopes.at(-1) ?? "").replace(/\.kaitai-struct$/, "")]];
      });
    }
    return found;
  }
  const seq = "meta:\n  id: a\nseq:\n";

  it("tells sections from keys, and ids from both", () => {
    assert.deepEqual(lastLine("meta:"), [
      ["meta", "keyword.control"],
      [":", "punctuation.separator.map.value.yaml"],
    ]);
    assert.deepEqual(lastLine(`${seq}  - id: magic`).slice(1), [
      ["id", "entity.name.tag.yaml"],
      [":", "punctuation.separator.map.value.yaml"],
      ["magic", "entity.name.function.member"],
    ]);
  });

  it("tells the language's types from the template's, up to a comment", () => {
    assert.deepEqual(lastLine(`${seq}  - id: a\n    type: u4le # u4le`).slice(2), [
      ["u4le", "support.type.primitive"],
      ["#", "punctuation.definition.comment.yaml"],
      ["u4le", "comment.line.number-sign.yaml"],
    ]);
    assert.deepEqual(lastLine(`${seq}  - id: a\n    type: elf::header(len, 2)`).slice(2), [
      ["elf", "entity.name.type"],
      ["::", "punctuation.separator"],
      ["header", "entity.name.type"],
      ["(", "meta.expression"],
      ["len", "variable.other"],
      [",", "meta.expression"],
      ["2", "constant.numeric"],
      [")", "meta.expression"],
    ]);
    for (const type of ["s1", "u8be", "f4", "b13", "b3le", "str", "strz"]) {
      assert.deepEqual(lastLine(`${seq}  - id: a\n    type: ${type}`).at(-1), [type, "support.type.primitive"]);
    }
    assert.deepEqual(lastLine(`${seq}  - id: a\n    type: u3`).at(-1), ["u3", "entity.name.type"]);
  });

  it("reads expressions, bare and quoted", () => {
    const words: [string, string][] = [
      ["not", "keyword.operator.logical"],
      ["_root", "variable.language"],
      [".", "meta.expression"],
      ["len", "variable.other"],
      ["==", "keyword.operator"],
      ["0x1f", "constant.numeric"],
      ["or", "keyword.operator.logical"],
      ["kind", "entity.name.type.enum"],
      ["::", "punctuation.separator"],
      ["cat", "variable.other.enummember"],
      [".", "meta.expression"],
      ["to_i", "support.function"],
    ];
    const expression = "not _root.len == 0x1f or kind::cat.to_i";
    assert.deepEqual(lastLine(`${seq}  - id: a\n    if: ${expression}`).slice(2), words);
    assert.deepEqual(lastLine(`${seq}  - id: a\n    size: '${expression}'`).slice(3, -1), words);
    assert.deepEqual(lastLine(`${seq}  - id: a\n    if: >\n      ${expression}`), words);
  });

  it("reads strings with escapes and casts within expressions", () => {
    assert.deepEqual(lastLine(`${seq}  - id: a\n    repeat-until: '"\\n" != _.as<bytes>.to_s("ASCII")'`).slice(2), [
      ["'", "punctuation.definition.string"],
      ['"', "string.quoted.double"],
      ["\\n", "constant.character.escape"],
      ['"', "string.quoted.double"],
      ["!=", "keyword.operator"],
      ["_", "variable.language"],
      [".", "meta.expression"],
      ["as", "support.function"],
      ["<", "punctuation.definition.typeparameters"],
      ["bytes", "support.type.primitive"],
      [">", "punctuation.definition.typeparameters"],
      [".", "meta.expression"],
      ["to_s", "support.function"],
      ["(", "punctuation.section.parens"],
      ['"', "string.quoted.double"],
      ["ASCII", "string.quoted.double"],
      ['"', "string.quoted.double"],
      [")", "punctuation.section.parens"],
      ["'", "punctuation.definition.string"],
    ]);
  });

  it("reads flow maps to their ends", () => {
    const found = lastLine(`${seq}  - {id: x, type: b3, enum: kind, if: a[0] == [1, 2][0], size: 4}`);
    const scopeOf = (word: string): string | undefined => found.find(([text]) => text === word)?.[1];
    assert.equal(scopeOf("b3"), "support.type.primitive");
    assert.equal(scopeOf("kind"), "entity.name.type.enum");
    assert.equal(scopeOf("a"), "variable.other");
    assert.equal(scopeOf("4"), "constant.numeric");
    assert.deepEqual(found.at(-1), ["}", "punctuation.definition.mapping.end.yaml"]);
  });

  it("reads the keys of cases as enum members", () => {
    const cases = `${seq}  - id: a\n    type:\n      switch-on: k\n      cases:\n`;
    const member = [
      ["kind", "entity.name.type.enum"],
      ["::", "punctuation.separator"],
      ["cat", "variable.other.enummember"],
    ];
    assert.deepEqual(lastLine(`${cases}        kind::cat: u2le`).slice(0, 3), member);
    assert.deepEqual(lastLine(`${cases}        'kind::cat': u2le`).slice(1, 4), member);
    assert.deepEqual(lastLine(`${cases}        kind::cat: u2le`).at(-1), ["u2le", "support.type.primitive"]);
  });

  it("leaves texts and comments alone, and goes on after them", () => {
    assert.deepEqual(lastLine(`${seq}  - id: a\n    doc: |\n      size: 4 if: true`), [
      ["size: 4 if: true", "string.unquoted.block.yaml"],
    ]);
    assert.deepEqual(
      lastLine(`${seq}  - id: a\n    doc: "the size: 4"`).at(2)?.[1],
      "punctuation.definition.string.begin.yaml",
    );
    assert.deepEqual(lastLine(`${seq}  - id: a\n    doc: "the size: 4"`).at(3), [
      "the size: 4",
      "string.quoted.double.yaml",
    ]);
    assert.deepEqual(lastLine(`${seq}  - id: a # size: 4`).at(-1), ["size: 4", "comment.line.number-sign.yaml"]);
    const after = `${seq}  - id: a\n    if: >\n      a and\n      b\n    size: len`;
    assert.deepEqual(lastLine(after), [
      ["size", "entity.name.tag.yaml"],
      [":", "punctuation.separator.map.value.yaml"],
      ["len", "variable.other"],
    ]);
    assert.deepEqual(lastLine(`${after}\ntypes:`)[0], ["types", "keyword.control"]);
  });
});
