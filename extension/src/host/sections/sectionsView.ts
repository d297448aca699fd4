// The view "Sections" of VS Code's panel: bars, table and lists of the program in the Terahex editor that is or was last active.
// It never opens by itself, and asks for nothing while it is hidden. Extension host's main thread.
import * as vscode from "vscode";
import type { ToWebview } from "../../../../shared/protocol";
import { RequestServer } from "../../../../shared/rpc";
import type { SectionsNews } from "../../../../shared/sectionsProtocol";
import type { BinaryDocument } from "../binaryDocument";
import type { BinaryEditorProvider } from "../binaryEditorProvider";
import type { EditorSession } from "../editorSession";
import { describeError } from "../errors";
import { refuseOthers } from "../refuseOthers";
import { sectionsPage, webviewRoot } from "../webviewHtml";
import type { LazySections } from "./lazySections";

export const SECTIONS_VIEW = "terahex.sectionsView";

export interface SectionsViewServices {
  readonly extension: vscode.Uri;
  readonly provider: BinaryEditorProvider;
  readonly sections: LazySections;
  readonly log: vscode.LogOutputChannel;
}

/** The view follows cursor and edits when they have rested for this long. */
const REST_MS = 120;

export class SectionsView implements vscode.WebviewViewProvider, vscode.Disposable {
  private view: vscode.WebviewView | undefined;
  private server: RequestServer | undefined;
  private session: EditorSession | undefined;
  private shown: BinaryDocument | undefined;
  private shownVersion = -1;
  private toldOffset = -1;
  private resting: NodeJS.Timeout | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly services: SectionsViewServices) {
    this.subscriptions = [
      vscode.window.registerWebviewViewProvider(SECTIONS_VIEW, this),
      services.provider.onDidChangeActive((session) => this.follow(session)),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    this.session = this.services.provider.activeSession ?? this.session;
    const { extension, log } = this.services;
    const server = new RequestServer({
      handlers: refuseOthers({
        sections: async ({ ask }, cancel) => {
          if (ask.kind === "open") this.attach();
          const sections = await this.services.sections.get();
          const answer = await sections.answer(this.shown, ask, cancel);
          if (ask.kind === "open") this.rest();
          return answer;
        },
      }),
      onNotice: (notice) => {
        if (notice.type === "struct") this.select(notice.tell.start, notice.tell.end);
      },
      send: (message) => this.post(message),
      describe: describeError,
      onUnanswerable: (reason) => log.warn(`A message of the view was dropped: ${reason}`),
    });
    this.server = server;
    const received = view.webview.onDidReceiveMessage((message: unknown) => server.accept(message));
    view.onDidDispose(() => {
      received.dispose();
      server.dispose();
      this.view = undefined;
      this.shown = undefined;
    });
    view.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extension)] };
    view.webview.html = sectionsPage(view.webview, extension);
  }

  dispose(): void {
    clearTimeout(this.resting);
    this.server?.dispose();
    for (const one of this.subscriptions) one.dispose();
  }

  private attach(): void {
    this.shown = this.session?.document;
    this.shownVersion = this.shown?.state().version ?? -1;
    this.toldOffset = -1;
  }

  /** @param session undefined: another editor is active; the view stays as long as its document is open */
  private follow(session: EditorSession | undefined): void {
    if (session !== undefined) this.session = session;
    else if (this.session !== undefined && !this.services.provider.documents.includes(this.session.document)) {
      this.session = undefined;
    }
    this.rest();
  }

  /** A burst of moves and edits is told of once, after it. */
  private rest(): void {
    clearTimeout(this.resting);
    if (this.view?.visible !== true) return;
    this.resting = setTimeout(() => void this.tellNow(), REST_MS);
  }

  private async tellNow(): Promise<void> {
    const document = this.session?.document;
    const version = document?.state().version ?? -1;
    if (document !== this.shown || version !== this.shownVersion) {
      this.attach();
      const sections = await this.services.sections.get();
      if (document !== this.shown) return;
      this.tell({ kind: "state", state: document === undefined ? {} : sections.state(document) });
    }
    const offset = this.session?.selection.focus ?? -1;
    if (offset === this.toldOffset || offset < 0) return;
    this.toldOffset = offset;
    this.tell({ kind: "cursor", offset });
  }

  private select(start: number, end: number): void {
    const { session } = this;
    session?.select({ anchor: end - 1, focus: start, column: session.selection.column });
  }

  private tell(news: SectionsNews): void {
    this.post({ kind: "notice", body: { type: "sections", news } });
  }

  private post(message: ToWebview): void {
    void this.view?.webview.postMessage(message);
  }
}
