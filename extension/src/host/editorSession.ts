// One panel showing one document: answers the webview's requests, tells it of changes, remembers where its cursor is.
// The only place that posts to a webview. Holds no bytes. Thread rule: extension host's main thread.
import * as vscode from "vscode";
import { clipRanges, type ByteRange } from "../../../shared/byteRange";
import type {
  EditMode,
  HostNotice,
  Selection,
  ToWebview,
  TroubleAction,
  ViewNotice,
  WindowReply,
} from "../../../shared/protocol";
import { RequestServer } from "../../../shared/rpc";
import { isRange, selectedRange, selectedRanges } from "../../../shared/selection";
import type { ByteWindow } from "../engine/byteSource";
import { programKind } from "../formats/program/programKind";
import type { Bookmarks } from "./bookmarks/bookmarks";
import { labelText, type BinaryDocument } from "./binaryDocument";
import { copyToClipboard, pasteFromClipboard } from "./clipboard";
import { describeError, HostError } from "./errors";
import { freshWindows, RecentWindows } from "./freshWindows";
import type { Lazy } from "./lazy";
import type { MeasurePage, Measures } from "./measure/measures";
import type { Dialogs } from "./notify";
import { replaceRanges } from "./rangeEdits";
import type { FindPage } from "./search/pageSearch";
import type { Finder } from "./search/finder";
import type { LazyPixels } from "./pixels/lazyPixels";
import type { Settings } from "./settings";
import type { AddressColumnKind } from "../../../shared/sectionsProtocol";
import type { Sections } from "./sections/sections";
import type { Structs } from "./struct/structs";
import type { StructPage } from "./struct/structDocument";

export interface SessionServices {
  readonly settings: Settings;
  readonly dialogs: () => Dialogs;
  readonly log: vscode.LogOutputChannel;
  readonly structs: Lazy<Structs>;
  readonly sections: Lazy<Sections>;
  readonly measures: Lazy<Measures>;
  readonly pixels: LazyPixels;
  readonly finder: Lazy<Finder>;
  readonly bookmarks: Lazy<Bookmarks>;
  readonly onTroubleAction: (session: EditorSession, action: TroubleAction) => void;
}

export class EditorSession implements vscode.Disposable {
  private readonly server: RequestServer;
  private readonly subscriptions: vscode.Disposable[] = [];
  private readonly recent = new RecentWindows();
  private readonly structPage: StructPage = { tell: (news) => this.send({ type: "struct", news }) };
  private readonly findPage: FindPage = { tell: (news) => this.send({ type: "find", news }) };
  private readonly measurePage: MeasurePage = { tell: (news) => this.send({ type: "measure", news }) };
  private readonly moved = new vscode.EventEmitter<void>();
  /** Selection or focus of the panel changed. */
  readonly onDidMove = this.moved.event;

  /** The webview has said "open": it knows the state and can take notices. */
  private opened = false;
  private closed = false;
  private waiting: ViewNotice[] = [];
  /** Version of the document that the webview was told of. */
  private toldVersion = 0;
  private telling = false;
  private tellAgain = false;
  private selectNext: Selection | undefined;
  private addresses: AddressColumnKind | undefined;
  private sectionColors = false;
  private currentSelection: Selection = { anchor: 0, focus: 0, column: "hex" };
  private currentMode: EditMode;
  /** Milliseconds from the page's start to real bytes on screen; for the tests and the benchmark. */
  firstRowsMs: number | undefined;

