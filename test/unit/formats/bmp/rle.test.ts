// Run lengths against a decoder that draws into one array, and against pictures by hand.
import assert from "node:assert/strict";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { BmpPicture } from "../../../../extension/src/formats/bmp/picture";
import { bitmapFile, randomFrom, rgba } from "./bitmapFile";

const palette = Array.from({ length: 256 }, (_, index): [number, number, number] => [index, 255 - index, index ^ 85]);
const colorOf = (index: number) => rgba(index ^ 85, 255 - index, index);

function openRle(bits: 4 | 8 | 24, width: number, height: number, stream: readonly number[]): BmpPicture {
  const compression = bits === 4 ? 2 : bits === 8 ? 1 : 4;
  const headerBytes = bits === 24 ? 64 : 40;
  const colors = bits === 24 ? [] : palette.slice(0, 2 ** bits);
  const data = Uint8Array.from(stream);
  return BmpPicture.open(
    new MemoryByteSource(bitmapFile({ headerBytes, width, height, bits, compression, palette: colors, data })),
  );
}

function shown(picture: BmpPicture, x = 0, y = 0, width = picture.layout.width, height = picture.layout.height) {
  const request = { x, y, width, height, step: 1, samples: 1 };
  assert.ok(picture.prepare(request, Infinity));
  return [...picture.region(request).pixels];
}

/** Records with their meaning applied at once to rows from the bottom. */
class NaiveDrawing {
  readonly stream: number[] = [];
  readonly pixels: number[];
  private x = 0;
  private y = 0;

  constructor(
    private readonly bits: 4 | 8 | 24,
    private readonly width: number,
    private readonly height: number,
  ) {
    this.pixels = new Array<number>(width * height).fill(0);
  }

  put(color: number): void {
    if (this.x < this.width && this.y < this.height) {
      this.pixels[(this.height - 1 - this.y) * this.width + this.x] = color;
    }
    this.x += 1;
  }
  record(random: (below: number) => number): void {
    const value = () => random(this.bits === 4 ? 16 : 256);
    const kind = random(10);
    if (kind < 4) {
      const count = 1 + random(9);
      if (this.bits === 24) {
        const [blue, green, red] = [value(), value(), value()];
        this.stream.push(count, blue, green, red);
        for (let index = 0; index < count; index += 1) this.put(rgba(red, green, blue));
      } else if (this.bits === 8) {
        const index = value();
        this.stream.push(count, index);
        for (let repeat = 0; repeat < count; repeat += 1) this.put(colorOf(index));
      } else {
        const pair = [value(), value()];
        this.stream.push(count, pair[0]! * 16 + pair[1]!);
        for (let index = 0; index < count; index += 1) this.put(colorOf(pair[index % 2]!));
      }
    } else if (kind < 7) {
      const count = 3 + random(9);
      this.stream.push(0, count);
      const bytes: number[] = [];
      for (let index = 0; index < count; index += 1) {
        if (this.bits === 24) {
          const color = [value(), value(), value()];
          bytes.push(...color);
          this.put(rgba(color[2]!, color[1]!, color[0]!));
        } else {
          const pixel = value();
          if (this.bits === 8) bytes.push(pixel);
          else if (index % 2 === 0) bytes.push(pixel * 16);
          else bytes[bytes.length - 1]! += pixel;
          this.put(colorOf(pixel));
        }
      }
      if (bytes.length % 2 === 1) bytes.push(0xee);
      this.stream.push(...bytes);
    } else if (kind < 9) {
      this.stream.push(0, 0);
      this.x = 0;
      this.y += 1;
    } else {
      const [right, up] = [random(5), random(3)];
      this.stream.push(0, 2, right, up);
      this.x += right;
      this.y += up;
    }
  }
}

describe("bmp: run lengths", () => {
  for (const bits of [4, 8, 24] as const) {
    it(`draws ${bits} bits as a decoder into one array does, whole and in parts`, () => {
      for (let seed = 1; seed <= 40; seed += 1) {
        const random = randomFrom(seed * 77 + bits);
        const width = 1 + random(40);
        const height = 1 + random(30);
        const drawing = new NaiveDrawing(bits, width, height);
        for (let records = random(400); records > 0; records -= 1) drawing.record(random);
        const picture = openRle(bits, width, height, [...drawing.stream, 0, 1]);
        assert.deepEqual(shown(picture), drawing.pixels, `seed ${seed}`);
        const x = random(width);
        const y = random(height);
        const part = shown(picture, x, y, 5, 4);
        const expected: number[] = [];
        for (let py = y; py < Math.min(height, y + 4); py += 1) {
          for (let px = x; px < Math.min(width, x + 5); px += 1) expected.push(drawing.pixels[py * width + px]!);
        }
        assert.deepEqual(part, expected, `seed ${seed}, part at ${x}, ${y}`);
      }
    });
  }

  it("finds rows of a long stream from places before them", () => {
    const height = 3000;
    const stream: number[] = [];
    for (let row = 0; row < height; row += 1) {
      for (let run = 0; run < 60; run += 1) stream.push(1, (row + run) % 256);
      stream.push(0, 0);
    }
    const picture = openRle(8, 60, height, [...stream, 0, 1]);
    for (const y of [height - 1, 5, 1500, 1499, 0]) {
      const expected = Array.from({ length: 60 }, (_, x) => colorOf((height - 1 - y + x) % 256));
      assert.deepEqual(shown(picture, 0, y, 60, 1), expected, `row ${y}`);
    }
  });

  it("walks on in slices", () => {
    const stream = Array.from({ length: 400_000 }, (_, index) => (index % 2 === 0 ? 1 : 7));
    const picture = openRle(8, 10, 2, stream);
    const request = { x: 0, y: 0, width: 10, height: 1, step: 1, samples: 1 };
    assert.equal(picture.prepare(request, 0), false);
    while (!picture.prepare(request, performance.now() + 1));
    assert.match(picture.defects.at(-1)?.message ?? "", /break off/);
  });

  it("keeps what a cut stream has drawn, and never leaves the picture", () => {
    const picture = openRle(8, 2, 2, [200, 9, 0, 2, 255, 255, 5, 3]);
    assert.deepEqual(shown(picture), [0, 0, colorOf(9), colorOf(9)]);
    const cut = openRle(8, 3, 2, [1, 9, 0, 40, 7]);
    assert.deepEqual(shown(cut), [0, 0, 0, colorOf(9), colorOf(7), 0]);
    assert.equal(cut.defects.at(-1)?.incomplete, true);
  });
});
