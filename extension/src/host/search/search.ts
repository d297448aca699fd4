// One search through one document: the hit to go to, the hits in view, and the list of all of them, which fills while the
// person goes on working. Knows no page and no question. Thread rule: extension host's main thread; the engine searches on its own.
import type { ByteRange } from "../../../../shared/byteRange";
import { MARK_BUCKETS, MAX_MARKS, type FindQuery, type FindStatus } from "../../../../shared/findProtocol";
import type { EngineDocument } from "../../engine/document";
import { find, type FindOutcome, type Needle } from "../../engine/scan";
import { EngineError } from "../../engine/engineError";
import { HitList } from "./hitList";

/** 128 MiB of them; what is behind is found by going on, but not listed. */
export const MOST_HITS = 16 * 1024 * 1024;
/** A search for what stands before the cursor looks at windows that grow. */
const FIRST_WINDOW = 64 * 1024;
const WINDOW_GROWTH = 2;
/** A pattern's match may reach so far over the cursor. */
const MATCH_ROOM = 1024 * 1024;
/** After an edit the list is made again by itself where that takes no longer. */
const QUICK_MS = 1500;
const REST_MS = 300;

let lists = 0;

export interface SearchStep {
  readonly hit: ByteRange | undefined;
  readonly wrapped: boolean;
}

export class Search {
  private list: HitList;
  private listNumber = ++lists;
  private scan: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  /** Of the document that the list is about. */
  private version: number;
  private complete = false;
  private truncated = false;
  private stopped = false;
  private tookMs = 0;
  private doneBytes = 0;
  private unreadableBytes = 0;
  private failure: string | undefined;
  private again: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly buckets = new Uint8Array(MARK_BUCKETS);
  /** The hit that was answered last. */
  private current: ByteRange | undefined;

  /** @param length of each hit; 0: they differ. @param told something of status() may be another now.
   *  @param threads as ScanOptions has it, asked for each scan. */
  constructor(
    readonly engine: EngineDocument,
    readonly query: FindQuery,
    readonly needle: Needle,
    readonly length: number,
    private readonly told: () => void,
    private readonly threads: () => number = () => 0,
  ) {
    this.list = new HitList(length);
    this.version = engine.version;
  }

  get bounds(): ByteRange {
    const { size } = this.engine;
    const { start = 0, end = size } = this.query.within ?? {};
    return { start: Math.min(start, size), end: Math.min(end, size) };
  }

  get stale(): boolean {
    return this.version !== this.engine.version;
  }

  status(): Omit<FindStatus, "marks"> {
    const { current, list } = this;
    const at = current === undefined ? -1 : list.firstFrom(current.start);
    const listed = at >= 0 && at < list.count && list.at(at).start === current?.start;
    const { start, end } = this.bounds;
    return {
      list: this.listNumber,
      count: list.count,
      truncated: this.truncated,
      stopped: this.stopped,
      searching: this.scan !== undefined,
      done: this.doneBytes,
      total: end - start,
      stale: this.stale,
      unreadableBytes: this.unreadableBytes,
      ...(listed ? { index: at } : {}),
      ...(this.failure === undefined ? {} : { failure: this.failure }),
    };
  }

  marks(): number[] {
    return [...this.buckets.keys()].filter((bucket) => this.buckets[bucket] === 1);
  }

  /** Fills the list from the start, in the background. */
  fill(): void {
    clearTimeout(this.again);
    if (this.closed) return;
    this.scan?.abort.abort();
    const abort = new AbortController();
    this.scan = { abort, done: this.fillList(abort.signal) };
    this.told();
  }

  /** Ends the search and keeps what it found so far. */
  stop(): void {
    clearTimeout(this.again);
    if (this.scan === undefined) return;
    this.stopped = true;
    this.scan.abort.abort();
  }

