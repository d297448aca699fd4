// The view "Sections" of VS Code's panel: bars, table and lists of the program in the Terahex editor that is or was last active, whose
// bytes show the colours of their sections meanwhile. Asks for nothing while it is hidden. Extension host's main thread.
import type * as vscode from "vscode";
import type { RequestHandlers } from "../../../../shared/rpc";
import type { SectionsNews } from "../../../../shared/sectionsProtocol";
import type { BinaryDocument } from "../binaryDocument";
import type { EditorSession } from "../editorSession";
import { FollowingView, type FollowingServices } from "../followingView";
import type { Lazy } from "../lazy";
import type { Settings } from "../settings";
import { sectionsPage } from "../webviewHtml";
import type { Sections } from "./sections";

export const SECTIONS_VIEW = "terahex.sectionsView";

export class SectionsView extends FollowingView {
  private shownVersion = -1;
  private toldOffset = -1;
  private colored: EditorSession | undefined;
  protected readonly handlers: Partial<RequestHandlers> = {
    sections: async ({ ask }, cancel) => {
      if (ask.kind === "open") this.attach(this.session?.document);
      if (ask.kind === "showField") {
        await this.showField(ask.start, ask.end);
        return {};
      }
      const answer = await (await this.sections.get()).answer(this.shown, ask, cancel);
      if (ask.kind === "open") this.followed();
      return answer;
    },
  };

  constructor(
    services: FollowingServices,
    private readonly sections: Lazy<Sections>,
    private readonly settings: Settings,
  ) {
    super(SECTIONS_VIEW, services);
  }

  protected page(webview: vscode.Webview, extension: vscode.Uri): string {
    return sectionsPage(webview, extension);
  }

  protected visibilityChanged(): void {
    if (!this.visible) this.shown = undefined;
    this.color();
  }

  protected followed(): void {
    this.color();
    this.whenRested(() => {
      // The document was closed meanwhile: what follows it is told by itself.
      void this.tellNow().catch(() => undefined);
    });
  }

  private attach(document: BinaryDocument | undefined): void {
    this.shown = document;
    this.shownVersion = document?.state().version ?? -1;
    this.toldOffset = -1;
  }

  private async tellNow(): Promise<void> {
    if (!this.visible) return;
    const document = this.session?.document;
    const version = document?.state().version ?? -1;
    if (document !== this.shown || version !== this.shownVersion) {
      this.attach(document);
      const sections = await this.sections.get();
      if (document !== this.shown) return;
      this.tellNews({ kind: "state", state: document === undefined ? {} : sections.state(document) });
    }
    const offset = this.session?.selection.focus ?? -1;
    if (offset === this.toldOffset || offset < 0) return;
    this.toldOffset = offset;
    this.tellNews({ kind: "cursor", offset });
  }

  /** The editor that the view is about, and no other. */
  private color(): void {
    const wanted = this.visible ? this.session : undefined;
    if (wanted === this.colored) return;
    this.colored?.showSectionColors(false);
    this.colored = wanted;
    wanted?.showSectionColors(true);
  }

  /** The tree stands beside the bytes: there the field can be edited. */
  private async showField(start: number, end: number): Promise<void> {
    const { session } = this;
    if (session === undefined) return;
    session.panel.reveal();
    this.select(start, end);
    await this.settings.remember({ structTree: true });
    session.send({ type: "struct", news: { kind: "cursor", offset: start } });
  }

  private tellNews(news: SectionsNews): void {
    this.tell({ type: "sections", news });
  }
}
