// The threads that decode pictures, one for each document that shows one, and their code, loaded with the first question; and
// what of their answers edits the document. Thread rule: extension host's main thread.
import * as vscode from "vscode";
import type { PictureState, PixelsAnswer, PixelsQuestion } from "../../../../shared/pixelsProtocol";
import type { RawPixels } from "../../../../shared/rawPixels";
import type { CancelFlag } from "../../../../shared/rpc";
import { mapElements } from "../../engine/mapElements";
import type { PixelEdit } from "../../formats/bmp/paint";
import type { PictureThread } from "../../formats/bmp/worker/pictureThread";
import type { BinaryDocument } from "../binaryDocument";
import { HostError } from "../errors";
import { withProgress } from "../notify";
import { OnOneVersion } from "./onOneVersion";

/** VS Code takes about as long to make a panel. */
const FIRST_WAIT_MS = 200;

export class LazyPixels implements vscode.Disposable {
  private readonly threads = new Map<BinaryDocument, PictureThread>();
  private readonly editing = new WeakMap<BinaryDocument, OnOneVersion>();

  /** @param raw the bytes as pixels, instead of the picture that they say they are */
  async answer(
    document: BinaryDocument,
    ask: PixelsQuestion,
    raw: RawPixels | undefined,
    cancel: CancelFlag,
  ): Promise<PixelsAnswer[PixelsQuestion["kind"]]> {
    const thread = this.threads.get(document) ?? (await this.start(document));
    const abort = new AbortController();
    cancel.onCancel(() => abort.abort());
    const { signal } = abort;
    const edits = this.editsOf(document);
    switch (ask.kind) {
      case "picture":
      case "tile":
      case "guess":
        return thread.ask(ask, raw, signal);
      case "paint": {
        const label = vscode.l10n.t("Paint");
        return edits.run(
          () => thread.ask(ask, raw),
          (answer) => ({ version: write(document, label, answer.edits, ask.merge) }),
        );
      }
      case "fill": {
        const label = vscode.l10n.t("Fill Area");
        return edits.run(
          () => thread.ask(ask, raw, signal),
          (answer) => ({ version: write(document, label, answer.edits, false), filled: answer.filled }),
        );
      }
      case "palette": {
        const label = vscode.l10n.t("Change Colour");
        return edits.run(
          () => thread.ask(ask, raw),
          (answer) => ({ version: write(document, label, answer.edits, false) }),
        );
      }
      case "adjust": {
        const label = vscode.l10n.t("Adjust Colours");
        return edits.run(
          () => thread.ask(ask, raw, signal),
          ({ plan }) => {
            if (plan === undefined) return { version: editable(document).version };
            return withProgress(vscode.l10n.t("Adjusting colours"), undefined, (onProgress, stop) =>
              document.longStep(label, async (engine) => {
                await mapElements(engine, plan.rows, plan.map, { onProgress, signal: AbortSignal.any([signal, stop]) });
                return { version: engine.version };
              }),
            );
          },
        );
      }
      default:
        return ask satisfies never;
    }
  }

  private editsOf(document: BinaryDocument): OnOneVersion {
    const known = this.editing.get(document) ?? new OnOneVersion(() => document.source.version);
    this.editing.set(document, known);
    return known;
  }

  /** For a page that is on its way; undefined: not known before it has to be made. What fails, the page hears with its first
   *  question. */
  async first(document: BinaryDocument): Promise<PictureState | undefined> {
    try {
      const thread = this.threads.get(document) ?? (await this.start(document));
      return await thread.ask({ kind: "picture" }, undefined, AbortSignal.timeout(FIRST_WAIT_MS));
    } catch {
      return undefined;
    }
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

/** Longer ones are kept as a pattern: they cost the same whatever their length, and are no part of a stroke. */
const MAX_STROKE_BYTES = 4096;

function editable(document: BinaryDocument) {
  const { engine } = document;
  if (engine === null) throw new HostError("read-only", vscode.l10n.t("This file can't be edited here."));
  return engine;
}

/** One undo step or, with `merge`, more of the latest. @returns the version that holds them */
function write(document: BinaryDocument, label: string, edits: readonly PixelEdit[], merge: boolean): number {
  const engine = editable(document);
  if (edits.length === 0) return engine.version;
  const repeated = ({ length, pattern }: PixelEdit) =>
    pattern.length === length ? pattern : Uint8Array.from({ length }, (_, at) => pattern[at % pattern.length]!);
  document.step(label, () => {
    if (edits.every(({ length }) => length <= MAX_STROKE_BYTES)) {
      edits.forEach((edit, index) => engine.overwrite(edit.offset, repeated(edit), merge || index > 0));
      return;
    }
    engine.asOneStep(() => {
      for (const edit of edits) {
        if (edit.length > MAX_STROKE_BYTES) engine.fill(edit.offset, edit.length, edit.pattern);
        else engine.overwrite(edit.offset, repeated(edit));
      }
    });
  });
  return engine.version;
}
