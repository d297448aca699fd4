// What the thread answers: state, tiles, unsaved edits, cancelled questions.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import type { FromPictures } from "../../../../extension/src/formats/bmp/worker/messages";
import { PictureServer } from "../../../../extension/src/formats/bmp/worker/pictureServer";
import { unpackPixels } from "../../../../shared/pixelPacking";
import { bitmapFile, packedRows, rgba } from "./bitmapFile";

const data = packedRows(300, 4, 24, true, (x, y) => x * 256 + y);
const file = bitmapFile({ width: 300, height: -4, data });
const tile = (x: number, y: number, width = 1, height = 1) => {
  return { kind: "tile", x, y, width, height, step: 1, samples: 1 } as const;
};

describe("bmp: the thread that decodes", () => {
  function serve(source: MemoryByteSource) {
    const sent: FromPictures[] = [];
    const server = new PictureServer(source, (message) => sent.push(message));
    const ask = async (question: Parameters<PictureServer["ask"]>[1]) => {
      const id = sent.length + 100;
      server.ask(id, question);
      while (!sent.some((message) => message.id === id)) await turn();
      const answer = sent.find((message) => message.id === id)!;
      return answer.kind === "answer" ? answer.body : answer;
    };
    const color = async (x: number, y: number) => {
      const body = await ask(tile(x, y));
      return "packed" in body ? unpackPixels(body.packed, 1)[0] : body;
    };
    return { server, sent, ask, color };
  }

  it("says what the picture is, and where its pixels stand", async () => {
    const { ask } = serve(new MemoryByteSource(file));
    const state = await ask({ kind: "picture" });
    assert.ok("overview" in state && state.overview !== undefined);
    const { overview, ...rest } = state;
    // 300 pixels come to 150: every other one, of every other row.
    const shown = unpackPixels(overview.packed, 300);
    assert.deepEqual([overview.width, overview.height, shown.length], [150, 2, 300]);
    assert.deepEqual(rest, {
      kind: "picture",
      geometry: { width: 300, height: 4, topDown: true, bitsPerPixel: 24, rowBytes: 900, pixels: 54 },
      plain: true,
      format: "BITMAPINFOHEADER · 24 bit · top-down",
      defects: [],
      colors: [],
      paletteEntries: 0,
      version: 1,
    });
  });

  it("says why there is no picture, and where that is seen", async () => {
    const { ask } = serve(new MemoryByteSource(Uint8Array.of(1, 2, 3)));
    const state = await ask({ kind: "picture" });
    assert.deepEqual(state, {
      kind: "none",
      reason: 'not a bitmap: it does not begin with "BM"',
      offset: 0,
    });
    const answer = await ask(tile(0, 0));
    assert.ok("kind" in answer && answer.kind === "failure" && answer.code === "corrupt");
  });

  it("DL-6: shows unsaved edits, of pixels and of headers", async () => {
    const source = new MemoryByteSource(file);
    const { color } = serve(source);
    assert.equal(await color(5, 1), rgba(0, 5, 1));
    source.overwrite(54 + 900 + 15, Uint8Array.of(9, 8, 7));
    assert.equal(await color(5, 1), rgba(7, 8, 9));
    // The other way up.
    source.overwrite(22, Uint8Array.of(4, 0, 0, 0));
    assert.equal(await color(5, 2), rgba(7, 8, 9));
  });

  it("takes bytes for pixels, with edits and guesses, beside the picture that they are", async () => {
    const source = new MemoryByteSource(file);
    const { server, sent } = serve(source);
    const raw = { format: "grey8", width: 900, rowBytes: 900, offset: 54 } as const;
    server.ask(1, { kind: "picture" }, raw);
    server.ask(2, tile(3, 1), raw);
    server.ask(3, tile(1, 1));
    server.ask(4, { kind: "guess" }, raw);
    while (sent.length < 4) await turn();
    const bodies = sent.map((message) => (message.kind === "answer" ? message.body : assert.fail(message.message)));
    const [state, grey, color, guess] = bodies as [object, { packed: ArrayBuffer }, { packed: ArrayBuffer }, object];
    assert.ok("format" in state && "geometry" in state);
    assert.equal(state.format, "Grey, 8 bits");
    assert.deepEqual(state.geometry, {
      width: 900,
      height: 4,
      topDown: true,
      bitsPerPixel: 8,
      rowBytes: 900,
      pixels: 54,
    });
    // The first byte of the second pixel of the second row: its blue.
    assert.equal(unpackPixels(grey.packed, 1)[0], rgba(1, 1, 1));
    assert.equal(unpackPixels(color.packed, 1)[0], rgba(0, 1, 1));
    assert.ok("rowBytes" in guess && Array.isArray(guess.rowBytes));
    // Unsaved edits show in both.
    source.overwrite(57, Uint8Array.of(9));
    server.ask(5, tile(3, 0), raw);
    while (sent.length < 5) await turn();
    const now = sent[4]!;
    assert.ok(now.kind === "answer" && "packed" in now.body);
    assert.equal(unpackPixels(now.body.packed, 1)[0], rgba(9, 9, 9));
  });

  it("never begins what was cancelled", async () => {
    const { server, sent } = serve(new MemoryByteSource(file));
    for (let id = 1; id <= 3; id += 1) server.ask(id, tile(0, 0));
    server.cancel(2);
    while (sent.length < 2) await turn();
    await turn();
    assert.deepEqual(
      sent.map(({ id }) => id),
      [1, 3],
    );
  });
});
