// The struct tree against the real interpreter, in a real VS Code: recognised, opened, revealed, edited, undone and saved; and
// what a jump into 8 TiB costs. The tree's page is played by the test, but for one that stands in the editor.
import assert from "node:assert/strict";
import fs from "node:fs";
import { afterEach, describe, it } from "mocha";
import * as vscode from "vscode";
import { keyOf } from "../../extension/src/host/templates/templateLibrary";
import type { EditorSession } from "../../extension/src/host/editorSession";
import type { StructAnswer, StructNews, StructQuestion } from "../../shared/structProtocol";
import type { StructRow } from "../../shared/structTree";
import {
  answering,
  api,
  ask,
  clipboard,
  open,
  refused,
  save,
  settled,
  undo,
  until,
  untilDirty,
  type Opened,
  useFiles,
} from "./support/fixture";

const TIB_8 = 2 ** 43;
const RECORDS = `meta:
  id: records
  endian: le
seq:
  - id: records
    type: record
    repeat: eos
types:
  record:
    seq:
      - id: id
        type: u4
        doc: Which one it is.
      - id: kind
        type: u1
        enum: kinds
      - id: is_last
        type: b1
      - id: rest
        type: b7
      - id: level
        type: u2
        valid:
          max: 100
      - id: x
        type: f8
    instances:
      twice:
        value: id * 2
enums:
  kinds:
    1: stone
    2: paper
`;

