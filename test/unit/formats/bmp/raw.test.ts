// Bytes of any file as pixels: every format, odd distances between rows, ends of files; and the guess of a width, for pictures
// as cameras and programs make them.
import assert from "node:assert/strict";
import { MAX_PICTURE_SIDE } from "../../../../shared/pixelsProtocol";
import { packedRowBytes, RAW_FORMATS, type RawFormat, type RawPixels } from "../../../../shared/rawPixels";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { paintEdits } from "../../../../extension/src/formats/bmp/paint";
import { BmpPicture } from "../../../../extension/src/formats/bmp/picture";
import { rawLayout } from "../../../../extension/src/formats/bmp/raw";
import { guessRowBytes } from "../../../../extension/src/formats/bmp/widthGuess";
import { randomFrom, rgba } from "./bitmapFile";

function shown(bytes: Uint8Array, raw: RawPixels): number[] {
  const picture = BmpPicture.ofBytes(new MemoryByteSource(bytes), raw);
  const { width, height } = picture.layout;
  return [...picture.region({ x: 0, y: 0, width, height, step: 1, samples: 1 }).pixels];
}

describe("bmp: bytes as pixels", () => {
  it("reads every format", () => {
    const two = (format: RawFormat, ...bytes: number[]) =>
      shown(Uint8Array.of(...bytes), { format, width: 2, rowBytes: packedRowBytes(format, 2), offset: 0 });
    const [black, white] = [rgba(0, 0, 0), rgba(255, 255, 255)];
    assert.deepEqual(two("grey1", 0x40), [black, white]);
    assert.deepEqual(two("grey2", 0xd0), [white, rgba(85, 85, 85)]);
    assert.deepEqual(two("grey4", 0x1f), [rgba(17, 17, 17), white]);
    assert.deepEqual(two("grey8", 7, 255), [rgba(7, 7, 7), white]);
    assert.deepEqual(two("grey16", 0xff, 0xff, 0x00, 0x80), [white, rgba(128, 128, 128)]);
    assert.deepEqual(two("rgb565", 0x00, 0xf8, 0xe0, 0x07), [rgba(255, 0, 0), rgba(0, 255, 0)]);
    assert.deepEqual(two("bgr565", 0x00, 0xf8, 0x1f, 0x00), [rgba(0, 0, 255), rgba(255, 0, 0)]);
    assert.deepEqual(two("rgb555", 0x00, 0x7c, 0x1f, 0x00), [rgba(255, 0, 0), rgba(0, 0, 255)]);
    assert.deepEqual(two("rgb888", 1, 2, 3, 4, 5, 6), [rgba(1, 2, 3), rgba(4, 5, 6)]);
    assert.deepEqual(two("bgr888", 1, 2, 3, 4, 5, 6), [rgba(3, 2, 1), rgba(6, 5, 4)]);
    assert.deepEqual(two("rgba8888", 1, 2, 3, 4, 5, 6, 7, 8), [rgba(1, 2, 3, 4), rgba(5, 6, 7, 8)]);
    assert.deepEqual(two("bgra8888", 1, 2, 3, 4, 5, 6, 7, 8), [rgba(3, 2, 1, 4), rgba(7, 6, 5, 8)]);
    assert.deepEqual(two("rgbx8888", 1, 2, 3, 4, 5, 6, 7, 8), [rgba(1, 2, 3), rgba(5, 6, 7)]);
    assert.deepEqual(two("bgrx8888", 1, 2, 3, 4, 5, 6, 7, 8), [rgba(3, 2, 1), rgba(7, 6, 5)]);
  });

  it("takes any distance between rows, also one that lets them overlap, from any offset", () => {
    const bytes = Uint8Array.from({ length: 20 }, (_, index) => index);
    const greys = (raw: Omit<RawPixels, "format">) =>
      shown(bytes, { format: "grey8", ...raw }).map((color) => color & 255);
    assert.deepEqual(greys({ width: 3, rowBytes: 7, offset: 2 }), [2, 3, 4, 9, 10, 11, 16, 17, 18]);
    assert.deepEqual(greys({ width: 4, rowBytes: 2, offset: 14 }), [14, 15, 16, 17, 16, 17, 18, 19, 18, 19, 0, 0]);
    // The last row is there as far as the file goes; behind it nothing.
    assert.equal(rawLayout({ format: "grey8", width: 6, rowBytes: 6, offset: 0 }, 20).height, 4);
    const cut = shown(bytes, { format: "grey8", width: 6, rowBytes: 6, offset: 0 });
    assert.deepEqual(cut.slice(18, 21), [rgba(18, 18, 18), rgba(19, 19, 19), 0]);
  });

  it("is a picture for files of any size, and for none", () => {
    const raw: RawPixels = { format: "grey8", width: 1, rowBytes: 1, offset: 0 };
    assert.equal(rawLayout(raw, 2 ** 53 - 1).height, MAX_PICTURE_SIDE);
    for (const size of [0, 1, 5]) {
      for (const format of Object.keys(RAW_FORMATS) as RawFormat[]) {
        const layout = rawLayout({ format, width: 1000, rowBytes: 9, offset: 3 }, size);
        assert.ok(layout.height >= 1);
        assert.equal(
          shown(new Uint8Array(size), { format, width: 1000, rowBytes: 9, offset: 3 }).length,
          1000 * layout.height,
        );
      }
    }
  });

  it("paints colours that read back, and greys as light as the colour", () => {
    const paint = (format: RawFormat, color: number) => {
      const bytes = new Uint8Array(64);
      const raw: RawPixels = { format, width: 2, rowBytes: packedRowBytes(format, 2), offset: 0 };
      const source = new MemoryByteSource(bytes);
      for (const edit of paintEdits(source, rawLayout(raw, 64), { color }, [{ y: 1, x: 1, end: 2 }])) {
        for (let at = 0; at < edit.length; at += 1) bytes[edit.offset + at] = edit.pattern[at % edit.pattern.length]!;
      }
      return shown(bytes, raw)[3];
    };
    const orange = rgba(255, 128, 0);
    for (const format of ["rgb888", "bgr888", "rgba8888", "bgra8888", "rgbx8888"] as const) {
      assert.equal(paint(format, orange), orange, format);
    }
    assert.equal(paint("grey16", rgba(90, 90, 90)), rgba(90, 90, 90));
    assert.equal(paint("grey16", orange), rgba(151, 151, 151));
    assert.equal(paint("grey8", rgba(90, 90, 90)), rgba(90, 90, 90));
  });
});

