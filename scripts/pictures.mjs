#!/usr/bin/env node
// npm run pictures [-- NAME …]: takes the README's pictures (docs/images) from the real thing: Terahex in VS Code on the samples.
// Nothing is saved to a sample. The people who look at them see what npm start shows.
import fs from "node:fs";
import path from "node:path";
import { build } from "./build.mjs";
import { launchChromium } from "./lib/chromium.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { hosts } from "./lib/hosts.mjs";
import { inRoot } from "./lib/paths.mjs";
import { editorFrame, openFile, openWorkbench, runCommand, startServer, waitForByte } from "./lib/workbench.mjs";
import { provisionHost } from "./provisionHost.mjs";
import { makeSamples } from "./samples.mjs";

const TiB = 2 ** 40;
const folder = inRoot("docs/images");

/** A template in the making, and a log that it describes. @type {Readonly<Record<string, string | Buffer>>} */
const authoring = {
  "sensor_log.ksy": `meta:
  id: sensor_log
  title: Log of a sensor
  endian: le
seq:
  - id: magic
    contents: SLOG
  - id: header
    type: header
  - id: readings
    type: reading
    repeat: expr
    repeat-expr: header.count
types:
  header:
    seq:
      - id: count
        type: u2
        doc: How many readings follow.
      - id: unit
        type: u1
        enum: units
      - id: is_final
        type: b1
  reading:
    seq:
      - id: seconds
        type: u4
      - id: value
        type: f4
enums:
  units:
    0: celsius
    1: kelvin
`,
  "sensor.bin": Buffer.concat([
    Buffer.from([...Buffer.from("SLOG"), 12, 0, 1, 0x80]),
    ...Array.from({ length: 12 }, (_, index) => {
      const reading = Buffer.alloc(8);
      reading.writeUInt32LE(1_700_000_000 + 60 * index);
      reading.writeFloatLE(290 + Math.round(40 * Math.sin(index)) / 8, 4);
      return reading;
    }),
  ]),
};

/** @typedef {import("playwright-core").Page} Page
 *  @typedef {{ name: string, theme: string, sample: string, files?: Readonly<Record<string, string | Buffer>>, show: (page: Page, frame: import("playwright-core").Frame) => Promise<void> }} Picture */

/** @param {Page} page @param {string} expression */
async function goTo(page, expression) {
  await page.keyboard.press("Control+g");
  await page.locator(".quick-input-widget input").fill(expression);
  await page.keyboard.press("Enter");
}

/** @param {import("playwright-core").Frame} frame @param {number} offset */
const clickByte = (frame, offset) =>
  frame.locator(`[role="gridcell"][data-column="hex"][data-offset="${offset}"]`).first().click();

