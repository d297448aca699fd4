// A new file in the place of another one without the addon, as Windows wants it (the old file steps aside): kills in between,
// renames that fail, and copies over what must not be replaced. Windows is played by renames that fail as they do there.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { EngineDocument, findJournal, recover } from "../../../extension/src/engine/document";
import { identityOf } from "../../../extension/src/engine/plain/identity";
import { journalPath, writeJournal } from "../../../extension/src/engine/plain/journal";
import { findMissing, plainAddon } from "../../../extension/src/engine/plain/plainAddon";
import { handlesOn, temporaryFolder } from "./files";

/** @param refused whether Windows refuses to rename so. */
async function onWindows(refused: (from: string, to: string) => boolean, act: () => Promise<void>): Promise<void> {
  const { rename } = fs.promises;
  const platform = Object.getOwnPropertyDescriptor(process, "platform")!;
  fs.promises.rename = (from, to) =>
    refused(String(from), String(to))
      ? Promise.reject(Object.assign(new Error(`EPERM: ${String(from)}`), { code: "EPERM", errno: -4048 }))
      : rename(from, to);
  Object.defineProperty(process, "platform", { ...platform, value: "win32" });
  try {
    await act();
  } finally {
    fs.promises.rename = rename;
    Object.defineProperty(process, "platform", platform);
  }
}

