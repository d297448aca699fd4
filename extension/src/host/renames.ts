// Files that VS Code renames or moves while they are open here: it closes their tabs and opens the files anew under their other
// names in the default editor. Here they come back as they were, with unsaved edits and cursors. What is taken then for a change
// by another program (a name is part of a file's status) is none. Knows no bytes. Thread rule: extension host's main thread.
import { statSync, type BigIntStats } from "node:fs";
import * as vscode from "vscode";
import type { Selection } from "../../../shared/protocol";
import type { BinaryDocument } from "./binaryDocument";
import { pathOf } from "./disk";
import type { EditorSession } from "./editorSession";

/** By then a renaming that has left a document open has failed, of which VS Code says nothing. Said too early it does no harm. */
const FAILED_MS = 5000;
/** VS Code opens the new tab in the same turn; a busy machine may take its time. */
const NEW_TAB_MS = 10_000;

type Moves = readonly { readonly oldUri: vscode.Uri; readonly newUri: vscode.Uri }[];

/** What a tab showed. */
export interface Shown {
  readonly shows: EditorSession["shows"];
  readonly selection: Selection;
}

interface Place {
  readonly column: vscode.ViewColumn;
  /** Another editor has a file open there under the new name, and keeps it. */
  readonly taken: boolean;
}

interface UnsavedEdits {
  /** The edit log, or else the backup. */
  readonly path: string;
  readonly backup: vscode.CustomDocumentBackup | undefined;
  /** Of the file that they were made on; undefined: another program has changed it, or it is none of the disk's. */
  readonly status: BigIntStats | undefined;
  /** When the file's status changed with the renaming, ns since 1970. */
  renamedNs?: bigint | undefined;
}

interface RenamedFile {
  readonly uri: vscode.Uri;
  readonly places: Place[];
  /** There are unsaved edits, which nobody must overlook. */
  readonly dirty: boolean;
  edits?: UnsavedEdits;
}

export interface RenamesServices {
  readonly viewType: string;
  readonly storage: vscode.Uri;
  readonly documents: () => readonly BinaryDocument[];
  readonly sessionsOf: (document: BinaryDocument) => readonly EditorSession[];
}

export class Renames implements vscode.Disposable {
  /** By the new URI; until their tabs are back. */
  private readonly files = new Map<string, RenamedFile>();
  /** By place; until the tab is shown. */
  private readonly shown = new Map<string, Shown>();
  /** Documents whose edits outlive the closing of their tabs. */
  private readonly kept = new Set<BinaryDocument>();
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(private readonly services: RenamesServices) {
    this.subscriptions = [
      vscode.workspace.onWillRenameFiles((event) => event.waitUntil(this.note(event.files))),
      vscode.workspace.onDidRenameFiles((event) => void this.bringBack(event.files)),
    ];
  }

  /** VS Code saves it only to take it for clean. */
  keeps(document: BinaryDocument): boolean {
    return this.kept.has(document);
  }

  /** Whether renaming is all that has happened to the file since the edits in this log or backup were made. */
  isAll(path: string, file: string): boolean {
    const renamed = [...this.files.values()].find(({ uri, edits }) => edits?.path === path && pathOf(uri) === file);
    if (renamed?.edits?.status === undefined) return false;
    const { status, renamedNs } = renamed.edits;
    const now = statusOf(renamed.uri);
    if (now?.size !== status.size || now.mtimeNs !== status.mtimeNs) return false;
    return renamedNs === undefined || renamedNs === now.ctimeNs;
  }

  /** Of edits that are in no log; VS Code throws its own away. */
  backupOf(uri: vscode.Uri): string | undefined {
    const edits = this.files.get(uri.toString())?.edits;
    return edits?.backup && edits.path;
  }

  /** Answers once for each tab that comes back. */
  shownAt(uri: vscode.Uri, column: vscode.ViewColumn | undefined): Shown | undefined {
    const shown = this.shown.get(placeName(uri, column));
    this.shown.delete(placeName(uri, column));
    return shown;
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
  }

  private async note(moves: Moves): Promise<void> {
    // What an attempt that failed has left.
    for (const [name, { uri }] of this.files)
      if (moves.some(({ newUri }) => isWithin(uri, newUri))) this.files.delete(name);
    const edited = new Map<BinaryDocument, RenamedFile>();
    for (const { group, input } of openTabs()) {
      if (!this.isOurs(input)) continue;
      const uri = movedUri(input.uri, moves);
      if (uri === undefined) continue;
      const { viewColumn: column } = group;
      const document = this.services.documents().find((one) => isSame(one.uri, input.uri));
      const session = document && this.services.sessionsOf(document).find(({ panel }) => panel.viewColumn === column);
      if (session) this.shown.set(placeName(uri, column), { shows: session.shows, selection: session.selection });
      const file = this.files.get(uri.toString()) ?? { uri, places: [], dirty: document?.dirty === true };
      file.places.push({ column, taken: tabAt(column, uri) !== undefined });
      this.files.set(uri.toString(), file);
      if (document?.dirty === true) edited.set(document, file);
    }
    await Promise.all([...edited].map(([document, file]) => this.keep(document, file)));
  }

