// Scenarios of pictures: a sparse bitmap of 40 GB in a real VS Code, and brightening a gigabyte.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { launchChromium } from "../../scripts/lib/chromium.mjs";
import { hosts } from "../../scripts/lib/hosts.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/processes.mjs";
import { editorFrame, openFile, openWorkbench, startServer } from "../../scripts/lib/workbench.mjs";
import { provisionHost } from "../../scripts/provisionHost.mjs";
import { GiB, MiB } from "../lib/inputs.mjs";
import { median, quantile, quiet, spread } from "../lib/measure.mjs";
import { jumpInPicture, panPicture, whenShown } from "../runners/pixelsProbe.mjs";

/** @typedef {import("../lib/report.mjs").Finding} Finding
 *  @typedef {import("playwright-core").Frame} Frame
 *  @typedef {import("playwright-core").Page} Page */

const folder = inRoot("out/bench/pixels");
const openings = 7;
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

/** What this process has started, and what that has. @returns {readonly { rss: number, args: string }[]} MiB */
function ownProcesses() {
  const list = execFileSync("ps", ["-eo", "pid=,ppid=,rss=,args="], { encoding: "utf8" });
  const all = list.split("\n").flatMap((line) => {
    const [, pid, parent, rss, args = ""] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid, parent, rss: Number(rss) / 1024, args }];
  });
  const own = new Set([String(process.pid)]);
  for (let before = 0; before < own.size;) {
    before = own.size;
    for (const { pid, parent = "" } of all) if (own.has(parent)) own.add(pid);
  }
  return all.filter(({ pid }) => own.has(pid));
}

/** Resident memory of the extension host, and of all pages together, VS Code's own among them: tidied up.
 *  @param {Page} page */
async function memory(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.detach();
  const processes = ownProcesses();
  const sum = (/** @type {RegExp} */ kind) =>
    processes.filter(({ args }) => kind.test(args)).reduce((all, { rss }) => all + rss, 0);
  return { host: sum(/--type=extensionHost/), pages: sum(/--type=renderer/) };
}

/** Opens a picture's bytes in a fresh VS Code. @template T @param {string} file
 *  @param {(page: Page, open: () => Promise<Frame>) => Promise<T>} use `open`: until the first rows are there @returns {Promise<T>} */
