// The threads that decode pictures, one for each document that shows one, and their code, loaded with the first question.
// Thread rule: extension host's main thread.
import * as vscode from "vscode";
import type { PixelsAnswer, PixelsQuestion } from "../../../../shared/pixelsProtocol";
import type { CancelFlag } from "../../../../shared/rpc";
import type { PictureThread } from "../../formats/bmp/worker/pictureThread";
import type { BinaryDocument } from "../binaryDocument";
import { HostError } from "../errors";

export class LazyPixels implements vscode.Disposable {
  private readonly threads = new Map<BinaryDocument, PictureThread>();

  async answer(
    document: BinaryDocument,
    ask: PixelsQuestion,
    cancel: CancelFlag,
  ): Promise<PixelsAnswer[PixelsQuestion["kind"]]> {
    const thread = this.threads.get(document) ?? (await this.start(document));
    const abort = new AbortController();
    cancel.onCancel(() => abort.abort());
    return ask.kind === "paint" ? paint(document, thread, ask) : thread.ask(ask, abort.signal);
  }

  /** No page of the document shows its picture any more. */
  close(document: BinaryDocument): void {
    this.threads.get(document)?.dispose();
    this.threads.delete(document);
  }

  dispose(): void {
    for (const document of [...this.threads.keys()]) this.close(document);
  }

  private async start(document: BinaryDocument): Promise<PictureThread> {
    const { content } = document;
    if (content.kind === "failed") throw new HostError("closed", content.reason);
    const { PictureThread } = await import("../../formats/bmp/worker/pictureThread");
    const started = this.threads.get(document);
    if (started !== undefined) return started;
    const thread = new PictureThread(content.engine.readerSource);
    this.threads.set(document, thread);
    document.onDidDispose(() => this.close(document));
    document.onDidReopen(() => this.close(document));
    return thread;
  }
}

/** Longer ones, of rectangles, are kept as a pattern: they cost the same whatever their length, and are no part of a stroke. */
const MAX_STROKE_BYTES = 4096;

/** One undo step, or more of the latest. */
async function paint(
  document: BinaryDocument,
  thread: PictureThread,
  ask: Extract<PixelsQuestion, { kind: "paint" }>,
): Promise<PixelsAnswer["paint"]> {
  const { edits } = await thread.ask(ask);
  const { engine } = document;
  if (engine === null) throw new HostError("read-only", vscode.l10n.t("This file can't be edited here."));
  if (edits.length > 0) {
    document.step(vscode.l10n.t("Paint"), () => {
      if (edits.every(({ length }) => length <= MAX_STROKE_BYTES)) {
        edits.forEach(({ offset, length, pattern }, index) => {
          const bytes = Uint8Array.from({ length }, (_, at) => pattern[at % pattern.length]!);
          engine.overwrite(offset, bytes, ask.merge || index > 0);
        });
      } else {
        engine.asOneStep(() => {
          for (const { offset, length, pattern } of edits) engine.fill(offset, length, pattern);
        });
      }
    });
  }
  return { version: engine.version };
}
