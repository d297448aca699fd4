// Finding and replacing in a real VS Code, down to the document: at the end of 8 TiB, with unsaved edits, a million hits.
import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import type { EditorSession } from "../../extension/src/host/editorSession";
import type { FindAnswer, FindNews, FindQuery, FindQuestion, FindStatus } from "../../shared/findProtocol";
import { answering, ask, clipboard, open, overwrite, text, undo, until, untilDirty, useFiles } from "./support/fixture";

const QUERY: FindQuery = {
  kind: "hex",
  text: "",
  encoding: "utf-8",
  type: "u4le",
  aligned: false,
  matchCase: false,
  least: 4,
};

function asking<K extends FindQuestion["kind"]>(
  session: EditorSession,
  question: Extract<FindQuestion, { kind: K }>,
): Promise<FindAnswer[K]> {
  return ask(session, { type: "find", ask: question }) as Promise<FindAnswer[K]>;
}

/** What the session tells its page of the search. */
function follow(session: EditorSession): FindStatus[] {
  const told: FindStatus[] = [];
  session.taps.add((message) => {
    if (message.kind !== "notice" || message.body.type !== "find") return;
    const news: FindNews = message.body.news;
    if (news.kind === "status") told.push(news.status);
  });
  return told;
}

const ended = (told: readonly FindStatus[]): Promise<FindStatus> =>
  until("the end of the search", () => {
    const last = told.at(-1);
    return last !== undefined && !last.searching && !last.stale ? last : undefined;
  });

