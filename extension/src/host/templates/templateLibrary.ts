// All templates that a person has: of the workspace, of the folders in the settings, and the built-in ones; their texts as they
// are being edited. Knows no binary file and no picker. A template is data: an untrusted workspace's are read like any other.
import path from "node:path";
import * as vscode from "vscode";
import { gatherTemplate } from "../../struct/recognise/gather";
import { readHead, type TemplateHead } from "../../struct/recognise/templateHead";
import { readTemplateText, templatesIn } from "../../struct/recognise/templateFolder";
import type { TemplateFiles } from "../../struct/structService";

export const FOLDERS_SETTING = "terahex.templateFolders";
const MAX_WORKSPACE_TEMPLATES = 2000;
const CHANGE_DELAY_MS = 200;

export type TemplateSource = "workspace" | "folder" | "builtIn";

export interface LibraryTemplate {
  /** Name within TemplateFiles. */
  readonly key: string;
  readonly source: TemplateSource;
  readonly head: TemplateHead;
}

export class TemplateLibrary implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ReadonlySet<string> | undefined>();
  /** Keys of texts that changed; undefined: templates came or went. */
  readonly onDidChange = this.changed.event;
  private readonly heads = new Map<string, { readonly text: string; readonly head: TemplateHead }>();
  private readonly subscriptions: vscode.Disposable[];
  private folderWatchers: vscode.Disposable[] = [];
  private workspaceKeys: Promise<readonly string[]> | undefined;
  private waiting: { readonly keys: Set<string>; readonly timer: NodeJS.Timeout } | undefined;

  constructor(private readonly builtInFolder: string) {
    const edited = (document: vscode.TextDocument): void => {
      const key = keyOf(document.uri);
      if (key !== undefined && key.endsWith(".ksy")) this.note(key);
    };
    const watcher = vscode.workspace.createFileSystemWatcher("**/*.ksy");
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument(({ document }) => edited(document)),
      // Unsaved text that was thrown away.
      vscode.workspace.onDidCloseTextDocument(edited),
      watcher,
      ...this.listen(watcher),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.cameOrWent()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(FOLDERS_SETTING)) return;
        this.watchFolders();
        this.cameOrWent();
      }),
    ];
    this.watchFolders();
  }

  /** In the order of precedence: a person's own before what ships. */
  async all(): Promise<LibraryTemplate[]> {
    this.workspaceKeys ??= findInWorkspace();
    const inWorkspace = await this.workspaceKeys;
    const inFolders = this.folders().flatMap((folder) => templatesIn(folder).map(keyOfPath));
    const builtIn = templatesIn(this.builtInFolder).map(keyOfPath);
    const found = new Map<string, LibraryTemplate>();
    for (const [source, keys] of [
      ["workspace", inWorkspace],
      ["folder", inFolders],
      ["builtIn", builtIn],
    ] as const) {
      for (const key of keys) {
        if (found.has(key)) continue;
        // Reading one that is new takes milliseconds: others get a turn in between.
        if (!this.heads.has(key)) await new Promise((resolve) => setImmediate(resolve));
        const head = this.head(key);
        if (head?.id !== undefined) found.set(key, { key, source, head });
      }
    }
    return [...found.values()];
  }

  get importPaths(): readonly string[] {
    const roots = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) => keyOf(uri) ?? []);
    return [...this.folders().map(keyOfPath), ...roots, keyOfPath(this.builtInFolder)];
  }

  /** With its imports; undefined: there is no such file any more. */
  files(key: string): TemplateFiles | undefined {
    return gatherTemplate(key, this.importPaths, (file) => this.text(file));
  }

  head(key: string): TemplateHead | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const known = this.heads.get(key);
    if (known?.text === text) return known.head;
    const head = readHead(text);
    this.heads.set(key, { text, head });
    return head;
  }

  /** How a remembered choice names it: the built-in folder has another path with each version of the extension. */
  nameOf(key: string): string {
    const folder = `${keyOfPath(this.builtInFolder)}/`;
    return key.startsWith(folder) ? `builtIn:${key.slice(folder.length)}` : key;
  }

  keyNamed(name: string): string {
    return name.startsWith("builtIn:") ? `${keyOfPath(this.builtInFolder)}/${name.slice("builtIn:".length)}` : name;
  }

  dispose(): void {
    clearTimeout(this.waiting?.timer);
    for (const one of [...this.subscriptions, ...this.folderWatchers]) one.dispose();
    this.changed.dispose();
  }

  /** As it is in an editor, else on disk. */
  text(key: string): string | undefined {
    const open = vscode.workspace.textDocuments.find((document) => keyOf(document.uri) === key && !document.isClosed);
    if (open !== undefined) return open.getText();
    return key.startsWith(UNTITLED) ? undefined : readTemplateText(vscode.Uri.file(key).fsPath);
  }

  private folders(): string[] {
    const value: unknown = vscode.workspace.getConfiguration().get(FOLDERS_SETTING);
    const names = Array.isArray(value) ? value.filter((item) => typeof item === "string" && item !== "") : [];
    const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    return (names as string[]).flatMap((name) => {
      const expanded = name.replace(/^~(?=$|[\\/])/, process.env.HOME ?? process.env.USERPROFILE ?? "~");
      if (path.isAbsolute(expanded)) return [path.normalize(expanded)];
      return root === undefined ? [] : [path.join(root, expanded)];
    });
  }

  private watchFolders(): void {
    for (const one of this.folderWatchers.splice(0)) one.dispose();
    for (const folder of this.folders()) {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), "**/*.ksy");
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      this.folderWatchers.push(watcher, ...this.listen(watcher));
    }
  }

  private listen(watcher: vscode.FileSystemWatcher): vscode.Disposable[] {
    return [
      watcher.onDidCreate(() => this.cameOrWent()),
      watcher.onDidDelete(() => this.cameOrWent()),
      watcher.onDidChange((uri) => this.note(keyOfPath(uri.fsPath))),
    ];
  }

  private cameOrWent(): void {
    this.workspaceKeys = undefined;
    this.changed.fire(undefined);
  }

  /** Told of once the typing pauses. */
  private note(key: string): void {
    const keys = this.waiting?.keys ?? new Set<string>();
    keys.add(key);
    clearTimeout(this.waiting?.timer);
    const tell = (): void => {
      this.waiting = undefined;
      this.changed.fire(keys);
    };
    this.waiting = { keys, timer: setTimeout(tell, CHANGE_DELAY_MS) };
  }
}

