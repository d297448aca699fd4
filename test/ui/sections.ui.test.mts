// The view of sections as a person uses it, in a real VS Code: bars and table of a library, bytes selected from them, the
// checksum fixed and undone, a signed program edited, ELF and Mach-O (screenshots in out/ui-sections/).
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import type { Browser, Frame, Page } from "playwright-core";
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
import { frameWith, untilText } from "./harness/until.mjs";
import { makeImage, plainPlan } from "../unit/formats/pe/peImage";

const out = inRoot("out/ui-sections");

describe("a person with the sections of a program", function () {
  this.timeout(180_000);
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "terahex-sections-")));
  let server: Server;
  let browser: Browser;
  let page: Page;
  let panel: Frame;

  before(async () => {
    const library = fs.readFileSync(inRoot("test/fixtures/templates/pe64.bin"));
    fs.writeFileSync(path.join(folder, "library.dll"), Buffer.concat([library, Buffer.alloc(600, 0xaa)]));
    fs.copyFileSync(inRoot("test/fixtures/templates/elf_library.bin"), path.join(folder, "library.so"));
    const dylib = brotliDecompressSync(fs.readFileSync(inRoot("test/fixtures/templates/mach_o_library.bin.br")));
    fs.writeFileSync(path.join(folder, "library.dylib"), dylib);
    const signature = fs.readFileSync(inRoot("test/fixtures/pe/signature.p7"));
    const header = Buffer.of(0, 0, 0, 0, 0, 2, 2, 0);
    header.writeUInt32LE(signature.length + 8);
    const directories = { 4: [plainPlan.size, signature.length + 8] as const };
    const signed = makeImage({ ...plainPlan, directories });
    fs.writeFileSync(path.join(folder, "signed.exe"), Buffer.concat([signed, header, signature]));
    server = await startServer({
      host: hosts.current,
      dataFolder: out,
      extension: "checkout",
      settings: {
        "workbench.editorAssociations": {
          "*.dll": "terahex.editor",
          "*.exe": "terahex.editor",
          "*.so": "terahex.editor",
          "*.dylib": "terahex.editor",
        },
      },
    });
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    // tsx names the functions that tests send to the page through this helper.
    await context.addInitScript({ content: "globalThis.__name = (named) => named;" });
    page = await openWorkbench(context, server, folder);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const row = (name: string) =>
    panel.locator(".section-row").filter({ has: panel.locator(`[role="gridcell"]:text-is("${name}")`) });

  it("sees bars, table and lists, and goes from them to the bytes", async () => {
    await openFile(page, "library.dll");
    const editor = await frameWith(page, ".hex-view");
    await waitForByte(editor, 0, "4D");
    await runCommand(page, "Terahex: Show Sections");
    panel = await frameWith(page, "main.sections");
    await row(".text").waitFor();
    assert.equal(await panel.locator(".section-row").count(), 5);
    assert.match((await panel.locator(".format").textContent()) ?? "", /PE32\+ library for x64/);
    await panel.locator(".part.overlay").waitFor();
    await row(".rdata").click();
    await editor.locator('.cell.selected[data-column="hex"][data-offset="1536"]').waitFor();
    await panel.locator(".section-row.at-cursor").filter({ hasText: ".rdata" }).waitFor();
    await untilText(() => panel.locator(".where").textContent(), /0x600 is \.rdata\+0x0, RVA 0x2000, VA 0x180002000/);
    await panel.locator(".tab", { hasText: "Imports" }).click();
    await panel.locator(".list-row", { hasText: "GetTickCount" }).waitFor();
    await page.screenshot({ path: path.join(out, "library.png") });
    await panel.locator(".tab", { hasText: "Resources" }).click();
    await panel.locator(".list-row", { hasText: "<manifest/>" }).waitFor();
  });

  it("goes to an RVA and to a section", async () => {
    const editor = await frameWith(page, ".hex-view");
    const goTo = async (text: string, offset: number): Promise<void> => {
      await editor.locator('[role="grid"]').first().focus();
      await page.keyboard.press("Control+g");
      await page.locator(".quick-input-widget input").fill(text);
      const message = page.locator(".quick-input-message", { hasText: `0x${offset.toString(16).toUpperCase()} =` });
      await message.waitFor();
      await page.keyboard.press("Enter");
      await editor
        .locator(
          `.cell.selected[data-column="hex"][data-offset="${offset}"], .cell.cursor[data-column="hex"][data-offset="${offset}"]`,
        )
        .first()
        .waitFor();
    };
    await goTo("rva:0x2010", 0x610);
    await goTo("section:.text+4", 0x404);
  });

  it("puts virtual addresses in front of rows", async () => {
    const editor = await frameWith(page, ".hex-view");
    await runCommand(page, "Terahex: Show Addresses in front of Rows");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "VA" }).last().click();
    await editor.locator(".corner", { hasText: "VA" }).waitFor();
    await editor.locator(".row .offset", { hasText: "000180001000" }).waitFor();
    await page.screenshot({ path: path.join(out, "addresses.png") });
  });

  it("fixes the checksum in one step that undo takes back", async () => {
    const editor = await frameWith(page, ".hex-view");
    const fix = panel.locator("button.action", { hasText: "Fix" });
    await fix.click();
    await panel.locator(".checksum", { hasText: "is right" }).waitFor();
    await editor.locator('[role="grid"]').first().focus();
    await page.keyboard.press("Control+z");
    await fix.waitFor();
  });

  it("colours the bytes by section, names the byte's place, and shows a row's field in the structure", async () => {
    const editor = await frameWith(page, ".hex-view");
    await editor.locator(".along-rows .stripe").first().waitFor();
    await row(".rdata").click();
    await editor.locator(".place-in-program", { hasText: ".rdata+0x0, RVA 0x2000" }).waitFor();
    await panel.locator(".tab", { hasText: "Details" }).click();
    const machine = panel.locator(".list-row", { hasText: "Machine" });
    await machine.hover();
    await machine.locator(".to-field").click();
    await editor.locator(".field-row.current", { hasText: "machine" }).waitFor();
    await page.screenshot({ path: path.join(out, "field.png") });
  });

  it("shows nothing of a program that was closed, and the next one after the panel was hidden", async () => {
    await runCommand(page, "View: Close All Editors");
    await panel.locator(".nothing", { hasText: "Open a program" }).waitFor();
    await runCommand(page, "View: Hide Panel");
    await openFile(page, "library.so");
    await runCommand(page, "Terahex: Show Sections");
    panel = await frameWith(page, "main.sections .section-row");
    await panel.locator(".format", { hasText: "ELF 64, library for x64" }).waitFor();
  });

  it("warns when an edit touches what is signed", async () => {
    await openFile(page, "signed.exe");
    const editor = await frameWith(page, ".hex-view");
    await panel.locator(".signed", { hasText: "A tester of Terahex" }).waitFor();
    await editor.locator('.cell[data-offset="64"][data-column="hex"]').click();
    await page.keyboard.type("AB");
    await panel.locator('.alarm[role="alert"]').waitFor();
    await page.screenshot({ path: path.join(out, "signed.png") });
  });

  it("shows ELF and Mach-O files the same way", async () => {
    await openFile(page, "library.so");
    await panel.locator(".format", { hasText: "ELF 64, library for x64" }).waitFor();
    await row(".dynsym").click();
    const editor = await frameWith(page, ".hex-view");
    await editor.locator(".place-in-program", { hasText: ".dynsym+0x0, address 0x" }).waitFor();
    await page.screenshot({ path: path.join(out, "elf.png") });
    await openFile(page, "library.dylib");
    await panel.locator(".format", { hasText: "Mach-O 64, library for Arm64" }).waitFor();
    await row("__TEXT,__stubs").click();
    await panel.locator(".where", { hasText: "is __TEXT,__stubs+0x0, address 0x570" }).waitFor();
    await page.screenshot({ path: path.join(out, "mach-o.png") });
  });
});
