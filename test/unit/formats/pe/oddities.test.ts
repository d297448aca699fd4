// Oddities that collectors of PE files build, one a row: what is told of each, and where. Nothing that a loader would not find
// is shown without a word, nothing throws, nothing takes long.
// Source: as loaderFacts.test.ts; ECMA-335 II.24.2.1 for .NET metadata.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { PeFile } from "../../../../extension/src/formats/pe/peFile";
import { readProgram } from "../../../../extension/src/host/sections/readProgram";
import { coffAt, makeImage, optionalAt, plainPlan, sectionAt, type ImagePlan } from "./peImage";

const pagePlan: ImagePlan = {
  size: 0x1400,
  sections: [{ name: ".all", rva: 0x1000, virtualSize: 0x1000, offset: 0x400, rawSize: 0x1000 }],
};
const at = (rva: number): number => rva - 0x1000 + 0x400;
const plain = (): Buffer => makeImage(plainPlan);
const words = (image: Buffer, offset: number, ...values: number[]): Buffer => {
  values.forEach((value, index) => image.writeUInt32LE(value, offset + index * 4));
  return image;
};
const withDirectory = (index: number, rva: number, size: number, fill: (image: Buffer) => unknown): Buffer => {
  const image = makeImage({ ...pagePlan, directories: { [index]: [rva, size] } });
  fill(image);
  return image;
};
const text = (image: Buffer, offset: number, value: string): number => image.write(value, offset, "latin1");

function open(bytes: Uint8Array): PeFile {
  const result = PeFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(result.ok, result.ok ? "" : result.fault.message);
  result.pe.readAll();
  return result.pe;
}

