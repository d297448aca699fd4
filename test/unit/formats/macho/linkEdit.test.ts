// What the dynamic linker goes by in Mach-O programs: a library made by ld64.lld held to what llvm-objdump --bind, --lazy-bind and
// --exports-trie say of it; chained fixups and what is damaged by hand.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { linkBudget, readBound, readChained, readExportTrie } from "../../../../extension/src/formats/macho/linkEdit";
import { MachFile } from "../../../../extension/src/formats/macho/machFile";
import type { MachHeader, MachSymbol } from "../../../../extension/src/formats/macho/model";
import { PagedBytes } from "../../../../extension/src/formats/program/pagedBytes";
import { Warnings } from "../../../../extension/src/formats/program/warnings";

const library = brotliDecompressSync(fs.readFileSync(path.join(__dirname, "../../../fixtures/macho/linked.bin.br")));

function read(bytes: Uint8Array): MachFile {
  const result = MachFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(result.ok);
  result.mach.readAll();
  return result.mach;
}

/** A table alone in a file, and the warnings that reading it gave. */
function alone(bytes: Uint8Array, make: (paged: PagedBytes, warnings: Warnings) => readonly MachSymbol[]) {
  const warnings = new Warnings(bytes.length);
  const found = make(new PagedBytes(new MemoryByteSource(Uint8Array.from(bytes))), warnings);
  for (const { offset } of found) assert.ok(offset >= 0 && offset <= bytes.length);
  return { found, warnings: warnings.list.map(({ offset, message }) => `${offset}: ${message}`).join("\n") };
}

const tableOf = (bytes: Uint8Array) => ({ name: "table", start: 0, end: bytes.length });
const imports = ({ name, library: from, weak }: MachSymbol): string => `${name} ${from}${weak ? " weak" : ""}`;

const chained = (format: number, entries: Buffer, names: string): Buffer => {
  const head = Buffer.alloc(28);
  [0, 28, 28, 28 + entries.length, 2, format, 0].forEach((word, index) => head.writeUInt32LE(word, index * 4));
  return Buffer.concat([head, entries, Buffer.from(names, "latin1")]);
};
const little: MachHeader = { ...(read(library).slices[0]?.header as MachHeader) };

/** A number in three bytes. */
const placeBytes = (place: number): number[] => [
  (place % 128) + 128,
  (Math.floor(place / 128) % 128) + 128,
  place >>> 14,
];

