// Damaged bitmaps: bytes of headers, palettes and run lengths changed, files cut short, by a seeded generator. Nothing but
// EngineErrors is thrown, all of it in bounded time, whether shown, painted, filled or adjusted. TERAHEX_FUZZ_ROUNDS and TERAHEX_FUZZ_SEED ask for more.
import assert from "node:assert/strict";
import { NO_ADJUSTMENT } from "../../../../shared/adjustment";
import { EngineError } from "../../../../extension/src/engine/engineError";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { adjustPlan } from "../../../../extension/src/formats/bmp/adjust";
import { areaAround } from "../../../../extension/src/formats/bmp/floodFill";
import { paintEdits } from "../../../../extension/src/formats/bmp/paint";
import { BmpPicture } from "../../../../extension/src/formats/bmp/picture";
import { bitmapFile, packedRows, randomFrom } from "./bitmapFile";

const rounds = Number(process.env["TERAHEX_FUZZ_ROUNDS"] ?? 1500);
const seed = Number(process.env["TERAHEX_FUZZ_SEED"] ?? 1);
/** Of one picture at the size of a screen's corner; a machine under load takes its time. */
const cpuMs = 3000;

const words = [0, 1, 4, 16, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

function damaged(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const copy = bytes.slice(0, random(8) === 0 ? random(bytes.length) : undefined);
  const view = new DataView(copy.buffer);
  for (let change = 1 + random(5); change > 0 && copy.length > 8; change -= 1) {
    const place = random(Math.min(copy.length - 4, random(3) === 0 ? copy.length : 80));
    if (random(3) === 0) copy[place] = random(256);
    else view.setUint32(place - (place % 2), words[random(words.length)]!, true);
  }
  return copy;
}

/** Shows and paints what there is. */
function look(bytes: Uint8Array, random: (below: number) => number): void {
  const source = new MemoryByteSource(bytes);
  const picture = BmpPicture.open(source);
  const { width, height } = picture.layout;
  const step = Math.ceil(Math.max(width, height) / 64);
  for (const samples of [1, 2]) {
    const request = { x: 0, y: 0, width, height, step: step * samples, samples };
    picture.prepare(request, performance.now() + 50);
    assert.equal(
      picture.region(request).pixels.length,
      Math.ceil(width / (step * samples)) * Math.ceil(height / (step * samples)),
    );
  }
  for (const { offset } of picture.defects) assert.ok(offset >= 0 && offset <= bytes.length + 256);
  const y = random(height);
  for (const edit of paintEdits(source, picture.layout, { color: random(2 ** 32) }, [
    { y, x: random(width), end: width },
  ])) {
    assert.ok(edit.offset >= picture.layout.pixels && edit.offset + edit.length <= bytes.length);
  }
  const area = { x: random(width), y, width: 1 + random(width), height: 1 + random(height) };
  const plan = adjustPlan(source, picture.layout, area, {
    ...NO_ADJUSTMENT,
    contrast: random(200) - 100,
    invert: true,
  });
  if (plan !== undefined) {
    const { offset, rows, rowStride, rowBytes } = plan.rows;
    assert.ok(rows > 0 && rowBytes % plan.map.elementBytes === 0);
    assert.ok(offset >= picture.layout.pixels && offset + (rows - 1) * rowStride + rowBytes <= bytes.length);
  }
  // Of larger ones it takes seconds to find that they are too large.
  if (width * height > 1e4) return;
  for (const span of areaAround(picture, random(width), y)) assert.ok(span.x < span.end && span.end <= width);
}

describe("bmp: damaged files", function () {
  this.timeout(10 * 60_000);
  it(`are shown as far as they go, ${rounds} of them from seed ${seed}`, () => {
    const random = randomFrom(seed);
    const stream = Uint8Array.from({ length: 600 }, () => (random(3) === 0 ? random(4) : random(256)));
    const palette = Array.from({ length: 16 }, (_, index): [number, number, number] => [index, index, index]);
    const plain = (bits: number) => packedRows(30, 20, bits, false, () => random(2 ** Math.min(bits, 31)));
    const samples = [
      bitmapFile({ width: 30, height: 20, bits: 24, data: plain(24) }),
      bitmapFile({ headerBytes: 12, width: 30, height: 20, bits: 1, palette: palette.slice(0, 2), data: plain(1) }),
      bitmapFile({ width: 30, height: 20, bits: 64, data: plain(64) }),
      bitmapFile({ width: 30, height: 20, bits: 4, compression: 2, palette, data: stream }),
      bitmapFile({ width: 30, height: 20, bits: 8, compression: 1, headerBytes: 64, palette, data: stream }),
      bitmapFile({ width: 30, height: -20, bits: 24, compression: 4, headerBytes: 64, data: stream }),
      bitmapFile({
        width: 9,
        height: -20,
        bits: 32,
        compression: 3,
        headerBytes: 124,
        masks: [7, 8, 16, 32],
        data: stream,
      }),
      bitmapFile({ width: 9, height: 9, bits: 0, compression: 5, imageBytes: 99, data: stream }),
    ];
    for (let round = 0; round < rounds; round += 1) {
      const bytes = damaged(samples[round % samples.length]!, random);
      const before = process.cpuUsage();
      try {
        look(bytes, random);
      } catch (error) {
        if (!(error instanceof EngineError)) throw new Error(`round ${round} of seed ${seed}`, { cause: error });
      }
      const { user, system } = process.cpuUsage(before);
      assert.ok((user + system) / 1000 < cpuMs, `round ${round} of seed ${seed} took ${(user + system) / 1000} ms`);
    }
  });
});
