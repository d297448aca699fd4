// `terahex image`: the PNG holds the pixels of the bitmap, and a failure leaves nothing behind.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { encode } from "jpeg-js";
import { bitmapFile, packedRows, rgba } from "../formats/bmp/bitmapFile";
import { bundleCli, runCli } from "./cliProcess";

const width = 300;
const height = 200;
const color = (x: number, y: number) => rgba(x % 256, y, (x * y) % 256);

/** Checks each chunk's sum, takes the filter off. */
function readPng(file: string): { width: number; height: number; pixels: number[] } {
  const bytes = fs.readFileSync(file);
  assert.equal(bytes.toString("latin1", 0, 8), "\x89PNG\r\n\x1a\n");
  const parts = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    assert.equal(bytes.readUInt32BE(at + 8 + length), zlib.crc32(bytes.subarray(at + 4, at + 8 + length)), type);
    parts.set(type, Buffer.concat([parts.get(type) ?? Buffer.alloc(0), data]));
    at += length + 12;
  }
  assert.deepEqual([...parts.keys()], ["IHDR", "IDAT", "IEND"]);
  const header = parts.get("IHDR")!;
  const size = { width: header.readUInt32BE(0), height: header.readUInt32BE(4) };
  const raw = zlib.inflateSync(parts.get("IDAT")!);
  const rowBytes = size.width * 4;
  const above = Buffer.alloc(rowBytes);
  const pixels: number[] = [];
  for (let y = 0; y < size.height; y += 1) {
    const line = raw.subarray(y * (rowBytes + 1), (y + 1) * (rowBytes + 1));
    assert.equal(line[0], 2);
    for (let at = 0; at < rowBytes; at += 1) above[at]! += line[at + 1]!;
    for (let x = 0; x < size.width; x += 1) pixels.push(above.readUInt32LE(4 * x));
  }
  return { ...size, pixels };
}

describe("cli: image", function () {
  this.timeout(60_000);
  let folder = "";
  const at = (name: string) => path.join(folder, name);
  const run = (...args: string[]) => runCli(["image", ...args], folder);

  before(async () => {
    await bundleCli();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-image-"));
    const data = packedRows(width, height, 24, false, (x, y) => {
      const pixel = color(x, y);
      return ((pixel & 255) << 16) | (pixel & 0xff00) | ((pixel >>> 16) & 255);
    });
    fs.writeFileSync(at("a.bmp"), bitmapFile({ width, height, data }));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it("writes every pixel", async () => {
    const { status, stderr } = await run(at("a.bmp"), "-o", at("a.png"));
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    const expected = Array.from({ length: width * height }, (_, at) => color(at % width, Math.floor(at / width)));
    assert.deepEqual(readPng(at("a.png")), { width, height, pixels: expected });
  });

  it("writes a region, and a reduced picture", async () => {
    await run(at("a.bmp"), "-o", at("b.png"), "--region", "290,198,50,50");
    const region = readPng(at("b.png"));
    assert.deepEqual([region.width, region.height], [10, 2]);
    assert.equal(region.pixels[13], color(293, 199));
    const { stdout } = await run(at("a.bmp"), "-o", at("c.png"), "--max-size", "100", "--json");
    assert.deepEqual(JSON.parse(stdout.toString()), { width: 100, height: 67, step: 3, defects: [] });
    assert.equal(readPng(at("c.png")).pixels[0], rgba(1, 1, Math.round(9 / 9)));
  });

  it("writes what a cut file has, and says what is missing", async () => {
    fs.writeFileSync(at("cut.bmp"), fs.readFileSync(at("a.bmp")).subarray(0, 54 + 900 * 50));
    const { status, stderr } = await run(at("cut.bmp"), "-o", at("cut.png"));
    assert.equal(status, 0);
    assert.match(stderr, /50 of 200 rows are whole \(at offset 45054\)/);
    const { pixels } = readPng(at("cut.png"));
    assert.equal(pixels[149 * width + 5], 0);
    assert.equal(pixels[150 * width + 5], color(5, 150));
  });

  it("decodes a JPEG within, a part of it, and says why where it can't", async () => {
    const drawn = Buffer.alloc(32 * 16 * 4, 255);
    for (let at = 0; at < drawn.length; at += 4) drawn.set((at / 4) % 32 < 16 ? [200, 40, 40] : [40, 40, 200], at);
    const data = Uint8Array.from(encode({ width: 32, height: 16, data: drawn }, 95).data);
    const fields = { width: 32, height: 16, bits: 0, compression: 4 };
    fs.writeFileSync(at("jpeg.bmp"), bitmapFile({ ...fields, imageBytes: data.length, data }));
    const { status, stderr } = await run(at("jpeg.bmp"), "-o", at("jpeg.png"), "--region", "8,0,16,16");
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    const { pixels, ...size } = readPng(at("jpeg.png"));
    assert.deepEqual(size, { width: 16, height: 16 });
    const near = (pixel: number, ...levels: number[]) =>
      levels.forEach((level, byte) => assert.ok(Math.abs(((pixel >>> (8 * byte)) & 255) - level) < 12));
    for (let y = 0; y < 16; y += 1) {
      near(pixels[y * 16 + 2]!, 200, 40, 40);
      near(pixels[y * 16 + 13]!, 40, 40, 200);
    }
    fs.writeFileSync(at("broken.bmp"), bitmapFile({ ...fields, data: Uint8Array.of(0xff, 0xd8, 1, 2, 3) }));
    const broken = await run(at("broken.bmp"), "-o", at("x.png"));
    assert.equal(broken.status, 2);
    assert.match(broken.stderr, /JPEG file within it can't be decoded/);
  });

  it("refuses what it can't do with status 2, and leaves no file", async () => {
    fs.writeFileSync(at("no.bmp"), "BA");
    const wrong: [string[], RegExp][] = [
      [[at("no.bmp"), "-o", at("x.png")], /no\.bmp/],
      [[at("a.bmp"), "-o", at("a.bmp")], /overwrite the picture/],
      [[at("a.bmp"), "-o", at("x.png"), "--region", "300,0,1,1"], /nothing of it lies in the picture/],
      [[at("a.bmp"), "-o", at("x.png"), "--region", "1,2,3"], /X,Y,W,H/],
      [[at("a.bmp"), "-o", at("x.png"), "--max-size", "0"], /at least 1/],
      [[at("a.bmp"), "-o", at("no/x.png")], /no\/x\.png/],
      [[at("a.bmp")], /output/],
    ];
    for (const [args, message] of wrong) {
      const { status, stderr } = await run(...args);
      assert.equal(status, 2, stderr);
      assert.match(stderr, message);
    }
    assert.deepEqual(
      fs.readdirSync(folder).filter((name) => name.includes("x.png") || name.includes(".tmp")),
      [],
    );
  });
});
