// A view in VS Code's panel that follows the Terahex editor that is or was last active: its page, its requests, its cursor. It never
// opens by itself. What it shows is for those who extend it. Extension host's main thread.
import * as vscode from "vscode";
import type { ToWebview, ViewNotice } from "../../../shared/protocol";
import { RequestServer, type RequestHandlers } from "../../../shared/rpc";
import type { BinaryDocument } from "./binaryDocument";
import type { BinaryEditorProvider } from "./binaryEditorProvider";
import type { EditorSession } from "./editorSession";
import { describeError } from "./errors";
import { refuseOthers } from "./refuseOthers";
import { webviewRoot } from "./webviewHtml";

export interface FollowingServices {
  readonly extension: vscode.Uri;
  readonly provider: BinaryEditorProvider;
  readonly log: vscode.LogOutputChannel;
}

/** The view follows cursor and edits when they have rested for this long. */
const REST_MS = 120;

export abstract class FollowingView implements vscode.WebviewViewProvider, vscode.Disposable {
  protected view: vscode.WebviewView | undefined;
  protected session: EditorSession | undefined;
  /** What the page shows something of. */
  protected shown: BinaryDocument | undefined;
  private server: RequestServer | undefined;
  private resting: NodeJS.Timeout | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    id: string,
    private readonly services: FollowingServices,
  ) {
    this.subscriptions = [
      vscode.window.registerWebviewViewProvider(id, this),
      services.provider.onDidChangeActive((session) => this.follow(session)),
    ];
  }

  /** Requests of its page that it answers. */
  protected abstract readonly handlers: Partial<RequestHandlers>;
  protected abstract page(webview: vscode.Webview, extension: vscode.Uri): string;
  /** The session is another one, or its cursor or its document has changed. */
  protected abstract followed(): void;
  /** The page came, or was hidden: a hidden page is thrown away, and opens anew when it comes back. */
  protected abstract visibilityChanged(): void;

  get visible(): boolean {
    return this.view?.visible ?? false;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    this.session = this.services.provider.activeSession ?? this.session;
    const { extension, log } = this.services;
    const server = new RequestServer({
      handlers: refuseOthers(this.handlers),
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
      this.view = undefined;
      this.visibilityChanged();
    });
    view.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extension)] };
    view.webview.html = this.page(view.webview, extension);
    this.visibilityChanged();
  }

  dispose(): void {
    clearTimeout(this.resting);
    this.server?.dispose();
    for (const one of this.subscriptions) one.dispose();
  }

  /** Once for a burst of calls, after it. */
  protected whenRested(run: () => void): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(run, REST_MS);
  }

  protected select(start: number, end: number): void {
    const { session } = this;
    session?.select({ anchor: end - 1, focus: start, column: session.selection.column });
  }

  protected tell(notice: ViewNotice): void {
    this.post({ kind: "notice", body: notice });
  }

  /** @param session undefined: another editor is active; the view stays as long as its document is shown somewhere */
  private follow(session: EditorSession | undefined): void {
    if (session !== undefined) this.session = session;
    else if (this.session !== undefined) {
      const left = this.services.provider.sessionsOf(this.session.document);
      if (!left.includes(this.session)) [this.session] = left;
    }
    if (this.visible) this.followed();
  }

  private post(message: ToWebview): void {
    void this.view?.webview.postMessage(message);
  }
}
