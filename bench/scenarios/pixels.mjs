// Scenarios of pictures: a sparse bitmap of 40 GB in a real VS Code, and brightening a gigabyte.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { hosts } from "../../scripts/lib/hosts.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/processes.mjs";
import { provisionHost } from "../../scripts/provisionHost.mjs";
import { GiB, MiB } from "../lib/inputs.mjs";
import { median, quiet, spread } from "../lib/measure.mjs";
import { jumpInPicture, panPicture } from "../runners/pixelsProbe.mjs";
import { withFile } from "./editor.mjs";

/** @typedef {import("../lib/report.mjs").Finding} Finding
 *  @typedef {import("playwright-core").Frame} Frame
 *  @typedef {import("playwright-core").Page} Page */

const folder = inRoot("out/bench/pixels");
const jumps = 15;
const adjustments = 5;

/** 24 bits a pixel. @param {string} name @param {number} width @param {number} height
 *  @param {(handle: number, size: number) => void} fill @see BITMAPINFOHEADER, Microsoft Learn */
function bitmap(name, width, height, fill) {
  const file = path.join(folder, name);
  const size = 54 + Math.ceil((width * 3) / 4) * 4 * height;
  if (fs.existsSync(file) && fs.statSync(file).size === size) return file;
  fs.mkdirSync(folder, { recursive: true });
  const header = Buffer.alloc(54);
  header.write("BM");
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  const handle = fs.openSync(file, "w");
  fs.writeSync(handle, header);
  fs.ftruncateSync(handle, size);
  fill(handle, size);
  fs.closeSync(handle);
  return file;
}

const noise = Buffer.from(Array.from({ length: MiB }, (_, index) => (index * 7 + (index >> 8)) % 256));

/** Data at 64 places of it. */
const sparse = () =>
  bitmap("sparse-40gb.bmp", 115_470, 115_470, (handle, size) => {
    for (let at = 0; at < 64; at++) fs.writeSync(handle, noise, 0, MiB, 54 + Math.floor(((size - 2 * MiB) / 64) * at));
  });

const gigabyte = () =>
  bitmap("gigabyte.bmp", 20_001, 17_895, (handle, size) => {
    for (let at = 54; at < size; at += MiB) fs.writeSync(handle, noise, 0, Math.min(MiB, size - at), at);
  });

/** @param {Page} page @returns {Promise<Frame>} */
async function pictureOf(page) {
  for (;;) {
    for (const frame of page.frames()) {
      const there = await frame.locator(".pixels-stage").count().catch(() => 0); // prettier-ignore
      if (there > 0) return frame;
    }
    await page.waitForTimeout(20);
  }
}

/** The resident memory of the processes that run extensions. */
function hostMegabytes() {
  const list = execFileSync("ps", ["-eo", "rss,args"], { encoding: "utf8" });
  const hostsOf = list.split("\n").filter((line) => line.includes("--type=extensionHost") && line.includes("node"));
  return Math.max(...hostsOf.map((line) => Number.parseInt(line, 10) / 1024));
}

/** @param {Page} page */
async function look(page) {
  const before = hostMegabytes();
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").fill(">Terahex: Show Pixels");
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: "Show Pixels" }).first().waitFor();
  const pressed = Date.now();
  await page.keyboard.press("Enter");
  const picture = await pictureOf(page);
  await picture.waitForSelector(".pixels[data-shown-ms]");
  const shown = await picture.evaluate(() => {
    const page = /** @type {HTMLElement} */ (document.querySelector(".pixels"));
    return { at: performance.timeOrigin + Number(page.dataset["shownMs"]), inPage: Number(page.dataset["shownMs"]) };
  });
  await picture.waitForSelector('.pixels[data-complete="true"]');
  const wholeOut = await picture.evaluate(panPicture, { x: 0, y: 0, lengthMs: 1000 });
  await picture.locator(".pixels-stage canvas").first().focus();
  await page.keyboard.press("1");
  await picture.waitForSelector('.pixels[data-complete="true"]');
  const panned = await picture.evaluate(panPicture, { x: 31, y: 23, lengthMs: 3000 });
  const tiles = [];
  for (let round = 0; round < jumps; round++) {
    tiles.push(await picture.evaluate(jumpInPicture, { x: 3000, y: round % 2 === 0 ? 5000 : -4000 }));
  }
  for (let step = 0; step < 4; step++) await page.keyboard.press("-");
  await picture.waitForSelector('.pixels[data-complete="true"]');
  const pannedOut = await picture.evaluate(panPicture, { x: 31, y: 23, lengthMs: 3000 });
  return {
    shownMs: shown.at - pressed,
    inPage: shown.inPage,
    wholeOut,
    panned,
    pannedOut,
    tiles,
    before,
    after: hostMegabytes(),
  };
}

