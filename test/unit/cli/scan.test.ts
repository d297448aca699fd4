// find, replace, hash, stats, strings and diff as a person or a script calls them: output, JSON, exit status.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { patternBytes, temporaryFolder } from "../engine/files";
import { bundleCli, runCli } from "./cliProcess";

describe("terahex scans", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  before(bundleCli);

  const run = async (...args: string[]): Promise<{ status: number | null; text: string; stderr: string }> => {
    const { status, stdout, stderr } = await runCli(args, folder.file("state"));
    return { status, text: stdout.toString(), stderr };
  };
  const fileOf = (name: string, bytes: string | Uint8Array): string => {
    const file = folder.file(name);
    fs.writeFileSync(file, bytes);
    return file;
  };

  it("find prints an offset a line, and says by its status whether there was one", async () => {
    const file = fileOf("find.bin", "a needle, a Needle");
    assert.deepEqual(await run("find", file, "--text", "needle"), { status: 0, text: "2\n", stderr: "" });
    assert.equal((await run("find", file, "--text", "needle", "--ignore-case")).text, "2\n12\n");
    assert.equal((await run("find", file, "--regex", "[nN]e+dle")).text, "2\n12\n");
    assert.equal((await run("find", file, "--hex", "?? 65 65", "--count")).text, "2\n");
    assert.equal((await run("find", file, "--value", "0x6e20", "--type", "u2le")).text, "1\n");
    assert.deepEqual(await run("find", file, "--text", "nothing"), { status: 1, text: "", stderr: "" });
    const json = JSON.parse((await run("find", file, "--text", "e", "--json", "--limit", "2")).text) as unknown;
    assert.deepEqual(json, { offsets: [3, 4], count: 2, truncated: true });
    const none = JSON.parse((await run("find", file, "--text", "zz", "--json")).text) as unknown;
    assert.deepEqual(none, { offsets: [], count: 0, truncated: false });
  });

  it("find refuses what makes no sense with status 2", async () => {
    const file = fileOf("wrong.bin", "x");
    for (const args of [
      [],
      ["--hex", "x"],
      ["--value", "1"],
      ["--text", "a", "--hex", "00"],
      ["--regex", "("],
      ["--hex", "00", "--type", "u1"],
    ]) {
      const { status, text, stderr } = await run("find", file, ...args);
      assert.equal(status, 2, args.join(" "));
      assert.equal(text, "");
      assert.match(stderr, /^terahex: .+\n$/);
    }
  });

  it("replace commits all matches as one step", async () => {
    const file = fileOf("replace.bin", "one two one");
    const { status, text } = await run("replace", file, "--text", "one", "--with-hex", "31", "--json");
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(text), { committed: true, bytesWritten: 7, how: "rewritten", count: 2 });
    assert.equal(fs.readFileSync(file, "latin1"), "1 two 1");
    assert.equal((await run("replace", file, "--hex", "31", "--with-hex", "32", "--count")).text, "2\n");
    assert.equal(fs.readFileSync(file, "latin1"), "2 two 2");
    assert.equal((await run("replace", file, "--hex", "99", "--with-hex", "32")).status, 1);
  });

  it("hash prints as sha256sum does", async () => {
    const bytes = patternBytes(100_000);
    const file = fileOf("hash.bin", bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    assert.equal((await run("hash", file)).text, `${sha256}  ${file}\n`);
    const json = JSON.parse((await run("hash", file, "--algorithm", "sha256,md5", "--json")).text) as unknown;
    assert.deepEqual(json, { sha256, md5: createHash("md5").update(bytes).digest("hex") });
    assert.equal((await run("hash", file, "--algorithm", "nonsense")).status, 2);
  });

  it("stats counts bytes and tells the entropy of parts", async () => {
    const file = fileOf(
      "stats.bin",
      Buffer.concat([Buffer.alloc(512), Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256))]),
    );
    const { text } = await run("stats", file, "--buckets", "2", "--json");
    const { histogram, buckets } = JSON.parse(text) as { histogram: number[]; buckets: number[] };
    assert.equal(histogram[0], 514);
    assert.equal(histogram[1], 2);
    assert.deepEqual(buckets, [0, 8]);
  });

  it("strings prints offset and text, diff the ranges that differ", async () => {
    const a = fileOf("a.bin", "\x00hello\x00wörld!\x00");
    const b = fileOf("b.bin", "\x00hellO\x00wörld!\x00");
    assert.equal((await run("strings", a)).text, "1 hello\n10 rld!\n");
    assert.equal((await run("strings", a, "--encoding", "utf-8", "--min", "6")).text, "7 wörld!\n");
    const both = await run("strings", a, "--encoding", "utf-8,ascii", "--json");
    assert.deepEqual(JSON.parse(both.text), {
      strings: [
        { offset: 1, text: "hello", encoding: "ascii" },
        { offset: 1, text: "hello", encoding: "utf-8" },
        { offset: 7, text: "wörld!", encoding: "utf-8" },
        { offset: 10, text: "rld!", encoding: "ascii" },
      ],
      count: 4,
      truncated: false,
    });
    assert.equal((await run("strings", a, "--encoding", "ascii,latin1")).status, 2);
    assert.deepEqual(await run("diff", a, a), { status: 0, text: "", stderr: "" });
    const { status, text } = await run("diff", a, b, "--json");
    assert.equal(status, 1);
    assert.deepEqual(JSON.parse(text), { equal: false, ranges: [{ a: [5, 6], b: [5, 6] }] });
  });
});
