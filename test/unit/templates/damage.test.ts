// Damaged files: each fixture with bytes of its head and tail changed, or cut short, by a seeded generator. Whatever comes of
// it, a template yields a tree with faults in it, in bounded time; nothing is thrown out of the interpreter.
// TERAHEX_DAMAGE_ROUNDS and TERAHEX_DAMAGE_SEED ask for more, and for other damage.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { faultsOf, fixtureBytes, fixtureFolder, readThrough } from "./support";

const rounds = Number(process.env["TERAHEX_DAMAGE_ROUNDS"] ?? 4);
const seed = Number(process.env["TERAHEX_DAMAGE_SEED"] ?? 1);
/** What one reading may take of the processor, which a busy machine does not change; a healthy one takes some milliseconds. */
const cpuMs = 5000;
const limits = { maxItems: 8, maxNodes: 1500, maxBytes: 64 };

/** Numbers from 0 to below `limit`. @see Numerical Recipes, 7.1.4, a linear congruential generator */
function generator(start: number): (limit: number) => number {
  let state = start >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Words that hurt: nothing, everything, signs, small and huge lengths. */
const words = [0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

function damaged(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  const copy = Uint8Array.from(random(8) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes);
  if (copy.length === 0) return copy;
  const view = new DataView(copy.buffer);
  for (let change = random(6) + 1; change > 0; change -= 1) {
    const reach = Math.min(copy.length, random(3) === 0 ? 40_000 : 600);
    const place = random(4) === 0 ? copy.length - 1 - random(Math.min(copy.length, 64)) : random(reach);
    if (random(2) === 0 || place + 4 > copy.length) copy[place] = random(256);
    else view.setUint32(place, words[random(words.length)] ?? 0, random(2) === 0);
  }
  return copy;
}

describe("templates that ship, on damaged files", () => {
  for (const file of fs.readdirSync(fixtureFolder).filter((name) => /\.bin(\.br)?$/.test(name))) {
    const name = file.replace(/\.bin.*/, "");
    const expectation = path.join(fixtureFolder, `${name}.expect.yml`);
    if (!fs.existsSync(expectation)) continue;
    const { template } = parse(fs.readFileSync(expectation, "utf8")) as { template: string };

    it(`${name}: ends in time with a tree`, function () {
      this.timeout(60_000 * rounds);
      const whole = fixtureBytes(file);
      // What a template reads of an image stands within its first megabyte.
      const bytes = whole.subarray(0, 1 << 20);
      for (let round = 0; round < rounds; round += 1) {
        const session = readThrough(template, damaged(bytes, generator(seed * 1_000_003 + round)));
        const before = process.cpuUsage();
        faultsOf(session, limits);
        const { user, system } = process.cpuUsage(before);
        assert.ok((user + system) / 1000 < cpuMs, `seed ${seed}, round ${round}: ${(user + system) / 1000} ms`);
      }
    });
  }
});
