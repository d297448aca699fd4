// `terahex struct` without a template, on the templates that ship.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { bundleCli, runCli } from "../../cli/cliProcess";

describe("terahex struct without --template", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "struct-recognised-"));
  const write = (name: string, content: Uint8Array | string): string => {
    fs.writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const run = (...args: string[]) => runCli(["struct", "--json", ...args], path.join(folder, "state"));
  before(bundleCli);
  after(() => fs.rmSync(folder, { recursive: true }));

  it("takes the one that the first bytes call for, with its imports", async () => {
    const png = write("picture", Buffer.from("89504e470d0a1a0a0000000049454e44ae426082", "hex"));
    const { stdout, stderr, status } = await run(png, "--path", "chunks[0].name");
    assert.deepEqual([stderr, status], ["", 0]);
    assert.equal((JSON.parse(stdout.toString()) as { value: string }).value, "IEND");
  });

  it("says so when none fits", async () => {
    const { stdout, stderr, status } = await run(write("plain", "just some words"));
    assert.equal(status, 2);
    assert.match(stderr, /plain: no built-in template fits; name one with --template/);
    assert.equal((JSON.parse(stdout.toString()) as { error: string }).error, "UsageError");
  });

  it("lets a template of one's own import what ships", async () => {
    const template = write(
      "own.ksy",
      "meta: {id: own, imports: [/png]}\nseq: [{id: skip, size: 1}, {id: picture, type: png}]",
    );
    const file = write("own.bin", Buffer.from("ff89504e470d0a1a0a0000000049454e44ae426082", "hex"));
    const { stdout, status } = await run(file, "--template", template, "--path", "picture.chunks[0].name");
    assert.equal(status, 0);
    assert.equal((JSON.parse(stdout.toString()) as { value: string }).value, "IEND");
  });
});
