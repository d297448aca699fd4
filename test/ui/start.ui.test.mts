// npm start, as a person uses it: it prints an address, the address shows VS Code with the sample files in Terahex, Ctrl+C
// ends all of it.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../scripts/lib/chromium.mjs";
import { inRoot, root } from "../../scripts/lib/paths.mjs";
import { openFile, waitForByte, waitForWorkbench } from "../../scripts/lib/workbench.mjs";

const upMs = 120_000;
const downMs = 60_000;

/** The first match in what a program prints. */
function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const match = pattern.exec(output)?.[0];
      if (match !== undefined) resolve(match);
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code}:\n${output}`)));
  });
}

describe("npm start", function () {
  this.timeout(upMs + 60_000);
  let child: ChildProcess;
  let address: string;
  let browser: Browser;

  before(async () => {
    child = spawn(process.execPath, [inRoot("scripts/start.mjs"), "--browser", "--no-open"], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    address = await printed(child, /http:\/\/127\.0\.0\.1:\d+\/\?folder=\S+/);
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    if (child.exitCode === null) child.kill("SIGKILL");
  });

  it("opens the 8 TiB sample in Terahex", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(address);
    await waitForWorkbench(page);
    const frame = await openFile(page, "sparse-8tib.img");
    await waitForByte(frame, 0, "48"); // "Here the sparse file begins"
  });

  it("ends with everything it started when interrupted", async () => {
    const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
    child.kill("SIGINT");
    const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), downMs).unref());
    assert.equal(await Promise.race([ended, late]), 0);
    await assert.rejects(fetch(address), "the server still answers");
  });
});
