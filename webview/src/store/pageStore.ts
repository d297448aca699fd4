// The bytes that the view holds: pages of 4 KiB, bounded, each of a known version. Never shows an old byte as new: a reply
// older than the last change of its page is dropped, and a page that changed unseen is forgotten. Pure; asks through a port.
import { PAGE_BYTES } from "../../../shared/protocol";
import type { FreshWindow, WindowReply } from "../../../shared/protocol";
import { planFetches, wantedSpan } from "./fetchPlan";
import type { PageSpan, Sight } from "./fetchPlan";
import { LiveHeat } from "./liveHeat";
import { cutPage, MARK_UNREADABLE, MARK_UNSAVED, pageLength, pageOf, pageStart, patchPage } from "./page";
import type { Page } from "./page";
import { PendingEdits } from "./pendingEdits";

/** In the place of a byte's value. */
export const NOT_LOADED = -1;
export const NOT_READABLE = -2;
export { MARK_UNSAVED };

/** 4 MiB, some hundred screens. */
const MAX_PAGES = 1024;
const MAX_FLIGHTS = 6;
/** A window that failed is asked for again after this long, or when the document changes. */
const RETRY_AFTER_MS = 2000;
const SHORT_REPLY = "Fewer bytes came than the document should have here.";

export interface WindowCall {
  readonly reply: Promise<WindowReply>;
  cancel(): void;
}

export interface StorePort {
  readWindow(offset: number, length: number): WindowCall;
  /** Something that is shown may look different now. */
  changed(): void;
  /** A window could not be had; `message` is for the person. @returns false: ask again at once, nothing is wrong with it. */
  failed(error: unknown): { readonly message: string } | undefined;
  now(): number;
}

interface Flight {
  readonly span: PageSpan;
  readonly call: WindowCall;
  /** Changes since it was sent: replies older than these are useless for their pages. */
  readonly floors: { readonly from: number; readonly to: number; readonly version: number }[];
}

interface FailedPage {
  readonly message: string;
  readonly atMs: number;
}

export class PageStore {
  readonly pending = new PendingEdits();
  readonly heat = new LiveHeat();
  #size = 0;
  #version = 0;
  /** In order of use, the least recently used first. */
  #pages = new Map<number, Page>();
  #flights = new Set<Flight>();
  #failed = new Map<number, FailedPage>();

  constructor(private readonly port: StorePort) {}

  get size(): number {
    return this.#size;
  }

  get version(): number {
    return this.#version;
  }

