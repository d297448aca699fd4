#!/usr/bin/env node
// npm run pictures: takes the README's pictures (docs/images) from the real thing: Terahex in VS Code on the samples.
// Nothing is saved to a sample. The people who look at them see what npm start shows.
import fs from "node:fs";
import path from "node:path";
import { build } from "./build.mjs";
import { launchChromium } from "./lib/chromium.mjs";
import { ensureDependencies } from "./lib/dependencies.mjs";
import { hosts } from "./lib/hosts.mjs";
import { inRoot } from "./lib/paths.mjs";
import { openFile, openWorkbench, runCommand, startServer, waitForByte } from "./lib/workbench.mjs";
import { provisionHost } from "./provisionHost.mjs";
import { makeSamples } from "./samples.mjs";

const TiB = 2 ** 40;
const folder = inRoot("docs/images");

/** @typedef {import("playwright-core").Page} Page
 *  @typedef {{ name: string, theme: string, sample: string, show: (page: Page, frame: import("playwright-core").Frame) => Promise<void> }} Picture */

/** @param {Page} page @param {string} expression */
async function goTo(page, expression) {
  await page.keyboard.press("Control+g");
  await page.locator(".quick-input-widget input").fill(expression);
  await page.keyboard.press("Enter");
}

/** @type {readonly Picture[]} */
const pictures = [
  {
    name: "8-tib",
    theme: "Dark Modern",
    sample: "sparse-8tib.img",
    async show(page, frame) {
      await goTo(page, "50%");
      await frame
        .locator(`[role="gridcell"][data-column="hex"][data-offset="${4 * TiB}"]`)
        .first()
        .click();
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
      await frame.locator('[role="gridcell"][data-column="hex"][data-offset="24"]').first().click();
      await page.keyboard.type("c0ffee", { delay: 60 });
      await frame.locator('[role="gridcell"][data-column="hex"][data-offset="64"]').first().click();
      for (let count = 0; count < 7; count++) await page.keyboard.press("Shift+ArrowRight");
    },
  },
  {
    name: "find",
    theme: "Light Modern",
    sample: "program-linux.elf",
    async show(page, frame) {
      await waitForByte(frame, 0, "7F");
      await frame.locator('[role="gridcell"][data-column="hex"][data-offset="0"]').first().click();
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
      await frame.locator('[role="gridcell"][data-column="hex"][data-offset="18"]').first().click();
      await page.waitForTimeout(1000);
      await frame.locator(".field-row.current").click();
    },
  },
  {
    name: "high-contrast",
    theme: "Default High Contrast",
    sample: "mandelbrot.bmp",
    async show(page, frame) {
      await waitForByte(frame, 0, "42");
      await frame.locator('[role="gridcell"][data-column="hex"][data-offset="18"]').first().click();
      for (let count = 0; count < 3; count++) await page.keyboard.press("Shift+ArrowRight");
    },
  },
];

await ensureDependencies();
await build();
await provisionHost(hosts.current);
const samples = await makeSamples({ say: () => undefined });
fs.mkdirSync(folder, { recursive: true });
for (const { name, theme, sample, show } of pictures) {
  const server = await startServer({
    host: hosts.current,
    dataFolder: inRoot("out/pictures"),
    extension: "checkout",
    settings: {
      "workbench.colorTheme": theme,
      "workbench.activityBar.location": "hidden",
      "window.menuBarVisibility": "hidden",
    },
  });
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1360, height: 720 } });
    const page = await openWorkbench(context, server, samples);
    const frame = await openFile(page, sample);
    await frame.locator('[role="gridcell"][data-offset="0"]').first().waitFor();
    await page.waitForTimeout(2500); // the workbench settles: badges and toasts come late
    await show(page, frame);
    await page.waitForTimeout(1000);
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
    console.log(path.join(folder, `${name}.png`));
  } finally {
    await browser.close();
    await server.stop();
  }
}
