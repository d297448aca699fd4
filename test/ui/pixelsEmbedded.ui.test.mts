// Bitmaps whose pixels are a whole PNG or JPEG file, in a real VS Code: the browser unpacks them. Screenshots in
// out/ui-pixels-embedded/.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { encode } from "jpeg-js";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../../scripts/lib/chromium.mjs";
import { hosts } from "../../scripts/lib/hosts.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import {
  openFile,
  openWorkbench,
  runCommand,
  startServer,
  waitForByte,
  type Server,
} from "../../scripts/lib/workbench.mjs";
import { bitmapFile } from "../unit/formats/bmp/bitmapFile";
import { frameWith, until } from "./harness/until.mjs";

const out = inRoot("out/ui-pixels-embedded");
const png = fs.readFileSync(inRoot("docs/images/8-tib.png"));
/** Two colours beside each other. */
const drawn = Buffer.alloc(64 * 32 * 4, 255);
for (let at = 0; at < drawn.length / 4; at += 1) drawn.set(at % 64 < 32 ? [220, 30, 30] : [30, 30, 220], 4 * at);
const jpeg = encode({ width: 64, height: 32, data: drawn }, 95).data;

describe("a person who looks at a picture within a bitmap", function () {
  this.timeout(180_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-ui-embedded-"));
  let server: Server;
  let browser: Browser;
  let page: Page;

  before(async () => {
    const fields = { width: 64, height: 32, bits: 0 };
    for (const [name, compression, data] of [
      ["png.bmp", 5, png],
      ["jpeg.bmp", 4, jpeg],
    ] as const) {
      const file = bitmapFile({ ...fields, compression, imageBytes: data.length, data: Uint8Array.from(data) });
      fs.writeFileSync(path.join(folder, name), file);
    }
    server = await startServer({
      host: hosts.current,
      dataFolder: out,
      extension: "checkout",
      settings: { "workbench.editorAssociations": { "*.bmp": "terahex.editor" } },
    });
    browser = await launchChromium();
    page = await openWorkbench(await browser.newContext({ viewport: { width: 1200, height: 700 } }), server, folder);
  });
  afterEach(async function () {
    await page.screenshot({ path: path.join(out, `${this.currentTest?.title.slice(0, 40)}.png`) });
    await page.keyboard.press("Control+k");
    await page.keyboard.press("Control+w");
    await until("no tab", async () => (await page.locator(".tab").count()) === 0);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    fs.rmSync(folder, { recursive: true });
  });

  async function look(name: string) {
    await waitForByte(await openFile(page, name), 0, "42");
    await runCommand(page, "Terahex: Show Pixels");
    const picture = await frameWith(page, ".pixels-stage");
    await picture.waitForSelector('.pixels[data-complete="true"]', { timeout: 30_000 });
    return picture;
  }

  it("sees a PNG, as large as it says itself", async () => {
    const picture = await look("png.bmp");
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    const format = await picture.locator(".pixels-format").innerText();
    assert.ok(format.startsWith(`${width} × ${height} · BITMAPINFOHEADER · PNG`), format);
  });

  it("sees a JPEG, in its colours", async () => {
    const picture = await look("jpeg.bmp");
    assert.match(await picture.locator(".pixels-format").innerText(), /^64 × 32 · BITMAPINFOHEADER · JPEG/);
    const shown = () =>
      picture.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>(".pixels-stage canvas")!;
        const context = canvas.getContext("2d")!;
        return [0.4, 0.6].map((share) => [...context.getImageData(canvas.width * share, canvas.height / 2, 1, 1).data]);
      });
    const near = (color: readonly number[], ...levels: number[]) =>
      levels.every((level, index) => Math.abs(level - (color[index] ?? -99)) < 20);
    await until("red left of the middle, blue right of it", async () => {
      const [left, right] = await shown();
      return near(left!, 220, 30, 30) && near(right!, 30, 30, 220);
    });
  });
});
