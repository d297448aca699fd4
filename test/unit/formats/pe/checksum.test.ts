// The checksum against the plain loop over 16-bit words, and over holes.
import assert from "node:assert/strict";
import { checksumBytes, imageChecksum, type SparseSource } from "../../../../extension/src/formats/pe/checksum";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";

function naive(bytes: Uint8Array, field: number): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    const byte = (place: number): number => (place >= field && place < field + 4 ? 0 : (bytes[place] ?? 0));
    sum += byte(at) + byte(at + 1) * 256;
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  return sum + bytes.length;
}

describe("the checksum of a PE file", () => {
  it("equals the loop over words, at every length and place of the field", async () => {
    let state = 7;
    const random = (limit: number): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % limit;
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from({ length: random(900) + 8 }, () => (random(4) === 0 ? 255 : random(256)));
      const field = random(bytes.length);
      assert.equal(await imageChecksum(new MemoryByteSource(bytes), field), naive(bytes, field), `round ${round}`);
    }
  });

  it("skips holes", async () => {
    const bytes = new Uint8Array(300_001);
    bytes.set([1, 2, 3, 4, 5], 200_001);
    bytes[300_000] = 9;
    const source: SparseSource = new MemoryByteSource(bytes);
    const stored = [
      { start: 200_001, end: 200_007 },
      { start: 299_999, end: 300_001 },
    ];
    source.extents = (start, end) =>
      stored
        .filter((range) => range.end > start && range.start < end)
        .map((range) => ({ ...range, start: Math.max(start, range.start) }))
        .slice(0, 1);
    assert.equal(await imageChecksum(source, 64), naive(bytes, 64));
    assert.ok((source as MemoryByteSource).log.every(({ start, end }) => end - start < 100));
  });

  it("is of no use when the file is changed before the last read has arrived", async () => {
    for (const size of [100, 5 * 1024 * 1024]) {
      const source = new MemoryByteSource(new Uint8Array(size));
      const read = source.read.bind(source);
      source.read = async (offset, length) => {
        const window = await read(offset, length);
        if (offset + length >= size) source.replace(new Uint8Array(size).fill(1));
        return window;
      };
      await assert.rejects(imageChecksum(source, 64), { code: "changed" });
    }
  });

  it("ends when it is cancelled", async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(imageChecksum(new MemoryByteSource(new Uint8Array(100)), 64, { signal }), /cancelled/);
  });

  it("is written little-endian", () => {
    assert.deepEqual([...checksumBytes(0x0102_0304)], [4, 3, 2, 1]);
  });
});
