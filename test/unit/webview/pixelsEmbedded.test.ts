// A file within a bitmap is given to the browser where it says that it is of a size that can be unpacked.
import assert from "node:assert/strict";
import { MAX_WINDOW_BYTES } from "../../../shared/protocol";
import { embeddedImage } from "../../../webview/src/pixelsEmbedded";

const u16 = (value: number): number[] => [value >>> 8, value & 255];
const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

const png = (width: number, height: number): number[] => [
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13],
  ...ascii("IHDR"),
  ...[width, height].flatMap((side) => [...u16(side >>> 16), ...u16(side & 0xffff)]),
];

const segment = (marker: number, ...body: number[]): number[] => [0xff, marker, ...u16(body.length + 2), ...body];
const frame = (width: number, height: number, marker = 0xc0): number[] =>
  segment(marker, 8, ...u16(height), ...u16(width), 1, 1, 0x11, 0);
const jpeg = (...segments: number[][]): number[] => [0xff, 0xd8, ...segments.flat(), ...segment(0xda, 0)];

describe("a file within a bitmap", () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "createImageBitmap");
  let unpacked: Blob[] = [];
  beforeEach(() => {
    unpacked = [];
    const value = (blob: Blob) => {
      unpacked.push(blob);
      return Promise.resolve({});
    };
    Object.defineProperty(globalThis, "createImageBitmap", { value, configurable: true });
  });
  after(() => {
    if (before === undefined) Reflect.deleteProperty(globalThis, "createImageBitmap");
    else Object.defineProperty(globalThis, "createImageBitmap", before);
  });

  async function shown(bytes: readonly number[]): Promise<string> {
    const file = Uint8Array.from([0, 0, 0, ...bytes]);
    const read = (offset: number, length: number) => Promise.resolve(file.slice(offset, offset + length).buffer);
    const image = await embeddedImage(read, { range: { start: 3, end: file.length }, mime: "image/png" });
    if (typeof image === "string") assert.equal(unpacked.length, 0);
    else
      assert.deepEqual(
        unpacked.map(({ size }) => size),
        [bytes.length],
      );
    unpacked = [];
    return typeof image === "string" ? image : "shown";
  }

  it("is shown up to 64 million pixels", async () => {
    for (const file of [png(8000, 8000), jpeg(frame(8000, 8000)), jpeg(frame(1, 65_535, 0xc2))])
      assert.equal(await shown(file), "shown");
  });

  it("is not unpacked where it claims more, and that is said", async () => {
    const said =
      /^The image\/png file within this bitmap can't be shown: it has 20000 × 20000 pixels; at most 64,000,000 /;
    const notes = Array.from({ length: 5 }, () => segment(0xe1, ...new Array<number>(65_000).fill(0)));
    assert.ok(notes.flat().length > MAX_WINDOW_BYTES);
    const large = frame(20_000, 20_000);
    for (const file of [
      png(20_000, 20_000),
      jpeg(large),
      jpeg(...notes, segment(0xc4, 0), large),
      jpeg([0xff, 0xff, 0xff, 0x01], [0, 7, 0xff, 0, 0xff, 0xd0], frame(20_000, 20_000, 0xc9)),
      // A small picture within the notes is not the one that is unpacked.
      jpeg(segment(0xe0, ...jpeg(frame(8, 8))), large),
    ])
      assert.match(await shown(file), said);
  });

  it("is not unpacked where it does not say how large it is", async () => {
    for (const file of [
      [],
      ascii("GIF89a"),
      png(0, 5),
      png(5, 5).slice(0, 23),
      jpeg(),
      jpeg(frame(5, 0)),
      jpeg(segment(0xe0, 1, 2)).slice(0, 5),
      jpeg([0xff, 0xe0, 0, 1], frame(5, 5)),
    ])
      assert.match(await shown(file), /does not say how large it is\.$/);
  });
});
