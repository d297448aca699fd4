// What every editor test stands on: files of its own, a document opened through VS Code, the session behind it, and dialogs
// that answer by script. Runs inside the extension host.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "mocha";
import * as vscode from "vscode";
import type { BinaryDocument } from "../../../extension/src/host/binaryDocument";
import type { EditorSession } from "../../../extension/src/host/editorSession";
import type { Dialogs, InputOptions } from "../../../extension/src/host/notify";
import type { TestApi } from "../../../extension/src/host/testApi";
import type { ErrorCode, HostReply, HostRequest, WindowReply } from "../../../shared/protocol";

export const VIEW_TYPE = "terahex.editor";
export const EXTENSION = "terahex.terahex";
const WAIT_MS = 40_000;
const POLL_MS = 20;

let known: TestApi | undefined;

export async function api(): Promise<TestApi> {
  if (known) return known;
  const extension = vscode.extensions.getExtension<TestApi>(EXTENSION);
  assert.ok(extension, "the extension is not installed");
  known = await extension.activate();
  assert.ok(known, "activate() returned no test API");
  return known;
}

/** A folder of its own, made when it is asked for. */
export class Files {
  private made: string | undefined;

  get folder(): string {
    return (this.made ??= fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "terahex-editor-"))));
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, content: Uint8Array | string): vscode.Uri {
    fs.writeFileSync(this.path(name), content);
    return vscode.Uri.file(this.path(name));
  }

  /** @param marks bytes to be found in the hole, by offset. */
  sparse(name: string, size: number, marks: Readonly<Record<number, string>> = {}): vscode.Uri {
    const file = fs.openSync(this.path(name), "w");
    fs.ftruncateSync(file, size);
    for (const [offset, text] of Object.entries(marks)) fs.writeSync(file, text, Number(offset));
    fs.closeSync(file);
    return vscode.Uri.file(this.path(name));
  }

  read(name: string): string {
    return fs.readFileSync(this.path(name), "latin1");
  }

  async remove(): Promise<void> {
    const { made } = this;
    this.made = undefined;
    if (made === undefined) return;
    await fs.promises.rm(made, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }).catch((error) => {
      // A folder is there on Windows as long as VS Code's watcher, which is another process, holds it.
      if (process.platform !== "win32") throw error;
    });
  }
}

/** For the tests of the describe that calls it, with dialogs that dismiss; all documents are closed and the files gone behind
 *  each. What has to be done before that goes into an afterEach above the call. */
export function useFiles(): Files {
  const files = new Files();
  beforeEach(async () => {
    await answering();
  });
  afterEach(async () => {
    await closeAll();
    await files.remove();
  });
  return files;
}

export interface Opened {
  readonly uri: vscode.Uri;
  readonly document: BinaryDocument;
  readonly session: EditorSession;
}

/** Opens as "Open With" does, and waits for the session. */
export async function open(uri: vscode.Uri, viewColumn?: vscode.ViewColumn): Promise<Opened> {
  const terahex = await api();
  const before = new Set(terahex.sessions(uri));
  await vscode.commands.executeCommand("vscode.openWith", uri, VIEW_TYPE, { preview: false, viewColumn });
  const session = await until("a session", () => terahex.sessions(uri).find((one) => !before.has(one)));
  // A page that opens makes the host forget what its predecessor asked for, and tests ask like one.
  if (session.document.content.kind !== "failed") await until("the view's opening", () => session.isOpen || undefined);
  return { uri, session, document: session.document };
}

