// The arithmetic of the picture's page, and which tiles it asks for, gives up and asks for again.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { bytesOfPixel, pixelOfByte, type PictureGeometry } from "../../../shared/pictureGeometry";
import { overviewTile, type TileRequest } from "../../../shared/pictureTiles";
import type { TileReply } from "../../../shared/pixelsProtocol";
import { parseToHost } from "../../../shared/validate";
import { marksOf } from "../../../webview/src/pixels/marks";
import { colorText, zoomText } from "../../../webview/src/pixels/pixelTexts";
import { NO_ADJUSTMENT } from "../../../shared/adjustment";
import { adjustTile, colorFunction } from "../../../webview/src/pixels/previewPixels";
import { Painter } from "../../../webview/src/pixels/painter";
import { lineSpans, rectangleSpans } from "../../../webview/src/pixels/strokes";
import { TileStore } from "../../../webview/src/pixels/tileStore";
import { PictureView } from "../../../webview/src/pixels/viewport";
import { randomFrom } from "../formats/bmp/bitmapFile";

describe("pixels: what is on screen", () => {
  it("shows the whole picture at first, small ones enlarged by whole numbers", () => {
    assert.equal(new PictureView({ width: 100, height: 50 }, { width: 1000, height: 800 }).scale, 10);
    assert.equal(new PictureView({ width: 3, height: 2 }, { width: 1000, height: 800 }).scale, 64);
    const large = new PictureView({ width: 115_470, height: 115_470 }, { width: 1000, height: 500 });
    assert.ok(large.showsAll);
    assert.equal(large.scale, 500 / 115_470);
  });

  it("keeps the pixel under the pointer where it is while zooming", () => {
    const view = new PictureView({ width: 115_470, height: 60_000 }, { width: 1000, height: 500 });
    view.zoomTo(1, 300, 200);
    const before = view.pixelAt(700, 300);
    view.zoomTo(8, 700, 300);
    assert.deepEqual(view.pixelAt(700, 300), before);
    view.zoomTo(1000, 700, 300);
    assert.equal(view.scale, 64);
    view.zoomTo(0);
    assert.ok(view.showsAll);
  });

  it("steps over powers of two", () => {
    const view = new PictureView({ width: 1000, height: 1000 }, { width: 300, height: 300 });
    const scales = [];
    for (let step = 0; step < 4; step += 1) {
      view.zoomBy(1);
      scales.push(view.scale);
    }
    assert.deepEqual(scales, [0.5, 1, 2, 4]);
    view.zoomBy(-1);
    assert.equal(view.scale, 2);
  });

  it("covers the screen with tiles that are no finer than it needs, and never leaves the picture", () => {
    const random = randomFrom(7);
    for (let run = 0; run < 300; run += 1) {
      const picture = { width: 1 + random(2 ** (1 + random(31)) - 1), height: 1 + random(2 ** (1 + random(31)) - 1) };
      const screen = { width: 1 + random(2000), height: 1 + random(1200) };
      const view = new PictureView(picture, screen);
      view.zoomTo(view.minScale * 2 ** random(30), random(screen.width), random(screen.height));
      view.panBy(random(5000) - 2500, random(5000) - 2500);
      const told = JSON.stringify({ picture, screen, scale: view.scale });
      const tiles = view.tiles();
      assert.ok(tiles.length <= Math.ceil(screen.width / 128 + 2) * Math.ceil(screen.height / 128 + 2), told);
      for (let probe = 0; probe < 10; probe += 1) {
        const place = view.pixelAt(random(screen.width), random(screen.height));
        if (place === undefined) continue;
        const over = tiles.some(
          ({ x, y, width, height }) => place.x >= x && place.x < x + width && place.y >= y && place.y < y + height,
        );
        assert.ok(over, told);
      }
      for (const tile of [...tiles, overviewTile(picture)]) {
        assert.ok(tile.x + tile.width <= picture.width && tile.y + tile.height <= picture.height, told);
        const body = { type: "pixels", ask: { kind: "tile", ...tile } };
        assert.ok(parseToHost({ kind: "request", id: 1, body }).ok, told);
      }
    }
  });

  it("looks one tile further in the direction of the latest move", () => {
    const view = new PictureView({ width: 10_000, height: 10_000 }, { width: 500, height: 400 });
    view.zoomTo(1);
    assert.deepEqual(view.tilesAhead(), []);
    const before = view.tiles();
    view.panBy(1, 0);
    const right = Math.max(...before.map(({ x }) => x));
    assert.ok(view.tilesAhead().length >= 2);
    assert.ok(view.tilesAhead().every(({ x }) => x === right + 256));
    view.panBy(-10_000, -10_000);
    assert.deepEqual(view.tilesAhead(), []);
  });

  it("marks the pixels of bytes, and of no others", () => {
    const random = randomFrom(11);
    for (let run = 0; run < 300; run += 1) {
      const bitsPerPixel = [1, 4, 8, 24, 32][random(5)]!;
      const width = 1 + random(9);
      const rowBytes = Math.ceil((width * bitsPerPixel) / 32) * 4;
      const height = 1 + random(6);
      const geometry: PictureGeometry = { width, height, bitsPerPixel, rowBytes, pixels: 54, topDown: random(2) === 0 };
      const start = random(54 + rowBytes * height);
      const bytes = { start, end: start + 1 + random(rowBytes * 3) };
      const marks = marksOf(geometry, bytes);
      for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
          const held = bytesOfPixel(geometry, { x, y })!;
          const marked = marks.filter(([left, top, w, h]) => x >= left && x < left + w && y >= top && y < top + h);
          const touched = held.start < bytes.end && bytes.start < held.end;
          assert.equal(marked.length, touched ? 1 : 0, JSON.stringify({ geometry, bytes, marks, x, y }));
          const first = pixelOfByte(geometry, held.start)!;
          assert.ok(first.y === y && first.x <= x);
        }
      }
    }
  });

  it("says colours and scales shortly", () => {
    assert.equal(colorText({ red: 1, green: 255, blue: 16, alpha: 255 }), "#01FF10");
    assert.equal(colorText({ red: 1, green: 255, blue: 16, alpha: 0 }), "#01FF1000");
    assert.deepEqual([64, 1, 0.125, 0.0087].map(zoomText), ["6400 %", "100 %", "12.5 %", "0.87 %"]);
  });
});

