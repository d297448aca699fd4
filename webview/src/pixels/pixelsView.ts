// The page of a picture as elements: the canvas, the small map, the bar above and the line below. Draws what it is told;
// knows neither host nor tiles' origin.
import fitIcon from "@vscode/codicons/src/icons/screen-full.svg";
import zoomInIcon from "@vscode/codicons/src/icons/zoom-in.svg";
import zoomOutIcon from "@vscode/codicons/src/icons/zoom-out.svg";
import type { PictureDefect, TileReply } from "../../../shared/pixelsProtocol";
import type { PixelPlace } from "../../../shared/pictureGeometry";
import type { Size, TileRequest } from "../../../shared/pictureTiles";
import { unpackPixels } from "../../../shared/pixelPacking";
import { iconButton } from "./iconButtonView";
import { zoomText, type StatusPart } from "./pixelTexts";
import type { Area } from "./previewPixels";
import type { PictureView } from "./viewport";

export type TileImage = OffscreenCanvas | ImageBitmap;

/** Rectangles of pixels to be marked: x, y, width, height. */
export type Marks = readonly (readonly [number, number, number, number])[];

export interface Drawing {
  readonly view: PictureView;
  readonly overview: TileImage | undefined;
  readonly tiles: readonly { readonly request: TileRequest; readonly image: TileImage | undefined }[];
  readonly marks: Marks;
  readonly cursor: PixelPlace | undefined;
  /** Marked, or about to be. */
  readonly area: Area | undefined;
}

/** Of the checkerboard under transparent pixels, in CSS pixels. */
const CHECKER_PX = 8;
/** From this scale on, lines part the pixels. */
const GRID_SCALE = 10;
const MAP_SIDE_PX = 168;

export interface PixelsViewHandlers {
  command(command: "zoomIn" | "zoomOut" | "fit" | "actual"): void;
  /** The person points at a place of the small map, 0 to 1 in each direction. */
  mapped(x: number, y: number): void;
  /** Instead of a picture that there is none of: the bytes as pixels. */
  raw(): void;
}

export class PixelsView {
  readonly element = document.createElement("main");
  readonly canvas = document.createElement("canvas");
  readonly #map = document.createElement("canvas");
  readonly #zoom = document.createElement("span");
  readonly #format = document.createElement("span");
  readonly #defects = document.createElement("details");
  readonly #status = document.createElement("div");
  readonly #message = document.createElement("div");
  readonly #raw: HTMLButtonElement;
  readonly #bar = document.createElement("div");
  readonly #stage = document.createElement("div");