  /** Where a folder is renamed, VS Code would ask what becomes of the edits, when the file cannot be saved any more. */
  private async keep(document: BinaryDocument, file: RenamedFile): Promise<void> {
    const { engine } = document;
    if (engine === null) return;
    await engine.flushLog().catch(() => undefined); // then there is none
    const { path } = engine.log;
    const status = statusOf(document.uri);
    const target = vscode.Uri.joinPath(this.services.storage, `renamed-${Date.now()}-${this.files.size}`);
    file.edits = {
      path: path === "" ? pathOf(target) : path,
      backup: path === "" ? await document.backups.backup(target, document.waitingBackup) : undefined,
      status: engine.checkOutside() === "same" ? status : undefined,
    };
    // It would be saved, too.
    if (openTabs().some((tab) => tab.isDirty && !this.isOurs(tab.input) && isOf(tab, document.uri))) return;
    this.kept.add(document);
    await vscode.workspace.save(document.uri).then(undefined, () => undefined); // then VS Code asks
    this.kept.delete(document);
    setTimeout(() => {
      if (this.services.documents().includes(document)) document.announceDivergence();
    }, FAILED_MS);
  }

  private async bringBack(moves: Moves): Promise<void> {
    const files = [...this.files].filter(([, { uri }]) => moves.some(({ newUri }) => isWithin(uri, newUri)));
    for (const [, { uri, edits }] of files) if (edits !== undefined) edits.renamedNs = statusOf(uri)?.ctimeNs;
    await Promise.all(files.flatMap(([, { uri, places }]) => places.map(({ column }) => newTab(column, uri))));
    for (const [name, file] of files) {
      // What fails has been closed by the person meanwhile.
      for (const place of file.places) await this.reopen(file, place).catch(() => undefined);
      this.files.delete(name);
      const isNeeded = this.services.documents().some(({ waitingBackup }) => waitingBackup === file.edits?.path);
      if (!isNeeded) file.edits?.backup?.delete();
    }
  }

  private async reopen({ uri, dirty }: RenamedFile, { column, taken }: Place): Promise<void> {
    const tab = tabAt(column, uri);
    if (tab === undefined) return;
    const { group, isActive, isPinned, isPreview } = tab;
    const isBack = this.isOurs(tab.input);
    // VS Code loads what a tab in the background shows, and knows of unsaved edits, when it comes to the front.
    const toFront = dirty && !isActive;
    if (isBack && !toFront) return;
    const shown = group.activeTab;
    // As vscode.openWith, which cannot say where in the group.
    await vscode.commands.executeCommand("_workbench.openWith", uri, this.services.viewType, [
      column - 1,
      {
        index: group.tabs.indexOf(tab),
        inactive: !isActive && !toFront,
        pinned: !isPreview,
        sticky: isPinned,
        preserveFocus: true,
      },
    ]);
    const other = tabAt(column, uri, (input) => !this.isOurs(input));
    if (other !== undefined && !taken) await vscode.window.tabGroups.close(other, true);
    const input = toFront ? fileIn(shown) : undefined;
    if (input === undefined) return;
    const viewType = input instanceof vscode.TabInputCustom ? input.viewType : "default";
    const options = { viewColumn: column, preserveFocus: true, preview: shown?.isPreview ?? false };
    await vscode.commands.executeCommand("vscode.openWith", input.uri, viewType, options);
  }

  private isOurs(input: unknown): input is vscode.TabInputCustom {
    return input instanceof vscode.TabInputCustom && input.viewType === this.services.viewType;
  }
}

const placeName = (uri: vscode.Uri, column: vscode.ViewColumn | undefined): string => `${column} ${uri.toString()}`;

function statusOf(uri: vscode.Uri): BigIntStats | undefined {
  return uri.scheme === "file" ? statSync(uri.fsPath, { bigint: true, throwIfNoEntry: false }) : undefined;
}

function isSame(one: vscode.Uri, other: vscode.Uri): boolean {
  return one.toString() === other.toString();
}

function isWithin(uri: vscode.Uri, folder: vscode.Uri): boolean {
  return isSame(uri, folder) || uri.toString().startsWith(`${folder.toString()}/`);
}

/** undefined: it stays where it is. */
function movedUri(uri: vscode.Uri, moves: Moves): vscode.Uri | undefined {
  const move = moves.find(({ oldUri }) => isWithin(uri, oldUri));
  return move?.newUri.with({ path: move.newUri.path + uri.path.slice(move.oldUri.path.length) });
}

/** undefined: none, or two beside each other. */
function fileIn(tab: vscode.Tab | undefined): vscode.TabInputText | vscode.TabInputCustom | undefined {
  const input = tab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input : undefined;
}

function isOf(tab: vscode.Tab, uri: vscode.Uri): boolean {
  const input = fileIn(tab);
  return input !== undefined && isSame(input.uri, uri);
}

const openTabs = (): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);

function tabAt(
  column: vscode.ViewColumn,
  uri: vscode.Uri,
  is: (input: unknown) => boolean = () => true,
): vscode.Tab | undefined {
  return openTabs().find((tab) => tab.group.viewColumn === column && isOf(tab, uri) && is(tab.input));
}

/** Until VS Code has opened it, or seems to open none. */
function newTab(column: vscode.ViewColumn, uri: vscode.Uri): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (tabAt(column, uri) !== undefined) end();
    };
    const end = (): void => {
      clearTimeout(timer);
      changes.dispose();
      resolve();
    };
    const timer = setTimeout(end, NEW_TAB_MS);
    const changes = vscode.window.tabGroups.onDidChangeTabs(look);
    look();
  });
}
