// One file open in Terahex, whatever number of panels shows it: its content, its history as VS Code sees it, its trouble with
// the disk. Knows no panel and asks no question: saving.ts does. The engine holds all state of the bytes; this holds none.
// Thread rule: extension host's main thread.
import { basename } from "node:path";
import * as vscode from "vscode";
import type { DocumentState, EditLabel, Trouble } from "../../../shared/protocol";
import type { ByteSource } from "../engine/byteSource";
import type { EngineDocument } from "../engine/document";
import { BackupKeeper } from "./backupKeeper";
import { HostError } from "./errors";
import { LiveMode } from "./liveMode";
import type { Content } from "./openContent";
import { ShownBytes } from "./shownBytes";

/** So many events VS Code takes in a blink. */
const MAX_RESTORED_STEPS = 1000;

/** History positions around restored edits. */
export interface RestoredStep {
  readonly from: number;
  readonly to: number;
}

export interface StepEvent {
  readonly label: string;
  undo(): void;
  redo(): void;
}

export class BinaryDocument implements vscode.CustomDocument {
  /** A step for VS Code's undo stack. */
  private readonly stepped = new vscode.EventEmitter<StepEvent>();
  readonly onDidStep = this.stepped.event;
  /** Dirty in a way that VS Code's count of steps does not see. */
  private readonly diverged = new vscode.EventEmitter<void>();
  readonly onDidDiverge = this.diverged.event;
  /** Bytes, size, or anything else of state() changed. */
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  /** By undo or redo: the content is one that was there before. Told before onDidChange. */
  private readonly sought = new vscode.EventEmitter<void>();
  readonly onDidSeek = this.sought.event;
  /** Opened again after a failure: panels load the other page. */
  private readonly reopened = new vscode.EventEmitter<void>();
  readonly onDidReopen = this.reopened.event;
  /** The person undid past a reload: VS Code's stack names steps that are gone. */
  private readonly lostHistory = new vscode.EventEmitter<void>();
  readonly onDidLoseHistory = this.lostHistory.event;
  private readonly disposed = new vscode.EventEmitter<void>();
  readonly onDidDispose = this.disposed.event;

  readonly backups = new BackupKeeper(() => this.engine);
  readonly live = new LiveMode(
    () => this.engine,
    () => this.changed.fire(),
  );
  readonly shown = new ShownBytes();
  private trouble: Trouble | undefined;
  /** Grows when the engine's history begins anew; steps of an older one cannot be undone any more. */
  private epoch = 0;
  /** How many steps VS Code was told of. */
  private told = 0;
  /** Positions that VS Code may still name for steps up to this one, and that are other steps by now. */
  private gone = { above: Infinity, upTo: 0 };
  private restoredStep: RestoredStep | undefined;
  /** What is unsaved has been written to another file, or shall be lost: no log of it is kept at the end. */
  private abandoned = false;
  private longStepUnderWay = false;
  /** Saves under way, during which the file on disk is neither old nor new. */
  savesUnderWay = 0;

  constructor(
    readonly uri: vscode.Uri,
    private current: Content,
    /** A backup that could not be applied yet and must outlive this document. */
    private backup: string | null,
  ) {}

  get waitingBackup(): string | null {
    return this.backup;
  }

  get path(): string {
    return this.uri.fsPath;
  }

  get content(): Content {
    return this.current;
  }

  get engine(): EngineDocument | null {
    return this.current.kind === "engine" ? this.current.engine : null;
  }

  /** @throws HostError "closed" when the file could not be opened. */
  get source(): ByteSource {
    switch (this.current.kind) {
      case "engine":
        return this.current.engine;
      case "failed":
        throw new HostError("closed", this.current.reason);
      default:
        return this.current satisfies never;
    }
  }

  /** Read and written whole, wherever it lies. */
  get isWhole(): boolean {
    return this.current.kind === "engine" && this.current.whole !== undefined;
  }

  get dirty(): boolean {
    return this.engine?.dirty ?? false;
  }

  get readOnlyReason(): string | null {
    return this.current.kind === "failed" ? this.current.reason : this.current.readOnlyReason;
  }

  get currentTrouble(): Trouble | undefined {
    return this.trouble;
  }

  state(): DocumentState {
    const source = this.current.kind === "failed" ? { size: 0, version: 0 } : this.source;
    const reason = this.readOnlyReason ?? this.live.lockedReason;
    const live = this.live.state;
    return {
      name: basename(this.path),
      size: source.size,
      version: source.version,
      readOnly: reason !== null,
      ...(reason === null ? {} : { readOnlyReason: reason }),
      ...(this.trouble === undefined ? {} : { trouble: this.trouble }),
      ...(live === undefined ? {} : { live }),
    };
  }

  /** Replaces a failed content by what a new attempt gave. */
  replaceContent(content: Content, waitingBackup: string | null): void {
    this.current = content;
    this.backup = waitingBackup;
    this.reopened.fire();
  }

  setTrouble(trouble: Trouble | undefined): void {
    if (this.trouble?.kind === trouble?.kind && this.trouble?.message === trouble?.message) return;
    this.trouble = trouble;
    this.changed.fire();
  }

  setReadOnlyReason(reason: string | null): void {
    if (this.current.kind !== "engine" || this.current.readOnlyReason === reason) return;
    this.current = { ...this.current, readOnlyReason: reason };
    this.changed.fire();
  }

  /** Overwrites bytes inside the document. @returns the version that holds them.
   *  @throws HostError "read-only"; "out-of-range" past the end: growing a file is an insertion. */
  overwrite(offset: number, bytes: Uint8Array, merge: boolean, label: EditLabel): number {
    if (this.live.state !== undefined && this.readOnlyReason === null) return this.live.write(offset, bytes);
    const engine = this.editable();
    if (offset > engine.size || bytes.length > engine.size - offset) {
      const message = vscode.l10n.t(
        "The file ends at {0}; overwriting does not make it longer.",
        hexOffset(engine.size),
      );
      throw new HostError("out-of-range", message);
    }
    this.step(labelText(label), () => engine.overwrite(offset, bytes, merge));
    return engine.version;
  }

