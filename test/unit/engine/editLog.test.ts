// DL-14 at this level: a process that edits is killed with -9, and the edits come back, undo steps included.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { EngineDocument } from "../../../extension/src/engine/document";
import {
  describeEditLog,
  discardEditLog,
  findEditLogs,
  setAsideEditLog,
  takeOverEditLog,
} from "../../../extension/src/engine/editLogs";
import { listKept } from "../../../extension/src/engine/kept";
import { loadAddon } from "../../../extension/src/engine/loadAddon";
import { patternBytes, temporaryFolder } from "./files";

/** What the issue promises between an edit and its safety, with room for a busy machine. */
const PROMISED_MS = 150;

describe("edit log", () => {
  const folder = temporaryFolder();
  let count = 0;
  const opened: EngineDocument[] = [];
  const children: ChildProcess[] = [];

  afterEach(() => {
    for (const document of opened.splice(0)) document.close(true);
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  function newFile(size: number): { file: string; storageFolder: string } {
    const file = folder.file(`logged-${count++}.bin`);
    fs.writeFileSync(file, patternBytes(size));
    return { file, storageFolder: folder.file(`storage-${count}`) };
  }
  function open(file: string, storageFolder: string): EngineDocument {
    const document = EngineDocument.open(file, { storageFolder, logEdits: true });
    opened.push(document);
    return document;
  }
  /** Runs a scenario of the child until `enough` of what it said, waits, kills it. @returns all that it said before the wait. */
  async function killed(
    file: string,
    storageFolder: string,
    scenario: string,
    enough: (lines: string[]) => boolean,
    waitMs = PROMISED_MS,
  ): Promise<string[]> {
    const child = spawn(process.execPath, [path.join(__dirname, "editingChild.js"), file, storageFolder, scenario]);
    children.push(child);
    let output = "";
    let errors = "";
    const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const lines = (): string[] => output.split("\n").slice(0, -1);
    await new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (enough(lines())) resolve();
      });
      child.on("close", () => reject(new Error(`the child ended: ${errors}`)));
    });
    const said = lines();
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    child.kill("SIGKILL");
    await ended;
    return said;
  }
  function content(document: EngineDocument): Buffer {
    return Buffer.from(document.readSync(0, document.size).bytes);
  }

  it("DL-14: brings every step back that was made 150 ms before kill -9, and undoes them one by one", async () => {
    const { file, storageFolder } = newFile(2000);
    const before = fs.readFileSync(file);
    await killed(file, storageFolder, "edits", (lines) => lines.includes("edited"));
    assert.deepEqual(fs.readFileSync(file), before, "nothing reached the file");

    const [log, ...others] = await findEditLogs(storageFolder, file);
    assert.ok(log !== undefined && others.length === 0);
    assert.deepEqual([log.state, log.live, log.steps, log.path], ["same", false, 10, file]);
    const document = open(file, storageFolder);
    await document.replay(log.logPath);
    let expected = Buffer.from(before);
    for (let i = 0; i < 9; i++) expected.write(`edit ${i}`, i * 100, "latin1");
    const withoutInsertion = expected;
    expected = Buffer.concat([expected.subarray(0, 5), Buffer.from("an insertion"), expected.subarray(5)]);
    assert.deepEqual(content(document), expected);
    assert.deepEqual([document.position, document.lastPosition, document.dirty], [10, 11, true]);
    document.undo();
    assert.deepEqual(content(document), withoutInsertion);
    document.seek(0);
    assert.deepEqual(content(document), before);
    assert.equal(document.dirty, false);
  });

  it("loses nothing older than 150 ms of a stream of edits", async function () {
    this.timeout(30_000);
    for (let round = 0; round < 5; round++) {
      const { file, storageFolder } = newFile(100);
      const said = await killed(file, storageFolder, "counting", (lines) => lines.length > 50 * round + 20);
      const [log] = await findEditLogs(storageFolder, file);
      assert.ok(log !== undefined);
      const document = open(file, storageFolder);
      await document.replay(log.logPath);
      const kept = content(document).readUInt32LE(0);
      assert.ok(kept >= said.length, `${kept} kept of ${said.length} made in time`);
      assert.equal(document.position, kept);
    }
  });

  it("goes on with the log that it took up: killed again, all of both is there", async () => {
    const { file, storageFolder } = newFile(2000);
    await killed(file, storageFolder, "edits", (lines) => lines.includes("edited"));
    await killed(file, storageFolder, "goingOn", (lines) => lines.includes("edited"));
    const logs = await findEditLogs(storageFolder, file);
    assert.equal(logs.length, 1);
    const document = open(file, storageFolder);
    await document.replay(logs[0]?.logPath ?? "");
    assert.equal(document.position, 11);
    assert.equal(content(document).toString("latin1", 1, 6), "again");
    document.undo();
    assert.equal(content(document).toString("latin1", 0, 9), "edit an i");
  });

  it("knows which edits a save has taken along, those made meanwhile and afterwards not", async () => {
    const { file, storageFolder } = newFile(2000);
    await killed(file, storageFolder, "saving", (lines) => lines.includes("edited"));
    const saved = fs.readFileSync(file);
    assert.equal(saved.toString("latin1", 0, 5), "saved");
    const [log] = await findEditLogs(storageFolder, file);
    // The edit made meanwhile came before the save took its snapshot, or after.
    assert.ok(log?.state === "same" && (log.steps === 1 || log.steps === 2), JSON.stringify(log));
    const document = open(file, storageFolder);
    await document.replay(log.logPath);
    assert.equal(content(document).toString("latin1", 10, 16), "during");
    assert.equal(content(document).toString("latin1", 20, 25), "after");
    document.seek(0);
    assert.deepEqual(content(document), saved);
  });

  it("DL-9: applies nothing to another version of the file unless forced, and tells what would change", async () => {
    const { file, storageFolder } = newFile(2000);
    await killed(file, storageFolder, "edits", (lines) => lines.includes("edited"));
    fs.writeSync(fs.openSync(file, "r+"), Buffer.from("somebody else"), 0, 13, 1500);
    const theirs = fs.readFileSync(file);
    const [log] = await findEditLogs(storageFolder, file);
    assert.equal(log?.state, "changed");
    const document = open(file, storageFolder);
    await assert.rejects(document.replay(log.logPath), { code: "changed" });
    assert.deepEqual(content(document), theirs);
    const changes = await describeEditLog(log.logPath, 3);
    assert.deepEqual([changes.baseSize, changes.newSize], [2000, 2012]);
    // From the insertion on everything stands elsewhere.
    assert.deepEqual([changes.rangeCount, changes.ranges], [1, [{ start: 0, end: 2012 }]]);
    await document.replay(log.logPath, true);
    assert.equal(content(document).toString("latin1", 1512, 1525), "somebody else");
    assert.equal(content(document).toString("latin1", 5, 17), "an insertion");
    await document.commit();
    assert.equal(fs.statSync(file).size, 2012);
  });

  it("sets a log aside, where nobody finds it, and discards one", async () => {
    const { file, storageFolder } = newFile(2000);
    await killed(file, storageFolder, "edits", (lines) => lines.includes("edited"));
    const [log] = await findEditLogs(storageFolder, file);
    const aside = await setAsideEditLog(log?.logPath ?? "");
    assert.ok(fs.existsSync(aside));
    assert.deepEqual(await findEditLogs(storageFolder, file), []);
    fs.writeFileSync(path.join(storageFolder, "f-0.kept"), "no journal");
    const kept = await listKept(storageFolder);
    assert.deepEqual(kept.map(({ kind, keptPath }) => [kind, path.basename(keptPath)]).sort(), [
      ["damaged", "f-0.kept"],
      ["edits", path.basename(aside)],
    ]);
    const edits = kept.find(({ kind }) => kind === "edits");
    assert.ok(edits?.kind === "edits" && edits.path === fs.realpathSync(file) && edits.rangeCount === 1);
    await killed(file, storageFolder, "edits", (lines) => lines.includes("edited"));
    const [second] = await findEditLogs(storageFolder, file);
    await discardEditLog(second?.logPath ?? "");
    assert.deepEqual(await findEditLogs(storageFolder, file), []);
  });

  it("DL-27: writes nothing before the first edit, and in proportion to the edits", async () => {
    const { file, storageFolder } = newFile(100_000);
    const document = open(file, storageFolder);
    content(document);
    await document.flushLog();
    assert.deepEqual(document.log, { path: "", bytes: 0 });
    document.overwrite(0, patternBytes(5000));
    await document.flushLog();
    assert.ok(document.log.bytes >= 5000 && document.log.bytes < 5400, String(document.log.bytes));
    assert.equal(fs.statSync(document.log.path).size, document.log.bytes);
  });

  it("stays silent in a document that was opened without it", async () => {
    const { file, storageFolder } = newFile(100);
    const document = EngineDocument.open(file, { storageFolder });
    document.overwrite(0, Uint8Array.of(1));
    await document.flushLog();
    document.close();
    assert.deepEqual(await findEditLogs(storageFolder, file), []);
  });

  it("tells of a folder that cannot be written, and edits and saves all the same", async () => {
    const { file, storageFolder } = newFile(100);
    fs.mkdirSync(storageFolder);
    fs.writeFileSync(path.join(storageFolder, "logs"), "a file where the folder should be");
    const document = open(file, storageFolder);
    document.overwrite(0, Uint8Array.of(1));
    await assert.rejects(document.flushLog());
    assert.ok(document.log.trouble !== undefined);
    await document.commit();
    assert.equal(fs.readFileSync(file)[0], 1);
  });

  it("takes a log over from a process that still writes it, once, and that one's end harms nothing", async () => {
    const { file, storageFolder } = newFile(2000);
    const former = open(file, storageFolder);
    former.overwrite(7, Buffer.from("former"));
    await former.flushLog();
    const [log] = await findEditLogs(storageFolder, file);
    assert.equal(log?.live, true);
    const document = open(file, storageFolder);
    await assert.rejects(document.replay(log.logPath), { code: "busy" });
    const taken = await takeOverEditLog(log.logPath);
    await assert.rejects(takeOverEditLog(log.logPath), { code: "not-found" });
    await document.replay(taken);
    former.overwrite(20, Buffer.from("too late"));
    former.close(true);
    document.overwrite(13, Buffer.from("!"));
    await document.flushLog();
    const left = await findEditLogs(storageFolder, file);
    assert.deepEqual(
      left.map(({ logPath, live, steps }) => [logPath, live, steps]),
      [[document.log.path, true, 2]],
    );
    assert.equal(content(document).toString("latin1", 7, 14), "former!");
  });

  it("refuses what is no path, no flag, no choice, no log", async () => {
    const { file, storageFolder } = newFile(10);
    const addon = loadAddon() as unknown as Record<string, (...values: unknown[]) => unknown>;
    const failure = async (name: string, ...values: unknown[]): Promise<unknown> => {
      try {
        await addon[name]?.(...values);
      } catch (error) {
        return (error as { code?: unknown }).code;
      }
      return `${name} was accepted`;
    };
    for (const path of [undefined, 1, "", "a\0b", null]) {
      for (const name of ["describeEditLog", "discardEditLog", "setAsideEditLog", "takeOverEditLog"])
        assert.equal(await failure(name, path, 1), "invalid-argument", name);
      assert.equal(await failure("findEditLogs", path, file), "invalid-argument");
      assert.equal(await failure("findEditLogs", storageFolder, path), "invalid-argument");
      assert.equal(await failure("tidyEditLogs", path, 1), "invalid-argument");
    }
    for (const age of [NaN, 0.5, "1", undefined])
      assert.equal(await failure("tidyEditLogs", storageFolder, age), "invalid-argument");
    for (const choice of ["", "perhaps", 1, null])
      assert.equal(await failure("recover", storageFolder, file, choice), "invalid-argument");
    assert.equal(await failure("describeEditLog", file, 10), "corrupt");
    assert.equal(await failure("takeOverEditLog", file), "corrupt");
    assert.equal(await failure("describeEditLog", folder.file("missing"), 10), "not-found");
    assert.throws(() => EngineDocument.open(file, { logEdits: 1 as unknown as boolean }), { code: "invalid-argument" });

    const document = open(file, storageFolder);
    await assert.rejects(document.replay(file), { code: "corrupt" });
    await assert.rejects(document.replay(folder.file("missing")), { code: "not-found" });
    assert.throws(() => document.close("yes" as unknown as boolean), { code: "invalid-argument" });
    document.overwrite(0, Uint8Array.of(1));
    await document.flushLog();
    await assert.rejects(document.replay(document.log.path), { code: "invalid-argument" });
    document.close(true);
    await assert.rejects(document.replay(file), { code: "closed" });
    await assert.rejects(document.flushLog(), { code: "closed" });
    assert.deepEqual(document.log, { path: "", bytes: 0 });
  });
});