  /** Forgets everything: another document, or one of which we no longer know what changed. */
  reset(size: number, version: number): void {
    for (const flight of this.#flights) flight.call.cancel();
    this.#flights.clear();
    this.#pages.clear();
    this.#failed.clear();
    this.pending.clear();
    this.heat.clear();
    this.#size = size;
    this.#version = version;
    this.port.changed();
  }

  /** Values and marks of `length` bytes at `offset`, as they are to be shown. @returns false when any is not loaded. */
  read(offset: number, length: number, values: Int16Array, marks: Uint8Array): boolean {
    let complete = true;
    for (let index = 0; index < length;) {
      const number = pageOf(offset + index);
      const within = offset + index - pageStart(number);
      const count = Math.min(length - index, PAGE_BYTES - within);
      const page = this.#pages.get(number);
      const failed = page === undefined && this.#failed.has(number);
      if (page === undefined && !failed) complete = false;
      for (let at = 0; at < count; at++) {
        const mark = page?.marks?.[within + at] ?? 0;
        const byte = page?.bytes[within + at];
        values[index + at] =
          failed || (mark & MARK_UNREADABLE) !== 0 ? NOT_READABLE : byte === undefined ? NOT_LOADED : byte;
        marks[index + at] = mark & MARK_UNSAVED;
      }
      index += count;
    }
    this.pending.overlay(offset, length, (index, byte) => {
      values[index] = byte;
      marks[index] = MARK_UNSAVED;
    });
    this.heat.overlay(offset, length, marks, this.port.now());
    return complete;
  }

  /** Why the byte at `offset` cannot be shown, where the host said more than "unreadable". */
  failureAt(offset: number): string | undefined {
    return this.#failed.get(pageOf(offset))?.message;
  }

  get hasFailures(): boolean {
    return this.#failed.size > 0;
  }

  /** Asks for what is in view and ahead of it, cancels what is neither. Call it once per frame. */
  want(visibleStart: number, visibleEnd: number, direction: -1 | 0 | 1): void {
    if (this.#size === 0 || visibleEnd <= visibleStart) return;
    const sight: Sight = {
      visible: { from: pageOf(visibleStart), to: pageOf(visibleEnd - 1) + 1 },
      pages: pageOf(this.#size - 1) + 1,
      direction,
    };
    const wanted = wantedSpan(sight);
    for (const flight of this.#flights) {
      if (flight.span.to <= wanted.from || flight.span.from >= wanted.to) this.#abandon(flight);
    }
    for (let page = sight.visible.from; page < sight.visible.to; page++) this.#touch(page);
    const now = this.port.now();
    const has = (page: number): boolean => this.#has(page, now);
    for (const span of planFetches(sight, has)) {
      const inView = span.from < sight.visible.to && span.to > sight.visible.from;
      if (inView || this.#flights.size < MAX_FLIGHTS) this.#fetch(span);
    }
  }

  /** Loads the bytes around `offset` whether or not they are in view. */
  wantAt(offset: number, length: number): void {
    if (offset >= this.#size) return;
    const to = pageOf(Math.min(this.#size, offset + length) - 1) + 1;
    const now = this.port.now();
    for (let page = pageOf(offset); page < to; page++) {
      if (!this.#has(page, now)) this.#fetch({ from: page, to: page + 1 });
    }
  }

  /** The document changed. @param changes triples offset, old length, new length; null: everything. */
  change(size: number, version: number, changes: readonly number[] | null, fresh: readonly FreshWindow[]): void {
    this.#size = size;
    this.#version = Math.max(this.#version, version);
    this.#failed.clear();
    for (const [start, end] of touchedSpans(changes)) this.#stale(start, end, version, fresh);
    for (const window of fresh) this.#adopt(window);
    for (const [number, page] of this.#pages) {
      if (page.bytes.length !== pageLength(number, size)) this.#pages.delete(number);
    }
    this.pending.settle(this.#version);
    this.port.changed();
  }

  /** The file's bytes of this moment, in live mode; what differs from what was shown becomes hot. */
  live(window: FreshWindow): void {
    const now = this.port.now();
    const end = window.offset + window.bytes.byteLength;
    for (let number = pageOf(window.offset); pageStart(number) < end; number++) {
      const page = cutPage(window, number, this.#size);
      const known = this.#pages.get(number);
      if (page === undefined || (known !== undefined && known.version > page.version)) continue;
      this.#pages.set(number, page);
      if (known === undefined || known.bytes.length !== page.bytes.length) continue;
      page.bytes.forEach((byte, index) => {
        if (byte !== known.bytes[index]) this.heat.note(pageStart(number) + index, now);
      });
    }
    this.port.changed();
  }

  /** The file behind the document holds other bytes: reads everything again, at the same version. */
  reread(): void {
    this.#pages.clear();
    this.#failed.clear();
    for (const flight of this.#flights) this.#abandon(flight);
    this.port.changed();
  }

  /** A file that changed without a change of the document (a trouble that ended): read what failed again. */
  retryFailed(): void {
    this.#failed.clear();
    this.port.changed();
  }

  #stale(start: number, end: number, version: number, fresh: readonly FreshWindow[]): void {
    const from = pageOf(start);
    const to = end === Infinity ? Infinity : pageOf(Math.max(start, end - 1)) + 1;
    for (const [number, page] of this.#pages) {
      if (number < from || number >= to || page.version >= version) continue;
      const touchedFrom = Math.max(start, pageStart(number));
      const touchedTo = Math.min(end, pageStart(number) + page.bytes.length);
      const source = fresh.find(
        (window) => window.offset <= touchedFrom && touchedTo <= window.offset + window.bytes.byteLength,
      );
      if (source === undefined) this.#pages.delete(number);
    }
    for (const flight of this.#flights) {
      if (flight.span.to > from && flight.span.from < to) flight.floors.push({ from, to, version });
    }
  }

  #adopt(window: FreshWindow): void {
    if (window.bytes.byteLength === 0) return;
    const to = pageOf(window.offset + window.bytes.byteLength - 1) + 1;
    for (let number = pageOf(window.offset); number < to; number++) {
      const known = this.#pages.get(number);
      if (known !== undefined && known.version > window.version) continue;
      const whole = cutPage(window, number, this.#size);
      if (whole !== undefined) this.#pages.set(number, whole);
      else if (known !== undefined) patchPage(known, number, window);
    }
  }

  #has(page: number, now: number): boolean {
    if (this.#pages.has(page)) return true;
    const failed = this.#failed.get(page);
    if (failed !== undefined && now - failed.atMs < RETRY_AFTER_MS) return true;
    for (const flight of this.#flights) if (page >= flight.span.from && page < flight.span.to) return true;
    return false;
  }

  #fetch(span: PageSpan): void {
    const offset = pageStart(span.from);
    const length = Math.min(this.#size, pageStart(span.to)) - offset;
    const flight: Flight = { span, call: this.port.readWindow(offset, length), floors: [] };
    this.#flights.add(flight);
    flight.call.reply.then(
      (reply) => this.#arrived(flight, offset, reply),
      (error: unknown) => this.#refused(flight, error),
    );
  }

  #arrived(flight: Flight, offset: number, reply: WindowReply): void {
    if (!this.#flights.delete(flight)) return;
    const window: FreshWindow = { ...reply, offset };
    for (let number = flight.span.from; number < flight.span.to; number++) {
      if (flight.floors.some((floor) => number >= floor.from && number < floor.to && reply.version < floor.version)) {
        continue;
      }
      const known = this.#pages.get(number);
      if (known !== undefined && known.version > reply.version) continue;
      const page = cutPage(window, number, this.#size);
      if (page !== undefined) this.#pages.set(number, page);
      else if (pageStart(number) < this.#size)
        this.#failed.set(number, { message: SHORT_REPLY, atMs: this.port.now() });
    }
    this.#evict();
    this.port.changed();
  }

  #refused(flight: Flight, error: unknown): void {
    if (!this.#flights.delete(flight)) return;
    const failure = this.port.failed(error);
    if (failure !== undefined) {
      const atMs = this.port.now();
      for (let number = flight.span.from; number < flight.span.to; number++) {
        this.#failed.set(number, { message: failure.message, atMs });
      }
    }
    this.port.changed();
  }

  #abandon(flight: Flight): void {
    this.#flights.delete(flight);
    flight.call.cancel();
  }

  #touch(number: number): void {
    const page = this.#pages.get(number);
    if (page === undefined) return;
    this.#pages.delete(number);
    this.#pages.set(number, page);
  }

  #evict(): void {
    for (const number of this.#pages.keys()) {
      if (this.#pages.size <= MAX_PAGES) return;
      this.#pages.delete(number);
    }
  }
}

/** Half-open spans of bytes whose pages a change concerns; after a change of length everything behind it. */
function touchedSpans(changes: readonly number[] | null): [number, number][] {
  if (changes === null) return [[0, Infinity]];
  const spans: [number, number][] = [];
  for (let at = 0; at + 2 < changes.length; at += 3) {
    const [offset = 0, oldLength = 0, newLength = 0] = changes.slice(at, at + 3);
    spans.push([offset, oldLength === newLength ? offset + newLength : Infinity]);
  }
  return spans;
}
