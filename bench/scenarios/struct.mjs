// Scenarios of struct templates: an array of elements of one size in 8 TiB, and one of varying sizes in 4 GiB, as the command
// line and as the struct view read them.
import fs from "node:fs";
import { performance } from "node:perf_hooks";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/processes.mjs";
import { GiB, makeInput, MiB } from "../lib/inputs.mjs";
import { quiet } from "../lib/measure.mjs";

/** @typedef {import("../lib/report.mjs").Finding} Finding
 *  @typedef {{ loadMs: number, firstMs: number, jumps: { ms: number, start: number }[], memoryBytes: number }} Looked */

const fixedTemplate = `
meta: {id: fixed, endian: le}
seq: [{id: records, type: record, repeat: eos}]
types: {record: {seq: [{id: x, type: u8}, {id: y, type: u8}]}}
`;
const varyingTemplate = `
meta: {id: varying, endian: le}
seq: [{id: records, type: record, repeat: eos}]
types: {record: {seq: [{id: len, type: u4}, {id: body, size: len}]}}
`;
const rounds = 5;

/** Lengths of records, the same in every run: 128 to 383 bytes. */
function* lengths() {
  for (let state = 12345; ;) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    yield 128 + (Math.floor(state / 2 ** 16) % 256);
  }
}

/** 4 GiB of length-prefixed records. @returns {string} */
function recordsFile() {
  const file = inRoot("out/bench/records-4gib.bin");
  const wanted = 4 * GiB;
  if (fs.existsSync(file) && fs.statSync(file).size >= wanted) return file;
  fs.mkdirSync(inRoot("out/bench"), { recursive: true });
  const handle = fs.openSync(file, "w");
  const next = lengths();
  const chunk = Buffer.alloc(16 * MiB, 0x5a);
  for (let written = 0; written < wanted;) {
    let at = 0;
    while (at < chunk.length - 1024) {
      const length = /** @type {number} */ (next.next().value);
      at = chunk.writeUInt32LE(length, at) + length;
    }
    fs.writeSync(handle, chunk, 0, at);
    written += at;
  }
  fs.closeSync(handle);
  return file;
}

/** @param {number} index @returns {number} where that record begins */
function startOf(index) {
  let start = 0;
  const next = lengths();
  for (let at = 0; at < index; at++) start += 4 + /** @type {number} */ (next.next().value);
  return start;
}

/** @param {string} file @param {string} template @param {readonly number[]} indexes @returns {Promise<Looked>} */
async function look(file, template, indexes) {
  const { code, output } = await run(
    process.execPath,
    ["--import", "tsx", inRoot("bench/runners/structRunner.ts"), file, template, indexes.join(",")],
    { cwd: inRoot(), logFile: inRoot("out/logs/bench-struct.log"), timeoutMs: 300_000 },
  );
  const line = output.split("\n").find((text) => text.startsWith("{"));
  if (code !== 0 || line === undefined) throw new Error(`structRunner ended with ${code}:\n${output}`);
  return JSON.parse(line);
}

/** @param {string} file @param {string} template @param {string} path @returns {Promise<number>} ms, whole process */
async function commandLine(file, template, path) {
  const begun = performance.now();
  const { code, output } = await run(
    process.execPath,
    [inRoot("dist/cli.js"), "struct", file, "--template", template, "--json", "--path", path],
    { cwd: inRoot(), logFile: inRoot("out/logs/bench-struct.log"), timeoutMs: 60_000 },
  );
  if (code !== 0 || !output.includes('"kind":"int"')) throw new Error(`terahex struct ended with ${code}:\n${output}`);
  return performance.now() - begun;
}

/** @type {readonly { id: string, run: () => Promise<Finding[]> }[]} */
export const structScenarios = [
  {
    id: "struct-fixed",
    /** @returns {Promise<Finding[]>} */
    async run() {
      const file = makeInput("sparse8TiB");
      const template = inRoot("out/bench/fixed.ksy");
      fs.writeFileSync(template, fixedTemplate);
      const far = [];
      const near = [];
      for (let round = 0; round < 9; round++) {
        near.push(await commandLine(file, template, "records[0].x"));
        far.push(await commandLine(file, template, "records[500000000000].x"));
      }
      /** @type {Looked[]} */
      const looks = [];
      for (let round = 0; round < rounds; round++) looks.push(await look(file, fixedTemplate, [500_000_000_000]));
      if (looks.some(({ jumps }) => jumps[0]?.start !== 8_000_000_000_000)) throw new Error("the wrong record");
      return [
        {
          title: "struct: records[500000000000].x / records[0].x of 8 TiB, whole process",
          figure: quiet(far) / quiet(near),
          unit: "times",
          atMost: 1.2,
          details: { "far ms": quiet(far), "near ms": quiet(near) },
        },
        {
          title: "struct view: 100 rows from element 500,000,000,000",
          figure: quiet(looks.map(({ jumps }) => jumps[0]?.ms ?? NaN)),
          unit: "ms",
          atMost: 50,
          details: { "first 100 rows ms": quiet(looks.map(({ firstMs }) => firstMs)) },
        },
        {
          title: "struct view: memory of the interpreter, 8 TiB",
          figure: quiet(looks.map(({ memoryBytes }) => memoryBytes)) / MiB,
          unit: "MiB",
          atMost: 100,
        },
      ];
    },
  },
  {
    id: "struct-varying",
    /** @returns {Promise<Finding[]>} */
    async run() {
      const file = recordsFile();
      const [target, near] = [10_000_000, 10_000_500];
      const start = startOf(target);
      /** @type {Looked[]} */
      const looks = [];
      for (let round = 0; round < rounds; round++)
        looks.push(await look(file, varyingTemplate, [target, near, 1234567]));
      if (looks.some(({ jumps }) => jumps[0]?.start !== start)) throw new Error("the wrong record");
      /** @param {number} which */
      const jumpMs = (which) => quiet(looks.map(({ jumps }) => jumps[which]?.ms ?? NaN));
      return [
        {
          title: "struct view: finding record 10,000,000 of 4 GiB of length-prefixed ones",
          figure: start / 1e6 / (jumpMs(0) / 1000),
          unit: "MB/s",
          details: { ms: jumpMs(0), "first 100 rows ms": quiet(looks.map(({ firstMs }) => firstMs)) },
        },
        {
          title: "struct view: a second jump near it",
          figure: jumpMs(1),
          unit: "ms",
          atMost: 10,
          details: { "back to 1,234,567": jumpMs(2) },
        },
        {
          title: "struct view: memory of the interpreter, 4 GiB of records",
          figure: quiet(looks.map(({ memoryBytes }) => memoryBytes)) / MiB,
          unit: "MiB",
          atMost: 100,
        },
      ];
    },
  },
];
