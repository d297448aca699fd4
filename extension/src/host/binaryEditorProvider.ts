// What VS Code calls for custom editors of type terahex.editor: opens documents, makes sessions, forwards edits, saves and
// backups. Knows no bytes. Thread rule: extension host's main thread.
import { basename } from "node:path";
import * as vscode from "vscode";
import type { PictureState } from "../../../shared/pixelsProtocol";
import type { TroubleAction } from "../../../shared/protocol";
import type { Bookmarks } from "./bookmarks/bookmarks";
import { BinaryDocument } from "./binaryDocument";
import type { ComparePanelServices } from "./compare/comparePanel";
import type { Comparison } from "./compare/comparison";
import type { SideChoice } from "./compare/side";
import { tidyEditLogs } from "../engine/editLogs";
import { pathOf } from "./disk";
import { EditorSession } from "./editorSession";
import { describeError, HostError } from "./errors";
import type { Lazy } from "./lazy";
import type { Measures } from "./measure/measures";
import type { Dialogs } from "./notify";
import { OutsideWatch } from "./outsideWatch";
import type { OpenServices } from "./openContent";
import { bringHere, type KeepingServices } from "./keptEdits";
import { Renames } from "./renames";
import { openWithBackup, type OpenedContent } from "./restore";
import { Saving } from "./saving";
import type { Sections } from "./sections/sections";
import type { Finder } from "./search/finder";
import type { LazyPixels } from "./pixels/lazyPixels";
import { linkSelections } from "./pixels/linkSelections";
import { pixelsHtml } from "./pixels/pixelsHtml";
import type { Settings } from "./settings";
import type { Structs } from "./struct/structs";
import { editorPage, errorPage, webviewRoot } from "./webviewHtml";

export const VIEW_TYPE = "terahex.editor";
export const RETRY_COMMAND = "terahex.retryOpen";
/** A disk that was not plugged in for a month is taken for gone. */
const KEEP_LOGS_MS = 30 * 24 * 3600 * 1000;

type DocumentEvent =
  vscode.CustomDocumentEditEvent<BinaryDocument> | vscode.CustomDocumentContentChangeEvent<BinaryDocument>;

/** A document with what serves it as long as it is open. */
interface OpenDocument {
  readonly document: BinaryDocument;
  readonly watch: OutsideWatch;
  readonly saving: Saving;
  readonly sessions: Set<EditorSession>;
  /** What came of opening it, until the person has been told. */
  news: Pick<OpenedContent, "restored" | "afterCrash" | "liveElsewhere"> | undefined;
}

/** A panel that shows a document's picture. */
interface PixelsPanel {
  readonly document: BinaryDocument;
  readonly raw: boolean;
  /** What it shows at once. */
  readonly first: Promise<PictureState | undefined>;
}

export interface ProviderServices extends OpenServices {
  readonly extension: vscode.Uri;
  /** In a browser it is no folder of a disk. */
  readonly storage: vscode.Uri;
  readonly settings: Settings;
  readonly dialogs: () => Dialogs;
  readonly log: vscode.LogOutputChannel;
  readonly structs: Lazy<Structs>;
  readonly measures: Lazy<Measures>;
  readonly pixels: LazyPixels;
  readonly finder: Lazy<Finder>;
  readonly bookmarks: Lazy<Bookmarks>;
  readonly sections: Lazy<Sections>;
}

export class BinaryEditorProvider implements vscode.CustomEditorProvider<BinaryDocument>, vscode.Disposable {
  private readonly open = new Map<BinaryDocument, OpenDocument>();
  /** Opened from a backup that the person did not want: VS Code still takes them for dirty. */
  private readonly discarded = new Set<BinaryDocument>();
  private readonly changed = new vscode.EventEmitter<DocumentEvent>();
  // VS Code tells the two kinds of event apart by their members; its type asks for one kind only.
  readonly onDidChangeCustomDocument = this.changed.event as vscode.Event<
    vscode.CustomDocumentEditEvent<BinaryDocument>
  >;
  private readonly sessionChanged = new vscode.EventEmitter<EditorSession | undefined>();
  /** The active session changed, or something about it that is worth showing. */
  readonly onDidChangeActive = this.sessionChanged.event;

