// Which part of a picture is on screen, and how large: zoom, pan, tiles in sight. Pure arithmetic, in pixels of the picture and
// in pixels of the screen (device pixels, "px").
import { TILE_SIDE } from "../../../shared/pixelsProtocol";
import type { PixelPlace } from "../../../shared/pictureGeometry";
import { tileAt, type Size, type TileRequest } from "../../../shared/pictureTiles";

/** Of a part of the picture, in its pixels; may lie beside it. */
interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Screen pixels to one of the picture. */
export const MAX_SCALE = 64;
export class PictureView {
  scale = 1;
  /** Of the picture, at the upper left of the screen; may be fractions, and negative where the picture is smaller. */
  left = 0;
  top = 0;
  /** The whole picture is shown, whatever the size of the screen. */
  fits = true;
  /** Where the latest move went: -1, 0 or 1 in each direction. */
  private heading = { x: 0, y: 0 };

  constructor(
    private picture: Size,
    private screen: Size,
  ) {
    this.fit();
  }

  get size(): Size {
    return this.picture;
  }
  get viewport(): Size {
    return this.screen;
  }

  setPicture(picture: Size): void {
    this.picture = picture;
    this.settle();
  }

  resize(screen: Size): void {
    const middle = {
      x: this.left + this.screen.width / 2 / this.scale,
      y: this.top + this.screen.height / 2 / this.scale,
    };
    this.screen = screen;
    if (this.fits) return this.fit();
    this.left = middle.x - screen.width / 2 / this.scale;
    this.top = middle.y - screen.height / 2 / this.scale;
    this.settle();
  }

  get fitScale(): number {
    const { width, height } = this.picture;
    return Math.min(MAX_SCALE, this.screen.width / width, this.screen.height / height);
  }

  get minScale(): number {
    return Math.min(1, this.fitScale);
  }

  fit(): void {
    this.fits = true;
    const { fitScale } = this;
    // Small pictures are enlarged by whole numbers, so that pixels are squares of one size.
    this.scale = fitScale > 1 ? Math.floor(fitScale) : fitScale;
    this.settle();
  }

  /** Keeps the pixel under (xPx, yPx) where it is. */
  zoomTo(scale: number, xPx = this.screen.width / 2, yPx = this.screen.height / 2): void {
    const x = this.left + xPx / this.scale;
    const y = this.top + yPx / this.scale;
    this.fits = false;
    this.heading = { x: 0, y: 0 };
    this.scale = Math.min(MAX_SCALE, Math.max(this.minScale, scale));
    this.left = x - xPx / this.scale;
    this.top = y - yPx / this.scale;
    this.settle();
  }

  /** One step in or out, over powers of two. */
  zoomBy(steps: number, xPx?: number, yPx?: number): void {
    const power = Math.log2(this.scale);
    const next = steps > 0 ? Math.floor(power + 1e-9) + steps : Math.ceil(power - 1e-9) + steps;
    this.zoomTo(2 ** next, xPx, yPx);
  }

  panBy(xPx: number, yPx: number): void {
    this.fits = false;
    this.heading = { x: Math.sign(xPx), y: Math.sign(yPx) };
    this.left += xPx / this.scale;
    this.top += yPx / this.scale;
    this.settle();
  }

  centerOn({ x, y }: PixelPlace): void {
    this.fits = false;
    this.left = x + 0.5 - this.screen.width / 2 / this.scale;
    this.top = y + 0.5 - this.screen.height / 2 / this.scale;
    this.settle();
  }

  /** Scrolls no further than it takes. */
  reveal({ x, y }: PixelPlace): void {
    const into = (start: number, shown: number, at: number) =>
      at < start ? at : at + 1 > start + shown ? at + 1 - shown : start;
    const left = into(this.left, this.screen.width / this.scale, x);
    const top = into(this.top, this.screen.height / this.scale, y);
    if (left === this.left && top === this.top) return;
    this.left = left;
    this.top = top;
    this.fits = false;
    this.settle();
  }

  /** The pixel under a place of the screen; undefined beside the picture. */
  pixelAt(xPx: number, yPx: number): PixelPlace | undefined {
    const x = Math.floor(this.left + xPx / this.scale);
    const y = Math.floor(this.top + yPx / this.scale);
    const { width, height } = this.picture;
    return x >= 0 && x < width && y >= 0 && y < height ? { x, y } : undefined;
  }

  toScreen(x: number, y: number): { xPx: number; yPx: number } {
    return { xPx: (x - this.left) * this.scale, yPx: (y - this.top) * this.scale };
  }

  /** Pixels of the picture to one of a tile that suits the scale: never fewer than one tile pixel to a screen pixel. */
  get step(): number {
    return this.scale >= 1 ? 1 : 2 ** Math.floor(Math.log2(1 / this.scale) + 1e-9);
  }

  /** Everything is on screen. */
  get showsAll(): boolean {
    const { width, height } = this.picture;
    return width * this.scale <= this.screen.width + 0.5 && height * this.scale <= this.screen.height + 0.5;
  }

  /** The tiles in sight, the middle ones first. */
  tiles(): TileRequest[] {
    return this.tilesWithin(this.sight);
  }

  /** Those that come into sight when the latest move goes on, the nearest first. */
  tilesAhead(): TileRequest[] {
    const { left, top, right, bottom } = this.sight;
    const { x, y } = this.heading;
    const side = TILE_SIDE * this.step;
    const seen = new Set(this.tiles().map(({ key }) => key));
    const wider = {
      left: x < 0 ? left - side : left,
      top: y < 0 ? top - side : top,
      right: x > 0 ? right + side : right,
      bottom: y > 0 ? bottom + side : bottom,
    };
    return this.tilesWithin(wider).filter(({ key }) => !seen.has(key));
  }

  private get sight(): Edges {
    const right = this.left + this.screen.width / this.scale;
    return { left: this.left, top: this.top, right, bottom: this.top + this.screen.height / this.scale };
  }

  /** The middle ones first. */
  private tilesWithin(edges: Edges): TileRequest[] {
    const { step } = this;
    const side = TILE_SIDE * step;
    const { width, height } = this.picture;
    const [left, top] = [Math.max(0, edges.left), Math.max(0, edges.top)];
    const [right, bottom] = [Math.min(width, edges.right), Math.min(height, edges.bottom)];
    const found: TileRequest[] = [];
    for (let row = Math.floor(top / side); row * side < bottom; row += 1) {
      for (let column = Math.floor(left / side); column * side < right; column += 1) {
        found.push(tileAt(this.picture, step, column, row));
      }
    }
    const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
    const distance = ({ x, y }: TileRequest) => Math.hypot(x + side / 2 - middleX, y + side / 2 - middleY);
    return found.sort((a, b) => distance(a) - distance(b));
  }

  /** The picture is centred where it is smaller than the screen, else no place beside it is shown. */
  private settle(): void {
    this.scale = Math.min(MAX_SCALE, Math.max(this.minScale, this.scale));
    const along = (start: number, length: number, screen: number) => {
      const shown = screen / this.scale;
      return shown >= length ? (length - shown) / 2 : Math.min(Math.max(0, start), length - shown);
    };
    this.left = along(this.left, this.picture.width, this.screen.width);
    this.top = along(this.top, this.picture.height, this.screen.height);
  }
}
