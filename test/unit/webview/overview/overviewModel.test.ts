// The strip's arithmetic against the cells themselves, for any height and size.
import assert from "node:assert/strict";
import fc from "fast-check";
import { Cell, CELL_BYTES, cellCount, CellState } from "../../../../shared/overviewCells";
import { CLASSES, describeCell, OverviewModel, sayCell } from "../../../../webview/src/overview/overviewModel";

function model(size: number, write: (cell: Uint8Array, index: number) => void): OverviewModel {
  const cells = new Uint8Array(cellCount(size) * CELL_BYTES);
  for (let index = 0; index < cellCount(size); index++) write(cells.subarray(index * CELL_BYTES), index);
  const made = new OverviewModel();
  made.take({ size, from: 0, cells: cells.buffer });
  return made;
}

/** Zeros in even cells, high bytes of full entropy in odd ones. */
const striped = (size: number): OverviewModel =>
  model(size, (cell, index) => {
    cell[Cell.state] = CellState.whole;
    cell[index % 2 === 0 ? Cell.zeros : Cell.high] = 255;
    cell[Cell.entropy] = index % 2 === 0 ? 0 : 255;
  });

describe("the strip of the whole file", () => {
  it("gives every place an offset inside, ascending, and finds it again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 50 }), fc.integer({ min: 10, max: 3000 }), (size, height) => {
        const strip = striped(size);
        let before = -1;
        for (let place = 0; place < height; place += 7) {
          const offset = strip.offsetAt(place, height);
          assert.ok(offset >= before && offset < size);
          assert.ok(Math.abs(strip.placeOf(offset, height) - place) <= Math.max(1, height / strip.count));
          before = offset;
        }
        assert.equal(strip.offsetAt(0, height), 0);
        assert.equal(strip.offsetAt(height, height), size - 1);
        assert.equal(strip.offsetAt(-5, height), 0);
      }),
    );
  });

  it("takes the cells of a line together: each cell is in some line, shares make a whole", () => {
    const strip = striped(2 ** 43);
    const low = Array.from({ length: 256 }, (_, top) => strip.line(top, top + 1, 256));
    for (const line of low) {
      assert.deepEqual(line.shares, { zeros: 0.5, low: 0, printable: 0, high: 0.5 });
      assert.equal(line.entropy, 4);
    }
    const tall = Array.from({ length: 2048 }, (_, top) => strip.line(top, top + 1, 2048));
    tall.forEach((line, top) => assert.equal(line.shares.zeros, Math.floor(top / 4) % 2 === 0 ? 1 : 0));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }), (height, parts) => {
        const odd = model(2 ** 40, (cell) => {
          cell[Cell.state] = CellState.sampled;
          CLASSES.forEach((name, at) => (cell[Cell[name]] = parts[at] ?? 0));
        });
        const sum = CLASSES.reduce((all, name) => all + odd.line(0, 1, height).shares[name], 0);
        assert.ok(parts.every((part) => part === 0) ? sum === 0 : Math.abs(sum - 1) < 1e-9);
      }),
    ); // prettier-ignore
  });

  it("loses no mark, however many cells share a line", () => {
    fc.assert(
      fc.property(fc.nat(511), fc.integer({ min: 1, max: 2000 }), (marked, height) => {
        const strip = model(2 ** 43, (cell, index) => {
          cell[Cell.state] = CellState.whole;
          cell[Cell.unsaved] = index === marked ? 1 : 0;
        });
        assert.ok(Array.from({ length: height }, (_, top) => strip.line(top, top + 1, height)).some((line) => line.unsaved));
      }),
    ); // prettier-ignore
  });

  it("takes news of some cells, and begins anew with another count of them", () => {
    const strip = striped(2 ** 43);
    const news = new Uint8Array(CELL_BYTES);
    news[Cell.holes] = 255;
    strip.take({ size: 2 ** 43, from: 7, cells: news.buffer });
    assert.equal(strip.cell(7).holes, 1);
    assert.equal(strip.cell(8).shares.zeros, 1);
    strip.take({ size: 3, from: 0, cells: new ArrayBuffer(3 * CELL_BYTES) });
    assert.equal(strip.count, 3);
    assert.equal(strip.cell(1).known, false);
    strip.take({ size: 0, from: 0, cells: new ArrayBuffer(0) });
    assert.equal(strip.offsetAt(5, 10), 0);
    assert.equal(sayCell(strip, 0), "The file is empty.");
  });

  it("says what a cell is", () => {
    const strip = model(2 ** 20, (cell, index) => {
      cell[Cell.state] = index === 0 ? CellState.sampled : CellState.unknown;
      cell[Cell.printable] = 250;
      cell[Cell.low] = 5;
      cell[Cell.entropy] = 128;
      cell[Cell.unsaved] = 1;
      cell[Cell.holes] = index === 2 ? 255 : 0;
    });
    assert.deepEqual(describeCell(strip, 0), {
      place: "0x0 – 0x7FF",
      length: describeCell(strip, 1).length,
      entropy: "4.02 bits of 8",
      shares: [
        { name: "low", percent: "2 %" },
        { name: "printable", percent: "98 %" },
      ],
      notes: ["unsaved changes", "from samples"],
    });
    assert.deepEqual(describeCell(strip, 1).notes, ["not looked at yet", "unsaved changes"]);
    assert.match(describeCell(strip, 2).notes.join(), /^a hole/);
    assert.equal(sayCell(strip, 0), "offset 0x0, entropy 4.02 bits of 8, 98 % printable ASCII, unsaved changes, from samples"); // prettier-ignore
  });
});
