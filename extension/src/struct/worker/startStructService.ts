// The host's side of the interpreter's thread: questions out, answers in. A thread that hangs, runs out of memory or breaks is
// ended; what it was asked fails with the reason, and the next question goes to a new one. Knows nothing of templates or VS Code.
import path from "node:path";
import { Worker } from "node:worker_threads";
import type { StructProgress } from "../../../../shared/structTree";
import { EngineError } from "../../engine/engineError";
import { StructError, type ErrorName } from "../errors";
import type { StructService, TemplateFiles } from "../structService";
import type { Answers, FromInterpreter, Question, StructSource, ToInterpreter, WorkerSetup } from "./messages";

export type { StructSource } from "./messages";

export interface StructServiceOptions {
  /** Bytes that one array of elements of varying size may use to remember where they begin. */
  readonly maxIndexBytes?: number;
  /** A thread that was asked and says nothing for so long is ended. */
  readonly hangMs?: number;
  /** Of JavaScript values; bytes of decoded fields come on top. */
  readonly maxHeapMb?: number;
  /** The bundle of struct.worker.ts; by default beside the one that this code is in. */
  readonly workerFile?: string;
}

/** More than the longest slice of work that a thread does without a word. */
const defaultHangMs = 15_000;
const defaultHeapMb = 256;

interface Asked {
  readonly resolve: (body: never) => void;
  readonly reject: (error: Error) => void;
}

/** Starts no thread before the first question. */
export function startStructService(source: StructSource, options: StructServiceOptions = {}): StructService {
  return new ThreadedService(source, options);
}

class ThreadedService implements StructService {
  #thread: Thread | undefined;
  #files: TemplateFiles | undefined;
  #disposed = false;
  readonly #exports = new Set<Thread>();
  readonly #listeners = new Set<(progress: StructProgress) => void>();

  constructor(
    private readonly source: StructSource,
    private readonly options: StructServiceOptions,
  ) {}

  load(files: TemplateFiles): Promise<Answers["load"]> {
    this.#files = files;
    return this.#running(false).ask({ type: "load", files });
  }
  children(path: string, from: number, count: number, signal?: AbortSignal): Promise<Answers["children"]> {
    return this.#ask({ type: "children", path, from, count }, signal);
  }
  row(path: string, signal?: AbortSignal): Promise<Answers["row"]> {
    return this.#ask({ type: "row", path }, signal);
  }
  reveal(offset: number, signal?: AbortSignal): Promise<Answers["reveal"]> {
    return this.#ask({ type: "reveal", offset }, signal);
  }
  field(path: string, signal?: AbortSignal): Promise<Answers["field"]> {
    return this.#ask({ type: "field", path }, signal);
  }
  encode(path: string, text: string, signal?: AbortSignal): Promise<Answers["encode"]> {
    return this.#ask({ type: "encode", path, text }, signal);
  }

