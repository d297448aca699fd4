// The command line as a process: what it prints, what it writes, how it fails.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { patternBytes, readRange, temporaryFolder, writeSparse } from "../engine/files";
import { bundleCli, resultOf, runCli, startCli, type CliResult } from "./cliProcess";
import { naiveHexdump } from "./naiveHexdump";

const TIB = 1024 ** 4;

describe("terahex", function () {
  this.timeout(20_000);
  const folder = temporaryFolder();
  before(bundleCli);

  function newFile(name: string, content: Uint8Array | string): string {
    const file = folder.file(name);
    fs.writeFileSync(file, content);
    return file;
  }
  const terahex = (args: readonly string[], input?: string): Promise<CliResult> =>
    runCli(args, folder.file("state"), input);
  const text = ({ stdout }: CliResult): string => stdout.toString();
  const json = (result: CliResult): Record<string, unknown> => JSON.parse(text(result)) as Record<string, unknown>;

  function assertFailure(result: CliResult, message: RegExp): void {
    assert.equal(result.status, 2, result.stderr);
    assert.match(result.stderr, message);
    assert.match(result.stderr, /^terahex: [^\n]+\n$/, "one line");
  }

  describe("dump", () => {
    const hasHexdump = spawnSync("hexdump", ["-C", "/dev/null"]).status === 0;
    function reference(file: string, offset: number, length: number): string {
      if (!hasHexdump) return naiveHexdump(readRange(file, offset, length), offset, 16);
      return spawnSync("hexdump", ["-C", "-s", String(offset), "-n", String(length), file], {
        maxBuffer: 2 ** 28,
      }).stdout.toString();
    }

    for (const [name, content] of [
      ["random.bin", patternBytes(5001)],
      ["repeats.bin", Buffer.concat([patternBytes(20), Buffer.alloc(5000, 0xcc), patternBytes(16), Buffer.alloc(64)])],
      ["zeros.bin", Buffer.alloc(4096)],
      ["one-row.bin", patternBytes(16)],
      ["short.bin", Buffer.from("A")],
      ["large.bin", patternBytes(1024 ** 2 * 2 + 5)],
    ] as const) {
      it(`prints ${name} as hexdump -C does`, async () => {
        const file = newFile(name, content);
        const result = await terahex(["dump", file]);
        assert.deepEqual([result.status, result.stderr], [0, ""]);
        assert.ok(text(result) === reference(file, 0, content.length), "not the same text");
      });
    }

    it("prints nothing for an empty file", async () => {
      assert.equal(text(await terahex(["dump", newFile("empty.bin", "")])), "");
    });

    it("starts and ends where it is told, from the end too", async () => {
      const file = newFile("part.bin", patternBytes(5000));
      for (const [args, offset, length] of [
        [["--offset", "0x10", "--length", "100"], 16, 100],
        [["--offset", "3", "--length", "1K"], 3, 1024],
        [["--offset", "-20"], 4980, 20],
        [["--offset", "4990", "--length", "1T"], 4990, 10],
      ] as const) {
        assert.equal(text(await terahex(["dump", file, ...args])), reference(file, offset, length));
      }
      const wide = await terahex(["dump", file, "--width", "20", "--length", "50"]);
      assert.equal(text(wide), naiveHexdump(patternBytes(50), 0, 20));
    });

    it("skips the holes of an 8 TiB file instead of reading them", async () => {
      const file = folder.file("sparse.bin");
      const island = patternBytes(100);
      writeSparse(file, 8 * TIB, [{ offset: 4 * TIB + 5, bytes: island }]);
      const lines = text(await terahex(["dump", file])).split("\n");
      assert.deepEqual([lines[0]?.slice(0, 13), lines[1]], ["00000000  00 ", "*"]);
      assert.equal(lines.at(-2), "80000000000");
      const shown = naiveHexdump(Buffer.concat([Buffer.alloc(5), island]), 4 * TIB, 16).split("\n");
      assert.equal(lines[2], shown[0]);
      assert.ok(lines.length < 20);
    });

    it("gives bytes as one JSON document", async () => {
      const file = newFile("json.bin", patternBytes(100));
      const result = json(await terahex(["dump", file, "--offset", "10", "--length", "4", "--json"]));
      const hex = Buffer.from(patternBytes(14).slice(10)).toString("hex");
      assert.deepEqual(result, { offset: 10, length: 4, hex, unreadable: [] });
    });

    it("ends quietly when its reader has gone", async () => {
      const child = startCli(["dump", newFile("long.bin", patternBytes(8 * 1024 ** 2))], folder.file("state"));
      child.stdout?.once("data", () => child.stdout?.destroy());
      const { status, stderr } = await resultOf(child);
      assert.deepEqual([status, stderr], [0, ""]);
    });

    it("stops at Ctrl+C with an error line", async () => {
      const child = startCli(["dump", newFile("endless.bin", patternBytes(24 * 1024 ** 2))], folder.file("state"));
      child.stdout?.once("data", () => child.kill("SIGINT"));
      assertFailure(await resultOf(child), /[Cc]ancelled/);
    });
  });

  describe("info", () => {
    it("tells size, extents, type and journal as JSON", async () => {
      const file = folder.file("info.bin");
      writeSparse(file, 8 * TIB, [
        { offset: 0, bytes: Buffer.from("\x89PNG\r\n\x1a\n", "latin1") },
        { offset: 8 * TIB - 10, bytes: patternBytes(10) },
      ]);
      const info = json(await terahex(["info", file, "--json"]));
      const extents = info["extents"] as [number, number][];
      assert.deepEqual(
        [info["path"], info["size"], info["type"], info["access"], info["journal"]],
        [file, 8 * TIB, "png", "mapped", null],
      );
      assert.equal(extents[0]?.[0], 0);
      assert.equal(extents.at(-1)?.[1], 8 * TIB);
      assert.ok(Number.isInteger(info["pageSize"]));
    });

    it("is readable without JSON", async () => {
      const result = await terahex(["info", newFile("info.txt", patternBytes(1500))]);
      assert.match(text(result), /size +1,500 bytes \(1\.5 KB\)\n/);
      assert.match(text(result), /journal +none\n/);
    });

    for (const [type, content] of [
      ["empty", ""],
      ["data", "hello"],
      ["elf", "\x7fELF"],
      ["dos-exe", `MZ${"\0".repeat(62)}`],
      ["pe", `MZ${"\0".repeat(58)}\x40\0\0\0PE\0\0`],
      ["bmp", `BM${"\0".repeat(12)}\x28\0\0\0`],
      ["data", "BM, a text about nothing"],
      ["wav", "RIFF\0\0\0\0WAVE"],
    ] as const) {
      it(`guesses ${type}`, async () => {
        assert.equal(
          json(await terahex(["info", newFile("guess.bin", Buffer.from(content, "latin1")), "--json"]))["type"],
          type,
        );
      });
    }
  });

  describe("patch", () => {
    const edits = [
      '{"op":"overwrite","offset":4,"hex":"DEad"}',
      "",
      '{"op":"insert","offset":"0x10","hex":"01 02 03"}',
      '{"op":"erase","offset":-5,"length":5}',
      '{"op":"fill","offset":20,"length":6,"hex":"abc0"}',
    ].join("\n");
    function model(content: Uint8Array): Buffer {
      const changed = Buffer.from(content);
      changed.set([0xde, 0xad], 4);
      const grown = Buffer.concat([changed.subarray(0, 16), Buffer.of(1, 2, 3), changed.subarray(16)]);
      const cut = grown.subarray(0, grown.length - 5);
      cut.set([0xab, 0xc0, 0xab, 0xc0, 0xab, 0xc0], 20);
      return Buffer.from(cut);
    }

    it("applies edits in order, from a file and from standard input", async () => {
      const list = newFile("edits.jsonl", edits);
      for (const [from, input] of [
        [list, undefined],
        ["-", edits],
      ] as const) {
        const file = newFile("patched.bin", patternBytes(1000));
        const result = await terahex(["patch", file, "--edits", from, "--json"], input);
        assert.equal(result.status, 0, result.stderr);
        assert.equal(json(result)["committed"], true);
        assert.ok(model(patternBytes(1000)).equals(fs.readFileSync(file)));
      }
    });

    it("DL-29: carries every byte value in hex, in and out, and never as text", async () => {
      const every = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
      const file = newFile("every.bin", Buffer.alloc(256));
      const edit = JSON.stringify({ op: "overwrite", offset: 0, hex: every.toString("hex") });
      assert.equal((await terahex(["patch", file, "--edits", "-"], edit)).status, 0);
      assert.deepEqual(fs.readFileSync(file), every);
      assert.equal(json(await terahex(["dump", file, "--json"]))["hex"], every.toString("hex"));
    });

    it("writes only what an overwrite changes, in place", async () => {
      const file = newFile("in-place.bin", patternBytes(100_000));
      const inode = fs.statSync(file).ino;
      const result = await terahex(
        ["patch", file, "--edits", "-", "--json"],
        '{"op":"overwrite","offset":-3,"hex":"010203"}',
      );
      assert.deepEqual([json(result)["how"], fs.statSync(file).ino], ["in-place", inode]);
      assert.deepEqual([...readRange(file, 99_997, 3)], [1, 2, 3]);
    });

    it("changes nothing in a dry run, and says what it would", async () => {
      const file = newFile("dry.bin", patternBytes(1000));
      const result = await terahex(
        ["patch", file, "--edits", "-", "--dry-run", "--json"],
        '{"op":"overwrite","offset":0,"hex":"0102"}',
      );
      assert.deepEqual(json(result), { committed: false, bytesWritten: 2, how: "in-place" });
      assert.ok(Buffer.from(patternBytes(1000)).equals(fs.readFileSync(file)));
    });

    it("commits nothing for no edits", async () => {
      const file = newFile("nothing.bin", patternBytes(10));
      assert.deepEqual(json(await terahex(["patch", file, "--edits", "-", "--json"], "\n")), {
        committed: false,
        bytesWritten: 0,
        how: "nothing",
      });
    });

    const bad: readonly (readonly [string, RegExp])[] = [
      ["not json", /line 2: not JSON/],
      ["[1]", /line 2: not a JSON object/],
      ['{"op":"explode","offset":0}', /line 2: "op" must be one of/],
      ['{"op":"__proto__","offset":0}', /line 2: "op" must be one of/],
      ['{"op":"overwrite","hex":"00"}', /line 2: "overwrite" needs "offset"/],
      ['{"op":"erase","offset":0,"lenght":1}', /line 2: "erase" needs "length"/],
      ['{"op":"erase","offset":0,"length":1,"x":1}', /line 2: "erase" knows no "x"/],
      ['{"op":"overwrite","offset":0,"hex":"0"}', /line 2: "hex" must be pairs/],
      ['{"op":"overwrite","offset":0,"hex":""}', /line 2: "hex" is empty/],
      ['{"op":"overwrite","offset":0,"hex":5}', /line 2: "hex" must be a string/],
      ['{"op":"overwrite","offset":9007199254740993,"hex":"00"}', /line 2: "offset" must be a whole number/],
      ['{"op":"overwrite","offset":"0x10000000000000000","hex":"00"}', /line 2: "offset": .*beyond/],
      ['{"op":"overwrite","offset":1.5,"hex":"00"}', /line 2: "offset" must be a whole number/],
      ['{"op":"overwrite","offset":-2000,"hex":"00"}', /line 2: "offset": .*before the start/],
      ['{"op":"erase","offset":0,"length":-1}', /line 2: "length"/],
      ['{"op":"erase","offset":0,"length":5000}', /line 2: /],
      ['{"op":"insert","offset":5000,"hex":"00"}', /line 2: .*5000/],
    ];
    for (const [line, message] of bad) {
      it(`refuses ${line}, names the line, and leaves the file alone`, async () => {
        const file = newFile("refused.bin", patternBytes(1000));
        const result = await terahex(
          ["patch", file, "--edits", "-", "--json"],
          `{"op":"overwrite","offset":0,"hex":"ff"}\n${line}\n`,
        );
        assertFailure(result, message);
        assert.match((json(result)["error"] as { message: string }).message, message);
        assert.ok(Buffer.from(patternBytes(1000)).equals(fs.readFileSync(file)));
      });
    }

    it("stops at Ctrl+C while it waits for edits, the file untouched", async () => {
      const file = newFile("interrupted.bin", patternBytes(1000));
      const child = startCli(["patch", file, "--edits", "-"], folder.file("state"));
      // More than a pipe holds: once it is written, the child is reading edits.
      const lines = `{"op":"overwrite","offset":0,"hex":"ff"}${"\n".repeat(1024 ** 2)}`;
      child.stdin?.write(lines, () => child.kill("SIGINT"));
      assertFailure(await resultOf(child), /[Cc]ancelled/);
      assert.ok(Buffer.from(patternBytes(1000)).equals(fs.readFileSync(file)));
    });

    it("tells a missing list of edits from a missing file", async () => {
      const file = newFile("there.bin", patternBytes(10));
      assertFailure(await terahex(["patch", file, "--edits", "/nonexistent/edits"]), /\/nonexistent\/edits/);
      assertFailure(await terahex(["patch", "/nonexistent/file", "--edits", "-"], ""), /\/nonexistent\/file/);
    });
  });

  describe("struct", () => {
    it("DL-28: keeps all 64 bits of integers, in text and in JSON", async () => {
      const template = newFile("wide.ksy", "meta: {id: x, endian: le}\nseq: [{id: a, type: u8}, {id: b, type: s8}]\n");
      const file = newFile("wide.bin", Buffer.from("ffffffffffffffff0100000000000080", "hex"));
      const result = await terahex(["struct", file, "--template", template, "--json"]);
      const { fields } = json(result) as { fields: Record<string, { value: unknown }> };
      assert.deepEqual(
        [fields["a"]?.value, fields["b"]?.value],
        ["18446744073709551615", "-9223372036854775807"],
        result.stderr,
      );
      assert.match(text(await terahex(["struct", file, "--template", template])), /18446744073709551615/);
    });
  });

  describe("recover", () => {
    it("says that nothing waits", async () => {
      const file = newFile("fine.bin", patternBytes(10));
      assert.deepEqual(json(await terahex(["recover", file, "--json"])), {
        committed: false,
        bytesWritten: 0,
        how: "nothing",
      });
      assert.match(text(await terahex(["recover", file])), /no interrupted commit/);
    });
  });

  describe("errors", () => {
    for (const [args, message, code] of [
      [["dump", "/nonexistent/file"], /\/nonexistent\/file/, "not-found"],
      [["info", "/"], /\//, "not-a-file"],
      [["dump", "FILE", "--offset", "abc"], /--offset: "abc"/, "invalid-argument"],
      [["dump", "FILE", "--offset", "11"], /past the end/, "out-of-range"],
      [["dump", "FILE", "--offset", "0x10000000000000000"], /beyond 2\^53/, "invalid-argument"],
      [["dump", "FILE", "--width", "0"], /--width/, "invalid-argument"],
      [["dump"], /missing required argument/, "invalid-argument"],
      [["dump", "FILE", "--nonsense"], /unknown option/, "invalid-argument"],
      [["explode"], /unknown command/, "invalid-argument"],
      [["patch", "FILE"], /--edits/, "invalid-argument"],
    ] as const) {
      it(`${args.join(" ")}: status 2, one line, and an object with --json`, async () => {
        const file = newFile("ten.bin", patternBytes(10));
        const given = args.map((arg) => (arg === "FILE" ? file : arg));
        const plain = await terahex(given);
        assertFailure(plain, message);
        assert.equal(text(plain), "");
        const result = await terahex([...given, "--json"]);
        assert.equal(result.status, 2);
        assert.equal((json(result)["error"] as { code: string }).code, code);
      });
    }

    it("explains itself with --help, status 0", async () => {
      const result = await terahex(["--help"]);
      assert.equal(result.status, 0);
      assert.match(text(result), /dump.*\n.*patch/s);
    });
  });
});
