// The host's side of the thread that decodes pictures: questions out, answers in. Starts no thread before the first question;
// one that breaks is ended, what it was asked fails, and the next question goes to a new one.
import path from "node:path";
import { Worker } from "node:worker_threads";
import type { PixelsQuestion } from "../../../../../shared/pixelsProtocol";
import type { RawPixels } from "../../../../../shared/rawPixels";
import { EngineError } from "../../../engine/engineError";
import type { FromPictures, PictureAnswer, PictureSource, ToPictures } from "./messages";

/** A tile and the index of a compressed picture; bytes of tiles come on top. */
const MAX_HEAP_MB = 128;

interface Asked {
  readonly resolve: (body: never) => void;
  readonly reject: (error: Error) => void;
}

export class PictureThread {
  private worker: Worker | undefined;
  private readonly asked = new Map<number, Asked>();
  private lastId = 0;
  private disposed = false;

  /** @param workerFile the bundle of bmp.worker.ts; by default beside the one that this code is in */
  constructor(
    private readonly source: PictureSource,
    private readonly workerFile = path.join(__dirname, "bmp.worker.js"),
  ) {}

  /** @param raw the bytes as pixels, instead of the picture that they say they are
   *  @throws EngineError, "cancelled" after `signal`. */
  ask<Kind extends PixelsQuestion["kind"]>(
    ask: Extract<PixelsQuestion, { kind: Kind }>,
    raw?: RawPixels,
    signal?: AbortSignal,
  ): Promise<PictureAnswer[Kind]> {
    if (this.disposed) return Promise.reject(new EngineError("closed", "the picture is closed"));
    const worker = (this.worker ??= this.start());
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject });
      worker.postMessage({ kind: "ask", id, ask, raw } satisfies ToPictures);
      signal?.addEventListener("abort", () => {
        if (!this.asked.delete(id)) return;
        worker.postMessage({ kind: "cancel", id } satisfies ToPictures);
        reject(new EngineError("cancelled", "cancelled"));
      });
    });
  }

  dispose(): void {
    this.disposed = true;
    this.end(new EngineError("closed", "the picture is closed"));
  }

  private start(): Worker {
    const worker = new Worker(this.workerFile, {
      workerData: this.source,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: 16 },
    });
    worker.on("message", (message: FromPictures) => this.take(message));
    worker.on("error", (error) => this.end(error instanceof Error ? error : new Error(String(error))));
    // A picture that nobody looks at keeps no process alive.
    worker.unref();
    return worker;
  }

  private end(reason: Error): void {
    const { worker } = this;
    this.worker = undefined;
    for (const { reject } of this.asked.values()) reject(reason);
    this.asked.clear();
    void worker?.terminate();
  }

  private take(message: FromPictures): void {
    const asked = this.asked.get(message.id);
    // Cancelled: answered already.
    if (asked === undefined) return;
    this.asked.delete(message.id);
    switch (message.kind) {
      case "answer":
        asked.resolve(message.body as never);
        return;
      case "failure":
        asked.reject(new EngineError(message.code, message.message));
        return;
      default:
        message satisfies never;
    }
  }
}
