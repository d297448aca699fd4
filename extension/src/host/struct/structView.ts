// The view "Structure" of VS Code's panel: the tree of the Terahex editor that is or was last active. It asks for nothing while it
// is hidden. Extension host's main thread.
import * as vscode from "vscode";
import type { ViewNotice } from "../../../../shared/protocol";
import type { RequestHandlers } from "../../../../shared/rpc";
import type { FieldRange, StructCommand, StructNews } from "../../../../shared/structProtocol";
import type { EditorSession } from "../editorSession";
import { describeError } from "../errors";
import { FollowingView, type FollowingServices } from "../followingView";
import type { Lazy } from "../lazy";
import { structPage } from "../webviewHtml";
import type { StructPage } from "./structDocument";
import type { Structs } from "./structs";

export const STRUCT_VIEW = "terahex.structView";

export class StructView extends FollowingView {
  /** What the tree colours, and the panel that shows it. */
  private colors: readonly FieldRange[] = [];
  private colored: EditorSession | undefined;
  /** Where this view put the cursor itself. */
  private selected = -1;
  private toldOffset = -1;
  private readonly treePage: StructPage = { tell: (news) => this.tellNews(news) };
  protected readonly handlers: Partial<RequestHandlers> = {
    struct: async ({ ask }, cancel) => {
      if (ask.kind === "open") this.shown = this.session?.document;
      if (ask.kind === "colors") this.color(ask.ranges);
      return (await this.structs.get()).answer(this.treePage, this.shown, ask, cancel);
    },
  };

  constructor(
    services: FollowingServices,
    private readonly structs: Lazy<Structs>,
  ) {
    super(STRUCT_VIEW, services);
  }

  run(command: StructCommand): void {
    this.view?.show(command !== "focus");
    this.tellNews({ kind: "command", command });
  }

  override dispose(): void {
    super.dispose();
    this.leave();
  }

  protected page(webview: vscode.Webview, extension: vscode.Uri): string {
    return structPage(webview, extension);
  }

  protected visibilityChanged(): void {
    if (!this.visible) this.leave();
    void vscode.commands.executeCommand("setContext", "terahex.structViewVisible", this.visible);
  }

  protected followed(): void {
    if (this.session?.document !== this.shown) void this.showOther();
    else this.whenRested(() => this.tellCursor());
  }

  protected override select(start: number, end: number): void {
    if (this.session !== undefined) this.selected = start;
    super.select(start, end);
  }

  private leave(): void {
    if (this.shown !== undefined) this.structs.loaded?.close(this.treePage, this.shown);
    this.shown = undefined;
    this.color([]);
  }

  private color(ranges: readonly FieldRange[]): void {
    const session = this.session?.document === this.shown ? this.session : undefined;
    const news = (of: readonly FieldRange[]): ViewNotice => ({ type: "struct", news: { kind: "colors", ranges: of } });
    if (this.colored !== session && this.colors.length > 0) this.colored?.send(news([]));
    if (ranges.length > 0 || this.colors.length > 0) session?.send(news(ranges));
    this.colors = ranges;
    this.colored = session;
  }

  private async showOther(): Promise<void> {
    this.leave();
    const document = this.session?.document;
    this.shown = document;
    try {
      const structs = await this.structs.get();
      if (this.shown !== document) return;
      const state = document === undefined ? { diagnostics: [] } : await structs.open(this.treePage, document);
      if (this.shown === document) this.tellNews({ kind: "state", state });
    } catch (error) {
      this.tellNews({ kind: "state", state: { diagnostics: [], failure: describeError(error).message } });
    }
  }

  private tellCursor(): void {
    const offset = this.session?.selection.focus;
    // No move: the panel came to the front, its page perhaps a new one, or it is another of the same document.
    if (offset === undefined || offset === this.toldOffset) return this.color(this.colors);
    this.toldOffset = offset;
    if (offset !== this.selected) this.tellNews({ kind: "cursor", offset });
  }

  private tellNews(news: StructNews): void {
    this.tell({ type: "struct", news });
  }
}
