// An extension host inside the page: answers the real webview as the real host does, with settable size, latency and faults.
// Bundled by esbuild and run before the webview's own script; tests reach it as `fakeHost`.
import type {
  DocumentState,
  LiveState,
  EditMode,
  FreshWindow,
  HostReply,
  HostRequest,
  Selection,
  ToHost,
  ToWebview,
  Trouble,
  ViewNotice,
  ViewSettings,
} from "../../../shared/protocol";
import { totalLength } from "../../../shared/byteRange";
import type { StructQuestion } from "../../../shared/structProtocol";
import { FakeCompare } from "./fakeCompare";
import { FakeFind } from "./fakeFind";
import { FakeMeasure } from "./fakeMeasure";
import { FakeSections, type FakeSectionsOptions } from "./fakeSections";
import { FakeStruct, type FakeStructOptions } from "./fakeStruct";
import { patternByte } from "./pattern";

export interface FakeHostOptions {
  readonly size: number;
  readonly latencyMs?: number;
  readonly settings?: Partial<ViewSettings>;
  readonly selection?: Selection;
  readonly mode?: EditMode;
  readonly readOnlyReason?: string;
  readonly unreadable?: readonly number[];
  /** Reads that touch this fail as a whole. */
  readonly failing?: readonly number[];
  readonly trouble?: Trouble;
  readonly live?: LiveState;
  readonly savedState?: unknown;
  /** Content from offset 0 on; the pattern behind it. */
  readonly head?: readonly number[];
  /** `changed` notices carry no bytes. */
  readonly noFresh?: boolean;
  readonly struct?: FakeStructOptions;
  readonly sections?: FakeSectionsOptions;
}

interface Step {
  readonly bytes: Map<number, number | undefined>;
}

export class FakeHost {
  readonly log: ToHost[] = [];
  latencyMs: number;
  silent = false;
  size: number;
  version = 1;
  /** The latest version that the webview has heard of in a notice. */
  toldVersion = 1;
  savedState: unknown;
  /** The next overwrite fails with this. */
  refuseNext: string | undefined;
  edits = new Map<number, number>();
  readonly steps: Step[] = [];
  /** All bytes but the edits, once a length has changed; such documents are small. */
  #content: number[] | undefined;
  readonly #cancelled = new Set<number>();
  #trouble: Trouble | undefined;
  #live: LiveState | undefined;
  /** What others wrote into the file, without a change of the document. */
  readonly outside = new Map<number, number>();
  liveUnderWay = 0;
  mostLiveUnderWay = 0;
  /** Messages in either direction that are on their way, but for live mode's, of which there is always one. */
  underWay = 0;
  /** Messages from the webview so far, but for live mode's. */
  heard = 0;
  #held: (() => void)[] | undefined;
  readonly compare = new FakeCompare((news) => this.send({ type: "compare", news }));
  readonly struct: FakeStruct;
  readonly find: FakeFind;
  readonly measure: FakeMeasure;
  readonly sections: FakeSections;

  constructor(private readonly options: FakeHostOptions) {
    this.size = options.size;
    this.latencyMs = options.latencyMs ?? 0;
    this.savedState = options.savedState;
    this.#trouble = options.trouble;
    this.#live = options.live;
    this.sections = new FakeSections(options.sections);
    this.find = new FakeFind({
      size: () => this.size,
      byte: (offset) => this.byte(offset),
      write: (offset, bytes) => this.change(offset, bytes),
      version: () => this.version,
      tell: (news) => this.send({ type: "find", news }),
    });
    this.measure = new FakeMeasure({
      size: () => this.size,
      byte: (offset) => this.byte(offset),
      isUnsaved: (start, end) => [...this.edits.keys()].some((offset) => offset >= start && offset < end),
    });
    this.struct = new FakeStruct(options.struct ?? { records: 0, noTemplate: true }, {
      version: () => this.version,
      byte: (offset) => this.byte(offset),
      write: (offset, bytes) => this.change(offset, bytes),
    });
  }

