// Scenarios of the native core alone, compiled as a program of its own: bench/native.
import fs from "node:fs";
import os from "node:os";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/processes.mjs";

const edits = 1_000_000;

/** What the program prints, with a log or without.
 *  @typedef {Record<"editUs" | "undoUs" | "redoUs" | "undoAllAtOnceMs" | "bytesHeldEach" | "residentBytesEach", number>} Plain
 *  @typedef {Record<"editUs" | "residentBytesEach" | "logBytesEach" | "flushMs" | "findMs" | "replayUs", number>} Logged */

/** @param {readonly string[]} args @returns {Promise<Plain & Logged>} */
async function measured(...args) {
  const jobs = `-j${Math.min(2, os.availableParallelism())}`;
  const { code, output } = await run("make", ["-C", inRoot("bench/native"), jobs, "run", `ARGS=${args.join(" ")}`], {
    logFile: inRoot("out/logs/bench-native.log"),
    timeoutMs: 600_000,
  });
  const line = output.split("\n").find((text) => text.startsWith("{"));
  if (code !== 0 || line === undefined) throw new Error(`bench/native ended with ${code}:\n${output}`);
  return JSON.parse(line);
}

/** @type {readonly { id: string, run: () => Promise<import("../lib/report.mjs").Finding[]> }[]} */
export const nativeScenarios = [
  {
    id: "native-overwrites",
    /** @returns {Promise<import("../lib/report.mjs").Finding[]>} */
    async run() {
      const file = inRoot("out/bench/overwrites.bin");
      const figures = await measured(file, String(edits));
      const title = `native: ${edits.toLocaleString("en-US")} random overwrites`;
      return [
        { title: `${title}: each`, figure: figures.editUs, unit: "us", atMost: 2 },
        {
          title: `${title}: memory of each`,
          figure: figures.residentBytesEach,
          unit: "bytes",
          atMost: 150,
          details: { "held by the document": figures.bytesHeldEach },
        },
        {
          title: `${title}: undoing each / making it`,
          figure: figures.undoUs / figures.editUs,
          unit: "times",
          atMost: 1,
          details: { "undo us": figures.undoUs, "redo us": figures.redoUs, "all at once ms": figures.undoAllAtOnceMs },
        },
      ];
    },
  },
  {
    id: "native-edit-log",
    /** @returns {Promise<import("../lib/report.mjs").Finding[]>} */
    async run() {
      const storage = inRoot("out/bench/edit-log");
      fs.rmSync(storage, { recursive: true, force: true });
      const figures = await measured(inRoot("out/bench/overwrites.bin"), String(edits), storage);
      const title = `native: ${edits.toLocaleString("en-US")} random overwrites, logged`;
      return [
        { title: `${title}: each`, figure: figures.editUs, unit: "us", atMost: 2 },
        { title: `${title}: memory of each`, figure: figures.residentBytesEach, unit: "bytes", atMost: 150 },
        {
          title: `${title}: written for each`,
          figure: figures.logBytesEach,
          unit: "bytes",
          details: { "left to write at the end, ms": figures.flushMs, "found again in ms": figures.findMs },
        },
        { title: `${title}: brought back, each`, figure: figures.replayUs, unit: "us", atMost: 2 },
      ];
    },
  },
];
