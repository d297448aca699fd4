// Live mode as a person sees it, in a real VS Code: bytes that a running program writes, the status bar, the question before
// writing is armed, and a byte typed straight into the file (screenshots in out/ui-live/).
import assert from "node:assert/strict";
import fs from "node:fs";
import type { Frame, Page } from "playwright-core";
import { editorFrame, openFile, runCommand, waitForByte } from "../../scripts/lib/workbench.mjs";
import { useDesk } from "./harness/desk.mjs";
import { until } from "./harness/until.mjs";

describe("a person in live mode", function () {
  this.timeout(120_000);
  const desk = useDesk({
    name: "live",
    prepare: () => fs.writeFileSync(desk.file("shared.bin"), Buffer.alloc(4096)),
    settings: { "files.autoSave": "off" },
  });
  const { shot } = desk;
  const shared = desk.file("shared.bin");
  let page: Page;
  let frame: Frame;
  let writer: NodeJS.Timeout;

  before(() => {
    page = desk.page;
    const file = fs.openSync(shared, "r+");
    let count = 0;
    // Positional writes are as one with stores through a mapping.
    writer = setInterval(() => fs.writeSync(file, Buffer.of(++count % 256, (count * 7) % 256), 0, 2, 64), 20);
  });

  after(() => clearInterval(writer));

  it("follows the writer, asks before it is armed, and then writes each digit pair at once", async () => {
    await openFile(page, "shared.bin");
    frame = await editorFrame(page);
    await waitForByte(frame, 0, "00");
    await runCommand(page, "Terahex: Toggle Live Mode");
    await page.getByText("LIVE", { exact: true }).waitFor();
    const seen = new Set<string>();
    for (const deadline = Date.now() + 60_000; seen.size < 15 && Date.now() < deadline;) {
      seen.add((await frame.locator('.cell[data-offset="64"][data-column="hex"]').textContent()) ?? "");
    }
    assert.equal(seen.size, 15, "different values on screen");
    await shot("live");
    await runCommand(page, "Terahex: Arm or Disarm Live Writing");
    await page.getByRole("button", { name: "Arm Writing" }).click();
    await page.getByText("LIVE ARMED").waitFor();
    await frame.locator('.cell[data-offset="16"][data-column="hex"]').click();
    await page.keyboard.type("AB");
    await waitForByte(frame, 16, "AB");
    await until("the byte in the file, without a save", () => fs.readFileSync(shared)[16] === 0xab);
    await page.getByText("0x11", { exact: true }).waitFor(); // the cursor has gone on, and the status bar with it
    await shot("armed");
  });
});
