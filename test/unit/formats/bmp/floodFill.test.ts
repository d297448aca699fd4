// Filled areas against a fill that looks at every pixel by itself; the bound; and what of it and of a palette's change reaches the
// file.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { EngineError } from "../../../../extension/src/engine/engineError";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { areaAround } from "../../../../extension/src/formats/bmp/floodFill";
import { BmpPicture } from "../../../../extension/src/formats/bmp/picture";
import type { FromPictures } from "../../../../extension/src/formats/bmp/worker/messages";
import { PictureServer } from "../../../../extension/src/formats/bmp/worker/pictureServer";
import { bitmapFile, packedRows, randomFrom } from "./bitmapFile";

const palette = [
  [0, 0, 255],
  [0, 255, 0],
] as const;

function naive(
  width: number,
  height: number,
  color: (x: number, y: number) => number,
  x: number,
  y: number,
): Set<string> {
  const found = new Set<string>();
  const waiting = [[x, y] as const];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [column, row] = next;
    const key = `${column},${row}`;
    const outside = column < 0 || row < 0 || column >= width || row >= height;
    if (outside || found.has(key) || color(column, row) !== color(x, y)) continue;
    found.add(key);
    waiting.push([column + 1, row], [column - 1, row], [column, row + 1], [column, row - 1]);
  }
  return found;
}

describe("bmp: filling an area", () => {
  it("takes the pixels that a fill pixel by pixel takes, across the strips that are read", () => {
    for (let seed = 1; seed < 40; seed += 1) {
      const random = randomFrom(seed);
      const [width, height] = seed % 4 === 0 ? [300, 280] : [1 + random(40), 1 + random(30)];
      const share = 2 + random(4);
      const cells = Uint8Array.from({ length: width * height }, () => (random(share) === 0 ? 1 : 0));
      const color = (x: number, y: number) => cells[y * width + x]!;
      const data = packedRows(width, height, 1, seed % 2 === 0, color);
      const file = bitmapFile({ width, height: seed % 2 === 0 ? -height : height, bits: 1, palette, data });
      const picture = BmpPicture.open(new MemoryByteSource(file));
      const [x, y] = [random(width), random(height)];
      const got = new Set<string>();
      for (const span of areaAround(picture, x, y)) {
        for (let at = span.x; at < span.end; at += 1) {
          assert.ok(!got.has(`${at},${span.y}`));
          got.add(`${at},${span.y}`);
        }
      }
      assert.deepEqual([...got].sort(), [...naive(width, height, color, x, y)].sort(), `seed ${seed}`);
    }
  });

  it("goes down a line of a picture that no memory holds, and stops at the bound", () => {
    const [width, height] = [2 ** 24, 2 ** 24];
    const header = bitmapFile({ width, height: -height, bits: 24, data: new Uint8Array(0) });
    // A picture of nothing but zeros, of 768 TiB.
    const zeros = new (class extends MemoryByteSource {
      override get size() {
        return 54 + width * 3 * height;
      }
      gather({ rows, columns, elementBytes }: { rows: number; columns: number; elementBytes: number }) {
        return { bytes: new ArrayBuffer(rows * columns * elementBytes), version: 1, missing: [] };
      }
    })(header);
    assert.throws(
      () => areaAround(BmpPicture.open(zeros), 7, 7),
      (error) => error instanceof EngineError && error.code === "too-large" && /4,194,304 pixels/.test(error.message),
    );
  });

  async function answer(file: Uint8Array, ask: Parameters<PictureServer["ask"]>[1]) {
    const sent: FromPictures[] = [];
    new PictureServer(new MemoryByteSource(file), (message) => sent.push(message)).ask(1, ask);
    while (sent.length === 0) await turn();
    return sent[0]!;
  }
  const small = bitmapFile({
    width: 8,
    height: -2,
    bits: 1,
    palette,
    data: Uint8Array.of(0xf0, 0, 0, 0, 0xf0, 0, 0, 0),
  });

  it("comes back as edits of the rows, by colour or by entry of the palette", async () => {
    for (const paint of [{ color: 0xff0000ff }, { color: 0xff00ff00, index: 0 }]) {
      const told = await answer(small, { kind: "fill", x: 1, y: 1, paint });
      assert.ok(told.kind === "answer" && "filled" in told.body);
      assert.equal(told.body.filled, 8);
      const edits = told.body.edits.map(({ offset, length, pattern }) => [offset, length, ...pattern]);
      assert.deepEqual(edits.sort(), [
        [62, 1, 0],
        [66, 1, 0],
      ]);
    }
  });

  it("changes an entry of the palette, and none that the file does not have", async () => {
    const told = await answer(small, { kind: "palette", index: 1, color: 0xff112233 });
    assert.ok(told.kind === "answer" && "edits" in told.body);
    assert.deepEqual(told.body.edits, [{ offset: 58, length: 3, pattern: Uint8Array.of(0x11, 0x22, 0x33) }]);
    const none = await answer(small, { kind: "palette", index: 2, color: 0 });
    assert.ok(none.kind === "failure" && none.code === "out-of-range");
  });
});
