// Terahex as a person uses it, in a real VS Code: opens from the Explorer's menu, types, undoes, saves, goes to offsets,
// copies and pastes; and what it looks like in every kind of theme (screenshots in out/ui-editing/).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import type { Frame, Page } from "playwright-core";
import { editorFrame, openFile, runCommand, waitForByte, waitForWorkbench } from "../../scripts/lib/workbench.mjs";
import { themes, useDesk } from "./harness/desk.mjs";
import { until } from "./harness/until.mjs";

const TiB = 2 ** 40;

describe("a person with Terahex", function () {
  this.timeout(120_000);
  const desk = useDesk({
    name: "editing",
    clipboard: true,
    settings: { "files.simpleDialog.enable": true },
    prepare: () => {
      fs.writeFileSync(file("plain.dat"), "Opened from the Explorer's menu.");
      fs.writeFileSync(file("small.bin"), Buffer.from(Array.from({ length: 4096 }, (_, index) => index % 256)));
      fs.writeFileSync(file("locked.bin"), "nobody writes here", { mode: 0o444 });
      fs.writeFileSync(file("empty.bin"), "");
      fs.writeFileSync(file("changing.bin"), "before".padEnd(64, "."));
      const large = fs.openSync(file("large.bin"), "w");
      fs.ftruncateSync(large, 8 * TiB);
      fs.writeSync(large, Buffer.from("middle"), 0, 6, 4 * TiB);
      fs.closeSync(large);
    },
  });
  const { file, shot } = desk;
  const onDisk = (name: string): string => fs.readFileSync(file(name), "latin1");
  let page: Page;
  let frame: Frame;
  before(() => {
    page = desk.page;
  });

  const cell = (offset: number, column = "hex") =>
    frame.locator(`[role="gridcell"][data-column="${column}"][data-offset="${offset}"]`);
  const dirtyTab = (name: string) => page.locator(`.tab.dirty[data-resource-name="${name}"]`);
  const status = (text: string | RegExp) => page.locator(".statusbar-item", { hasText: text });

  it("opens an 8 TiB file, shows the status bar and goes to an expression", async () => {
    frame = await openFile(page, "large.bin");
    await waitForByte(frame, 0, "00");
    await status("OVR").waitFor();
    await cell(0).click();
    await page.keyboard.press("Control+g");
    const input = page.locator(".quick-input-widget input");
    await input.fill("2T*2 + 0x");
    await page.locator(".quick-input-message", { hasText: "0x" }).filter({ hasNotText: "Such as" }).waitFor();
    await shot("go-to-offset-error");
    await input.fill("50% + 1");
    await page.locator(".quick-input-message", { hasText: "0x40000000001 = 4,398,046,511,105" }).waitFor();
    await shot("go-to-offset");
    await page.keyboard.press("Enter");
    await waitForByte(frame, 4 * TiB + 5, "65");
    await status("0x40000000001").waitFor();
    await frame.waitForFunction(() => document.activeElement?.classList.contains("grid"));
    await page.keyboard.press("ArrowRight");
    await status("0x40000000002").waitFor();
  });

  it("opens from the Explorer's context menu", async () => {
    await page.locator('.explorer-folders-view .monaco-list-row[aria-label^="plain.dat"]').click({ button: "right" });
    await page.locator(".context-view .action-label", { hasText: "Open with Terahex" }).waitFor();
    await shot("explorer-menu");
    await page.locator(".context-view .action-label", { hasText: "Open with Terahex" }).click();
    await page.locator('.tab.active[data-resource-name="plain.dat"]').waitFor();
    frame = await editorFrame(page);
    await waitForByte(frame, 0, "4F");
  });

  it("types over bytes, undoes, redoes and saves them", async () => {
    frame = await openFile(page, "small.bin");
    await waitForByte(frame, 0x20, "20");
    await cell(0x20).click();
    await page.keyboard.type("c0ffee");
    await waitForByte(frame, 0x22, "EE");
    await dirtyTab("small.bin").waitFor();
    await status("Save: 3 bytes in place").waitFor();
    await shot("edited");
    await page.keyboard.press("Control+z");
    await waitForByte(frame, 0x20, "20");
    await waitForByte(frame, 0x22, "22");
    await dirtyTab("small.bin").waitFor({ state: "detached" });
    await page.keyboard.press("Control+y");
    await waitForByte(frame, 0x20, "C0");
    assert.equal(fs.readFileSync(file("small.bin"))[0x20], 0x20, "the disk waits for Save");
    await page.keyboard.press("Control+s");
    await dirtyTab("small.bin").waitFor({ state: "detached" });
    assert.equal(fs.readFileSync(file("small.bin")).subarray(0x20, 0x23).toString("hex"), "c0ffee");
    assert.equal(fs.statSync(file("small.bin")).size, 4096);
  });

  it("undoes and redoes as often as the keys are pressed, however fast", async () => {
    for (let at = 0x100; at < 0x110; at += 2) {
      await cell(at).click();
      await page.keyboard.type("ee");
    }
    for (let at = 0; at < 8; at++) await page.keyboard.press("Control+z");
    await waitForByte(frame, 0x100, "00");
    await dirtyTab("small.bin").waitFor({ state: "detached" });
    for (let at = 0; at < 8; at++) await page.keyboard.press("Control+y");
    await waitForByte(frame, 0x10e, "EE");
    for (let at = 0; at < 8; at++) await page.keyboard.press("Control+z");
    await waitForByte(frame, 0x100, "00");
    await dirtyTab("small.bin").waitFor({ state: "detached" });
  });

  it("selects all, copies and pastes through the clipboard of the system", async () => {
    await cell(0x20).click();
    await cell(0x22).click({ modifiers: ["Shift"] });
    await status("3 bytes selected").waitFor();
    await page.keyboard.press("Control+c");
    await until("the clipboard", async () => /^c0 ?ff ?ee$/i.test((await clipboard()).trim()));
    await cell(0x40).click();
    await page.keyboard.press("Control+v");
    await waitForByte(frame, 0x42, "EE");
    await page.keyboard.press("Control+z");
    await waitForByte(frame, 0x42, "42");
    await page.keyboard.press("Control+a");
    await status("4,096 bytes selected").waitFor();
    assert.equal(await frame.evaluate(() => getSelection()?.toString() ?? ""), "", "no page text is selected");
  });

  it("offers its own menu on the bytes", async () => {
    await cell(0x30).click();
    await cell(0x30).click({ button: "right" });
    await page.locator(".context-view .action-label", { hasText: "Go to Offset" }).waitFor();
    await shot("grid-menu");
    await page.keyboard.press("Escape");
  });

  it("saves as another file through VS Code's dialog", async () => {
    await cell(0x50).click();
    await page.keyboard.type("99");
    await waitForByte(frame, 0x50, "99");
    await runCommand(page, "File: Save As...");
    const input = page.locator(".quick-input-widget input");
    await until("the dialog", async () => (await input.inputValue()).includes("small.bin"));
    await input.fill(file("copy.bin"));
    await page.keyboard.press("Enter");
    await page.locator('.tab.active[data-resource-name="copy.bin"]').waitFor();
    await until("the copy", () => fs.existsSync(file("copy.bin")) && fs.readFileSync(file("copy.bin"))[0x50] === 0x99);
    assert.equal(fs.readFileSync(file("small.bin"))[0x50], 0x50);
    frame = await editorFrame(page);
    await waitForByte(frame, 0x50, "99");
    await dirtyTab("copy.bin").waitFor({ state: "detached" });
  });

  it("says that a file is write-protected, and why it can't be opened", async () => {
    frame = await openFile(page, "locked.bin");
    await waitForByte(frame, 0, "6E");
    await status("Read-only").waitFor();
    await cell(0).click();
    await page.keyboard.type("00");
    await page.waitForTimeout(300);
    await waitForByte(frame, 0, "6E");
    await shot("read-only");
    await openFile(page, "empty.bin");
    await page.waitForTimeout(500);
    await shot("empty");
  });

  it("shows the real reason in the tab when a file can't be opened", async () => {
    execFifo(file("pipe.bin"));
    const row = page.locator('.explorer-folders-view .monaco-list-row[aria-label^="pipe.bin"]');
    await row.dblclick();
    await page.locator('.tab.active[data-resource-name="pipe.bin"]').waitFor();
    frame = await editorFrame(page);
    await frame.locator("main[role=alert]", { hasText: "pipe" }).waitFor();
    await shot("cannot-open");
    await page.keyboard.press("Control+F4");
  });

  it("follows a clean file, and asks about a dirty one", async () => {
    frame = await openFile(page, "changing.bin");
    await waitForByte(frame, 0, "62");
    fs.writeFileSync(file("changing.bin"), "AFTER".padEnd(64, "."));
    await waitForByte(frame, 0, "41");
    await cell(8).click();
    await page.keyboard.type("ff");
    await dirtyTab("changing.bin").waitFor();
    fs.writeFileSync(file("changing.bin"), "THIRD".padEnd(64, "."));
    await frame.getByText("Another program has changed this file").first().waitFor();
    await shot("outside-change");
    await page.keyboard.press("Control+s");
    const dialog = page.locator(".monaco-dialog-box");
    await dialog.waitFor();
    await shot("save-onto-changed");
    await dialog.locator(".monaco-button", { hasText: "Cancel" }).click();
    assert.equal(onDisk("changing.bin").slice(0, 5), "THIRD");
    await page.keyboard.press("Control+s");
    await dialog.locator(".monaco-button", { hasText: "Save My Edits Into It" }).click();
    await dirtyTab("changing.bin").waitFor({ state: "detached" });
    assert.equal(onDisk("changing.bin").slice(0, 9), "THIRD...\xff");
  });

  it("brings unsaved edits back after a reload, as a step that can be undone", async () => {
    frame = await openFile(page, "small.bin");
    await cell(0x60).click();
    await page.keyboard.type("5e");
    await dirtyTab("small.bin").waitFor();
    // VS Code forgets a backup's name when it reloads within some five seconds of making it.
    await page.waitForTimeout(8000);
    await page.reload();
    await waitForWorkbench(page);
    await page.locator('.tab.active[data-resource-name="small.bin"]').waitFor();
    frame = await editorFrame(page);
    await waitForByte(frame, 0x60, "5E");
    await dirtyTab("small.bin").waitFor();
    assert.equal(fs.readFileSync(file("small.bin"))[0x60], 0x60);
    await cell(0x61).click();
    await page.keyboard.press("Control+z");
    await waitForByte(frame, 0x60, "60");
    await dirtyTab("small.bin").waitFor({ state: "detached" });
    await page.keyboard.press("Control+y");
    await waitForByte(frame, 0x60, "5E");
    await page.keyboard.press("Control+s");
    await dirtyTab("small.bin").waitFor({ state: "detached" });
    assert.equal(fs.readFileSync(file("small.bin"))[0x60], 0x5e);
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`looks right in ${name}`, async () => {
      await desk.setTheme(theme);
      frame = await openFile(page, "copy.bin");
      await cell(0x11).click();
      await page.keyboard.type("ab");
      await cell(0x31).click();
      await cell(0x46).click({ modifiers: ["Shift"] });
      await page.waitForTimeout(800);
      await shot(`theme-${name}`);
    });
  }

  async function clipboard(): Promise<string> {
    return page.evaluate(() => navigator.clipboard.readText());
  }
});

function execFifo(at: string): void {
  fs.rmSync(at, { force: true });
  // node:fs makes no FIFO; a folder is refused by the Explorer before we see it.
  execFileSync("mkfifo", [at]);
}
