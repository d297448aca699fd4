// What the view of sections is given of a PE file, and the words that it makes of it.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { PeFile } from "../../../../extension/src/formats/pe/peFile";
import { describeImage, listRows, sectionAddresses } from "../../../../extension/src/host/sections/describePe";
import { allFlags, flagsText, placeText } from "../../../../webview/src/sections/texts";

describe("a PE file in the view of sections", () => {
  const bytes = fs.readFileSync(path.join(__dirname, "../../../fixtures/templates/pe64.bin"));
  const result = PeFile.read(new MemoryByteSource(Uint8Array.from(bytes)));
  assert.ok(result.ok);
  const { pe } = result;
  const image = describeImage(pe, { engine: null });

  it("has sections, regions over the whole file, and what the lists hold", () => {
    assert.equal(image.format, "PE32+ library for x64");
    assert.equal(image.base, "0x180000000");
    assert.deepEqual(
      image.sections.map(({ name }) => name),
      [".text", ".rdata", ".data", ".rsrc", ".reloc"],
    );
    assert.equal(image.regions.at(-1)?.end, bytes.length);
    assert.deepEqual(image.lists.map(({ list, count }) => [list, count]).slice(0, 4), [
      ["directories", 9],
      ["imports", 5],
      ["exports", 3],
      ["resources", 4],
    ]);
    assert.equal(image.signature, undefined);
  });

  it("leads from each row to its bytes", () => {
    for (const { list } of image.lists) {
      for (const { start, end } of listRows(pe, list)) {
        if (start === undefined || end === undefined) continue;
        assert.ok(start >= 0 && start < end && end <= bytes.length, `${list}: ${start} to ${end}`);
      }
    }
    const named = listRows(pe, "imports").find(({ text }) => text === "GetTickCount");
    const at = Number(bytes.readBigUInt64LE(named?.start ?? 0));
    assert.equal(bytes.toString("latin1", (sectionAddresses(pe).offsetOf(at) ?? 0) + 2).split("\0")[0], "GetTickCount");
  });

  it("says where a byte is in memory", () => {
    assert.equal(placeText(image, 0x610), "0x610 is .rdata+0x10, RVA 0x2010, VA 0x180002010");
    assert.equal(placeText(image, 0x10), "0x10 is headers+0x10, RVA 0x10, VA 0x180000010");
    assert.equal(placeText(image, 0x10_0000), "");
  });

  it("says flags in short and in full", () => {
    const [text] = image.sections;
    assert.ok(text);
    assert.equal(flagsText(text.flags), "r-x code");
    assert.equal(allFlags(text), "CNT_CODE, MEM_EXECUTE, MEM_READ");
  });
});