  private readonly documentChanged = new vscode.EventEmitter<BinaryDocument>();
  /** It was opened, edited, saved or closed. */
  readonly onDidChangeDocument = this.documentChanged.event;

  private tidied = false;
  private toldPlain = false;
  /** Its next panel shows the picture, or with `raw` its bytes as pixels. */
  private pixelsNext: PixelsPanel | undefined;

  private readonly renames: Renames;
  private readonly opening: OpenServices & KeepingServices;

  constructor(private readonly services: ProviderServices) {
    this.renames = new Renames({
      viewType: VIEW_TYPE,
      storage: services.storage,
      documents: () => this.documents,
      sessionsOf: (document) => this.sessionsOf(document),
    });
    this.opening = { ...services, renamed: (edits, path) => this.renames.isAll(edits, path) };
  }

  get documents(): readonly BinaryDocument[] {
    return [...this.open.keys()];
  }

  sessionsOf(document: BinaryDocument): readonly EditorSession[] {
    return [...(this.open.get(document)?.sessions ?? [])];
  }

  get activeSession(): EditorSession | undefined {
    for (const { sessions } of this.open.values()) {
      for (const session of sessions) if (session.panel.active) return session;
    }
    return undefined;
  }

  /** Shows two sides beside each other. */
  async compare(left: SideChoice, right: SideChoice): Promise<Comparison> {
    const { openComparison } = await import("./compare/comparePanel");
    return openComparison(this.comparing(), left, right);
  }

  /** What a reload of the window left of a comparison. */
  async restoreComparison(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const { restoreComparison } = await import("./compare/comparePanel");
    await restoreComparison(this.comparing(), panel, kept);
  }

  private comparing(): ComparePanelServices {
    const { extension, log, settings } = this.services;
    return { extension, log, provider: this, bytesPerRow: () => settings.view.bytesPerRow };
  }

  compareWithDisk({ uri }: BinaryDocument): Promise<Comparison> {
    return this.compare({ uri, saved: true }, { uri });
  }

  async openCustomDocument(uri: vscode.Uri, { backupId }: vscode.CustomDocumentOpenContext): Promise<BinaryDocument> {
    // Never rejects: VS Code would show "an error occurred while loading" without the reason.
    const renamed = this.renames.backupOf(uri) ?? null;
    const backup = backupId === undefined ? renamed : pathOf(vscode.Uri.parse(backupId));
    const opened = await openWithBackup(uri, backup, this.opening);
    const document = new BinaryDocument(uri, opened.content, opened.waitingBackup);
    const served = this.serve(document);
    if (opened.restored) document.noteRestored(opened.restored);
    if (opened.discarded) this.discarded.add(document);
    served.news = opened;
    if (opened.content.kind === "engine") {
      if (opened.content.plainBecause === undefined) void this.tidyOnce();
      else this.tellPlainOnce(opened.content.plainBecause);
    }
    return document;
  }

