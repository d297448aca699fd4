// The page that shows a document as a picture: joins the view, the tiles and the host. What is pointed at here is selected in the
// bytes, and the other way round. What changes the picture is in pixelsEditing.ts.
import type { Selection, ViewNotice } from "../../shared/protocol";
import type { ByteRange } from "../../shared/byteRange";
import { bytesOfPixel, pixelOfByte, rowsOfBytes, type PixelPlace } from "../../shared/pictureGeometry";
import { overviewTile, type TileRequest } from "../../shared/pictureTiles";
import type { PictureState, PixelsAnswer, PixelsQuestion } from "../../shared/pixelsProtocol";
import { AnnouncerView } from "./announcerView";
import { BannerView } from "./bannerView";
import { HostFailure, type HostClient } from "./hostClient";
import { ColorProbe } from "./pixels/colorProbe";
import { marksOf } from "./pixels/marks";
import { PixelsInput } from "./pixels/pixelsInput";
import { PixelsView, tileImage, type PixelsViewHandlers, type TileImage } from "./pixels/pixelsView";
import { colorText, placeText, statusParts } from "./pixels/pixelTexts";
import { TileStore, type TileCall, type TileWait } from "./pixels/tileStore";
import { PictureView } from "./pixels/viewport";
import { PixelsEditing } from "./pixelsEditing";
import { embeddedImage } from "./pixelsEmbedded";
import { firstPicture } from "./pixelsFirst";
import { isPixelsState, keptRaw, PixelsRaw, type PixelsPageState } from "./pixelsRaw";

type Picture = Extract<PictureState, { kind: "picture" }>;

export function buildPixelsPage(host: HostClient): PixelsPage {
  return new PixelsPage(host);
}

export class PixelsPage {
  readonly #announcer = new AnnouncerView();
  readonly #banner: BannerView;
  readonly #page: PixelsView;
  readonly #view = new PictureView({ width: 1, height: 1 }, { width: 1, height: 1 });
  readonly #tiles: TileStore<TileImage>;
  #picture: Picture | undefined;
  /** What the browser made of a file within the file. */
  #embedded: ImageBitmap | undefined;
  #selection: ByteRange | undefined;
  #cursor: PixelPlace | undefined;
  #hover: PixelPlace | undefined;
  readonly #color: ColorProbe;
  #readOnly = false;
  readonly #editing: PixelsEditing;
  readonly #raw: PixelsRaw;
  /** What was asked before the page knew what it opened. */
  #early: Promise<PictureState> | undefined;
  #frame = 0;
  #loading = 0;
  #shown = false;
  /** The host knows when the picture was first seen. */
  #told = false;
  /** Of the tiles that the next frame draws. */
  #waits: TileWait[] = [];

