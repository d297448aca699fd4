// IPS and IPS32: by hand against the description, there and back at random, around the offset that spells the end, and broken files.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { applyIps, IPS, IPS32, writeIps } from "../../../../extension/src/formats/patches/ips";
import { temporaryFolder } from "../../engine/files";
import { applied, differencesOf, editedFile, MemorySink, openOn, sourceOf } from "./support";

const TRAP = 0x454f46;

describe("IPS", () => {
  const folder = temporaryFolder();
  const apply = (content: Uint8Array, patch: Uint8Array) => applied(folder.file("target"), content, patch, applyIps);
  const write = async (form: typeof IPS, before: Uint8Array, after: Uint8Array): Promise<Buffer> => {
    const sink = new MemorySink();
    const differences = await differencesOf(folder.file("pair"), before, after);
    await writeIps(form, sourceOf(before), sourceOf(after), differences, sink);
    return sink.bytes;
  };
  const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ""), "hex");

  it("puts bytes and runs where a hand-made patch says, also behind the end", async () => {
    const patch = hex("5041544348 000001 0002 4142 000003 0000 0003 2e 00000a 0001 5a 454f46");
    assert.equal((await apply(Buffer.from("01234567"), patch)).toString("latin1"), "0AB...67\0\0Z");
  });

  it("cuts the file to the length behind the end mark", async () => {
    assert.equal((await apply(Buffer.from("01234567"), hex("5041544348 454f46 000003"))).toString(), "012");
    assert.equal((await apply(Buffer.from("01234567"), hex("4950533332 45454f46 00000003"))).toString(), "012");
  });

  it("takes a record at the offset that spells the end mark for a record", async () => {
    const after = await apply(new Uint8Array(TRAP + 4), hex("5041544348 454f46 0001 aa 454f46"));
    assert.equal(after[TRAP], 0xaa);
  });

  it("writes no record that begins at that offset", async () => {
    const before = new Uint8Array(TRAP + 100);
    for (const changed of [Uint8Array.of(7), new Uint8Array(50).fill(9), Uint8Array.of(1, 2, 3, 4)]) {
      const after = before.slice();
      after.set(changed, TRAP);
      const patch = await write(IPS, before, after);
      assert.equal(patch.subarray(5, 8).toString("hex"), "454f45");
      assert.deepEqual(await apply(before, patch), Buffer.from(after));
    }
  });

  for (const form of [IPS, IPS32]) {
    it(`carries every edit across in ${form.name}`, async () => {
      await fc.assert(
        fc.asyncProperty(editedFile, async ({ before, after }) => {
          assert.deepEqual(await apply(before, await write(form, before, after)), after);
        }),
        { numRuns: 60 },
      );
    });
  }

  it("spells long differences in several records, and runs in few bytes", async () => {
    const before = new Uint8Array(200_000);
    const noise = Buffer.from(before.map((_, i) => 1 + (i % 251)));
    assert.deepEqual(await apply(before, await write(IPS, before, noise)), noise);
    const patch = await write(IPS, before, new Uint8Array(200_000).fill(9));
    assert.ok(patch.length < 60, `${patch.length} bytes`);
  });

  it("says that a change lies beyond its 16 MiB, and what to take instead", async () => {
    const before = new Uint8Array(2 ** 24 + 8);
    const after = before.slice();
    after[2 ** 24 + 1] = 1;
    await assert.rejects(write(IPS, before, after), { code: "too-large", message: /IPS32, BPS/ });
    assert.deepEqual(await apply(before, await write(IPS32, before, after)), Buffer.from(after));
  });

  for (const [what, patch, offset] of [
    ["another file", "000102030405060708", 0],
    ["nothing", "", 0],
    ["no end mark", "5041544348", 5],
    ["a cut offset", "5041544348 0000", 5],
    ["a cut record", "5041544348 000000 0005 4142", 10],
    ["a cut run", "5041544348 000000 0000 0005", 12],
    ["a run of no bytes", "5041544348 000000 0000 0000 41 454f46", 10],
  ] as const) {
    it(`names the place in a patch with ${what}`, async () => {
      await assert.rejects(apply(Buffer.from("0123"), hex(patch)), { code: "corrupt", offset });
    });
  }

  it("ends on any bytes whatever", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), fc.constantFrom("PATCH", "IPS32"), async (bytes, magic) => {
        const document = openOn(folder.file("hostile"), Buffer.from("0123"));
        const outcome = await applyIps(sourceOf(Buffer.concat([Buffer.from(magic), bytes])), document).catch(
          (error: unknown) => error,
        );
        document.close(true);
        assert.ok(outcome === undefined || (outcome as { code?: string }).code === "corrupt", String(outcome));
      }),
      { numRuns: 100 },
    );
  });

  it("ends when it is cancelled", async () => {
    const document = openOn(folder.file("cancelled"), Buffer.from("0123"));
    const patch = sourceOf(hex("5041544348 000001 0002 4142 454f46"));
    await assert.rejects(applyIps(patch, document, { signal: AbortSignal.abort() }), { code: "cancelled" });
    document.close(true);
  });
});
