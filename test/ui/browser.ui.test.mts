// The browser's build, as on vscode.dev: Terahex in the web extension host of a real workbench, on files that are none of a disk.
// Opens, edits, undoes, finds and saves; a file that is too large says so, and nobody sees a blank editor. DL-31.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import type { Browser, Frame, Page } from "playwright-core";
import { launchChromium } from "../../scripts/lib/chromium.mjs";
import { hosts } from "../../scripts/lib/hosts.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { serveFromWeb } from "../../scripts/lib/webWorkbench.mjs";
import {
  editorFrame,
  openFile,
  runCommand,
  startServer,
  waitForByte,
  waitForWorkbench,
  type Server,
} from "../../scripts/lib/workbench.mjs";

describe("Terahex in a browser alone", function () {
  this.timeout(120_000);
  const out = inRoot("out/ui-browser");
  let server: Server;
  let web: Awaited<ReturnType<typeof serveFromWeb>>;
  let browser: Browser;
  let page: Page;
  const broken: string[] = [];

  before(async () => {
    server = await startServer({
      host: hosts.current,
      dataFolder: out,
      settings: {
        "workbench.editorAssociations": { "*.bin": "terahex.editor" },
      },
    });
    web = await serveFromWeb(server, {
      extensions: { terahex: inRoot("."), memfs: inRoot("test/ui/memfs") },
      folder: { scheme: "memfs", path: "/" },
    });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(30_000);
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && /terahex/i.test(text) && /Error/.test(text)) broken.push(text);
    });
    await page.goto(web.url);
    await waitForWorkbench(page);
  });
  after(async () => {
    await browser?.close();
    await web?.stop();
    await server?.stop();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await shot(`failed-${this.currentTest.title}`);
  });

  const shot = (name: string): Promise<Buffer> =>
    page.screenshot({ path: path.join(out, `${name.replace(/\W+/g, "-")}.png`) });
  const cell = (frame: Frame, offset: number) =>
    frame.locator(`[role="gridcell"][data-column="hex"][data-offset="${offset}"]`);
  const tab = (name: string, dirty: boolean) =>
    page.locator(`.tab${dirty ? ".dirty" : ":not(.dirty)"}[data-resource-name="${name}"]`);

  it("opens, edits, undoes, redoes and saves a file that is none of a disk", async () => {
    const frame = await openFile(page, "small.bin");
    await waitForByte(frame, 0, "30");
    await cell(frame, 1).click();
    await page.keyboard.type("AB");
    await waitForByte(frame, 1, "AB");
    await tab("small.bin", true).waitFor();
    await page.keyboard.press("Control+z");
    await waitForByte(frame, 1, "31");
    await tab("small.bin", false).waitFor();
    await page.keyboard.press("Control+y");
    await waitForByte(frame, 1, "AB");
    await shot("edited");
    await page.keyboard.press("Control+s");
    await tab("small.bin", false).waitFor();
    // Read anew: what the file system holds now.
    await page.locator(".tab.active").first().click({ button: "middle" });
    await tab("small.bin", false).waitFor({ state: "detached" });
    const again = await openFile(page, "small.bin");
    await waitForByte(again, 1, "AB");
    await waitForByte(again, 2, "32");
  });

  it("finds bytes", async () => {
    const frame = await openFile(page, "small.bin");
    await waitForByte(frame, 0, "30");
    await cell(frame, 0).click();
    await page.keyboard.press("Control+f");
    await frame.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Find");
    await page.keyboard.type("6e 65 65 64 6c 65");
    await frame.waitForFunction(() => document.querySelector(".find-count")?.textContent === "1 of 1");
    await shot("found");
    await page.keyboard.press("Escape");
  });

  it("reads a file across its pages", async () => {
    const frame = await openFile(page, "pattern.bin");
    await cell(frame, 0).click();
    await page.keyboard.press("Control+End");
    const last = 99_999;
    await waitForByte(frame, last, (((last * 7 + (last >> 8)) % 256).toString(16).padStart(2, "0")).toUpperCase()); // prettier-ignore
  });

  it("says of a file of 300 MiB that it is too large here, with both figures, instead of a blank editor", async () => {
    await page.locator('.explorer-folders-view .monaco-list-row[aria-label^="large.bin"]').dblclick();
    await page.locator('.tab.active[data-resource-name="large.bin"]').waitFor();
    const frame = await editorFrame(page);
    const text = await frame.locator("main[role=alert]").innerText();
    assert.match(text, /300 MiB/);
    assert.match(text, /256 MiB/);
    assert.match(text, /browser/);
    await shot("too-large");
  });

  it("hashes", async () => {
    await openFile(page, "pattern.bin");
    await runCommand(page, "Terahex: Hash");
    const row = (text: string) => page.locator(".quick-input-list .monaco-list-row", { hasText: text });
    await row("CRC-32/ISO-HDLC").or(row("sha256")).first().waitFor();
    await page.keyboard.press("Enter");
    const pattern = Uint8Array.from({ length: 100_000 }, (_, at) => at * 7 + (at >> 8));
    await row(createHash("sha256").update(pattern).digest("hex")).waitFor();
    await page.keyboard.press("Escape");
  });

  it("says of what needs more than a browser that it does, and calls none of it an error", async () => {
    const frame = await openFile(page, "small.bin");
    const toast = page.locator(".notification-toast", { hasText: /does not run in a browser/ });
    for (const command of ["Choose Template", "Show Kept Edits", "Apply Patch"]) {
      await runCommand(page, `Terahex: ${command}`);
      await toast.first().waitFor();
      await toast.first().hover();
      await toast.first().locator(".codicon-notifications-clear").click();
      await toast.waitFor({ state: "detached" });
    }
    await runCommand(page, "Terahex: Toggle Structure");
    await frame.locator(".tree-message", { hasText: /does not run in a browser/ }).waitFor();
    await shot("not-here");
    assert.equal(await page.locator(".monaco-dialog-box").count(), 0);
    assert.deepEqual(broken, []);
  });
});
