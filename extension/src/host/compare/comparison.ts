// The differences of two sides, found anew when one of them is edited: the list, its state, and applying one of it. Knows no page.
// Thread rule: extension host's main thread; the engine compares on its own.
import * as vscode from "vscode";
import {
  MAX_DIFFERENCES,
  type CompareNews,
  type CompareSide,
  type CompareState,
  type CompareStatus,
} from "../../../../shared/compareProtocol";
import { diff } from "../../engine/scan";
import type { BinaryDocument } from "../binaryDocument";
import { describeError, HostError, isCode } from "../errors";
import { replaceRanges } from "../rangeEdits";
import { scanThreads } from "../scanThreads";
import type { Side } from "./side";

/** After an edit it is done again by itself where that takes no longer. */
const QUICK_MS = 1500;
const REST_MS = 200;
const TELL_MS = 50;
/** Copied from side to side in one go, as a paste is. */
const MAX_APPLIED_BYTES = 64 * 1024 * 1024;

export class Comparison implements vscode.Disposable {
  private run = 0;
  private fours: number[] = [];
  private count = 0;
  private truncated = false;
  private stopped = false;
  private failure: string | undefined;
  private unreadableBytes = 0;
  private progress = { done: 0, total: 0 };
  private running: AbortController | undefined;
  private versions: readonly number[] = [];
  private tookMs = 0;
  private resting: NodeJS.Timeout | undefined;
  private telling: NodeJS.Timeout | undefined;
  /** Of the list, what the page has. */
  private told = 0;
  private closed = false;

  constructor(
    readonly left: Side,
    readonly right: Side,
    private readonly bytesPerRow: () => number | "fit",
    private readonly tell: (news: CompareNews) => void,
  ) {}

  state(): CompareState {
    const [left, right] = [this.left.kept(), this.right.kept()];
    return {
      left: this.left.state(),
      right: this.right.state(),
      bytesPerRow: this.bytesPerRow(),
      ...(left && right && { kept: { left, right } }),
    };
  }

  /** For tests: what the page is told. */
  get found(): { readonly run: number; readonly running: boolean; readonly fours: readonly number[] } {
    return { run: this.run, running: this.running !== undefined, fours: this.fours };
  }

  /** A page has opened: it hears all that is known, and what comes. */
  opened(): CompareState {
    this.told = 0;
    if (this.run === 0) this.start();
    else this.tellSoon();
    return this.state();
  }

  start(): void {
    clearTimeout(this.resting);
    this.running?.abort();
    const abort = new AbortController();
    this.running = abort;
    this.run += 1;
    this.fours = [];
    this.told = this.count = this.unreadableBytes = 0;
    this.truncated = this.stopped = false;
    this.failure = undefined;
    this.progress = { done: 0, total: 0 };
    void this.compare(abort.signal);
  }

  stop(): void {
    this.running?.abort();
  }

