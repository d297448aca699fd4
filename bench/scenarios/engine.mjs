// Scenarios of the engine alone: no VS Code. Each is data (input, operation, how often) and what its figures must come to.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { KiB, makeInput, MiB } from "../lib/inputs.mjs";
import { interleaved } from "../lib/measure.mjs";

const samples = 15;

/** @param {string} file empties its page cache @see dd(1), nocache */
function forget(file) {
  execFileSync("dd", [`of=${file}`, "oflag=nocache", "conv=notrunc,fdatasync", "count=0"], { stdio: "ignore" });
}

/** What samples before left to be written would be written during the next one. */
function settle() {
  execFileSync("sync");
}

/** @param {readonly import("../lib/measure.mjs").Figures[]} contenders */
function sameAnswer(contenders) {
  const answers = new Set(contenders.map((figures) => figures.answer));
  if (answers.size !== 1) throw new Error(`contenders disagree: ${[...answers].join(", ")}`);
}

/** @typedef {import("../lib/report.mjs").Finding} Finding */

/** @type {readonly { id: string, run: () => Promise<Finding[]> }[]} */
export const engineScenarios = [
  {
    id: "engine-open",
    /** @returns {Promise<Finding[]>} */
    async run() {
      const [large, small] = [makeInput("sparse8TiB"), makeInput("random4KiB")];
      const { engineLarge, engineSmall, plainLarge, plainSmall } = await interleaved(
        {
          engineLarge: { via: "engine", operation: "open", file: large },
          engineSmall: { via: "engine", operation: "open", file: small },
          plainLarge: { via: "plain", operation: "open", file: large },
          plainSmall: { via: "plain", operation: "open", file: small },
        },
        samples,
        ({ file }) => forget(file),
      );
      sameAnswer([engineLarge, plainLarge]);
      sameAnswer([engineSmall, plainSmall]);
      return [
        {
          title: "engine: open and read the first window, 8 TiB / 4 KiB, cold",
          figure: engineLarge.ms / engineSmall.ms,
          unit: "times",
          atMost: 1.1,
          details: {
            "8 TiB ms": engineLarge.ms,
            "4 KiB ms": engineSmall.ms,
            "plain fs 8 TiB ms": plainLarge.ms,
            "plain fs 4 KiB ms": plainSmall.ms,
          },
        },
        {
          title: "engine: read from disk by opening 8 TiB, cold",
          figure: engineLarge.diskReadBytes / KiB,
          unit: "KiB",
          atMost: MiB / KiB,
          details: { "4 KiB file": engineSmall.diskReadBytes / KiB, "plain fs": plainLarge.diskReadBytes / KiB },
        },
      ];
    },
  },
  {
    id: "engine-browse",
    /** @returns {Promise<Finding[]>} */
    async run() {
      const count = 10_000;
      const [large, small] = [makeInput("sparse8TiB"), makeInput("random4KiB")];
      const { engineLarge, engineSmall, plainLarge } = await interleaved(
        {
          engineLarge: { via: "engine", operation: "browse", file: large, count },
          engineSmall: { via: "engine", operation: "browse", file: small, count },
          plainLarge: { via: "plain", operation: "browse", file: large, count },
        },
        3,
      );
      sameAnswer([engineLarge, plainLarge]);
      return [
        {
          title: "engine: a window at a random place, 8 TiB / 4 KiB, warm",
          figure: engineLarge.ms / engineSmall.ms,
          unit: "times",
          atMost: 1.2,
          details: {
            "8 TiB us": (engineLarge.ms / count) * 1000,
            "4 KiB us": (engineSmall.ms / count) * 1000,
            "plain fs 8 TiB us": (plainLarge.ms / count) * 1000,
          },
        },
        {
          title: "engine: memory after 10,000 random places of 8 TiB",
          figure: engineLarge.memoryBytes / MiB,
          unit: "MiB",
          atMost: 30,
          details: { "plain fs": plainLarge.memoryBytes / MiB },
        },
      ];
    },
  },
  {
    id: "engine-save",
    /** @returns {Promise<Finding[]>} */
    async run() {
      const [large, small] = [makeInput("random4GiB"), makeInput("random4KiB")];
      const { engineLarge, engineSmall, plainLarge, plainSmall } = await interleaved(
        {
          engineLarge: { via: "engine", operation: "overwriteAndSave", file: large },
          engineSmall: { via: "engine", operation: "overwriteAndSave", file: small },
          plainLarge: { via: "plain", operation: "overwriteAndSave", file: large },
          plainSmall: { via: "plain", operation: "overwriteAndSave", file: small },
        },
        samples,
      );
      return [
        {
          title: "overwrite one byte and save, 4 GiB / 4 KiB",
          figure: engineLarge.ms / engineSmall.ms,
          unit: "times",
          atMost: 1.5,
          details: {
            "4 GiB ms": engineLarge.ms,
            "4 KiB ms": engineSmall.ms,
            "plain fs 4 GiB ms": plainLarge.ms,
            "plain fs 4 KiB ms": plainSmall.ms,
          },
        },
        {
          title: "written by saving one byte of 4 GiB, journal included",
          figure: engineLarge.writtenToDiskBytes / KiB,
          unit: "KiB",
          atMost: 64,
          details: {
            "by write calls": engineLarge.writtenBytes / KiB,
            "plain fs": plainLarge.writtenToDiskBytes / KiB,
          },
        },
      ];
    },
  },
  {
    id: "engine-scatter",
    /** @returns {Promise<Finding[]>} */
    async run() {
      const file = makeInput("random4GiB");
      const findings = [];
      for (const [count, rounds] of /** @type {const} */ ([
        [1, 25],
        [1000, 5],
        [100_000, 3],
      ])) {
        const { engine, plain } = await interleaved(
          {
            engine: { via: "engine", operation: "scatterAndSave", file, count },
            plain: { via: "plain", operation: "scatterAndSave", file, count },
          },
          rounds,
          () => {
            forget(file);
            settle();
          },
        );
        sameAnswer([engine, plain]);
        const title = `save ${count} scattered edits of 4 GiB, cold, journal included / pwrite + fdatasync`;
        findings.push(
          {
            title: `${title}: time`,
            figure: engine.ms / plain.ms,
            unit: "times",
            atMost: 3,
            details: { "engine ms": engine.ms, "plain ms": plain.ms },
          },
          {
            title: `${title}: bytes`,
            figure: engine.writtenToDiskBytes / plain.writtenToDiskBytes,
            unit: "times",
            atMost: 3,
            details: { "engine KiB": engine.writtenToDiskBytes / KiB, "plain KiB": plain.writtenToDiskBytes / KiB },
          },
        );
      }
      return findings;
    },
  },
  {
    id: "engine-insert",
    /** @returns {Promise<Finding[]>} */
    async run() {
      const file = path.join(path.dirname(makeInput("random4GiB")), "insert-4gib.bin");
      fs.copyFileSync(makeInput("random4GiB"), file);
      const { engine, plain } = await interleaved(
        {
          engine: { via: "engine", operation: "insertAndSave", file },
          plain: { via: "plain", operation: "insertAndSave", file },
        },
        3,
        settle,
      );
      fs.rmSync(file);
      return [
        {
          title: "insert at the start of 4 GiB and save / cp + sync",
          figure: engine.ms / plain.ms,
          unit: "times",
          atMost: 1.15,
          details: { "engine ms": engine.ms, "plain ms": plain.ms },
        },
      ];
    },
  },
];
