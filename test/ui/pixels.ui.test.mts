// A picture beside its bytes in a real VS Code: shown, zoomed, pointed at, edited. Screenshots in out/ui-pixels/.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
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
import { frameWith, until, untilText } from "./harness/until.mjs";
import { bitmapFile, packedRows } from "../unit/formats/bmp/bitmapFile";

const out = inRoot("out/ui-pixels");
const width = 1000;
const height = 600;
/** What the red, green and blue of a pixel are. */
const colorAt = (x: number, y: number) => [x % 256, y % 256, (x + y) % 256] as const;
const offsetOf = (x: number, y: number) => 54 + (height - 1 - y) * 3000 + 3 * x;

describe("a person who looks at a picture", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-ui-pixels-"));
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let hex: Frame;
  let picture: Frame;

  before(async () => {
    const data = packedRows(width, height, 24, false, (x, y) => {
      const [red, green, blue] = colorAt(x, y);
      return red * 65536 + green * 256 + blue;
    });
    fs.writeFileSync(path.join(folder, "a.bmp"), bitmapFile({ width, height, data }));
    server = await startServer({
      host: hosts.current,
      dataFolder: out,
      keepData: false,
      extension: "checkout",
      settings: {
        "workbench.editorAssociations": { "*.bmp": "terahex.editor" },
        "workbench.colorTheme": process.env["PIXELS_THEME"] ?? "Dark Modern",
      },
    });
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1400, height: 800 } });
    page = await openWorkbench(context, server, folder);
    hex = await openFile(page, "a.bmp");
    await waitForByte(hex, 0, "42");
    const cell = hex.locator('[role="gridcell"][data-column="hex"][data-offset="21"]').first();
    await until("the cursor at offset 21", async () => {
      await cell.click();
      return (await cell.getAttribute("class"))?.includes("cursor") === true;
    });
    await runCommand(page, "Terahex: Show Pixels");
    picture = await frameWith(page, ".pixels-stage");
    await complete();
  });
  afterEach(async function () {
    await page.screenshot({ path: path.join(out, `${this.currentTest?.title.slice(0, 40)}.png`) });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    fs.rmSync(folder, { recursive: true });
  });

  const complete = () => picture.waitForSelector('.pixels[data-complete="true"]', { timeout: 60_000 });
  const status = () => picture.locator(".pixels-status").innerText();
  /** What the canvas shows at a place of it, in CSS pixels. */
  const shownAt = (x: number, y: number) =>
    picture.evaluate(
      ([left, top]) => {
        const canvas = document.querySelector<HTMLCanvasElement>(".pixels-stage canvas")!;
        const ratio = window.devicePixelRatio;
        return [...canvas.getContext("2d")!.getImageData(left! * ratio, top! * ratio, 1, 1).data];
      },
      [x, y],
    );

  it("sees the whole picture beside its bytes, and the small map once zoomed in", async () => {
    assert.match(await picture.locator(".pixels-format").innerText(), /1000 × 600 · BITMAPINFOHEADER · 24 bit/);
    assert.equal(await picture.locator(".pixels-map").isVisible(), false);
    // The bytes stay where the person was.
    await hex.locator('[role="gridcell"][data-column="hex"][data-offset="21"].cursor').first().waitFor();
    await picture.locator(".pixels-stage canvas").first().focus();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("+");
    await picture.locator(".pixels-map").waitFor();
  });

  it("points at a pixel and finds its bytes selected", async () => {
    const canvas = picture.locator(".pixels-stage canvas").first();
    await canvas.focus();
    for (let step = 0; step < 5; step += 1) await page.keyboard.press("+");
    await page.keyboard.press("Home");
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowRight");
    await picture.locator(".pixels-swatch").waitFor();
    const [place, color, offset] = (await untilText(status, /^3, \d+\s[^]*0x/)).split(/\s*\n\s*/);
    const [x, y] = place!.split(", ").map(Number);
    assert.equal(x, 3);
    const hexColor = colorAt(x, y!).map((level) => level.toString(16).toUpperCase().padStart(2, "0"));
    assert.equal(color, `#${hexColor.join("")}`);
    assert.equal(offset, `0x${offsetOf(x, y!).toString(16).toUpperCase()}`);
    await hex
      .locator(`[role="gridcell"][data-column="hex"][data-offset="${offsetOf(x, y!)}"][aria-selected="true"]`)
      .first()
      .waitFor();
  });

  it("selects bytes and finds their pixel, changes them and sees the colour", async () => {
    const at = offsetOf(2, 599);
    await hex.locator(`[role="gridcell"][data-offset]`).first().click();
    // Commands go to the active group.
    await page.locator(".editor-group-container.active").and(page.locator(".editor-group-container").first()).waitFor();
    await page.keyboard.press("Control+g");
    await page.locator(".quick-input-widget input").fill(String(at));
    await page.keyboard.press("Enter");
    await untilText(status, /2, 599/);
    await hex.locator(`[role="gridcell"][data-column="hex"][data-offset="${at}"]`).first().click();
    await page.keyboard.type("00ff00", { delay: 40 });
    // The pixel left of the cursor, which went on.
    await untilText(status, /3, 599/);
    await picture.locator(".pixels-stage canvas").first().focus();
    await page.keyboard.press("ArrowLeft");
    await untilText(status, /2, 599\s+#00FF00/);
    const box = await picture.evaluate(() => {
      const { clientWidth, clientHeight } = document.querySelector(".pixels-stage")!;
      return [clientWidth, clientHeight];
    });
    // Zoomed in on the lower left corner: pixels of 16 screen pixels or more.
    await until("a green pixel", () => findGreen(box[0]!, box[1]!));
  });

  it("draws a stroke, which one undo takes back", async () => {
    const canvas = picture.locator(".pixels-stage canvas").first();
    await canvas.focus();
    await page.keyboard.press("0");
    await picture.locator(".pixels-map").waitFor({ state: "hidden" });
    await complete();
    // A row of the picture is half a row of the screen: where exactly is the reduction's business.
    const column = async () => {
      const shown: number[][] = [];
      for (let y = 297; y <= 303; y += 1) shown.push(await shownAt(200, y));
      return String(shown);
    };
    // "Complete" may still be said of the picture as it was before the key.
    let before = "";
    for (let now = await column(); now !== before; now = await column()) {
      before = now;
      await page.waitForTimeout(400);
      await complete();
    }
    await picture.locator(".pixels-tools input").evaluate((input: HTMLInputElement) => (input.value = "#ff8000"));
    await picture.locator('.pixels-tools [data-tool="pencil"]').click();
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + 150, box.y + 300);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 300, { steps: 5 });
    await page.mouse.move(box.x + 250, box.y + 300, { steps: 5 });
    await page.mouse.up();
    await until("the stroke", async () => (await column()) !== before);
    await until("two dirty tabs", async () => (await page.locator(".tab.dirty").count()) === 2);
    await page.keyboard.press("Control+z");
    await until("the picture before", async () => (await column()) === before);
    await page.keyboard.press("Control+y");
    await until("the stroke again", async () => (await column()) !== before);
    await picture.locator('.pixels-tools [data-tool="rectangle"]').click();
    await page.mouse.move(box.x + 100, box.y + 250);
    await page.mouse.down();
    await page.mouse.move(box.x + 140, box.y + 280, { steps: 3 });
    await page.mouse.up();
    await until("the rectangle", async () => String(await shownAt(120, 265)) === "255,128,0,255");
  });

  async function findGreen(right: number, bottom: number): Promise<boolean> {
    for (let y = bottom - 5; y > bottom - 200; y -= 6) {
      for (let x = 5; x < Math.min(right, 300); x += 6) {
        const [red, greenLevel, blue] = await shownAt(x, y);
        if (red === 0 && greenLevel === 255 && blue === 0) return true;
      }
    }
    return false;
  }
});
