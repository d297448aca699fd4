// Symbols as the dynamic linker finds them: versions, and programs whose section headers were taken away. The library was made by
// gcc with a version script (LIB_1.0: first; LIB_2.0: second) and takes strlen from the C library.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { ElfFile } from "../../../../extension/src/formats/elf/elfFile";
import { DynamicTag } from "../../../../extension/src/formats/elf/names";

const fixtures = path.join(__dirname, "../../../fixtures");
const library = brotliDecompressSync(fs.readFileSync(path.join(fixtures, "elf/versions.bin.br")));

function read(bytes: Uint8Array): ElfFile {
  const result = ElfFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(result.ok);
  result.elf.readAll();
  return result.elf;
}

const symbolsOf = (bytes: Uint8Array): string[] =>
  read(bytes).symbols.map(({ name, version }) => `${name}: ${version ?? "any"}`);

/** Without section headers, as sstrip leaves it. */
function stripped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0, 40, 48);
  copy.fill(0, 58, 64);
  return copy;
}

/** With the value of an entry for the dynamic linker changed. */
function withDynamic(bytes: Buffer, tag: bigint, value: (old: bigint) => bigint): Buffer {
  const copy = Buffer.from(bytes);
  const entry = read(bytes).dynamic.find((each) => each.tag === tag);
  assert.ok(entry);
  copy.writeBigUInt64LE(value(entry.value), entry.offset + 8);
  return copy;
}

const expected = ["strlen: GLIBC_2.2.5 of libc.so.6", "second: LIB_2.0", "first: LIB_1.0"];
const sorted = (bytes: Uint8Array): string[] =>
  symbolsOf(bytes)
    .filter((text) => !text.startsWith("LIB_"))
    .sort();

describe("symbols of the dynamic linker", () => {
  it("have the versions that they want or offer, as readelf lists them", () => {
    assert.deepEqual(sorted(library), [...expected].sort());
    assert.deepEqual(read(library).warnings, []);
  });

  it("are found without section headers, by either hash table", () => {
    assert.deepEqual(read(stripped(library)).sections, []);
    assert.deepEqual(sorted(stripped(library)), [...expected].sort());
    const plain = fs.readFileSync(path.join(fixtures, "templates/elf_library.bin"));
    assert.deepEqual(symbolsOf(stripped(plain)), symbolsOf(plain));
    assert.ok(symbolsOf(plain).length >= 2);
  });

  it("are found in the other byte order and width, by the older hash table", () => {
    const plain = brotliDecompressSync(fs.readFileSync(path.join(fixtures, "elf/big32.bin.br")));
    const copy = Buffer.from(plain);
    copy.fill(0, 32, 36);
    copy.fill(0, 46, 52);
    assert.deepEqual(read(copy).sections, []);
    assert.deepEqual(symbolsOf(copy), ["add: any", "other: any"]);
    assert.deepEqual(symbolsOf(copy), symbolsOf(plain));
  });

  it("are cut where lists of versions or symbols lead out of the file, and that is said", () => {
    const lost = withDynamic(library, DynamicTag.versionsNeeded, () => 0x7fff_ffffn);
    assert.ok(symbolsOf(lost).includes("strlen: any"));
    const far = stripped(withDynamic(library, DynamicTag.symbols, (old) => old + 0x8_0000n));
    assert.deepEqual(symbolsOf(far), []);
    const counts = withDynamic(library, DynamicTag.versionsNeededCount, () => 0xffff_ffff_ffff_ffffn);
    assert.deepEqual(sorted(counts), [...expected].sort());
  });

  it("end in time where a hash table has four billion buckets, or a chain without an end", () => {
    const hash = read(library).dynamic.find(({ tag }) => tag === DynamicTag.gnuHash);
    const at = read(library).offsetOf(hash?.value ?? 0n) ?? -1;
    assert.ok(at > 0);
    for (const [field, value] of [
      [0, 0xffff_ffff],
      [4, 0xffff_fff0],
      [8, 0xffff_ffff],
    ] as const) {
      const copy = stripped(library);
      copy.writeUInt32LE(value, at + field);
      assert.ok(symbolsOf(copy).length < 100_000);
    }
  });
});
