// Answers a webview's requests, each exactly once: reply, failure, or failure "cancelled". Knows the envelope of protocol.ts
// and no transport. Thread rule: one thread; handlers run concurrently as promises.
import type { ErrorCode, HostNotice, HostReply, HostRequest, ToWebview } from "./protocol";
import { parseToHost } from "./validate";

/** Requests of one webview that may be under way at once; a page asks for a few windows, a flood is refused. */
export const MAX_REQUESTS_UNDER_WAY = 512;

export class CancelFlag {
  private set = false;
  private readonly listeners: (() => void)[] = [];

  get cancelled(): boolean {
    return this.set;
  }

  onCancel(listener: () => void): void {
    if (this.set) listener();
    else this.listeners.push(listener);
  }

  cancel(): void {
    if (this.set) return;
    this.set = true;
    for (const listener of this.listeners.splice(0)) listener();
  }
}

export type RequestHandlers = {
  readonly [Type in Exclude<HostRequest["type"], "echo">]: (
    body: Extract<HostRequest, { type: Type }>,
    cancel: CancelFlag,
  ) => Promise<HostReply[Type]>;
};

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

export interface RequestServerOptions {
  readonly handlers: RequestHandlers;
  readonly onNotice: (notice: HostNotice) => void;
  readonly send: (message: ToWebview) => void;
  readonly describe: (error: unknown) => Failure;
  /** A message that cannot even be answered: it has no usable id. */
  readonly onUnanswerable: (reason: string) => void;
}

export class RequestServer {
  private readonly underWay = new Map<number, CancelFlag>();
  private disposed = false;

  constructor(private readonly options: RequestServerOptions) {}

  /** @param raw a message as it arrived, unchecked. */
  accept(raw: unknown): void {
    if (this.disposed) return;
    const parsed = parseToHost(raw);
    if (!parsed.ok) {
      if (parsed.id === null) this.options.onUnanswerable(parsed.reason);
      else this.fail(parsed.id, { code: "malformed-message", message: parsed.reason });
      return;
    }
    const { message } = parsed;
    switch (message.kind) {
      case "request":
        void this.run(message.id, message.body);
        return;
      case "cancel":
        this.cancel(message.id);
        return;
      case "notice":
        this.options.onNotice(message.body);
        return;
      default:
        message satisfies never;
    }
  }

  /** Cancels what is under way and sends nothing any more: the webview is gone. */
  dispose(): void {
    this.disposed = true;
    for (const flag of this.underWay.values()) flag.cancel();
    this.underWay.clear();
  }

  /** The webview was made anew: nobody waits for the old one's answers. */
  forgetRequests(exceptId: number): void {
    for (const [id, flag] of this.underWay) {
      if (id === exceptId) continue;
      this.underWay.delete(id);
      flag.cancel();
    }
  }

  private async run(id: number, body: HostRequest): Promise<void> {
    if (this.underWay.has(id)) {
      // Two answers to one id would be taken for each other: neither request can be told apart, so only the first counts.
      this.options.onUnanswerable(`request id ${id} is in use`);
      return;
    }
    if (this.underWay.size >= MAX_REQUESTS_UNDER_WAY) {
      this.fail(id, { code: "busy", message: "too many requests under way" });
      return;
    }
    const flag = new CancelFlag();
    this.underWay.set(id, flag);
    let answer: ToWebview;
    try {
      answer = { kind: "reply", id, body: await this.handle(id, body, flag) };
    } catch (error) {
      answer = { kind: "failure", id, ...this.options.describe(error) };
    }
    // Cancelled meanwhile: answered already.
    if (this.underWay.get(id) !== flag) return;
    this.underWay.delete(id);
    this.options.send(answer);
  }

  private handle(id: number, body: HostRequest, flag: CancelFlag): Promise<HostReply[HostRequest["type"]]> {
    const { handlers } = this.options;
    switch (body.type) {
      case "open":
        this.forgetRequests(id);
        return handlers.open(body, flag);
      case "echo":
        return Promise.resolve({});
      case "readWindow":
        return handlers.readWindow(body, flag);
      case "readLive":
        return handlers.readLive(body, flag);
      case "overwrite":
        return handlers.overwrite(body, flag);
      case "replace":
        return handlers.replace(body, flag);
      case "copy":
        return handlers.copy(body, flag);
      case "paste":
        return handlers.paste(body, flag);
      case "find":
        return handlers.find(body, flag);
      case "measure":
        return handlers.measure(body, flag);
      case "compare":
        return handlers.compare(body, flag);
      case "sections":
        return handlers.sections(body, flag);
      case "struct":
        return handlers.struct(body, flag);
      case "pixels":
        return handlers.pixels(body, flag);
      default:
        return body satisfies never;
    }
  }

  private cancel(id: number): void {
    const flag = this.underWay.get(id);
    if (!flag) return; // answered a moment ago
    this.underWay.delete(id);
    flag.cancel();
    this.fail(id, { code: "cancelled", message: "cancelled" });
  }

  private fail(id: number, failure: Failure): void {
    this.options.send({ kind: "failure", id, ...failure });
  }
}
