// Which template a file is read with: recognised, chosen and remembered, from folders of one's own, being written, begun from a
// selection. In a real VS Code.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import * as vscode from "vscode";
import type { Templates } from "../../extension/src/host/templates/templates";
import { api, closeAll, open, ScriptedDialogs, until, type Opened, useFiles } from "./support/fixture";

const png = Buffer.from("89504e470d0a1a0a0000000049454e44ae426082", "hex");
const FOLDERS = "terahex.templateFolders";

/** Keeps what the picker offered. */
class Picker extends ScriptedDialogs {
  offered: readonly vscode.QuickPickItem[] = [];
  override pick(title: string, items: readonly vscode.QuickPickItem[] = []): Promise<string | undefined> {
    this.offered = items;
    return super.pick(title);
  }
}

describe("the template of a file", () => {
  const files = useFiles();
  let templates: Templates;
  const written: string[] = [];
  beforeEach(async () => {
    templates = await (await api()).templates();
  });
  afterEach(async () => {
    await vscode.workspace.getConfiguration().update(FOLDERS, undefined, vscode.ConfigurationTarget.Global);
    for (const file of written.splice(0)) fs.rmSync(file, { force: true });
  });

  const chosen = ({ document }: Opened) => templates.chosen(document);
  const named = async (opened: Opened): Promise<string | undefined> => (await chosen(opened))?.name;
  const answer = async (...answers: string[]): Promise<Picker> => {
    const picker = new Picker(answers);
    (await api()).setDialogs(picker);
    return picker;
  };
  const inWorkspace = (name: string, text: string): vscode.Uri => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(folder, "the tests run in a workspace");
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    written.push(file);
    return vscode.Uri.file(file);
  };
  const own = (id: string, rest: string): string => `meta: {id: ${id}, title: ${id}'s, file-extension: xyz}\n${rest}`;

  it("is the one that its bytes call for, with the reason", async () => {
    const found = await chosen(await open(files.write("picture", png)));
    assert.match(found?.name ?? "", /^PNG/);
    assert.equal(found?.reason, "89 50 4E 47 0D 0A 1A 0A at 0x0");
    assert.ok([...(found?.files.texts.keys() ?? [])].some((file) => file.endsWith("/templates/common/tiff_data.ksy")));
    assert.ok(found?.uriOf(found.files.entry)?.fsPath.endsWith("png.ksy"));
    assert.equal(await chosen(await open(files.write("words", "just words"))), undefined);
  });

  it("is chosen from a picker that tells why, and remembered for the file until that is undone", async () => {
    const uri = files.write("picture.png", png);
    let opened = await open(uri);
    const picker = await answer("No Template");
    await templates.pick(opened.document);
    assert.match(picker.offered[1]?.label ?? "", /^PNG/);
    assert.match(picker.offered[1]?.description ?? "", /89 50 4E 47.* at 0x0, extension \.png · built in/);
    assert.ok(picker.offered.length > 10);
    assert.equal(await chosen(opened), undefined);
    await closeAll();
    opened = await open(uri);
    assert.equal(await chosen(opened), undefined, "remembered");
    await answer("GIF image (Graphics Interchange Format)");
    let told = 0;
    const listening = templates.onDidChange((changed) => {
      if (changed.toString() === uri.toString()) told += 1;
    });
    assert.match((await templates.pick(opened.document))?.name ?? "", /^GIF/);
    assert.equal((await chosen(opened))?.reason, "chosen by you");
    assert.equal(told, 1);
    const again = await answer();
    assert.equal(await templates.pick(opened.document), undefined, "dismissed");
    assert.match((await named(opened)) ?? "", /^GIF/);
    assert.equal(told, 1);
    assert.ok(again.offered.some(({ label }) => label === "Recognize Automatically"));
    await answer("Recognize Automatically");
    await templates.pick(opened.document);
    assert.match((await named(opened)) ?? "", /^PNG/);
    listening.dispose();
  });

  it("comes from the workspace before what ships, and follows what is typed, saved or not", async () => {
    const uri = inWorkspace("mine.ksy", own("mine", "seq: [{id: m, contents: XY}]"));
    const opened = await open(files.write("a.xyz", "XY!!"));
    await until("the workspace's template", async () => ((await named(opened)) === "mine's" ? true : undefined));
    const told: string[] = [];
    const listening = templates.onDidChange((changed) => told.push(changed.toString()));
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside });
    const type = async (text: string): Promise<void> => {
      const all = new vscode.Range(0, 0, editor.document.lineCount, 0);
      told.length = 0;
      await editor.edit((edit) => edit.replace(all, text));
      await until("the news", () => (told.includes(opened.uri.toString()) ? true : undefined));
    };
    const text = async (): Promise<string | undefined> => (await chosen(opened))?.files.texts.get(uri.path);
    await type(own("mine", "seq: [{id: m, contents: XY}, {id: n, type: u1}]"));
    assert.match((await text()) ?? "", /id: n/);
    await type(own("mine", "seq: [{id: m, contents: XY}, {id: n, type: u1}, {id: o, type: wrong}]"));
    assert.doesNotMatch((await text()) ?? "", /id: o/, "the last text without errors");
    assert.match((await chosen(opened))?.reason ?? "", /as it was before its errors/);
    await type(own("mine", "seq: [{id: m, contents: XY}, {id: n, type: u1}, {id: o, type: u1}]"));
    assert.match((await text()) ?? "", /id: o/);
    assert.equal((await chosen(opened))?.reason, "58 59 at 0x0, extension .xyz");
    listening.dispose();
  });

  it("comes from folders in the settings; its problems are told in the picker", async () => {
    const folder = path.join(files.folder, "templates");
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "good.ksy"), own("good", "seq: [{id: m, type: u1}]"));
    fs.writeFileSync(path.join(folder, "bad.ksy"), "meta: {id: bad}\nseq: [{id: m, type: nothing}]");
    await vscode.workspace.getConfiguration().update(FOLDERS, [folder], vscode.ConfigurationTarget.Global);
    const opened = await open(files.write("a.xyz", "..."));
    assert.equal(await named(opened), "good's");
    const picker = await answer();
    await templates.pick(opened.document);
    const bad = picker.offered.find(({ label }) => label === "bad");
    assert.match(bad?.detail ?? "", /line 2: unable to find type 'nothing'/);
    // As VS Code spells the drive, which the setting spells as the system does.
    const uri = vscode.Uri.parse(vscode.Uri.file(path.join(folder, "good.ksy")).toString());
    const editor = await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside });
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), "doc: as it is typed\n"));
    await until("the unsaved text", async () => {
      const files = (await chosen(opened))?.files;
      return files?.texts.get(files.entry) === editor.document.getText() ? true : undefined;
    });
  });

  it("is begun from a selection, and shown on it at once", async () => {
    const opened = await open(files.write("a.qqq", `${"\0".repeat(32)}HEAD\x01\0\0\0`));
    opened.session.select({ anchor: 32, focus: 39, column: "hex" });
    await vscode.commands.executeCommand("terahex.newTemplate");
    const editor = await until("the text", () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.languageId === "kaitai-struct" ? active : undefined;
    });
    assert.match(editor.document.getText(), /pos: 0x20\n {4}type: record\n {4}size: 8/);
    assert.match(editor.document.getText(), /contents: "HEAD"/);
    const found = await chosen(opened);
    assert.deepEqual([found?.name, found?.reason], ["qqq_file", "preview"]);
    assert.equal(found?.files.texts.get(found.files.entry), editor.document.getText());
    assert.equal(found?.uriOf(found.files.entry)?.toString(), editor.document.uri.toString());
  });

  it("is the one being written, when a preview of it is asked for", async () => {
    const opened = await open(files.write("b.bin", "plain"));
    await vscode.window.showTextDocument(files.write("draft.ksy", "meta: {id: draft}\nseq: [{id: a, type: u1}]"), {
      viewColumn: vscode.ViewColumn.Beside,
    });
    assert.equal(await chosen(opened), undefined);
    await answer("Open a File…");
    await vscode.commands.executeCommand("terahex.previewTemplate");
    assert.equal(await named(opened), "draft", "the only open file needs no question");
  });
});