  /** The document was edited: what is listed is of an older version. */
  changed(): void {
    if (!this.stale || this.closed) return;
    this.scan?.abort.abort();
    clearTimeout(this.again);
    if (this.tookMs <= QUICK_MS && this.scan === undefined) {
      this.again = setTimeout(() => this.fill(), Math.max(REST_MS, this.tookMs));
    }
    this.told();
  }

  /** The first hit at `from` or behind it. */
  async next(from: number, signal: AbortSignal): Promise<SearchStep> {
    const { start, end } = this.bounds;
    const at = Math.max(from, start);
    const ahead = await this.after(at, end, signal);
    if (ahead !== undefined || at === start) return this.step(ahead, false);
    // What lies before the cursor, and the hit across it.
    const until = this.length === 0 ? end : Math.min(end, at + this.length - 1);
    return this.step(await this.after(start, until, signal), true);
  }

  /** The last hit that begins before `from`. */
  async previous(from: number, signal: AbortSignal): Promise<SearchStep> {
    const { end } = this.bounds;
    const before = await this.before(Math.min(from, end), signal);
    if (before !== undefined || from >= end) return this.step(before, false);
    return this.step(await this.before(end, signal), true);
  }

  /** Flattened hits that touch [start, end): searched for, so that they are right while the list is not. */
  async marksIn(start: number, end: number): Promise<number[]> {
    const ranges: number[] = [];
    const add = (hit: ByteRange): void => {
      if (hit.end > start && ranges.length < 2 * MAX_MARKS) ranges.push(hit.start, hit.end);
    };
    if (this.length === 0) {
      // A pattern may begin anywhere before: the list knows. One that reaches in from before is taken along.
      if (this.stale) return [];
      for (let at = Math.max(0, this.list.firstFrom(start) - 1); at < this.list.count; at++) {
        const hit = this.list.at(at);
        if (hit.start >= end || ranges.length >= 2 * MAX_MARKS) break;
        add(hit);
      }
      return ranges;
    }
    const bounds = this.bounds;
    const from = Math.max(bounds.start, start - this.length + 1);
    const to = Math.min(bounds.end, end + this.length - 1);
    if (from >= to) return [];
    const onHits = (hits: Float64Array): void => hits.forEach((at) => add({ start: at, end: at + this.length }));
    await find(this.engine, this.needle, { from, to, limit: 2 * MAX_MARKS, threads: 1, onHits });
    return ranges;
  }

  /** Hits of the list, from the index on. */
  rows(from: number, count: number): ByteRange[] {
    const length = Math.max(0, Math.min(count, this.list.count - from));
    return Array.from({ length }, (_, at) => this.list.at(from + at));
  }

