// DL-14 in a real VS Code: the extension host, the window, the whole server are killed without warning, and every edit is
// there again. Screenshots in out/ui-crash/.
import assert from "node:assert/strict";
import fs from "node:fs";
import type { Frame, Page } from "playwright-core";
import { editorFrame, openFile, waitForByte, waitForWorkbench } from "../../scripts/lib/workbench.mjs";
import { useDesk } from "./harness/desk.mjs";

/** Between the last key and the kill; the promise is 100 ms from edit to disk. */
const KILL_AFTER_MS = 150;

describe("a person whose Terahex is killed", function () {
  this.timeout(180_000);
  const names = ["host.bin", "hidden.bin", "window.bin", "server.bin", "changed.bin"];
  const desk = useDesk({
    name: "crash",
    prepare: () => {
      for (const name of names) fs.writeFileSync(desk.file(name), Buffer.alloc(4096));
    },
  });
  const { file, shot } = desk;
  let page: Page;
  let frame: Frame;
  before(() => {
    page = desk.page;
  });

  const cell = (offset: number) => frame.locator(`[role="gridcell"][data-column="hex"][data-offset="${offset}"]`);
  const dirtyTab = (name: string) => page.locator(`.tab.dirty[data-resource-name="${name}"]`);
  const message = (text: string) => page.locator(".notification-list-item", { hasText: text });

  /** Three steps in three places, typed as a person does. */
  async function edit(name: string): Promise<void> {
    frame = await openFile(page, name);
    for (const [offset, digits] of [
      [0x10, "a1"],
      [0x20, "b2c3"],
      [0x30, "d4"],
    ] as const) {
      await cell(offset).click();
      await page.keyboard.type(digits);
    }
    await waitForByte(frame, 0x30, "D4");
    // The view shows a byte before the host has it.
    await page.locator(".statusbar-item", { hasText: "Save: 4 bytes in place" }).waitFor();
  }
  async function untilBack(): Promise<void> {
    frame = await editorFrame(page);
    for (const [offset, digits] of [
      [0x10, "A1"],
      [0x20, "B2"],
      [0x21, "C3"],
      [0x30, "D4"],
    ] as const)
      await waitForByte(frame, offset, digits);
  }
  function onDisk(name: string): Buffer {
    return fs.readFileSync(file(name));
  }

  it("has every edit again after kill -9 of the extension host and a reload, 150 ms after the last key", async () => {
    await edit("host.bin");
    await page.waitForTimeout(KILL_AFTER_MS);
    const killed = extensionHosts(desk.server.pid);
    assert.ok(killed.length > 0, "no extension host found");
    for (const pid of killed) process.kill(pid, "SIGKILL");
    await page.reload();
    await waitForWorkbench(page);
    await reopen("host.bin");
    await untilBack();
    await dirtyTab("host.bin").waitFor();
    assert.ok(onDisk("host.bin").every((byte) => byte === 0));
    await shot("back-after-host");
    await cell(0x30).click();
    await page.keyboard.press("Control+z");
    await waitForByte(frame, 0x30, "00");
    await waitForByte(frame, 0x20, "B2");
    await page.keyboard.press("Control+y");
    await waitForByte(frame, 0x30, "D4");
    await page.keyboard.press("Control+s");
    await dirtyTab("host.bin").waitFor({ state: "detached" });
    assert.deepEqual([...onDisk("host.bin").subarray(0x20, 0x22)], [0xb2, 0xc3]);
  });

  it("DL-15: loses nothing of a document whose tab was left before the backup", async () => {
    await edit("hidden.bin");
    await openFile(page, "host.bin");
    await page.waitForTimeout(KILL_AFTER_MS);
    for (const pid of extensionHosts(desk.server.pid)) process.kill(pid, "SIGKILL");
    await page.reload();
    await waitForWorkbench(page);
    await reopen("hidden.bin");
    await untilBack();
    await dirtyTab("hidden.bin").waitFor();
    assert.ok(onDisk("hidden.bin").every((byte) => byte === 0));
    await page.keyboard.press("Control+s");
    await dirtyTab("hidden.bin").waitFor({ state: "detached" });
  });

  it("has every edit again when the window was killed, whatever VS Code knows of it", async () => {
    await edit("window.bin");
    await page.waitForTimeout(KILL_AFTER_MS);
    // No unload event, as when the browser's process dies: the extension host lives on and waits.
    await desk.context.close();
    await desk.openWindow();
    page = desk.page;
    await openFile(page, "window.bin");
    const asked = message("in another window");
    await asked.or(dirtyTab("window.bin")).first().waitFor();
    if (await asked.isVisible()) {
      await shot("open-in-another-window");
      await asked.locator(".monaco-button", { hasText: "Bring Them Here" }).click();
    }
    await untilBack();
    await dirtyTab("window.bin").waitFor();
    await page.keyboard.press("Control+s");
    await dirtyTab("window.bin").waitFor({ state: "detached" });
    assert.equal(onDisk("window.bin")[0x10], 0xa1);
  });

  it("has every edit again after kill -9 of the server, and says so", async () => {
    await edit("server.bin");
    await edit("changed.bin");
    await page.waitForTimeout(KILL_AFTER_MS);
    process.kill(-desk.server.pid, "SIGKILL");
    await desk.server.ended;
    for (const pid of extensionHosts(desk.server.pid)) process.kill(pid, "SIGKILL");
    await desk.context.close();
    fs.appendFileSync(file("changed.bin"), "appended");
    await desk.startServer(true);
    await desk.openWindow();
    page = desk.page;
    await openFile(page, "server.bin");
    await message("are back. Undo steps: 3").waitFor();
    await untilBack();
    await shot("back-after-server");
    await dirtyTab("server.bin").waitFor();
    await message("are back. Undo steps: 3").locator(".monaco-button", { hasText: "Discard" }).click();
    await waitForByte(frame, 0x10, "00");
    await dirtyTab("server.bin").waitFor({ state: "detached" });
  });

  it("DL-9: is asked, and shown what differs, when the file has changed meanwhile", async () => {
    const row = page.locator('.explorer-folders-view .monaco-list-row[aria-label^="changed.bin"]').first();
    await row.dblclick();
    const dialog = page.locator(".monaco-dialog-box");
    await dialog.filter({ hasText: "changed by another program" }).waitFor();
    await dialog.filter({ hasText: "Undo steps: 3, changed: 4 bytes, places: 3 (0x10, 0x20 – 0x21, 0x30)" }).waitFor();
    await shot("changed-meanwhile");
    await dialog.locator(".monaco-button", { hasText: "Apply My Edits" }).click();
    await untilBack();
    await dirtyTab("changed.bin").waitFor();
    assert.equal(onDisk("changed.bin").length, 4104);
  });

  /** VS Code may have the tab back by itself. */
  async function reopen(name: string): Promise<void> {
    const tab = page.locator(`.tab[data-resource-name="${name}"]`);
    const restored = await tab.waitFor({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
    if (restored) await tab.click();
    else await openFile(page, name);
  }
});

/** Process ids of the extension hosts below a server. */
function extensionHosts(serverPid: number): number[] {
  const parents = new Map<number, number>();
  const hostsFound: number[] = [];
  for (const name of fs.readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const status = fs.readFileSync(`/proc/${pid}/status`, "latin1");
      parents.set(pid, Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0));
      if (fs.readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("--type=extensionHost")) hostsFound.push(pid);
    } catch {
      // Ended meanwhile.
    }
  }
  const below = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
      if (at === serverPid) return true;
    }
    return false;
  };
  return hostsFound.filter(below);
}
