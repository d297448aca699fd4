// The map between file and memory against a search through all spans.
import assert from "node:assert/strict";
import { AddressMap, type AddressSpan } from "../../../shared/addressMap";

describe("AddressMap", () => {
  it("finds what a search through all spans finds, also where spans overlap", () => {
    let state = 3;
    const random = (limit: number): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % limit;
    for (let round = 0; round < 300; round++) {
      const spans = Array.from({ length: random(6) }, (_, index): AddressSpan => {
        const length = random(20);
        return { rva: random(60), length, offset: random(60), fileLength: random(length + 1), name: String(index) };
      });
      const map = new AddressMap(spans);
      const inMemory = [...spans].sort((a, b) => a.rva - b.rva);
      const inFile = [...spans].sort((a, b) => a.offset - b.offset);
      for (let at = 0; at < 90; at++) {
        const span = inMemory.find(({ rva, length }) => at >= rva && at < rva + length);
        const offset = span === undefined || at - span.rva >= span.fileLength ? undefined : span.offset + at - span.rva;
        assert.equal(map.spanAt(at)?.name, span?.name, `round ${round}, address ${at}`);
        assert.equal(map.offsetOf(at), offset, `round ${round}, address ${at}`);
        const holder = inFile.find(({ offset: start, fileLength }) => at >= start && at < start + fileLength);
        const rva = holder === undefined ? undefined : holder.rva + at - holder.offset;
        assert.equal(map.rvaOf(at), rva, `round ${round}, offset ${at}`);
      }
    }
  });
});
