// What the view of sections is given of programs of each format, and the words that it makes of them.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import type { Program } from "../../../../extension/src/host/sections/program";
import { readProgram } from "../../../../extension/src/host/sections/readProgram";
import { evaluateOffset } from "../../../../shared/offsetExpression";
import type { ProgramImage, SectionsList } from "../../../../shared/sectionsProtocol";
import { allFlags, columnTitles, PlaceTexts } from "../../../../webview/src/sections/texts";
import { makeImage, plainPlan } from "../../formats/pe/peImage";

const fixtures = path.join(__dirname, "../../../fixtures/templates");

function fixture(name: string): Uint8Array {
  const file = path.join(fixtures, name);
  return Uint8Array.from(name.endsWith(".br") ? brotliDecompressSync(fs.readFileSync(file)) : fs.readFileSync(file));
}

function programOf(bytes: Uint8Array): Program {
  const result = readProgram(new MemoryByteSource(bytes));
  assert.ok(result.ok);
  return result.program;
}

const rowsOf = (program: Program, list: SectionsList) => program.rows(list, 0, 500).rows;

function checkRows(program: Program, image: ProgramImage, size: number): void {
  assert.equal(image.regions.at(-1)?.end, size);
  for (const { list, count } of image.lists) {
    assert.ok(count > 0);
    for (const { start, end } of rowsOf(program, list)) {
      if (start === undefined || end === undefined) continue;
      assert.ok(start >= 0 && start < end && end <= size, `${list}: ${start} to ${end}`);
    }
  }
  for (const { headerStart, headerEnd } of image.sections) assert.ok(headerStart < headerEnd && headerEnd <= size);
}

