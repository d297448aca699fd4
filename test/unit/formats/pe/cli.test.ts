// `terahex pe` as a process.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { bundleCli, runCli } from "../../cli/cliProcess";
import { temporaryFolder } from "../../engine/files";
import { makeImage, plainPlan } from "./peImage";

describe("terahex pe", function () {
  this.timeout(20_000);
  const folder = temporaryFolder();
  const fixture = path.join(__dirname, "../../../fixtures/templates/pe64.bin");
  before(bundleCli);

  interface Answer {
    readonly machine: number;
    readonly magic: number;
    readonly sections: readonly {
      readonly name: string;
      readonly flags: readonly string[];
      readonly entropy: number | null;
    }[];
    readonly exports: { readonly name: string; readonly functions: readonly unknown[] } | null;
    readonly imports: readonly { readonly dll: string; readonly functions: readonly unknown[] }[];
    readonly directories: readonly { readonly name: string; readonly rva: number; readonly size: number }[];
    readonly checksum: { readonly stated: number; readonly computed: number };
    readonly warnings: readonly { readonly offset: number; readonly message: string }[];
  }

  it("prints one JSON document of the agreed shape", async () => {
    const { status, stdout, stderr } = await runCli(["pe", fixture, "--json"], folder.file("state"));
    assert.equal(status, 0, stderr);
    const answer = JSON.parse(stdout.toString()) as Answer;
    assert.deepEqual([answer.machine, answer.magic], [0x8664, 0x20b]);
    assert.equal(answer.directories.length, 16);
    assert.deepEqual(answer.directories[0], { name: "Export Table", rva: 8521, size: 143 });
    assert.deepEqual(answer.imports[1], { dll: "other.dll", functions: [{ ordinal: 7 }, { name: "Named", hint: 0 }] });
    assert.deepEqual(answer.exports?.functions[1], {
      name: "again",
      ordinal: 10,
      rva: 8642,
      forwarder: "KERNEL32.GetTickCount",
    });
    assert.deepEqual(answer.sections[0]?.flags, ["IMAGE_SCN_CNT_CODE", "IMAGE_SCN_MEM_EXECUTE", "IMAGE_SCN_MEM_READ"]);
    assert.ok((answer.sections[0].entropy ?? -1) > 0);
    assert.deepEqual(answer.warnings, []);
    assert.equal(answer.checksum.stated, 0);
  });

  it("prints text in which names cannot steer the terminal", async () => {
    const image = makeImage({
      ...plainPlan,
      sections: plainPlan.sections.map((section) => ({ ...section, name: "\u001b[2J" })),
    });
    const file = folder.file("steering.exe");
    fs.writeFileSync(file, image);
    const { status, stdout } = await runCli(["pe", file], folder.file("state"));
    assert.equal(status, 0);
    assert.ok(!stdout.includes(0x1b));
    assert.match(stdout.toString(), /machine +x64 \(0x8664\)/);
  });

  it("says in one line, with the offset, why a file is no PE", async () => {
    const file = folder.file("no.exe");
    fs.writeFileSync(file, "MZ and no more");
    const { status, stdout, stderr } = await runCli(["pe", file, "--json"], folder.file("state"));
    assert.equal(status, 2);
    assert.match(stderr, /^terahex: [^\n]*no PE file[^\n]*\n$/);
    const { error } = JSON.parse(stdout.toString()) as { error: { code: string; offset: number } };
    assert.deepEqual([error.code, error.offset], ["invalid-argument", 60]);
  });
});
