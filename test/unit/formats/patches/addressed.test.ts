// Intel HEX and S-records: records of the formats' descriptions, there and back at random, gaps, and every kind of broken line.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import {
  isAddressed,
  layOut,
  putAddressed,
  readAddressed,
  spanOf,
} from "../../../../extension/src/formats/patches/addressed";
import { writeIntelHex } from "../../../../extension/src/formats/patches/intelHex";
import { writeSRecords } from "../../../../extension/src/formats/patches/sRecord";
import { temporaryFolder } from "../../engine/files";
import { contentOf, MemorySink, openOn, sourceOf } from "./support";

const END = ":00000001FF\n";

describe("bytes at addresses", () => {
  const folder = temporaryFolder();

  async function parts(text: string): Promise<[number, string][]> {
    const found: [number, string][] = [];
    for await (const { address, bytes } of readAddressed(sourceOf(text))) {
      found.push([address, Buffer.from(bytes).toString("hex")]);
    }
    return found;
  }

  async function plain(text: string, gap = 0xff): Promise<Buffer> {
    const source = sourceOf(text);
    const document = openOn(folder.file("plain"), new Uint8Array(0));
    try {
      await layOut(source, await spanOf(source), gap, document);
      return await contentOf(document);
    } finally {
      document.close(true);
    }
  }

  it("reads Intel HEX with segments (02), upper addresses (04) and start addresses (03, 05)", async () => {
    const text =
      ":020000021200EA\n:0401000001020304F1\r\n:020000040001F9\n:01FFFF00AA57\n\n:0400000300003800C1\n:04000005000000CD2A\n";
    assert.deepEqual(await parts(text + END), [
      [0x12100, "01020304"],
      [0x1ffff, "aa"],
    ]);
  });

  it("wraps inside a segment, as the description says", async () => {
    const text = `:020000021000EC\n:02FFFF00ABCD88\n${END}`;
    assert.deepEqual(await parts(text), [
      [0x1ffff, "ab"],
      [0x10000, "cd"],
    ]);
  });

  it("reads S-records with addresses of 2, 3 and 4 bytes, lower-case too", async () => {
    const text =
      "S00600004844521B\nS1137AF00A0A0D0000000000000000000000000061\nS206FFFFFE0102FA\ns3070000001020aa1e\nS5030003F9\nS9030000FC\n";
    assert.deepEqual(await parts(text), [
      [0x7af0, "0a0a0d00000000000000000000000000"],
      [0xfffffe, "0102"],
      [0x10, "20aa"],
    ]);
  });

  it("fills gaps, whatever the order of records", async () => {
    const text = `:0100120041AC\n:0100100042AD\n${END}`;
    assert.equal((await plain(text)).toString("hex"), "42ff41");
    assert.equal((await plain(text, 0)).toString("hex"), "420041");
  });

  const place = fc.tuple(
    fc.uint8Array({ minLength: 1, maxLength: 200 }),
    fc.oneof(
      fc.nat(0x200),
      fc.integer({ min: 0xff80, max: 0x10010 }),
      fc.integer({ min: 0xffff40, max: 0xffffffff - 200 }),
    ),
  );
  it("come back from Intel HEX as they went in", async () => {
    await fc.assert(
      fc.asyncProperty(place, async ([bytes, address]) => {
        const sink = new MemorySink();
        await writeIntelHex(sourceOf(bytes), { start: 0, end: bytes.length }, address, sink);
        const text = sink.bytes.toString("latin1");
        assert.equal((await spanOf(sourceOf(text))).low, address);
        assert.deepEqual(await plain(text), Buffer.from(bytes));
      }),
      { numRuns: 60 },
    );
  });

  it("come back from S-records as they went in", async () => {
    await fc.assert(
      fc.asyncProperty(place, async ([bytes, address]) => {
        const sink = new MemorySink();
        await writeSRecords(sourceOf(bytes), { start: 0, end: bytes.length }, address, "name", sink);
        const text = sink.bytes.toString("latin1");
        assert.equal((await spanOf(sourceOf(text))).low, address);
        assert.deepEqual(await plain(text), Buffer.from(bytes));
      }),
      { numRuns: 60 },
    );
  });

  it("does not go past 32 bits", async () => {
    const range = { start: 0, end: 2 };
    const sink = new MemorySink();
    await assert.rejects(writeIntelHex(sourceOf("ab"), range, 2 ** 32 - 1, sink), { code: "too-large" });
    await assert.rejects(writeSRecords(sourceOf("ab"), range, 2 ** 32 - 1, "", sink), { code: "too-large" });
  });

  for (const [what, text, message] of [
    ["neither format", "hello\n", /^Line 1: neither/],
    ["an empty file", "", /^Line 1: neither/],
    ["a wrong checksum", `:0100100042AD\n:0100100042AE\n${END}`, /^Line 2: the checksum/],
    ["a wrong length", ":0200100042AD\n", /^Line 1: says 2 bytes of data, and has 1/],
    ["digits missing", ":01001000\n", /^Line 1: not/],
    ["an unknown type", ":00000006FA\n", /^Line 1: there is no record type 6/],
    ["a type's wrong length", ":0100000400FB\n", /^Line 1: type 4 has 2 bytes/],
    ["no end record", ":0100100042AD\n", /^Line 2: the end record/],
    ["records behind the end", `${END}:0100100042AD\n`, /^Line 2: a record behind/],
    ["no data", END, /no data/],
    ["a line without end", `:${"0".repeat(5000)}`, /^Line 1: longer than/],
    ["an S-record's wrong checksum", "S1041000AA42\n", /^Line 1: the checksum/],
    ["an S-record's wrong count", "S1051000AA41\n", /^Line 1: says 5/],
    ["a reserved S-record", "S4041000AA41\n", /^Line 1: there is no record type S4/],
    [
      "a wrong number of S-records",
      "S1041000AA41\nS5030002FA\nS9030000FC\n",
      /^Line 2: says 2 data records, there are 1/,
    ],
    ["S-records without end", "S1041000AA41\n", /^Line 2: the end record/],
  ] as const) {
    it(`names the line in a file with ${what}`, async () => {
      await assert.rejects(spanOf(sourceOf(text)), { message });
    });
  }

  it("puts records over a file that is there, and on behind its end, but leaves no gap", async () => {
    const records = new MemorySink();
    await writeIntelHex(sourceOf("wxyz"), { start: 0, end: 4 }, 0x8006, records);
    assert.equal(await isAddressed(sourceOf(records.bytes)), true);
    assert.equal(await isAddressed(sourceOf("PATCH")), false);
    const put = async (base: number): Promise<string> => {
      const document = openOn(folder.file("there"), Buffer.from("01234567"));
      try {
        await putAddressed(sourceOf(records.bytes), base, document);
        return (await contentOf(document)).toString();
      } finally {
        document.close(true);
      }
    };
    assert.equal(await put(0x8004), "01wxyz67");
    assert.equal(await put(0x8000), "012345wxyz");
    assert.equal(await put(0x7ffe), "01234567wxyz");
    await assert.rejects(put(0x7ffd), { code: "out-of-range", offset: 0x8006 });
    await assert.rejects(put(0x8007), { code: "out-of-range" });
  });
});
