// PE files as collectors of oddities build them: everything is legal somewhere, or nearly so. Whatever a file says, it is read in
// bounded time, nothing is thrown, and nothing is told that a loader would not find there.
import assert from "node:assert/strict";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { PeFile } from "../../../../extension/src/formats/pe/peFile";
import { readProgram } from "../../../../extension/src/host/sections/readProgram";
import { coffAt, directoryAt, makeImage, optionalAt, plainPlan, sectionAt, type ImagePlan } from "./peImage";

const MOST_CPU_MS = 3000;

function read(bytes: Uint8Array): PeFile {
  const result = PeFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(result.ok, result.ok ? "" : result.fault.message);
  return result.pe;
}

/** All that a view of sections asks for, in bounded time. */
function readWhole(bytes: Uint8Array): { readonly pe: PeFile; readonly warnings: string } {
  const before = process.cpuUsage();
  const program = readProgram(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(program.ok);
  const image = program.program.image([]);
  for (const { list } of image.lists) program.program.rows(list, 0, 500);
  assert.equal(image.regions.at(-1)?.end, bytes.length);
  const { user, system } = process.cpuUsage(before);
  assert.ok((user + system) / 1000 < MOST_CPU_MS, `${(user + system) / 1000} ms`);
  return { pe: read(bytes), warnings: image.warnings.map(({ offset, message }) => `${offset}: ${message}`).join("\n") };
}

/** One section of a whole page, RVA 0x1000, at 0x400; tests write tables into it. */
const pagePlan: ImagePlan = {
  size: 0x1400,
  sections: [{ name: ".all", rva: 0x1000, virtualSize: 0x1000, offset: 0x400, rawSize: 0x1000 }],
};
const at = (rva: number): number => rva - 0x1000 + 0x400;

describe("PE files at the edge of what loaders take", function () {
  // A few of them take a second of a processor, which has other things to do.
  this.timeout(120_000);
  it("reads a program of 97 bytes, whose headers lie in each other", () => {
    const tiny = Buffer.alloc(97);
    tiny.write("MZ\0\0PE\0\0", 0, "latin1");
    tiny.writeUInt16LE(0x14c, 8);
    tiny.writeUInt16LE(1, 10);
    tiny.writeUInt16LE(4, 24);
    tiny.writeUInt16LE(0x103, 26);
    tiny.writeUInt16LE(0x10b, 28);
    tiny.writeUInt32LE(0x5e, 44);
    tiny.writeUInt32LE(0x400000, 56);
    // The section alignment is also where the PE header is.
    tiny.writeUInt32LE(4, 60);
    tiny.writeUInt32LE(4, 64);
    tiny.writeUInt16LE(4, 76);
    tiny.writeUInt32LE(0x61, 84);
    tiny.writeUInt32LE(0x2c, 88);
    tiny[96] = 2;
    const { pe, warnings } = readWhole(tiny);
    assert.equal(pe.layout.lowAlignment, true);
    assert.equal(pe.headers.entryRva, 0x5e);
    assert.equal(pe.memory.offsetOf(0x5e), 0x5e, "mapped as it is");
    assert.match(warnings, /inside the DOS header/);
    assert.doesNotMatch(warnings, /entry point/);
  });

  it("reads a program without sections, all of it headers", () => {
    const image = makeImage({ ...plainPlan, sections: [], sectionAlignment: 0x10, fileAlignment: 0x10 });
    const { pe } = readWhole(image);
    assert.equal(pe.sections.length, 0);
    assert.equal(pe.memory.offsetOf(0x500), 0x500);
  });

  it("reads 65,535 sections, and tells of a thousand", () => {
    const count = 0xffff;
    const image = makeImage({ ...plainPlan, sections: [], sectionCount: count, size: 0x400 + count * 40 + 0x200 });
    for (let index = 0; index < count; index++) {
      const header = sectionAt(plainPlan, 0) + index * 40;
      image.writeUInt32LE(0x1000, header + 8);
      image.writeUInt32LE(0x1000 * (index + 1), header + 12);
      image.writeUInt32LE(0x200, header + 16);
      image.writeUInt32LE(image.length - 0x200, header + 20);
    }
    const { pe, warnings } = readWhole(image);
    assert.equal(pe.sections.length, count);
    assert.match(warnings, /65535 sections; many loaders refuse/);
    const program = readProgram(new MemoryByteSource(Uint8Array.from(image)));
    assert.ok(program.ok);
    const shown = program.program.image([]);
    assert.equal(shown.sections.length, 1000);
    assert.equal(shown.moreSections, count - 1000);
    assert.deepEqual(shown.lists[0], { list: "sections", title: "Sections", count });
    const [last] = program.program.rows("sections", count - 1, 500).rows;
    assert.deepEqual([last?.start, last?.end], [image.length - 0x200, image.length]);
    assert.match(last?.detail ?? "", /^0x1000 bytes at 0xFFFF000, 0x200 in the file at 0x/);
  });

  it("takes section alignments below a page as loaders do: the file is in memory as it is", () => {
    const sections = [{ name: "low", rva: 0x400, virtualSize: 0x200, offset: 0x400, rawSize: 0x200 }];
    const { pe } = readWhole(makeImage({ ...plainPlan, sections, sectionAlignment: 0x200, fileAlignment: 0x200 }));
    assert.equal(pe.memory.offsetOf(0x410), 0x410);
    assert.equal(pe.layout.lowAlignment, true);
  });

  it("keeps names and counts as they are where directories are none, or four billion", () => {
    for (const stated of [0, 0xffff_ffff]) {
      const image = makeImage(plainPlan);
      image.writeUInt32LE(stated, optionalAt(plainPlan) + 108);
      const { pe } = readWhole(image);
      assert.equal(pe.headers.directories.length, Math.min(16, stated));
      assert.equal(pe.imports.length, 0);
    }
  });

  it("takes the headers' stated size of nothing for what it is", () => {
    const image = makeImage(plainPlan);
    image.writeUInt32LE(0, optionalAt(plainPlan) + 60);
    assert.match(readWhole(image).warnings, /The headers are stated as 0x0 bytes/);
  });

  it("ends imports where only the name is missing", () => {
    const image = makeImage({ ...pagePlan, directories: { 1: [0x1000, 20] } });
    image.writeUInt32LE(0x1100, at(0x100c));
    image.writeUInt32LE(0x1200, at(0x1010));
    image.write("a.dll\0", at(0x1100), "latin1");
    image.writeBigUInt64LE(0x1300n, at(0x1200));
    image.write("\0\0Call\0", at(0x1300), "latin1");
    // No name, though there are addresses.
    image.writeUInt32LE(0x1200, at(0x1014));
    image.writeUInt32LE(0x1200, at(0x1024));
    const { pe, warnings } = readWhole(image);
    assert.deepEqual(
      pe.imports.map(({ dll, functions }) => [dll, functions.map(({ name }) => name)]),
      [["a.dll", ["Call"]]],
    );
    assert.equal(warnings, "");
  });

  it("reads imports in memory that no file fills as none", () => {
    const sections = [
      ...pagePlan.sections,
      { name: ".bss", rva: 0x2000, virtualSize: 0x1000, offset: 0, rawSize: 0, flags: 0xc0000080 },
    ];
    const { pe } = readWhole(makeImage({ ...pagePlan, sections, directories: { 1: [0x2000, 40] } }));
    assert.deepEqual(pe.imports, []);
  });

  it("cuts imports whose names are one list again and again", () => {
    const image = makeImage({ ...pagePlan, directories: { 1: [0x1000, 0x800] } });
    // A hundred libraries with the same list of functions, which never ends inside its section.
    image.fill(0x11, at(0x1800));
    for (let index = 0; index < 100; index++) {
      image.writeUInt32LE(0x1800, at(0x1000) + index * 20 + 12);
      image.writeUInt32LE(0x1800, at(0x1000) + index * 20 + 16);
    }
    const { warnings } = readWhole(image);
    assert.match(warnings, /have no end: RVA 0x2000 is not in the image/);
  });

  it("tells of forwarders that lead to each other, and follows none", () => {
    const image = makeImage({ ...pagePlan, directories: { 0: [0x1000, 0x100] } });
    const words = [0, 0, 0, 0x1080, 1, 2, 0, 0x1060, 0, 0];
    words.forEach((word, index) => image.writeUInt32LE(word, at(0x1000) + index * 4));
    image.writeUInt32LE(0x1090, at(0x1060));
    image.writeUInt32LE(0x1098, at(0x1064));
    image.write("me.dll\0", at(0x1080), "latin1");
    image.write("me.#2\0", at(0x1090), "latin1");
    image.write("me.#1\0", at(0x1098), "latin1");
    assert.deepEqual(
      readWhole(image).pe.exports?.functions.map(({ ordinal, forwarder }) => [ordinal, forwarder]),
      [
        [1, "me.#2"],
        [2, "me.#1"],
      ],
    );
  });

  it("reads delayed imports whose addresses count from 0, as old linkers wrote them", () => {
    const image = makeImage({ ...pagePlan, is64: false, directories: { 13: [0x1000, 64] } });
    const va = (rva: number): number => 0x400000 + rva;
    [0, va(0x1100), 0, va(0x1140), va(0x1160), 0, 0, 0].forEach((word, index) =>
      image.writeUInt32LE(word, at(0x1000) + index * 4),
    );
    image.write("late.dll\0", at(0x1100), "latin1");
    image.writeUInt32LE(va(0x1180), at(0x1160));
    image.write("\0\0Later\0", at(0x1180), "latin1");
    const { pe } = readWhole(image);
    assert.deepEqual(
      pe.delayImports.map(({ dll, functions }) => [dll, functions.map(({ name }) => name)]),
      [["late.dll", ["Later"]]],
    );
  });

  it("reads thread storage in the headers, and ends callbacks that never end", () => {
    const image = makeImage({ ...pagePlan, directories: { 9: [0x10, 40] } });
    // Callbacks at the end of the section, without a zero behind them.
    image.writeBigUInt64LE(0x400000n + 0x1ff0n, 0x10 + 24);
    image.fill(0x22, at(0x1ff0), at(0x2000));
    const { pe, warnings } = readWhole(image);
    assert.equal(pe.threadStorage?.offset, 0x10);
    assert.equal(pe.threadStorage?.callbacks.length, 2);
    assert.match(warnings, /TLS callbacks .* no end/);
  });

  it("reads resources that fan out without end only as far as any program's", () => {
    const image = makeImage({ ...pagePlan, size: 0x20_000, directories: { 2: [0x1000, 0x1000] } });
    // Seven directories of two hundred entries, each of which leads to the next directory.
    for (let level = 0; level < 7; level++) {
      const start = at(0x1000) + level * 0x10;
      image.writeUInt16LE(200, start + 14);
      for (let index = 0; index < 200; index++) {
        image.writeUInt32LE(0x8000_0000 + (level + 1) * 0x10, start + 16 + index * 8 + 4);
      }
    }
    assert.match(readWhole(image).warnings, /resources: the rest is left out|nested more than|a loop/);
  });

  it("reads a manifest that sixty thousand entries name in bounded time", () => {
    const entries = 60_000;
    const rsrc = { name: ".rsrc", rva: 0x1000, virtualSize: 0x20_0000, offset: 0x400, rawSize: 0x20_0000 };
    const image = makeImage({ size: 0x20_0400, sections: [rsrc], directories: { 2: [0x1000, 0x20_0000] } });
    const base = 0x400;
    image.fill(0x41, base + 0x10_0000);
    // Type 24, one name, and below it as many languages as fit, all with one megabyte of text.
    image.writeUInt16LE(1, base + 14);
    image.writeUInt32LE(24, base + 16);
    image.writeUInt32LE(0x8000_0020, base + 20);
    image.writeUInt16LE(1, base + 0x20 + 14);
    image.writeUInt32LE(1, base + 0x20 + 16);
    image.writeUInt32LE(0x8000_0040, base + 0x20 + 20);
    image.writeUInt16LE(entries, base + 0x40 + 14);
    for (let index = 0; index < entries; index++) {
      image.writeUInt32LE(index, base + 0x50 + index * 8);
      image.writeUInt32LE(0xf_0000, base + 0x50 + index * 8 + 4);
    }
    image.writeUInt32LE(0x1000 + 0x10_0000, base + 0xf_0000);
    image.writeUInt32LE(0xf_0000, base + 0xf_0000 + 4);
    const { pe } = readWhole(image);
    assert.equal(pe.resources[0]?.children[0]?.children.length, entries);
  });

  it("leaves relocations whose blocks lead nowhere", () => {
    const image = makeImage({ ...pagePlan, directories: { 5: [0x1000, 0xffff_ffff] } });
    image.writeUInt32LE(0x1000, at(0x1000));
    image.writeUInt32LE(0, at(0x1004));
    assert.match(readWhole(image).warnings, /states 0 bytes, which cannot be/);
  });

  it("says of a section header behind the file's end what is wrong, and where", () => {
    const image = makeImage(plainPlan);
    image.writeUInt16LE(0xffff, coffAt(plainPlan) + 16);
    const { pe, warnings } = readWhole(image);
    assert.equal(pe.sections.length, 0);
    assert.match(warnings, /2 sections are stated; the file ends/);
  });

  it("keeps what a wrong directory hides: others are read all the same", () => {
    const image = makeImage({ ...pagePlan, directories: { 1: [0x1000, 20], 2: [0xffff_f000, 20] } });
    image.writeUInt32LE(0x1100, at(0x100c));
    image.writeUInt32LE(0x1200, at(0x1010));
    image.write("b.dll\0", at(0x1100), "latin1");
    const { pe, warnings } = readWhole(image);
    assert.equal(pe.imports[0]?.dll, "b.dll");
    assert.match(warnings, new RegExp(`^${directoryAt(pagePlan, 2)}: Resource Table`, "m"));
  });
});
