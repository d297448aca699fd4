// The tools of a picture in a real VS Code: palette, filling, adjusting, bytes as pixels, a picture that is a JPEG inside, and
// that all of it is there again after a reload of the window. Screenshots in out/ui-pixels-tools/.
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
import { frameWith, until } from "./harness/until.mjs";
import { bitmapFile, packedRows } from "../unit/formats/bmp/bitmapFile";

const out = inRoot("out/ui-pixels-tools");
const [width, height] = [64, 40];
/** Of the other themes, one run each. */
const theme = process.env["PIXELS_THEME"] ?? "Dark Modern";
const shotOf = (name: string) => path.join(out, `${theme.replace(/\W+/g, "-")}-${name}.png`);

describe("a person who works on a picture", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-ui-pixels-tools-"));
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    browser = await launchChromium();
    writeFiles(folder, await jpegMadeBy(browser));
    server = await startServer({
      host: hosts.current,
      dataFolder: out,
      keepData: false,
      extension: "checkout",
      settings: { "workbench.editorAssociations": { "*.*": "terahex.editor" }, "workbench.colorTheme": theme },
    });
    context = await browser.newContext({ viewport: { width: 1500, height: 820 } });
    page = await openWorkbench(context, server, folder);
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await page.screenshot({ path: shotOf("failed") });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    fs.rmSync(folder, { recursive: true });
  });

  async function show(file: string, command: string): Promise<Frame> {
    const hex = await openFile(page, file);
    await waitForByte(hex, 0, fs.readFileSync(path.join(folder, file))[0]!.toString(16).padStart(2, "0").toUpperCase());
    await runCommand(page, command);
    return frameWith(page, ".pixels-stage");
  }
  const closeAll = async () => {
    await runCommand(page, "View: Close All Editors");
    await until("no tab", async () => (await page.locator(".tab").count()) === 0);
  };
  /** What the canvas shows at the middle of a pixel. */
  const colorAt = (picture: Frame, x: number, y: number, ofWidth = width, ofHeight = height) =>
    picture.evaluate(
      ([column, row, wide, high]) => {
        const canvas = document.querySelector<HTMLCanvasElement>(".pixels-stage canvas")!;
        const scale = Math.floor(Math.min(64, canvas.width / wide!, canvas.height / high!));
        const left = (canvas.width - wide! * scale) / 2;
        const top = (canvas.height - high! * scale) / 2;
        const at = [left + (column! + 0.5) * scale + 1, top + (row! + 0.5) * scale + 1];
        return [...canvas.getContext("2d")!.getImageData(at[0]!, at[1]!, 1, 1).data].slice(0, 3).join(",");
      },
      [x, y, ofWidth, ofHeight],
    );
  const untilColor = (picture: Frame, x: number, y: number, color: string) =>
    until(`${color} at ${x}, ${y}`, async () => (await colorAt(picture, x, y)) === color);
  const press = async (picture: Frame, x: number, y: number) => {
    const canvas = picture.locator(".pixels-stage canvas").first();
    const box = (await canvas.boundingBox())!;
    const scale = Math.floor(Math.min(64, box.width / width, box.height / height));
    const left = box.x + (box.width - width * scale) / 2;
    const top = box.y + (box.height - height * scale) / 2;
    await page.mouse.click(left + (x + 0.5) * scale, top + (y + 0.5) * scale);
  };

  it("chooses a colour of the palette, fills an area with it, changes the colour, and takes each back", async () => {
    const picture = await show("palette.bmp", "Terahex: Show Pixels");
    await until("a palette of 16", async () => (await picture.locator(".pixels-colors > span").count()) === 16);
    await untilColor(picture, 20, 20, "0,0,0");
    await picture.locator('.pixels-colors > [data-index="9"]').click();
    await picture.locator('[data-tool="fill"]').click();
    await press(picture, 20, 20);
    await untilColor(picture, 20, 20, "0,153,102");
    assert.equal(await colorAt(picture, 2, 2), "0,255,0");
    // The entry that all of it is of.
    await picture.locator(".pixels-palette input").evaluate((input: HTMLInputElement) => {
      input.value = "#336699";
      input.dispatchEvent(new Event("change"));
    });
    await untilColor(picture, 20, 20, "51,102,153");
    await page.screenshot({ path: shotOf("palette") });
    await picture.locator(".pixels-stage canvas").first().focus();
    await page.keyboard.press("Control+z");
    await untilColor(picture, 20, 20, "0,153,102");
    await page.keyboard.press("Control+z");
    await untilColor(picture, 20, 20, "0,0,0");
    // Takes an entry from the picture, and paints it without the mouse.
    await page.keyboard.press("i");
    await press(picture, 2, 2);
    await until(
      "the entry of the pixel",
      async () =>
        (await picture.locator('.pixels-colors > [aria-selected="true"]').getAttribute("data-index")) === "15",
    );
    await page.keyboard.press("v");
    await press(picture, 20, 20);
    await page.keyboard.press("p");
    await page.keyboard.press("Enter");
    await untilColor(picture, 20, 20, "0,255,0");
    await page.keyboard.press("Control+z");
    await until("no dirty tab", async () => (await page.locator(".tab.dirty").count()) === 0);
    await closeAll();
  });

  it("adjusts a marked area: seen at once, made when applied, one step", async () => {
    const picture = await show("colour.bmp", "Terahex: Show Pixels");
    await untilColor(picture, 30, 20, "120,80,150");
    await picture.locator(".pixels-stage canvas").first().focus();
    await page.keyboard.press("a");
    await picture.locator('[aria-label="Area: x, y, width, height"]').fill("10, 10, 40, 20");
    await page.keyboard.press("Enter");
    await picture.locator(".pixels-adjust input[type=checkbox]").check();
    await untilColor(picture, 30, 20, "135,175,105");
    assert.notEqual(await colorAt(picture, 5, 5), "235,235,235");
    assert.equal(await page.locator(".tab.dirty").count(), 0);
    await page.screenshot({ path: shotOf("adjust") });
    await picture.locator(".pixels-adjust .primary").click();
    await picture.locator(".pixels-adjust").waitFor({ state: "hidden" });
    await until("a dirty tab", async () => (await page.locator(".tab.dirty").count()) > 0);
    await untilColor(picture, 30, 20, "135,175,105");
    await picture.locator(".pixels-stage canvas").first().focus();
    await page.keyboard.press("Control+z");
    await untilColor(picture, 30, 20, "120,80,150");
    await until("no dirty tab", async () => (await page.locator(".tab.dirty").count()) === 0);
    await closeAll();
  });

  it("shows any file as pixels, guesses the width, and shows it again after a reload of the window", async () => {
    let picture = await show("dump.bin", "Terahex: View Bytes as Pixels…");
    const field = (name: string) => picture.locator(`.pixels-raw [aria-label="${name}"]`);
    await until("a width of 300", async () => (await field("Width").inputValue()) === "300");
    await field("Format").selectOption("rgb888");
    await field("Width").fill("100");
    await until("the format", async () => /100 × /.test(await picture.locator(".pixels-format").innerText()));
    await page.screenshot({ path: shotOf("raw") });
    // VS Code in a browser writes its layout down every five seconds.
    await page.waitForTimeout(8000);
    await page.reload();
    picture = await frameWith(page, ".pixels-stage");
    await until("the format", async () => /^100 × .*RGB 888/.test(await picture.locator(".pixels-format").innerText()));
    assert.equal(await field("Width").inputValue(), "100");
    await closeAll();
  });

  it("shows a picture that is a JPEG inside", async () => {
    const picture = await show("jpeg.bmp", "Terahex: Show Pixels");
    await until("red", async () => {
      const [red, green, blue] = (await colorAt(picture, 8, 20)).split(",").map(Number);
      return red! > 200 && green! < 60 && blue! < 60;
    });
    assert.match(await picture.locator(".pixels-format").innerText(), /64 × 40 · BITMAPINFOHEADER · JPEG/);
    await page.screenshot({ path: shotOf("jpeg") });
    await closeAll();
  });
});

