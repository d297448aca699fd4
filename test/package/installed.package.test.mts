// Installs the packaged .vsix, the very file that people get, in a real VS Code, and uses it. What works in a checkout can be
// missing from a package: a bundle, the addon, a style sheet.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser, Frame, Page } from "playwright-core";
import { launchChromium } from "../../scripts/lib/chromium.mjs";
import { hosts } from "../../scripts/lib/hosts.mjs";
import { inRoot, platformTarget } from "../../scripts/lib/paths.mjs";
import { openFile, openWorkbench, startServer, waitForByte, type Server } from "../../scripts/lib/workbench.mjs";

const TiB = 2 ** 40;
const largeSize = 8 * TiB;

describe("the packaged extension", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-package-"));
  const small = path.join(folder, "small.bin");
  let server: Server;
  let browser: Browser;
  let page: Page;
  let frame: Frame;

  before(async () => {
    fs.writeFileSync(small, Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256)));
    const large = fs.openSync(path.join(folder, "large.bin"), "w");
    fs.ftruncateSync(large, largeSize);
    fs.writeSync(large, Buffer.from("end"), 0, 3, largeSize - 3);
    fs.closeSync(large);
    const { name, version } = JSON.parse(fs.readFileSync(inRoot("package.json"), "utf8")) as {
      name: string;
      version: string;
    };
    server = await startServer({
      host: hosts.current,
      dataFolder: inRoot("out/package-smoke"),
      extension: { vsix: inRoot("dist", `${name}-${version}-${platformTarget}.vsix`) },
      settings: { "workbench.editorAssociations": { "*.bin": "terahex.editor" } },
    });
    browser = await launchChromium();
    page = await openWorkbench(await browser.newContext({ viewport: { width: 1280, height: 800 } }), server, folder);
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await page.screenshot({ path: inRoot("out/package-smoke/failure.png") });
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    fs.rmSync(folder, { recursive: true });
  });

  it("DL-31: shows the rows of a small file", async () => {
    frame = await openFile(page, "small.bin");
    await waitForByte(frame, 0, "00");
    await waitForByte(frame, 0x41, "41");
    // What a person sees after the installation, to be looked at.
    await page.screenshot({ path: inRoot("out/package-smoke/installed.png") });
  });

  it("overwrites a byte and saves it in place", async () => {
    await frame.locator('[role="gridcell"][data-column="hex"][data-offset="16"]').click();
    await page.keyboard.type("ab");
    await waitForByte(frame, 16, "AB");
    await page.keyboard.press("Control+s");
    const deadline = Date.now() + 10_000;
    while (fs.readFileSync(small)[16] !== 0xab && Date.now() < deadline) await page.waitForTimeout(50);
    const expected = Buffer.from(Array.from({ length: 512 }, (_, index) => (index === 16 ? 0xab : index % 256)));
    assert.deepEqual(fs.readFileSync(small), expected);
  });

  it("DL-16: shows the last bytes of 8 TiB", async () => {
    frame = await openFile(page, "large.bin");
    await waitForByte(frame, 0, "00");
    await frame.locator('[role="gridcell"][data-column="hex"][data-offset="0"]').click();
    await page.keyboard.press("Control+End");
    await waitForByte(frame, largeSize - 3, "65");
    await waitForByte(frame, largeSize - 1, "64");
  });
});
