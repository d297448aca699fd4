// The kinds of file that a public suite of bitmaps has, made by hand after what its documentation says of each: good ones show
// the picture, questionable ones the picture that makes sense, bad ones what of it there is, or say clearly why there is none.
// Names as in that suite: Jason Summers, "BMP Suite".
import assert from "node:assert/strict";
import { EngineError, type EngineErrorCode } from "../../../../extension/src/engine/engineError";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { BmpPicture } from "../../../../extension/src/formats/bmp/picture";
import { bitmapFile, packedRows, rgba, type BitmapFields } from "./bitmapFile";

const [width, height] = [7, 5];
type Color = (x: number, y: number) => number;

const colors = Array.from({ length: 300 }, (_, i) => [(i * 53) % 256, (i * 101) % 256, (i * 29) % 256] as const);
const shownColor = (index: number): number => {
  const [blue, green, red] = colors[index]!;
  return rgba(red, green, blue);
};
const black = rgba(0, 0, 0);

/** Indices of so many bits, and their colours. */
function indexed(bits: number, fields: Partial<BitmapFields> = {}, entries = 2 ** bits) {
  const index: Color = (x, y) => (x * 3 + y * 5) % 2 ** bits;
  const topDown = (fields.height ?? height) < 0;
  const data = packedRows(width, height, bits, topDown, index);
  const file = bitmapFile({ width, height, bits, palette: colors.slice(0, entries), data, ...fields });
  return { file, color: (x: number, y: number) => (index(x, y) < entries ? shownColor(index(x, y)) : black) };
}

/** Pixels of channels that are so many bits wide, from the highest used bit down: red, green, blue, and where not 0, alpha. */
function masked(
  bits: 16 | 32,
  widths: readonly number[],
  fields: Partial<BitmapFields> = {},
  shifts?: readonly number[],
) {
  const places = shifts ?? widths.map((_, at) => widths.slice(at + 1).reduce((sum, one) => sum + one, 0));
  const masks = widths.map((wide, at) => (wide === 0 ? 0 : (2 ** wide - 1) * 2 ** places[at]!));
  const level = (x: number, y: number, at: number) =>
    Math.floor((2 ** widths[at]! - 1) * (((x + 2 * y + 3 * at) % 9) / 8));
  const value: Color = (x, y) => widths.reduce((sum, _, at) => sum + level(x, y, at) * 2 ** places[at]!, 0);
  const data = packedRows(width, height, bits, false, value);
  const file = bitmapFile({ width, height, bits, compression: 3, masks, data, ...fields });
  const shown = (x: number, y: number, at: number) => {
    const most = 2 ** (widths[at] ?? 0) - 1;
    return most === 0 ? (at === 3 ? 255 : 0) : Math.round((255 * level(x, y, at)) / most);
  };
  return {
    file,
    color: (x: number, y: number) => rgba(shown(x, y, 0), shown(x, y, 1), shown(x, y, 2), shown(x, y, 3)),
  };
}

function rgb24(fields: Partial<BitmapFields> = {}) {
  const value: Color = (x, y) => x * 30 * 65536 + y * 50 * 256 + (x + y);
  const data = packedRows(width, height, 24, false, value);
  const file = bitmapFile({ width, height, data, ...fields });
  return { file, color: (x: number, y: number) => rgba(x * 30, y * 50, x + y) };
}

/** Rows of one index each, the lowest first, as runs. `marks`: how each but the last ends. */
function runs(bits: 4 | 8, fields: Partial<BitmapFields> = {}, end: readonly number[] = [0, 1], cut?: number) {
  const row = (y: number) => height - y;
  const value = (y: number) => (bits === 4 ? row(y) * 17 : row(y));
  const records = Array.from({ length: height }, (_, at) => [width, value(height - 1 - at), 0, 0]).flat();
  const data = Uint8Array.from([...records.slice(0, cut ?? records.length - 2), ...end]);
  const common = { width, height, bits, compression: bits === 4 ? 2 : 1, palette: colors.slice(0, 2 ** bits), data };
  return { file: bitmapFile({ ...common, ...fields }), color: (_x: number, y: number) => shownColor(row(y)) };
}

