// What the metadata of a .NET assembly says of it, from a small one made here; its tables are those that ECMA-335 lays out.
import assert from "node:assert/strict";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import type { ClrHeader } from "../../../../extension/src/formats/pe/clr";
import { PeFile } from "../../../../extension/src/formats/pe/peFile";
import { readProgram } from "../../../../extension/src/host/sections/readProgram";
import { makeImage, type ImagePlan } from "./peImage";

const plan: ImagePlan = {
  size: 0x1400,
  sections: [{ name: ".text", rva: 0x2000, virtualSize: 0x1000, offset: 0x400, rawSize: 0x1000 }],
  directories: { 14: [0x2000, 72] },
};
const at = (rva: number): number => rva - 0x2000 + 0x400;
const METADATA = 0x2080;
const TABLES = 0x100;
const STRINGS = 0x300;

/** @param wide places of strings have four bytes */
function assembly(wide: boolean): Buffer {
  const image = makeImage(plan);
  image.writeUInt32LE(72, at(0x2000));
  image.writeUInt16LE(2, at(0x2004));
  image.writeUInt16LE(5, at(0x2006));
  image.writeUInt32LE(METADATA, at(0x2008));
  image.writeUInt32LE(0x800, at(0x200c));
  image.writeUInt32LE(1, at(0x2010));
  image.writeUInt32LE(0x0600_0001, at(0x2014));
  const root = at(METADATA);
  image.write("BSJB", root, "latin1");
  image.writeUInt32LE(12, root + 12);
  image.write("v4.0.30319\0", root + 16, "latin1");
  image.writeUInt16LE(2, root + 30);
  [TABLES, 0x200].forEach((word, index) => image.writeUInt32LE(word, root + 32 + index * 4));
  image.write("#~\0\0", root + 40, "latin1");
  [STRINGS, 0x40].forEach((word, index) => image.writeUInt32LE(word, root + 44 + index * 4));
  image.write("#Strings\0", root + 52, "latin1");
  image.write("\0Mine\0Theirs\0", root + STRINGS, "latin1");
  const tables = root + TABLES;
  image[tables + 6] = wide ? 1 : 0;
  // Module, TypeDef, Assembly, AssemblyRef.
  image.writeBigUInt64LE((1n << 0n) | (1n << 2n) | (1n << 32n) | (1n << 35n), tables + 8);
  [1, 3, 1, 2].forEach((count, index) => image.writeUInt32LE(count, tables + 24 + index * 4));
  const text = wide ? 4 : 2;
  let place = tables + 40 + (2 + text + 6) + 3 * (4 + 2 * text + 6);
  const version = (from: number): void =>
    [1, 2, 3, 4].forEach((part, index) => void image.writeUInt16LE(part, from + index * 2));
  const string = (from: number, value: number): void =>
    void (wide ? image.writeUInt32LE(value, from) : image.writeUInt16LE(value, from));
  version(place + 4);
  string(place + 18, 1);
  place += 18 + 2 * text;
  for (let index = 0; index < 2; index++) {
    version(place);
    string(place + 14, 6);
    place += 16 + 2 * text;
  }
  return image;
}

function clrOf(image: Buffer): { readonly clr: ClrHeader | undefined; readonly warnings: string } {
  const result = PeFile.read(new MemoryByteSource(Uint8Array.from(image)));
  assert.ok(result.ok);
  result.pe.readAll();
  return { clr: result.pe.clr, warnings: result.pe.warnings.map(({ message }) => message).join("\n") };
}

describe("metadata of a .NET assembly", () => {
  for (const wide of [false, true]) {
    it(`names the assembly, what it refers to and its streams (${wide ? "large" : "small"} heaps)`, () => {
      const { clr } = clrOf(assembly(wide));
      assert.deepEqual([clr?.runtimeVersion, clr?.metadata.version], ["2.5", "v4.0.30319"]);
      assert.deepEqual(
        clr?.metadata.streams.map(({ name, size, offset }) => [name, size, offset]),
        [
          ["#~", 0x200, at(METADATA + TABLES)],
          ["#Strings", 0x40, at(METADATA + STRINGS)],
        ],
      );
      const { tables } = clr;
      assert.deepEqual([tables?.assembly?.name, tables?.assembly?.version], ["Mine", "1.2.3.4"]);
      assert.deepEqual(
        tables?.references.map(({ name, version }) => `${name} ${version}`),
        ["Theirs 1.2.3.4", "Theirs 1.2.3.4"],
      );
      assert.deepEqual([tables?.types, tables?.methods], [3, 0]);
    });
  }

  it("leads from its rows to its bytes", () => {
    const image = assembly(false);
    const program = readProgram(new MemoryByteSource(Uint8Array.from(image)));
    assert.ok(program.ok);
    const { rows } = program.program.rows("details", 0, 500);
    const row = rows.find(({ text }) => text === "assembly");
    assert.equal(row?.detail, "Mine 1.2.3.4");
    assert.equal(image.readUInt16LE((row.start ?? 0) + 4), 1);
    assert.equal((row.end ?? 0) - (row.start ?? 0), 22);
  });

  it("says what of it cannot be read, in bounded time", () => {
    const none = assembly(false);
    none.write("BSJX", at(METADATA), "latin1");
    assert.match(clrOf(none).warnings, /There is no .NET metadata at RVA 0x2080/);
    const outside = assembly(false);
    outside.writeUInt32LE(0x7fff_0000, at(METADATA) + 32);
    assert.match(clrOf(outside).warnings, /The .NET tables at RVA 0x7FFF2080 are not in the image/);
    const many = assembly(false);
    many.writeUInt32LE(0xffff_ffff, at(METADATA) + TABLES + 24);
    assert.match(clrOf(many).warnings, /rows of a .NET table are stated; the image ends behind 0/);
    const references = assembly(false);
    references.writeUInt32LE(0xffff_ffff, at(METADATA) + TABLES + 24 + 12);
    assert.ok((clrOf(references).clr?.tables?.references.length ?? 0) <= 1000);
    const streams = assembly(false);
    streams.writeUInt16LE(0xffff, at(METADATA) + 30);
    assert.ok((clrOf(streams).clr?.metadata.streams.length ?? 0) <= 32);
  });
});