  get state(): DocumentState {
    const { readOnlyReason } = this.options;
    return {
      name: "sample.bin",
      size: this.size,
      version: this.version,
      readOnly: readOnlyReason !== undefined,
      ...(readOnlyReason === undefined ? {} : { readOnlyReason }),
      ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
      ...(this.#live === undefined ? {} : { live: this.#live }),
    };
  }

  byte(offset: number): number {
    return (
      this.outside.get(offset) ??
      this.edits.get(offset) ??
      this.#content?.[offset] ??
      this.options.head?.[offset] ??
      patternByte(offset)
    );
  }

  /** From now on nothing arrives in either direction, until release(); what is not answered never comes to rest. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const arrive of held) setTimeout(arrive);
  }

  receive(message: ToHost): void {
    this.log.push(message);
    const isLive = message.kind === "request" && message.body.type === "readLive";
    if (!isLive) this.heard += 1;
    if (this.silent) return;
    if (message.kind === "cancel") this.#cancelled.add(message.id);
    if (message.kind !== "request") return;
    if (isLive) this.mostLiveUnderWay = Math.max(this.mostLiveUnderWay, ++this.liveUnderWay);
    this.#travel(() => this.#answer(message.id, message.body, isLive), isLive);
  }

  send(notice: ViewNotice): void {
    this.#post({ kind: "notice", body: notice });
  }

  setTrouble(trouble: Trouble | undefined): void {
    this.#trouble = trouble;
    this.send({ type: "state", state: this.state });
  }

  setLive(live: LiveState | undefined): void {
    this.#live = live;
    this.send({ type: "state", state: this.state });
  }

  /** Somebody else changes bytes: a paste from another view, another program. */
  change(offset: number, bytes: readonly number[], fresh = true): void {
    bytes.forEach((byte, index) => this.edits.set(offset + index, byte));
    this.#changed([offset, bytes.length, bytes.length], fresh);
  }

  undo(): void {
    const step = this.steps.pop();
    if (step === undefined) return;
    for (const [offset, byte] of step.bytes) {
      if (byte === undefined) this.edits.delete(offset);
      else this.edits.set(offset, byte);
    }
    const offsets = [...step.bytes.keys()];
    const start = Math.min(...offsets);
    const length = Math.max(...offsets) - start + 1;
    this.#changed([start, length, length], true);
  }

  resize(size: number): void {
    const old = this.size;
    this.size = size;
    const at = Math.min(old, size);
    this.#changed([at, old - at, size - at], false);
  }

  requests(type: HostRequest["type"]): HostRequest[] {
    return this.log.flatMap((message) =>
      message.kind === "request" && message.body.type === type ? [message.body] : [],
    );
  }

  #changed(changes: number[] | null, fresh: boolean): void {
    this.version += 1;
    const windows: FreshWindow[] = [];
    if (fresh && changes !== null && this.options.noFresh !== true) {
      windows.push({ offset: changes[0] ?? 0, ...this.#window(changes[0] ?? 0, changes[2] ?? 0) });
    }
    this.send({ type: "changed", state: this.state, changes, fresh: windows });
    this.send({ type: "struct", news: { kind: "changed", version: this.version } });
  }

  #answer(id: number, body: HostRequest, isLive: boolean): void {
    const post = (message: ToWebview): void => this.#post(message, isLive);
    if (this.#cancelled.has(id)) return post({ kind: "failure", id, code: "cancelled", message: "Cancelled." });
    const reply = (answer: HostReply[HostRequest["type"]]): void => post({ kind: "reply", id, body: answer });
    const fail = (message: string): void => post({ kind: "failure", id, code: "io", message });
    switch (body.type) {
      case "open":
        return reply({
          state: this.state,
          settings: { bytesPerRow: 16, inspector: false, structTree: false, overview: false, ...this.options.settings },
          selection: this.options.selection ?? { anchor: 0, focus: 0, column: "hex" },
          mode: this.options.mode ?? "overwrite",
        });
      case "echo":
        return reply({});
      case "readWindow": {
        const [from = 0, to = 0] = this.options.failing ?? [];
        if (body.offset < to && body.offset + body.length > from) return fail("Input/output error (EIO).");
        return reply(this.#window(body.offset, body.length));
      }
      case "readLive":
        this.liveUnderWay -= 1;
        return this.#live === undefined ? fail("Live mode is off.") : reply(this.#window(body.offset, body.length));
      case "overwrite":
        return this.#overwrite(body, reply, fail);
      case "replace":
        return this.#replace(body, reply, fail);
      case "copy":
        return reply({ bytes: totalLength(body.ranges) });
      case "find":
        return reply(this.find.answer(body.ask));
      case "measure":
        return reply(this.measure.answer(body.ask));
      case "compare":
        return reply(this.compare.answer(body.ask));
      case "struct":
        return this.#struct(body.ask, reply, fail);
      case "sections": {
        const answer = this.sections.answer(body.ask);
        return answer === undefined ? fail("This is no picture that can be shown.") : reply(answer);
      }
      case "pixels":
        return fail("Only the pages of pictures ask this.");
      case "paste":
        return reply({ pasted: { start: body.offset, end: body.offset + 4 } });
    }
  }

  #struct(ask: StructQuestion, reply: (answer: HostReply["struct"]) => void, fail: (message: string) => void): void {
    if (ask.kind === "showAbsent") this.send({ type: "struct", news: { kind: "absent", shown: ask.shown } });
    try {
      reply(this.struct.answer(ask));
    } catch (error) {
      fail((error as Error).message);
    }
  }

  #overwrite(
    body: Extract<HostRequest, { type: "overwrite" }>,
    reply: (answer: HostReply["overwrite"]) => void,
    fail: (message: string) => void,
  ): void {
    const refusal = this.refuseNext;
    this.refuseNext = undefined;
    if (refusal !== undefined) return fail(refusal);
    const bytes = [...new Uint8Array(body.bytes)];
    const last = this.steps.at(-1);
    const step: Step = body.merge && last !== undefined ? last : { bytes: new Map() };
    if (step !== last) this.steps.push(step);
    bytes.forEach((byte, index) => {
      const offset = body.offset + index;
      if (!step.bytes.has(offset)) step.bytes.set(offset, this.edits.get(offset));
      this.edits.set(offset, byte);
    });
    this.#changed([body.offset, bytes.length, bytes.length], true);
    reply({ version: this.version });
  }

  #replace(
    body: Extract<HostRequest, { type: "replace" }>,
    reply: (answer: HostReply["replace"]) => void,
    fail: (message: string) => void,
  ): void {
    const refusal = this.refuseNext;
    this.refuseNext = undefined;
    if (refusal !== undefined) return fail(refusal);
    const content = (this.#content ??= Array.from({ length: this.size }, (_, at) => this.byte(at)));
    const changes: number[] = [];
    const splice = (at: number, length: number, bytes: readonly number[]): void => {
      content.splice(at, length, ...bytes);
      const edits = [...this.edits].filter(([offset]) => offset < at || offset >= at + length);
      this.edits = new Map(
        edits.map(([offset, byte]) => [offset < at ? offset : offset + bytes.length - length, byte]),
      );
      bytes.forEach((byte, index) => this.edits.set(at + index, byte));
      changes.push(at, length, bytes.length);
    };
    for (const { start, end } of [...body.ranges].reverse()) splice(start, end - start, []);
    if (body.bytes.byteLength > 0) splice(body.offset, 0, [...new Uint8Array(body.bytes)]);
    this.size = content.length;
    this.#changed(changes, false);
    reply({ version: this.version });
  }

  #window(offset: number, length: number): HostReply["readWindow"] {
    const count = Math.max(0, Math.min(length, this.size - offset));
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at++) bytes[at] = this.byte(offset + at);
    const unsaved: number[] = [];
    for (const edited of [...this.edits.keys()].sort((a, b) => a - b)) {
      if (edited < offset || edited >= offset + count) continue;
      if (unsaved.at(-1) === edited) unsaved[unsaved.length - 1] = edited + 1;
      else unsaved.push(edited, edited + 1);
    }
    return { bytes: bytes.buffer, version: this.version, unsaved, unreadable: this.options.unreadable ?? [] };
  }

  #post(message: ToWebview, isLive = false): void {
    if (this.silent) return;
    this.#travel(() => {
      if (message.kind === "notice" && message.body.type === "changed") this.toldVersion = message.body.state.version;
      window.dispatchEvent(new MessageEvent("message", { data: message }));
    }, isLive);
  }

  #travel(arrive: () => void, isLive: boolean): void {
    if (!isLive) this.underWay += 1;
    const land = (): void => {
      if (!isLive) this.underWay -= 1;
      arrive();
    };
    if (this.#held !== undefined) this.#held.push(land);
    else setTimeout(land, this.latencyMs / 2);
  }
}

declare global {
  interface Window {
    fakeHost: FakeHost;
    fakeHostOptions: FakeHostOptions;
    acquireVsCodeApi: () => unknown;
  }
}

const fakeHost = new FakeHost(window.fakeHostOptions);
window.fakeHost = fakeHost;
window.acquireVsCodeApi = () => ({
  postMessage: (message: ToHost) => fakeHost.receive(structuredClone(message)),
  getState: () => fakeHost.savedState,
  setState: (state: unknown) => {
    fakeHost.savedState = structuredClone(state);
  },
});
