// The tiles of a picture that are here, and those being fetched: those out of sight are given up, changed ones fetched again
// while the old ones stay on screen. Knows no DOM: what a tile is made into is the caller's.
import type { ByteRange } from "../../../shared/byteRange";
import type { TileReply } from "../../../shared/pixelsProtocol";
import type { TileRequest } from "./viewport";

/** More would only wait in the host, where they are harder to give up. */
const MAX_UNDER_WAY = 6;
/** Of 256 KiB each. */
const MAX_TILES = 160;

export interface TileCall {
  readonly reply: Promise<TileReply>;
  cancel(): void;
}

interface Held<T> {
  readonly request: TileRequest;
  readonly drawn: T;
  stale: boolean;
}
interface UnderWay {
  readonly request: TileRequest;
  readonly call: TileCall;
  /** Changed since it was asked for. */
  stale: boolean;
}

export interface TileStoreHandlers<T> {
  fetch(request: TileRequest): TileCall;
  draw(reply: TileReply): T;
  /** Something can be drawn anew. */
  arrived(): void;
  failed(error: unknown): void;
}

export class TileStore<T> {
  readonly #held = new Map<string, Held<T>>();
  readonly #underWay = new Map<string, UnderWay>();
  #wanted: readonly TileRequest[] = [];
  /** How far a compressed picture has been looked through, 0 to 1. */
  walked = 1;

  constructor(private readonly handlers: TileStoreHandlers<T>) {}

  get(key: string): T | undefined {
    return this.#held.get(key)?.drawn;
  }

  /** All wanted tiles are here, as they are now. */
  get complete(): boolean {
    return this.#underWay.size === 0 && this.#wanted.every((tile) => this.#isFresh(tile.key));
  }

  /** In this order; what is not wanted any more is given up. */
  want(tiles: readonly TileRequest[]): void {
    this.#wanted = tiles;
    const keys = new Set(tiles.map(({ key }) => key));
    for (const [key, { call }] of this.#underWay) {
      if (keys.has(key)) continue;
      this.#underWay.delete(key);
      call.cancel();
    }
    // The latest wanted are the last to go.
    for (const { key } of tiles) {
      const held = this.#held.get(key);
      if (held === undefined) continue;
      this.#held.delete(key);
      this.#held.set(key, held);
    }
    this.#fetchMore();
  }

  /** @param rows of the picture that changed; undefined: anything may have. */
  changed(rows: ByteRange | undefined): void {
    const touched = ({ request: { y, height } }: { readonly request: TileRequest }) =>
      rows === undefined || (y < rows.end && rows.start < y + height);
    for (const held of this.#held.values()) if (touched(held)) held.stale = true;
    for (const asked of this.#underWay.values()) if (touched(asked)) asked.stale = true;
    this.#fetchMore();
  }

  /** Another picture. */
  clear(): void {
    for (const { call } of this.#underWay.values()) call.cancel();
    this.#underWay.clear();
    this.#held.clear();
    this.#wanted = [];
  }

  #isFresh(key: string): boolean {
    return this.#held.get(key)?.stale === false;
  }

  #fetchMore(): void {
    for (const request of this.#wanted) {
      if (this.#underWay.size >= MAX_UNDER_WAY) return;
      if (this.#isFresh(request.key) || this.#underWay.has(request.key)) continue;
      const asked: UnderWay = { request, call: this.handlers.fetch(request), stale: false };
      this.#underWay.set(request.key, asked);
      asked.call.reply.then(
        (reply) => this.#take(asked, reply),
        (error: unknown) => this.#fail(asked, error),
      );
    }
  }

  #take(asked: UnderWay, reply: TileReply): void {
    const { key } = asked.request;
    // Given up meanwhile, or asked anew.
    if (this.#underWay.get(key) !== asked) return;
    this.#underWay.delete(key);
    this.walked = reply.walked;
    if (reply.pixels.byteLength > 0) {
      this.#held.delete(key);
      this.#held.set(key, { request: asked.request, drawn: this.handlers.draw(reply), stale: asked.stale });
      this.#forgetOldest();
    }
    this.handlers.arrived();
    this.#fetchMore();
  }

  #fail(asked: UnderWay, error: unknown): void {
    if (this.#underWay.get(asked.request.key) !== asked) return;
    this.#underWay.delete(asked.request.key);
    // Not asked for again until something changes: a failure would only repeat itself.
    this.#wanted = this.#wanted.filter(({ key }) => key !== asked.request.key);
    this.handlers.failed(error);
    this.#fetchMore();
  }

  #forgetOldest(): void {
    const wanted = new Set(this.#wanted.map(({ key }) => key));
    for (const key of this.#held.keys()) {
      if (this.#held.size <= MAX_TILES) return;
      if (!wanted.has(key)) this.#held.delete(key);
    }
  }
}
