// What changes a picture: the tools, the palette, adjusting colours. Joins their views to the host; what is shown of it while it
// is not made yet (a line being drawn, a marked area, adjusted tiles) the page asks for when it draws.
import { bytesOfPixel, type PixelPlace } from "../../shared/pictureGeometry";
import type { TileRequest } from "../../shared/pictureTiles";
import type { PaintColor, PictureState, PixelsAnswer, PixelsQuestion } from "../../shared/pixelsProtocol";
import { AdjustView } from "./pixels/adjustView";
import { colorAt } from "./pixels/colorProbe";
import { Painter } from "./pixels/painter";
import { PaletteView } from "./pixels/paletteView";
import { colorText, packedColor } from "./pixels/pixelTexts";
import type { TileImage } from "./pixels/pixelsView";
import type { Area } from "./pixels/previewPixels";
import type { Tool } from "./pixels/strokes";
import { TilePreview } from "./pixels/tilePreviewView";
import { ToolsView, toolOfKey } from "./pixels/toolsView";

type Picture = Extract<PictureState, { kind: "picture" }>;

export interface PixelsEditingHandlers {
  ask<Kind extends PixelsQuestion["kind"]>(
    ask: Extract<PixelsQuestion, { kind: Kind }>,
  ): { readonly reply: Promise<PixelsAnswer[Kind]>; cancel(): void };
  /** One byte of the document. */
  byteAt(offset: number): Promise<number | undefined>;
  /** Something is to be drawn anew. */
  changed(): void;
  failed(error: unknown): void;
  hint(text: string): void;
  say(text: string): void;
  focus(): void;
}

export class PixelsEditing {
  readonly tools: ToolsView;
  readonly rows: readonly HTMLElement[];
  readonly #palette: PaletteView;
  readonly #adjust: AdjustView;
  readonly #painter: Painter;
  readonly #preview = new TilePreview();
  #picture: Picture | undefined;
  #editable = false;
  #tool: Tool = "select";
  #area: Area | undefined;
  /** The adjustment that is being made. */
  #underWay: { cancel(): void } | undefined;
  /** A line, rectangle or area whose other end the keys will say. */
  #anchored = false;

