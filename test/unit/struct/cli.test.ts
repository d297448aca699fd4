// `terahex struct` as scripts use it: results on standard output, one line each, and the exit status.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { bundleCli, runCli, type CliResult } from "../cli/cliProcess";

const template = `
meta: {id: log, endian: le, encoding: ASCII, imports: [part, /far]}
seq:
  - {id: magic, contents: LG}
  - {id: n, type: u1}
  - {id: parts, type: part, repeat: expr, repeat-expr: n}
  - {id: far, type: far}
`;

describe("terahex struct", function () {
  this.timeout(60_000);
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  const run = (...args: string[]): Promise<CliResult> => runCli(["struct", ...args], at("state"));
  const lines = (result: CliResult): Record<string, unknown>[] =>
    result.stdout
      .toString()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  before(async () => {
    await bundleCli();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "struct-cli-"));
    fs.mkdirSync(at("lib"));
    fs.writeFileSync(at("log.ksy"), template);
    fs.writeFileSync(at("part.ksy"), "meta: {id: part}\nseq: [{id: v, type: u2be}]");
    fs.writeFileSync(at("lib/far.ksy"), "meta: {id: far}\nseq: [{id: text, type: strz, encoding: UTF-8}]");
    fs.writeFileSync(at("bad.ksy"), "meta: {id: bad}\nseq:\n  - {id: a, type: nope}");
    fs.writeFileSync(at("file.bin"), Buffer.from("4c470200010002c3a900", "hex"));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it("prints the whole tree as one line of JSON, finding imports beside and in the given folders", async () => {
    const result = await run(at("file.bin"), "--template", at("log.ksy"), "--import-path", at("lib"), "--json");
    assert.deepEqual([result.status, result.stderr], [0, ""]);
    const [tree] = lines(result);
    assert.deepEqual(Object.keys(tree ?? {}), ["kind", "type", "fields", "start", "end"]);
    assert.deepEqual(tree?.["fields"], {
      magic: { kind: "bytes", size: 2, value: "4c47", start: 0, end: 2 },
      n: { kind: "int", value: 2, start: 2, end: 3 },
      parts: {
        kind: "array",
        size: 2,
        items: [1, 2].map((v, i) => ({
          kind: "struct",
          type: "part",
          fields: { v: { kind: "int", value: v, start: 3 + i * 2, end: 5 + i * 2 } },
          start: 3 + i * 2,
          end: 5 + i * 2,
        })),
        start: 3,
        end: 7,
      },
      far: {
        kind: "struct",
        type: "far",
        fields: { text: { kind: "str", value: "é", start: 7, end: 10 } },
        start: 7,
        end: 10,
      },
    });
  });

  it("prints one result for each path, in order, and goes on after one that fails", async () => {
    const paths = ["parts[1].v + 1", "parts[9]", "nope.x", "1 +", "far"];
    const result = await run(
      at("file.bin"),
      "--template",
      at("log.ksy"),
      "--import-path",
      at("lib"),
      "--json",
      ...paths.flatMap((each) => ["--path", each]),
    );
    assert.equal(result.status, 1);
    assert.deepEqual(
      lines(result).map((node) => node["error"] ?? node["value"] ?? node["type"]),
      [3, "IndexError", "TemplateError", "TemplateError", "far"],
    );
  });

  it("prints a tree for people", async () => {
    const result = await run(at("file.bin"), "--template", at("log.ksy"), "--import-path", at("lib"));
    assert.equal(result.status, 0);
    assert.match(result.stdout.toString(), /^log .*\n {2}magic: 4c 47/);
  });

  it("ends in 1 when something printed is an error", async () => {
    fs.writeFileSync(at("short.bin"), Buffer.from("4c4702000100", "hex"));
    const result = await run(at("short.bin"), "--template", at("log.ksy"), "--import-path", at("lib"), "--json");
    assert.equal(result.status, 1);
    assert.match(result.stdout.toString(), /requested 2 bytes, but only 1 bytes available/);
  });

  it("ends in 2 with one error node when nothing can be read", async () => {
    const cases: readonly (readonly [string, ...string[]])[] = [
      ["TemplateError", at("file.bin"), "--template", at("bad.ksy")],
      ["TemplateError", at("file.bin"), "--template", at("log.ksy")],
      ["ReadError", at("nothing.bin"), "--template", at("log.ksy"), "--import-path", at("lib")],
      ["UsageError", at("file.bin")],
      ["UsageError", at("file.bin"), "--template", at("none.ksy")],
      ["UsageError", at("file.bin"), "--template", at("log.ksy"), "--import-path", at("lib"), "--wat"],
      ["UsageError", at("file.bin"), "--template", at("log.ksy"), "--import-path", at("lib"), "--depth", "-1"],
    ];
    for (const [name, ...args] of cases) {
      const result = await run(...args, "--json");
      assert.equal(result.status, 2, args.join(" "));
      const nodes = lines(result);
      assert.deepEqual([nodes.length, nodes[0]?.["kind"], nodes[0]?.["error"]], [1, "error", name], args.join(" "));
    }
    const bad = lines(await run(at("file.bin"), "--template", at("bad.ksy"), "--json"))[0];
    assert.deepEqual([bad?.["at"], bad?.["file"]], ["/seq/0/type", at("bad.ksy")]);
  });

  it("cuts what the limits say and marks it", async () => {
    const cut = async (...args: string[]): Promise<Record<string, unknown>> =>
      lines(await run(at("file.bin"), "--template", at("log.ksy"), "--import-path", at("lib"), "--json", ...args))[0] ??
      {};
    assert.deepEqual(await cut("--depth", "0"), { kind: "struct", type: "log", fields: {}, start: 0, truncated: true });
    const items = await cut("--path", "parts", "--max-items", "1");
    assert.deepEqual([items["size"], (items["items"] as unknown[]).length, items["truncated"]], [2, 1, true]);
    assert.deepEqual(await cut("--path", "magic", "--max-bytes", "1"), {
      kind: "bytes",
      size: 2,
      value: "4c",
      truncated: true,
    });
  });
});