  /** @param shows rows of bytes, or the picture that they are; the page may know better, after a reload of the window */
  constructor(
    readonly document: BinaryDocument,
    readonly panel: vscode.WebviewPanel,
    public shows: "bytes" | "pixels",
    private readonly services: SessionServices,
  ) {
    this.currentMode = services.settings.defaultMode;
    this.server = new RequestServer({
      handlers: {
        open: async ({ shows }) => this.open(shows),
        readWindow: async ({ offset, length }) => this.readWindow(offset, length),
        readLive: async ({ offset, length }) => windowReply(await this.document.live.read(offset, length)),
        overwrite: async ({ offset, bytes, merge, label }) => {
          return { version: this.document.overwrite(offset, new Uint8Array(bytes), merge, label) };
        },
        replace: async ({ ranges, offset, bytes, merge, label }) => {
          const edited = new Uint8Array(bytes);
          return { version: replaceRanges(this.document, ranges, offset, edited, merge, labelText(label)) };
        },
        copy: async ({ ranges, format, cut }) =>
          copyToClipboard(this.document, ranges, format, cut, this.services.dialogs()),
        paste: async (target) => pasteFromClipboard(this.document, target, this.services.dialogs()),
        find: async ({ ask }, cancel) =>
          (await this.services.finder.get()).answer(this.findPage, this.document, ask, cancel),
        measure: async ({ ask }, cancel) =>
          (await this.services.measures.get()).answer(this.measurePage, this.document, ask, cancel),
        compare: () => Promise.reject(new HostError("unsupported", "")),
        sections: async ({ ask }, cancel) => {
          // Every page asks; most files are no programs, and then nothing is loaded for it.
          if (ask.kind === "program" && programKind(this.document.source) === undefined) return {};
          return (await this.services.sections.get()).answer(this.document, ask, cancel);
        },
        struct: async ({ ask }, cancel) => {
          return (await this.services.structs.get()).answer(this.structPage, this.document, ask, cancel);
        },
        pixels: ({ ask, raw }, cancel) => this.services.pixels.answer(this.document, ask, raw, cancel),
      },
      onNotice: (notice) => this.take(notice),
      send: (message) => this.post(message),
      describe: describeError,
      onUnanswerable: (reason) => this.services.log.warn(`A message of the view was dropped: ${reason}`),
    });
    this.subscriptions.push(
      panel.webview.onDidReceiveMessage((message: unknown) => this.server.accept(message)),
      document.onDidChange(() => this.tell()),
      services.settings.onDidChange((settings) => this.send({ type: "settings", settings })),
      panel.onDidChangeViewState(() => {
        // A hidden page is thrown away, its tree with it.
        if (!panel.visible) {
          services.structs.loaded?.close(this.structPage, document);
          services.measures.loaded?.close(this.measurePage);
          services.finder.loaded?.close(this.findPage);
        }
        this.moved.fire();
      }),
    );
  }

  get selection(): Selection {
    return this.currentSelection;
  }

  get mode(): EditMode {
    return this.currentMode;
  }

  /** The bytes selected around the cursor, clipped to the document; empty where the cursor stands behind the last byte. */
  get selectedRange(): ByteRange {
    return selectedRange(this.currentSelection, this.document.state().size);
  }

  /** All selected bytes, clipped to the document; a bare cursor's byte too. */
  get selectedRanges(): readonly ByteRange[] {
    return selectedRanges(this.currentSelection, this.document.state().size);
  }

  /** More than a bare cursor is selected. */
  get hasRange(): boolean {
    return isRange(this.currentSelection);
  }

  select(selection: Selection): void {
    this.currentSelection = selection;
    // Behind a notice that is being made: the view must know the size that the selection is meant for.
    if (this.telling) this.selectNext = selection;
    else this.send({ type: "select", selection });
    this.moved.fire();
  }

  /** Sends a notice, or keeps it until the webview has opened. */
  send(notice: ViewNotice): void {
    if (this.opened) this.post({ kind: "notice", body: notice });
    else if (notice.type === "select" || notice.type === "command" || isFindCommand(notice)) this.waiting.push(notice); // the rest is in OpenReply
  }

  /** In front of the rows, also after the page was hidden; undefined: offsets. */
  showAddresses(column: AddressColumnKind | undefined): void {
    this.addresses = column;
    this.send({ type: "sections", news: { kind: "addresses", ...(column === undefined ? {} : { column }) } });
  }

  /** The view of sections is about this panel, or not any more. */
  showSectionColors(shown: boolean): void {
    this.sectionColors = shown;
    this.send({ type: "sections", news: { kind: "colors", shown } });
  }

  /** The page is about to be replaced. */
  pageLost(): void {
    this.opened = false;
    this.server.forgetRequests(NaN);
  }

  /** For tests: the webview has opened; what they ask before that, its opening makes the session forget. */
  get isOpen(): boolean {
    return this.opened;
  }

  /** For tests: a message as if the webview had sent it. */
  acceptRaw(message: unknown): void {
    this.server.accept(message);
  }

  /** For tests: they see everything that is posted. */
  readonly taps = new Set<(message: ToWebview) => void>();

  /** For tests: the latest message has reached the workbench. */
  delivered: Thenable<boolean> = Promise.resolve(true);

  dispose(): void {
    this.closed = true;
    this.server.dispose();
    this.services.structs.loaded?.close(this.structPage, this.document);
    this.services.measures.loaded?.close(this.measurePage);
    this.services.finder.loaded?.close(this.findPage);
    for (const subscription of this.subscriptions.splice(0)) subscription.dispose();
    this.moved.dispose();
  }

  private open(shows: "pixels" | undefined) {
    const { source } = this.document; // throws the reason where there is nothing to show
    this.shows = shows ?? this.shows;
    this.toldVersion = source.version;
    this.recent.clear();
    // After the reply is on its way.
    setTimeout(() => {
      if (this.closed) return;
      this.opened = true;
      for (const notice of this.waiting.splice(0)) this.send(notice);
      if (this.addresses !== undefined) this.showAddresses(this.addresses);
      if (this.sectionColors) this.showSectionColors(true);
      void this.services.bookmarks.get().then((bookmarks) => {
        // Closed while they were loaded: the document may be, too.
        if (!this.closed) bookmarks.show(this);
      });
      this.tell();
    }, 0);
    return {
      state: this.document.state(),
      settings: this.services.settings.view,
      selection: clipped(this.currentSelection, source.size),
      mode: this.currentMode,
    };
  }

