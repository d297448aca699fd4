// Watches one document's file on disk and keeps the document true to it: clean ones follow the file, dirty ones say what
// happened and wait for the person. Never writes. Thread rule: extension host's main thread.
import { basename } from "node:path";
import * as vscode from "vscode";
import type { Trouble, TroubleAction } from "../../../shared/protocol";
import type { EngineDocument, Outside } from "../engine/document";
import type { BinaryDocument } from "./binaryDocument";
import { describeError } from "./errors";
import { readOnlyReason } from "./openContent";

/** Writers come in bursts; one look after the burst is enough. */
const EVENT_DELAY_MS = 100;
/** Watchers miss what happens through mappings and on network drives. */
const VISIBLE_INTERVAL_MS = 2000;

export class OutsideWatch implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[] = [];
  private eventTimer: NodeJS.Timeout | undefined;
  private visibleTimer: NodeJS.Timeout | undefined;
  private dismissed: Outside | null = null;
  /** Bytes on screen changed while the file's size and times did not: stores through another program's mapping. */
  private silent = false;

  constructor(private readonly document: BinaryDocument) {
    const folder = vscode.Uri.joinPath(document.uri, "..");
    const pattern = new vscode.RelativePattern(folder, basename(document.path).replace(/[[\]{}*?!]/g, "[$&]"));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    this.subscriptions.push(watcher);
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) {
      this.subscriptions.push(event(() => this.checkSoon()));
    }
    this.subscriptions.push(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused && this.visibleTimer !== undefined) this.check();
      }),
    );
  }

  /** While a panel shows the document, its file is also looked at without being told. */
  setVisible(visible: boolean): void {
    if (visible === (this.visibleTimer !== undefined)) return;
    if (visible) {
      this.visibleTimer = setInterval(() => void this.checkBytes(), VISIBLE_INTERVAL_MS);
      this.check();
    } else {
      clearInterval(this.visibleTimer);
      this.visibleTimer = undefined;
    }
  }

  checkSoon(): void {
    this.eventTimer ??= setTimeout(() => {
      this.eventTimer = undefined;
      this.check();
    }, EVENT_DELAY_MS);
  }

  /** Compares with the disk now and acts on it. @returns how the file stands to the document afterwards. */
  check(): Outside {
    const { engine, live } = this.document;
    // A long edit counts on the content that it has seen.
    if (engine === null || this.document.savesUnderWay > 0 || this.document.longStepRuns) return "same";
    void this.checkPermission();
    const seen = engine.checkOutside();
    const outside = seen === "same" && this.silent ? "modified" : seen;
    if (outside !== this.dismissed) this.dismissed = null;
    if (outside === "same") {
      this.document.setTrouble(undefined);
      return "same";
    }
    const readable = outside !== "deleted" && outside !== "unreachable";
    // Others write all the time, and the view looks by itself.
    if (readable && live.state !== undefined) return "same";
    if (readable && !engine.dirty) return outside === "replaced" ? this.reload() : this.follow();
    if (this.dismissed === null) this.document.setTrouble(troubleOf(outside, engine.dirty));
    return outside;
  }

  /** Takes the file as it is on disk now; unsaved edits and history are gone. @returns as check(). */
  reload(): Outside {
    this.document.checkIdle();
    return this.taking((engine) => {
      engine.reload();
      this.document.historyRestarted();
    });
  }

  /** The edits, if any, on top of the file as it is now. @throws EngineError: they do not fit it; nothing has changed. */
  keepMine(): void {
    const { engine } = this.document;
    if (engine === null) return;
    this.document.checkIdle();
    if (!engine.rebase()) this.document.historyRestarted();
    this.settled();
    // The backup tells of the version that it was made on.
    this.document.backups.refreshSoon();
    this.document.contentChanged();
  }

  /** The file as it is now, the edits undone by a step of its own; where they do not fit it any more, they are gone.
   *  @returns false: gone, and the history too. */
  takeTheirs(): boolean {
    const { engine } = this.document;
    this.document.checkIdle();
    try {
      this.keepMine();
      this.document.step(vscode.l10n.t("Take the File on Disk"), () => engine?.revert());
      return true;
    } catch {
      this.reload();
      return false;
    }
  }

  /** A clean document after its file, with its history where that still tells the truth. */
  private follow(): Outside {
    return this.taking((engine) => {
      try {
        this.keepMine();
      } catch {
        engine.reload();
        this.document.historyRestarted();
      }
    });
  }

  private taking(take: (engine: EngineDocument) => void): Outside {
    const { engine } = this.document;
    if (engine === null) return "same";
    try {
      take(engine);
    } catch (error) {
      const message = vscode.l10n.t("The file on disk can't be read again: {0}", describeError(error).message);
      this.document.setTrouble({ kind: "unreachable", message, actions: ["saveAs", "dismiss"] });
      return "unreachable";
    }
    this.settled();
    return "same";
  }

  private settled(): void {
    this.dismissed = null;
    this.silent = false;
    this.document.setTrouble(undefined);
  }

  /** Looks at the file's times, and at the bytes that panels show. */
  private async checkBytes(): Promise<void> {
    const { engine, live, shown } = this.document;
    if (this.check() !== "same" || engine === null || live.state !== undefined) return;
    const differs = await shown.differs(engine).catch(() => false); // closed meanwhile, or unreadable: check() says so
    if (!differs || this.visibleTimer === undefined) return;
    this.silent = true;
    this.check();
  }

  /** The person has seen it and keeps what they have. */
  dismiss(): void {
    this.dismissed = this.document.engine?.checkOutside() ?? null;
    this.document.setTrouble(undefined);
  }

  dispose(): void {
    clearTimeout(this.eventTimer);
    clearInterval(this.visibleTimer);
    for (const subscription of this.subscriptions.splice(0)) subscription.dispose();
  }

  private async checkPermission(): Promise<void> {
    const { engine, uri } = this.document;
    if (engine === null || !engine.writable || this.document.isWhole) return;
    try {
      this.document.setReadOnlyReason(await readOnlyReason(uri, true));
    } catch {
      // The file is gone or out of reach: check() says so.
    }
  }
}

function troubleOf(outside: Exclude<Outside, "same">, dirty: boolean): Trouble {
  const choices: readonly TroubleAction[] = ["keepMine", "reload", "compare", "saveAs", "dismiss"];
  switch (outside) {
    case "modified":
    case "grown":
      return { kind: outside, message: vscode.l10n.t("Another program has changed this file, and you have unsaved edits."), actions: choices }; // prettier-ignore
    case "replaced":
      return { kind: outside, message: vscode.l10n.t("Another program has put a new file in this one's place, and you have unsaved edits."), actions: choices }; // prettier-ignore
    case "truncated":
      return { kind: outside, message: vscode.l10n.t("Another program has cut this file short, and you have unsaved edits. What was cut off can't be read any more."), actions: choices }; // prettier-ignore
    case "deleted":
      return {
        kind: outside,
        message: dirty
          ? vscode.l10n.t("This file has been deleted, and you have unsaved edits. Save it under a name to keep it.")
          : vscode.l10n.t("This file has been deleted. What is shown is its last content."),
        actions: ["saveAs", "dismiss"],
      };
    case "unreachable":
      return { kind: outside, message: vscode.l10n.t("This file can't be reached at the moment."), actions: ["saveAs", "dismiss"] }; // prettier-ignore
    default:
      return outside satisfies never;
  }
}
