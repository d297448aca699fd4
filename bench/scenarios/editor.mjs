// Scenarios in a real VS Code: from the command to the rows, jumps and the wheel as a person sees them, memory, package.
import fs from "node:fs";
import path from "node:path";
import { launchChromium } from "../../scripts/lib/chromium.mjs";
import { hosts } from "../../scripts/lib/hosts.mjs";
import { runInHost } from "../../scripts/lib/hostSuite.mjs";
import { inRoot, root } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/processes.mjs";
import { editorFrame, openFile, openWorkbench, startServer } from "../../scripts/lib/workbench.mjs";
import { provisionHost } from "../../scripts/provisionHost.mjs";
import { makeInput, MiB } from "../lib/inputs.mjs";
import { median, quiet, spread } from "../lib/measure.mjs";
import { turnWheel, watchJumps } from "../runners/pageProbe.mjs";

/** @typedef {import("../lib/report.mjs").Finding} Finding */
/** @typedef {{ ms: number, frames: number, waited: number }} Jump  see pageProbe.mjs */

const opens = 15;
/** Each in a window of its own. */
const activations = 7;
const places = 10_000;
const jumps = 40;
const wheel = { rowsPerTick: 200, tickMs: 50, lengthMs: 10_000 };

/** @param {{ opens: number, places: number }} amount
 *  @returns {Promise<{ activationMs: number, largeMs: number[], smallMs: number[], memoryBytes: number }>} */
async function inHost(amount) {
  const { build } = await import("esbuild");
  const entry = inRoot("out/bench/in-host/index.js");
  await build({
    absWorkingDir: root,
    entryPoints: ["bench/runners/inHost.ts"],
    outfile: entry,
    bundle: true,
    platform: "node",
    external: ["vscode"],
    logLevel: "warning",
  });
  const job = { large: makeInput("sparse8TiB"), small: makeInput("random4KiB"), ...amount };
  const { result, why } = await runInHost({
    host: hosts.current,
    dataFolder: inRoot("out/bench-host"),
    entry,
    env: { TERAHEX_BENCH_JOB: JSON.stringify(job) },
    limitMs: 600_000,
  });
  if (why !== undefined || result === undefined) throw new Error(why ?? "no figures");
  return /** @type {any} */ (result);
}

/** Opens a file in a fresh VS Code and hands its frame to `use`; `again` finds the frame that stands there by then.
 *  @template T @param {string} file
 *  @param {(frame: import("playwright-core").Frame, page: import("playwright-core").Page, again: () => Promise<import("playwright-core").Frame>) => Promise<T>} use
 *  @returns {Promise<T>} */
