// Tables as long as a sparse file says: what reads them ends in time, and says where.
import assert from "node:assert/strict";
import type { ByteSource, ByteWindow } from "../../../../extension/src/engine/byteSource";
import { readSymbols } from "../../../../extension/src/formats/elf/symbols";
import { linkBudget } from "../../../../extension/src/formats/macho/linkEdit";
import type { MachHeader } from "../../../../extension/src/formats/macho/model";
import { readMachSymbols } from "../../../../extension/src/formats/macho/symbols";
import { PagedBytes } from "../../../../extension/src/formats/program/pagedBytes";
import { Warnings } from "../../../../extension/src/formats/program/warnings";

const SIZE = 2 ** 43;
/** A file that is one hole. */
const hole: ByteSource = {
  size: SIZE,
  version: 1,
  read: (offset, length) => Promise.resolve(hole.readSync(offset, length)),
  readSync: (_, length): ByteWindow => ({ bytes: new ArrayBuffer(length), version: 1, unsaved: [], unreadable: [] }),
};
const little = { little: true, is64: true };

describe("symbols in a hole of eight tebibytes", function () {
  this.timeout(60_000);

  it("are left out behind a bound in ELF", () => {
    const warnings = new Warnings(SIZE);
    const table = { name: ".dynsym", fileRange: { start: 0, end: SIZE }, entryBytes: 24n, headerOffset: 0 };
    const found = readSymbols(new PagedBytes(hole), little, table, table, () => undefined, warnings);
    assert.deepEqual(found, []);
    assert.match(warnings.list[0]?.message ?? "", /the rest is left out/);
  });

  it("are left out behind a bound in Mach-O, one for all programs of a file", () => {
    const warnings = new Warnings(SIZE);
    const header: MachHeader = {
      ...little,
      start: 0,
      end: SIZE,
      cpu: "",
      type: 0,
      commandCount: 0,
      commandBytes: 0,
      flags: 0,
      headerBytes: 32,
    };
    const budget = linkBudget();
    for (let program = 0; program < 44; program++) {
      const table = { offset: program, count: 0xffff_ffff, strings: 0, stringBytes: 0xffff_ffff };
      assert.deepEqual(readMachSymbols(new PagedBytes(hole), header, table, warnings, budget), []);
    }
    assert.equal(warnings.list.length, 44);
    assert.match(warnings.list[0]?.message ?? "", /the rest is left out/);
  });
});
