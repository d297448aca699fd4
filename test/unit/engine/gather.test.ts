// A grid of elements against one read for each of them.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { ElementGrid } from "../../../extension/src/engine/byteSource";
import { EngineDocument } from "../../../extension/src/engine/document";
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

  it("equals it in the addon too, with unsaved edits", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-gather-"));
    const file = path.join(folder, "file");
    fs.writeFileSync(file, content);
    fs.truncateSync(file, 100_000);
    const document = EngineDocument.open(file);
    try {
      document.overwrite(90_000, Uint8Array.of(1, 2, 3));
      document.insert(20, Uint8Array.of(9, 9, 9, 9));
      for (let seed = 1; seed <= 300; seed += 1) {
        const grid = randomGrid(seed, seed % 2 === 0 ? document.size : content.length);
        const { bytes, missing, version } = gather(document, grid);
        const naive = gatherNaively(document, grid);
        assert.deepEqual({ bytes: [...new Uint8Array(bytes)], missing }, naive, JSON.stringify(grid));
        assert.equal(version, document.version);
      }
    } finally {
      document.close(true);
      fs.rmSync(folder, { recursive: true });
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