export async function closeAll(): Promise<void> {
  // Unsaved edits would make VS Code ask.
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  for (const document of (await api()).openDocuments()) {
    if (!tabOf(document.uri)) {
      document.dispose(); // opened by a test that failed, past VS Code
      continue;
    }
    if (document.dirty || tabOf(document.uri)?.isDirty) await revert(document.uri);
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  await until("all documents closed", () => known?.openDocuments().length === 0 || undefined);
}

export async function ask<T extends HostRequest["type"]>(
  session: EditorSession,
  body: Extract<HostRequest, { type: T }>,
): Promise<HostReply[T]> {
  const answer = await (await api()).request(session, body);
  if (answer.kind !== "reply") assert.fail(`${body.type}: ${JSON.stringify(answer)}`);
  return answer.body as HostReply[T];
}

/** @returns the code and message of the failure that must come. */
export async function refused(session: EditorSession, body: unknown): Promise<{ code: ErrorCode; message: string }> {
  const answer = await (await api()).request(session, body);
  if (answer.kind !== "failure") assert.fail(`not refused: ${JSON.stringify(answer)}`);
  return answer;
}

/** With a copy of the bytes: the session frees its own once the view has them. */
export async function read(session: EditorSession, offset: number, length: number): Promise<WindowReply> {
  const window = await ask(session, { type: "readWindow", offset, length });
  return { ...window, bytes: window.bytes.slice(0) };
}

export async function text(session: EditorSession, offset: number, length: number): Promise<string> {
  return Buffer.from((await read(session, offset, length)).bytes).toString("latin1");
}

export function overwrite(session: EditorSession, offset: number, content: string, merge = false) {
  const bytes = new Uint8Array(Buffer.from(content, "latin1")).buffer;
  return ask(session, { type: "overwrite", offset, bytes, merge, label: "type" });
}

export function tabOf(uri: vscode.Uri): vscode.Tab | undefined {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.find((tab) => tab.input instanceof vscode.TabInputCustom && tab.input.uri.toString() === uri.toString());
}

/** What VS Code shows on the tab; follows the event by a message. */
export async function untilDirty(uri: vscode.Uri, dirty: boolean): Promise<void> {
  await until(`dirty: ${dirty}`, () => tabOf(uri)?.isDirty === dirty || undefined);
}

export const undo = (): Thenable<void> => vscode.commands.executeCommand("undo");
export const redo = (): Thenable<void> => vscode.commands.executeCommand("redo");
export const save = (): Thenable<void> => vscode.commands.executeCommand("workbench.action.files.save");

/** Until VS Code has taken in what it was told before, and the panel is the one that its commands act on. */
export async function settled({ session, document }: Pick<Opened, "session" | "document">): Promise<void> {
  session.panel.reveal();
  await until("an active tab", () => (tabOf(document.uri)?.isActive ? true : undefined));
  // Messages to VS Code keep their order, and each answer comes behind what the ones before it began.
  for (let turn = 0; turn < 3; turn++) await vscode.commands.executeCommand("setContext", "terahex.test", turn);
}

export async function revert(uri: vscode.Uri): Promise<void> {
  const terahex = await api();
  // VS Code hears of an edit a moment after the view's request was answered.
  if (terahex.document(uri)?.dirty) await untilDirty(uri, true);
  // The command acts on the active editor, and another may have become it just before: then once more.
  for (let attempt = 1; ; attempt++) {
    terahex.sessions(uri)[0]?.panel.reveal();
    await until("an active tab", () => (tabOf(uri)?.isActive ? true : undefined));
    await vscode.commands.executeCommand("workbench.action.files.revert");
    for (let waited = 0; waited < 2000 && tabOf(uri)?.isDirty; waited += POLL_MS) await pause(POLL_MS);
    if (!tabOf(uri)?.isDirty) return;
    if (attempt === 5) assert.fail("reverted five times, and the tab is dirty still");
  }
}

export async function until<T>(what: string, probe: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > end) assert.fail(`waited ${WAIT_MS} ms for ${what}`);
    await pause(POLL_MS);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A token of nobody's who cancels. */
export const uncancelled = (): vscode.CancellationToken => new vscode.CancellationTokenSource().token;

/** The browser's own clipboard wants focus and permission; the UI test uses that one. */
export const clipboard = { text: "" };

/** Dialogs that answer from a list and keep what was asked. Dismissed when the list is empty. */
export class ScriptedDialogs implements Dialogs {
  readonly asked: string[] = [];
  readonly details: string[] = [];
  readonly told: string[] = [];
  readonly checks: string[] = [];

  constructor(private readonly answers: string[] = []) {}

  ask(message: string, detail = ""): Promise<string | undefined> {
    this.asked.push(message);
    this.details.push(detail);
    return Promise.resolve(this.answers.shift());
  }
  async offer(message: string): Promise<string | undefined> {
    const answer = this.ask(message);
    await pause(500); // a person has to see it first, beside a document that is shown
    return answer;
  }
  inform(message: string): void {
    this.told.push(message);
  }
  warn(message: string): void {
    this.told.push(message);
  }
  pick(title: string): Promise<string | undefined> {
    this.asked.push(title);
    return Promise.resolve(this.answers.shift());
  }
  async pickItem<T extends vscode.QuickPickItem>(title: string, items: readonly T[]): Promise<T | undefined> {
    const label = await this.pick(title);
    return items.find((item) => item.label === label);
  }
  async pickSeveral(title: string): Promise<readonly string[] | undefined> {
    return (await this.pick(title))?.split(",");
  }
  input({ title, check }: InputOptions): Promise<string | undefined> {
    this.asked.push(title);
    const answer = this.answers.shift();
    if (answer !== undefined) this.checks.push(check(answer).message);
    return Promise.resolve(answer);
  }
  saveTarget(title: string): Promise<vscode.Uri | undefined> {
    this.asked.push(title);
    const answer = this.answers.shift();
    return Promise.resolve(answer === undefined ? undefined : vscode.Uri.file(answer));
  }
  fileToOpen(title: string): Promise<vscode.Uri | undefined> {
    return this.saveTarget(title);
  }
  readClipboard(): Promise<string> {
    return Promise.resolve(clipboard.text);
  }
  writeClipboard(written: string): Promise<void> {
    clipboard.text = written;
    return Promise.resolve();
  }
}

export async function answering(...answers: string[]): Promise<ScriptedDialogs> {
  const dialogs = new ScriptedDialogs(answers);
  (await api()).setDialogs(dialogs);
  return dialogs;
}
