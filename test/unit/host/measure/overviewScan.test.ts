// The overview against a count of every byte: samples first, all of it in the end, and again where bytes change.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ByteRange } from "../../../../shared/byteRange";
import type { OverviewCells } from "../../../../shared/measureProtocol";
import { Cell, CELL_BYTES, cellCount, cellStart, CellState } from "../../../../shared/overviewCells";
import type { ByteWindow, DocumentChange, DocumentChanges } from "../../../../extension/src/engine/byteSource";
import { ByteCounts, classOf, shareOf } from "../../../../extension/src/host/measure/byteCounts";
import { OverviewScan, type OverviewSource } from "../../../../extension/src/host/measure/overviewScan";
import { spreadPieces, Spans } from "../../../../extension/src/host/measure/spans";

/** A document of bytes, with holes (zeros in it) and unsaved ranges that the test sets. */
class FakeDocument implements OverviewSource {
  version = 1;
  readBytes = 0;
  private log: (DocumentChange & { readonly version: number })[] = [];
  stored: ByteRange[] | undefined;
  edits: ByteRange[] = [];
  bad: ByteRange[] = [];

  constructor(
    private byteAt: (offset: number) => number,
    public size: number,
  ) {}

  readSync(offset: number, length: number): ByteWindow {
    const end = Math.min(this.size, offset + length);
    const bytes = Uint8Array.from({ length: end - offset }, (_, at) => this.byteAt(offset + at));
    this.readBytes += bytes.length;
    const unreadable = new Spans(this.bad).within(offset, end);
    return { bytes: bytes.buffer, version: this.version, unsaved: [], unreadable };
  }
  read(offset: number, length: number): Promise<ByteWindow> {
    return Promise.resolve(this.readSync(offset, length));
  }
  extents(start: number, end: number, limit: number): ByteRange[] {
    return new Spans(this.stored ?? [{ start: 0, end: this.size }]).within(start, end).slice(0, limit);
  }
  unsaved(): ByteRange[] {
    return this.edits;
  }
  changesSince(version: number): DocumentChanges {
    return { version: this.version, all: false, changes: this.log.filter((change) => change.version > version) };
  }
  change(offset: number, oldLength: number, newLength: number, byteAt: (offset: number) => number): void {
    this.version += 1;
    this.byteAt = byteAt;
    this.size += newLength - oldLength;
    this.log.push({ offset, oldLength, newLength, version: this.version });
  }
  naive(index: number): { zeros: number; printable: number; high: number; entropy: number } {
    const counts = new Map<number, number>();
    const from = cellStart(index, this.size);
    const to = cellStart(index + 1, this.size);
    for (let at = from; at < to; at++) counts.set(this.byteAt(at), (counts.get(this.byteAt(at)) ?? 0) + 1);
    let entropy = 0;
    const shares = { zeros: 0, low: 0, printable: 0, high: 0 };
    for (const [byte, count] of counts) {
      entropy -= (count / (to - from)) * Math.log2(count / (to - from));
      shares[classOf(byte)] += count / (to - from);
    }
    return { ...shares, entropy };
  }
}

const limits = { samplingMs: 1000, mostCellBytes: 1 << 20, bytesPerSecond: 1e12 };

/** The strip as a page has it: news on top of the answer. */
async function shown(source: OverviewSource, some = limits) {
  let state: OverviewCells = { size: 0, from: 0, cells: new ArrayBuffer(0) };
  const news: OverviewCells[] = [];
  const scan = new OverviewScan(source, (told) => {
    news.push(told);
    const cells = new Uint8Array(cellCount(told.size) * CELL_BYTES);
    if (cells.length === state.cells.byteLength) cells.set(new Uint8Array(state.cells));
    cells.set(new Uint8Array(told.cells), told.from * CELL_BYTES);
    state = { size: told.size, from: 0, cells: cells.buffer };
  }, some); // prettier-ignore
  const first = await scan.start();
  state = first;
  const cell = (index: number) => new Uint8Array(state.cells, index * CELL_BYTES, CELL_BYTES);
  const settled = async (): Promise<void> => {
    for (const began = Date.now(); !scan.idle; await new Promise((next) => setTimeout(next, 5))) {
      assert.ok(Date.now() - began < 30_000, "the scan comes to rest");
    }
  };
  return { scan, first, news, cell, settled, size: () => state.size };
}