describe("finding", () => {
  const files = useFiles();

  it("finds at the end of 8 TiB at once, before and behind the cursor, and around the end", async () => {
    const size = 2 ** 43;
    const { session } = await open(files.sparse("8tib.bin", size, { [size - 16]: "needle", 4096: "needle" }));
    const told = follow(session);
    const query = { ...QUERY, kind: "text", text: "NEEDLE" } as const;
    const end = { start: size - 16, end: size - 10 };
    assert.deepEqual(await asking(session, { kind: "start", query, from: 5000, backward: false }), {
      hit: end,
      wrapped: false,
    });
    const next = { hit: { start: 4096, end: 4102 }, wrapped: true };
    assert.deepEqual(await asking(session, { kind: "step", from: size - 15, backward: false }), next);
    assert.deepEqual(await asking(session, { kind: "step", from: 4096, backward: true }), { hit: end, wrapped: true });
    const status = await ended(told);
    assert.equal(status.count, 2);
    assert.deepEqual(told.flatMap(({ marks }) => marks ?? []).slice(-2), [0, 511]);
    const { rows } = await asking(session, { kind: "rows", from: 1, count: 10 });
    assert.equal(Buffer.from(rows[0]?.context ?? []).toString("latin1", 4, 10), "needle");
    const marks = await asking(session, { kind: "marks", start: size - 4096, end: size });
    assert.deepEqual(marks.ranges, [end.start, end.end]);
  });

  it("sees unsaved edits, and notices those that come while hits are listed", async () => {
    const { session } = await open(files.write("a.bin", "....aa....aa...."));
    const told = follow(session);
    const query = { ...QUERY, kind: "regex", text: "a+" } as const;
    await overwrite(session, 0, "aaa");
    assert.deepEqual((await asking(session, { kind: "start", query, from: 1, backward: false })).hit, {
      start: 1,
      end: 3,
    });
    assert.equal((await ended(told)).count, 3);
    await overwrite(session, 14, "a");
    await until("a list that is out of date", () => told.some(({ stale }) => stale) || undefined);
    assert.equal((await ended(told)).count, 4);
  });

  it("tells what is wrong with a pattern, and where", async () => {
    const { session } = await open(files.write("a.bin", "abc"));
    const query = { ...QUERY, kind: "regex", text: "a[z-b]" } as const;
    const { problem } = await asking(session, { kind: "start", query, from: 0, backward: false });
    assert.deepEqual([problem?.at, problem?.length], [2, 3]);
  });

  it("replaces one hit only where it still is, and all of them as one step", async () => {
    const { uri, session } = await open(files.write("a.bin", "one two one two one"));
    const told = follow(session);
    const query = { ...QUERY, kind: "text", text: "one" } as const;
    await asking(session, { kind: "start", query, from: 0, backward: false });
    await ended(told);
    const first = await asking(session, { kind: "replace", hit: { start: 0, end: 3 }, text: "three" });
    assert.deepEqual(first, { replaced: true, end: 5 });
    assert.equal((await asking(session, { kind: "replace", hit: { start: 8, end: 11 }, text: "X" })).replaced, false);
    assert.equal((await asking(session, { kind: "replaceAll", text: "" })).count, 2);
    assert.equal(await text(session, 0, 20), "three two  two ");
    await untilDirty(uri, true);
    await undo();
    await until("one step back", async () =>
      (await text(session, 0, 30)) === "three two one two one" ? true : undefined,
    );
    await undo();
    await untilDirty(uri, false);
    assert.equal(await text(session, 0, 30), "one two one two one");
  });

  it("lists a million hits, replaces them all by something longer, and takes that back in one step", async () => {
    const hits = 1_000_000;
    const { uri, session } = await open(files.write("many.bin", Buffer.alloc(8 * hits, "..ABCD..")));
    const told = follow(session);
    const query = { ...QUERY, text: "41 42 43 44" };
    await asking(session, { kind: "start", query, from: 0, backward: false });
    assert.equal((await ended(told)).count, hits);
    const { rows } = await asking(session, { kind: "rows", from: hits - 1, count: 5 });
    assert.deepEqual(
      rows.map(({ hit }) => hit),
      [{ start: 8 * hits - 6, end: 8 * hits - 2 }],
    );
    const replaced = await asking(session, { kind: "replaceAll", text: "30 31 32 33 34 35" });
    assert.deepEqual([replaced.count, replaced.version], [hits, session.document.state().version]);
    assert.equal(session.document.state().size, 10 * hits);
    assert.equal(await text(session, 10 * (hits - 1), 10), "..012345..");
    await untilDirty(uri, true);
    await undo();
    await untilDirty(uri, false);
    assert.equal(await text(session, 8 * (hits - 1), 8), "..ABCD..");
  });

  it("gives all offsets to the clipboard and to a file", async () => {
    const { session } = await open(files.write("a.bin", "x.x.x"));
    await asking(session, { kind: "start", query: { ...QUERY, text: "78" }, from: 0, backward: false });
    await until("three hits", async () =>
      (await asking(session, { kind: "list", to: "clipboard" })).count === 3 ? true : undefined,
    );
    assert.equal(clipboard.text, "0x0\n0x2\n0x4\n");
    await answering(files.path("offsets.txt"));
    await asking(session, { kind: "list", to: "file" });
    assert.equal(fs.readFileSync(files.path("offsets.txt"), "utf8"), "0x0\n0x2\n0x4\n");
  });

  it("lists strings by their texts", async () => {
    const wide = Buffer.from("wide text", "utf16le");
    const { session } = await open(
      files.write("a.bin", Buffer.concat([Buffer.from([1, 0, 255]), wide, Buffer.from([1, 2])])),
    );
    const told = follow(session);
    const query = { ...QUERY, kind: "strings", encoding: "utf-16le" } as const;
    assert.deepEqual((await asking(session, { kind: "start", query, from: 0, backward: false })).hit, {
      start: 3,
      end: 21,
    });
    await ended(told);
    const { rows } = await asking(session, { kind: "rows", from: 0, count: 5 });
    assert.deepEqual(
      rows.map((row) => row.text),
      ["wide text"],
    );
  });

  it("remembers what was searched for, newest first, in every editor", async () => {
    const { session } = await open(files.write("a.bin", "abc"));
    for (const word of ["one", "two", "one"]) {
      await asking(session, { kind: "history", used: { ...QUERY, kind: "text", text: word } });
    }
    const other = await open(files.write("b.bin", "abc"));
    const { queries } = await asking(other.session, { kind: "history" });
    assert.deepEqual(
      queries.slice(0, 2).map((query) => query.text),
      ["one", "two"],
    );
  });

  it("opens the bar by command, and passes Find Next on", async () => {
    const { session } = await open(files.write("a.bin", "abc"));
    const commands: string[] = [];
    session.taps.add((message) => {
      if (message.kind === "notice" && message.body.type === "find" && message.body.news.kind === "command") {
        commands.push(message.body.news.command);
      }
    });
    await vscode.commands.executeCommand("terahex.find");
    await vscode.commands.executeCommand("terahex.findNext");
    assert.deepEqual(commands, ["find", "next"]);
  });
});
