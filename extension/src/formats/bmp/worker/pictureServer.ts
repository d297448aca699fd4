// Answers what pages ask of one picture, a piece of work at a time, so that what was cancelled meanwhile is never begun.
// Knows no thread: messages come in through ask() and cancel(), go out through `send`.
import type { PictureState, PixelsQuestion, TileReply } from "../../../../../shared/pixelsProtocol";
import type { ByteSource } from "../../../engine/byteSource";
import { EngineError } from "../../../engine/engineError";
import type { BmpLayout } from "../model";
import { BmpPicture } from "../picture";
import { paintEdits } from "../paint";
import type { FromPictures, PictureAnswer, PictureBody } from "./messages";

type TileQuestion = Extract<PixelsQuestion, { kind: "tile" }>;
interface Asked {
  readonly id: number;
  readonly ask: PixelsQuestion;
}

/** Of looking through a compressed picture, before another question gets its turn or a page hears how far it has come. */
const SLICE_MS = 100;

export class PictureServer {
  private readonly queue: Asked[] = [];
  private picture: BmpPicture | undefined;
  private working = false;

  constructor(
    private readonly source: ByteSource,
    private readonly send: (message: FromPictures, transfer: readonly ArrayBuffer[]) => void,
  ) {}

  ask(id: number, ask: PixelsQuestion): void {
    this.queue.push({ id, ask });
    this.workLater();
  }

  cancel(id: number): void {
    const at = this.queue.findIndex((asked) => asked.id === id);
    if (at >= 0) this.queue.splice(at, 1);
  }

  private workLater(): void {
    if (this.working) return;
    this.working = true;
    setImmediate(() => {
      this.working = false;
      const asked = this.queue.shift();
      if (asked === undefined) return;
      this.answer(asked);
      if (this.queue.length > 0) this.workLater();
    });
  }

  private answer({ id, ask }: Asked): void {
    try {
      const body = this.answerOf(ask);
      this.send({ kind: "answer", id, body }, "pixels" in body ? [body.pixels] : []);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.send({ kind: "failure", id, code: error.code, message: error.message }, []);
    }
  }

  private answerOf(ask: PixelsQuestion): PictureBody {
    switch (ask.kind) {
      case "picture":
        return this.state();
      case "tile":
        return this.tile(ask);
      case "paint":
        return this.paint(ask);
      default:
        return ask satisfies never;
    }
  }

  private state(): PictureState {
    try {
      const { layout, plain, defects } = this.current();
      return {
        kind: "picture",
        geometry: geometryOf(layout),
        plain,
        format: formatOf(layout),
        defects: defects.map(({ offset, message }) => ({ offset, message })),
        ...(layout.coding.kind === "embedded" && {
          embedded: { mime: `image/${layout.coding.format}`, range: layout.coding.range },
        }),
        version: this.source.version,
      };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const { message, offset } = error;
      return { kind: "none", reason: message, ...(offset !== undefined && { offset }) };
    }
  }

  private tile(request: TileQuestion): TileReply {
    const picture = this.current();
    const version = this.source.version;
    if (!picture.prepare(request, performance.now() + SLICE_MS)) {
      return { width: 0, height: 0, pixels: new ArrayBuffer(0), walked: picture.indexedPart, version };
    }
    const { width, height, pixels } = picture.region(request);
    return { width, height, pixels: pixels.buffer, walked: picture.indexedPart, version };
  }

  private paint({ color, spans }: Extract<PixelsQuestion, { kind: "paint" }>): PictureAnswer["paint"] {
    const rows = Array.from({ length: spans.length / 3 }, (_, index) => {
      return { y: spans[3 * index]!, x: spans[3 * index + 1]!, end: spans[3 * index + 2]! };
    });
    return { edits: paintEdits(this.source, this.current().layout, color, rows) };
  }

  /** @throws EngineError as BmpPicture.open(). */
  private current(): BmpPicture {
    if (this.picture !== undefined && this.stillRight(this.picture)) return this.picture;
    this.picture = undefined;
    return (this.picture = BmpPicture.open(this.source));
  }

  /** Its headers are as they were, and so is what was learned from a compressed stream. */
  private stillRight({ version, layout, plain }: BmpPicture): boolean {
    if (version === this.source.version) return true;
    const since = this.source.changesSince?.(version);
    if (since === undefined || since.all || !plain) return false;
    return since.changes.every(
      ({ offset, oldLength, newLength }) => oldLength === newLength && offset >= layout.pixels,
    );
  }
}

function geometryOf({ width, height, topDown, bitsPerPixel, rowBytes, pixels }: BmpLayout) {
  return { width, height, topDown, bitsPerPixel, rowBytes, pixels };
}

function formatOf({ headerName, bitsPerPixel, coding, topDown }: BmpLayout): string {
  const kind =
    coding.kind === "rle"
      ? `RLE${coding.bits}`
      : coding.kind === "embedded"
        ? coding.format.toUpperCase()
        : `${bitsPerPixel} bit`;
  return `${headerName} · ${kind}${topDown ? " · top-down" : ""}`;
}