/** @param {{ frames: number, ms: number }} panned */
const perSecond = ({ frames, ms }) => (frames * 1000) / ms;

/** @type {readonly { id: string, run: () => Promise<Finding[]> }[]} */
export const pixelsScenarios = [
  {
    id: "pixels-view",
    /** @returns {Promise<Finding[]>} */
    async run() {
      await provisionHost(hosts.current);
      const seen = await withFile(sparse(), (_frame, page) => look(page));
      return [
        {
          title: "VS Code: picture of 40 GB, from the command to the whole of it",
          figure: seen.shownMs,
          unit: "ms",
          atMost: 300,
          details: { "of it in its page": seen.inPage },
        },
        {
          title: "VS Code: panning in it at 1:1",
          figure: perSecond(seen.panned),
          unit: "frames/s",
          atLeast: 50,
          details: { "slowest frame ms": seen.panned.slowestMs, "at rest": perSecond(seen.wholeOut) },
        },
        {
          title: "VS Code: panning in it, reduced by 16",
          figure: perSecond(seen.pannedOut),
          unit: "frames/s",
          atLeast: 50,
          details: { "slowest frame ms": seen.pannedOut.slowestMs },
        },
        {
          title: "VS Code: a screen of tiles of it at 1:1, after a jump",
          figure: quiet(seen.tiles),
          unit: "ms",
          atMost: 50,
          details: spread("ms", seen.tiles),
        },
        {
          title: "VS Code: the host's memory for it",
          figure: seen.after - seen.before,
          unit: "MiB",
          atMost: 150,
          details: { before: seen.before, after: seen.after },
        },
      ];
    },
  },
  {
    id: "pixels-adjust",
    /** @returns {Promise<Finding[]>} */
    async run() {
      const storage = path.join(folder, "storage");
      fs.mkdirSync(storage, { recursive: true });
      /** @type {{ bytes: number, copyMs: number, adjustMs: number, undoMs: number, cancelMs: number, pieceCount: number, memoryBytes: number }[]} */
      const taken = [];
      for (let round = 0; round < adjustments; round++) {
        const { code, output } = await run(
          process.execPath,
          ["--import", "tsx", inRoot("bench/runners/adjustRunner.ts"), gigabyte(), storage],
          { cwd: inRoot(), logFile: inRoot("out/logs/bench-sample.log"), timeoutMs: 300_000 },
        );
        if (code !== 0) throw new Error(output);
        taken.push(JSON.parse(output.trimEnd().split("\n").at(-1) ?? ""));
      }
      fs.rmSync(storage, { recursive: true });
      const [adjust, copy] = [taken.map(({ adjustMs }) => adjustMs), taken.map(({ copyMs }) => copyMs)];
      const bytes = taken[0]?.bytes ?? 0;
      return [
        {
          title: `engine: brighten ${(bytes / GiB).toPrecision(3)} GiB of a picture, against a copy in memory`,
          figure: quiet(adjust) / quiet(copy),
          unit: "times",
          atMost: 3,
          details: {
            ...spread("ms", adjust),
            ...spread("copy ms", copy),
            "undo ms": median(taken.map(({ undoMs }) => undoMs)),
            "cancelled after ms": median(taken.map(({ cancelMs }) => cancelMs)),
            "memory MiB": median(taken.map(({ memoryBytes }) => memoryBytes)) / MiB,
          },
        },
      ];
    },
  },
];