  /** In a thread of its own: a large subtree takes its time, and the tree stays usable meanwhile. */
  async json(path: string, signal?: AbortSignal): Promise<string> {
    const files = this.#files;
    if (files === undefined || this.#disposed) throw closed();
    const thread = new Thread(this.source, this.options, () => undefined, 90_000);
    this.#exports.add(thread);
    const stop = (): void => thread.end(cancelled());
    signal?.addEventListener("abort", stop);
    try {
      if (signal?.aborted === true) throw cancelled();
      await thread.ask({ type: "load", files });
      return await thread.ask<"json">({ type: "json", path });
    } finally {
      signal?.removeEventListener("abort", stop);
      this.#exports.delete(thread);
      thread.end(closed());
    }
  }

  onProgress(listener: (progress: StructProgress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stopCounting(path?: string): void {
    this.#thread?.post(path === undefined ? { kind: "stopCounting" } : { kind: "stopCounting", path });
  }

  dispose(): void {
    this.#disposed = true;
    this.#listeners.clear();
    for (const thread of [this.#thread, ...this.#exports]) thread?.end(closed());
    this.#thread = undefined;
  }

  async #ask<Type extends Question["type"]>(
    question: Extract<Question, { type: Type }>,
    signal: AbortSignal | undefined,
  ): Promise<Answers[Type]> {
    if (signal?.aborted === true) throw cancelled();
    return this.#running(true).ask<Type>(question, signal);
  }

  /** @param again a thread that takes another's place is given its template first */
  #running(again: boolean): Thread {
    if (this.#disposed) throw closed();
    if (this.#thread?.ended === false) return this.#thread;
    const tell = (progress: StructProgress): void => {
      for (const listener of this.#listeners) listener(progress);
    };
    const thread = new Thread(this.source, this.options, tell, this.options.hangMs ?? defaultHangMs);
    this.#thread = thread;
    const files = this.#files;
    // Whoever asks next hears of it when this fails.
    if (again && files !== undefined) void thread.ask({ type: "load", files }).catch(() => undefined);
    return thread;
  }
}

/** One worker thread and what it was asked. Ended once and for all by end(), by itself, or by silence. */
class Thread {
  ended = false;
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  #lastId = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(
    source: StructSource,
    options: StructServiceOptions,
    private readonly onProgress: (progress: StructProgress) => void,
    private readonly hangMs: number,
  ) {
    const setup: WorkerSetup = { source, maxIndexBytes: options.maxIndexBytes };
    const maxHeapMb = options.maxHeapMb ?? defaultHeapMb;
    this.#worker = new Worker(options.workerFile ?? path.join(__dirname, "struct.worker.js"), {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 8 },
    });
    this.#worker.on("message", (message: FromInterpreter) => this.#hear(message));
    this.#worker.on("error", (error) => this.end(brokenBy(error, maxHeapMb)));
    this.#worker.on("exit", () => this.end(new StructError("LimitError", "the interpreter ended")));
    // A tree that nobody looks at keeps no process alive.
    this.#worker.unref();
  }

  ask<Type extends Question["type"]>(
    body: Extract<Question, { type: Type }>,
    signal?: AbortSignal,
  ): Promise<Answers[Type]> {
    return new Promise<Answers[Type]>((resolve, reject) => {
      if (this.ended) throw closed();
      this.#lastId += 1;
      const id = this.#lastId;
      const abort = (): void => {
        if (!this.#asked.has(id)) return;
        this.post({ kind: "cancel", id });
        this.#settle(id)?.reject(cancelled());
      };
      signal?.addEventListener("abort", abort, { once: true });
      const done = (): void => signal?.removeEventListener("abort", abort);
      this.#asked.set(id, {
        resolve: (answer) => {
          done();
          resolve(answer);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      this.#worker.ref();
      if (this.#asked.size === 1) this.#wait();
      this.post({ kind: "question", id, body });
    });
  }

  post(message: ToInterpreter): void {
    if (!this.ended) this.#worker.postMessage(message);
  }

  end(reason: Error): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.#watch);
    for (const id of [...this.#asked.keys()]) this.#settle(id)?.reject(reason);
    void this.#worker.terminate();
  }

  #settle(id: number): Asked | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (this.#asked.size === 0) {
      clearTimeout(this.#watch);
      this.#worker.unref();
    }
    return asked;
  }

  #wait(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(
      () => this.end(new StructError("LimitError", `ended: it did not answer within ${this.hangMs} ms`)),
      this.hangMs,
    );
  }

  #hear(message: FromInterpreter): void {
    if (this.ended) return;
    if (this.#asked.size > 0) this.#wait();
    switch (message.kind) {
      case "answer":
        this.#settle(message.id)?.resolve(message.body as never);
        return;
      case "failure":
        this.#settle(message.id)?.reject(new StructError(message.error as ErrorName, message.message));
        return;
      case "progress":
        this.onProgress(message.progress);
        return;
      case "alive":
        return;
      default:
        message satisfies never;
    }
  }
}

function brokenBy(error: unknown, maxHeapMb: number): Error {
  if (error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY")
    return new StructError("LimitError", `ended: it took more than ${maxHeapMb} MiB of memory`);
  return error instanceof Error ? error : new Error(String(error));
}

function cancelled(): Error {
  return new EngineError("cancelled", "cancelled");
}

function closed(): Error {
  return new EngineError("closed", "the struct interpreter is closed");
}
