// Live mode as a person sees it, in a real VS Code: bytes that a running program writes, the status bar, the question before
// writing is armed, and a byte typed straight into the file (screenshots in out/ui-live/).
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser, Frame, Page } from "playwright-core";
import { launchChromium } from "../../scripts/lib/chromium.mjs";
import { hosts } from "../../scripts/lib/hosts.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import {
  editorFrame,
  openFile,
  openWorkbench,
  runCommand,
  startServer,
  waitForByte,
  type Server,
} from "../../scripts/lib/workbench.mjs";

const out = inRoot("out/ui-live");

describe("a person in live mode", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-live-"));
  const shared = path.join(folder, "shared.bin");
  let server: Server;
  let browser: Browser;
  let page: Page;
  let frame: Frame;
  let writer: NodeJS.Timeout;

  before(async () => {
    fs.writeFileSync(shared, Buffer.alloc(4096));
    server = await startServer({
      host: hosts.current,
      dataFolder: out,
      extension: "checkout",
      settings: { "workbench.editorAssociations": { "*.bin": "terahex.editor" }, "files.autoSave": "off" },
    });
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await openWorkbench(context, server, folder);
    const file = fs.openSync(shared, "r+");
    let count = 0;
    // Positional writes are as one with stores through a mapping.
    writer = setInterval(() => fs.writeSync(file, Buffer.of(++count % 256, (count * 7) % 256), 0, 2, 64), 20);
  });

  after(async () => {
    clearInterval(writer);
    await browser?.close();
    await server?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it("follows the writer, asks before it is armed, and then writes each digit pair at once", async () => {
    await openFile(page, "shared.bin");
    frame = await editorFrame(page);
    await waitForByte(frame, 0, "00");
    await runCommand(page, "Terahex: Toggle Live Mode");
    await page.getByText("LIVE", { exact: true }).waitFor();
    const seen = new Set<string>();
    for (let look = 0; look < 40; look++) {
      seen.add((await frame.locator('.cell[data-offset="64"][data-column="hex"]').textContent()) ?? "");
      await page.waitForTimeout(30);
    }
    assert.ok(seen.size > 15, `only ${seen.size} values were on screen`);
    await page.screenshot({ path: path.join(out, "live.png") });
    await runCommand(page, "Terahex: Arm or Disarm Live Writing");
    await page.getByRole("button", { name: "Arm Writing" }).click();
    await page.getByText("LIVE ARMED").waitFor();
    await frame.locator('.cell[data-offset="16"][data-column="hex"]').click();
    await page.keyboard.type("AB");
    await waitForByte(frame, 16, "AB");
    for (let wait = 0; wait < 100 && fs.readFileSync(shared)[16] !== 0xab; wait++) await page.waitForTimeout(20);
    assert.equal(fs.readFileSync(shared)[16], 0xab, "without a save");
    await page.getByText("0x11", { exact: true }).waitFor(); // the cursor has gone on, and the status bar with it
    await page.screenshot({ path: path.join(out, "armed.png") });
  });
});
