// Pixels come out of their packing as they went in, whatever they are, and in no more bytes than the format says.
import assert from "node:assert/strict";
import { packPixels, unpackPixels } from "../../../shared/pixelPacking";
import { randomFrom } from "../formats/bmp/bitmapFile";

describe("shared: packed pixels", () => {
  const random = randomFrom(29);
  const color = () => (random(256) | (random(256) << 8) | (random(256) << 16) | (random(256) << 24)) >>> 0;
  const kinds: readonly (readonly [name: string, make: (before: number, index: number) => number])[] = [
    ["noise", color],
    ["opaque noise", () => (color() | 0xff000000) >>> 0],
    ["one colour", () => 0xff102030],
    ["nothing", () => 0],
    ["opaque black", () => 0xff000000],
    ["few colours", () => [0xff0000ff, 0x80ff0000, 0, 0xff00ff00][random(4)]!],
    ["runs", (before) => (random(100) === 0 ? color() : before)],
    ["slopes", (_, index) => (0xff000000 | ((index * 0x10203) & 0xffffff)) >>> 0],
    ["small steps", (before) => (before + random(4) * 0x10101 - random(3)) >>> 0],
    ["steps of one channel", (before) => (before ^ (random(256) << (8 * random(4)))) >>> 0],
  ];
  for (const [name, make] of kinds) {
    it(`brings back ${name}`, () => {
      for (const count of [0, 1, 61, 62, 63, 125, 5000]) {
        const pixels = new Uint32Array(count);
        for (let index = 0; index < count; index += 1) pixels[index] = make(pixels[index - 1] ?? 0xff000000, index);
        const packed = packPixels(pixels);
        assert.ok(packed.byteLength <= 5 * count);
        assert.deepEqual(unpackPixels(packed, count), pixels);
      }
    });
  }

  it("writes the chunks of the format", () => {
    const bytes = (...pixels: number[]) => [...new Uint8Array(packPixels(Uint32Array.from(pixels)))];
    assert.deepEqual(bytes(0xff000000, 0xff000000), [0xc1]);
    assert.deepEqual(bytes(0xffff0001), [0x40 | (3 << 4) | (2 << 2) | 1]);
    assert.deepEqual(bytes(0xff0a0a0a), [0x80 | 42, 0x88]);
    assert.deepEqual(bytes(0xff302010), [0xfe, 0x10, 0x20, 0x30]);
    assert.deepEqual(bytes(0x01302010), [0xff, 0x10, 0x20, 0x30, 1]);
    assert.deepEqual(bytes(0xff302010, 0xff000000, 0xff302010).slice(-1), [(16 * 3 + 32 * 5 + 48 * 7 + 255 * 11) % 64]);
    assert.deepEqual(bytes(...new Array<number>(63).fill(0xff000000)), [0xfd, 0xc0]);
  });

  it("keeps a plain surface in a sixtieth of its bytes, and never reads behind a cut", () => {
    assert.ok(packPixels(new Uint32Array(65_536).fill(0xff405060)).byteLength < 1100);
    const packed = packPixels(Uint32Array.from({ length: 100 }, color));
    for (let length = 0; length < packed.byteLength; length += 7) {
      assert.equal(unpackPixels(packed.slice(0, length), 100).length, 100);
    }
  });
});
