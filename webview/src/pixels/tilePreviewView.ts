// Tiles as an adjustment would make them, for as long as it is looked at and not applied: each is computed once, when it is drawn.
import { changesNothing, type Adjustment } from "../../../shared/adjustment";
import { adjustTile, colorFunction, type Area } from "./previewPixels";
import type { TileImage } from "./pixelsView";
import type { TileRequest } from "../../../shared/pictureTiles";

export class TilePreview {
  #made = new WeakMap<TileImage, TileImage>();
  #adjusted: ((color: number) => number) | undefined;
  #area: Area | undefined;

  /** Undefined, or one that changes nothing: tiles stay as they are. @param palette the only colours there are; empty: any */
  set(adjustment: Adjustment | undefined, area: Area, palette: readonly number[]): void {
    this.#made = new WeakMap();
    this.#area = area;
    const none = adjustment === undefined || changesNothing(adjustment);
    this.#adjusted = none ? undefined : colorFunction(adjustment, palette);
  }

  /** The document holds what was shown: tiles from before stay as shown until they are fetched anew. */
  applied(): void {
    this.#adjusted = undefined;
  }

  of(request: TileRequest, image: TileImage): TileImage {
    const known = this.#made.get(image);
    if (known !== undefined) return known;
    const [adjusted, area] = [this.#adjusted, this.#area];
    if (adjusted === undefined || area === undefined || !(image instanceof OffscreenCanvas)) return image;
    const pixels = image.getContext("2d")?.getImageData(0, 0, image.width, image.height);
    const made = new OffscreenCanvas(image.width, image.height);
    if (pixels === undefined) return image;
    adjustTile(new Uint32Array(pixels.data.buffer), request, area, adjusted);
    made.getContext("2d")?.putImageData(pixels, 0, 0);
    this.#made.set(image, made);
    return made;
  }
}
