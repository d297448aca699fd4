// The struct tree as a person uses it, in a real VS Code: a PNG is recognised, its chunks are opened, a field is selected in the
// bytes, edited, undone and saved; 8 TiB of records are jumped into; the same tree stands in the panel (screenshots in
// out/ui-struct/).
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
import { frameWith, until, untilText } from "./harness/until.mjs";

const out = inRoot("out/ui-struct");
const TIB_8 = 2 ** 43;
const RECORDS = `meta:
  id: records
  title: Records of 16 bytes
  file-extension: rec
  endian: le
seq:
  - id: records
    type: record
    repeat: eos
types:
  record:
    seq:
      - id: id
        type: u8
      - id: x
        type: f8
`;

describe("a person with a struct tree", function () {
  this.timeout(180_000);
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "terahex-struct-")));
  const picture = path.join(folder, "picture.png");
  let server: Server;
  let browser: Browser;
  let page: Page;

  before(async () => {
    fs.copyFileSync(inRoot("docs/images/edited.png"), picture);
    fs.writeFileSync(path.join(folder, "records.ksy"), RECORDS);
    const file = fs.openSync(path.join(folder, "huge.rec"), "w");
    fs.ftruncateSync(file, TIB_8);
    fs.writeSync(file, Buffer.of(0x39, 0x30), 0, 2, 16 * 5e11);
    fs.closeSync(file);
    server = await startServer({
      host: hosts.current,
      dataFolder: out,
      extension: "checkout",
      settings: {
        "workbench.editorAssociations": { "*.png": "terahex.editor", "*.rec": "terahex.editor" },
        "files.autoSave": "off",
      },
    });
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1400, height: 800 } });
    // tsx names the functions that tests send to the page through this helper.
    await context.addInitScript({ content: "globalThis.__name = (named) => named;" });
    page = await openWorkbench(context, server, folder);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const row = (frame: Frame, name: string) =>
    frame.locator(".field-row:not([hidden])").filter({ has: frame.locator(`.label:text-is("${name}")`) });

  it("sees a PNG's chunks, selects a field's bytes, edits it, undoes, and saves", async () => {
    await openFile(page, "picture.png");
    let frame = await editorFrame(page);
    await waitForByte(frame, 0, "89");
    await runCommand(page, "Terahex: Toggle Structure");
    frame = await editorFrame(page);
    await row(frame, "ihdr").or(row(frame, "chunks")).first().waitFor();
    const before = fs.readFileSync(picture);
    // From wherever the template puts it: the width is at 16.
    await frame.locator('.cell[data-offset="16"][data-column="hex"]').click();
    await row(frame, "width").and(frame.locator(".current")).waitFor();
    await page.screenshot({ path: path.join(out, "png.png") });
    await row(frame, "width").dblclick();
    const input = frame.locator(".field-editor > input");
    await input.waitFor();
    await input.fill("513");
    await input.press("Enter");
    await waitForByte(frame, 18, "02");
    await waitForByte(frame, 19, "01");
    await frame.locator(".treegrid").press("Control+z");
    const hex = (offset: number) => before[offset]!.toString(16).toUpperCase().padStart(2, "0");
    await waitForByte(frame, 18, hex(18));
    await waitForByte(frame, 19, hex(19));
    await row(frame, "width").dblclick();
    await input.waitFor();
    await input.fill("514");
    await input.press("Enter");
    await waitForByte(frame, 19, "02");
    await page.keyboard.press("Control+s");
    await until("the file's width", () => fs.readFileSync(picture).readUInt32BE(16) === 514);
  });

  it("jumps to element 5 * 10^11 of 8 TiB by keys alone", async () => {
    await openFile(page, "huge.rec");
    const frame = await editorFrame(page);
    await frame.locator(".field-row.array").waitFor();
    await frame.locator(".treegrid").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Control+g");
    const jump = (element: number) =>
      frame.evaluate(async (wanted) => {
        const input = document.querySelector<HTMLInputElement>(".go-to input")!;
        input.value = String(wanted);
        const started = performance.now();
        input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        const there = (): boolean =>
          [...document.querySelectorAll(".field-row.struct:not([hidden]) .label")].some(
            (label) => label.textContent === `[${wanted}]`,
          );
        while (!there() && performance.now() - started < 20_000) await new Promise((next) => setTimeout(next, 1));
        return performance.now() - started;
      }, element);
    const times: number[] = [];
    for (let round = 1; round <= 15; round++) times.push(await jump(round * 3e10 + 7));
    times.sort((a, b) => a - b);
    const said = [times[0], times[7], times.at(-1)].map((ms) => ms?.toFixed(0)).join(" / ");
    console.log("%s", `\x02      jump in 5 * 10^11 elements, key to row: ${said} ms (best / median / worst of 15)`);
    await jump(5e11);
    await row(frame, "[500000000000]").waitFor();
    await waitForByte(frame, 16 * 5e11, "39");
    await frame.locator(".treegrid").focus();
    await page.keyboard.press("ArrowRight");
    await row(frame, "id").waitFor();
    await untilText(() => row(frame, "id").locator(".value").textContent(), /12345/);
    await page.screenshot({ path: path.join(out, "records.png") });
    const expandedMs = await frame.evaluate(async () => {
      const records = document.querySelector('.field-row[aria-level="2"]') ?? document.querySelector(".field-row");
      const grid = document.querySelector<HTMLElement>(".treegrid")!;
      const key = (name: string) => grid.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
      key("Home");
      key("ArrowDown");
      key("ArrowLeft");
      await new Promise((next) => setTimeout(next, 300));
      const started = performance.now();
      key("ArrowRight");
      const shown = (): number => document.querySelectorAll('.field-row.struct[aria-level="3"]:not([hidden])').length;
      while (shown() < 10 && performance.now() - started < 20_000) await new Promise((next) => setTimeout(next, 1));
      return records === null ? NaN : performance.now() - started;
    });
    console.log("%s", `\x02      opening an array: ${expandedMs.toFixed(0)} ms from key to rows`);
  });

  it("shows the same tree in the panel, which selects and colours in the editor", async () => {
    const editor = await editorFrame(page);
    await runCommand(page, "Terahex: Toggle Structure");
    await editor.locator(".tree-pane").waitFor({ state: "hidden" });
    await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await runCommand(page, "Structure: Focus on Structure View");
    const panel = await frameWith(page, 'html[data-page="struct"]');
    await panel.locator(".field-row.array").waitFor();
    await panel.locator(".treegrid").focus();
    await page.keyboard.press("Control+g");
    await panel.locator(".go-to input").fill("records[16].x");
    await page.keyboard.press("Enter");
    await row(panel, "x").waitFor();
    await waitForByte(editor, 264, "00");
    await editor.locator('.cell.selected[data-column="hex"][data-offset="264"]').waitFor();
    // The bytes have the panel's colours for as long as it is there.
    await editor.locator(".patch.begins").first().waitFor();
    await page.screenshot({ path: path.join(out, "panel.png") });
    await editor.locator('.cell[data-offset="32"][data-column="hex"]').click();
    await panel.locator('.tree-details .path:text-is("records[2].id")').waitFor();
    await runCommand(page, "View: Toggle Panel Visibility");
    await editor.locator(".patch.begins").first().waitFor({ state: "detached" });
  });
});
