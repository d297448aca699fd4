// The only file that talks to the extension host: requests with ids, their replies, cancellation, and the watch that notices
// when nobody answers any more (a killed extension host leaves the view standing, and VS Code says nothing).
import type {
  ErrorCode,
  HostNotice,
  HostReply,
  HostRequest,
  ToHost,
  ToWebview,
  ViewNotice,
} from "../../shared/protocol";

/** Unanswered for this long while the view is visible: the host is taken for dead. */
export const SILENCE_MS = 5000;
const WATCH_TICK_MS = 500;
/** These may wait for a person's choice or for a long copy: no reason for alarm. */
const PATIENT: ReadonlySet<HostRequest["type"]> = new Set([
  "paste",
  "copy",
  "find",
  "compare",
  "sections",
  "measure",
  "struct",
  "pixels",
]);

/** A key that acts on the document waits for edits before it no longer than this. */
const EDIT_WAIT_MS = 2000;

export type RequestOf<T extends HostRequest["type"]> = Extract<HostRequest, { readonly type: T }>;

export class HostFailure extends Error {
  constructor(
    readonly code: ErrorCode | "unanswered",
    message: string,
  ) {
    super(message);
  }
}

export interface HostCall<R> {
  readonly reply: Promise<R>;
  cancel(): void;
}

interface VsCodeApi {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

interface OpenRequest {
  readonly type: HostRequest["type"];
  /** An edit that has gone out. */
  edits: boolean;
  readonly resolve: (body: HostReply[HostRequest["type"]]) => void;
  readonly reject: (failure: HostFailure) => void;
  waitedMs: number;
}

export class HostClient {
  onNotice: (notice: ViewNotice) => void = () => undefined;
  /** True when the host stopped answering, false when it speaks again. */
  onSilence: (silent: boolean) => void = () => undefined;
  /** Says when an edit may go out: keys that act on the document come before it. */
  orderEdit: (post: () => void) => void = (post) => post();
  readonly #api = acquireVsCodeApi();
  readonly #open = new Map<number, OpenRequest>();
  #nextId = 1;
  #silent = false;

  constructor() {
    window.addEventListener("message", (event: MessageEvent<unknown>) => this.#receive(event.data));
    // Counted in ticks while visible, so that a machine that slept or a hidden view is not mistaken for a dead host.
    setInterval(() => this.#watch(), WATCH_TICK_MS);
  }

  request<T extends HostRequest["type"]>(body: RequestOf<T>): HostCall<HostReply[T]> {
    const id = this.#nextId++;
    const reply = new Promise<HostReply[T]>((resolve, reject) => {
      // The protocol promises a reply of the request's own type; validate.ts checks it where it is made.
      const accept = resolve as OpenRequest["resolve"];
      this.#open.set(id, { type: body.type, edits: false, resolve: accept, reject, waitedMs: 0 });
    });
    const post = (): void => this.#api.postMessage({ kind: "request", id, body });
    if (changesBytes(body)) this.orderEdit(() => this.#postEdit(id, post));
    else post();
    return { reply, cancel: () => this.#cancel(id) };
  }

  #postEdit(id: number, post: () => void): void {
    const request = this.#open.get(id);
    if (request === undefined) return;
    request.edits = true;
    post();
  }

  notify(body: HostNotice): void {
    this.#api.postMessage({ kind: "notice", body });
  }

  /** An edit has gone out and is not answered yet. */
  get editing(): boolean {
    return [...this.#open.values()].some((request) => request.edits);
  }

  /** Resolves once all edits are answered, those included that follow on an answer; or after EDIT_WAIT_MS. */
  async editsAnswered(): Promise<void> {
    const until = performance.now() + EDIT_WAIT_MS;
    do await new Promise((resolve) => setTimeout(resolve));
    while (this.editing && performance.now() < until);
  }

  /** Resolves once the host has what this page, and VS Code for it, sent until now; or after EDIT_WAIT_MS. */
  async arrived(): Promise<void> {
    const echo = this.request<"echo">({ type: "echo" });
    const limit = setTimeout(() => echo.cancel(), EDIT_WAIT_MS);
    await echo.reply.catch(() => undefined);
    clearTimeout(limit);
  }

  /** What saveState() kept, also across the death of a hidden view. */
  readState(): unknown {
    return this.#api.getState();
  }

  saveState(state: unknown): void {
    this.#api.setState(state);
  }

  #cancel(id: number): void {
    const request = this.#open.get(id);
    if (request === undefined) return;
    this.#open.delete(id);
    this.#api.postMessage({ kind: "cancel", id });
    request.reject(new HostFailure("cancelled", "No longer needed."));
  }

  #receive(data: unknown): void {
    if (!isMessage(data)) return;
    if (this.#silent) {
      this.#silent = false;
      this.onSilence(false);
    }
    switch (data.kind) {
      case "notice":
        return this.onNotice(data.body);
      case "reply":
        this.#take(data.id)?.resolve(data.body);
        return;
      case "failure":
        this.#take(data.id)?.reject(new HostFailure(data.code, data.message));
        return;
    }
  }

  #take(id: number): OpenRequest | undefined {
    const request = this.#open.get(id);
    this.#open.delete(id);
    return request;
  }

  #watch(): void {
    if (document.visibilityState !== "visible") return;
    for (const [id, request] of this.#open) {
      if (PATIENT.has(request.type)) continue;
      request.waitedMs += WATCH_TICK_MS;
      if (request.waitedMs < SILENCE_MS) continue;
      if (!this.#silent) {
        this.#silent = true;
        this.onSilence(true);
      }
      // Reading again does no harm and finds out whether the host is back. An edit stays open: nobody knows its fate.
      if (request.type !== "readWindow") continue;
      this.#open.delete(id);
      request.reject(new HostFailure("unanswered", "The extension host is not answering."));
    }
  }
}

/** Quick edits only: what asks the person or may take long is not waited for. */
function changesBytes(body: HostRequest): boolean {
  switch (body.type) {
    case "overwrite":
    case "replace":
      return true;
    case "pixels":
      return body.ask.kind === "paint";
    case "struct":
      return body.ask.kind === "edit";
    default:
      return false;
  }
}

function isMessage(data: unknown): data is ToWebview {
  if (typeof data !== "object" || data === null || !("kind" in data)) return false;
  if (data.kind === "notice") return "body" in data;
  return (data.kind === "reply" || data.kind === "failure") && "id" in data && typeof data.id === "number";
}