async function withBytes(file, use) {
  const dataFolder = inRoot("out/bench-ui");
  const server = await startServer({
    host: hosts.current,
    dataFolder,
    extension: "checkout",
    settings: { "workbench.editorAssociations": { "*.bmp": "terahex.editor" } },
  });
  const keys = [{ key: "ctrl+alt+p", command: "terahex.showPixels" }];
  fs.writeFileSync(path.join(dataFolder, "user/User/keybindings.json"), JSON.stringify(keys));
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await openWorkbench(context, server, path.dirname(file));
    await openFile(page, path.basename(file));
    await closeAll(page);
    return await use(page, async () => {
      await page
        .locator(`.explorer-folders-view [aria-label^="${path.basename(file)}"]`)
        .first()
        .dblclick();
      const frame = await editorFrame(page);
      // Asked once a frame: the rows are on screen now.
      await frame.waitForFunction(
        () => /^[0-9A-F]{2}$/i.test(document.querySelector('[data-column="hex"][data-offset="0"]')?.textContent ?? ""),
        undefined,
        { polling: "raf" },
      );
      return frame;
    });
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** @param {Page} page */
async function closeAll(page) {
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+w");
  await page.waitForFunction(() => document.querySelector(".tab") === null);
  // What was closed is tidied up.
  await page.waitForTimeout(1000);
}

/** @param {Page} page */
async function showPicture(page) {
  const started = Date.now();
  await page.keyboard.press("Control+Alt+p");
  const picture = await pictureOf(page);
  await picture.waitForSelector(".pixels[data-shown-ms]");
  const { at, inPage } = await picture.evaluate(whenShown);
  await picture.waitForSelector('.pixels[data-complete="true"]');
  return { picture, shownMs: at - started, inPage };
}

/** @param {Page} page @param {() => Promise<Frame>} open */
async function look(page, open) {
  const shown = [];
  for (let round = 0; round < openings; round++) {
    await open();
    const { shownMs, inPage } = await showPicture(page);
    shown.push({ shownMs, inPage });
    await closeAll(page);
  }
  await open();
  await page.waitForTimeout(2000);
  const before = await memory(page);
  const { picture } = await showPicture(page);
  const wholeOut = await picture.evaluate(panPicture, { x: 0, y: 0, lengthMs: 1000 });
  await picture.locator(".pixels-stage canvas").first().focus();
  await page.keyboard.press("1");
  await picture.waitForSelector('.pixels[data-complete="true"]');
  const panned = await picture.evaluate(panPicture, { x: 31, y: 23, lengthMs: 3000 });
  const tiles = [];
  for (let round = 0; round < jumps; round++) {
    tiles.push(await picture.evaluate(jumpInPicture, { x: round < jumps / 2 ? 2400 : -2300, y: 1100 }));
  }
  for (let step = 0; step < 4; step++) await page.keyboard.press("-");
  await picture.waitForSelector('.pixels[data-complete="true"]');
  const pannedOut = await picture.evaluate(panPicture, { x: 31, y: 23, lengthMs: 3000 });
  return { shown, wholeOut, panned, pannedOut, tiles, before, after: await memory(page) };
}

/** @param {string} title @param {number[]} askedMs @param {number[]} missedMs @returns {Finding} */
function tileFinding(title, askedMs, missedMs) {
  return {
    title,
    figure: median(askedMs),
    unit: "ms",
    atMost: 50,
    details: {
      "95 of 100 within": quantile(askedMs, 0.95),
      tiles: askedMs.length,
      "in sight before they were there": missedMs.length,
      ...(missedMs.length > 0 && { "those, median": median(missedMs), "95 of 100 of those": quantile(missedMs, 0.95) }),
    },
  };
}

/** @param {{ host: number, pages: number }} used */
const sumOf = ({ host, pages }) => host + pages;

/** @param {{ frames: number, ms: number }} panned */
const perSecond = ({ frames, ms }) => (frames * 1000) / ms;

/** @type {readonly { id: string, run: () => Promise<Finding[]> }[]} */
export const pixelsScenarios = [
  {
    id: "pixels-view",
    /** @returns {Promise<Finding[]>} */
    async run() {
      await provisionHost(hosts.current);
      const seen = await withBytes(sparse(), look);
      // From memory: the disk is not what is measured.
      execFileSync("sh", ["-c", 'cat "$0" > /dev/null', gigabyte()]);
      const full = await withBytes(gigabyte(), look);
      const [shown, inPage] = [seen.shown.map(({ shownMs }) => shownMs), seen.shown.map((one) => one.inPage)];
      const growth = { host: seen.after.host - seen.before.host, pages: seen.after.pages - seen.before.pages };
      return [
        {
          title: "VS Code: picture of 40 GB, from its first hex rows to the whole of it",
          figure: quiet(shown),
          unit: "ms",
          atMost: 300,
          details: { median: median(shown), "the first": shown[0] ?? NaN, ...spread("of it in its page", inPage) },
          note: "the command is given by a key as soon as the rows are there",
        },
        {
          title: "VS Code: panning in it at 1:1",
          figure: perSecond(seen.panned),
          unit: "frames/s",
          atLeast: 50,
          details: { "slowest frame ms": seen.panned.slowestMs, "at rest": perSecond(seen.wholeOut) },
        },
        tileFinding("VS Code: a tile while panning in it at 1:1", seen.panned.askedMs, seen.panned.missedMs),
        {
          title: "VS Code: panning in it, reduced by 16",
          figure: perSecond(seen.pannedOut),
          unit: "frames/s",
          atLeast: 50,
          details: { "slowest frame ms": seen.pannedOut.slowestMs },
        },
        tileFinding(
          "VS Code: a tile while panning in it, reduced by 16",
          seen.pannedOut.askedMs,
          seen.pannedOut.missedMs,
        ),
        {
          title: "VS Code: a screen of tiles of it at 1:1, after a jump",
          figure: quiet(seen.tiles),
          unit: "ms",
          atMost: 50,
          details: { ...spread("ms", seen.tiles), ...spread("of 1 GB without holes, ms", full.tiles) },
        },
        tileFinding("VS Code: a tile while panning in 1 GB without holes", full.panned.askedMs, full.panned.missedMs),
        {
          title: "VS Code: memory of host and page for it, after all that",
          figure: growth.host + growth.pages,
          unit: "MiB",
          atMost: 150,
          details: { ...growth, "of 1 GB without holes": sumOf(full.after) - sumOf(full.before) },
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
