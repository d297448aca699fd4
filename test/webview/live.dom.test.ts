// Live mode in a real Chromium: the view follows bytes that others write, frame by frame, and marks what changed.
import assert from "node:assert/strict";
import { closeBrowser, openView } from "./harness/openView";

describe("live mode", function () {
  this.timeout(60_000);
  after(closeBrowser);

  const liveRequests = (view: Awaited<ReturnType<typeof openView>>): Promise<number> =>
    view.page.evaluate(() => window.fakeHost.requests("readLive").length);

  it("follows a running writer at screen rate with one question under way, marks what changed, and lets it fade", async () => {
    const view = await openView({ size: 1024 ** 4, live: "watching" });
    await view.settled();
    const before = await liveRequests(view);
    const seen = await view.page.evaluate(async () => {
      const cell = (): string => document.querySelector(`.cell[data-offset="5"][data-column="hex"]`)?.textContent ?? "";
      const shown = new Set<string>();
      for (let frame = 0; frame < 60; frame++) {
        window.fakeHost.outside.set(5, (0x40 + frame) % 256);
        await new Promise((next) => requestAnimationFrame(next));
        shown.add(cell());
      }
      return shown.size;
    });
    assert.ok(seen >= 30, `${seen} of 60 values were on screen`);
    const asked = (await liveRequests(view)) - before;
    assert.ok(asked <= 70, `${asked} questions in 60 frames`);
    assert.equal(await view.page.evaluate(() => window.fakeHost.mostLiveUnderWay), 1);
    assert.ok((await view.classes(5)).some((name) => name.startsWith("hot")));
    assert.ok(!(await view.classes(6)).some((name) => name.startsWith("hot")));
    if (process.env["TERAHEX_SHOTS"] !== undefined) {
      await view.page.screenshot({ path: `${process.env["TERAHEX_SHOTS"]}/live.png` });
    }
    await view.page.waitForFunction(
      () => !document.querySelector(`.cell[data-offset="5"][data-column="hex"]`)?.className.includes("hot"),
    );
    await view.close();
  });

  it("asks about what is in view wherever that is, and stops when live mode ends", async () => {
    const view = await openView({ size: 8 * 1024 ** 4, live: "watching" });
    await view.settled();
    await view.press("Control+End");
    await view.settled();
    const far = await view.page.evaluate(async () => {
      for (let frame = 0; frame < 5; frame++) await new Promise((next) => requestAnimationFrame(next));
      const latest = window.fakeHost.requests("readLive").at(-1);
      return latest?.type === "readLive" ? latest.offset + latest.length : 0;
    });
    assert.equal(far, 8 * 1024 ** 4);
    await view.page.evaluate(() => window.fakeHost.setLive(undefined));
    await view.frames(3);
    const stopped = await liveRequests(view);
    await view.frames(10);
    assert.equal(await liveRequests(view), stopped);
    await view.close();
  });

  it("shows a plain mark, without movement, where the person wants less motion", async () => {
    const view = await openView({ size: 4096, live: "watching" });
    await view.page.emulateMedia({ reducedMotion: "reduce" });
    await view.settled();
    await view.page.evaluate(() => window.fakeHost.outside.set(20, 0xee));
    await view.page.waitForSelector(`.cell[data-offset="20"].hot`);
    const style = await view.page.evaluate(() => {
      const { animationName, backgroundColor } = getComputedStyle(
        document.querySelector(`.cell[data-offset="20"].hot`)!,
      );
      return { animationName, backgroundColor };
    });
    assert.equal(style.animationName, "none");
    assert.notEqual(style.backgroundColor, "rgba(0, 0, 0, 0)");
    await view.close();
  });
});
