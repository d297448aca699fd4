// Renaming in the Explorer what is open in Terahex, as a person does it: the tab stays what it is, its unsaved edits with it, and
// nothing is asked (screenshots in out/ui-renaming/).
import assert from "node:assert/strict";
import fs from "node:fs";
import type { Page } from "playwright-core";
import { editorFrame, waitForByte } from "../../scripts/lib/workbench.mjs";
import { useDesk } from "./harness/desk.mjs";
import { until } from "./harness/until.mjs";

describe("a person who renames open files", function () {
  this.timeout(120_000);
  const desk = useDesk({
    name: "renaming",
    prepare: () => {
      fs.mkdirSync(desk.file("folder"));
      for (const name of ["first.dat", "other.dat", "folder/inner.dat"])
        fs.writeFileSync(desk.file(name), Buffer.from(Array.from({ length: 4096 }, (_, at) => at % 256)));
    },
    // Terahex is no file's default editor here.
    settings: { "workbench.editorAssociations": {} },
  });
  const { shot } = desk;
  let page: Page;
  before(() => (page = desk.page));

  const row = (name: string) => page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`).first();
  const tab = (name: string) => page.locator(`.tab[data-resource-name="${name}"]`);

  async function choose(name: string, item: RegExp): Promise<void> {
    await row(name).click({ button: "right" });
    const entry = page.getByRole("menuitem", { name: item });
    await entry.waitFor();
    // A menu takes no click in its first moments.
    await until(`${item} chosen`, async () => {
      if (await entry.isVisible()) await entry.click({ timeout: 2000 });
      await entry.waitFor({ state: "hidden", timeout: 2000 });
      return true;
    });
  }
  async function openWith(name: string): Promise<void> {
    await choose(name, /^Open with Terahex$/);
    await tab(name).and(page.locator(".active")).waitFor();
    await waitForByte(await editorFrame(page), 16, "10");
  }
  async function edit(offset: number, digits: string): Promise<void> {
    const frame = await editorFrame(page);
    await frame.locator(`[role="gridcell"][data-column="hex"][data-offset="${offset}"]`).click();
    await page.keyboard.type(digits);
    await waitForByte(frame, offset, digits);
    await page.locator(".tab.active.dirty").waitFor();
  }
  async function rename(name: string, after: string): Promise<void> {
    await choose(name, /^Rename/);
    await page.locator(".explorer-item-edited input, .explorer-viewlet .monaco-inputbox input").first().fill(after);
    await page.keyboard.press("Enter");
    await row(after).waitFor();
  }
  const dialogs = () => page.locator(".monaco-dialog-box").count();

  it("sees the file under its new name, with the edits and the cursor", async () => {
    await openWith("first.dat");
    await edit(20, "AB");
    await rename("first.dat", "renamed.dat");
    await tab("renamed.dat").and(page.locator(".active.dirty")).waitFor();
    const frame = await editorFrame(page);
    await waitForByte(frame, 20, "AB");
    await until("one tab", async () => (await page.locator(".tab").count()) === 1);
    assert.equal(await dialogs(), 0);
    await shot("file");
    await frame.locator('[role="gridcell"][data-column="hex"][data-offset="20"]').click();
    await page.keyboard.press("Control+z");
    await waitForByte(frame, 20, "14");
    await page.keyboard.press("Control+y");
    await waitForByte(frame, 20, "AB");
    await page.keyboard.press("Control+s");
    await until("the byte in the file", () => fs.readFileSync(desk.file("renamed.dat"))[20] === 0xab);
  });

  it("sees a file in a renamed folder, behind another tab, with its edits", async () => {
    await row("folder").click();
    await openWith("inner.dat");
    await edit(20, "CD");
    await row("other.dat").dblclick();
    await tab("other.dat").and(page.locator(".active")).waitFor();
    await rename("folder", "moved");
    await tab("inner.dat").and(page.locator(".dirty")).waitFor();
    await tab("other.dat").and(page.locator(".active")).waitFor();
    assert.equal(await dialogs(), 0);
    await shot("folder");
    await tab("inner.dat").click();
    const frame = await editorFrame(page);
    await waitForByte(frame, 20, "CD");
    await page.keyboard.press("Control+s");
    await until("the byte in the file", () => fs.readFileSync(desk.file("moved/inner.dat"))[20] === 0xcd);
    assert.equal(fs.existsSync(desk.file("folder")), false);
  });
});
