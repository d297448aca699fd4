// Damaged programs of each format: bytes of headers and tables changed, files cut short, by a seeded generator. Whatever comes of it, nothing is
// thrown, it takes bounded time, and what is said stays inside the file. TERAHEX_FUZZ_ROUNDS and TERAHEX_FUZZ_SEED ask for more.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { EngineError } from "../../../../extension/src/engine/engineError";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { readProgram } from "../../../../extension/src/host/sections/readProgram";

const rounds = Number(process.env["TERAHEX_FUZZ_ROUNDS"] ?? 500);
const seed = Number(process.env["TERAHEX_FUZZ_SEED"] ?? 1);
const cpuMs = 3000;

/** Numbers from 0 to below `limit`. @see Numerical Recipes, 7.1.4, a linear congruential generator */
function generator(start: number): (limit: number) => number {
  let state = start >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const words = [
  0, 1, 4, 0x10, 0x7f, 0xff, 0x1000, 0x2000, 0x7fff_ffff, 0x8000_0000, 0x8000_0010, 0xffff_fff0, 0xffff_ffff,
];

function damaged(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  const copy = Uint8Array.from(random(8) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes);
  const view = new DataView(copy.buffer);
  for (let change = random(8) + 1; change > 0 && copy.length > 8; change -= 1) {
    // The headers get half of it.
    const place = random(Math.min(copy.length - 8, random(2) === 0 ? 0x400 : copy.length));
    if (random(3) === 0) copy[place] = random(256);
    else view.setUint32(place - (place % 4), words[random(words.length)] ?? 0, random(2) === 0);
  }
  return copy;
}

/** Everything that the view of sections may ask for. */
function check(bytes: Uint8Array, what: string): void {
  const result = readProgram(new MemoryByteSource(bytes));
  if (!result.ok) return;
  const { program } = result;
  const { regions, warnings, lists, sections } = program.image([{ start: 0, end: 4 }]);
  assert.equal(regions.at(-1)?.end ?? 0, bytes.length, what);
  regions.forEach((region, index) => assert.equal(region.start, regions[index - 1]?.end ?? 0, what));
  for (const { offset } of warnings) assert.ok(offset >= 0 && offset <= bytes.length, `${what}: ${offset}`);
  for (const { start, end } of sections) assert.ok(start <= end && end <= bytes.length, what);
  for (const { list } of lists) {
    for (const { start = 0, picture } of program.rows(list, 0, 500).rows) {
      assert.ok(start >= 0 && start <= bytes.length, `${what}: ${list}, ${start}`);
      if (picture !== undefined) draw(() => program.picture(picture));
    }
  }
  const { spans } = program.shown;
  for (const { rva, offset, length, fileLength } of spans) {
    assert.ok(rva >= 0 && offset >= 0 && length >= 0 && fileLength >= 0 && fileLength <= length, what);
    assert.ok(Number.isSafeInteger(rva + length), what);
    if (fileLength > 0) assert.ok(offset + fileLength <= bytes.length, what);
  }
}

/** A size out of all reason is refused in words. */
function draw(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== "too-large") throw error;
  }
}

const samples = [
  "pe32.bin",
  "pe64.bin",
  "elf_library.bin",
  "elf_be32.bin",
  "mach_o_object.bin",
  "mach_o_universal.bin.br",
  "../pe/resources.bin.br",
  "../elf/versions.bin.br",
  "../macho/linked.bin.br",
];

describe("damaged programs", () => {
  for (const name of samples) {
    it(`${name}: ends in time, throws nothing, stays inside the file`, function () {
      this.timeout(rounds * 200 + 20_000);
      const file = fs.readFileSync(path.join(__dirname, "../../../fixtures/templates", name));
      const whole = name.endsWith(".br") ? brotliDecompressSync(file) : file;
      for (let round = 0; round < rounds; round += 1) {
        const bytes = damaged(whole, generator(seed * 1_000_003 + round));
        const what = `seed ${seed}, round ${round}`;
        const before = process.cpuUsage();
        check(bytes, what);
        const { user, system } = process.cpuUsage(before);
        assert.ok((user + system) / 1000 < cpuMs, `${what}: ${(user + system) / 1000} ms`);
      }
    });
  }
});