describe("pixels: tiles", () => {
  interface Call {
    readonly key: string;
    cancelled: boolean;
    answer(version?: number): Promise<void>;
  }
  function build(): { store: TileStore<number>; calls: Call[]; failures: unknown[] } {
    const calls: Call[] = [];
    const failures: unknown[] = [];
    const store = new TileStore<number>({
      fetch: ({ key }) => {
        let resolve = (_reply: TileReply): void => undefined;
        const reply = new Promise<TileReply>((settle) => (resolve = settle));
        const call: Call = {
          key,
          cancelled: false,
          answer: async (version = 1) => {
            resolve({ width: 1, height: 1, packed: new ArrayBuffer(4), walked: 1, version });
            await turn();
          },
        };
        calls.push(call);
        return { reply, cancel: () => (call.cancelled = true) };
      },
      draw: ({ version }) => version,
      arrived: () => undefined,
      failed: (error) => failures.push(error),
      now: () => 0,
    });
    return { store, calls, failures };
  }
  const tile = (index: number): TileRequest => {
    return { key: String(index), x: 0, y: index * 256, width: 256, height: 256, step: 1, samples: 1 };
  };

  it("asks for a few at a time, in order, and gives up those out of sight", async () => {
    const { store, calls } = build();
    store.want(Array.from({ length: 20 }, (_, index) => tile(index)));
    assert.deepEqual(
      calls.map(({ key }) => key),
      Array.from({ length: 12 }, (_, index) => String(index)),
    );
    await calls[0]!.answer();
    assert.equal(calls[12]!.key, "12");
    store.want([tile(12), tile(19)]);
    assert.deepEqual(
      calls.filter(({ cancelled }) => cancelled).map(({ key }) => key),
      Array.from({ length: 11 }, (_, index) => String(index + 1)),
    );
    await calls[12]!.answer();
    await calls[13]!.answer();
    assert.equal(calls.length, 14);
    assert.ok(store.complete);
    // Late answers of what was given up change nothing.
    await calls[1]!.answer();
    assert.equal(store.get("1"), undefined);
  });

  it("fetches what may come into sight once nothing in sight is missing, and gives it up where it will not", async () => {
    const { store, calls } = build();
    store.want([tile(0), tile(1)], [tile(2), tile(3), tile(4), tile(5), tile(6)]);
    const asked = () => calls.map(({ key }) => key).join();
    assert.equal(asked(), "0,1,2");
    assert.equal(store.complete, false);
    await calls[0]!.answer();
    await calls[1]!.answer();
    assert.ok(store.complete);
    assert.equal(asked(), "0,1,2,3,4");
    store.want([tile(1), tile(2)], [tile(3)]);
    assert.deepEqual(
      calls.map(({ cancelled }) => cancelled),
      [false, false, false, false, true],
    );
  });

  it("holds a tile that nobody had to ask for", () => {
    const { store, calls } = build();
    store.put(tile(0), { width: 1, height: 1, packed: new ArrayBuffer(1), walked: 1, version: 7 });
    store.want([tile(0)]);
    assert.deepEqual([store.get("0"), calls.length, store.complete], [7, 0, true]);
  });

  it("fetches again what changed, keeps the old on screen, and trusts no answer that was asked for before", async () => {
    const { store, calls } = build();
    store.want([tile(0), tile(1)]);
    await calls[0]!.answer(1);
    store.changed({ start: 300, end: 301 });
    await calls[1]!.answer(1);
    assert.equal(store.get("1"), 1);
    assert.equal(calls[2]!.key, "1");
    await calls[2]!.answer(2);
    assert.deepEqual([store.get("0"), store.get("1"), calls.length], [1, 2, 3]);
    store.changed(undefined);
    assert.deepEqual([store.get("0"), store.get("1"), calls.length], [1, 2, 5]);
    assert.equal(store.complete, false);
  });
});

