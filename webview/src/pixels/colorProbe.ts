// The exact colour of one pixel, of the host: of the one that is pointed at, one question at a time. Knows no DOM.
import type { PixelPlace } from "../../../shared/pictureGeometry";
import { unpackPixels } from "../../../shared/pixelPacking";
import type { PixelsQuestion, TileReply } from "../../../shared/pixelsProtocol";
import type { PixelColor } from "./pixelTexts";

type TileQuestion = Extract<PixelsQuestion, { kind: "tile" }>;

export class ColorProbe {
  #known: { readonly at: PixelPlace; readonly color: PixelColor } | undefined;
  #place: PixelPlace | undefined;
  #asking = false;

  /** @param told an answer came, or none will */
  constructor(
    private readonly fetch: (ask: TileQuestion) => { readonly reply: Promise<TileReply> },
    private readonly told: () => void,
  ) {}

  /** Undefined: not known yet. */
  of(place: PixelPlace | undefined): PixelColor | undefined {
    return place !== undefined && this.#known !== undefined && same(this.#known.at, place)
      ? this.#known.color
      : undefined;
  }

  /** What pixels were is of no worth any more. */
  forget(): void {
    this.#known = undefined;
  }

  /** Of several places asked for while an answer is on its way, the last. */
  ask(place: PixelPlace | undefined): void {
    this.#place = place;
    if (place === undefined || this.#asking || this.of(place) !== undefined) return;
    this.#asking = true;
    colorAt(this.fetch, place)
      .then((color) => {
        if (color !== undefined) this.#known = { at: place, color };
      })
      .catch(() => undefined)
      .finally(() => {
        this.#asking = false;
        this.told();
        if (this.#place !== undefined && !same(this.#place, place)) this.ask(this.#place);
      });
  }
}

/** Undefined: of a compressed picture that has not been looked through so far. */
export async function colorAt(
  fetch: (ask: TileQuestion) => { readonly reply: Promise<TileReply> },
  place: PixelPlace,
): Promise<PixelColor | undefined> {
  const { packed } = await fetch({ kind: "tile", ...place, width: 1, height: 1, step: 1, samples: 1 }).reply;
  if (packed.byteLength === 0) return undefined;
  const [pixel = 0] = unpackPixels(packed, 1);
  return { red: pixel & 255, green: (pixel >>> 8) & 255, blue: (pixel >>> 16) & 255, alpha: pixel >>> 24 };
}

function same(a: PixelPlace, b: PixelPlace): boolean {
  return a.x === b.x && a.y === b.y;
}
