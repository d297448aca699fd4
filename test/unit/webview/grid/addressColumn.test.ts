// Addresses in front of rows: those of the loader, dots where nothing is loaded.
import assert from "node:assert/strict";
import { AddressColumn } from "../../../../webview/src/grid/addressColumn";

describe("the address column", () => {
  const spans = [
    { rva: 0, length: 0x1000, offset: 0, fileLength: 0x400, name: "headers" },
    { rva: 0x1000, length: 0x1000, offset: 0x400, fileLength: 0x600, name: ".text" },
  ];

  it("shows RVAs in eight digits", () => {
    const column = new AddressColumn("rva", { base: "0x140000000", spans });
    assert.equal(column.digits, 8);
    assert.deepEqual(column.groups(0x410), ["0000", "1010"]);
    assert.deepEqual(column.groups(0xa00), ["····", "····"]);
  });

  it("shows VAs in as many digits as the image needs", () => {
    const column = new AddressColumn("va", { base: "0x140000000", spans });
    assert.equal(column.digits, 12);
    assert.deepEqual(column.groups(0x410), ["0001", "4000", "1010"]);
    assert.equal(new AddressColumn("va", { base: "0xFFFFFFFFFFFFF000", spans }).digits, 20);
  });
});
