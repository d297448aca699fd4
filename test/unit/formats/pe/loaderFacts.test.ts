// How Windows' loader reads what files leave to it, one oddity a test; each defect is named at the field that has it.
// Source: Microsoft, PE Format; for what it does not say (rounding, refusals) what loaders are known to do, such as the collected
// examples of the Corkami project show.
import assert from "node:assert/strict";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { PeFile } from "../../../../extension/src/formats/pe/peFile";
import { readProgram } from "../../../../extension/src/host/sections/readProgram";
import { coffAt, directoryAt, makeImage, optionalAt, plainPlan, sectionAt, type ImagePlan } from "./peImage";

/** @returns the file, and its warnings as "offset: message" after everything was read */
function read(bytes: Uint8Array): { readonly pe: PeFile; readonly warnings: string } {
  const result = PeFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(result.ok, result.ok ? "" : result.fault.message);
  result.pe.readAll();
  const warnings = result.pe.warnings.map(({ offset, message }) => `${offset}: ${message}`).join("\n");
  return { pe: result.pe, warnings };
}

function details(bytes: Uint8Array): Map<string, string> {
  const result = readProgram(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(result.ok);
  return new Map(result.program.rows("details", 0, 500).rows.map(({ text, detail }) => [text, detail]));
}

const pagePlan: ImagePlan = {
  size: 0x1400,
  sections: [{ name: ".all", rva: 0x1000, virtualSize: 0x1000, offset: 0x400, rawSize: 0x1000 }],
};
const at = (rva: number): number => rva - 0x1000 + 0x400;
const one = (section: Partial<(typeof pagePlan.sections)[number]>, size = 0x1400): Buffer =>
  makeImage({
    ...pagePlan,
    size,
    sections: [
      {
        ...pagePlan.sections[0],
        name: ".one",
        rva: 0x1000,
        virtualSize: 0x1000,
        offset: 0x400,
        rawSize: 0x1000,
        ...section,
      },
    ],
  });

describe("what a loader makes of a PE file", () => {
  it("takes the example that the others are made from for right", () => {
    assert.equal(read(makeImage(plainPlan)).warnings, "");
    assert.equal(read(makeImage(pagePlan)).warnings, "");
  });

  it("rounds the place of a section down to a sector, and says so", () => {
    const { pe, warnings } = read(one({ offset: 0x5ff, rawSize: 0x200, virtualSize: 0x200 }));
    assert.equal(pe.memory.offsetOf(0x1000), 0x400);
    assert.match(warnings, /no multiple of the file alignment 0x200: loaders read it from 0x400/);
  });

  it("reads a section at less than a sector from the file's start", () => {
    const { pe, warnings } = read(one({ offset: 0x10, rawSize: 0x200, virtualSize: 0x200 }));
    assert.equal(pe.memory.offsetOf(0x1000), 0);
    assert.match(warnings, /loaders read it from 0x0$/m);
    assert.match(warnings, /begins at 0x10, inside the headers of the file/);
  });

  it("takes the size in the file for a virtual size of 0", () => {
    const { pe, warnings } = read(one({ virtualSize: 0, rawSize: 0x800 }));
    assert.equal(pe.memory.offsetOf(0x17ff), 0xbff);
    assert.equal(pe.memory.reach(0x1000), 0x1000, "whole pages");
    assert.doesNotMatch(warnings, /empty/);
  });

  it("loads no more pages of a section than its virtual size has", () => {
    const { pe } = read(one({ virtualSize: 0x10, rawSize: 0x2000 }, 0x3000));
    assert.equal(pe.memory.offsetOf(0x1fff), 0x13ff, "the rest of the page comes with it");
    assert.equal(pe.memory.offsetOf(0x2000), undefined);
  });

  it("fills what the file does not give of a section with zeros", () => {
    const { pe, warnings } = read(one({ rawSize: 0x2000, virtualSize: 0x2000 }));
    assert.equal(pe.memory.offsetOf(0x1fff), 0x13ff);
    assert.equal(pe.memory.offsetOf(0x2000), undefined);
    assert.equal(pe.memory.record(0x2ff0, 4)?.getUint32(0), 0);
    assert.match(warnings, new RegExp(`^${sectionAt(pagePlan, 0) + 16}: .*should have 0x2000 bytes at 0x400`, "m"));
  });

  it("keeps a section without a place in the file free of the file's bytes, whatever size it states", () => {
    const { pe } = read(one({ offset: 0, rawSize: 0x1000 }));
    assert.equal(pe.memory.offsetOf(0x1000), undefined);
    assert.equal(pe.memory.reach(0x1000), 0x1000);
  });

  it("names sections that loaders refuse: none of any size, in the wrong order, with a hole before them", () => {
    const sections = [
      { name: "a", rva: 0x3000, virtualSize: 0x1000, offset: 0x400, rawSize: 0x200 },
      { name: "b", rva: 0x1000, virtualSize: 0, offset: 0, rawSize: 0 },
    ];
    const plan = { ...plainPlan, sections };
    const { warnings } = read(makeImage(plan));
    assert.match(
      warnings,
      new RegExp(`^${sectionAt(plan, 0) + 12}: Section "a" leaves a hole in memory, 0x1000 to 0x3000`, "m"),
    );
    assert.match(warnings, new RegExp(`^${sectionAt(plan, 1) + 8}: Section "b" is empty`, "m"));
    assert.match(warnings, /Section "b" lies before Section "a" in memory: loaders refuse it/);
  });

  it("takes two headers of one section for an overlap, in the file and in memory", () => {
    const [section] = pagePlan.sections;
    assert.ok(section);
    const { pe, warnings } = read(makeImage({ ...pagePlan, sections: [section, section] }));
    assert.match(warnings, /overlaps Section ".all" in the file/);
    assert.match(warnings, /overlaps Section ".all" in memory/);
    assert.equal(pe.memory.offsetOf(0x1010), 0x410);
  });

  it("aligns sections to 64 KiB where the file says so", () => {
    const sections = [{ name: "big", rva: 0x10000, virtualSize: 0x10, offset: 0x400, rawSize: 0x200 }];
    const { pe, warnings } = read(makeImage({ ...plainPlan, sections, sectionAlignment: 0x10000 }));
    assert.equal(pe.memory.reach(0x10000), 0x10000);
    assert.doesNotMatch(warnings, /hole/);
  });

  it("keeps what lies between the sections of a file that is in memory as it is", () => {
    const sections = [
      { name: "a", rva: 0x400, virtualSize: 0x100, offset: 0x400, rawSize: 0x100 },
      { name: "b", rva: 0x800, virtualSize: 0x100, offset: 0x800, rawSize: 0x100 },
    ];
    const { pe } = read(makeImage({ ...plainPlan, sections, sectionAlignment: 0x20, fileAlignment: 0x20 }));
    assert.equal(pe.layout.lowAlignment, true);
    for (const rva of [0x10, 0x410, 0x600, 0x810, 0xa00]) assert.equal(pe.memory.offsetOf(rva), rva);
    assert.equal(pe.layout.map.spanAt(0x600)?.name, "between sections");
  });

  it("says of sections that cannot be mapped as the file is that both places must be equal", () => {
    const sections = [{ name: "a", rva: 0x400, virtualSize: 0x100, offset: 0x600, rawSize: 0x100 }];
    const { warnings } = read(makeImage({ ...plainPlan, sections, sectionAlignment: 0x20, fileAlignment: 0x20 }));
    assert.match(warnings, /with an alignment below a page both must be equal/);
  });

  it("reads the section table where the stated size of the optional header puts it", () => {
    for (const size of [0, 0x60, 0x200]) {
      const image = makeImage({ ...plainPlan, size: 0x1000 });
      image.writeUInt16LE(size, coffAt(plainPlan) + 16);
      const { pe } = read(image);
      assert.equal(pe.headers.sectionTableOffset, optionalAt(plainPlan) + size);
      assert.equal(pe.headers.directories.length, 16, "read all the same");
    }
    const image = makeImage(plainPlan);
    image.writeUInt16LE(0xffff, coffAt(plainPlan) + 16);
    assert.match(read(image).warnings, /2 sections are stated; the file ends/);
  });

  it("reads one directory where one is stated", () => {
    const image = makeImage({ ...pagePlan, directories: { 0: [0x1000, 40], 1: [0x1100, 40] } });
    image.writeUInt32LE(1, optionalAt(pagePlan) + 108);
    const { pe } = read(image);
    assert.equal(pe.headers.directories.length, 1);
    assert.deepEqual(pe.imports, []);
  });

  it("begins a program whose entry point is 0 with the first byte, and a library nowhere", () => {
    assert.equal(details(makeImage(plainPlan)).get("Entry point"), "RVA 0x0, the first byte of the headers");
    const library = makeImage(plainPlan);
    library.writeUInt16LE(0x2022, coffAt(plainPlan) + 18);
    assert.equal(details(library).get("Entry point"), "none");
  });

  it("names an entry point before the image, and takes one in the headers", () => {
    const image = makeImage(plainPlan);
    image.writeUInt32LE(0xffff_ff00, optionalAt(plainPlan) + 16);
    assert.match(read(image).warnings, /The entry point 0xFFFFFF00 lies outside the image/);
    image.writeUInt32LE(0x20, optionalAt(plainPlan) + 16);
    assert.doesNotMatch(read(image).warnings, /entry point/);
  });

  it("names image bases that nothing is loaded at", () => {
    const image = makeImage({ ...plainPlan, is64: false });
    const baseAt = optionalAt(plainPlan) + 28;
    image.writeUInt32LE(0, baseAt);
    assert.match(read(image).warnings, new RegExp(`^${baseAt}: The image base is 0`, "m"));
    image.writeUInt32LE(0xffff_0000, baseAt);
    image.writeUInt32LE(0x2_0000, optionalAt(plainPlan) + 56);
    assert.match(read(image).warnings, /ends behind the 32 bits/);
    image.writeUInt32LE(0x8000_0000, baseAt);
    assert.equal(read(image).warnings, "");
    image.writeUInt32LE(0x40_1000, baseAt);
    assert.match(read(image).warnings, /no multiple of 64 KiB/);
  });

  it("names file alignments that loaders refuse, and a file that is not marked as whole", () => {
    const image = makeImage({ ...plainPlan, fileAlignment: 0x10 });
    image.writeUInt16LE(0x20, coffAt(plainPlan) + 18);
    const { warnings } = read(image);
    assert.match(warnings, /The file alignment 0x10 is neither a multiple of 0x200 nor the section alignment/);
    assert.match(warnings, new RegExp(`^${coffAt(plainPlan) + 18}: The file is not marked as an executable`, "m"));
  });

  it("says what other programs are that begin as a DOS program does", () => {
    for (const [signature, what] of [
      ["NE", /16-bit Windows or OS\/2 program \(NE\)/],
      ["LE", /virtual device driver \(LE\)/],
      ["LX", /OS\/2 program \(LX\)/],
    ] as const) {
      const image = makeImage(plainPlan);
      image.write(signature, 0x80, "latin1");
      const result = PeFile.read(new MemoryByteSource(Uint8Array.from(image)));
      assert.ok(!result.ok);
      assert.match(result.fault.message, what);
    }
  });

  it("says of a ROM image that its fields are others", () => {
    const image = makeImage({ ...plainPlan, is64: false });
    image.writeUInt16LE(0x107, optionalAt(plainPlan));
    assert.match(read(image).warnings, new RegExp(`^${optionalAt(plainPlan)}: .*ROM image`, "m"));
  });

  it("says of a machine whose addresses are of the other width that both do not go together", () => {
    for (const [machine, is64] of [
      [0xaa64, false],
      [0x200, false],
      [0x1c4, true],
    ] as const) {
      const image = makeImage({ ...plainPlan, is64 });
      image.writeUInt16LE(machine, coffAt(plainPlan));
      assert.match(read(image).warnings, /does not go with/);
    }
  });

  it("ignores a lookup table in the headers, as loaders do with what old linkers left there", () => {
    const image = makeImage({ ...pagePlan, directories: { 1: [0x1000, 40] } });
    image.writeUInt32LE(0x10, at(0x1000));
    image.writeUInt32LE(0x1100, at(0x100c));
    image.writeUInt32LE(0x1200, at(0x1010));
    image.write("a.dll\0", at(0x1100), "latin1");
    image.writeBigUInt64LE((1n << 63n) + 7n, at(0x1200));
    const { pe, warnings } = read(image);
    assert.deepEqual(
      pe.imports[0]?.functions.map(({ ordinal }) => ordinal),
      [7],
    );
    assert.match(
      warnings,
      new RegExp(`^${at(0x1000)}: The lookup table of a.dll at RVA 0x10 lies in the headers`, "m"),
    );
  });

  it("keeps names of libraries and functions that are no names", () => {
    const image = makeImage({ ...pagePlan, directories: { 1: [0x1000, 40] } });
    image.writeUInt32LE(0x1100, at(0x100c));
    image.writeUInt32LE(0x1200, at(0x1010));
    image.write("\u001b[2J/..\\\u00e4.dll\0", at(0x1100), "latin1");
    image.writeBigUInt64LE(0x7fff_0000n, at(0x1200));
    const { pe, warnings } = read(image);
    assert.equal(pe.imports[0]?.dll, "\u001b[2J/..\\\ufffd.dll");
    assert.deepEqual(
      pe.imports[0].functions.map(({ name }) => name),
      [""],
    );
    assert.match(warnings, new RegExp(`^${at(0x1200)}: The name of a function .* not readable at 0x7FFF0000`, "m"));
  });

  it("reads bound imports with what they were forwarded by", () => {
    const image = makeImage({ ...pagePlan, directories: { 11: [0x1000, 32] } });
    [0x1234, 0x00010020, 0x5678, 0x00000030, 0, 0].forEach((word, index) =>
      image.writeUInt32LE(word, at(0x1000) + index * 4),
    );
    image.write("one.dll\0", at(0x1020), "latin1");
    image.write("two.dll\0", at(0x1030), "latin1");
    assert.deepEqual(
      read(image).pe.boundImports.map(({ dll, forwarders }) => [dll, forwarders.map((each) => each.dll)]),
      [["one.dll", ["two.dll"]]],
    );
  });

  it("says that exports out of order may not be found", () => {
    const image = makeImage({ ...pagePlan, directories: { 0: [0x1000, 0x40] } });
    [0, 0, 0, 0x1080, 1, 2, 2, 0x1060, 0x1068, 0x1070].forEach((word, index) =>
      image.writeUInt32LE(word, at(0x1000) + index * 4),
    );
    [0x1100, 0x1100, 0x1090, 0x1088].forEach((word, index) => image.writeUInt32LE(word, at(0x1060) + index * 4));
    image.writeUInt16LE(1, at(0x1072));
    image.write("me\0", at(0x1080), "latin1");
    image.write("first\0", at(0x1088), "latin1");
    image.write("second\0", at(0x1090), "latin1");
    const { pe, warnings } = read(image);
    assert.deepEqual(
      pe.exports?.functions.map(({ name }) => name),
      ["second", "first"],
    );
    assert.match(warnings, new RegExp(`^${at(0x106c)}: "first" is not in the order of names`, "m"));
  });

  it("names relocations of other machines and pages, and counts a pair as one", () => {
    const image = makeImage({ ...pagePlan, directories: { 5: [0x1000, 36] } });
    const block = (place: number, page: number, ...entries: number[]): void => {
      image.writeUInt32LE(page, at(place));
      image.writeUInt32LE(8 + entries.length * 2, at(place + 4));
      entries.forEach((entry, index) => image.writeUInt16LE(entry, at(place + 8) + index * 2));
    };
    block(0x1000, 0x1000, 0x4010, 0xffff, 0x3020, 0x5030, 0xb000, 0);
    block(0x1014, 0x9000, 0x3000, 0x3004, 0, 0);
    image.writeUInt16LE(0x5064, coffAt(pagePlan));
    const { pe, warnings } = read(image);
    assert.deepEqual(
      pe.relocations?.kinds.map(({ name, count }) => `${count} ${name}`),
      ["3 32 bits", "1 high half, adjusted", "1 RISC-V high 20 bits", "1 type 11"],
    );
    assert.match(warnings, new RegExp(`^${at(0x1014)}: Relocations change a page at RVA 0x9000, which is not in`, "m"));
  });

  it("ends resources that lead to themselves, and keeps names of any script", () => {
    const image = makeImage({ ...pagePlan, directories: { 2: [0x1000, 0x800] } });
    image.writeUInt16LE(2, at(0x1000) + 12);
    image.writeUInt32LE(0x8000_0100, at(0x1010));
    image.writeUInt32LE(0x8000_0000, at(0x1014));
    image.writeUInt32LE(0x8000_0120, at(0x1018));
    image.writeUInt32LE(0x0000_0140, at(0x101c));
    image.writeUInt16LE(3, at(0x1100));
    image.write("日本語", at(0x1102), "utf16le");
    // Half of a pair.
    image.writeUInt16LE(1, at(0x1120));
    image.writeUInt16LE(0xd800, at(0x1122));
    image.writeUInt32LE(0x5000, at(0x1140));
    image.writeUInt32LE(4, at(0x1144));
    const { pe, warnings } = read(image);
    assert.deepEqual(
      pe.resources.map(({ id }) => id),
      ["日本語", "\ud800"],
    );
    assert.match(warnings, /leads back to the one at 0x0: a loop/);
    assert.match(warnings, /A resource of 4 bytes should be at RVA 0x5000, which the file does not hold/);
  });

  it("names certificates of no length, larger than their table, and of a kind that is none", () => {
    const plan: ImagePlan = { ...plainPlan, size: 0x1100, directories: { 4: [0x1000, 0x100] } };
    const image = makeImage(plan);
    assert.match(read(image).warnings, /^4096: A certificate of 0 bytes does not fit/m);
    image.writeUInt32LE(0x200, 0x1000);
    assert.match(read(image).warnings, /^4096: A certificate of 512 bytes does not fit/m);
    image.writeUInt32LE(0x100, 0x1000);
    image.writeUInt16LE(0x77, 0x1006);
    assert.deepEqual(
      read(image).pe.certificates.map(({ kind }) => kind),
      ["type 119"],
    );
    image.writeUInt16LE(2, 0x1006);
    assert.match(read(image).warnings, /^4096: This signature is not readable/m);
    image.writeUInt32LE(0xffff_fff0, directoryAt(plan, 4));
    assert.match(read(image).warnings, /lies behind the file's end/);
  });
});