describe("pixels: a preview", () => {
  it("changes the pixels whose middles lie in the area, at any reduction, and no others", () => {
    const random = randomFrom(23);
    for (let run = 0; run < 200; run += 1) {
      const step = 2 ** random(5);
      const [width, height] = [1 + random(40 * step), 1 + random(40 * step)];
      const at = { key: "", x: step * random(9), y: step * random(9), width, height, step, samples: 1 };
      const columns = Math.ceil(width / step);
      const pixels = new Uint32Array(columns * Math.ceil(height / step));
      const area = { x: random(400), y: random(400), width: 1 + random(400), height: 1 + random(400) };
      adjustTile(pixels, at, area, () => 1);
      pixels.forEach((value, index) => {
        const x = at.x + (index % columns) * step + (step - 1) / 2;
        const y = at.y + Math.floor(index / columns) * step + (step - 1) / 2;
        const inside = x >= area.x && x < area.x + area.width && y >= area.y && y < area.y + area.height;
        assert.equal(value, inside ? 1 : 0, JSON.stringify({ at, area, index }));
      });
    }
  });

  it("takes colours through the tables, and those of a palette to the nearest of it", () => {
    const swapped = { ...NO_ADJUSTMENT, channels: [2, 1, 0], invert: true } as const;
    assert.equal(colorFunction(swapped, [])(0x40_30_20_10), 0x40_ef_df_cf);
    const palette = [0xff000000, 0xffffffff, 0xff808080];
    const brighter = colorFunction({ ...NO_ADJUSTMENT, brightness: 40 }, palette);
    assert.deepEqual(palette.map(brighter), [0xff808080, 0xffffffff, 0xffffffff]);
  });
});

describe("pixels: painting", () => {
  it("draws lines without gaps, from either end, and whole rectangles", () => {
    const random = randomFrom(3);
    for (let run = 0; run < 200; run += 1) {
      const [from, to] = [0, 1].map(() => ({ x: random(40), y: random(40) }));
      const spans = lineSpans(from!, to!);
      const pixels = new Set<string>();
      for (let at = 0; at < spans.length; at += 3) {
        assert.ok(spans[at + 1]! < spans[at + 2]!);
        for (let x = spans[at + 1]!; x < spans[at + 2]!; x += 1) pixels.add(`${x},${spans[at]}`);
      }
      const steps = Math.max(Math.abs(from!.x - to!.x), Math.abs(from!.y - to!.y));
      assert.equal(pixels.size, steps + 1, JSON.stringify({ from, to, spans }));
      for (const end of [from!, to!]) assert.ok(pixels.has(`${end.x},${end.y}`));
    }
    assert.deepEqual(rectangleSpans({ x: 5, y: 2 }, { x: 3, y: 1 }), [1, 3, 6, 2, 3, 6]);
  });

  it("sends a stroke as it is drawn, one message at a time, all of it one step", async () => {
    const sent: { spans: readonly number[]; merge: boolean; done: () => void }[] = [];
    const painter = new Painter({
      paint: (spans, merge) => new Promise<void>((done) => sent.push({ spans, merge, done })),
      marked: () => assert.fail("marked"),
      failed: (error) => assert.fail(String(error)),
      tooLarge: () => assert.fail("too large"),
    });
    painter.begin("pencil", { x: 1, y: 1 });
    painter.move({ x: 2, y: 1 });
    painter.move({ x: 3, y: 1 });
    assert.equal(sent.length, 1);
    sent[0]!.done();
    await turn();
    painter.end();
    assert.deepEqual(
      sent.map(({ spans, merge }) => [spans, merge]),
      [
        [[1, 1, 2], false],
        [[1, 1, 3, 1, 2, 4], true],
      ],
    );
    sent[1]!.done();
    await turn();
    painter.begin("rectangle", { x: 0, y: 0 });
    painter.move({ x: 1, y: 0 });
    assert.equal(sent.length, 2);
    painter.end();
    assert.deepEqual([sent[2]!.spans, sent[2]!.merge], [[0, 0, 2], false]);
  });

  it("refuses a rectangle of more rows than go at once, and goes on after a failure", async () => {
    const told: string[] = [];
    const painter = new Painter({
      paint: () => Promise.reject(new Error("no")),
      marked: (from, to) => told.push(`marked ${from.x},${from.y} ${to.x},${to.y}`),
      failed: () => told.push("failed"),
      tooLarge: () => told.push("too large"),
    });
    painter.begin("rectangle", { x: 0, y: 0 });
    painter.move({ x: 0, y: 20_000 });
    painter.end();
    painter.begin("pencil", { x: 0, y: 0 });
    painter.end();
    await turn();
    assert.deepEqual(told, ["too large", "failed"]);
  });
});