const UNTITLED = "/untitled:/";

/** A template's name: "/…" for a file of the disk, one of its own for text that was never saved; undefined for others.
 *  People write drives as "C:", VS Code as "c:"; and a share's server is not in the path. */
export function keyOf(uri: vscode.Uri): string | undefined {
  if (uri.scheme === "file") {
    if (uri.authority !== "") return `//${uri.authority}${uri.path}`;
    return uri.path.replace(/^\/[A-Z]:/, (drive) => drive.toLowerCase());
  }
  return uri.scheme === "untitled" ? `${UNTITLED}${uri.path}${uri.path.endsWith(".ksy") ? "" : ".ksy"}` : undefined;
}

export function uriOfKey(key: string): vscode.Uri | undefined {
  if (!key.startsWith(UNTITLED)) return vscode.Uri.file(key);
  return vscode.workspace.textDocuments.find((document) => keyOf(document.uri) === key)?.uri;
}

function keyOfPath(file: string): string {
  return keyOf(vscode.Uri.file(file)) ?? file;
}

/** None where VS Code's own search fails: what ships serves all the same. */
async function findInWorkspace(): Promise<readonly string[]> {
  try {
    const found = await vscode.workspace.findFiles("**/*.ksy", "**/node_modules/**", MAX_WORKSPACE_TEMPLATES);
    return found.flatMap((uri) => keyOf(uri) ?? []).sort();
  } catch {
    return [];
  }
}