describe("bmp: guessing a width", () => {
  /** Soft shapes, edges and some noise, as photographs have them. */
  const scene = (x: number, y: number, channel: number) =>
    128 +
    50 * Math.sin(x / 23 + channel) +
    40 * Math.cos(y / 17 - channel) +
    30 * Math.sin(x / 2.3 + 3 * Math.sin(y / 9));
  function picture(width: number, pad: number, channels: number, noise: number, seed: number): Uint8Array {
    const random = randomFrom(seed);
    const rowBytes = width * channels + pad;
    const rows = Math.floor((256 * 1024) / rowBytes);
    const bytes = new Uint8Array(rows * rowBytes);
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < width; x += 1) {
        for (let channel = 0; channel < channels; channel += 1) {
          const level = scene(x, y, channel) + random(2 * noise + 1) - noise;
          bytes[y * rowBytes + x * channels + channel] = Math.max(0, Math.min(255, Math.round(level)));
        }
      }
    }
    return bytes;
  }

  it("finds the length of rows first, of greys and colours, padded or not, with noise", () => {
    let seed = 1;
    for (const [width, pad, channels] of [
      [641, 3, 1],
      [127, 1, 3],
      [1024, 0, 4],
      [33, 0, 4],
    ] as const) {
      const bytes = picture(width, pad, channels, 12, (seed += 1));
      const guesses = guessRowBytes(bytes, 1, 3);
      const told = `${JSON.stringify({ width, pad, channels })}: ${String(guesses)}`;
      assert.equal(guesses[0], width * channels + pad, told);
    }
  });

  it("guesses nothing where nothing repeats, and never fails", () => {
    const random = randomFrom(99);
    const noise = Uint8Array.from({ length: 200_000 }, () => random(256));
    assert.deepEqual(guessRowBytes(noise, 1, 5), []);
    for (const length of [0, 1, 50, 53, 54, 100]) assert.ok(guessRowBytes(new Uint8Array(length), 1, 5).length <= 5);
    assert.ok(guessRowBytes(new Uint8Array(300_000), 3, 5).every((rowBytes) => rowBytes % 3 === 0));
  });
});