describe("the overview", function () {
  this.timeout(60_000);
  it("is the count of every byte in the end, for small documents of any size", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3000 }), fc.nat(255), async (size, factor) => {
        const document = new FakeDocument((offset) => (offset * factor) % 256, size);
        const strip = await shown(document);
        await strip.settled();
        strip.scan.end();
        assert.equal(strip.size(), size);
        for (let index = 0; index < cellCount(size); index += 37) {
          const cell = strip.cell(index);
          const naive = document.naive(index);
          assert.equal(cell[Cell.state], CellState.whole);
          assert.ok(Math.abs(cell[Cell.entropy]! / 255 - naive.entropy / 8) < 0.003);
          assert.ok(Math.abs(cell[Cell.high]! - shareOf(naive.high, 1)) <= 1);
          assert.ok(Math.abs(cell[Cell.printable]! - shareOf(naive.printable, 1)) <= 1);
        }
      }),
      { numRuns: 6 },
    );
  });

  it("samples 8 TiB with a bounded number of reads, then refines a bounded part of each cell", async () => {
    const document = new FakeDocument((offset) => (offset < 2 ** 42 ? 0x41 : 0), 2 ** 43);
    const strip = await shown(document, { ...limits, mostCellBytes: 64 * 1024 });
    const sampled = document.readBytes;
    strip.scan.end();
    assert.ok(sampled <= 512 * 1024 + 64 * 1024, `${sampled} bytes`);
    assert.equal(strip.cell(0)[Cell.printable], 255);
    assert.equal(strip.cell(255)[Cell.printable], 255);
    assert.equal(strip.cell(256)[Cell.zeros], 255);
    assert.equal(strip.cell(511)[Cell.state], CellState.sampled);
  });

  it("tells holes from stored zeros, and reads no hole", async () => {
    const document = new FakeDocument(() => 0, 512 * 1024);
    document.stored = [{ start: 0, end: 1024 }, { start: 1536, end: 2048 }]; // prettier-ignore
    const strip = await shown(document);
    await strip.settled();
    strip.scan.end();
    assert.deepEqual([strip.cell(0)[Cell.zeros], strip.cell(0)[Cell.holes]], [255, 0]);
    assert.deepEqual([strip.cell(1)[Cell.zeros], strip.cell(1)[Cell.holes]], [255, 128]);
    assert.deepEqual([strip.cell(2)[Cell.zeros], strip.cell(2)[Cell.holes]], [0, 255]);
    assert.equal(document.readBytes, 1536);
  });

  it("marks unsaved and unreadable bytes, however few", async () => {
    const document = new FakeDocument(() => 0x80, 512 * 4096);
    document.edits = [{ start: 4096 * 7 + 5, end: 4096 * 7 + 6 }];
    document.bad = [{ start: 4096 * 9 + 100, end: 4096 * 9 + 101 }];
    const strip = await shown(document);
    await strip.settled();
    assert.equal(strip.cell(7)[Cell.unsaved], 1);
    assert.equal(strip.cell(9)[Cell.unreadable], 1);
    document.edits = [];
    strip.scan.changed();
    await strip.settled();
    assert.equal(strip.cell(7)[Cell.unsaved], 0);
    strip.scan.end();
  });

  it("looks again at what changed, and at nothing else", async () => {
    const document = new FakeDocument(() => 0x41, 512 * 4096);
    const strip = await shown(document);
    await strip.settled();
    document.readBytes = 0;
    document.change(4096 * 100, 10, 10, (offset) => (Math.floor(offset / 4096) === 100 ? 0 : 0x41));
    strip.scan.changed();
    await strip.settled();
    assert.equal(document.readBytes, 4096);
    assert.equal(strip.cell(100)[Cell.zeros], 255);
    document.change(0, 0, 4096 * 512, () => 0x90);
    strip.scan.changed();
    await strip.settled();
    assert.equal(strip.size(), 1024 * 4096);
    assert.equal(strip.cell(511)[Cell.high], 255);
    strip.scan.end();
  });

  it("estimates the entropy of random bytes from samples within a tenth of a bit", () => {
    const counts = new ByteCounts();
    let seed = 1;
    counts.add(Uint8Array.from({ length: 1024 }, () => (seed = (seed * 48271) % 0x7fffffff) % 256));
    assert.ok(counts.entropy(false) > 7.9, `${counts.entropy(false)} with, ${counts.entropy(true)} without correction`);
  });
});

describe("pieces", () => {
  const ranges = fc.array(fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 500 })), { maxLength: 8 }).map((steps) => {
    let at = 0;
    return steps.map(([gap, length]) => {
      const start = at + gap + 1;
      at = start + length;
      return { start, end: at };
    });
  });

  it("lie within the ranges, ascending, at most as many bytes as asked", () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 }), (list, size, pieces) => {
        const found = spreadPieces(list, size * pieces, size);
        const inside = new Spans(list);
        let before = -1;
        let bytes = 0;
        for (const { start, end } of found) {
          assert.ok(start > before && end > start);
          assert.equal(inside.length(start, end), end - start);
          before = start;
          bytes += end - start;
        }
        const total = list.reduce((sum, { start, end }) => sum + end - start, 0);
        assert.ok(bytes <= Math.max(size * pieces, total <= size * pieces ? total : 0));
        if (total <= size * pieces) assert.equal(bytes, total);
        else assert.ok(found.length > 0);
      }),
    );
  });
});