describe("struct tree", () => {
  afterEach(async () => {
    for (const document of (await api()).openDocuments()) {
      const [session] = (await api()).sessions(document.uri);
      session?.acceptRaw({ kind: "notice", body: { type: "settingChanged", structTree: false } });
    }
  });
  const files = useFiles();

  const told = async <K extends StructQuestion["kind"]>(
    { session }: { session: EditorSession },
    question: Extract<StructQuestion, { kind: K }>,
  ): Promise<StructAnswer[K]> => (await ask(session, { type: "struct", ask: question })) as StructAnswer[K];

  const rowsOf = async (opened: Opened, path: string, count = 100): Promise<readonly StructRow[]> =>
    (await told(opened, { kind: "children", path, from: 0, count })).rows;

  /** A file of records with its template, as the person who previews one gets it. */
  async function openRecords(uri: vscode.Uri, template = RECORDS): Promise<Opened> {
    const key = keyOf(files.write("records.ksy", template));
    assert.ok(key !== undefined);
    const opened = await open(uri);
    await (await (await api()).templates()).preview(opened.document, key);
    return opened;
  }

  const copied = (): string => clipboard.text;

  const newsOf = (session: EditorSession): StructNews[] => {
    const news: StructNews[] = [];
    session.taps.add((message) => {
      if (message.kind === "notice" && message.body.type === "struct") news.push(message.body.news);
    });
    return news;
  };

  const record = (id: number, kind: number, level: number): Buffer => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(id);
    bytes[4] = kind;
    bytes.writeUInt16LE(level, 6);
    bytes.writeDoubleLE(0.5, 8);
    return bytes;
  };

  it("recognises a file, shows its fields, and reveals the one over a byte", async () => {
    const bmp = Buffer.alloc(62);
    bmp.write("BM");
    bmp.writeUInt32LE(62, 2);
    bmp.writeUInt32LE(54, 10);
    bmp.writeUInt32LE(40, 14);
    bmp.writeInt32LE(2, 18);
    bmp.writeInt32LE(1, 22);
    bmp.writeUInt16LE(1, 26);
    bmp.writeUInt16LE(24, 28);
    const opened = await open(files.write("a.bmp", bmp));
    const state = await told(opened, { kind: "open" });
    assert.deepEqual(state.diagnostics, []);
    assert.match(state.template?.name ?? "", /bmp/i);
    assert.equal(state.root?.kind, "struct");
    const names = (await rowsOf(opened, "")).map(({ name }) => name);
    assert.deepEqual(names.slice(0, 3), ["file_header", "len_dib_header", "dib"]);
    const trail = await told(opened, { kind: "reveal", offset: 18 });
    assert.ok("steps" in trail);
    const innermost = trail.steps.at(-1)?.row;
    assert.equal(innermost?.value, "2", "the width");
    assert.deepEqual([innermost?.place?.start, innermost?.place?.end], [18, 22]);
  });

  it("edits a value as one step, tells every tree, undoes and saves it", async () => {
    const uri = files.write("a.bin", Buffer.concat([record(1, 1, 5), record(2, 2, 6)]));
    const opened = await openRecords(uri);
    const { document, session } = opened;
    assert.equal((await told(opened, { kind: "open" })).root?.type, "records");
    const rows = await rowsOf(opened, "records[1]");
    assert.deepEqual(rows.map(({ name, value }) => `${name} ${value}`).slice(0, 4), [
      "id 2",
      "kind paper (2)",
      "is_last false",
      "rest 0",
    ]);
    const news = newsOf(session);
    const { version } = await told(opened, { kind: "edit", path: "records[1].kind", text: "stone", despite: false });
    assert.equal(version, document.source.version);
    await untilDirty(uri, true);
    await until("news of the change", () => news.find((one) => one.kind === "changed" && one.version === version));
    assert.equal((await told(opened, { kind: "row", path: "records[1].kind" })).value, "stone (1)");
    assert.equal((await told(opened, { kind: "field", path: "records[1].is_last" })).kind, "bool");
    await told(opened, { kind: "edit", path: "records[1].is_last", text: "true", despite: false });
    assert.equal(document.source.readSync(21, 1).bytes.byteLength, 1);
    assert.equal(new Uint8Array(document.source.readSync(21, 1).bytes)[0], 0x80);
    await settled(opened);
    await undo();
    await until("the flag taken back", () =>
      new Uint8Array(document.source.readSync(21, 1).bytes)[0] === 0 ? true : undefined,
    );
    assert.deepEqual([...new Uint8Array(document.source.readSync(20, 2).bytes)], [1, 0], "one step each");
    assert.equal((await told(opened, { kind: "row", path: "records[1].kind" })).value, "stone (1)", "one step each");
    await save();
    await untilDirty(uri, false);
    assert.equal(fs.readFileSync(uri.fsPath)[20], 1);
  });

  it("refuses what does not fit, warns of what the template forbids, and says why a computed value is fixed", async () => {
    const opened = await openRecords(files.write("a.bin", record(1, 1, 5)));
    await told(opened, { kind: "open" });
    const edit = { kind: "edit", path: "records[0].level", despite: false } as const;
    const tooLarge = await refused(opened.session, { type: "struct", ask: { ...edit, text: "65536" } });
    assert.match(tooLarge.message, /65535|65536/);
    const warned = await told(opened, { ...edit, text: "101" });
    assert.equal(warned.version, undefined);
    assert.equal(warned.warnings.length, 1);
    assert.equal((await told(opened, { kind: "row", path: edit.path })).value, "5", "nothing was written");
    assert.ok((await told(opened, { ...edit, text: "101", despite: true })).version !== undefined);
    const twice = await told(opened, { kind: "field", path: "records[0].twice" });
    assert.equal(twice.kind, "none");
    assert.deepEqual(twice.kind === "none" && twice.sources, ["records[0].id"]);
  });

  it("tells every tree on screen whether absent fields are shown, and remembers it", async () => {
    // The page in the editor opens the tree, too, and is told the same.
    const lastOf = (news: StructNews[]) => (): boolean | undefined =>
      news.flatMap((one) => (one.kind === "absent" ? [one.shown] : [])).at(-1);
    const first = await openRecords(files.write("a.bin", record(1, 1, 5)));
    const absent = lastOf(newsOf(first.session));
    await told(first, { kind: "open" });
    assert.equal(absent(), false);
    await told(first, { kind: "showAbsent", shown: true });
    assert.equal(absent(), true);
    const second = await openRecords(files.write("b.bin", record(1, 1, 5)));
    const absentInSecond = lastOf(newsOf(second.session));
    await told(second, { kind: "open" });
    assert.equal(absentInSecond(), true);
    await told(second, { kind: "showAbsent", shown: false });
    assert.equal(absentInSecond(), false);
  });

  it("copies paths, values and JSON, and exports a subtree", async () => {
    const opened = await openRecords(files.write("a.bin", record(7, 1, 5)));
    await told(opened, { kind: "open" });
    await told(opened, { kind: "copy", path: "records[0].id", what: "path" });
    assert.equal(copied(), "records[0].id");
    await told(opened, { kind: "copy", path: "records[0].id", what: "value" });
    assert.equal(copied(), "7");
    await told(opened, { kind: "copy", path: "records[0]", what: "json" });
    assert.match(copied(), /"id"/);
    await answering(files.path("out.json"));
    assert.deepEqual(await told(opened, { kind: "export", path: "records[0]" }), { written: true });
    assert.equal(files.read("out.json"), `${copied()}\n`);
  });

  it("shows errors of a template with their lines, and the tree again once it is right", async () => {
    const opened = await openRecords(
      files.write("a.bin", record(7, 1, 5)),
      RECORDS.replace("type: record\n", "type: recrod\n"),
    );
    const state = await told(opened, { kind: "open" });
    assert.equal(state.root, undefined);
    assert.match(state.diagnostics[0]?.message ?? "", /recrod/);
    assert.equal(state.diagnostics[0]?.line, 5, "where the field begins");
    const news = newsOf(opened.session);
    const editor = await vscode.workspace.openTextDocument(vscode.Uri.file(files.path("records.ksy")));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(editor.uri, new vscode.Range(0, 0, editor.lineCount, 0), RECORDS);
    await vscode.workspace.applyEdit(edit);
    const fixed = await until("a state with a tree", () =>
      news.find((one) => one.kind === "state" && one.state.root !== undefined),
    );
    assert.equal(fixed.kind, "state");
    await vscode.window.showTextDocument(editor);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("reaches element 5 * 10^11 of 8 TiB, and cancels what nobody waits for", async () => {
    const opened = await openRecords(files.sparse("huge.bin", TIB_8, { [16 * 5e11]: "ABCD" }));
    assert.equal((await told(opened, { kind: "open" })).root?.kind, "struct");
    assert.equal((await rowsOf(opened, ""))[0]?.childCount, 2 ** 39);
    const times: number[] = [];
    for (let round = 0; round < 11; round++) {
      const started = performance.now();
      const from = 5e11 - 32 - round * 1000;
      const { rows } = await told(opened, { kind: "children", path: "records", from, count: 64 });
      times.push(performance.now() - started);
      assert.equal(rows[32]?.path, `records[${5e11 - round * 1000}]`);
    }
    const first = await told(opened, { kind: "row", path: "records[500000000000].id" });
    assert.match(first.value, /^1145258561\b/);
    times.sort((a, b) => a - b);
    console.log(
      "%s",
      `\x02      64 rows at element 5e11: median ${times[5]?.toFixed(1)} ms, worst ${times.at(-1)?.toFixed(1)} ms`,
    );
    opened.session.acceptRaw({
      kind: "request",
      id: 77,
      body: { type: "struct", ask: { kind: "row", path: "records[9]" } },
    });
    const answers: string[] = [];
    opened.session.taps.add((message) => {
      if (message.kind !== "notice" && message.id === 77)
        answers.push(message.kind === "failure" ? message.code : message.kind);
    });
    opened.session.acceptRaw({ kind: "cancel", id: 77 });
    await until("an answer", () => answers.length > 0 || undefined);
    assert.deepEqual(answers, ["cancelled"]);
  });

  it("toggles the tree beside the bytes by a command, remembers it, and starts nothing before", async () => {
    const { session } = await open(files.write("a.bin", record(1, 1, 1)));
    const shown = async () => (await ask(session, { type: "open" })).settings.structTree;
    const before = await shown();
    await vscode.commands.executeCommand("terahex.toggleStructTree");
    assert.equal(await shown(), !before);
    await vscode.commands.executeCommand("terahex.toggleStructTree");
    assert.equal(await shown(), before);
  });
});