/** The page that has such an element. @param {Page} page @param {string} selector @returns {Promise<import("playwright-core").Frame>} */
async function frameWith(page, selector) {
  for (let attempt = 0; attempt < 300; attempt++) {
    for (const frame of page.frames()) {
      if (
        (await frame
          .locator(selector)
          .count()
          .catch(() => 0)) > 0
      )
        return frame;
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`no page has ${selector}`);
}

/** @type {readonly Picture[]} */
const pictures = [
  {
    name: "8-tib",
    theme: "Dark Modern",
    sample: "sparse-8tib.img",
    async show(page, frame) {
      await goTo(page, "50%");
      await clickByte(frame, 4 * TiB);
      await page.keyboard.press("Shift+ArrowDown");
      await page.keyboard.press("Shift+ArrowDown");
    },
  },
  {
    name: "edited",
    theme: "Light Modern",
    sample: "program-linux.elf",
    async show(page, frame) {
      await waitForByte(frame, 0, "7F");
      await clickByte(frame, 24);
      await page.keyboard.type("c0ffee", { delay: 60 });
      await clickByte(frame, 64);
      for (let count = 0; count < 7; count++) await page.keyboard.press("Shift+ArrowRight");
    },
  },
  {
    name: "find",
    theme: "Light Modern",
    sample: "program-linux.elf",
    async show(page, frame) {
      await waitForByte(frame, 0, "7F");
      await clickByte(frame, 0);
      await page.keyboard.press("Control+f");
      await frame.locator('.find-kinds > button:text-is("Text")').click();
      await page.keyboard.press("Control+f");
      await page.keyboard.type("_init");
      await page.keyboard.press("Control+Enter");
      await page.waitForTimeout(1000);
      await page.keyboard.press("ArrowDown");
    },
  },
  {
    name: "structure",
    theme: "Dark Modern",
    sample: "mandelbrot.bmp",
    async show(page, frame) {
      await waitForByte(frame, 0, "42");
      await runCommand(page, "Terahex: Toggle Data Inspector");
      await runCommand(page, "Terahex: Toggle Structure");
      await frame.locator(".field-row.struct").first().waitFor();
      await clickByte(frame, 18);
      await page.waitForTimeout(1000);
      await frame.locator(".field-row.current").click();
    },
  },
  {
    name: "pixels",
    theme: "Dark Modern",
    sample: "mandelbrot.bmp",
    async show(page, frame) {
      await waitForByte(frame, 0, "42");
      await runCommand(page, "Terahex: Toggle Data Inspector");
      await page.keyboard.press("Control+b"); // room for both
      await runCommand(page, "Terahex: Show Pixels");
      const pixels = await frameWith(page, '.pixels[data-complete="true"]');
      await pixels.locator(".pixels-stage canvas").first().focus();
      for (const key of ["+", "a"]) await page.keyboard.press(key);
      await pixels.getByLabel("Area: x, y, width, height").fill("200, 150, 170, 120");
      await pixels.getByLabel("Area: x, y, width, height").press("Enter");
      await pixels.getByLabel("Which channels become red, green and blue").selectOption("BRG");
      await pixels.getByLabel("Contrast").fill("30");
      await pixels.locator(".pixels-stage").hover({ position: { x: 20, y: 20 } }); // off the sash between both
    },
  },
  {
    name: "sections",
    theme: "Dark Modern",
    sample: "program-windows.exe",
    async show(page, frame) {
      await waitForByte(frame, 0, "4D");
      await runCommand(page, "Terahex: Toggle Data Inspector");
      await runCommand(page, "View: Toggle Primary Side Bar Visibility"); // room for the table
      await runCommand(page, "Terahex: Show Sections");
      const sections = await frameWith(page, "main.sections .section-row");
      await sections.locator(".tab", { hasText: "Imports" }).click();
      await sections.locator(".section-row", { hasText: ".rdata" }).click();
      await sections.locator(".at-cursor", { hasText: ".rdata" }).waitFor();
    },
  },
  {
    name: "authoring",
    theme: "Dark Modern",
    sample: "sensor.bin",
    files: authoring,
    async show(page, frame) {
      await waitForByte(frame, 0, "53");
      await runCommand(page, "Terahex: Toggle Data Inspector");
      await page.locator('.explorer-folders-view .monaco-list-row[aria-label^="sensor_log.ksy"]').dblclick();
      await page.locator('.statusbar-item[aria-label="Kaitai Struct"]').waitFor();
      await page.keyboard.press("Control+b"); // room for both
      await runCommand(page, "Terahex: Preview This Template on");
      await page.locator(".editor-group-container").nth(1).waitFor();
      const preview = await editorFrame(page);
      await preview.locator('.field-row .label:text-is("header")').waitFor();
      await clickByte(preview, 6);
      await page.waitForTimeout(1000);
    },
  },
  {
    name: "high-contrast",
    theme: "Default High Contrast",
    sample: "mandelbrot.bmp",
    async show(page, frame) {
      await waitForByte(frame, 0, "42");
      await clickByte(frame, 18);
      for (let count = 0; count < 3; count++) await page.keyboard.press("Shift+ArrowRight");
    },
  },
];

/** The same picture in 64 colours, a quarter as large: the pictures are in the package. @param {Buffer} png @returns {Buffer} */
function withPalette(png) {
  const image = UPNG.decode(new Uint8Array(png).buffer);
  return Buffer.from(UPNG.encode(UPNG.toRGBA8(image), image.width, image.height, 64));
}

await ensureDependencies();
const { default: UPNG } = await import("upng-js");
await build();
await provisionHost(hosts.current);
const samples = await makeSamples({ say: () => undefined });
fs.mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(2);
for (const { name, theme, sample, files, show } of pictures) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const workspace = files === undefined ? samples : inRoot("out/pictures-files");
  if (files !== undefined) {
    fs.mkdirSync(workspace, { recursive: true });
    for (const [file, content] of Object.entries(files)) fs.writeFileSync(path.join(workspace, file), content);
  }
  const server = await startServer({
    host: hosts.current,
    dataFolder: inRoot("out/pictures"),
    extension: "checkout",
    settings: {
      "workbench.colorTheme": theme,
      "workbench.editorAssociations": { "*.bin": "terahex.editor" },
      "workbench.activityBar.location": "hidden",
      "window.menuBarVisibility": "hidden",
    },
  });
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1360, height: 720 } });
    const page = await openWorkbench(context, server, workspace);
    const frame = await openFile(page, sample);
    await frame.locator('[role="gridcell"][data-offset="0"]').first().waitFor();
    await page.waitForTimeout(2500); // the workbench settles: badges and toasts come late
    await show(page, frame);
    await page.waitForTimeout(1000);
    fs.writeFileSync(path.join(folder, `${name}.png`), withPalette(await page.screenshot()));
    console.log(path.join(folder, `${name}.png`));
  } finally {
    await browser.close();
    await server.stop();
  }
}
