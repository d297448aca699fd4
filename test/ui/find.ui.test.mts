// Finding as a person does it, in a real VS Code: keys reach the bar wherever the focus is, hits show, replacing and undo
// (screenshots in out/ui-find/).
import assert from "node:assert/strict";
import fs from "node:fs";
import type { Frame, Page } from "playwright-core";
import { editorFrame, openFile, runCommand, waitForByte } from "../../scripts/lib/workbench.mjs";
import { useDesk } from "./harness/desk.mjs";

const SIZE = 2 ** 43;
const FAR = SIZE - 4096;

describe("a person who searches", function () {
  this.timeout(120_000);
  const desk = useDesk({
    name: "find",
    prepare: () => {
      const file = fs.openSync(desk.file("huge.bin"), "w");
      fs.ftruncateSync(file, SIZE);
      for (const offset of [0x21, 0x45, 0x83, FAR]) fs.writeSync(file, "needle", offset);
      fs.closeSync(file);
    },
  });
  const { shot } = desk;
  let page: Page;
  let frame: Frame;
  before(async () => {
    page = desk.page;
    await openFile(page, "huge.bin");
    frame = await editorFrame(page);
    await waitForByte(frame, 0, "00");
  });

  const waitForCount = (text: string): Promise<unknown> =>
    frame.waitForFunction((wanted) => document.querySelector(".find-count")?.textContent === wanted, text);

  it("opens the bar with Ctrl+F from the grid, finds as one types, and goes on with F3 from anywhere", async () => {
    await frame.locator('.cell[data-offset="5"][data-column="hex"]').click();
    await page.keyboard.press("Control+f");
    await frame.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Find");
    await frame.locator('.find-kinds > button:text-is("Text")').click();
    await page.keyboard.press("Control+f");
    await page.keyboard.type("needle");
    await waitForCount("1 of 4");
    await page.keyboard.press("Enter");
    await waitForCount("2 of 4");
    await shot("found");
    await page.keyboard.press("Escape");
    await frame.waitForFunction(() => document.activeElement?.className === "grid");
    await page.keyboard.press("F3");
    // The next one goes on from where this one has come.
    await frame.waitForFunction(() => document.querySelector('.cell.cursor[data-offset="131"]') !== null);
    await page.keyboard.press("F3");
    await frame.waitForFunction((far) => document.querySelector(`.cell[data-offset="${far}"]`) !== null, FAR);
    await page.keyboard.press("Shift+F3");
    await frame.waitForFunction(() => document.querySelector('.cell[data-offset="131"]') !== null);
    await page.keyboard.press("Control+f");
    await waitForCount("3 of 4");
    await frame.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Find");
  });

  it("lists the hits, and a click in the list goes to the end of 8 TiB", async () => {
    await page.keyboard.press("Control+Enter");
    await frame.locator(".result:visible").nth(3).click();
    await frame.waitForFunction((far) => document.querySelector(`.cell[data-offset="${far}"]`) !== null, FAR);
    await shot("list");
  });

  it("lists strings, and goes to one", async () => {
    await runCommand(page, "Terahex: List Strings");
    await frame.waitForFunction(() => document.querySelectorAll(".result-string:not([hidden])").length >= 4);
    assert.equal(await frame.locator(".result-string:visible").first().textContent(), "needle");
    await frame.locator(".result:visible").nth(1).click();
    await frame.waitForFunction(() => document.querySelector('.cell[data-offset="69"]') !== null);
    await frame.waitForFunction(() => document.querySelectorAll(".hits > .hit.begins").length >= 3);
    await shot("strings");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+f");
    await frame.locator('.find-kinds > button:text-is("Text")').click();
    await page.keyboard.press("Control+f");
    await page.keyboard.type("needle");
    await waitForCount("2 of 4");
  });

  it("replaces all, and Ctrl+Z in the bytes takes it back", async () => {
    await runCommand(page, "Terahex: Replace");
    await frame.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Replace");
    await page.keyboard.type("NEEDLE");
    await page.keyboard.press("Control+Enter");
    await waitForCount("4 replaced");
    await waitForByte(frame, 0x45, "4E");
    await shot("replaced");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+z");
    await waitForByte(frame, 0x45, "6E");
  });
});