describe("a PE file in the view of sections", () => {
  const bytes = fixture("pe64.bin");
  const program = programOf(bytes);
  const image = program.image([]);

  it("has sections, regions over the whole file, and what the lists hold", () => {
    assert.equal(image.format, "PE32+ library for x64");
    assert.equal(image.base, "0x180000000");
    assert.deepEqual(
      image.sections.map(({ name }) => name),
      [".text", ".rdata", ".data", ".rsrc", ".reloc"],
    );
    assert.deepEqual(image.lists.map(({ list, count }) => [list, count]).slice(0, 4), [
      ["directories", 9],
      ["imports", 5],
      ["exports", 3],
      ["resources", 4],
    ]);
    assert.equal(image.signature, undefined);
  });

  it("leads from each row to its bytes", () => {
    checkRows(program, image, bytes.length);
    const named = rowsOf(program, "imports").find(({ text }) => text === "GetTickCount");
    const view = Buffer.from(bytes);
    const at = Number(view.readBigUInt64LE(named?.start ?? 0));
    assert.equal(view.toString("latin1", (program.addresses.offsetOf(at) ?? 0) + 2).split("\0")[0], "GetTickCount");
  });

  it("says where a byte is in memory", () => {
    const places = new PlaceTexts(image);
    assert.equal(places.whole(0x610), "0x610 is .rdata+0x10, RVA 0x2010, VA 0x180002010");
    assert.equal(places.inShort(0x10), "headers+0x10, RVA 0x10, VA 0x180000010");
    assert.equal(places.whole(0x10_0000), "");
  });

  it("says flags in short and in full", () => {
    const [text] = image.sections;
    assert.ok(text);
    assert.equal(text.summary, "r-x code");
    assert.equal(allFlags(text), "CNT_CODE, MEM_EXECUTE, MEM_READ");
    assert.deepEqual(columnTitles(image), ["RVA", "Virtual size", "Offset", "Raw size"]);
  });

  it("names the languages of resources, and tells what of them is a picture", () => {
    const rows = rowsOf(program, "resources");
    assert.ok(rows.some(({ text }) => text === "English (United States)"));
    const pictures = rows.filter(({ picture }) => picture !== undefined);
    assert.ok(pictures.length > 0);
    for (const { picture = -1 } of pictures) {
      const shown = program.picture(picture);
      assert.ok(shown === undefined || /^image\//.test(shown.mime));
    }
    assert.equal(program.picture(10_000), undefined);
  });

  it("says that an edit touches what is signed, wherever it was made", () => {
    const signature = fs.readFileSync(path.join(fixtures, "../pe/signature.p7"));
    const header = Buffer.of(0, 0, 0, 0, 0, 2, 2, 0);
    header.writeUInt32LE(signature.length + 8);
    const directories = { 4: [plainPlan.size, signature.length + 8] as const };
    const signed = programOf(
      Uint8Array.from(Buffer.concat([makeImage({ ...plainPlan, directories }), header, signature])),
    );
    const checksumAt = signed.checksum?.offset ?? 0;
    const touched = (start: number, end: number): boolean | undefined =>
      signed.image([{ start, end }]).signature?.touched;
    assert.equal(signed.image([]).signature?.touched, false);
    assert.equal(touched(64, 65), true);
    assert.equal(touched(checksumAt, checksumAt + 4), false);
    assert.equal(touched(checksumAt, checksumAt + 5), true);
    assert.equal(touched(plainPlan.size, plainPlan.size + 20), false);
  });
});

describe("an ELF file in the view of sections", () => {
  const bytes = fixture("elf_library.bin");
  const program = programOf(bytes);
  const image = program.image([]);

  it("has sections by their addresses, segments, imports and exports", () => {
    assert.equal(image.format, "ELF 64, library for x64");
    checkRows(program, image, bytes.length);
    const text = image.sections.find(({ name }) => name === ".text");
    assert.equal(text?.summary, "r-x progbits");
    assert.deepEqual(text?.flags, ["PROGBITS", "ALLOC", "EXECINSTR"]);
    assert.ok(rowsOf(program, "segments").some(({ text: name, detail }) => name === "LOAD" && /^r-x/.test(detail)));
    assert.ok(image.lists.some(({ list }) => list === "exports"));
    assert.deepEqual(image.warnings, []);
    assert.deepEqual(columnTitles(image), ["Address", "In memory", "Offset", "In file"]);
  });

  it("goes to sections and addresses, and says where a byte is", () => {
    const start = program.addresses.sectionStart(".text") ?? -1;
    const text = image.sections.find(({ name }) => name === ".text");
    assert.equal(start, text?.start);
    const rva = Number(BigInt(text?.address ?? "0") - program.addresses.base);
    assert.equal(program.addresses.offsetOf(rva), start);
    assert.equal(
      new PlaceTexts(image).inShort(start + 2),
      `.text+0x2, address ${hexOf(BigInt(text?.address ?? 0) + 2n)}`,
    );
  });

  it("reads those of 32 bits and of the other byte order", () => {
    for (const name of ["elf_be32.bin", "elf_be64.bin"]) {
      const other = programOf(fixture(name));
      const shown = other.image([]);
      assert.match(shown.format, /big-endian$/);
      checkRows(other, shown, fixture(name).length);
    }
  });
});

describe("a Mach-O file in the view of sections", () => {
  it("has sections, segments without any, and what a library takes and offers", () => {
    const bytes = fixture("mach_o_library.bin.br");
    const program = programOf(bytes);
    const image = program.image([]);
    checkRows(program, image, bytes.length);
    assert.match(image.format, /^Mach-O 64, library for (x64|Arm64)$/);
    assert.ok(image.sections.some(({ name, summary }) => name === "__TEXT,__text" && summary === "r-x code"));
    assert.ok(image.sections.some(({ name, summary }) => name === "__LINKEDIT" && summary === "r-- segment"));
    assert.equal(program.addresses.sectionStart("__text"), image.sections[0]?.start);
    assert.ok(rowsOf(program, "imports").some(({ text }) => text.endsWith(".dylib")));
    // The bytes that the code signature covers, and the signature itself, which nothing covers.
    const place = image.regions.find(({ name }) => name === "code signature");
    assert.ok(place);
    assert.equal(program.image([{ start: 0x570, end: 0x571 }]).signature?.touched, true);
    assert.equal(program.image([{ start: place.start + 8, end: place.end }]).signature?.touched, false);
  });

  it("shows all programs of a universal file, each with its processor's name", () => {
    const bytes = fixture("mach_o_universal.bin.br");
    const program = programOf(bytes);
    const image = program.image([]);
    checkRows(program, image, bytes.length);
    assert.equal(image.format, "Mach-O, universal object for x64, Arm64");
    assert.deepEqual(
      image.sections.map(({ name }) => name.split(":")[0]),
      ["x64", "x64", "x64", "x64", "Arm64", "Arm64", "Arm64", "Arm64"].slice(0, image.sections.length),
    );
  });

  it("goes to an address of each program of a universal file, though both have it", () => {
    const bytes = fixture("mach_o_universal.bin.br");
    const { addresses } = programOf(bytes);
    const [first, second] = addresses.programs ?? [];
    assert.deepEqual([first?.names, second?.names], [["x86_64", "x64"], ["arm64"]]);
    const goTo = (text: string, cursor: number): number => {
      const result = evaluateOffset(text, { cursor, size: bytes.length, addresses });
      assert.ok(result.ok);
      return result.offset;
    };
    for (const program of [first, second]) {
      assert.ok(program);
      const start = program.addresses.sectionStart("__TEXT,__text");
      assert.ok(start !== undefined && start > program.start && start < program.end);
      assert.equal(goTo(`${program.names[0] ?? ""}:section:__text`, 0), start);
      // Both begin at address 0.
      assert.equal(goTo(`${program.names[0] ?? ""}:va:0`, 0), start);
      assert.equal(goTo("va:0", program.start + 4), start);
    }
  });

  it("is not what Java's class files are", () => {
    const result = readProgram(new MemoryByteSource(Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65, 0, 16)));
    assert.ok(!result.ok);
    assert.match(result.reason, /more programs than/);
  });
});

describe("a file that is no program", () => {
  it("says so", () => {
    for (const bytes of [[], [0x4d], [1, 2, 3, 4, 5, 6]]) {
      const result = readProgram(new MemoryByteSource(Uint8Array.from(bytes)));
      assert.ok(!result.ok);
      assert.match(result.reason, /no program/);
    }
  });
});

const hexOf = (value: bigint): string => `0x${value.toString(16).toUpperCase()}`;