/** Red, then blue, as the browser writes a JPEG. */
async function jpegMadeBy(browser: Browser): Promise<Uint8Array> {
  const page = await browser.newPage();
  const url = await page.evaluate(
    ([wide, high]) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [wide!, high!];
      const context = canvas.getContext("2d")!;
      context.fillStyle = "red";
      context.fillRect(0, 0, wide! / 2, high!);
      context.fillStyle = "blue";
      context.fillRect(wide! / 2, 0, wide! / 2, high!);
      return canvas.toDataURL("image/jpeg", 0.9);
    },
    [width, height],
  );
  await page.close();
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

function writeFiles(folder: string, jpeg: Uint8Array): void {
  const palette = Array.from({ length: 16 }, (_, index) => {
    const level = index * 17;
    return [255 - level, level, 0] as const;
  }).map(([blue, green, red], index) => (index === 0 ? ([0, 0, 0] as const) : ([blue, green, red] as const)));
  const inside = (x: number, y: number) => (x - 20) ** 2 + (y - 20) ** 2 < 150;
  const indexed = packedRows(width, height, 4, false, (x, y) => (inside(x, y) ? 0 : 1 + ((x + y) % 14)));
  for (let at = 0; at < 3; at += 1) indexed[(height - 1 - 2) * 32 + at] = 0xff;
  fs.writeFileSync(path.join(folder, "palette.bmp"), bitmapFile({ width, height, bits: 4, palette, data: indexed }));
  const colours = packedRows(width, height, 24, false, (x, y) => x * 4 * 65536 + y * 4 * 256 + 150);
  fs.writeFileSync(path.join(folder, "colour.bmp"), bitmapFile({ width, height, data: colours }));
  fs.writeFileSync(
    path.join(folder, "jpeg.bmp"),
    bitmapFile({ width, height, bits: 0, compression: 4, imageBytes: jpeg.length, data: jpeg }),
  );
  // Rows of 100 colours of three bytes, whose rings are seen once the width is right.
  const dump = Uint8Array.from({ length: 300 * 240 }, (_, index) => {
    const [x, y, channel] = [Math.floor((index % 300) / 3), Math.floor(index / 300), index % 3];
    return 128 + 100 * Math.sin(Math.hypot(x - 50, y - 120) / (5 + channel));
  });
  fs.writeFileSync(path.join(folder, "dump.bin"), dump);
}
