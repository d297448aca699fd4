// A grid of elements against one read for each of them.
import assert from "node:assert/strict";
import type { ElementGrid } from "../../../extension/src/engine/byteSource";
import { EngineError } from "../../../extension/src/engine/engineError";
import { gather } from "../../../extension/src/engine/gather";
import { MemoryByteSource } from "../../../extension/src/engine/memoryByteSource";
import { gatherNaively, randomGrid } from "./naiveGather";

const content = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251);

describe("gather", () => {
  it("equals reading each element by itself, holes in what can be read included", () => {
    const source = new MemoryByteSource(content);
    source.failAt({ start: 100, end: 130 }, { start: 4096, end: 4097 });
    for (let seed = 1; seed <= 300; seed += 1) {
      const grid = randomGrid(seed, content.length);
      const { bytes, missing } = gather(source, grid);
      const naive = gatherNaively(source, grid);
      assert.deepEqual({ bytes: [...new Uint8Array(bytes)], missing }, naive, JSON.stringify(grid));
    }
  });

  it("refuses grids that are no grids", () => {
    const source = new MemoryByteSource(content);
    const good: ElementGrid = { offset: 0, rows: 2, rowStride: 9, columns: 2, columnStride: 3, elementBytes: 1 };
    const bad: [Partial<ElementGrid>, string][] = [
      [{ offset: -1 }, "out-of-range"],
      [{ offset: 0.5 }, "invalid-argument"],
      [{ rows: NaN }, "invalid-argument"],
      [{ rowStride: -9 }, "out-of-range"],
      [{ columns: -2 }, "out-of-range"],
      [{ elementBytes: 0 }, "invalid-argument"],
      [{ rows: 2 ** 20, columns: 2 ** 20 }, "too-large"],
      [{ columnStride: 2 ** 53 - 1 }, "out-of-range"],
    ];
    for (const [change, code] of bad) {
      assert.throws(
        () => gather(source, { ...good, ...change }),
        (error: unknown) => error instanceof EngineError && error.code === code,
        JSON.stringify(change),
      );
    }
  });
});