const at = (file: Uint8Array, offset: number, ...bytes: number[]): Uint8Array => {
  const changed = file.slice();
  changed.set(bytes, offset);
  return changed;
};
const gapBefore = (file: Uint8Array, pixels: number, gap: number): Uint8Array => {
  const moved = new Uint8Array(file.length + gap).fill(0xaa);
  moved.set(file.subarray(0, pixels));
  moved.set(file.subarray(pixels), pixels + gap);
  new DataView(moved.buffer).setUint32(10, pixels + gap, true);
  return moved;
};
const pixelsOf = (file: Uint8Array) => new DataView(file.buffer).getUint32(10, true);
const alpha32 = { headerBytes: 108 } as const;

/** A header of version 5 that names a profile behind the pixels. */
function profiled({ file }: { file: Uint8Array }): Uint8Array {
  const made = bitmapFile({ width, height, headerBytes: 124, data: Uint8Array.from([...file.slice(54), 1, 2, 3, 4]) });
  const view = new DataView(made.buffer);
  view.setUint32(14 + 56, 0x4c494e4b, true);
  view.setUint32(14 + 112, made.length - 4 - 14, true);
  view.setUint32(14 + 116, 4, true);
  return made;
}

/** As OS/2 keeps several bitmaps in a file: offsets count from the file's start. */
function inArray({ file }: { file: Uint8Array }): Uint8Array {
  const array = Uint8Array.from([0x42, 0x41, 40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...file]);
  new DataView(array.buffer).setUint32(14 + 10, pixelsOf(file) + 14, true);
  return array;
}

const pal8 = indexed(8);
const rgb24Plain = rgb24();
const rle8 = runs(8);
const cuts = [8, 4].map((bits) => runs(bits as 8 | 4, {}, [], 10));

const pictures: readonly (readonly [name: string, made: { file: Uint8Array; color: Color }])[] = [
  ["g/pal1", indexed(1)],
  ["g/pal1wb, g/pal1bg", indexed(1, { palette: [...colors.slice(0, 2)] })],
  ["g/pal4, g/pal4gs", indexed(4)],
  ["g/pal4rle", runs(4)],
  ["g/pal8", pal8],
  ["g/pal8-0", indexed(8, { colorsUsed: 0 })],
  ["g/pal8gs", indexed(8, { palette: Array.from({ length: 256 }, (_, i) => colors[i]!) })],
  ["g/pal8nonsquare", { ...pal8, file: at(pal8.file, 38, 0x13, 0x0b, 0, 0, 0x27, 0x16, 0, 0) }],
  ["g/pal8os2", indexed(8, { headerBytes: 12 })],
  ["g/pal8rle", rle8],
  ["g/pal8topdown", indexed(8, { height: -height })],
  ["g/pal8v4", indexed(8, { headerBytes: 108 })],
  ["g/pal8v5", indexed(8, { headerBytes: 124 })],
  ["g/rgb16", masked(16, [5, 5, 5], { compression: 0, masks: [] })],
  ["g/rgb16bfdef", masked(16, [5, 5, 5])],
  ["g/rgb16-565", masked(16, [5, 6, 5])],
  ["g/rgb16-565pal", masked(16, [5, 6, 5], { palette: colors.slice(0, 256), colorsUsed: 256 })],
  ["g/rgb24", rgb24Plain],
  ["g/rgb24pal", rgb24({ palette: colors.slice(0, 256), colorsUsed: 256 })],
  ["g/rgb32", masked(32, [8, 8, 8], { compression: 0, masks: [] })],
  ["g/rgb32bfdef", masked(32, [8, 8, 8], {}, [16, 8, 0])],
  ["g/rgb32bf", masked(32, [8, 8, 8], {}, [4, 12, 24])],
  ["q/pal1p1", indexed(1, { colorsUsed: 1 }, 1)],
  ["q/pal2, q/pal2color", indexed(2)],
  ["q/pal8offs", { ...pal8, file: gapBefore(pal8.file, pixelsOf(pal8.file), 100) }],
  ["q/pal8os2sp", indexed(8, { headerBytes: 12 }, 252)],
  ["q/pal8os2-sz", indexed(8, { headerBytes: 12, fileBytes: 26 })],
  ["q/pal8os2-hs", { ...pal8, file: at(indexed(8, { headerBytes: 12 }).file, 6, 3, 0, 4, 0) }],
  ["q/pal8os2v2-sz", indexed(8, { headerBytes: 64, fileBytes: 78 })],
  ["q/pal8os2v2", indexed(8, { headerBytes: 64 })],
  ["q/pal8os2v2-16", indexed(8, { headerBytes: 16 })],
  ["q/pal8os2v2-40sz", indexed(8, { imageBytes: 1 })],
  ["q/pal8oversizepal", indexed(8, { colorsUsed: 300, palette: colors })],
  ["q/rgb16-880", masked(16, [8, 8, 0])],
  ["q/rgb16-231", masked(16, [2, 3, 1])],
  ["q/rgb16-3103", masked(16, [3, 10, 3])],
  ["q/rgba16-4444", masked(16, [4, 4, 4, 4], alpha32, [8, 4, 0, 12])],
  ["q/rgba16-5551", masked(16, [5, 5, 5, 1], alpha32, [10, 5, 0, 15])],
  ["q/rgba16-1924", masked(16, [1, 9, 2, 4], alpha32)],
  ["q/rgb24largepal", rgb24({ palette: colors, colorsUsed: 300 })],
  ["q/rgb24prof", rgb24({ headerBytes: 124 })],
  ["q/rgb24lprof, q/rgb24prof2", { ...rgb24Plain, file: profiled(rgb24Plain) }],
  ["q/rgb32-xbgr", masked(32, [8, 8, 8], {}, [0, 8, 16])],
  ["q/rgba32-1, q/rgba32-2", masked(32, [8, 8, 8, 8], { headerBytes: 124 }, [16, 8, 0, 24])],
  ["q/rgb32-111110", masked(32, [11, 11, 10])],
  ["q/rgb32-7187", masked(32, [7, 18, 7])],
  ["q/rgb32h52", masked(32, [8, 8, 8], { headerBytes: 52 })],
  ["q/rgba32-1010102", masked(32, [10, 10, 10, 2], alpha32, [20, 10, 0, 30])],
  ["q/rgba32-61754", masked(32, [6, 17, 5, 4], alpha32)],
  ["q/rgba32-81284", masked(32, [8, 12, 8, 4], alpha32)],
  ["q/rgba32abf", masked(32, [8, 8, 8, 8], { compression: 6 }, [16, 8, 0, 24])],
  ["q/rgba32h56", masked(32, [8, 8, 8, 8], { headerBytes: 56 }, [16, 8, 0, 24])],
  ["x/ba-bm", { ...pal8, file: inArray(indexed(8, { headerBytes: 12 })) }],
  ["b/badbitssize", rgb24({ imageBytes: 0xfffffffe })],
  ["b/baddens1, b/baddens2", { ...rgb24Plain, file: at(rgb24Plain.file, 38, 0, 0, 0, 0x80, 0, 0, 0, 0x80) }],
  ["b/badfilesize", rgb24({ fileBytes: 3 })],
  ["b/badheadersize", rgb24({ headerBytes: 66 })],
  ["b/badplanes", rgb24({ planes: 5 })],
  ["b/badpalettesize", indexed(8, { colorsUsed: 0x11111111 })],
  ["b/pal8badindex", indexed(8, { colorsUsed: 10 }, 10)],
  [
    "b/rletopdown",
    { ...rle8, file: runs(8, { height: -height }).file, color: (x, y) => rle8.color(x, height - 1 - y) },
  ],
];

