// ELF files: sections and segments as readelf lists them, and each kind of damage named where it stands.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { ElfFile } from "../../../../extension/src/formats/elf/elfFile";

const library = fs.readFileSync(path.join(__dirname, "../../../fixtures/templates/elf_library.bin"));

function read(bytes: Uint8Array): ElfFile {
  const result = ElfFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(result.ok);
  result.elf.readAll();
  return result.elf;
}

const warningsOf = (bytes: Uint8Array): string =>
  read(bytes)
    .warnings.map(({ offset, message }) => `${offset}: ${message}`)
    .join("\n");

/** A copy with words of 64 bits put in. */
function spoiled(...words: readonly (readonly [offset: number, value: bigint])[]): Buffer {
  const copy = Buffer.from(library);
  for (const [offset, value] of words) copy.writeBigUInt64LE(value, offset);
  return copy;
}

const sectionTable = Number(library.readBigUInt64LE(40));
const sectionNamed = (name: string): number =>
  read(library).sections.find((each) => each.name === name)?.headerOffset ?? -1;

const [firstLoad, secondLoad] = read(library)
  .segments.filter(({ typeName }) => typeName === "LOAD")
  .map(({ headerOffset }) => headerOffset) as [number, number];

/** A program of one segment and no sections, as small as can be: 64 bytes of header and 56 of table. */
function tiny(): Buffer {
  const file = Buffer.alloc(0x80);
  file.write("\x7fELF", 0, "latin1");
  file.set([2, 1, 1], 4);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(62, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(0x400078n, 24);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(5, 68);
  file.writeBigUInt64LE(0x400000n, 80);
  file.writeBigUInt64LE(0x80n, 96);
  file.writeBigUInt64LE(0x1080n, 104);
  file.writeBigUInt64LE(0x1000n, 112);
  return file;
}

/** A table of `count` sections behind a header; all of them have the name that stands behind the table. */
function manySections(count: number, name: string): Buffer {
  const names = 64 + count * 64;
  const file = Buffer.alloc(names + name.length + 1);
  tiny().copy(file, 0, 0, 64);
  file.writeUInt16LE(0, 56);
  file.writeBigUInt64LE(64n, 40);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(1, 62);
  for (let at = 64; at < names; at += 64) {
    file.writeUInt32LE(SHT_STRTAB, at + 4);
    file.writeBigUInt64LE(BigInt(names), at + 24);
    file.writeBigUInt64LE(BigInt(name.length + 1), at + 32);
  }
  // The number of sections that the header has no room for.
  file.writeBigUInt64LE(BigInt(count), 64 + 32);
  file.write(name, names, "latin1");
  return file;
}

const SHT_STRTAB = 3;

describe("ELF files", function () {
  this.timeout(60_000);

  it("goes from addresses to bytes by segments, and names them by sections", () => {
    const elf = read(library);
    assert.deepEqual(elf.warnings, []);
    for (const { address, offset, size, typeName, name, flags } of elf.sections) {
      if (address === 0n || size === 0n || typeName === "NOBITS" || (flags & 0x400n) !== 0n) continue;
      assert.equal(elf.offsetOf(address), Number(offset), name);
      const span = elf.spans.find(({ rva }) => BigInt(rva) + elf.base === address);
      assert.equal(span?.name, name);
    }
  });

  it("reads a program without sections by its segments, zeros of memory included", () => {
    const elf = read(tiny());
    assert.deepEqual(elf.spans, [{ name: "LOAD 1", rva: 0, length: 0x1080, offset: 0, fileLength: 0x80 }]);
    assert.equal(elf.base, 0x400000n);
    assert.equal(elf.offsetOf(0x400078n), 0x78);
    assert.equal(elf.offsetOf(0x400080n), undefined, "zeros");
    assert.deepEqual(elf.warnings, []);
  });

  it("keeps segments at both ends of 64 bits apart: one base cannot serve both", () => {
    const file = Buffer.alloc(0x100);
    tiny().copy(file);
    file.writeUInt16LE(2, 56);
    file.copy(file, 120, 64, 120);
    file.writeBigUInt64LE(0xffff_ffff_8100_0000n, 120 + 16);
    file.writeBigUInt64LE(0x20_0000n, 120 + 40);
    const elf = read(file);
    assert.equal(elf.base, 0xffff_ffff_8100_0000n);
    assert.equal(elf.spans.length, 1);
    assert.match(elf.warnings.map(({ message }) => message).join("\n"), /LOAD 1 lies too far/);
  });

  it("takes the number of sections from the first where the header has no room for it", () => {
    const copy = Buffer.from(library);
    const count = copy.readUInt16LE(60);
    copy.writeUInt16LE(0, 60);
    copy.writeBigUInt64LE(BigInt(count), sectionTable + 32);
    assert.equal(read(copy).sections.length, count);
  });

  it("keeps a bounded number of sections and of characters of their names, and says what it left out", () => {
    const file = manySections(2 ** 20 - 1, "n".repeat(1000));
    const started = performance.now();
    const result = ElfFile.read(new MemoryByteSource(Uint8Array.from(file)));
    assert.ok(performance.now() - started < 30_000);
    assert.ok(result.ok);
    const { sections, warnings } = result.elf;
    assert.equal(sections.length, 65_536);
    assert.ok(sections.every(({ name }) => name.length <= 256));
    assert.ok(sections.reduce((sum, { name }) => sum + name.length, 0) <= 9 * 1024 * 1024);
    const messages = warnings.map(({ message }) => message);
    assert.ok(messages.includes("More than 65536 sections: the rest is left out"));
    assert.ok(messages.includes("The names of sections are too long together: the rest is left out"));
  });

  it("finds the names behind the sections that it left out", () => {
    const file = manySections(70_000, ".text");
    file.writeUInt16LE(0xffff, 62);
    file.writeUInt32LE(69_999, 64 + 40);
    const { sections, warnings } = read(file);
    assert.equal(sections.at(-1)?.name, ".text");
    assert.ok(!warnings.some(({ message }) => message.includes("should hold the names")));
  });

  it("shortens the name of a section at 256 characters", () => {
    assert.equal(read(manySections(3, "n".repeat(256))).sections[2]?.name, "n".repeat(256));
    assert.equal(read(manySections(3, "n".repeat(257))).sections[2]?.name, `${"n".repeat(255)}…`);
  });

  const defects: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
    [
      "sections behind the end",
      () => spoiled([40, 0xffff_ffff_ffff_fff0n]),
      /^60: \d+ sections are stated at 0xFFFFFFFFFFFFFFF0; the file ends/m,
    ],
    [
      "a table cut in its middle",
      () => library.subarray(0, sectionTable + 100),
      /sections are stated .* behind 1 of them/,
    ],
    [
      "segments behind the end",
      () => spoiled([32, 0x7fff_ffff_ffff_ffffn]),
      /^56: \d+ segments are stated at 0x7FFFFFFFFFFFFFFF/m,
    ],
    [
      "a segment larger than the file",
      () => spoiled([firstLoad + 32, 0xffff_ffffn], [firstLoad + 40, 0xffff_ffffn]),
      /LOAD should have 0xFFFFFFFF bytes at 0x0/,
    ],
    ["more in the file than in memory", () => spoiled([firstLoad + 40, 1n]), /only 0x1 in memory: loaders refuse it/],
    [
      "segments on top of each other",
      () => spoiled([secondLoad + 16, 0n]),
      /LOAD segment at 0x0 (overlaps|stands behind)/,
    ],
    ["an alignment that is none", () => spoiled([firstLoad + 48, 3n]), /alignment 0x3, no power of two/],
    [
      "an entry point in no segment",
      () => spoiled([24, 0x7777_7777n]),
      /^24: The entry point 0x77777777 is in no segment/m,
    ],
    [
      "a section that is not where it is loaded",
      () => spoiled([sectionNamed(".text") + 24, 0x10n]),
      /"\.text" is said to be at 0x10; what is loaded there is at/,
    ],
    [
      "a section outside of all segments",
      () => spoiled([sectionNamed(".text") + 16, 0x7000_0000n]),
      /"\.text" at the address 0x70000000 is in no segment/,
    ],
    [
      "a section behind the end",
      () => spoiled([sectionNamed(".text") + 32, 0x7fff_ffffn]),
      /"\.text" should have 0x7FFFFFFF bytes/,
    ],
  ];
  for (const [name, bytes, expected] of defects) {
    it(`names ${name}`, () => assert.match(warningsOf(bytes()), expected));
  }

  it("says why a file is no ELF file", () => {
    const fault = (bytes: Uint8Array): string => {
      const result = ElfFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
      return result.ok ? "" : `${result.fault.offset}: ${result.fault.message}`;
    };
    assert.match(fault(new Uint8Array()), /^0: /);
    assert.match(fault(library.subarray(0, 20)), /^20: .*inside its header/);
    const copy = Buffer.from(library);
    copy[4] = 3;
    assert.match(fault(copy), /^4: .*class 3/);
    copy[4] = 2;
    copy[5] = 0;
    assert.match(fault(copy), /^5: .*byte order 0/);
  });

  it("ends in time where ten thousand segments claim all sections", () => {
    const segments = 10_000;
    const sections = 10_000;
    const file = Buffer.alloc(64 + segments * 56 + sections * 64 + 0x100);
    tiny().copy(file, 0, 0, 64);
    file.writeUInt16LE(segments, 56);
    file.writeBigUInt64LE(BigInt(64 + segments * 56), 40);
    file.writeUInt16LE(64, 58);
    file.writeUInt16LE(sections, 60);
    for (let index = 0; index < segments; index++) tiny().copy(file, 64 + index * 56, 64, 120);
    for (let index = 0; index < sections; index++) {
      const at = 64 + segments * 56 + index * 64;
      file.writeUInt32LE(8, at + 4);
      file.writeBigUInt64LE(2n, at + 8);
      file.writeBigUInt64LE(BigInt(0x400000 + (index % 0x1000)), at + 16);
      file.writeBigUInt64LE(1n, at + 32);
    }
    const before = process.cpuUsage();
    assert.equal(read(file).sections.length, sections);
    assert.ok(process.cpuUsage(before).user < 5e6);
  });
});