export async function withFile(file, use) {
  const server = await startServer({
    host: hosts.current,
    dataFolder: inRoot("out/bench-ui"),
    extension: "checkout",
    settings: { "workbench.editorAssociations": { [`*${path.extname(file)}`]: "terahex.editor" } },
  });
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await openWorkbench(context, server, path.dirname(file));
    const frame = await openFile(page, path.basename(file));
    await frame.locator('[role="gridcell"][data-offset="0"]').first().waitFor();
    await page.waitForTimeout(2000);
    return await use(frame, page, () => editorFrame(page));
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** @template T @param {import("../lib/inputs.mjs").InputName} name
 *  @param {(frame: import("playwright-core").Frame, page: import("playwright-core").Page) => Promise<T>} use @returns {Promise<T>} */
const withEditor = (name, use) => withFile(makeInput(name), use);

/** Drags the scroll bar to many places. @param {import("../lib/inputs.mjs").InputName} name @returns {Promise<Jump[]>} */
const jumpAbout = (name) =>
  withEditor(name, async (frame, page) => {
    const bar = await frame.locator(".scrollbar.vertical").boundingBox();
    const thumb = await frame.locator(".scrollbar.vertical .thumb").boundingBox();
    if (bar === null || thumb === null) throw new Error("no scroll bar");
    await frame.evaluate(watchJumps);
    const x = thumb.x + thumb.width / 2;
    const top = thumb.y + thumb.height / 2;
    const travelPx = bar.height - thumb.height - 4;
    await page.mouse.move(x, top);
    await page.mouse.down();
    for (let index = 1; index <= jumps; index++) {
      // Steps of the golden ratio: every jump goes far, none to a place seen before.
      await page.mouse.move(x, top + ((index * 0.618034) % 1) * travelPx);
      await frame.waitForFunction((count) => /** @type {any} */ (window).terahexJumps.length >= count, index, {
        timeout: 10_000,
      });
    }
    await page.mouse.up();
    return frame.evaluate(() => /** @type {any} */ (window).terahexJumps);
  });

/** @type {readonly { id: string, run: () => Promise<Finding[]> }[]} */
export const editorScenarios = [
  {
    id: "editor-host",
    /** @returns {Promise<Finding[]>} */
    async run() {
      await provisionHost(hosts.current);
      const { largeMs, smallMs, memoryBytes } = await inHost({ opens, places });
      return [
        {
          title: "VS Code: open command to first rows, 8 TiB / 4 KiB",
          figure: quiet(largeMs) / quiet(smallMs),
          unit: "times",
          atMost: 1.1,
          details: { ...spread("8 TiB ms", largeMs), ...spread("4 KiB ms", smallMs) },
        },
        {
          title: "VS Code: extension host after 10,000 random places of 8 TiB",
          figure: memoryBytes / MiB,
          unit: "MiB",
          atMost: 30,
        },
      ];
    },
  },
  {
    id: "editor-activation",
    /** @returns {Promise<Finding[]>} */
    async run() {
      await provisionHost(hosts.current);
      const samples = [];
      for (let round = 0; round < activations; round++)
        samples.push((await inHost({ opens: 0, places: 0 })).activationMs);
      return [
        {
          title: "VS Code: activation, in a window at rest",
          figure: quiet(samples),
          unit: "ms",
          atMost: 50,
          details: { median: median(samples), slowest: Math.max(...samples) },
        },
      ];
    },
  },
  {
    id: "editor-jump",
    /** @returns {Promise<Finding[]>} */
    async run() {
      await provisionHost(hosts.current);
      const large = await jumpAbout("sparse8TiB");
      const middle = await jumpAbout("random64MiB");
      const small = await jumpAbout("random4KiB");
      const ms = (/** @type {Jump[]} */ jumps) => jumps.map((jump) => jump.ms);
      const ownFrames = large.map(({ frames, waited }) => frames - waited);
      return [
        {
          title: "VS Code: jump by the scroll bar until all rows are there, 8 TiB / 64 MiB",
          figure: quiet(ms(large)) / quiet(ms(middle)),
          unit: "times",
          atMost: 1.2,
          details: {
            ...spread("8 TiB ms", ms(large)),
            ...spread("64 MiB ms", ms(middle)),
            ...spread("4 KiB ms", ms(small)),
          },
          note: "64 MiB: each jump reads, as in 8 TiB; a file of 4 KiB is one page, read once, and jumps in a frame",
        },
        {
          title: "VS Code: jump in 8 TiB, frames besides one round trip",
          figure: quiet(ownFrames),
          unit: "frames",
          atMost: 2,
          details: {
            median: median(ownFrames),
            most: Math.max(...ownFrames),
            ...spread(
              "frames in all",
              large.map(({ frames }) => frames),
            ),
            ...spread(
              "of 4 KiB",
              small.map(({ frames }) => frames),
            ),
          },
        },
      ];
    },
  },
  {
    id: "editor-wheel",
    /** @returns {Promise<Finding[]>} */
    async run() {
      await provisionHost(hosts.current);
      const seen = await withEditor("random4GiB", (frame) => frame.evaluate(turnWheel, wheel));
      if (seen.movedBytes <= 0) throw new Error("the wheel moved nothing");
      const title = `VS Code: wheel, ${wheel.rowsPerTick} rows a tick for ${wheel.lengthMs / 1000} s`;
      return [
        { title: `${title}: frames a second`, figure: seen.frames / seen.seconds, unit: "", atLeast: 50 },
        {
          title: `${title}: frames over 50 ms`,
          figure: seen.slowFrames,
          unit: "",
          atMost: 0,
          details: { "slowest ms": seen.slowestMs },
        },
        {
          title: `${title}: longest unloaded cell`,
          figure: seen.longestUnloadedMs,
          unit: "ms",
          atMost: 100,
          details: { "frames with unloaded cells": seen.unloadedFrames, "MiB scrolled": seen.movedBytes / MiB },
        },
      ];
    },
  },
  {
    id: "package",
    /** @returns {Promise<Finding[]>} */
    async run() {
      const { code, output } = await run(process.execPath, [inRoot("scripts/package.mjs")], {
        cwd: root,
        logFile: inRoot("out/logs/bench-package.log"),
      });
      const file = /^(.*\.vsix): /m.exec(output)?.[1];
      if (file === undefined) throw new Error(`packaging ended with ${code}`);
      return [{ title: "the .vsix", figure: fs.statSync(file).size / 1e6, unit: "MB", atMost: 2 }];
    },
  },
];