  constructor(private readonly handlers: PixelsEditingHandlers) {
    this.tools = new ToolsView({
      tool: (tool) => this.#choose(tool),
      adjust: () => this.#toggleAdjust(),
    });
    this.#palette = new PaletteView({
      chosen: () => undefined,
      changed: (index, color) =>
        this.#settle(handlers.ask({ kind: "palette", index, color: packedColor(color) }).reply),
    });
    this.#adjust = new AdjustView({
      changed: () => this.#previewAnew(),
      area: (area) => this.#mark(area),
      apply: () => void this.#apply(),
      cancel: () => this.#closeAdjust(),
    });
    this.#painter = new Painter({
      paint: (spans, merge) => handlers.ask({ kind: "paint", paint: this.#paint, spans, merge }).reply,
      marked: (from, to) => this.#mark(areaBetween(from, to)),
      failed: (error) => handlers.failed(error),
      tooLarge: () => handlers.hint("So many rows can't be painted at once."),
    });
    this.rows = [this.#palette.element, this.#adjust.element];
  }

  /** @param picture undefined: there is none to be changed */
  show(picture: Picture | undefined, readOnly: boolean): void {
    this.#picture = picture;
    this.#editable = picture?.plain === true && !readOnly;
    const indexed = (picture?.colors.length ?? 0) > 0 && (picture?.paletteEntries ?? 0) > 0;
    this.tools.setEditable(this.#editable, indexed);
    this.#palette.show(picture?.colors ?? [], picture?.paletteEntries ?? 0, !readOnly);
    if (!this.#editable && !this.#adjust.element.hidden) this.#closeAdjust();
    this.#mark(this.#area);
  }

  /** A press, or a drag with the main button, is a tool's. */
  get takesPress(): boolean {
    return this.#tool !== "select" && this.#editable;
  }

  /** Marked, or being drawn. */
  get area(): Area | undefined {
    const drawn = this.#painter.preview;
    return drawn === undefined ? this.#area : areaBetween(drawn.from, drawn.to);
  }

  preview(request: TileRequest, image: TileImage): TileImage {
    return this.#preview.of(request, image);
  }

  press(phase: "begin" | "move" | "end", place: PixelPlace): void {
    if (phase === "begin") {
      this.#anchored = false;
      if (this.#tool === "fill") return this.#fill(place);
      if (this.#tool === "pick") return void this.pick(place);
      this.#painter.begin(this.#tool, place);
    } else if (phase === "move") this.#painter.move(place);
    else this.#painter.end();
    this.handlers.changed();
  }

  /** Enter at the pixel with the cursor: does what a press does; lines, rectangles and areas have two ends. */
  enter(place: PixelPlace): void {
    if (!this.takesPress) return;
    if (this.#anchored || this.#tool === "pencil" || this.#tool === "fill" || this.#tool === "pick") {
      const ends = this.#anchored;
      this.#anchored = false;
      if (!ends) this.press("begin", place);
      if (this.#tool !== "fill" && this.#tool !== "pick") this.press("end", place);
    } else {
      this.press("begin", place);
      this.#anchored = true;
      this.handlers.say("First corner. Go to the other one and press Enter.");
    }
  }

  /** The cursor was moved by a key. */
  walked(place: PixelPlace): void {
    if (this.#anchored) this.press("move", place);
  }

  escape(): void {
    if (this.#anchored) {
      this.#anchored = false;
      this.#painter.cancel();
    } else if (!this.#adjust.element.hidden) this.#closeAdjust();
    else this.#mark(undefined);
    this.handlers.changed();
  }

  /** True: the key was a tool's. */
  letter(key: string): boolean {
    if (!this.#editable) return false;
    if (key.toLowerCase() === "a") this.#toggleAdjust();
    const tool = toolOfKey(key);
    if (tool !== undefined) this.#choose(tool);
    return tool !== undefined || key.toLowerCase() === "a";
  }

  async pick(place: PixelPlace): Promise<void> {
    const { colors = [], geometry } = this.#picture ?? {};
    if (colors.length > 0 && geometry !== undefined) {
      const bytes = bytesOfPixel(geometry, place);
      const byte = bytes === undefined ? undefined : await this.handlers.byteAt(bytes.start);
      if (byte === undefined) return;
      const bits = geometry.bitsPerPixel;
      const right = 8 - bits - ((place.x * bits) % 8);
      const index = Math.floor(byte / 2 ** right) % 2 ** bits;
      this.#palette.choose(index, false);
      this.handlers.say(`Entry ${index}`);
      return;
    }
    const color = await colorAt((ask) => this.handlers.ask(ask), place);
    if (color === undefined) return;
    this.tools.color = colorText({ ...color, alpha: 255 }).toLowerCase();
    this.handlers.say(`Colour ${this.tools.color}`);
  }

  get #paint(): PaintColor {
    const { colors = [], paletteEntries = 0 } = this.#picture ?? {};
    if (colors.length === 0 || paletteEntries === 0) return { color: packedColor(this.tools.color) };
    return { color: this.#palette.color, index: this.#palette.index };
  }

  #choose(tool: Tool): void {
    this.#tool = tool;
    this.#anchored = false;
    this.#painter.cancel();
    this.tools.show(tool);
    this.handlers.focus();
    this.handlers.changed();
  }

  #fill(place: PixelPlace): void {
    const filled = this.handlers.ask({ kind: "fill", ...place, paint: this.#paint }).reply;
    this.#settle(filled.then((answer) => this.handlers.say(`${answer.filled} pixels filled`)));
  }

  #mark(area: Area | undefined): void {
    const size = this.#picture?.geometry;
    this.#area = area === undefined || size === undefined ? undefined : within(area, size);
    this.#adjust.showArea(this.#area);
    this.#previewAnew();
  }

  #toggleAdjust(): void {
    if (!this.#adjust.element.hidden) return this.#closeAdjust();
    this.tools.setAdjusting(true);
    this.#adjust.open();
  }

  /** Gives up what is being made, or closes the row. */
  #closeAdjust(): void {
    if (this.#underWay !== undefined) return this.#underWay.cancel();
    this.#leaveAdjust();
    this.#previewAnew();
  }

  #leaveAdjust(): void {
    this.#adjust.close();
    this.tools.setAdjusting(false);
    this.handlers.focus();
  }

  #previewAnew(): void {
    const size = this.#picture?.geometry;
    if (size !== undefined) {
      const adjustment = this.#adjust.element.hidden ? undefined : this.#adjust.adjustment;
      const whole = { x: 0, y: 0, width: size.width, height: size.height };
      this.#preview.set(adjustment, this.#area ?? whole, this.#picture?.colors ?? []);
    }
    this.handlers.changed();
  }

  async #apply(): Promise<void> {
    const { adjustment } = this.#adjust;
    const size = this.#picture?.geometry;
    if (adjustment === undefined || size === undefined || this.#underWay !== undefined) return;
    const { x, y, width, height } = this.#area ?? { x: 0, y: 0, width: size.width, height: size.height };
    const call = this.handlers.ask({ kind: "adjust", x, y, width, height, adjustment });
    this.#underWay = call;
    this.#adjust.setBusy(true);
    try {
      await call.reply;
      this.#preview.applied();
      this.#leaveAdjust();
      this.handlers.say("Adjusted");
    } catch (error) {
      this.handlers.failed(error);
    } finally {
      this.#underWay = undefined;
      this.#adjust.setBusy(false);
    }
  }

  #settle(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.handlers.failed(error));
  }
}

function areaBetween(from: PixelPlace, to: PixelPlace): Area {
  return {
    x: Math.min(from.x, to.x),
    y: Math.min(from.y, to.y),
    width: Math.abs(from.x - to.x) + 1,
    height: Math.abs(from.y - to.y) + 1,
  };
}

/** What of an area lies in the picture; undefined: nothing. */
function within(area: Area, { width, height }: { readonly width: number; readonly height: number }): Area | undefined {
  const right = Math.min(width, area.x + area.width);
  const bottom = Math.min(height, area.y + area.height);
  if (area.x >= right || area.y >= bottom) return undefined;
  return { x: area.x, y: area.y, width: right - area.x, height: bottom - area.y };
}