  /** @param tools of the bar. @param rows below the bar */
  constructor(handlers: PixelsViewHandlers, tools: HTMLElement, rows: readonly HTMLElement[]) {
    this.element.className = "pixels";
    this.#bar.className = "pixels-bar";
    this.#bar.setAttribute("role", "toolbar");
    this.#bar.setAttribute("aria-label", "Picture");
    this.#zoom.className = "pixels-zoom";
    this.#format.className = "pixels-format";
    this.#defects.className = "pixels-defects";
    this.#defects.hidden = true;
    this.#bar.append(
      iconButton(zoomOutIcon, "Zoom out (-)", () => handlers.command("zoomOut")),
      this.#zoom,
      iconButton(zoomInIcon, "Zoom in (+)", () => handlers.command("zoomIn")),
      iconButton(fitIcon, "Whole picture (0)", () => handlers.command("fit")),
      iconButton("1:1", "One pixel to one, 1:1 (1)", () => handlers.command("actual")),
      tools,
      this.#format,
      this.#defects,
    );
    this.#stage.className = "pixels-stage";
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-roledescription", "picture");
    this.#map.className = "pixels-map";
    this.#map.setAttribute("aria-hidden", "true");
    this.#map.addEventListener("pointerdown", (event) => {
      this.#map.setPointerCapture(event.pointerId);
      this.#pointMap(event, handlers);
    });
    this.#map.addEventListener("pointermove", (event) => {
      if (this.#map.hasPointerCapture(event.pointerId)) this.#pointMap(event, handlers);
    });
    this.#message.className = "pixels-message";
    this.#message.setAttribute("role", "alert");
    this.#message.hidden = true;
    this.#raw = iconButton("Show Its Bytes as Pixels", "Show its bytes as pixels", () => handlers.raw());
    this.#raw.className = "button";
    this.#stage.append(this.canvas, this.#map, this.#message);
    this.#status.className = "pixels-status";
    this.element.append(this.#bar, ...rows, this.#stage, this.#status);
  }

  /** In device pixels. */
  get screen(): Size {
    const { clientWidth, clientHeight } = this.#stage;
    const ratio = window.devicePixelRatio;
    return {
      width: Math.max(1, Math.round(clientWidth * ratio)),
      height: Math.max(1, Math.round(clientHeight * ratio)),
    };
  }

  onResize(resized: () => void): void {
    new ResizeObserver(resized).observe(this.#stage);
  }

  /** Device pixels of the canvas under a pointer. */
  placeOf(event: MouseEvent): { xPx: number; yPx: number } {
    const box = this.canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio;
    return { xPx: (event.clientX - box.left) * ratio, yPx: (event.clientY - box.top) * ratio };
  }

  setFormat(size: Size, format: string, defects: readonly PictureDefect[]): void {
    this.#format.textContent = `${size.width} × ${size.height} · ${format}`;
    this.canvas.setAttribute("aria-label", `Picture of ${size.width} by ${size.height} pixels`);
    this.#defects.hidden = defects.length === 0;
    const summary = document.createElement("summary");
    summary.textContent = defects.length === 1 ? "1 defect" : `${defects.length} defects`;
    const list = document.createElement("ul");
    list.append(
      ...defects.map(({ offset, message }) => {
        const item = document.createElement("li");
        item.textContent = `0x${offset.toString(16).toUpperCase()}: ${message}`;
        return item;
      }),
    );
    this.#defects.replaceChildren(summary, list);
  }

  /** Instead of the picture; undefined: the picture is there. @param raw its bytes can be shown as pixels */
  setMessage(message: string | undefined, raw = false): void {
    this.#message.hidden = message === undefined;
    const text = document.createElement("p");
    text.textContent = message ?? "";
    this.#message.replaceChildren(text, ...(raw ? [this.#raw] : []));
    this.canvas.hidden = message !== undefined;
    this.#map.hidden = true;
  }

  setStatus(parts: readonly StatusPart[]): void {
    this.#status.replaceChildren(
      ...parts.map(({ label, text, color }) => {
        const part = document.createElement("span");
        part.title = label;
        if (color !== undefined) {
          const swatch = document.createElement("i");
          swatch.className = "pixels-swatch";
          swatch.style.setProperty("--swatch", color);
          part.append(swatch);
        }
        part.append(text);
        return part;
      }),
    );
  }

  draw({ view, overview, tiles, marks, cursor, area }: Drawing): void {
    const { width, height } = view.viewport;
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.#zoom.textContent = zoomText(view.scale);
    const context = this.canvas.getContext("2d");
    if (context === null) return;
    context.clearRect(0, 0, width, height);
    const { xPx, yPx } = view.toScreen(0, 0);
    const box: Box = [xPx, yPx, view.size.width * view.scale, view.size.height * view.scale];
    drawChecker(context, box, width, height);
    context.imageSmoothingEnabled = view.scale < 1;
    if (overview !== undefined && tiles.some(({ image }) => image === undefined)) drawCoarse(context, view, overview);
    for (const { request, image } of tiles) {
      if (image === undefined) continue;
      const at = view.toScreen(request.x, request.y);
      const end = view.toScreen(request.x + request.width, request.y + request.height);
      // On whole pixels, so that neighbours leave no seam.
      const [left, top] = [Math.round(at.xPx), Math.round(at.yPx)];
      if (overview !== undefined) drawUnder(context, left, top, Math.round(end.xPx), Math.round(end.yPx));
      context.drawImage(image, left, top, Math.round(end.xPx) - left, Math.round(end.yPx) - top);
    }
    if (view.scale >= GRID_SCALE)
      drawGrid(context, view, getComputedStyle(this.canvas).getPropertyValue("--pixel-grid"));
    this.#drawMarks(context, view, marks, cursor);
    if (area !== undefined) drawArea(context, view, area);
    this.#drawMap(view, overview);
  }

  #drawMarks(context: CanvasRenderingContext2D, view: PictureView, marks: Marks, cursor: PixelPlace | undefined): void {
    const colors = getComputedStyle(this.canvas);
    for (const [x, y, wide, high] of marks) {
      const { xPx, yPx } = view.toScreen(x, y);
      const box: Box = [xPx, yPx, Math.max(2, wide * view.scale), Math.max(2, high * view.scale)];
      // An outline alone: a tint would lie about colours.
      context.lineWidth = 1;
      context.strokeStyle = colors.getPropertyValue("--pixel-focus");
      context.strokeRect(box[0] - 0.5, box[1] - 0.5, box[2] + 1, box[3] + 1);
    }
    if (cursor === undefined) return;
    const { xPx, yPx } = view.toScreen(cursor.x, cursor.y);
    // Seen on any colour, and where a pixel of the picture is less than one of the screen.
    const side = Math.max(view.scale, 7);
    const shift = (view.scale - side) / 2;
    for (const [grow, color] of [
      [2, "#000"],
      [1, "#fff"],
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = 1;
      context.strokeRect(xPx + shift - grow + 0.5, yPx + shift - grow + 0.5, side + 2 * grow - 1, side + 2 * grow - 1);
    }
  }

  #drawMap(view: PictureView, overview: TileImage | undefined): void {
    const shown = overview !== undefined && !view.showsAll;
    this.#map.hidden = !shown;
    if (!shown) return;
    const { width, height } = view.size;
    const ratio = window.devicePixelRatio;
    const scale = (MAP_SIDE_PX * ratio) / Math.max(width, height);
    const [wanted, wantedHigh] = [Math.round(width * scale), Math.round(height * scale)].map((side) =>
      Math.max(8 * ratio, side),
    );
    // Setting a size clears the canvas and takes memory anew, also where it is the same.
    if (this.#map.width !== wanted) this.#map.width = wanted!;
    if (this.#map.height !== wantedHigh) this.#map.height = wantedHigh!;
    this.#map.style.width = `${this.#map.width / ratio}px`;
    this.#map.style.height = `${this.#map.height / ratio}px`;
    const context = this.#map.getContext("2d");
    if (context === null) return;
    drawChecker(context, [0, 0, this.#map.width, this.#map.height], this.#map.width, this.#map.height);
    context.drawImage(overview, 0, 0, this.#map.width, this.#map.height);
    const [across, down] = [this.#map.width / width, this.#map.height / height];
    const left = Math.max(0, view.left) * across;
    const top = Math.max(0, view.top) * down;
    const wide = Math.max(4, Math.min(width, view.viewport.width / view.scale) * across);
    const high = Math.max(4, Math.min(height, view.viewport.height / view.scale) * down);
    context.lineWidth = 2;
    for (const [color, grow] of [
      ["#000", 1],
      ["#fff", 0],
    ] as const) {
      context.strokeStyle = color;
      context.strokeRect(left - grow, top - grow, wide + 2 * grow, high + 2 * grow);
    }
  }

  #pointMap(event: PointerEvent, handlers: PixelsViewHandlers): void {
    const box = this.#map.getBoundingClientRect();
    handlers.mapped((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }
}

type Box = readonly [number, number, number, number];

/** Black and white dashes: seen on any colour. */
function drawArea(context: CanvasRenderingContext2D, view: PictureView, { x, y, width, height }: Area): void {
  const from = view.toScreen(x, y);
  const to = view.toScreen(x + width, y + height);
  const [left, top] = [Math.round(from.xPx) - 0.5, Math.round(from.yPx) - 0.5];
  const [wide, high] = [Math.round(to.xPx) + 0.5 - left, Math.round(to.yPx) + 0.5 - top];
  const dash = 4 * window.devicePixelRatio;
  context.lineWidth = 1;
  for (const [color, pattern] of [
    ["#000", []],
    ["#fff", [dash, dash]],
  ] as const) {
    context.strokeStyle = color;
    context.setLineDash([...pattern]);
    context.strokeRect(left, top, wide, high);
  }
  context.setLineDash([]);
}

/** A tile's pixels as an image that can be drawn at any size. */
export function tileImage({ width, height, packed }: TileReply): TileImage {
  const image = new OffscreenCanvas(width, height);
  const pixels = new Uint8ClampedArray(unpackPixels(packed, width * height).buffer);
  image.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return image;
}

let checker: CanvasPattern | null = null;

function drawChecker(context: CanvasRenderingContext2D, [x, y, wide, high]: Box, width: number, height: number): void {
  if (checker === null) {
    const side = CHECKER_PX * window.devicePixelRatio;
    const tile = new OffscreenCanvas(2 * side, 2 * side);
    const paint = tile.getContext("2d");
    if (paint === null) return;
    paint.fillStyle = "#9b9b9b";
    paint.fillRect(0, 0, 2 * side, 2 * side);
    paint.fillStyle = "#767676";
    paint.fillRect(0, 0, side, side);
    paint.fillRect(side, side, side, side);
    checker = context.createPattern(tile, "repeat");
  }
  if (checker === null) return;
  context.fillStyle = checker;
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  context.fillRect(left, top, Math.min(width, x + wide) - left, Math.min(height, y + high) - top);
}

/** What is in sight of the whole picture. Never all of it: enlarged, it would be many times the screen. */
function drawCoarse(context: CanvasRenderingContext2D, view: PictureView, overview: TileImage): void {
  const { width, height } = view.size;
  const [left, top] = [Math.max(0, view.left), Math.max(0, view.top)];
  const wide = Math.min(width - left, view.viewport.width / view.scale);
  const high = Math.min(height - top, view.viewport.height / view.scale);
  const [across, down] = [overview.width / width, overview.height / height];
  const { xPx, yPx } = view.toScreen(left, top);
  context.drawImage(
    overview,
    left * across,
    top * down,
    wide * across,
    high * down,
    xPx,
    yPx,
    wide * view.scale,
    high * view.scale,
  );
}

/** Takes the coarse picture away from under a fine tile, which may be transparent. */
function drawUnder(context: CanvasRenderingContext2D, left: number, top: number, right: number, bottom: number): void {
  if (checker === null) return;
  context.fillStyle = checker;
  context.fillRect(left, top, right - left, bottom - top);
}

function drawGrid(context: CanvasRenderingContext2D, view: PictureView, color: string): void {
  const { width, height } = view.viewport;
  const end = view.toScreen(view.size.width, view.size.height);
  const origin = view.toScreen(0, 0);
  const [left, top] = [Math.max(0, origin.xPx), Math.max(0, origin.yPx)];
  const [right, bottom] = [Math.min(width, end.xPx), Math.min(height, end.yPx)];
  context.beginPath();
  for (let x = Math.ceil(view.left); x <= view.left + width / view.scale; x += 1) {
    const { xPx } = view.toScreen(x, 0);
    if (xPx < left || xPx > right) continue;
    context.moveTo(Math.round(xPx) + 0.5, top);
    context.lineTo(Math.round(xPx) + 0.5, bottom);
  }
  for (let y = Math.ceil(view.top); y <= view.top + height / view.scale; y += 1) {
    const { yPx } = view.toScreen(0, y);
    if (yPx < top || yPx > bottom) continue;
    context.moveTo(left, Math.round(yPx) + 0.5);
    context.lineTo(right, Math.round(yPx) + 0.5);
  }
  context.lineWidth = 1;
  context.strokeStyle = color;
  context.stroke();
}
