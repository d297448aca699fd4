// Mach-O files: sections and segments as otool lists them, universal files, signatures, each kind of damage named where it stands.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { MachFile } from "../../../../extension/src/formats/macho/machFile";

const fixtures = path.join(__dirname, "../../../fixtures/templates");
const library = brotliDecompressSync(fs.readFileSync(path.join(fixtures, "mach_o_library.bin.br")));
const universal = brotliDecompressSync(fs.readFileSync(path.join(fixtures, "mach_o_universal.bin.br")));

function read(bytes: Uint8Array): MachFile {
  const result = MachFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(result.ok);
  result.mach.readAll();
  return result.mach;
}

const warningsOf = (bytes: Uint8Array): string =>
  read(bytes)
    .warnings.map(({ offset, message }) => `${offset}: ${message}`)
    .join("\n");

function spoiled(...words: readonly (readonly [offset: number, value: number])[]): Buffer {
  const copy = Buffer.from(library);
  for (const [offset, value] of words) copy.writeUInt32LE(value, offset);
  return copy;
}

/** Of the first command, a segment of 64 bits. */
const SEGMENT = 32;

describe("Mach-O files", function () {
  this.timeout(60_000);

  it("reads segments, sections, tables and symbols as llvm-otool does", () => {
    const mach = read(library);
    const [slice] = mach.slices;
    assert.deepEqual(mach.warnings, []);
    assert.deepEqual(
      slice?.segments.map(({ name, address, offset, fileSize }) => [name, address, offset, fileSize]),
      [
        ["__TEXT", 0n, 0n, 0x4000n],
        ["__DATA_CONST", 0x4000n, 0x4000n, 0x4000n],
        ["__DATA", 0x8000n, 0x8000n, 0x4000n],
        ["__LINKEDIT", 0xc000n, 0xc000n, 0x360n],
      ],
    );
    assert.deepEqual(
      slice?.segments[0]?.sections.map(({ name, offset, size }) => [name, offset, Number(size)]),
      [
        ["__TEXT,__text", 0x568, 8],
        ["__TEXT,__stubs", 0x570, 12],
        ["__TEXT,__stub_helper", 0x57c, 36],
        ["__TEXT,__cstring", 0x5a0, 5],
      ],
    );
    assert.ok(mach.symbols(0).some(({ defined }) => !defined));
    assert.ok(mach.signature(0)?.adHoc);
    assert.equal(mach.signature(0)?.covers, 0xc130);
  });

  it("reads all programs of a universal file, and names them in its regions", () => {
    const mach = read(universal);
    assert.deepEqual(
      mach.slices.map(({ header }) => header.cpu),
      ["x64", "Arm64"],
    );
    assert.ok(mach.regions.some(({ name }) => name === "Arm64:__TEXT,__text"));
    assert.ok(mach.regions.some(({ name }) => name === "universal header"));
  });

  const defects: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
    [
      "more commands than there is room for",
      () => spoiled([16, 0xffff_ffff]),
      /4294967295 commands are stated; their bytes end behind \d+ of them/,
    ],
    ["commands larger than the file", () => spoiled([20, 0xffff_fff0]), /The commands are stated as 4294967280 bytes/],
    ["a command of no length", () => spoiled([SEGMENT + 4, 0]), /number 1 states 0 bytes, which cannot be/],
    [
      "a command of a length that is no multiple",
      () => spoiled([SEGMENT + 4, 0x49]),
      /SEGMENT_64 states 73 bytes, no multiple of 8/,
    ],
    [
      "more sections than its command holds",
      () => spoiled([SEGMENT + 64, 0x1000_0000]),
      /"__TEXT" states 268435456 sections; 4 fit/,
    ],
    [
      "a segment larger than the file",
      () => spoiled([SEGMENT + 48, 0x7fff_ffff]),
      /"__TEXT" should have 0x7FFFFFFF bytes at 0x0/,
    ],
    ["more in the file than in memory", () => spoiled([SEGMENT + 32, 0x10]), /only 0x10 in memory: loaders refuse it/],
    [
      "a section outside its segment",
      () => spoiled([SEGMENT + 72 + 32, 0x7000_0000]),
      /"__TEXT,__text" at the address 0x70000000 is not inside its segment/,
    ],
    [
      "a section that is not where it is loaded",
      () => spoiled([SEGMENT + 72 + 48, 0x10]),
      /"__TEXT,__text" is said to be at 0x10; what is loaded there is at 0x568/,
    ],
    [
      "a signature that is none",
      () => {
        const copy = Buffer.from(library);
        copy.fill(0, 0xc130, 0xc140);
        return copy;
      },
      /^49456: The code signature does not begin as one/m,
    ],
    [
      "a file cut short",
      () => library.subarray(0, 0x300),
      /The commands are stated as \d+ bytes; the file ends before/,
    ],
  ];
  for (const [name, bytes, expected] of defects) {
    it(`names ${name}`, () => assert.match(warningsOf(bytes()), expected));
  }

  it("says why a file is no Mach-O file", () => {
    const fault = (bytes: number[]): string => {
      const result = MachFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
      return result.ok ? "" : `${result.fault.offset}: ${result.fault.message}`;
    };
    assert.match(fault([]), /^0: /);
    assert.match(fault([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52]), /^4: /);
  });

  it("reads a universal file of programs that are not there, and one of none", () => {
    const copy = Buffer.from(universal);
    copy.writeUInt32BE(0xffff_ff00, 8 + 8);
    const { slices, warnings } = read(copy);
    assert.equal(slices.length, 1);
    assert.match(warnings.map(({ message }) => message).join("\n"), /There is no Mach-O program/);
    assert.equal(read(Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 0)).slices.length, 0);
  });

  it("ends in time where every program of a universal file is the same one, full of segments", () => {
    const count = 40;
    const head = 8 + count * 20;
    const segments = 2000;
    const file = Buffer.alloc(head + 32 + segments * 72);
    file.writeUInt32BE(0xcafebabe, 0);
    file.writeUInt32BE(count, 4);
    for (let index = 0; index < count; index++) {
      file.writeUInt32BE(head, 8 + index * 20 + 8);
      file.writeUInt32BE(file.length - head, 8 + index * 20 + 12);
    }
    library.copy(file, head, 0, 32);
    file.writeUInt32LE(segments, head + 16);
    file.writeUInt32LE(segments * 72, head + 20);
    for (let index = 0; index < segments; index++) {
      const at = head + 32 + index * 72;
      file.writeUInt32LE(0x19, at);
      file.writeUInt32LE(72, at + 4);
      file.writeBigUInt64LE(0x1000n, at + 32);
      file.writeBigUInt64LE(0x1000n, at + 48);
    }
    const before = process.cpuUsage();
    assert.match(warningsOf(file), /More commands than any program has/);
    assert.ok(process.cpuUsage(before).user < 5e6);
  });
});
