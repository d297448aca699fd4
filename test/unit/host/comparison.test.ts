// A comparison whose files other programs change: nothing is applied at offsets that are no longer what was compared.
import "./vscodeStub";
import assert from "node:assert/strict";
import fs from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import * as vscode from "vscode";
import { EngineDocument } from "../../../extension/src/engine/document";
import type { BinaryDocument } from "../../../extension/src/host/binaryDocument";
import type { BinaryEditorProvider } from "../../../extension/src/host/binaryEditorProvider";
import { Comparison } from "../../../extension/src/host/compare/comparison";
import { Side } from "../../../extension/src/host/compare/side";
import type { CompareNews } from "../../../shared/compareProtocol";
import { temporaryFolder } from "../engine/files";

type Opened = Pick<BinaryDocument, "uri" | "path" | "engine" | "readOnlyReason" | "dirty" | "step">;

const LEFT = "0123456789";
const RIGHT = "01234X6789";

describe("a comparison", () => {
  const folder = temporaryFolder();
  const told: CompareNews[] = [];
  let documents: Opened[] = [];
  let comparison: Comparison;
  const [left, right] = ["left", "right"].map((name) => () => folder.file(name)) as [() => string, () => string];

  /** As an editor does. */
  function open(path: string): BinaryDocument {
    const engine = EngineDocument.open(path, { storageFolder: folder.file("storage") });
    const step = (_label: string, edit: () => void): void => edit();
    const uri = vscode.Uri.file(path);
    const opened: Opened = { uri, path, engine, readOnlyReason: null, dirty: false, step };
    documents.push(opened);
    return opened as BinaryDocument;
  }
  async function compared(count: number): Promise<void> {
    for (let turn = 0; comparison.found.running && turn < 500; turn++) await wait(10);
    assert.equal(comparison.found.fours.length, 4 * count);
  }
  const apply = (): Promise<void> => comparison.apply(0, "right", comparison.found.run);
  const textOf = ({ engine }: BinaryDocument): string =>
    Buffer.from(engine!.readSync(0, engine!.size).bytes).toString();

  beforeEach(async () => {
    fs.writeFileSync(left(), LEFT);
    fs.writeFileSync(right(), RIGHT);
    documents = [];
    told.length = 0;
    const provider = {
      get documents() {
        return documents;
      },
    } as unknown as BinaryEditorProvider;
    const sides = [left(), right()].map((path) => new Side(provider, { uri: vscode.Uri.file(path) })) as [Side, Side];
    comparison = new Comparison(
      ...sides,
      () => "fit",
      (news) => void told.push(news),
    );
    comparison.start();
    await compared(1);
  });
  afterEach(() => {
    comparison.dispose();
    for (const { engine } of documents) engine?.close(true);
  });

  it("applies a difference to an editor that opened the file since", async () => {
    const document = open(right());
    await apply();
    assert.equal(textOf(document), LEFT);
  });

  it("applies nothing to a file that another program changed before an editor opened it", async () => {
    fs.writeFileSync(right(), `inserted ${RIGHT}`);
    assert.throws(() => comparison.checkFresh(comparison.found.run), { code: "changed" });
    const document = open(right());
    await assert.rejects(apply(), { code: "changed" });
    assert.equal(textOf(document), `inserted ${RIGHT}`);
  });

  it("applies nothing of a source that another program changed in place", async () => {
    const document = open(right());
    fs.writeFileSync(left(), LEFT.toUpperCase().replace("5", "Y"));
    await assert.rejects(apply(), { code: "changed" });
    assert.equal(textOf(document), RIGHT);
  });

  it("applies nothing to an open file that another program changed, before the editor has followed it", async () => {
    const document = open(right());
    comparison.start();
    await compared(1);
    fs.writeFileSync(right(), `${RIGHT}!`);
    await assert.rejects(apply(), { code: "changed" });
    assert.equal(document.engine?.dirty, false);
  });

  it("says that a side is gone, where its file was deleted and its editor closed", async () => {
    const document = open(right());
    comparison.start();
    await compared(1);
    documents = [];
    document.engine?.close(true);
    fs.rmSync(right());
    comparison.documentChanged(document);
    await wait(400);
    const failures = told.flatMap((news) => (news.kind === "status" ? [news.status.failure] : []));
    assert.match(failures.at(-1) ?? "", /no such file/i);
  });
});
