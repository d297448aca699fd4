// A plain document read from another thread of this process, with its unsaved edits: the reader waits, the document's own thread
// answers into shared memory. Slower than the addon's reader by the way to that thread. Thread rule: one reader, one thread.
import { BroadcastChannel, threadId } from "node:worker_threads";
import type { NativeReader, Window } from "../../../../native/binding/index";
import { EngineError, type EngineErrorCode } from "../engineError";
import { gatherByReads } from "../gather";
import type { ByteSource } from "../byteSource";
import { toRanges } from "../crossing";
import type { PlainDocument } from "./plainDocument";

/** The document's thread may be at work; one that is gone does not answer. */
const PATIENCE_MS = 10_000;
const HEAD_BYTES = 64 * 1024;
const PART_BYTES = 1024 * 1024;

type Ask =
  | { readonly what: "state" }
  | { readonly what: "read"; readonly offset: number; readonly length: number }
  | { readonly what: "changes"; readonly version: number };

interface State {
  readonly size: number;
  readonly version: number;
}
type Head =
  | (State & { readonly unsaved: number[]; readonly unreadable: number[]; readonly length: number })
  | (State & { readonly all: boolean; readonly changes: number[] })
  | { readonly code: EngineErrorCode; readonly message: string };

let keys = 0;

export function offerPlainReader(document: PlainDocument): { readonly key: number; close(): void } {
  // Unlike any key of another thread's documents.
  const key = threadId * 1_000_000 + (keys += 1);
  const channel = new BroadcastChannel(channelName(key));
  channel.onmessage = (event: unknown) => {
    const { ask, shared } = (event as { data: { ask: Ask; shared: SharedArrayBuffer } }).data;
    answer(document, ask, shared);
  };
  // A document keeps no process alive.
  (channel as unknown as { unref(): void }).unref();
  // Who asks after the end is told of it at once.
  return { key, close: () => void setTimeout(() => channel.close(), PATIENCE_MS).unref() };
}

function answer(document: PlainDocument, ask: Ask, shared: SharedArrayBuffer): void {
  let head: Head;
  try {
    document.readSync(0, 0); // throws when it is closed
    const { size, version } = document;
    switch (ask.what) {
      case "state":
        head = { size, version, unsaved: [], unreadable: [], length: 0 };
        break;
      case "read": {
        const window = document.readSync(ask.offset, ask.length);
        new Uint8Array(shared, HEAD_BYTES).set(new Uint8Array(window.bytes));
        const { unsaved, unreadable } = window;
        head = { size, version, unsaved: [...unsaved], unreadable: [...unreadable], length: window.bytes.byteLength };
        break;
      }
      case "changes": {
        const { all, changes } = document.changesSince(ask.version);
        head = { size, version, all, changes: [...changes] };
        break;
      }
      default:
        head = ask satisfies never;
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    head = { code: error.code, message: error.message };
  }
  const flags = new Int32Array(shared, 0, 2);
  const shown = fitting(head);
  new Uint8Array(shared, 8).set(shown);
  flags[1] = shown.length;
  Atomics.store(flags, 0, 1);
  Atomics.notify(flags, 0);
}

/** Where there are more ranges than there is room for: one that covers them, and everything may have changed. */
function fitting(head: Head): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  if (text.length <= HEAD_BYTES - 8) return text;
  if ("changes" in head) return fitting({ ...head, all: true, changes: [] });
  if (!("length" in head)) return fitting({ ...head, message: head.message.slice(0, 1000) });
  if (head.unsaved.length > 2) return fitting({ ...head, unsaved: covering(head.unsaved) });
  return fitting({ ...head, unreadable: covering(head.unreadable) });
}

function covering(ranges: readonly number[]): number[] {
  return [ranges[0]!, ranges.at(-1)!];
}

/** @throws EngineError "closed": there is no such document any more. */
export function attachPlainReader(key: number, patienceMs = PATIENCE_MS): NativeReader {
  if (!Number.isSafeInteger(key) || key < 0) throw new EngineError("invalid-argument", "key must be a whole number");
  return new PlainReader(new BroadcastChannel(channelName(key)), patienceMs);
}

class PlainReader implements NativeReader {
  private shared = new SharedArrayBuffer(HEAD_BYTES + PART_BYTES);

  constructor(
    private readonly channel: BroadcastChannel,
    private readonly patienceMs: number,
  ) {
    (channel as unknown as { unref(): void }).unref();
  }

  get size(): number {
    return this.state().size;
  }
  get version(): number {
    return this.state().version;
  }

  readSync(offset: number, length: number): Window {
    const parts: Uint8Array[] = [];
    const unsaved: number[] = [];
    const unreadable: number[] = [];
    let version = 0;
    let done = 0;
    do {
      const head = this.ask({ what: "read", offset: offset + done, length: Math.min(length - done, PART_BYTES) });
      if (!("length" in head)) throw new EngineError("io", "no bytes were answered");
      parts.push(new Uint8Array(this.shared, HEAD_BYTES, head.length).slice());
      unsaved.push(...head.unsaved);
      unreadable.push(...head.unreadable);
      version = head.version;
      done += head.length;
      if (head.length === 0) break;
    } while (done < length);
    const bytes = new Uint8Array(done);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return {
      bytes: bytes.buffer,
      version,
      unsaved: Float64Array.from(unsaved),
      unreadable: Float64Array.from(unreadable),
    };
  }

  gather(offset: number, rows: number, rowStride: number, columns: number, columnStride: number, elementBytes: number) {
    const { size, version } = this.state();
    const readSync: ByteSource["readSync"] = (at, length) => {
      const window = this.readSync(at, length);
      return { ...window, unsaved: toRanges(window.unsaved), unreadable: toRanges(window.unreadable) };
    };
    const source: ByteSource = { size, version, readSync, read: async (at, length) => readSync(at, length) };
    const grid = { offset, rows, rowStride, columns, columnStride, elementBytes };
    const gathered = gatherByReads(source, grid);
    return {
      bytes: gathered.bytes,
      version: gathered.version,
      missing: Float64Array.from(gathered.missing),
    };
  }

  changesSince(version: number) {
    const head = this.ask({ what: "changes", version });
    if (!("changes" in head)) throw new EngineError("io", "no changes were answered");
    return { version: head.version, all: head.all, changes: Float64Array.from(head.changes) };
  }

  private state(): State {
    const head = this.ask({ what: "state" });
    return "size" in head ? head : { size: 0, version: 0 };
  }

  private ask(ask: Ask): Exclude<Head, { code: unknown }> {
    const flags = new Int32Array(this.shared, 0, 2);
    Atomics.store(flags, 0, 0);
    this.channel.postMessage({ ask, shared: this.shared });
    if (Atomics.wait(flags, 0, 0, this.patienceMs) === "timed-out") {
      // The answer may come yet, and must not pass for one to the next question.
      this.shared = new SharedArrayBuffer(HEAD_BYTES + PART_BYTES);
      throw new EngineError("closed", "the document is closed, or its thread does not answer");
    }
    const text = Buffer.from(new Uint8Array(this.shared, 8, flags[1]).slice()).toString();
    const head = JSON.parse(text) as Head;
    if ("code" in head) throw new EngineError(head.code, head.message);
    return head;
  }
}

function channelName(key: number): string {
  return `terahex-plain-reader-${process.pid}-${key}`;
}
