// Answers what pages ask of one picture, a piece of work at a time, so that what was cancelled meanwhile is never begun.
// Knows no thread: messages come in through ask() and cancel(), go out through `send`.
import { overviewTile } from "../../../../../shared/pictureTiles";
import { packPixels } from "../../../../../shared/pixelPacking";
import type { PictureState, PixelsQuestion, TileReply } from "../../../../../shared/pixelsProtocol";
import type { RawPixels } from "../../../../../shared/rawPixels";
import type { ByteSource } from "../../../engine/byteSource";
import { EngineError } from "../../../engine/engineError";
import { adjustPlan } from "../adjust";
import { areaAround } from "../floodFill";
import type { BmpCoding, BmpLayout } from "../model";
import { paintEdits, paletteEdit, type PixelEdit } from "../paint";
import { BmpPicture, type RegionRequest } from "../picture";
import { guessRowBytes, SAMPLE_BYTES } from "../widthGuess";
import type { FromPictures, PictureBody } from "./messages";

interface Asked {
  readonly id: number;
  readonly ask: PixelsQuestion;
  readonly raw: RawPixels | undefined;
}

/** Of looking through a compressed picture, before another question gets its turn or a page hears how far it has come. */
const SLICE_MS = 100;
const MAX_GUESSES = 5;

export class PictureServer {
  private readonly queue: Asked[] = [];
  private picture: BmpPicture | undefined;
  private raw: { readonly key: string; readonly picture: BmpPicture } | undefined;
  private working = false;

  constructor(
    private readonly source: ByteSource,
    private readonly send: (message: FromPictures, transfer: readonly ArrayBuffer[]) => void,
  ) {}

  ask(id: number, ask: PixelsQuestion, raw?: RawPixels): void {
    this.queue.push({ id, ask, raw });
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

  private answer({ id, ask, raw }: Asked): void {
    try {
      const body = this.answerOf(ask, raw);
      this.send({ kind: "answer", id, body }, packedIn(body));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.send({ kind: "failure", id, code: error.code, message: error.message }, []);
    }
  }

  private answerOf(ask: PixelsQuestion, raw: RawPixels | undefined): PictureBody {
    switch (ask.kind) {
      case "picture":
        return this.state(raw);
      case "tile":
        return this.tile(ask, this.current(raw));
      case "paint":
        return { edits: this.paint(ask, this.current(raw)) };
      case "fill": {
        const picture = plainOne(this.current(raw));
        const area = areaAround(picture, ask.x, ask.y);
        const filled = area.reduce((sum, { x, end }) => sum + end - x, 0);
        return { edits: paintEdits(this.source, picture.layout, ask.paint, area), filled };
      }
      case "palette":
        return { edits: [paletteEdit(this.current(raw).layout, ask.index, ask.color)] };
      case "adjust":
        return { plan: adjustPlan(this.source, this.current(raw).layout, ask, ask.adjustment) };
      case "guess":
        return { rowBytes: this.guess(this.current(raw).layout) };
      default:
        return ask satisfies never;
    }
  }

  private state(raw: RawPixels | undefined): PictureState {
    try {
      const picture = this.current(raw);
      const { layout, plain, defects } = picture;
      const isFile = layout.coding.kind === "embedded";
      const overview = isFile ? undefined : this.tile(overviewTile(layout), picture);
      return {
        kind: "picture",
        geometry: geometryOf(layout),
        plain,
        format: formatOf(layout),
        defects: defects.map(({ offset, message }) => ({ offset, message })),
        colors: [...layout.colors],
        paletteEntries: editableEntries(layout),
        ...(layout.coding.kind === "embedded" && {
          embedded: { mime: `image/${layout.coding.format}`, range: layout.coding.range },
        }),
        version: this.source.version,
        ...(overview !== undefined && overview.packed.byteLength > 0 && { overview }),
      };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const { message, offset } = error;
      return { kind: "none", reason: message, ...(offset !== undefined && { offset }) };
    }
  }

  private tile(request: RegionRequest, picture: BmpPicture): TileReply {
    const version = this.source.version;
    if (!picture.prepare(request, performance.now() + SLICE_MS)) {
      return { width: 0, height: 0, packed: new ArrayBuffer(0), walked: picture.indexedPart, version };
    }
    const { width, height, pixels } = picture.region(request);
    return { width, height, packed: packPixels(pixels), walked: picture.indexedPart, version };
  }

  private paint({ paint, spans }: Extract<PixelsQuestion, { kind: "paint" }>, { layout }: BmpPicture): PixelEdit[] {
    const rows = Array.from({ length: spans.length / 3 }, (_, index) => {
      return { y: spans[3 * index]!, x: spans[3 * index + 1]!, end: spans[3 * index + 2]! };
    });
    return paintEdits(this.source, layout, paint, rows);
  }

  private guess({ pixels, bitsPerPixel }: BmpLayout): number[] {
    if (pixels >= this.source.size) return [];
    const { bytes } = this.source.readSync(pixels, SAMPLE_BYTES);
    return guessRowBytes(new Uint8Array(bytes), Math.max(1, bitsPerPixel / 8), MAX_GUESSES);
  }

  /** @throws EngineError as BmpPicture.open(). */
  private current(raw: RawPixels | undefined): BmpPicture {
    if (raw !== undefined) return this.currentRaw(raw);
    if (this.picture !== undefined && this.stillRight(this.picture)) return this.picture;
    this.picture = undefined;
    return (this.picture = BmpPicture.open(this.source));
  }

  /** Nothing of it is read from the file but its size. */
  private currentRaw(raw: RawPixels): BmpPicture {
    const key = JSON.stringify([raw, this.source.size]);
    if (this.raw?.key !== key) this.raw = { key, picture: BmpPicture.ofBytes(this.source, raw) };
    return this.raw.picture;
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

function plainOne(picture: BmpPicture): BmpPicture {
  if (picture.plain) return picture;
  throw new EngineError("unsupported", "pixels of a compressed picture can't be painted");
}

function geometryOf({ width, height, topDown, bitsPerPixel, rowBytes, pixels }: BmpLayout) {
  return { width, height, topDown, bitsPerPixel, rowBytes, pixels };
}

/** Of a palette of inks none: what is edited are colours of light. */
function editableEntries({ colors, inks, palette, paletteEntryBytes }: BmpLayout): number {
  return inks ? 0 : Math.min(colors.length, (palette.end - palette.start) / paletteEntryBytes);
}

function formatOf({ header, headerName, bitsPerPixel, coding, inks, topDown }: BmpLayout): string {
  // Bytes as pixels: there is no header, the format says it all.
  if (header.start === header.end) return headerName;
  const inkText = inks ? " · CMYK without a colour profile" : "";
  return `${headerName} · ${codingText(coding, bitsPerPixel)}${inkText}${topDown ? " · top-down" : ""}`;
}

function codingText(coding: BmpCoding, bitsPerPixel: number): string {
  switch (coding.kind) {
    case "rle":
      return `RLE${coding.bits}`;
    case "huffman":
      return "Modified Huffman";
    case "embedded":
      return coding.format.toUpperCase();
    case "indexed":
    case "masked":
    case "cmyk":
    case "fixedPoint":
      return `${bitsPerPixel} bit`;
    default:
      return coding satisfies never;
  }
}

/** The message takes them along instead of copying them. */
function packedIn(body: PictureBody): ArrayBuffer[] {
  if ("packed" in body) return [body.packed];
  return "overview" in body && body.overview !== undefined ? [body.overview.packed] : [];
}
