// Damaged PE files: bytes of headers and tables changed, files cut short, by a seeded generator. Whatever comes of it, nothing is
// thrown, it takes bounded time, and what is said stays inside the file. TERAHEX_FUZZ_ROUNDS and TERAHEX_FUZZ_SEED ask for more.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { PeFile } from "../../../../extension/src/formats/pe/peFile";
import { resourceLines } from "../../../../extension/src/formats/pe/resourceText";
import type { ResourceNode } from "../../../../extension/src/formats/pe/resources";

const rounds = Number(process.env["TERAHEX_FUZZ_ROUNDS"] ?? 2000);
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
    else view.setUint32(place - (place % 4), words[random(words.length)] ?? 0, true);
  }
  return copy;
}

function walk(pe: PeFile, nodes: readonly ResourceNode[]): void {
  for (const { data, children } of nodes.slice(0, 100)) {
    if (data !== undefined) for (const type of [6, 14, 16, 24]) resourceLines(pe.memory, type, 1, data);
    walk(pe, children);
  }
}

describe("damaged PE files", () => {
  for (const name of ["pe32", "pe64"]) {
    it(`${name}: ends in time, throws nothing, stays inside the file`, function () {
      this.timeout(rounds * 200 + 20_000);
      const whole = fs.readFileSync(path.join(__dirname, `../../../fixtures/templates/${name}.bin`));
      for (let round = 0; round < rounds; round += 1) {
        const bytes = damaged(whole, generator(seed * 1_000_003 + round));
        const what = `seed ${seed}, round ${round}`;
        const before = process.cpuUsage();
        const result = PeFile.read(new MemoryByteSource(bytes));
        if (result.ok) {
          const { pe } = result;
          pe.readAll();
          walk(pe, pe.resources);
          const { regions } = pe.layout;
          assert.equal(regions.at(-1)?.end ?? 0, bytes.length, what);
          regions.forEach((region, index) => assert.equal(region.start, regions[index - 1]?.end ?? 0, what));
          for (const { offset } of pe.warnings) assert.ok(offset >= 0 && offset <= bytes.length, `${what}: ${offset}`);
        }
        const { user, system } = process.cpuUsage(before);
        assert.ok((user + system) / 1000 < cpuMs, `${what}: ${(user + system) / 1000} ms`);
      }
    });
  }
});
