// The tiles of a picture that are here, and those being fetched: those out of sight are given up, changed ones fetched again
// while the old ones stay on screen, those ahead fetched before they are in sight. Knows no DOM: what a tile is made into is the
// caller's.
import type { ByteRange } from "../../../shared/byteRange";
import type { TileReply } from "../../../shared/pixelsProtocol";
import type { TileRequest } from "../../../shared/pictureTiles";

/** More would only wait in the host, where they are harder to give up. */
const MAX_UNDER_WAY = 12;
/** Of those that may never come into sight. */
const MAX_AHEAD = 3;
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
  readonly askedAt: number;
}

/** Since when a tile was waited for, by the clock of the handlers. */
export interface TileWait {
  readonly askedAt: number;
  /** It came into sight before it was here. */
  readonly seenAt?: number;
}

export interface TileStoreHandlers<T> {
  fetch(request: TileRequest): TileCall;
  draw(reply: TileReply): T;
  /** Something can be drawn anew. */
  arrived(wait: TileWait): void;
  failed(error: unknown): void;
  /** Milliseconds. */
  now(): number;
}

export class TileStore<T> {
  readonly #held = new Map<string, Held<T>>();
  readonly #underWay = new Map<string, UnderWay>();
  #wanted: readonly TileRequest[] = [];
  #ahead: readonly TileRequest[] = [];
  /** Since when the tiles in sight that are not here are wanted. */
  #since = new Map<string, number>();
  /** How far a compressed picture has been looked through, 0 to 1. */
  walked = 1;

  constructor(private readonly handlers: TileStoreHandlers<T>) {}

  get(key: string): T | undefined {
    return this.#held.get(key)?.drawn;
  }

  /** All wanted tiles are here, as they are now. */
  get complete(): boolean {
    return this.#wanted.every((tile) => this.#isFresh(tile.key));
  }

  /** In this order; what is not wanted any more is given up. @param ahead what may be wanted next */
  want(tiles: readonly TileRequest[], ahead: readonly TileRequest[] = []): void {
    this.#wanted = tiles;
    this.#ahead = ahead;
    const keys = new Set([...tiles, ...ahead].map(({ key }) => key));
    const now = this.handlers.now();
    const missing = tiles.filter(({ key }) => !this.#held.has(key));
    this.#since = new Map(missing.map(({ key }) => [key, this.#since.get(key) ?? now]));
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

  /** A tile that nobody had to ask for. */
  put(request: TileRequest, reply: TileReply): void {
    this.#hold({ request, drawn: this.handlers.draw(reply), stale: false });
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
    this.#since.clear();
    this.#wanted = [];
    this.#ahead = [];
  }

  #isFresh(key: string): boolean {
    return this.#held.get(key)?.stale === false;
  }

  #fetchMore(): void {
    for (const request of this.#wanted) if (this.#underWay.size < MAX_UNDER_WAY) this.#fetch(request);
    if (!this.#wanted.every(({ key }) => this.#isFresh(key) || this.#underWay.has(key))) return;
    for (const request of this.#ahead) if (this.#underWay.size < MAX_AHEAD) this.#fetch(request);
  }

  #fetch(request: TileRequest): void {
    if (this.#isFresh(request.key) || this.#underWay.has(request.key)) return;
    const asked = { request, call: this.handlers.fetch(request), stale: false, askedAt: this.handlers.now() };
    this.#underWay.set(request.key, asked);
    asked.call.reply.then(
      (reply) => this.#take(asked, reply),
      (error: unknown) => this.#fail(asked, error),
    );
  }

  #take(asked: UnderWay, reply: TileReply): void {
    const { request, stale, askedAt } = asked;
    // Given up meanwhile, or asked anew.
    if (this.#underWay.get(request.key) !== asked) return;
    this.#underWay.delete(request.key);
    this.walked = reply.walked;
    const seenAt = this.#since.get(request.key);
    if (reply.packed.byteLength > 0) this.#hold({ request, drawn: this.handlers.draw(reply), stale });
    this.handlers.arrived({ askedAt, ...(seenAt !== undefined && { seenAt }) });
    this.#fetchMore();
  }

  #hold(held: Held<T>): void {
    const { key } = held.request;
    this.#held.delete(key);
    this.#held.set(key, held);
    this.#since.delete(key);
    this.#forgetOldest();
  }

  #fail(asked: UnderWay, error: unknown): void {
    if (this.#underWay.get(asked.request.key) !== asked) return;
    this.#underWay.delete(asked.request.key);
    // Not asked for again until something changes: a failure would only repeat itself.
    const others = ({ key }: TileRequest) => key !== asked.request.key;
    this.#wanted = this.#wanted.filter(others);
    this.#ahead = this.#ahead.filter(others);
    this.handlers.failed(error);
    this.#fetchMore();
  }

  #forgetOldest(): void {
    const wanted = new Set([...this.#wanted, ...this.#ahead].map(({ key }) => key));
    for (const key of this.#held.keys()) {
      if (this.#held.size <= MAX_TILES) return;
      if (!wanted.has(key)) this.#held.delete(key);
    }
  }
}
