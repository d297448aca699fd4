// Search, replace and measure against the tools that people use for it: whole processes, warm cache, taking turns.
// ripgrep is looked for in TERAHEX_RG, on the PATH and in the VS Code of the tests; where a rival is missing, our own figure
// stands alone.
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { GiB, inputs, makeInput } from "../lib/inputs.mjs";
import { quiet } from "../lib/measure.mjs";

/** @typedef {import("../lib/report.mjs").Finding} Finding
 *  @typedef {readonly [string, ...string[]]} CommandLine */

const needle = "NEEDLE-ABCDEF-END";
const planted = Buffer.from("f1e2d3c4", "hex");
const rounds = 5;
const folder = path.dirname(inputs.random4GiB.file);
const ripgrep = findRipgrep();

function findRipgrep() {
  const named = process.env["TERAHEX_RG"];
  if (named !== undefined) return named;
  const program = process.platform === "win32" ? "rg.exe" : "rg";
  const packages = inRoot(".vscode-test/host/node_modules/@vscode");
  const shipped = [`ripgrep-universal/bin/${process.platform}-${process.arch}`, "ripgrep/bin"]
    .map((folder) => path.join(packages, folder, program))
    .find((file) => fs.existsSync(file));
  return spawnSync(program, ["--version"]).error === undefined ? program : (shipped ?? program);
}

/** @param {...string} args @returns {CommandLine} */
const ours = (...args) => [process.execPath, inRoot("dist/cli.js"), ...args];

/** Into a pipe: cmp does nothing at all when it writes to /dev/null.
 *  @param {CommandLine} command @returns {number} milliseconds; NaN: there is no such program */
function timed([program, ...args]) {
  const start = process.hrtime.bigint();
  const { error } = spawnSync(program, args, { stdio: ["ignore", "pipe", "ignore"], maxBuffer: Infinity });
  return error === undefined ? Number(process.hrtime.bigint() - start) / 1e6 : NaN;
}

/** A quiet run of each, taking turns. @template {string} Name @param {Readonly<Record<Name, CommandLine>>} commands
 *  @returns {Record<Name, number>} milliseconds */
function sideBySide(commands) {
  const names = /** @type {Name[]} */ (Object.keys(commands));
  const samples = new Map(names.map((name) => [name, /** @type {number[]} */ ([])]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) samples.get(name)?.push(timed(commands[name]));
  }
  return /** @type {Record<Name, number>} */ (
    Object.fromEntries(names.map((name) => [name, quiet(samples.get(name) ?? [])]))
  );
}

/** The random file with a needle as its last bytes. */
function needleFile() {
  const file = path.join(folder, "scan-4gib.bin");
  if (!fs.existsSync(file)) {
    fs.copyFileSync(makeInput("random4GiB"), file);
    const handle = fs.openSync(file, "r+");
    fs.writeSync(handle, needle, 4 * GiB - needle.length);
    fs.closeSync(handle);
  }
  warm(file);
  return file;
}

/** @param {string} file */
function warm(file) {
  execFileSync("sh", ["-c", 'cat "$1" > /dev/null', "sh", file]);
}

/** The smaller of those that are there. @param {...number} values */
const faster = (...values) => Math.min(...values.filter((value) => Number.isFinite(value)));

/** @param {string} title @param {number} figure @param {number} atMost @param {Record<string, number>} details @returns {Finding} */
const times = (title, figure, atMost, details) => ({ title, figure, unit: "times", atMost, details });