function open(file: Uint8Array) {
  const picture = BmpPicture.open(new MemoryByteSource(file));
  const area = { x: 0, y: 0, width, height, step: 1, samples: 1 };
  assert.ok(picture.prepare(area, Infinity));
  return { picture, pixels: picture.region(area).pixels };
}

describe("bmp: the kinds of a public suite", () => {
  for (const [name, { file, color }] of pictures) {
    it(`${name}: the picture`, () => {
      const { pixels } = open(file);
      for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
          const told = `${x}, ${y}: ${pixels[y * width + x]!.toString(16)} for ${color(x, y).toString(16)}`;
          assert.equal(pixels[y * width + x], color(x, y), told);
        }
      }
      if (name.startsWith("g/")) assert.deepEqual(BmpPicture.open(new MemoryByteSource(file)).defects, []);
    });
  }

  it("g/pal8w124, g/pal8w125, g/pal8w126: rows of every rest by four", () => {
    for (const wide of [124, 125, 126, 127]) {
      const data = packedRows(wide, 2, 8, false, (x, y) => (x + y) % 256);
      const file = bitmapFile({ width: wide, height: 2, bits: 8, palette: colors.slice(0, 256), data });
      const all = { x: 0, y: 0, width: wide, height: 2, step: 1, samples: 1 };
      const { pixels } = BmpPicture.open(new MemoryByteSource(file)).region(all);
      pixels.forEach((color, at) => assert.equal(color, shownColor((at % wide) + Math.floor(at / wide))));
    }
  });

  it("q/rgb16faketrns: the highest bit of five each is none of a colour", () => {
    const data = packedRows(width, height, 16, false, (x, y) => 0x7fff + 0x8000 * ((x + y) % 2));
    const { pixels } = open(bitmapFile({ width, height, bits: 16, data }));
    assert.ok(pixels.every((color) => color === rgba(255, 255, 255)));
  });

  it("q/rgb32fakealpha: the fourth byte of a header that knows no alpha is none", () => {
    const { pixels } = open(masked(32, [8, 8, 8, 8], { compression: 0, masks: [] }, [16, 8, 0, 24]).file);
    assert.ok(pixels.every((color) => color >>> 24 === 255));
  });

  it("q/pal8rletrns, q/pal4rletrns, q/pal8rlecut, q/pal4rlecut: what no run draws is transparent", () => {
    const skipped = Uint8Array.of(2, 5, 0, 2, 3, 0, 2, 6, 0, 0, 0, 2, 0, 2, 7, 9, 0, 1);
    for (const [bits, compression] of [
      [8, 1],
      [4, 2],
    ] as const) {
      const palette = colors.slice(0, 2 ** bits);
      const { pixels } = open(bitmapFile({ width, height, bits, compression, palette, data: skipped }));
      const bottom = [...pixels.subarray((height - 1) * width)].map((color) => color >>> 24);
      assert.deepEqual(bottom, [255, 255, 0, 0, 0, 255, 255]);
      assert.ok(pixels.subarray((height - 2) * width, (height - 1) * width).every((color) => color === 0));
    }
    for (const { file } of cuts) {
      const { pixels, picture } = open(file);
      assert.ok(pixels.subarray(3 * width).every((color) => color !== 0));
      assert.ok(pixels.subarray(0, 2 * width).every((color) => color === 0));
      assert.equal(picture.defects.length, 1);
    }
  });

  it("q/rgb24rle24: three bytes a pixel", () => {
    const data = Uint8Array.of(7, 1, 2, 3, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60, 70, 80, 90, 0, 0, 1);
    const { pixels } = open(bitmapFile({ headerBytes: 64, width, height, bits: 24, compression: 4, data }));
    assert.equal(pixels[4 * width], rgba(3, 2, 1));
    assert.deepEqual(
      [...pixels.subarray(3 * width, 3 * width + 3)],
      [rgba(30, 20, 10), rgba(60, 50, 40), rgba(90, 80, 70)],
    );
  });

  it("q/pal1huffmsb: white runs take the first colour, black ones the second", () => {
    // Five times a white run of 3 (1000) and a black one of 4 (011).
    const data = Uint8Array.of(0b1000_0111, 0b000_01110, 0b00_011100, 0b0_0111000, 0b0110_0000);
    const palette = colors.slice(0, 2);
    const { pixels } = open(bitmapFile({ headerBytes: 64, width, height, bits: 1, compression: 3, palette, data }));
    for (let y = 0; y < height; y += 1) {
      const row = [...pixels.subarray(y * width, (y + 1) * width)];
      assert.deepEqual(row, [0, 0, 0, 1, 1, 1, 1].map(shownColor));
    }
  });

  it("x/cmyk, x/cmykrle8, x/cmykrle4: inks as CMYK() packs them, black first", () => {
    const ink = (x: number, y: number) => [(x * 9) % 256, (y * 50) % 256, (x * y) % 256, 255 - x * 30] as const;
    const light = (x: number, y: number) => {
      const [black, yellow, magenta, cyan] = ink(x, y);
      const [red, green, blue] = [cyan, magenta, yellow].map((one) => Math.round(((255 - one) * (255 - black)) / 255));
      return rgba(red!, green!, blue!);
    };
    const value: Color = (x, y) => ink(x, y).reduce((sum, one, at) => sum + one * 256 ** at, 0);
    const { pixels, picture: said } = open(bitmapFile({ width, height, bits: 32, compression: 11, data: packedRows(width, height, 32, false, value) })); // prettier-ignore
    assert.match(said.defects[0]!.message, /the order of printing inks is written down nowhere/);
    pixels.forEach((color, at) => assert.equal(color, light(at % width, Math.floor(at / width))));
    for (const [bits, compression, both] of [
      [8, 12, 1],
      [4, 13, 0x11],
    ] as const) {
      const data = Uint8Array.of(width, both, 0, 1);
      // Entries end with cyan here: all of it and nothing else.
      const file = bitmapFile({ width, height: 1, bits, compression, palette: colors.slice(0, 2 ** bits), data });
      file.set([0, 0, 0, 255], 54 + 4);
      const picture = BmpPicture.open(new MemoryByteSource(file));
      const area = { x: 0, y: 0, width, height: 1, step: 1, samples: 1 };
      assert.ok(picture.prepare(area, Infinity));
      assert.deepEqual([...picture.region(area).pixels], new Array<number>(width).fill(rgba(0, 255, 255)));
    }
  });

  it("q/rgba64: half of the light, 13 bits behind the point", () => {
    const data = packedRows(width, height, 64, false, () => 0);
    new DataView(data.buffer).setInt16(0, 4096, true);
    new DataView(data.buffer).setInt16(6, 8192, true);
    const { pixels } = open(bitmapFile({ width, height, bits: 64, data }));
    assert.equal(pixels[4 * width], rgba(0, 0, 188));
  });

  it("q/rgb24jpeg, q/rgb24png: a file within the file, for the browser", () => {
    for (const [compression, format] of [
      [4, "jpeg"],
      [5, "png"],
    ] as const) {
      const data = Uint8Array.of(0xff, 0xd8, 1, 2, 3);
      const file = bitmapFile({ width, height, bits: 0, compression, imageBytes: 5, data });
      const { layout } = BmpPicture.open(new MemoryByteSource(file));
      assert.deepEqual(layout.coding, { kind: "embedded", format, range: { start: 54, end: 59 } });
    }
  });

  it("b/badrle, b/badrle4, b/badrlebis, b/badrleter, b/badrle4bis, b/badrle4ter: draws within the picture alone, and ends", () => {
    const streams = [
      [255, 1, 255, 2, 255, 3, 0, 0, 0, 255, ...new Array<number>(40).fill(5)],
      [0, 2, 255, 255, 7, 1],
      [0, 2, 200, 0, 7, 1, 0, 0, 7, 2, 0, 1],
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 1],
      [0, 200, 1, 2],
      [3],
      [],
    ];
    for (const stream of streams) {
      for (const [bits, compression] of [
        [8, 1],
        [4, 2],
        [24, 4],
      ] as const) {
        const data = Uint8Array.from([...stream, 1]);
        const palette = bits === 24 ? [] : colors.slice(0, 2 ** bits);
        const headerBytes = bits === 24 ? 64 : 40;
        assert.equal(
          open(bitmapFile({ headerBytes, width, height, bits, compression, palette, data })).pixels.length,
          35,
        );
      }
    }
  });

  it("b/shortfile: the rows that are there", () => {
    const { file, color } = rgb24Plain;
    const { pixels, picture } = open(file.slice(0, -50));
    assert.equal(pixels[4 * width], color(0, 4));
    assert.equal(pixels[0], 0);
    assert.match(picture.defects[0]!.message, /ends within its pixels/);
  });

  const refused: readonly (readonly [name: string, file: Uint8Array, code: EngineErrorCode, reason: RegExp])[] = [
    ["b/badbitcount", rgb24({ bits: 57 }).file, "unsupported", /57 bits a pixel/],
    ["b/badwidth", rgb24({ width: -7 }).file, "corrupt", /width of -7/],
    ["x/compression14", bitmapFile({ width, bits: 32, compression: 14, data: new Uint8Array(9) }), "unsupported", /compression 14/], // prettier-ignore
    ["x/cmyk of 24 bits", bitmapFile({ width, bits: 24, compression: 11, data: new Uint8Array(9) }), "unsupported", /inks with 24 bits/], // prettier-ignore
    ["x/cmyk of 57 bits", bitmapFile({ width, bits: 57, compression: 11, data: new Uint8Array(9) }), "unsupported", /57 bits/], // prettier-ignore
  ];
  for (const [name, file, code, reason] of refused) {
    it(`${name}: says why not`, () => {
      assert.throws(
        () => BmpPicture.open(new MemoryByteSource(file)),
        (error) => error instanceof EngineError && error.code === code && reason.test(error.message),
      );
    });
  }

  it("b/reallybig: a picture of 3 by 2^30 pixels that are not there, at once", () => {
    const file = rgb24({ width: 2 ** 30, height: 3 }).file;
    const picture = BmpPicture.open(new MemoryByteSource(file));
    const corner = picture.region({ x: 0, y: 2, width: 2, height: 1, step: 1, samples: 1 }).pixels;
    assert.equal(corner[0], rgb24Plain.color(0, 4));
    assert.equal(picture.region({ x: 2 ** 29, y: 0, width: 9, height: 3, step: 1, samples: 1 }).pixels[0], 0);
  });
});