  /** All listed offsets, some thousands at a time. */
  *offsets(): Generator<number[]> {
    const step = 8192;
    for (let at = 0; at < this.list.count; at += step) yield this.rows(at, step).map(({ start }) => start);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.again);
    this.scan?.abort.abort();
    this.list.dispose();
  }

  private step(hit: ByteRange | undefined, wrapped: boolean): SearchStep {
    this.current = hit;
    this.told();
    return { hit, wrapped };
  }

  private async after(from: number, to: number, signal: AbortSignal): Promise<ByteRange | undefined> {
    const listed = this.stale ? this.list.count : this.list.firstFrom(from);
    if (listed < this.list.count) {
      const hit = this.list.at(listed);
      return hit.end <= to ? hit : undefined;
    }
    return this.knowsAll ? undefined : this.first(from, to, signal);
  }

  private async first(from: number, to: number, signal: AbortSignal): Promise<ByteRange | undefined> {
    let first: ByteRange | undefined;
    const onHits = (hits: Float64Array): void => {
      const start = hits[0] ?? 0;
      first ??= { start, end: this.length === 0 ? (hits[1] ?? start) : start + this.length };
    };
    await find(this.engine, this.needle, { from, to, limit: 1, threads: this.threads(), signal, onHits });
    return first;
  }

  private async before(from: number, signal: AbortSignal): Promise<ByteRange | undefined> {
    const listed = this.stale ? 0 : this.list.firstFrom(from);
    if (!this.stale && (this.knowsAll || listed < this.list.count)) {
      return listed > 0 ? this.list.at(listed - 1) : undefined;
    }
    const bounds = this.bounds;
    let length = FIRST_WINDOW;
    for (let end = from; end > bounds.start; length *= WINDOW_GROWTH) {
      const start = Math.max(bounds.start, end - length);
      const last = await this.lastIn(start, end, signal);
      if (last !== undefined) return last;
      end = start;
    }
    return undefined;
  }

  /** The last hit that begins in [start, end). Of a pattern the matches one after the other from `start` on, as Next finds them
   *  from the cursor: those of the list may begin elsewhere where one match reaches over `start`. */
  private async lastIn(start: number, end: number, signal: AbortSignal): Promise<ByteRange | undefined> {
    const { needle, length } = this;
    const bounds = this.bounds;
    let last: ByteRange | undefined;
    const onHits = (hits: Float64Array): void => {
      for (let at = 0; at < hits.length; at += length === 0 ? 2 : 1) {
        const from = hits[at] ?? 0;
        if (from < end) last = { start: from, end: length === 0 ? (hits[at + 1] ?? from) : from + length };
      }
    };
    const to = Math.min(bounds.end, end + (length === 0 ? MATCH_ROOM : length - 1));
    await find(this.engine, needle, { from: start, to, threads: this.threads(), signal, onHits });
    if (last === undefined || length !== 0) return last;
    // At the window's edge it may be the rest of a match that begins before.
    if (last.start === start && start > bounds.start) {
      return (await this.lastIn(Math.max(bounds.start, start - (end - start)), end, signal)) ?? last;
    }
    const cut = last.end === to && to < bounds.end;
    return cut ? await this.first(last.start, bounds.end, signal) : last;
  }
  /** Every hit is in the list. */
  private get knowsAll(): boolean {
    return this.complete && !this.truncated && !this.stale;
  }

  private async fillList(signal: AbortSignal): Promise<void> {
    const began = performance.now();
    const { version, size } = this.engine;
    const { start, end } = this.bounds;
    const list = new HitList(this.length);
    const marks = new Uint8Array(MARK_BUCKETS);
    // A list of an older version stays in view until the new one is there.
    const replaces = this.complete;
    const show = (): void => {
      if (this.list === list) return;
      this.list.dispose();
      this.list = list;
      this.listNumber = ++lists;
      this.version = version;
      this.buckets.set(marks);
    };
    this.stopped = false;
    if (!replaces) {
      this.complete = this.truncated = false;
      show();
    }
    this.failure = undefined;
    this.doneBytes = 0;
    const stride = this.length === 0 ? 2 : 1;
    let outcome: FindOutcome | undefined;
    try {
      outcome = await find(this.engine, this.needle, {
        from: start,
        to: end,
        limit: MOST_HITS,
        threads: this.threads(),
        signal,
        onHits: (hits) => {
          if (signal.aborted) return;
          list.add(hits);
          for (let at = 0; at < hits.length; at += stride) {
            marks[Math.floor(((hits[at] ?? 0) / size) * MARK_BUCKETS)] = 1;
          }
          if (!replaces) this.buckets.set(marks);
          this.told();
        },
        onProgress: (done) => {
          if (signal.aborted) return;
          this.doneBytes = done;
          this.told();
        },
      });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.code !== "cancelled") this.failure = error.message;
    }
    if (this.closed || this.scan?.abort.signal !== signal) {
      if (this.closed || this.list !== list) list.dispose();
      return;
    }
    this.scan = undefined;
    this.tookMs = performance.now() - began;
    if (outcome !== undefined && !outcome.stale) {
      show();
      this.complete = true;
      this.truncated = outcome.truncated;
      this.unreadableBytes = outcome.unreadableBytes;
    } else if (this.list !== list) list.dispose();
    if (!this.stopped) this.changed();
    this.told();
  }
}