  /** Runs an edit of the engine and tells VS Code of the step, when it made one. */
  step(label: string, edit: () => void): void {
    const engine = this.editable();
    const { position: before, version } = engine;
    try {
      edit();
    } catch (error) {
      this.noteFailure(engine, before, version);
      throw error;
    }
    this.abandoned = false;
    this.backups.refreshSoon();
    // Merged into the latest step: VS Code's undo stack has it already, under the same position.
    if (engine.position !== before) this.recordStep(label, before, engine.position);
    this.changed.fire();
  }

  /** As step(), for an edit that takes its time; meanwhile all others are refused. */
  async longStep<T>(label: string, edit: (engine: EngineDocument) => Promise<T>): Promise<T> {
    const engine = this.editable();
    const { position: before, version } = engine;
    this.longStepUnderWay = true;
    try {
      return await edit(engine);
    } catch (error) {
      this.noteFailure(engine, before, version);
      throw error;
    } finally {
      this.longStepUnderWay = false;
      this.abandoned = false;
      this.backups.refreshSoon();
      if (engine.position !== before) this.recordStep(label, before, engine.position);
      this.changed.fire();
    }
  }

  get longStepRuns(): boolean {
    return this.longStepUnderWay;
  }

  /** @throws HostError "busy" while a long edit is under way. */
  checkIdle(): void {
    if (this.longStepUnderWay) {
      throw new HostError("busy", vscode.l10n.t("Replacing is still under way. Wait for its end, or cancel it."));
    }
  }

  /** Edits were brought back before VS Code knew the document: told as soon as it does. */
  noteRestored(step: RestoredStep): void {
    this.restoredStep = step;
  }

  announceRestored(): void {
    const step = this.restoredStep;
    if (step === undefined) return;
    this.restoredStep = undefined;
    // Each step can be undone by itself, but for those from long ago.
    const first = Math.max(step.from, step.to - MAX_RESTORED_STEPS);
    if (first !== step.from) this.recordStep(vscode.l10n.t("Restored Edits"), step.from, first);
    for (let at = first; at < step.to; at++) this.recordStep(vscode.l10n.t("Restored Edit"), at, at + 1);
  }

  /** The unsaved edits are elsewhere, or not wanted: closing throws them away. */
  abandonEdits(): void {
    this.abandoned = true;
  }

  /** The history begins anew: after a reload from disk, or edits carried over onto another version of the file. */
  historyRestarted(): void {
    this.epoch++;
    this.changed.fire();
  }

  contentChanged(): void {
    this.changed.fire();
  }

  /** VS Code marks a document clean at the end of a save or by counting steps; it must be told where it counts wrong. */
  announceDivergence(): void {
    if (this.dirty) this.diverged.fire();
  }

  dispose(): void {
    this.backups.dispose();
    // Closed with unsaved edits that nobody discarded, the window goes away: they stay in the log.
    if (this.current.kind === "engine") this.current.engine.close(this.abandoned);
    this.disposed.fire();
    const { stepped, diverged, changed, sought, reopened, lostHistory, disposed } = this;
    for (const emitter of [stepped, diverged, changed, sought, reopened, lostHistory, disposed]) emitter.dispose();
  }

  /** @throws HostError "busy", "read-only": why it can't be edited now. */
  editable(): EngineDocument {
    this.checkIdle();
    const { engine } = this;
    const reason = this.readOnlyReason;
    if (engine === null || reason !== null) throw new HostError("read-only", reason ?? "");
    if (this.live.state !== undefined) {
      const onlyOverwrite = vscode.l10n.t("In live mode bytes can be overwritten, and nothing else.");
      throw new HostError("read-only", this.live.lockedReason ?? onlyOverwrite);
    }
    return engine;
  }

  /** An edit that failed half way and was taken back has the place of what could be redone. */
  private noteFailure(engine: EngineDocument, before: number, version: number): void {
    if (engine.position === before && engine.version !== version) this.gone = { above: before, upTo: this.told };
  }

  private recordStep(label: string, before: number, after: number): void {
    const { epoch } = this;
    const step = ++this.told;
    this.stepped.fire({
      label,
      undo: () => this.seek(before, epoch, step),
      redo: () => this.seek(after, epoch, step),
    });
    // VS Code compares step counts with the count at the last save. Where the saved content has left the history (undo below
    // it, then another edit), equal counts would pass for clean.
    if (this.engine?.savedPosition === undefined) this.diverged.fire();
  }

  private seek(position: number, epoch: number, step: number): void {
    this.checkIdle();
    if (position > this.gone.above && step <= this.gone.upTo) return;
    if (epoch !== this.epoch) {
      this.lostHistory.fire();
      return;
    }
    // An undo makes unsaved edits, of which live mode knows none.
    this.live.set(undefined);
    this.engine?.seek(position);
    this.sought.fire();
    this.changed.fire();
  }
}

export function hexOffset(offset: number): string {
  return `0x${offset.toString(16).toUpperCase()}`;
}

export function labelText(label: EditLabel): string {
  switch (label) {
    case "type":
      return vscode.l10n.t("Typing");
    case "delete":
      return vscode.l10n.t("Delete");
    case "inspector":
      return vscode.l10n.t("Edit Value");
    case "field":
      return vscode.l10n.t("Edit Field");
    case "paste":
      return vscode.l10n.t("Paste");
    default:
      return label satisfies never;
  }
}