/** @type {readonly { id: string, run: () => Promise<Finding[]> }[]} */
export const scanScenarios = [
  {
    id: "scan-find",
    async run() {
      const file = needleFile();
      const sparse = makeInput("sparse8TiB");
      const ms = sideBySide({
        start: ours("--version"),
        rg: [ripgrep, "-a", "-c", needle, file],
        rgMmap: [ripgrep, "--mmap", "-a", "-c", needle, file],
        literal: ours("find", file, "--text", needle),
        wildcards: ours("find", file, "--hex", "4E 45 ?? 44 4C 45 2D 4? 42 43 44"),
        regex: ours("find", file, "--regex", "NEEDLE-[A-Z]+-END"),
        value: ours("find", file, "--value", "0x4C444545", "--type", "u4le"),
        sparse: ours("find", sparse, "--text", needle),
      });
      const rival = faster(ms.rg, ms.rgMmap);
      return [
        times("find 17 bytes at the end of 4 GiB, less Node's start / ripgrep", (ms.literal - ms.start) / rival, 1, ms),
        times("find with wildcards / literal", ms.wildcards / ms.literal, 1.5, {}),
        times("find a pattern / literal", ms.regex / ms.literal, 2, {}),
        times("find a u4le / literal", ms.value / ms.literal, 1.5, {}),
        {
          title: "needle in 8 TiB sparse, over Node's start",
          figure: (ms.sparse - ms.start) / 1000,
          unit: "s",
          atMost: 0.1,
        },
      ];
    },
  },
  {
    id: "scan-hits",
    async run() {
      const plain = needleFile();
      const file = path.join(folder, "scan-hits-4gib.bin");
      fs.copyFileSync(plain, file);
      const handle = fs.openSync(file, "r+");
      for (let i = 0; i < 1_000_000; i++) fs.writeSync(handle, planted, 0, 4, i * 4294 + ((i * 7919) % 4000));
      // Or the system writes 4 GiB to the disk while the searches are measured.
      fs.fsyncSync(handle);
      fs.closeSync(handle);
      warm(file);
      // In the same file: pages that were written are not kept in the same units as pages that were read.
      const ms = sideBySide({
        none: ours("find", file, "--text", "no such needle"),
        count: ours("find", file, "--hex", planted.toString("hex"), "--count"),
        list: ours("find", file, "--hex", planted.toString("hex")),
      });
      fs.rmSync(file);
      return [
        times("count 1,000,000 hits / none", ms.count / ms.none, 1.5, ms),
        times("list 1,000,000 hits / none", ms.list / ms.none, 1.5, {}),
      ];
    },
  },
  {
    id: "scan-edits",
    async run() {
      const runner = ["--import", "tsx", inRoot("bench/runners/scanRunner.ts"), needleFile(), "100000", "5"];
      const answer = execFileSync(process.execPath, runner, { cwd: inRoot(), encoding: "utf8" });
      /** @type {{ edited: number, plain: number, memoryBytes: number }} */
      const { edited, plain, memoryBytes } = JSON.parse(answer);
      return [
        times("find with 100,000 unsaved edits / without", edited / plain, 1.3, { edited, plain }),
        { title: "private memory of a search", figure: memoryBytes / 2 ** 20, unit: "MiB", atMost: 16 },
      ];
    },
  },
  {
    id: "scan-measure",
    async run() {
      const file = needleFile();
      const ms = sideBySide({
        cat: ["sh", "-c", 'cat "$1" > /dev/null', "sh", file],
        openssl: ["openssl", "dgst", "-sha256", file],
        stats: ours("stats", file, "--json"),
        crc32: ours("hash", file, "--algorithm", "crc-32"),
        xxh3: ours("hash", file, "--algorithm", "xxh3"),
        sha256: ours("hash", file, "--algorithm", "sha256"),
      });
      return [
        times("byte histogram and entropy / cat", ms.stats / ms.cat, 1.5, ms),
        times("CRC-32 / cat", ms.crc32 / ms.cat, 2, {}),
        times("XXH3 / cat", ms.xxh3 / ms.cat, 1.5, {}),
        times("SHA-256 / openssl dgst", ms.sha256 / ms.openssl, 1.1, {}),
      ];
    },
  },
  {
    id: "scan-diff",
    async run() {
      const source = makeInput("random4GiB");
      const [a, b] = [path.join(folder, "diff-a.bin"), path.join(folder, "diff-b.bin")];
      execFileSync("sh", ["-c", 'head -c 2147483648 "$1" > "$2" && cp "$2" "$3"', "sh", source, a, b]);
      const handle = fs.openSync(b, "r+");
      for (const offset of [1000, GiB, 2 * GiB - 5]) fs.writeSync(handle, "other", offset);
      fs.closeSync(handle);
      // To the end, as ours: without -l it stops at the first difference.
      const ms = sideBySide({ cmp: ["cmp", "-l", a, b], diff: ours("diff", a, b) });
      fs.rmSync(a);
      fs.rmSync(b);
      return [times("diff of two 2 GiB files with 3 changes / cmp -l", ms.diff / ms.cmp, 1, ms)];
    },
  },
];
