// PE files read as their loader does. The two made by lld are held to what llvm-readobj and objdump say of them.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fs from "node:fs";
import path from "node:path";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { PeFile } from "../../../../extension/src/formats/pe/peFile";
import { resourceLines } from "../../../../extension/src/formats/pe/resourceText";
import { coffAt, directoryAt, makeImage, optionalAt, plainPlan, sectionAt, type ImagePlan } from "./peImage";

const fixtures = path.join(__dirname, "../../../fixtures");

function read(bytes: Uint8Array): PeFile {
  const result = PeFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(result.ok, result.ok ? "" : result.fault.message);
  return result.pe;
}
function warningsOf(bytes: Uint8Array): string {
  const pe = read(bytes);
  pe.readAll();
  return pe.warnings.map(({ offset, message }) => `${offset}: ${message}`).join("\n");
}

describe("PE files", () => {
  const pe64 = fs.readFileSync(path.join(fixtures, "templates/pe64.bin"));
  const pe32 = fs.readFileSync(path.join(fixtures, "templates/pe32.bin"));

  it("reads what lld and llvm-rc made as llvm-readobj does", () => {
    const pe = read(pe64);
    assert.deepEqual(
      pe.imports.map(({ dll, functions }) => [dll, ...functions.map(({ name, ordinal }) => name ?? ordinal)]),
      [
        ["KERNEL32.dll", "ExitProcess", "GetTickCount"],
        ["other.dll", 7, "Named"],
      ],
    );
    assert.deepEqual(
      pe.delayImports.map(({ dll, functions }) => [dll, functions[0]?.name]),
      [["late.dll", "Lazy"]],
    );
    assert.deepEqual(
      pe.exports?.functions.map(({ name, ordinal, forwarder }) => [name, ordinal, forwarder]),
      [
        [null, 9, null],
        ["again", 10, "KERNEL32.GetTickCount"],
        ["twice", 11, null],
      ],
    );
    assert.deepEqual(
      pe.resources.map(({ label }) => label),
      ["Icon", "Raw data", "Icon group", "Manifest"],
    );
    assert.equal(pe.debug[0]?.codeView?.path, "sample.pdb");
    assert.equal(pe.debug[1]?.name, "reproducible build");
    assert.equal(pe.threadStorage?.callbacks.length, 1);
    assert.deepEqual(pe.relocations?.kinds, [{ name: "64 bits", count: 8 }]);
    assert.equal(pe.loadConfig.find(({ name }) => name === "SecurityCookie")?.value, 0x180003000n);
    assert.deepEqual(pe.warnings, []);
    assert.equal(warningsOf(pe32), "");
  });

  it("shows the text of a manifest and the sizes of icons", () => {
    const pe = read(pe64);
    const leaf = (label: string): string[] => {
      const data = pe.resources.find((node) => node.label === label)?.children[0]?.children[0]?.data;
      assert.ok(data);
      return resourceLines(pe.memory, label === "Manifest" ? 24 : 14, 1, data).map(({ key, value }) =>
        `${key} ${value}`.trim(),
      );
    };
    assert.deepEqual(leaf("Manifest"), ["<manifest/>"]);
    assert.match(leaf("Icon group").join(), /^#1 \d+ x \d+, \d+ bits$/);
  });

  it("names everything in the file, from its start to its end", () => {
    const pe = read(Buffer.concat([makeImage(plainPlan), Buffer.alloc(100, 7)]));
    assert.deepEqual(
      pe.layout.regions.map(({ start, end, name, kind }) => [start, end, name, kind]),
      [
        [0, 0x400, "headers", "headers"],
        [0x400, 0xa00, ".text", "section"],
        [0xa00, 0xc00, ".data", "section"],
        [0xc00, 0x1064, "overlay", "overlay"],
      ],
    );
    assert.deepEqual(pe.sections[0]?.padding, { start: 0x9f0, end: 0xa00 });
  });

  it("goes from RVA to offset and back as the loader maps", () => {
    const { map } = read(makeImage(plainPlan)).layout;
    assert.equal(map.offsetOf(0x1005), 0x405);
    assert.equal(map.offsetOf(0x2100), 0xb00);
    assert.equal(map.offsetOf(0x2200), undefined, "zeros that no file byte stands for");
    assert.equal(map.spanAt(0x2200)?.name, ".data");
    assert.equal(map.offsetOf(0x40), 0x40, "headers");
    assert.equal(map.offsetOf(0x6000), undefined);
    assert.equal(map.rvaOf(0xa01), 0x2001);
    assert.equal(map.rvaOf(0xf00), undefined, "the overlay is not loaded");
  });

  it("rounds a section's place down to a sector, as loaders do", () => {
    const sections = [{ name: "odd", rva: 0x1000, virtualSize: 0x100, offset: 0x410, rawSize: 0x100 }];
    const pe = read(makeImage({ ...plainPlan, sections }));
    assert.equal(pe.layout.map.offsetOf(0x1000), 0x400);
    assert.match(pe.warnings.map(({ message }) => message).join(), /no multiple of the file alignment/);
  });

  it("maps an image with sections smaller than a page as it lies in the file", () => {
    const sections = [{ name: "flat", rva: 0x400, virtualSize: 0x80, offset: 0x400, rawSize: 0x80 }];
    const { layout } = read(makeImage({ ...plainPlan, sections, sectionAlignment: 0x20, fileAlignment: 0x20 }));
    assert.equal(layout.lowAlignment, true);
    assert.equal(layout.map.offsetOf(0x410), 0x410);
    assert.equal(layout.map.offsetOf(0x10), 0x10);
  });

  it("names the signer in the certificates", () => {
    const signature = fs.readFileSync(path.join(fixtures, "pe/signature.p7"));
    const header = Buffer.alloc(8);
    header.writeUInt32LE(signature.length + 8, 0);
    header.writeUInt16LE(0x200, 4);
    header.writeUInt16LE(2, 6);
    const plan = { ...plainPlan, directories: { 4: [0x1000, signature.length + 8] as const } };
    const pe = read(Buffer.concat([makeImage(plan), header, signature]));
    const [certificate] = pe.certificates;
    assert.equal(certificate?.signer, "A tester of Terahex");
    assert.equal(certificate?.digest, "SHA-256");
    assert.equal(pe.layout.regions.at(-1)?.kind, "certificates");
    assert.deepEqual(pe.warnings, []);
  });

  it("finds the Rich header and whether somebody changed it", () => {
    const image = makeImage({ ...plainPlan, lfanew: 0x100 });
    const entries = [
      [0x0105_6fff, 3],
      [0x0103_6fff, 11],
    ] as const;
    let key = 0x80;
    const rotated = (value: number, by: number): number =>
      ((value << (by % 32)) | (value >>> ((32 - (by % 32)) % 32))) >>> 0;
    for (let at = 0; at < 0x80; at++) if (at < 0x3c || at > 0x3f) key = (key + rotated(image[at] ?? 0, at)) >>> 0;
    for (const [id, count] of entries) key = (key + rotated(id, count)) >>> 0;
    const words = [0x536e6144, 0, 0, 0, ...entries.flat()].map((word) => (word ^ key) >>> 0);
    [...words, 0x68636952, key].forEach((word, index) => image.writeUInt32LE(word, 0x80 + index * 4));
    const { rich } = read(image);
    assert.deepEqual(
      [rich?.offset, rich?.valid, rich?.entries[1]],
      [0x80, true, { tool: 0x103, build: 0x6fff, count: 11 }],
    );
    image[3] = 1;
    assert.equal(read(image).rich?.valid, false);
  });

  it("reads long names of sections", () => {
    const sections = [{ name: "/4", rva: 0x1000, virtualSize: 0x200, offset: 0x400, rawSize: 0x200 }];
    const image = makeImage({ ...plainPlan, sections });
    image.writeUInt32LE(0x800, coffAt(plainPlan) + 8);
    image.writeUInt32LE(20, 0x800);
    image.write(".debug_info\0", 0x804, "latin1");
    assert.equal(read(image).sections[0]?.name, ".debug_info");
  });

  it("says why a file is no PE", () => {
    const fault = (bytes: Uint8Array): string => {
      const result = PeFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
      return result.ok ? "" : `${result.fault.offset}: ${result.fault.message}`;
    };
    assert.match(fault(new Uint8Array()), /^0: .*"MZ"/);
    assert.match(fault(Buffer.from("MZ")), /^60: /);
    const far = Buffer.alloc(64);
    far.write("MZ");
    far.writeUInt32LE(0xffff_fff0, 0x3c);
    assert.match(fault(far), /^60: .*0xFFFFFFF0, where the file has no room for it: it ends at 0x40$/);
  });

  const spoiled = (plan: ImagePlan, at: number, ...values: number[]): Buffer => {
    const image = makeImage(plan);
    values.forEach((value, index) => image.writeUInt32LE(value, at + index * 4));
    return image;
  };
  const defects: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
    [
      "a PE header inside the DOS header",
      () => makeImage({ ...plainPlan, lfanew: 0x10, is64: true }),
      /^60: .*inside the DOS header/m,
    ],
    [
      "a file that ends inside its headers",
      () => makeImage(plainPlan).subarray(0, 0x100),
      /^128: The file ends at 0x100/m,
    ],
    [
      "more sections than the file holds",
      () => makeImage({ ...plainPlan, sectionCount: 0xffff }),
      /65535 sections are stated/,
    ],
    [
      "sections on top of each other in the file",
      () => spoiled(plainPlan, sectionAt(plainPlan, 1) + 20, 0x600),
      /"\.data" overlaps Section "\.text" in the file/,
    ],
    [
      "sections on top of each other in memory",
      () => spoiled(plainPlan, sectionAt(plainPlan, 1) + 12, 0x1000),
      /"\.data" overlaps Section "\.text" in memory/,
    ],
    [
      "a section behind the end of the file",
      () => spoiled(plainPlan, sectionAt(plainPlan, 1) + 16, 0xffff_ffff),
      /should have 0xFFFFFFFF bytes at 0xA00/,
    ],
    ["alignments of zero", () => spoiled(plainPlan, optionalAt(plainPlan) + 32, 0, 0), /is no power of two/],
    [
      "too many directories",
      () => spoiled(plainPlan, optionalAt(plainPlan) + 108, 0xffff_ffff),
      /4294967295 data directories/,
    ],
    [
      "imports outside the image",
      () => spoiled(plainPlan, directoryAt(plainPlan, 1), 0xffff_fff0, 40),
      /Import Table: RVA 0xFFFFFFF0 is not in the image/,
    ],
    [
      "resources outside the image",
      () => spoiled(plainPlan, directoryAt(plainPlan, 2), 0x7000_0000, 40),
      /Resource Table: RVA 0x70000000 is not in the image/,
    ],
    [
      "certificates behind the end",
      () => spoiled(plainPlan, directoryAt(plainPlan, 4), 0x8000_0000, 0xffff_ffff),
      /Certificate Table: 0x80000000 lies behind the file's end/,
    ],
    [
      "an entry point outside the image",
      () => spoiled(plainPlan, optionalAt(plainPlan) + 16, 0x5ff0),
      /The entry point 0x5FF0 lies outside the image/,
    ],
  ];
  for (const [name, bytes, expected] of defects) {
    it(`names ${name}`, () => assert.match(warningsOf(bytes()), expected));
  }

  it("cuts a loop of resource directories, and says where it is", () => {
    const image = makeImage({ ...plainPlan, directories: { 2: [0x1000, 0x200] } });
    // One entry, number 5, that leads to the directory it stands in.
    image.writeUInt16LE(1, 0x400 + 14);
    image.writeUInt32LE(5, 0x410);
    image.writeUInt32LE(0x8000_0000, 0x414);
    const pe = read(image);
    assert.equal(pe.resources[0]?.label, "Dialog");
    assert.match(warningsOf(image), /^1040: .*a loop$/m);
  });

  it("ends in time where every directory says that it has four billion entries", () => {
    const image = makeImage({ ...plainPlan, size: 0x4000 });
    image.fill(0xff, 0xa00);
    for (let index = 0; index < 16; index++) {
      image.writeUInt32LE(0x2000, directoryAt(plainPlan, index));
      image.writeUInt32LE(0xffff_ffff, directoryAt(plainPlan, index) + 4);
    }
    const before = process.cpuUsage();
    assert.notEqual(warningsOf(image), "");
    assert.ok(process.cpuUsage(before).user < 5e6);
  });

  it("tells of bytes that cannot be read", () => {
    const source = new MemoryByteSource(makeImage(plainPlan));
    source.failAt({ start: 0x180, end: 0x200 });
    const result = PeFile.read(source);
    assert.ok(result.ok);
    assert.match(
      result.pe.warnings.map(({ offset, message }) => `${offset}: ${message}`).join("\n"),
      /^384: Bytes from here on/m,
    );
  });
});
