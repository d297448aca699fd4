// Writing a .ksy file in a real VS Code: its language, its problems as one types, completion, hover, definitions and outline.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import * as vscode from "vscode";
import { until, useFiles } from "./support/fixture";

const template = `meta:
  id: demo
  endian: le
  imports: [other]
seq:
  - id: header
    type: header
  - id: body
    size: header.length
types:
  header:
    seq:
      - id: length
        type: u4
        doc: Bytes that follow.
`;

describe("a .ksy file", () => {
  const files = useFiles();
  beforeEach(() => {
    files.write("other.ksy", "meta: {id: other}\nseq: [{id: a, type: u1}]\n");
  });

  async function show(name: string, text: string): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument(files.write(name, text));
    assert.equal(document.languageId, "kaitai-struct");
    return vscode.window.showTextDocument(document);
  }
  const problems = (uri: vscode.Uri): string[] =>
    vscode.languages
      .getDiagnostics(uri)
      .map(
        ({ range, message }) =>
          `${range.start.line + 1}:${range.start.character + 1}-${range.end.character + 1} ${message}`,
      );
  const untilProblems = (uri: vscode.Uri, count: number): Promise<string[]> =>
    until(`${count} problems`, () => (problems(uri).length === count ? problems(uri) : undefined));
  function replace(editor: vscode.TextEditor, from: string, to: string): Thenable<boolean> {
    const { document } = editor;
    const at = document.getText().indexOf(from);
    assert.ok(at >= 0, from);
    const range = new vscode.Range(document.positionAt(at), document.positionAt(at + from.length));
    return editor.edit((edit) => edit.replace(range, to));
  }
  /** Of the first place where `text` stands. */
  const behind = (document: vscode.TextDocument, text: string): vscode.Position =>
    document.positionAt(document.getText().indexOf(text) + text.length);

  it("shows its problems as one types, and that they are gone", async () => {
    const editor = await show("demo.ksy", template.replace("type: u4", "type: u44"));
    const { uri } = editor.document;
    assert.deepEqual(await untilProblems(uri, 1), ["14:15-18 unable to find type 'u44', searching from demo::header"]);
    await replace(editor, "u44", "u4");
    await untilProblems(uri, 0);
    await replace(editor, "size: header.length", "sise: header.lenght");
    const both = await untilProblems(uri, 2);
    assert.match(both.join("\n"), /9:5-9 unknown key found: sise/);
    await replace(editor, "sise: header.lenght", "size: header.lenght");
    assert.match(
      (await until("the other problem", () => (problems(uri).length === 1 ? problems(uri) : undefined))).join(),
      /9:11-24 unable to access 'lenght'/,
    );
    assert.equal(vscode.languages.getDiagnostics(uri)[0]?.source, "Terahex");
  });

  it("follows what it imports, as that is being edited", async () => {
    const { document } = await show("demo.ksy", template);
    const other = await show("other.ksy", "meta: {id: other}\nseq: [{id: a, type: u1}]\n");
    await replace(other, "u1", "nothing");
    const [problem] = await untilProblems(document.uri, 1);
    assert.match(problem ?? "", /imported has errors/);
    assert.match((await untilProblems(other.document.uri, 1))[0] ?? "", /2:21-28 unable to find type 'nothing'/);
    await replace(other, "nothing", "u1");
    await untilProblems(document.uri, 0);
  });

  it("completes keys, types and fields", async () => {
    const editor = await show(
      "demo.ksy",
      template.replace("    size: header.length", "    size: header.\n    \n    type: "),
    );
    const { document } = editor;
    const labels = async (position: vscode.Position): Promise<string[]> => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        position,
      );
      return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
    };
    assert.deepEqual((await labels(behind(document, "size: header."))).slice(0, 1), ["length"]);
    const keys = await labels(behind(document, "size: header.\n    "));
    assert.ok(keys.includes("encoding") && !keys.includes("size"), keys.join());
    const types = await labels(new vscode.Position(10, 10));
    assert.ok(types.includes("header") && types.includes("u4le") && types.includes("other"), types.join());
  });

  it("explains the word under the pointer, goes to its definition and outlines the file", async () => {
    const { document } = await show("demo.ksy", template);
    const at = behind(document, "size: header.le");
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      at,
    );
    const said = hovers
      .flatMap(({ contents }) => contents)
      .map((part) => (part as vscode.MarkdownString).value)
      .join("\n");
    assert.match(said, /length: u4le/);
    assert.match(said, /4 bytes, at 0x0 of demo::header[^]*Bytes that follow\./);
    const [found] = await vscode.commands.executeCommand<vscode.Location[]>(
      "vscode.executeDefinitionProvider",
      document.uri,
      at,
    );
    assert.equal(document.getText(found?.range), "length");
    assert.equal(found?.range.start.line, 12);
    const [top] = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      "vscode.executeDocumentSymbolProvider",
      document.uri,
    );
    assert.deepEqual(
      [top?.name, ...(top?.children.map(({ name }) => name) ?? [])],
      ["demo", "header", "body", "header"],
    );
  });
});