  /** A document was edited, saved, opened or closed. */
  documentChanged(document: BinaryDocument): void {
    const path = document.path;
    if (![this.left, this.right].some(({ choice }) => choice.uri.fsPath === path)) return;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      if (!this.stale) return;
      if (this.tookMs <= QUICK_MS) return this.start();
      try {
        this.tell({ kind: "state", state: this.state() });
      } catch {
        // A side is gone; comparing again says so.
      }
      this.tellSoon();
    }, REST_MS);
  }

  /** @throws HostError "changed" when the list is of another run, or of other bytes than the sides have now. */
  checkFresh(run: number): void {
    if (run !== this.run || this.stale) throw changedMeanwhile();
  }

  /** @throws HostError "changed" as checkFresh(); "read-only"; EngineError. */
  async apply(index: number, to: CompareSide, run: number): Promise<void> {
    this.checkFresh(run);
    const [start, end, otherStart, otherEnd] = this.fours.slice(4 * index, 4 * index + 4);
    if (start === undefined || end === undefined) throw changedMeanwhile();
    const toLeft = to === "left";
    const [from, into] = toLeft ? [this.right, this.left] : [this.left, this.right];
    const source = toLeft ? { start: otherStart ?? 0, end: otherEnd ?? 0 } : { start, end };
    const target = toLeft ? { start, end } : { start: otherStart ?? 0, end: otherEnd ?? 0 };
    const { document } = into;
    if (document === undefined) throw new HostError("read-only", vscode.l10n.t("It is not open in an editor."));
    const length = source.end - source.start;
    if (length > MAX_APPLIED_BYTES) {
      throw new HostError("too-large", vscode.l10n.t("More than 64 MiB differ here; export and insert them instead."));
    }
    const { bytes, unreadable } = await from.engine.read(source.start, length);
    if (unreadable.length > 0) throw new HostError("io", vscode.l10n.t("Bytes of the other side can't be read."));
    this.checkFresh(run);
    const label = vscode.l10n.t("Apply Difference");
    if (length > 0 && length === target.end - target.start) {
      document.step(label, () => into.engine.overwrite(target.start, new Uint8Array(bytes)));
    } else {
      const removed = target.end > target.start ? [target] : [];
      replaceRanges(document, removed, target.start, new Uint8Array(bytes), false, label);
    }
  }

  dispose(): void {
    this.closed = true;
    this.running?.abort();
    clearTimeout(this.resting);
    clearTimeout(this.telling);
    // Once a comparison under way has let go of them.
    if (this.running === undefined) this.closeSides();
  }

  /** The list is of other bytes than the sides have now: edited here, or on disk by a save or another program. */
  private get stale(): boolean {
    return this.isStale(true);
  }

  private isStale(askDisk: boolean): boolean {
    try {
      if (this.versions.join() !== `${this.left.engine.version},${this.right.engine.version}`) return true;
      return askDisk && (this.left.changedOutside || this.right.changedOutside);
    } catch {
      return true; // a side is gone
    }
  }

  private async compare(signal: AbortSignal): Promise<void> {
    const began = performance.now();
    const current = (): boolean => this.running?.signal === signal;
    try {
      this.left.refresh();
      this.right.refresh();
      const left = this.left.engine;
      const right = this.right.engine;
      this.versions = [left.version, right.version];
      this.tell({ kind: "state", state: this.state() });
      const { start: from, end: to } = this.left.range;
      const { start: otherFrom, end: otherTo } = this.right.range;
      const outcome = await diff(left, right, {
        from,
        to,
        otherFrom,
        otherTo,
        limit: MAX_DIFFERENCES,
        threads: scanThreads(),
        signal,
        onDifferences: (fours) => {
          if (!current()) return;
          for (const one of fours) this.fours.push(one);
          this.count = this.fours.length / 4;
          this.tellSoon();
        },
        onProgress: (done, total) => {
          this.progress = { done, total };
          this.tellSoon();
        },
      });
      if (!current()) return;
      this.truncated = outcome.truncated;
      this.unreadableBytes = outcome.unreadableBytes;
    } catch (error) {
      if (!current()) return;
      if (isCode(error, "cancelled")) this.stopped = true;
      else this.failure = describeError(error).message;
    } finally {
      if (current()) {
        this.running = undefined;
        this.tookMs = performance.now() - began;
        if (this.closed) this.closeSides();
        else this.tellSoon();
      }
    }
  }

  private closeSides(): void {
    this.left.close();
    this.right.close();
  }

  private tellSoon(): void {
    if (this.closed) return;
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      const { run } = this;
      if (this.told < this.fours.length) {
        this.tell({ kind: "differences", run, from: this.told / 4, fours: this.fours.slice(this.told) });
        this.told = this.fours.length;
      }
      this.tell({ kind: "status", status: this.status() });
    }, TELL_MS);
  }

  private status(): CompareStatus {
    const { run, count, truncated, stopped, unreadableBytes, failure } = this;
    const running = this.running !== undefined;
    // The disk is not asked over and over while it is read.
    const stale = failure === undefined && this.isStale(!running);
    return {
      run,
      running,
      ...this.progress,
      count,
      truncated,
      stopped,
      stale,
      unreadableBytes,
      ...(failure === undefined ? {} : { failure }),
    };
  }
}

function changedMeanwhile(): HostError {
  return new HostError("changed", vscode.l10n.t("A side was edited meanwhile. Compare again."));
}