describe("pixels: messages", () => {
  it("refuses painting of what is no row of pixels", () => {
    const parse = (change: object) => {
      const ask = { kind: "paint", paint: { color: 0xff000000 }, spans: [0, 1, 2], merge: false, ...change };
      return parseToHost({ kind: "request", id: 1, body: { type: "pixels", ask } }).ok;
    };
    assert.ok(parse({}));
    const bad = [
      { spans: [1, 2] },
      { spans: [0, -1, 2] },
      { spans: [0, 0, 2 ** 40] },
      { spans: "no" },
      { paint: { color: 2 ** 32 } },
      { paint: { color: 0, index: 256 } },
    ];
    for (const change of [...bad, { paint: { color: 0.5 } }, { merge: 1 }, { spans: new Array(3 * 16_385).fill(1) }]) {
      assert.equal(parse(change), false);
    }
  });

  it("passes fills, palettes, adjustments and bytes as pixels on, and refuses what is none", () => {
    const paint = { color: 1, index: 2 };
    const fill = { kind: "fill", x: 1, y: 2, paint };
    const area = { x: 0, y: 0, width: 5, height: 6 };
    const adjust = { kind: "adjust", ...area, adjustment: { ...NO_ADJUSTMENT, table: new Array<number>(768).fill(9) } };
    const raw = { format: "rgb565", width: 640, rowBytes: 1280, offset: 2 ** 40 };
    const bodyOf = (ask: object, more: object = {}) => {
      const parsed = parseToHost({ kind: "request", id: 1, body: { type: "pixels", ask, ...more } });
      return parsed.ok && parsed.message.kind === "request" ? parsed.message.body : undefined;
    };
    for (const ask of [fill, adjust, { kind: "palette", index: 255, color: 5 }, { kind: "guess" }]) {
      assert.deepEqual(bodyOf(ask), { type: "pixels", ask });
      assert.deepEqual(bodyOf(ask, { raw }), { type: "pixels", ask, raw });
    }
    const wrong: readonly object[] = [
      { ...fill, paint: { color: 1, index: 256 } },
      { ...fill, x: -1 },
      { kind: "palette", index: 1.5, color: 0 },
      ...[{ brightness: 101 }, { contrast: NaN }, { invert: 1 }, { channels: [0, 1] }, { channels: [0, 1, 3] }].map(
        (change) => ({ ...adjust, adjustment: { ...NO_ADJUSTMENT, ...change } }),
      ),
      { ...adjust, adjustment: { ...NO_ADJUSTMENT, table: [1] } },
      { ...adjust, width: 0 },
    ];
    for (const ask of wrong) assert.equal(bodyOf(ask), undefined, JSON.stringify(ask));
    for (const change of [{ format: "__proto__" }, { width: 0 }, { rowBytes: 2 ** 30 }, { offset: -1 }]) {
      assert.equal(bodyOf({ kind: "guess" }, { raw: { ...raw, ...change } }), undefined);
    }
  });

  it("refuses questions about tiles that are none", () => {
    const good = { kind: "tile", x: 0, y: 0, width: 256, height: 1, step: 1, samples: 1 };
    const parse = (change: object) =>
      parseToHost({ kind: "request", id: 1, body: { type: "pixels", ask: { ...good, ...change } } }).ok;
    assert.ok(parse({}));
    const bad = [
      { width: 257 },
      { width: 0 },
      { step: 0 },
      { step: 1.5 },
      { samples: 5 },
      { x: -1 },
      { y: 2 ** 40 },
      { height: NaN },
      { kind: "paint" },
    ];
    for (const change of bad) assert.equal(parse(change), false, JSON.stringify(change));
  });
});