describe("what the dynamic linker goes by in a Mach-O program", () => {
  it("is read from binding opcodes and the trie of exports", () => {
    const mach = read(library);
    const linked = mach.linked(0);
    assert.deepEqual(linked.imports.map(imports), ["_value 1", "dyld_stub_binder 1", "_maybe 1 weak", "_other 1"]);
    assert.deepEqual(
      linked.exports.map(({ name, value }) => [name, value]),
      [
        ["_add", 0x488n],
        ["_ptr", 0x2008n],
        ["_hello", 0x48en],
        ["_helper2", 0x496n],
      ],
    );
    assert.deepEqual(mach.warnings, []);
  });

  it("is there when the symbols were stripped", () => {
    const copy = Buffer.from(library);
    const table = read(library).slices[0]?.commands.find(({ name }) => name === "SYMTAB");
    copy.writeUInt32LE(0, (table?.offset ?? 0) + 12);
    assert.deepEqual(read(copy).symbols(0), []);
    assert.equal(read(copy).linked(0).imports.length, 4);
    assert.equal(read(copy).linked(0).exports.length, 4);
  });

  it("is read from tables of chained fixups in each of their forms", () => {
    const narrow = Buffer.alloc(8);
    narrow.writeUInt32LE(1 + 0x100 + 0 * 0x200, 0);
    narrow.writeUInt32LE(0xfe + 5 * 0x200, 4);
    const withAddend = Buffer.alloc(16);
    narrow.copy(withAddend, 0, 0, 4);
    narrow.copy(withAddend, 8, 4, 8);
    const wide = Buffer.alloc(32);
    wide.writeUInt32LE(0x1_0001, 0);
    wide.writeUInt32LE(0xfffe, 16);
    wide.writeUInt32LE(5, 20);
    for (const [format, entries] of [
      [1, narrow],
      [2, withAddend],
      [3, wide],
    ] as const) {
      const bytes = chained(format, entries, "_one\0_two\0");
      const { found } = alone(bytes, (paged, warnings) =>
        readChained(paged, little, tableOf(bytes), warnings, linkBudget()),
      );
      assert.deepEqual(found.map(imports), ["_one 1 weak", "_two 0"], String(format));
    }
    const unknown = chained(9, narrow, "");
    const { warnings } = alone(unknown, (paged, list) =>
      readChained(paged, little, tableOf(unknown), list, linkBudget()),
    );
    assert.match(warnings, /^20: The names of the fixups are in a form that is not known \(9\)/);
    const many = chained(1, narrow, "_one\0_two\0");
    many.writeUInt32LE(0xffff_ffff, 16);
    assert.match(
      alone(many, (paged, list) => readChained(paged, little, tableOf(many), list, linkBudget())).warnings,
      /^16: 4294967295 bound names are stated; 4 fit/,
    );
  });

  it("tells what an export stands for in another library", () => {
    // The root, then "_a": re-exported from library 2 as "_b"; "_c" at 0x10.
    const trie = Buffer.from([
      0, 2, 0x5f, 0x61, 0, 11, 0x5f, 0x63, 0, 19, 0, 5, 8, 2, 0x5f, 0x62, 0, 0, 0, 2, 0, 0x10, 0,
    ]);
    const { found } = alone(trie, (paged, warnings) =>
      readExportTrie(paged, tableOf(trie), 0x1000n, warnings, linkBudget()),
    );
    assert.deepEqual(
      found.map(({ name, value, library: from, standsFor }) => [name, value, from, standsFor]),
      [
        ["_a", 0n, 2, "_b"],
        ["_c", 0x1010n, 0, undefined],
      ],
    );
  });

  it("ends where a trie leads back to itself or out of its table, and says where", () => {
    const loop = Buffer.from([0, 2, 0x61, 0, 0, 0x62, 0, 0x7f]);
    const { found, warnings } = alone(loop, (paged, list) =>
      readExportTrie(paged, tableOf(loop), 0n, list, linkBudget()),
    );
    assert.deepEqual(found, []);
    assert.match(warnings, /^2: The trie of exports leads to 0x0, where it was before/m);
    assert.match(warnings, /^5: The trie of exports leads to 0x7F/m);
  });

  it("stops at opcodes that are not known, and at the end of a table that has none", () => {
    const strange = Buffer.from([0x11, 0x40, 0x61, 0, 0x90, 0xf0, 0x90]);
    const { found, warnings } = alone(strange, (paged, list) =>
      readBound(paged, [tableOf(strange)], list, linkBudget()),
    );
    assert.deepEqual(found.map(imports), ["a 1"]);
    assert.match(warnings, /^5: The binding opcode 0xF0 is not known/);
    for (const byte of [0x20, 0x40, 0x60, 0xa0, 0xc0, 0xff, 0x90]) {
      const bytes = Buffer.alloc(5000, byte);
      assert.ok(
        alone(bytes, (paged, list) => readBound(paged, [tableOf(bytes)], list, linkBudget())).found.length < 5000,
      );
      assert.ok(
        alone(bytes, (paged, list) => readExportTrie(paged, tableOf(bytes), 0n, list, linkBudget())).found.length <
          5000,
      );
    }
  });

  it("reads no number beyond its ten bytes, however many nodes lead to it", () => {
    // The root has thirty children with thirty each, which all stand in a run that continues one number without end.
    const node = (children: number, target: (index: number) => number): Buffer => {
      const edges = Array.from({ length: children }, (_, index) => [0x61, 0, ...placeBytes(target(index))]);
      return Buffer.from([0, children, ...edges.flat()]);
    };
    const nodeBytes = 2 + 30 * 5;
    const run = 31 * nodeBytes;
    const nodes = Array.from({ length: 31 }, (_, at) =>
      node(30, (index) => (at === 0 ? (index + 1) * nodeBytes : run + (at - 1) * 30 + index)),
    );
    const bytes = Buffer.concat([...nodes, Buffer.alloc(512 * 1024, 0x80)]);
    const budget = linkBudget();
    const all = budget.steps;
    const { found } = alone(bytes, (paged, list) => readExportTrie(paged, tableOf(bytes), 0n, list, budget));
    assert.ok(found.length >= 900);
    assert.ok(all - budget.steps < found.length * 64);
  });

  it("has one budget for all tables of a file", () => {
    const trie = Buffer.from([0, 1, 0x61, 0, 5, 2, 0, 0x10, 0]);
    const spent = { ...linkBudget(), steps: 0 };
    const { found, warnings } = alone(trie, (paged, list) => readExportTrie(paged, tableOf(trie), 0n, list, spent));
    assert.deepEqual(found, []);
    assert.match(warnings, /the rest is left out/);
  });
});