describe("replacing files without the addon", () => {
  const temporary = temporaryFolder();
  let count = 0;
  let folder = "";
  const at = (name: string): string => path.join(folder, name);
  const storageFolder = (): string => at("storage");
  const text = (file: string): string => fs.readFileSync(file, "latin1");
  const names = (): string[] => fs.readdirSync(folder).filter((name) => name !== "storage");
  const open = (file: string): EngineDocument =>
    EngineDocument.open(file, { storageFolder: storageFolder() }, plainAddon());
  const recovered = (file: string) => recover(storageFolder(), file, "safe", plainAddon());

  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdirSync(temporary.file(`case-${count++}`), { recursive: true })!);
  });

  /** What a kill between both renames leaves. @returns the file, which is missing */
  async function killed(): Promise<string> {
    const file = at("file.bin");
    const sibling = at(".file.bin.tmp");
    fs.writeFileSync(file, "old");
    await writeJournal(storageFolder(), file, identityOf(fs.statSync(file, { bigint: true })), 3, [], sibling);
    fs.writeFileSync(sibling, "new");
    fs.renameSync(file, `${sibling}.old`);
    return file;
  }

  it("DL-8: killed while the old file stood aside, and another one came: all three are kept, and told of", async () => {
    const file = await killed();
    fs.writeFileSync(file, "theirs");
    const document = open(file);
    document.overwrite(0, Buffer.from("x"));
    await assert.rejects(document.commit(), { code: "busy", message: /waits to be recovered/ });
    document.close(true);
    const { how, notKept } = await recovered(file);
    assert.equal(how, "nothing");
    assert.deepEqual([file, ...notKept].map(text), ["theirs", "old", "new"]);
    assert.deepEqual(names().sort(), [file, ...notKept].map((one) => path.basename(one)).sort());
    assert.ok(notKept.every((one) => path.basename(one).startsWith("file.bin.")));
    assert.equal(findJournal(storageFolder(), file, plainAddon()), undefined);
  });

  it("DL-8: a save steps aside where Windows renames over no open file, also past a virus scanner", async () => {
    const file = at("file.bin");
    fs.writeFileSync(file, "old");
    const document = open(file);
    document.insert(0, Buffer.from("new "));
    let scanned = 0;
    await onWindows(
      (_, to) => (to === file && fs.existsSync(file)) || scanned++ < 2,
      async () => {
        assert.equal((await document.commit({ strategy: "rewrite" })).how, "rewritten");
      },
    );
    assert.ok(scanned > 2);
    assert.deepEqual([text(file), names()], ["new old", ["file.bin"]]);
    document.close();
  });

  it("DL-8: where the new file cannot come, the old one is put back, and the save says why", async () => {
    const file = at("file.bin");
    fs.writeFileSync(file, "old");
    const document = open(file);
    document.insert(0, Buffer.from("new "));
    await onWindows(
      (from) => from.endsWith(".tmp"),
      async () => {
        await assert.rejects(document.commit({ strategy: "rewrite" }), { code: "access-denied", message: /\.tmp$/ });
      },
    );
    assert.deepEqual([text(file), names()], ["old", ["file.bin"]]);
    assert.equal(findJournal(storageFolder(), file, plainAddon()), undefined);
    await document.commit({ strategy: "rewrite" });
    assert.equal(text(file), "new old");
    document.close();
  });

  it("DL-8: where the old file cannot be put back either, the save says where it is, and recovery puts it back", async () => {
    const file = at("file.bin");
    fs.writeFileSync(file, "old");
    const document = open(file);
    document.insert(0, Buffer.from("new "));
    await onWindows(
      (_, to) => to === file,
      async () => {
        await assert.rejects(document.commit({ strategy: "rewrite" }), (error: Error & { code: string }) => {
          assert.equal(error.code, "io");
          const [aside = ""] = names().filter((name) => name.endsWith(".old"));
          assert.ok(error.message.includes(at(aside)), error.message);
          assert.equal(text(at(aside)), "old");
          return true;
        });
      },
    );
    assert.equal(names().length, 2);
    assert.equal(Buffer.from(document.readSync(0, 9).bytes).toString(), "new old");
    assert.equal((await recovered(file)).how, "rolled-back");
    assert.deepEqual([text(file), names()], ["old", ["file.bin"]]);
    document.close(true);
    assert.deepEqual(handlesOn(file) ?? [], []);
  });

  it("DL-8: a missing file's journal is found through links to it and to its folder, and without opening it", async () => {
    const file = at("file.bin");
    fs.symlinkSync(folder, at("folder-link"), "dir");
    fs.symlinkSync("file.bin", at("link"));
    fs.symlinkSync("loop", at("loop"));
    const ways = [file, at("link"), path.join(at("folder-link"), "file.bin"), path.join(at("folder-link"), "link")];
    fs.writeFileSync(file, "old");
    const journal = journalPath(storageFolder(), file);
    const journals = () => ways.map((way) => journalPath(storageFolder(), way));
    assert.deepEqual(new Set(journals()), new Set([journal]));
    fs.unlinkSync(file);
    assert.deepEqual(new Set(journals()), new Set([journal]));
    assert.notEqual(journalPath(storageFolder(), at("loop")), journal);

    assert.deepEqual(findMissing(storageFolder()), []);
    await killed();
    fs.writeFileSync(`${journal}.00000000.kept`, "not a journal");
    assert.deepEqual(findMissing(storageFolder()), [file]);
    assert.equal((await recovered(ways[3]!)).how, "rolled-back");
    assert.equal(text(file), "old");
    assert.deepEqual(findMissing(storageFolder()), []);
  });

  it("DL-26: a copy replaces no folder, no file with further names, none that is protected, none that is open", async () => {
    const file = at("file.bin");
    fs.writeFileSync(file, "content");
    const document = open(file);
    const copy = async (target: string, expected: object): Promise<void> => {
      await assert.rejects(document.saveAs(target), expected);
      await assert.rejects(document.exportRange({ start: 0, end: 3 }, target), expected);
    };
    fs.mkdirSync(at("empty"));
    fs.writeFileSync(at("two"), "two");
    fs.linkSync(at("two"), at("names"));
    fs.writeFileSync(at("there"), "there");
    fs.symlinkSync("there", at("link"));
    await copy(at("empty"), { code: "not-a-file" });
    await copy(at("two"), { code: "unsupported", message: /hard links/ });
    await assert.rejects(document.exportRange({ start: 0, end: 3 }, file), { code: "invalid-argument" });
    await onWindows(
      (_, to) => to === at("there"),
      () => copy(at("link"), { code: "access-denied", message: /may have it open/ }),
    );
    // Root may write everything.
    fs.chmodSync(at("there"), 0o444);
    if (process.getuid?.() !== 0) await copy(at("there"), { code: "access-denied" });
    assert.deepEqual([text(at("two")), text(at("there")), text(file)], ["two", "there", "content"]);
    assert.deepEqual(names().sort(), ["empty", "file.bin", "link", "names", "there", "two"]);

    fs.chmodSync(at("there"), 0o640);
    await document.saveAs(at("link"));
    assert.equal(text(at("there")), "content");
    assert.ok(fs.lstatSync(at("link")).isSymbolicLink());
    if (process.platform !== "win32") assert.equal(fs.statSync(at("there")).mode & 0o777, 0o640);
    document.close();
  });
});
