// What the page of a picture and the extension host say to each other, inside the "pixels" messages of protocol.ts. The host
// decodes; a page sees the layout and the tiles it shows. What is selected crosses as in any page.
import type { Adjustment } from "./adjustment";
import type { ByteRange } from "./byteRange";
import type { PictureGeometry } from "./pictureGeometry";

/** Pixels of one tile in each direction, at most. */
export const TILE_SIDE = 256;
/** No header says more; the reduction that shows it as one pixel is no more either. */
export const MAX_PICTURE_SIDE = 2 ** 31;

/** Rows of a rectangle that is painted at once, pieces of a pencil's stroke. */
export const MAX_SPANS = 16_384;
/** Pixels of an area that is filled at once: more would be a file's worth of pieces that nobody has seen. */
export const MAX_FILL_PIXELS = 2 ** 22;

/** What pixels are painted with. */
export interface PaintColor {
  /** Red in the lowest byte, alpha in the highest; pictures with a palette take the nearest of theirs. */
  readonly color: number;
  /** Of the palette: exactly this entry. */
  readonly index?: number;
}

export type PixelsQuestion =
  /** What there is to show. */
  | { readonly kind: "picture" }
  /** `width` x `height` pixels of the picture from (x, y) on; one of the answer for each square of `step` pixels, the mean of
   *  `samples` x `samples` of them. At most TILE_SIDE pixels in each direction of the answer. */
  | {
      readonly kind: "tile";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly step: number;
      readonly samples: number;
    }
  /** Gives pixels a colour, as one step or, with `merge`, as more of the latest one. */
  | {
      readonly kind: "paint";
      readonly paint: PaintColor;
      /** Triples: row, first pixel, pixel behind the last; at most MAX_SPANS of them. */
      readonly spans: readonly number[];
      readonly merge: boolean;
    }
  /** Gives the area of one colour around a pixel another one: pixels that touch along a side. */
  | { readonly kind: "fill"; readonly x: number; readonly y: number; readonly paint: PaintColor }
  /** Gives an entry of the palette another colour, packed as in "paint". */
  | { readonly kind: "palette"; readonly index: number; readonly color: number }
  /** Adjusts a rectangle, as one step; answered when it is done. */
  | {
      readonly kind: "adjust";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly adjustment: Adjustment;
    }
  /** How long rows may be, of bytes that are taken as pixels. */
  | { readonly kind: "guess" };

export interface PixelsAnswer {
  picture: PictureState;
  tile: TileReply;
  paint: Edited;
  fill: Edited & { readonly filled: number };
  palette: Edited;
  adjust: Edited;
  /** Bytes from row to row, the likeliest first. */
  guess: { readonly rowBytes: readonly number[] };
}

export interface Edited {
  /** Of the document. */
  readonly version: number;
}

export interface TileReply {
  readonly width: number;
  readonly height: number;
  /** See pixelPacking.ts. Empty: not known yet, `walked` tells how far a compressed picture has been looked through. */
  readonly packed: ArrayBuffer;
  /** 0 to 1. */
  readonly walked: number;
  /** Of the document. */
  readonly version: number;
}

export interface PictureDefect {
  readonly offset: number;
  readonly message: string;
}

export type PictureState =
  | {
      readonly kind: "picture";
      readonly geometry: PictureGeometry;
      /** Its bytes belong to pixels one to one. */
      readonly plain: boolean;
      /** Of the header, for people. */
      readonly format: string;
      readonly defects: readonly PictureDefect[];
      /** What indices stand for, packed as in "paint"; empty: pixels hold colours. */
      readonly colors: readonly number[];
      /** Of `colors`, those that stand in the file and can be changed. */
      readonly paletteEntries: number;
      /** A whole file of a format that the browser shows. */
      readonly embedded?: { readonly mime: string; readonly range: ByteRange };
      readonly version: number;
      /** The whole of it as one small tile; absent where that takes long, and where the browser shows the picture. */
      readonly overview?: TileReply;
    }
  /** Not a picture, or none that can be shown; why, and where that is seen. */
  | { readonly kind: "none"; readonly reason: string; readonly offset?: number };

/** What a page shows before it has asked: within its HTML, in an element with this id, as JSON. */
export const FIRST_PICTURE_ID = "first-picture";
/** A PictureState whose packed pixels are in base64. */
export type FirstPicture = Omit<Extract<PictureState, { kind: "picture" }>, "overview"> & {
  readonly overview: Omit<TileReply, "packed"> & { readonly packed: string };
};
