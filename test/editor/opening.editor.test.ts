// Opening: any size alike, and the real reason where it fails.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import {
  api,
  open,
  overwrite,
  read,
  refused,
  tabOf,
  text,
  until,
  untilDirty,
  VIEW_TYPE,
  useFiles,
} from "./support/fixture";

const TIB = 2 ** 40;

describe("opening", () => {
  const files = useFiles();

  it("shows an empty file, and takes no byte for it", async () => {
    const { session, document } = await open(files.write("empty.bin", ""));
    assert.equal(document.state().size, 0);
    assert.equal((await read(session, 0, 16)).bytes.byteLength, 0);
    assert.equal((await refused(session, { type: "readWindow", offset: 1, length: 1 })).code, "out-of-range");
  });

  it("DL-11: reads rows across every page border of a small file", async () => {
    const content = Uint8Array.from({ length: 3 * 4096 + 5 }, (_, at) => (at * 7 + (at >> 8)) % 256);
    const { session } = await open(files.write("small.bin", content));
    for (let at = 4096 - 20; at < content.length; at += 4096) {
      const { bytes } = await read(session, at, 64);
      assert.deepEqual(new Uint8Array(bytes), content.slice(at, at + 64));
    }
    assert.deepEqual(new Uint8Array((await read(session, content.length - 3, 16)).bytes), content.slice(-3));
  });

  it("DL-16: reads and edits both ends and the middle of 8 TiB, exactly", async () => {
    const marks = {
      0: "first",
      [4 * TIB]: "middle",
      [2 ** 31 - 2]: "2^31",
      [2 ** 32 - 2]: "2^32",
      [8 * TIB - 4]: "last",
    };
    const { session, document } = await open(files.sparse("huge.bin", 8 * TIB, marks));
    assert.equal(document.state().size, 8 * TIB);
    for (const [offset, mark] of Object.entries(marks))
      assert.equal(await text(session, Number(offset), mark.length), mark);
    await overwrite(session, 8 * TIB - 1, "T");
    assert.equal(await text(session, 8 * TIB - 4, 16), "lasT");
    assert.equal((await refused(session, { type: "readWindow", offset: 8 * TIB + 1, length: 1 })).code, "out-of-range");
  });

  it("sends exactly the bytes asked for, in a buffer of their own", async () => {
    const { session } = await open(files.write("a.bin", "0123456789"));
    const { bytes, unsaved, unreadable, version } = await read(session, 2, 3);
    assert.ok(bytes instanceof ArrayBuffer);
    assert.equal(bytes.byteLength, 3);
    assert.deepEqual([unsaved, unreadable, typeof version], [[], [], "number"]);
    assert.ok(Array.isArray(unsaved));
  });

  const failures: [string, () => vscode.Uri, RegExp][] = [
    ["a folder", () => vscode.Uri.file(files.folder), /folder/i],
    ["a file that vanished", () => vscode.Uri.file(files.path("gone.bin")), /no such file/i],
    ["a path through a file", () => vscode.Uri.file(files.write("a.bin", "x").fsPath + "/b"), /no such file/i],
    ["another scheme", () => vscode.Uri.parse("untitled:new.bin"), /untitled/],
  ];
  if (process.platform !== "win32") {
    failures.push(["a FIFO", () => fifo(files.path("pipe")), /pipe/i]);
    failures.push(["a device without bytes at offsets", () => vscode.Uri.file("/dev/null"), /nothing with bytes/i]);
  }
  for (const [what, make, reason] of failures) {
    it(`says why ${what} can't be opened, in the editor`, async () => {
      const { document, session } = await open(make());
      assert.equal(document.content.kind, "failed");
      assert.match(document.readOnlyReason ?? "", reason);
      const { html } = session.panel.webview;
      assert.match(html, reason);
      assert.ok(!/<script/.test(html), "the error page runs no script");
      assert.equal((await refused(session, { type: "readWindow", offset: 0, length: 1 })).code, "closed");
    });
  }

  it("opens after all when the reason is gone and one tries again", async () => {
    const { document, uri, session } = await open(vscode.Uri.file(files.path("late.bin")));
    assert.equal(document.content.kind, "failed");
    assert.ok(session.panel.webview.html.includes("terahex.retryOpen"));
    files.write("late.bin", "here");
    await vscode.commands.executeCommand("terahex.retryOpen", uri.toString());
    assert.equal(await text(session, 0, 4), "here");
    assert.match(session.panel.webview.html, /main\.js/);
  });

  it("gives the page a policy that lets in our own script and nothing else", async () => {
    const { session } = await open(files.write("a.bin", "x"));
    const { html } = session.panel.webview;
    const policy = (/Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "").replaceAll("&#39;", "'");
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'nonce-[A-Za-z0-9+/=]{20,}'(;|$)/);
    assert.ok(!/unsafe|\*|https?:\/\/\*|data:/.test(policy.replace(/font-src [^;]*/, "")), policy);
    assert.match(html, /<html lang="/);
    const nonce = /nonce-([^']*)'/.exec(policy)?.[1];
    const other = await open(files.write("b.bin", "x"));
    assert.ok(nonce !== undefined && !other.session.panel.webview.html.includes(nonce), "a nonce is used once");
  });

  it("shows one document in two editors, edits included", async () => {
    const uri = files.write("two.bin", "abcdef");
    const left = await open(uri, vscode.ViewColumn.One);
    const right = await open(uri, vscode.ViewColumn.Two);
    assert.equal(left.document, right.document);
    await overwrite(left.session, 1, "X");
    assert.equal(await text(right.session, 0, 6), "aXcdef");
    await untilDirty(uri, true);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await until("one session left", async () => (await api()).sessions(uri).length === 1 || undefined);
    assert.equal(await text((await api()).sessions(uri)[0]!, 0, 6), "aXcdef");
  });

  it("opens through its own command what is open as text", async () => {
    const uri = files.write("note.txt", "plain");
    await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand("terahex.openWith");
    await until("a Terahex tab", () => tabOf(uri) ?? undefined);
    assert.equal((tabOf(uri)?.input as vscode.TabInputCustom).viewType, VIEW_TYPE);
  });

  it("reads a file that another user's permissions leave readable only, and says so", async () => {
    const uri = files.write("locked.bin", "abc");
    fs.chmodSync(uri.fsPath, 0o444);
    const { session, document } = await open(uri);
    assert.equal(document.state().readOnly, true);
    assert.match(document.state().readOnlyReason ?? "", /write-protected|permission/);
    const failure = await refused(session, {
      type: "overwrite",
      offset: 0,
      bytes: new ArrayBuffer(1),
      merge: false,
      label: "type",
    });
    assert.equal(failure.code, "read-only");
    assert.match(failure.message, /write-protected|permission/);
    assert.equal(document.dirty, false);
    fs.chmodSync(uri.fsPath, 0o644);
    await until("the file to be editable", () => document.state().readOnly === false || undefined);
  });
});

function fifo(at: string): vscode.Uri {
  execFileSync("mkfifo", [at]);
  return vscode.Uri.file(at);
}