  constructor(private readonly host: HostClient) {
    this.#banner = new BannerView((action) => host.notify({ type: "troubleAction", action }));
    this.#editing = new PixelsEditing({
      ask: (ask) => this.#ask(ask),
      byteAt: async (offset) => {
        const { bytes } = await host.request<"readWindow">({ type: "readWindow", offset, length: 1 }).reply;
        return new Uint8Array(bytes)[0];
      },
      changed: () => this.#drawSoon(),
      failed: (error) => this.#banner.showHint(messageOf(error)),
      hint: (text) => this.#banner.showHint(text),
      say: (text) => this.#announcer.say(() => text),
      focus: () => this.#page.canvas.focus(),
    });
    const told = () => this.#tellStatus();
    this.#color = new ColorProbe((ask) => this.#ask(ask), told);
    this.#raw = new PixelsRaw({
      guesses: async () => (await this.#ask({ kind: "guess" }).reply).rowBytes,
      changed: () => this.#otherPicture(),
      hint: (text) => this.#banner.showHint(text),
      say: (text) => this.#announcer.say(() => text),
    });
    const handlers: PixelsViewHandlers = {
      command: (command) => this.#command(command),
      mapped: (x, y) => {
        const { width, height } = this.#view.size;
        this.#view.centerOn({ x: x * width, y: y * height });
        this.#moved();
      },
      raw: () => void this.#startRaw(),
    };
    this.#page = new PixelsView(handlers, this.#editing.tools.element, [this.#raw.element, ...this.#editing.rows]);
    this.#tiles = new TileStore<TileImage>({
      fetch: (request) => this.#fetch(request),
      draw: tileImage,
      arrived: (wait) => {
        this.#waits.push(wait);
        this.#drawSoon();
      },
      failed: (error) => this.#banner.showFailure(messageOf(error)),
      now: () => performance.now(),
    });
    new PixelsInput(this.#page, this.#view, {
      moved: () => this.#moved(),
      hovered: (place) => {
        this.#hover = place;
        this.#askColor();
        this.#tellStatus();
      },
      pressed: (place) => this.#point(place),
      stepped: (x, y) => this.#step(x, y),
      paints: () => this.#editing.takesPress,
      painted: (phase, place) => this.#editing.press(phase, place),
      picked: (place) => void this.#editing.pick(place),
      entered: () => {
        if (this.#cursor !== undefined) this.#editing.enter(this.#cursor);
      },
      escaped: () => this.#editing.escape(),
      letter: (key) => this.#editing.letter(key),
    });
    this.#page.onResize(() => {
      this.#view.resize(this.#page.screen);
      this.#moved();
    });
    host.onNotice = (notice) => this.#take(notice);
    host.onSilence = (silent) => this.#banner.showSilence(silent);
    document.body.append(this.#banner.element, this.#page.element, this.#banner.hint, this.#announcer.element);
  }

  async open(): Promise<void> {
    try {
      const kept = this.host.readState();
      const raw = isPixelsState(kept) ? keptRaw(kept) : undefined;
      const wantsRaw = document.documentElement.dataset["raw"] !== undefined && !isPixelsState(kept);
      const opened = this.host.request<"open">({ type: "open", shows: "pixels" }).reply;
      // Behind it, not after it: a way to the host and back less until the picture.
      // A page that was here before has seen more since than what came with its HTML.
      const first = wantsRaw || isPixelsState(kept) ? undefined : firstPicture();
      if (!wantsRaw && raw === undefined) {
        this.#early = first === undefined ? this.#ask({ kind: "picture" }).reply : Promise.resolve(first);
        this.#early.catch(() => undefined);
        if (first !== undefined) this.#raw.show(undefined);
      }
      const { state, selection } = await opened;
      this.#banner.showTrouble(state.trouble);
      this.#readOnly = state.readOnly;
      this.#selection = rangeOf(selection);
      if (wantsRaw) return await this.#startRaw();
      if (first === undefined) this.#raw.show(raw);
      else if (state.version !== first.version) await this.#load();
      else this.#showState(first);
      this.#page.canvas.focus();
    } catch (error) {
      this.#page.setMessage(messageOf(error));
    }
  }

  /** From the selected bytes on, or from the start. */
  #startRaw(): Promise<void> {
    const { start = 0, end = 0 } = this.#selection ?? {};
    return this.#raw.start(end - start > 1 ? start : 0);
  }

  #otherPicture(): void {
    const raw = this.#raw.now;
    const state: PixelsPageState = { page: "pixels", ...(raw === undefined ? {} : { raw }) };
    this.host.saveState(state);
    this.#tiles.clear();
    this.#color.forget();
    void this.#load().catch((error: unknown) => this.#banner.showFailure(messageOf(error)));
  }

  /** Reads the headers, again where they may have changed. */
  async #load(): Promise<void> {
    const loading = (this.#loading += 1);
    const asked = this.#early ?? this.#ask({ kind: "picture" }).reply;
    this.#early = undefined;
    const state = await asked;
    if (loading !== this.#loading) return;
    this.#embedded = undefined;
    if (state.kind === "none") {
      this.#picture = undefined;
      this.#editing.show(undefined, this.#readOnly);
      this.#tiles.clear();
      const where = state.offset === undefined ? "" : ` (at offset 0x${state.offset.toString(16).toUpperCase()})`;
      this.#page.setMessage(`No picture can be shown: ${state.reason}${where}.`, true);
      return;
    }
    if (state.embedded !== undefined) {
      const read = async (offset: number, length: number): Promise<ArrayBuffer> =>
        (await this.host.request<"readWindow">({ type: "readWindow", offset, length }).reply).bytes;
      const image = await embeddedImage(read, state.embedded);
      if (loading !== this.#loading) return;
      if (typeof image === "string") return this.#page.setMessage(image);
      this.#embedded = image;
    }
    this.#showState(state);
  }

  #showState(state: Picture): void {
    const { geometry } = state;
    const size = this.#embedded ?? geometry;
    this.#page.setMessage(undefined);
    this.#page.setFormat({ width: size.width, height: size.height }, state.format, state.defects);
    const other = this.#view.size.width !== size.width || this.#view.size.height !== size.height;
    this.#editing.show(state, this.#readOnly);
    if (other) {
      this.#tiles.clear();
      this.#view.setPicture({ width: size.width, height: size.height });
      this.#view.resize(this.#page.screen);
      if (!this.#shown) this.#view.fit();
    } else if (state !== this.#picture) this.#tiles.changed(undefined);
    if (state.overview !== undefined) this.#tiles.put(overviewTile(size), state.overview);
    this.#picture = state;
    this.#shown = true;
    if (this.#selection !== undefined && state.plain) {
      this.#cursor ??= pixelOfByte(geometry, this.#selection.start);
    }
    this.#moved();
  }

  #ask<Kind extends PixelsQuestion["kind"]>(
    ask: Extract<PixelsQuestion, { kind: Kind }>,
  ): { readonly reply: Promise<PixelsAnswer[Kind]>; cancel(): void } {
    const raw = this.#raw.now;
    const call = this.host.request<"pixels">({ type: "pixels", ask, ...(raw === undefined ? {} : { raw }) });
    // The protocol promises an answer of the question's own kind.
    return { reply: call.reply as Promise<PixelsAnswer[Kind]>, cancel: () => call.cancel() };
  }

  #fetch({ x, y, width, height, step, samples }: TileRequest): TileCall {
    return this.#ask({ kind: "tile", x, y, width, height, step, samples });
  }

  #take(notice: ViewNotice): void {
    switch (notice.type) {
      case "changed": {
        this.#banner.showTrouble(notice.state.trouble);
        this.#noteChanges(notice.changes);
        return;
      }
      case "state":
        this.#banner.showTrouble(notice.state.trouble);
        return;
      case "select":
        this.#select(notice.selection);
        return;
      case "command":
        if (notice.command === "focus") this.#page.canvas.focus();
        if (notice.command === "rawPixels") void this.#startRaw();
        return;
      default:
        return;
    }
  }

  /** Pixels that changed are fetched again; headers, lengths and compressed streams change everything. */
  #noteChanges(changes: readonly number[] | null): void {
    const picture = this.#picture;
    this.#color.forget();
    const rows: ByteRange[] = [];
    for (let at = 0; changes !== null && at < changes.length; at += 3) {
      const [offset, oldLength, newLength] = [changes[at]!, changes[at + 1]!, changes[at + 2]!];
      if (picture?.plain !== true || oldLength !== newLength || offset < picture.geometry.pixels) {
        changes = null;
        break;
      }
      const touched = rowsOfBytes(picture.geometry, { start: offset, end: offset + newLength });
      if (touched !== undefined) rows.push(touched);
    }
    if (changes === null) void this.#load().catch((error: unknown) => this.#banner.showFailure(messageOf(error)));
    else for (const touched of rows) this.#tiles.changed(touched);
    this.#askColor();
  }

  #select(selection: Selection): void {
    this.#selection = rangeOf(selection);
    const picture = this.#picture;
    if (picture?.plain === true) {
      this.#cursor = pixelOfByte(picture.geometry, selection.focus);
      if (this.#cursor !== undefined) this.#view.reveal(this.#cursor);
    }
    this.#moved();
    this.#askColor();
  }

  /** The pixel's bytes are selected in the other views. */
  #point(place: PixelPlace): void {
    this.#cursor = place;
    const picture = this.#picture;
    const bytes = picture?.plain === true ? bytesOfPixel(picture.geometry, place) : undefined;
    if (bytes !== undefined) {
      this.#selection = bytes;
      const selection: Selection = { anchor: bytes.end - 1, focus: bytes.start, column: "hex" };
      this.host.notify({ type: "selectionChanged", selection });
    }
    this.#hover = undefined;
    this.#moved();
    this.#askColor();
    this.#announcer.say(() => this.#describe(place));
  }

  #step(x: number, y: number): void {
    const { width, height } = this.#view.size;
    const from = this.#cursor ?? { x: Math.floor(width / 2), y: Math.floor(height / 2) };
    const to = {
      x: Math.min(width - 1, Math.max(0, from.x + x)),
      y: Math.min(height - 1, Math.max(0, from.y + y)),
    };
    this.#view.reveal(to);
    this.#point(to);
    this.#editing.walked(to);
  }

  #command(command: "zoomIn" | "zoomOut" | "fit" | "actual"): void {
    switch (command) {
      case "zoomIn":
      case "zoomOut":
        this.#view.zoomBy(command === "zoomIn" ? 1 : -1);
        break;
      case "fit":
        this.#view.fit();
        break;
      case "actual":
        this.#view.zoomTo(1);
        break;
      default:
        command satisfies never;
    }
    this.#moved();
  }

  #moved(): void {
    if (this.#picture !== undefined && this.#embedded === undefined) {
      this.#tiles.want([overviewTile(this.#view.size), ...this.#view.tiles()], this.#view.tilesAhead());
    }
    this.#tellStatus();
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const picture = this.#picture;
    if (picture === undefined) return;
    const whole = { ...overviewTile(this.#view.size), ...this.#view.size, x: 0, y: 0 };
    const tiles =
      this.#embedded === undefined
        ? this.#view.tiles().map((request) => ({ request, image: this.#adjusted(request) }))
        : [{ request: whole, image: this.#embedded }];
    const overview = this.#embedded ?? this.#adjusted(overviewTile(this.#view.size));
    const marks = picture.plain && this.#selection !== undefined ? marksOf(picture.geometry, this.#selection) : [];
    this.#page.draw({ view: this.#view, overview, tiles, marks, cursor: this.#cursor, area: this.#editing.area });
    if (overview !== undefined && !this.#told) {
      this.#told = true;
      this.host.notify({ type: "firstRows", elapsedMs: performance.now() });
      this.#page.element.dataset["shownMs"] = performance.now().toFixed(0);
    }
    // For the benchmark.
    if (this.#waits.length > 0)
      this.#page.element.dispatchEvent(new CustomEvent("tilesdrawn", { detail: this.#waits.splice(0) }));
    this.#page.element.dataset["complete"] = String(this.#embedded !== undefined || this.#tiles.complete);
    this.#tellStatus();
  }

  #adjusted(request: TileRequest): TileImage | undefined {
    const image = this.#tiles.get(request.key);
    return image === undefined ? undefined : this.#editing.preview(request, image);
  }

  #askColor(): void {
    if (this.#embedded === undefined && this.#picture !== undefined) this.#color.ask(this.#hover ?? this.#cursor);
  }

  #tellStatus(): void {
    const place = this.#hover ?? this.#cursor;
    this.#page.setStatus(
      statusParts({
        place,
        color: this.#color.of(place),
        geometry: this.#picture?.plain === true ? this.#picture.geometry : undefined,
        walked: this.#tiles.walked,
      }),
    );
  }

  #describe(place: PixelPlace): string {
    const color = this.#color.of(place);
    return `Pixel ${placeText(place)}${color === undefined ? "" : `, ${colorText(color)}`}`;
  }
}

function rangeOf({ anchor, focus }: Selection): ByteRange {
  return { start: Math.min(anchor, focus), end: Math.max(anchor, focus) + 1 };
}

function messageOf(error: unknown): string {
  return error instanceof HostFailure || error instanceof Error ? error.message : String(error);
}