/** Everything that the view of sections asks for. */
function told(bytes: Uint8Array): string {
  const result = readProgram(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(result.ok);
  const image = result.program.image([]);
  for (const { list } of image.lists) result.program.rows(list, 0, 500);
  assert.equal(image.regions.at(-1)?.end, bytes.length);
  return image.warnings.map(({ message }) => message).join("\n");
}

/** As small as Windows took them once: headers within each other, no section. */
function tiny(size: 133 | 268): Buffer {
  const image = Buffer.alloc(size);
  const is64 = size === 268;
  text(image, 0, "MZ\0\0PE\0\0");
  image.writeUInt16LE(is64 ? 0x8664 : 0x14c, 8);
  image.writeUInt16LE(2, 26);
  image.writeUInt16LE(is64 ? 0x20b : 0x10b, 28);
  // The section alignment is where the PE header is.
  words(image, 44, 0x7c);
  words(image, is64 ? 52 : 56, 0x400000);
  words(image, 60, 4, 4);
  return words(image, 84, 0x200, size);
}

// prettier-ignore
const oddities: readonly (readonly [name: string, image: Buffer, told: RegExp | undefined])[] = [
  ["133 bytes", tiny(133), /inside the DOS header/],
  ["268 bytes", tiny(268), /inside the DOS header/],
  ["a PE header in the first section's bytes", makeImage({ ...plainPlan, lfanew: 0x800 }), /inside the headers of the file/],
  ["another program behind", Buffer.concat([plain(), plain()]), undefined],
  ["sections of memory alone", makeImage({ ...plainPlan, sections: Array.from({ length: 96 }, (_, index) => ({ name: "m", rva: 0x2000 + index * 0x1000, virtualSize: 0x1000, offset: 0, rawSize: 0 })), size: 0x1400 }), /leaves a hole/],
  ["a file alignment of 0", makeImage({ ...plainPlan, fileAlignment: 0 }), /file alignment 0x0 is no power of two/],
  ["a file alignment of 1", makeImage({ ...plainPlan, fileAlignment: 1 }), /neither a multiple of 0x200/],
  ["a file alignment of 2 GiB", makeImage({ ...plainPlan, fileAlignment: 0x8000_0000 }), /no multiple of the file alignment/],
  ["a section alignment of 0", makeImage({ ...plainPlan, sectionAlignment: 0 }), /section alignment 0x0 is no power of two/],
  ["a section alignment of 2 GiB", makeImage({ ...plainPlan, sectionAlignment: 0x8000_0000 }), /no multiple of the alignment/],
  ["headers that the file has no room for", words(plain(), optionalAt(plainPlan) + 56, 0x20_0000, 0x10_0000), /stated as 0x100000 bytes; the file ends at 0x1000/],
  ["an image of no size", words(plain(), optionalAt(plainPlan) + 56, 0), /larger than the image/],
  ["a section of 4 GiB", words(plain(), sectionAt(plainPlan, 0) + 8, 0xffff_f000), /ends at RVA 0x100000000/],
  ["a section that ends behind 32 bits", words(plain(), sectionAt(plainPlan, 1) + 12, 0xffff_f000), /ends at RVA 0x100002000/],
  ["a section over the headers", words(plain(), sectionAt(plainPlan, 0) + 12, 0), /inside the headers/],
  ["ordinals behind 16 bits", withDirectory(0, 0x1000, 0x100, (image) => words(words(image, at(0x1000), 0, 0, 0, 0x1080, 0xffff_ffff, 2, 0, 0x1060), at(0x1060), 0x1100, 0x1100)), /Ordinals begin at 4294967295/],
  ["two billion exports", withDirectory(0, 0x1000, 0x100, (image) => words(image, at(0x1000), 0, 0, 0, 0x1080, 1, 0x7fff_ffff, 0x7fff_ffff, 0x1060, 0x1060, 0x1060)), /2147483647 exported addresses are stated/],
  ["a load configuration of 4 GiB", withDirectory(10, 0x1f00, 0xffff_ffff, (image) => words(image, at(0x1f00), 0xffff_ffff)), /run past the end of their section/],
  ["a debug table of one entry and a half", withDirectory(6, 0x1000, 40, () => undefined), /28 bytes each; the table has 40/],
  ["bound imports outside", withDirectory(11, 0x9000, 32, () => undefined), /Bound Import: RVA 0x9000 is not in the image/],
  ["a block of relocations of odd length", withDirectory(5, 0x1000, 12, (image) => words(image, at(0x1000), 0x1000, 11)), /11 bytes, no multiple of 4/],
  ["callbacks at the end of all addresses", withDirectory(9, 0x1000, 40, (image) => words(image, at(0x1000) + 24, 0xffff_fff0, 0xffff_ffff)), /no end in the image/],
  ["thread storage cut by its section", withDirectory(9, 0x1ff8, 40, () => undefined), /TLS directory at RVA 0x1FF8 is not in the image/],
  ["imports that end with their section", withDirectory(1, 0x1fec, 20, (image) => text(words(image, at(0x1fec), 0, 0, 0, 0x1100, 0x1200), at(0x1100), "a\0")), /no end: 0x2000 is not in the image/],
  ["a library's name without an end", withDirectory(1, 0x1000, 40, (image) => text(words(image, at(0x1000), 0, 0, 0, 0x1fff, 0x1200), at(0x1fff), "A")), /name of an imported library is not readable at RVA 0x1FFF/],
  ["old delayed imports with new addresses", words(makeImage({ ...pagePlan, is64: false, directories: { 13: [0x1000, 64] } }), at(0x1000), 0, 0x1100, 0, 0x1140, 0x1160), /library is not readable before the image\n.*a library without a name have no end: they lie before it/],
  ["131,070 resources", withDirectory(2, 0x1000, 16, (image) => words(image, at(0x100c), 0xffff_ffff)), /131070 resources are stated/],
  ["a version of .NET metadata of 4 GiB", withDirectory(14, 0x1000, 72, (image) => words(words(image, at(0x1000), 72, 0x0005_0002, 0x1100, 0x100), at(0x1100), 0x424a_5342, 0, 0, 0xffff_ffff)), /stated as 4294967295 bytes; it has at most 256/],
  ["a .NET stream outside, and tables of 2^24 types", withDirectory(14, 0x1000, 72, (image) => {
    words(words(image, at(0x1000), 72, 0x0005_0002, 0x1100, 0x200), at(0x1100), 0x424a_5342, 0, 0, 4, 0x0000_3076, 0x0002_0000);
    text(words(image, at(0x1118), 0x80, 0x40), at(0x1120), "#~\0\0");
    text(words(image, at(0x1124), 0xf000, 8), at(0x112c), "#US\0");
    words(image, at(0x1180), 0, 2, 4, 0, 0, 0, 0x100_0000);
  }), /stream #US of 8 bytes at RVA 0x10100 is not whole[^]*more rows than their stream holds|more rows than their stream holds[^]*stream #US/],
  ["symbols by the billion", words(plain(), coffAt(plainPlan) + 8, 0x10, 0xffff_ffff), /4294967295 symbols should be at 0x10/],
];

describe("oddities of PE files", () => {
  for (const [name, image, expected] of oddities) {
    it(`${name}: ${expected === undefined ? "nothing is wrong with it" : "is told of"}`, () => {
      const warnings = told(image);
      if (expected === undefined) assert.equal(warnings, "");
      else assert.match(warnings, expected);
    });
  }

  it("says where a PE header finds no room", () => {
    for (const offset of [0xffe, 0xffff_ffff]) {
      const result = PeFile.read(new MemoryByteSource(Uint8Array.from(words(plain(), 0x3c, offset))));
      assert.ok(!result.ok);
      assert.match(result.fault.message, /no room for it: it ends at 0x1000/);
    }
  });

  it("keeps the bytes of sections theirs, whatever symbols and certificates claim", () => {
    const symbols = words(plain(), coffAt(plainPlan) + 8, 0x10, 0xffff_ffff);
    const certificates = makeImage({ ...plainPlan, directories: { 4: [0x10, 0xffff_ff00] } });
    for (const image of [symbols, certificates]) {
      const names = open(image).layout.regions.map(({ name }) => name);
      assert.deepEqual(names.slice(0, 3), ["headers", ".text", ".data"]);
    }
  });

  it("goes on with a name in the section behind its own", () => {
    const sections = [
      { name: "a", rva: 0x1000, virtualSize: 0x1000, offset: 0x400, rawSize: 0x1000 },
      { name: "b", rva: 0x2000, virtualSize: 0x1000, offset: 0x1400, rawSize: 0x200 },
    ];
    const image = makeImage({ size: 0x1600, sections, directories: { 1: [0x1000, 40] } });
    words(image, at(0x1000), 0, 0, 0, 0x1ffc, 0x1200);
    text(image, at(0x1ffc), "kernel32.dll\0");
    assert.equal(open(image).imports[0]?.dll, "kernel32.dll");
  });

  it("reads as many fields of a load configuration as it states", () => {
    for (const [size, count] of [
      [0, 1],
      [3, 1],
      [8, 2],
      [0x40, 12],
    ] as const) {
      // prettier-ignore
      const image = withDirectory(10, 0x1f00, 0x40, (bytes) => words(bytes, at(0x1f00), size));
      assert.equal(open(image).loadConfig.length, count);
    }
  });
});