  resolveCustomEditor(document: BinaryDocument, panel: vscode.WebviewPanel): void {
    const served = this.open.get(document);
    if (!served) throw new HostError("closed", vscode.l10n.t("The document has been closed."));
    const before = this.renames.shownAt(document.uri, panel.viewColumn);
    if (before?.shows === "pixels") this.expectPixels(document, false);
    const pixels = this.pixelsNext?.document === document ? this.pixelsNext : undefined;
    const shows = pixels === undefined ? "bytes" : "pixels";
    this.pixelsNext = undefined;
    const session = new EditorSession(document, panel, shows, {
      ...this.services,
      onTroubleAction: (from, action) =>
        void this.resolveTrouble(served, from, action).catch((error: unknown) =>
          this.services.dialogs().warn(describeError(error).message),
        ),
    });
    const [other] = served.sessions;
    served.sessions.add(session);
    // Before it moves: else the others would follow it to where it began.
    if (before !== undefined) session.select(before.selection);
    else if (shows === "pixels" && other !== undefined) session.select(other.selection);
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [webviewRoot(this.services.extension)],
      // The second: the page's own way out when this process no longer answers.
      enableCommandUris: [RETRY_COMMAND, "workbench.action.reloadWindow"],
    };
    const subscriptions = [
      session.onDidMove(() => this.sessionMoved(served, session)),
      document.onDidReopen(() => {
        session.pageLost();
        this.showPage(session, pixels);
      }),
    ];
    panel.onDidDispose(() => {
      for (const subscription of subscriptions) subscription.dispose();
      served.sessions.delete(session);
      session.dispose();
      this.updateVisible(served);
      // Save As into another file made VS Code take this document for clean; its other panels still show unsaved edits.
      if (served.sessions.size > 0) document.announceDivergence();
      this.sessionChanged.fire(this.activeSession);
    });
    this.showPage(session, pixels);
    this.updateVisible(served);
    // VS Code knows the document from here on.
    document.announceRestored();
    if (this.discarded.delete(document)) void this.forgetHistory(document);
    this.tellNewsSoon(served);
    this.sessionChanged.fire(this.activeSession);
  }

  /** The next panel of `document` shows it as a picture, or with `raw` its bytes as pixels. False: there is such a panel already,
   *  and it came to the front. */
  expectPixels(document: BinaryDocument, raw: boolean): boolean {
    const shown = this.sessionsOf(document).find(({ shows }) => shows === "pixels");
    shown?.panel.reveal();
    if (raw) shown?.send({ type: "command", command: "rawPixels" });
    // The answer comes while VS Code makes the panel.
    const first = () => (raw ? Promise.resolve(undefined) : this.services.pixels.first(document));
    this.pixelsNext = shown === undefined ? { document, raw, first: first() } : undefined;
    return shown === undefined;
  }

  /** The save of `document` that comes next was asked for by name. */
  expectSave(document: BinaryDocument): void {
    this.served(document).saving.expectSave();
  }

  async saveCustomDocument(document: BinaryDocument, cancellation: vscode.CancellationToken): Promise<void> {
    if (this.renames.keeps(document)) return;
    await this.served(document).saving.save(cancellation);
  }

  async saveCustomDocumentAs(
    document: BinaryDocument,
    destination: vscode.Uri,
    cancellation: vscode.CancellationToken,
  ): Promise<void> {
    await this.served(document).saving.saveAs(destination, cancellation);
  }

  async revertCustomDocument(document: BinaryDocument): Promise<void> {
    this.served(document).saving.revert();
  }

  backupCustomDocument(
    document: BinaryDocument,
    { destination }: vscode.CustomDocumentBackupContext,
  ): Promise<vscode.CustomDocumentBackup> {
    return document.backups.backup(destination, document.waitingBackup);
  }

  /** Another attempt at a file that could not be opened. */
  async retry(uri: string): Promise<void> {
    for (const document of this.documents) {
      if (document.uri.toString() !== uri || document.content.kind !== "failed") continue;
      const opened = await openWithBackup(document.uri, document.waitingBackup, this.opening);
      if (opened.restored) document.noteRestored(opened.restored);
      document.replaceContent(opened.content, opened.waitingBackup);
      document.announceRestored();
      if (opened.discarded) await this.forgetHistory(document);
      const served = this.served(document);
      served.news = opened;
      const [session] = served.sessions;
      if (session !== undefined) this.tellNewsSoon(served);
    }
  }

  dispose(): void {
    this.renames.dispose();
    for (const { document } of this.open.values()) document.dispose();
    this.changed.dispose();
    this.sessionChanged.dispose();
    this.documentChanged.dispose();
  }

  private serve(document: BinaryDocument): OpenDocument {
    const { dialogs } = this.services;
    const watch = new OutsideWatch(document);
    const saving = new Saving(document, watch, dialogs);
    const served: OpenDocument = { document, watch, saving, sessions: new Set(), news: undefined };
    this.open.set(document, served);
    document.backups.onDidFail((reason) =>
      dialogs().warn(
        vscode.l10n.t(
          "Unsaved edits can't be kept safe from a crash at the moment. Editing and saving go on. {0}",
          reason,
        ),
      ),
    );
    document.onDidStep((step) =>
      this.changed.fire({ document, ...step, undo: () => step.undo(), redo: () => step.redo() }),
    );
    document.onDidChange(() => this.documentChanged.fire(document));
    document.onDidDiverge(() => this.changed.fire({ document }));
    document.onDidLoseHistory(() => void this.forgetHistory(document));
    document.onDidDispose(() => {
      watch.dispose();
      this.discarded.delete(document);
      this.open.delete(document);
      this.documentChanged.fire(document);
    });
    this.documentChanged.fire(document);
    return served;
  }

  private served(document: BinaryDocument): OpenDocument {
    const served = this.open.get(document);
    if (!served) throw new HostError("closed", vscode.l10n.t("The document has been closed."));
    return served;
  }

  private showPage(session: EditorSession, pixels: PixelsPanel | undefined): void {
    const { document, panel } = session;
    const { content } = document;
    const { extension } = this.services;
    if (content.kind === "failed") panel.webview.html = this.failurePage(document, content.reason);
    else if (pixels === undefined) panel.webview.html = editorPage(panel.webview, extension);
    else {
      const show = (html: string) => {
        // Closed, or opened anew, meanwhile.
        if (this.open.get(document)?.sessions.has(session) && document.content === content) panel.webview.html = html;
      };
      pixelsHtml(extension, pixels.raw, pixels.first).then(show, (error: unknown) =>
        show(this.failurePage(document, describeError(error).message)),
      );
    }
  }

  private failurePage({ uri, path }: BinaryDocument, reason: string): string {
    return errorPage(
      vscode.l10n.t("This file can't be opened"),
      reason,
      uri.scheme === "file" ? path : uri.toString(),
      vscode.l10n.t("Try Again"),
      `command:${RETRY_COMMAND}?${encodeURIComponent(JSON.stringify([uri.toString()]))}`,
    );
  }

  private sessionMoved(served: OpenDocument, session: EditorSession): void {
    this.updateVisible(served);
    linkSelections(served.sessions, session);
    if (session.panel.active || this.activeSession === undefined) this.sessionChanged.fire(this.activeSession);
  }

  private updateVisible({ sessions, watch }: OpenDocument): void {
    watch.setVisible([...sessions].some(({ panel }) => panel.visible));
  }

  private async resolveTrouble(
    { document, watch }: OpenDocument,
    session: EditorSession,
    action: TroubleAction,
  ): Promise<void> {
    switch (action) {
      case "dismiss":
        watch.dismiss();
        return;
      case "saveAs":
        session.panel.reveal();
        await vscode.commands.executeCommand("workbench.action.files.saveAs");
        return;
      case "reload":
        if (watch.takeTheirs() && !document.dirty) await this.markClean(document);
        else await this.forgetHistory(document);
        return;
      case "keepMine":
        try {
          watch.keepMine();
        } catch (error) {
          const reason = describeError(error).message;
          this.services.dialogs().warn(vscode.l10n.t("Your edits do not fit the file as it is now. {0}", reason));
        }
        return;
      case "compare":
        await this.compareWithDisk(document);
        return;
      default:
        action satisfies never;
    }
  }

  /** The person answers when they like: the document may be closed by then. */
  private tellNewsSoon(served: OpenDocument): void {
    this.tellNews(served).catch((error: unknown) => this.services.dialogs().warn(describeError(error).message));
  }

  /** Tells of edits that came back after a crash, or that another process has. */
  private async tellNews(served: OpenDocument): Promise<void> {
    const { document, news } = served;
    served.news = undefined;
    const { engine } = document;
    if (news === undefined || engine === null) return;
    const name = basename(document.path);
    if (news.afterCrash === true && news.restored !== undefined) {
      const compare = vscode.l10n.t("Compare");
      const discard = vscode.l10n.t("Discard");
      const answer = await this.services.dialogs().offer(
        vscode.l10n.t("Unsaved edits of “{0}” from before an unexpected end are back. Undo steps: {1}.", name, news.restored.to), // prettier-ignore
        compare,
        discard,
      );
      if (document.engine !== engine) return;
      if (answer === compare) await this.compareWithDisk(document);
      if (answer === discard) await this.discardEdits(served);
    } else if (news.liveElsewhere !== undefined) {
      const bring = vscode.l10n.t("Bring Them Here");
      const answer = await this.services
        .dialogs()
        .offer(
          vscode.l10n.t(
            "“{0}” has unsaved edits in another window, which are not shown here. Is that window gone?",
            name,
          ),
          bring,
        );
      if (answer !== bring || document.engine !== engine) return;
      try {
        document.noteRestored(await bringHere(engine, news.liveElsewhere));
        document.announceRestored();
        document.contentChanged();
      } catch (error) {
        this.services.dialogs().warn(describeError(error).message);
      }
    }
  }

  private async discardEdits({ document, saving }: OpenDocument): Promise<void> {
    saving.revert();
    await this.forgetHistory(document);
  }

  /** The person sees everything work, but not why some of it is slow or missing. */
  private tellPlainOnce(because: string): void {
    this.services.log.warn(`The native core could not be loaded: ${because}`);
    if (this.toldPlain) return;
    this.toldPlain = true;
    const message = vscode.l10n.t(
      "Terahex runs without its native core here. Files open and can be edited and saved; searching is slower, and patterns, lists of strings and comparing are missing. {0}",
      because,
    );
    this.services.dialogs().warn(message);
  }

  /** Logs of files that are gone, left long ago. */
  private async tidyOnce(): Promise<void> {
    if (this.tidied) return;
    this.tidied = true;
    try {
      const removed = await tidyEditLogs(this.services.storageFolder, KEEP_LOGS_MS);
      if (removed > 0) this.services.log.info(`Removed ${removed} old edit logs of files that are gone.`);
    } catch (error) {
      this.services.log.warn(`Old edit logs can't be tidied up: ${describeError(error).message}`);
    }
  }

  /** The content is the file's again by a step that can be undone: a save, which has nothing to write, tells VS Code. */
  private async markClean(document: BinaryDocument): Promise<void> {
    const session = this.sessionsOf(document).find(({ panel }) => panel.active) ?? this.sessionsOf(document)[0];
    if (!session) return;
    if (!session.panel.active) session.panel.reveal();
    await vscode.commands.executeCommand("workbench.action.files.save");
  }

  /** VS Code's stack names steps that the engine has forgotten; its own revert empties the stack and marks the document clean.
   *  The engine is clean already, or the person just undid all that can be undone. */
  private async forgetHistory(document: BinaryDocument): Promise<void> {
    if (document.dirty) {
      this.services
        .dialogs()
        .inform(vscode.l10n.t("The file was loaded again from disk; what was done before that can't be undone."));
      return;
    }
    const session = this.sessionsOf(document).find(({ panel }) => panel.active) ?? this.sessionsOf(document)[0];
    if (!session) return;
    if (!session.panel.active) session.panel.reveal();
    await vscode.commands.executeCommand("workbench.action.files.revert");
  }
}
