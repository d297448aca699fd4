// Pictures among the resources: what a browser is given, and what is too large for a small one to be made of.
import assert from "node:assert/strict";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { ImageMemory } from "../../../../extension/src/formats/pe/imageMemory";
import { resourcePicture, type ResourcePicture } from "../../../../extension/src/formats/pe/pictures";
import { PagedBytes } from "../../../../extension/src/formats/program/pagedBytes";
import { AddressMap } from "../../../../shared/addressMap";
import { bitmapFile, type BitmapFields } from "../bmp/bitmapFile";

const BITMAP = 2;
const ICON = 3;
const CURSOR = 1;

function picture(type: number, bytes: Uint8Array): ResourcePicture | undefined {
  const { length } = bytes;
  const map = new AddressMap([{ name: ".rsrc", rva: 0, length, offset: 0, fileLength: length }]);
  const memory = new ImageMemory(new PagedBytes(new MemoryByteSource(bytes)), map, true);
  return resourcePicture(memory, type, { rva: 0, size: length, codePage: 0, offset: 0 });
}

function png(width: number, height: number, chunk = "IHDR"): Uint8Array {
  const file = Buffer.alloc(64);
  file.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
  file.write(chunk, 12, "latin1");
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  return Uint8Array.from(file);
}

/** Without the header of a file. */
const bitmap = (fields: Omit<BitmapFields, "data">): Uint8Array =>
  bitmapFile({ ...fields, data: new Uint8Array(16) }).slice(14);

const tooLarge = (width: number, height: number) => ({
  code: "too-large",
  message: new RegExp(`^The picture has ${width} x ${height} pixels; `),
});

describe("pictures among the resources of a PE file", () => {
  it("gives icons of up to 1024 pixels a side to the browser as the PNG files that they are", () => {
    assert.equal(picture(ICON, png(1024, 1024))?.mime, "image/png");
    assert.equal(picture(CURSOR, Uint8Array.of(1, 0, 1, 0, ...png(32, 32)))?.mime, "image/png");
  });

  it("says of larger ones why they are not shown: a browser would unpack them for a thumbnail", () => {
    assert.throws(() => picture(ICON, png(1025, 1)), tooLarge(1025, 1));
    assert.throws(() => picture(ICON, png(16, 0xffff_ffff)), tooLarge(16, 0xffff_ffff));
    assert.throws(() => picture(CURSOR, Uint8Array.of(1, 0, 1, 0, ...png(20_000, 20_000))), tooLarge(20_000, 20_000));
  });

  it("takes nothing for a PNG file that does not begin with its size", () => {
    assert.equal(picture(ICON, png(16, 16, "iCCP")), undefined);
    assert.equal(picture(ICON, png(0, 16)), undefined);
    assert.equal(picture(ICON, png(16, 16).slice(0, 23)), undefined);
  });

  it("makes files of bitmaps of up to four million pixels, upside down or not", () => {
    for (const height of [1000, -1000]) {
      assert.equal(picture(BITMAP, bitmap({ width: 4000, height }))?.mime, "image/bmp");
      assert.throws(() => picture(BITMAP, bitmap({ width: 4001, height })), tooLarge(4001, 1000));
    }
    assert.equal(picture(BITMAP, bitmap({ headerBytes: 12, width: 4000, height: 1000 }))?.mime, "image/bmp");
    assert.throws(
      () => picture(BITMAP, bitmap({ headerBytes: 12, width: 0xffff, height: 0xffff })),
      tooLarge(0xffff, 0xffff),
    );
    assert.throws(
      () => picture(BITMAP, bitmap({ width: 20_000, height: -20_000, bits: 8, compression: 1 })),
      tooLarge(20_000, 20_000),
    );
    for (const [width, height] of [
      [0, 5],
      [-5, 5],
      [5, 0],
    ] as const)
      assert.equal(picture(BITMAP, bitmap({ width, height })), undefined);
  });
});
