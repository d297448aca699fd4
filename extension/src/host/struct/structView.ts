// The view "Structure" of VS Code's panel: the tree of the Terahex editor that is or was last active. It never opens by itself,
// and asks for nothing while it is hidden. Extension host's main thread.
import * as vscode from "vscode";
import type { ToWebview } from "../../../../shared/protocol";
import { RequestServer } from "../../../../shared/rpc";
import type { StructCommand, StructNews } from "../../../../shared/structProtocol";
import type { BinaryDocument } from "../binaryDocument";
import type { BinaryEditorProvider } from "../binaryEditorProvider";
import type { EditorSession } from "../editorSession";
import { describeError, HostError } from "../errors";
import { structPage, webviewRoot } from "../webviewHtml";
import type { LazyStructs } from "./lazyStructs";
import type { StructPage } from "./structDocument";

export const STRUCT_VIEW = "terahex.structView";

export interface StructViewServices {
  readonly extension: vscode.Uri;
  readonly provider: BinaryEditorProvider;
  readonly structs: LazyStructs;
  readonly log: vscode.LogOutputChannel;
}

/** The tree follows the cursor when it has rested for this long. */
const CURSOR_REST_MS = 120;

export class StructView implements vscode.WebviewViewProvider, vscode.Disposable {
  private view: vscode.WebviewView | undefined;
  private server: RequestServer | undefined;
  private session: EditorSession | undefined;
  /** Whose tree the page shows. */
  private shown: BinaryDocument | undefined;
  /** Where this view put the cursor itself. */
  private selected = -1;
  private toldOffset = -1;
  private resting: NodeJS.Timeout | undefined;
  private readonly page: StructPage = { tell: (news) => this.tell(news) };
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly services: StructViewServices) {
    this.subscriptions = [
      vscode.window.registerWebviewViewProvider(STRUCT_VIEW, this),
      services.provider.onDidChangeActive((session) => this.follow(session)),
    ];
  }

  get visible(): boolean {
    return this.view?.visible ?? false;
  }

  run(command: StructCommand): void {
    this.view?.show(command !== "focus");
    this.tell({ kind: "command", command });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    this.follow(this.services.provider.activeSession);
    const { extension, log } = this.services;
    const server = new RequestServer({
      handlers: {
        open: noBytes,
        readWindow: noBytes,
        readLive: noBytes,
        overwrite: noBytes,
        replace: noBytes,
        copy: noBytes,
        paste: noBytes,
        find: noBytes,
        measure: noBytes,
        compare: noBytes,
        sections: noBytes,
        pixels: noBytes,
        struct: async ({ ask }, cancel) => {
          if (ask.kind === "open") this.shown = this.session?.document;
          return (await this.services.structs.get()).answer(this.page, this.shown, ask, cancel);
        },
      },
      onNotice: (notice) => {
        if (notice.type === "struct") this.select(notice.tell.start, notice.tell.end);
      },
      send: (message) => this.post(message),
      describe: describeError,
      onUnanswerable: (reason) => log.warn(`A message of the view was dropped: ${reason}`),
    });
    this.server = server;
    const received = view.webview.onDidReceiveMessage((message: unknown) => server.accept(message));
    const visibility = view.onDidChangeVisibility(() => this.visibilityChanged());
    view.onDidDispose(() => {
      received.dispose();
      visibility.dispose();
      server.dispose();
      this.leave();
      this.view = undefined;
      this.setContext();
    });
    view.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extension)] };
    view.webview.html = structPage(view.webview, extension);
    this.setContext();
  }

  dispose(): void {
    clearTimeout(this.resting);
    this.server?.dispose();
    this.leave();
    for (const one of this.subscriptions) one.dispose();
  }

  /** A hidden page is thrown away: it opens anew when it comes back. */
  private visibilityChanged(): void {
    if (!this.visible) this.leave();
    this.setContext();
  }

  private setContext(): void {
    void vscode.commands.executeCommand("setContext", "terahex.structViewVisible", this.visible);
  }

  private leave(): void {
    if (this.shown !== undefined) this.services.structs.loaded?.close(this.page, this.shown);
    this.shown = undefined;
  }

  /** @param session undefined: another editor is active; the tree stays as long as its document is open */
  private follow(session: EditorSession | undefined): void {
    if (session !== undefined) this.session = session;
    else if (this.session !== undefined && !this.isOpen(this.session.document)) this.session = undefined;
    if (!this.visible || this.server === undefined) return;
    if (this.session?.document !== this.shown) void this.showOther();
    else this.tellCursor();
  }

  private isOpen(document: BinaryDocument): boolean {
    return this.services.provider.documents.includes(document);
  }

  private async showOther(): Promise<void> {
    this.leave();
    const document = this.session?.document;
    this.shown = document;
    const structs = await this.services.structs.get();
    if (this.shown !== document) return;
    try {
      const state = document === undefined ? { diagnostics: [] } : await structs.open(this.page, document);
      if (this.shown === document) this.tell({ kind: "state", state });
    } catch (error) {
      this.tell({ kind: "state", state: { diagnostics: [], failure: describeError(error).message } });
    }
  }

  private tellCursor(): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      const offset = this.session?.selection.focus;
      if (offset === undefined || offset === this.toldOffset) return;
      this.toldOffset = offset;
      if (offset !== this.selected) this.tell({ kind: "cursor", offset });
    }, CURSOR_REST_MS);
  }

  private select(start: number, end: number): void {
    const { session } = this;
    if (session === undefined) return;
    this.selected = start;
    session.select({ anchor: end - 1, focus: start, column: session.selection.column });
  }

  private tell(news: StructNews): void {
    this.post({ kind: "notice", body: { type: "struct", news } });
  }

  private post(message: ToWebview): void {
    void this.view?.webview.postMessage(message);
  }
}

function noBytes(): Promise<never> {
  return Promise.reject(new HostError("unsupported", vscode.l10n.t("This is not possible here.")));
}