  private async readWindow(offset: number, length: number): Promise<WindowReply> {
    const { source } = this.document;
    if (offset > source.size) {
      throw new HostError("out-of-range", vscode.l10n.t("Offset {0} is past the end of the file.", offset));
    }
    this.recent.note(offset, length);
    const window = await source.read(offset, length);
    this.document.shown.note(offset, window);
    return windowReply(window);
  }

  private take(notice: HostNotice): void {
    switch (notice.type) {
      case "selectionChanged":
        this.currentSelection = notice.selection;
        this.moved.fire();
        return;
      case "modeChanged":
        this.currentMode = notice.mode;
        this.moved.fire();
        return;
      case "troubleAction":
        this.services.onTroubleAction(this, notice.action);
        return;
      case "settingChanged":
        void this.services.settings.remember(notice);
        return;
      case "struct":
        this.select({ anchor: notice.tell.start, focus: notice.tell.end - 1, column: this.currentSelection.column });
        return;
      case "firstRows":
        this.firstRowsMs = notice.elapsedMs;
        return;
      default:
        notice satisfies never;
    }
  }

  /** One notice at a time, each about everything since the last: a burst of edits becomes few messages. */
  private tell(): void {
    this.moved.fire();
    if (!this.opened) return;
    if (this.telling) {
      this.tellAgain = true;
      return;
    }
    this.telling = true;
    // Closed meanwhile: there is nothing to tell of it any more.
    const told = this.tellNow().catch((error: unknown) =>
      this.services.log.debug(`Nothing was told: ${String(error)}`),
    );
    void told.finally(() => {
      this.telling = false;
      if (this.tellAgain) {
        this.tellAgain = false;
        this.tell();
        return;
      }
      const selection = this.selectNext;
      this.selectNext = undefined;
      if (selection) this.send({ type: "select", selection });
    });
  }

  private async tellNow(): Promise<void> {
    // Behind the reply to the request that made the change: the view then knows which of its edits the news contains.
    await new Promise((resolve) => setImmediate(resolve));
    const { engine } = this.document;
    if (engine === null || engine.version === this.toldVersion) {
      this.send({ type: "state", state: this.document.state() });
      return;
    }
    const { version, all, changes } = engine.changesSince(this.toldVersion);
    const list = all ? null : changes;
    let fresh = await freshWindows(engine, this.recent, list).catch(() => []);
    // Typed on while we read: these bytes belong to a later version than the notice. The view asks again where it must.
    if (engine.version !== version) fresh = [];
    if (fresh.length === 0 && engine.version !== version) {
      this.tellAgain = true;
      return;
    }
    this.toldVersion = version;
    this.send({
      type: "changed",
      state: this.document.state(),
      changes: list?.flatMap(({ offset, oldLength, newLength }) => [offset, oldLength, newLength]) ?? null,
      fresh: fresh.map((window) => ({ offset: window.offset, ...windowReply(window) })),
    });
  }

  private post(message: ToWebview): void {
    // Of a closed panel even the getter throws.
    if (this.closed) return;
    for (const tap of this.taps) tap(message);
    // A hidden webview takes nothing and says false: it comes back new and opens again.
    this.delivered = this.panel.webview.postMessage(message).then(undefined, (error: unknown) => {
      this.services.log.debug(`The view took no message: ${String(error)}`);
      return false;
    });
    if (message.kind === "reply") void this.delivered.then(() => releaseBytes(message.body));
  }
}

function isFindCommand(notice: ViewNotice): boolean {
  return notice.type === "find" && notice.news.kind === "command";
}

/** Frees a window's bytes once the view has its copy. Left to the collector, some 50 MiB of them lie about before it comes. */
function releaseBytes(body: object): void {
  if ("bytes" in body && body.bytes instanceof ArrayBuffer) body.bytes.transfer(0);
  if ("packed" in body && body.packed instanceof ArrayBuffer) body.packed.transfer(0);
}

function windowReply(window: ByteWindow): WindowReply {
  return {
    bytes: window.bytes,
    version: window.version,
    unsaved: window.unsaved.flatMap(({ start, end }) => [start, end]),
    unreadable: window.unreadable.flatMap(({ start, end }) => [start, end]),
  };
}

/** The place behind the last byte is one too: the view decides by its mode whether the cursor may stand there. */
function clipped({ anchor, focus, column, more }: Selection, size: number): Selection {
  const kept = more === undefined ? [] : clipRanges(more, size);
  return {
    anchor: Math.min(anchor, size),
    focus: Math.min(focus, size),
    column,
    ...(kept.length === 0 ? {} : { more: kept }),
  };
}
