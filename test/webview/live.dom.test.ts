// Live mode in a real Chromium: the view follows bytes that others write, frame by frame, and marks what changed.
import assert from "node:assert/strict";
import { closeBrowser, openView } from "./harness/openView";

describe("live mode", function () {
  this.timeout(120_000);
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
      let frames = 0;
      // A busy machine hands out its frames before the answers.
      for (; frames < 60 || (shown.size < 30 && frames < 2000); frames++) {
        window.fakeHost.outside.set(5, (0x40 + frames) % 256);
        await new Promise((next) => requestAnimationFrame(next));
        shown.add(cell());
      }
      const isHot = (offset: number): boolean =>
        document.querySelector(`.cell[data-offset="${offset}"][data-column="hex"]`)?.className.includes("hot") === true;
      return {
        values: shown.size,
        frames,
        hot: [isHot(5), isHot(6)],
        asked: window.fakeHost.requests("readLive").length,
      };
    });
    assert.ok(seen.values >= 30, `${seen.values} values were on screen`);
    assert.ok(seen.asked - before <= seen.frames + 10, `${seen.asked - before} questions in ${seen.frames} frames`);
    assert.equal(await view.page.evaluate(() => window.fakeHost.mostLiveUnderWay), 1);
    assert.deepEqual(seen.hot, [true, false]);
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
    await view.page.waitForFunction(
      (end) => {
        const latest = window.fakeHost.requests("readLive").at(-1);
        return latest?.type === "readLive" && latest.offset + latest.length === end;
      },
      8 * 1024 ** 4,
    );
    await view.page.evaluate(() => window.fakeHost.setLive(undefined));
    await view.rest();
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
    // Looked at when it is found: it fades.
    const seen = await view.page.waitForFunction(() => {
      const cell = document.querySelector(`.cell[data-offset="20"].hot`);
      if (cell === null) return undefined;
      const { animationName, backgroundColor } = getComputedStyle(cell);
      return { animationName, backgroundColor };
    });
    const style = (await seen.jsonValue())!;
    assert.equal(style.animationName, "none");
    assert.notEqual(style.backgroundColor, "rgba(0, 0, 0, 0)");
    await view.close();
  });
});
