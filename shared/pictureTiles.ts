// Which tiles a picture is cut into at each reduction. Pure arithmetic, in pixels of the picture.
import { MAX_PICTURE_SIDE, TILE_SIDE } from "./pixelsProtocol";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface TileRequest {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  /** Of the picture. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the picture to one of the tile, in each direction: a power of two. */
  readonly step: number;
  readonly samples: number;
}

/** Reduced by more than this, tiles take the nearest pixels, not means: a mean would have to read everything. */
const MAX_BOX_STEP = 16;
const MAX_SAMPLES = 4;
/** Reduced by more, four samples a pixel have to do: sixteen would take a tile longer than a person waits. */
const MAX_EXACT_STEP = 4;

export function tileAt({ width, height }: Size, step: number, column: number, row: number): TileRequest {
  const side = TILE_SIDE * step;
  const x = column * side;
  const y = row * side;
  return {
    key: `${step}:${column}:${row}`,
    x,
    y,
    width: Math.min(side, width - x),
    height: Math.min(side, height - y),
    step,
    samples: step > MAX_BOX_STEP ? 1 : step > MAX_EXACT_STEP ? 2 : Math.min(step, MAX_SAMPLES),
  };
}

/** The whole picture as one tile: under all others, and in the small map. */
export function overviewTile(picture: Size): TileRequest {
  const longest = Math.min(MAX_PICTURE_SIDE, Math.max(picture.width, picture.height));
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(longest / TILE_SIDE)));
  return { ...tileAt(picture, step, 0, 0), key: "overview" };
}
