// The bytes as pixels, instead of the picture that the file says it is: what is chosen, guesses of the width, and the row that
// shows it.
import { packedRowBytes, RAW_FORMATS, type RawPixels } from "../../shared/rawPixels";
import { parseRawPixels } from "../../shared/validatePixels";
import { RawView } from "./pixels/rawView";

export interface PixelsRawHandlers {
  /** Bytes from row to row, the likeliest first. */
  guesses(): Promise<readonly number[]>;
  /** Another choice, or none. */
  changed(): void;
  hint(text: string): void;
  say(text: string): void;
}

export class PixelsRaw {
  readonly #view: RawView;
  #raw: RawPixels | undefined;
  #guesses: { readonly of: string; readonly rowBytes: readonly number[]; next: number } | undefined;

  constructor(private readonly handlers: PixelsRawHandlers) {
    this.#view = new RawView({
      changed: (raw) => this.show(raw),
      guess: () => void this.#guess(),
      closed: () => this.show(undefined),
    });
  }

  get element(): HTMLElement {
    return this.#view.element;
  }

  /** Undefined: the picture that the file says it is. */
  get now(): RawPixels | undefined {
    return this.#raw;
  }

  show(raw: RawPixels | undefined): void {
    this.#raw = raw;
    this.#view.show(raw);
    this.handlers.changed();
  }

  /** From an offset on, as wide as the rows there seem to be. */
  async start(offset: number): Promise<void> {
    this.#raw = { format: "grey8", width: 256, rowBytes: 256, offset };
    const raw = this.#raw;
    await this.#guess().catch(() => this.show(raw));
    this.#view.focus();
  }

  /** The likeliest length of rows; asked again, the next one. */
  async #guess(): Promise<void> {
    const raw = this.#raw;
    if (raw === undefined) return;
    const of = `${raw.offset} ${raw.format}`;
    if (this.#guesses?.of !== of) this.#guesses = { of, rowBytes: await this.handlers.guesses(), next: 0 };
    const { rowBytes, next } = this.#guesses;
    const count = rowBytes.length;
    const guessed = rowBytes[next % count];
    if (guessed === undefined) {
      this.handlers.hint("Its bytes do not resemble rows of any length up to 16,384.");
      return this.show(raw);
    }
    this.#guesses.next += 1;
    const width = Math.max(1, Math.floor((guessed * 8) / RAW_FORMATS[raw.format].bits));
    this.handlers.say(`Width ${width}, guess ${(next % count) + 1} of ${count}`);
    this.show({ ...raw, width, rowBytes: Math.max(guessed, packedRowBytes(raw.format, width)) });
  }
}

/** What a page of a picture keeps of itself across a reload of the window. */
export interface PixelsPageState {
  readonly page: "pixels";
  readonly raw?: RawPixels;
}

/** Was the page that left this a picture's? */
export function isPixelsState(kept: unknown): boolean {
  return typeof kept === "object" && kept !== null && "page" in kept && kept.page === "pixels";
}

/** @param kept what a page left of itself, of whatever version */
export function keptRaw(kept: unknown): RawPixels | undefined {
  try {
    return typeof kept === "object" && kept !== null && "raw" in kept ? parseRawPixels(kept.raw).raw : undefined;
  } catch {
    return undefined;
  }
}
