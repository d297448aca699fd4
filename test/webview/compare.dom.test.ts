// The page of a comparison in a real Chromium: both sides and their colours, scrolling together across an insertion and a deletion,
// going from difference to difference, applying one; pictures of each theme (out/webview).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { closeBrowser, openView, type View } from "./harness/openView";
import type { ThemeName } from "./harness/themes";

const PICTURES = "out/webview";

async function open(theme: ThemeName = "dark"): Promise<View> {
  const view = await openView({ theme, size: 0, page: "compare", width: 1440, height: 420 });
  await view.page.waitForFunction(
    () =>
      document.querySelectorAll(".compare-pane .patch:not([hidden])").length > 3 &&
      document.querySelector(".row:not([hidden]) .cell.unloaded") === null,
  );
  await view.frames(2);
  return view;
}

const summary = (view: View) => view.page.textContent(".compare-summary");
const topOffsets = (view: View) =>
  view.page.evaluate(() =>
    ["left", "right"].map((side) => {
      const pane = document.querySelector(`.compare-pane.${side}`)!;
      const head = pane.querySelector(".body")!.getBoundingClientRect().top;
      const first = [...pane.querySelectorAll<HTMLElement>(".cell[data-column='hex']")].find(
        (cell) => cell.getBoundingClientRect().bottom > head + 1,
      );
      return Number(first?.dataset["offset"]);
    }),
  );

describe("comparison", function () {
  this.timeout(60_000);
  after(closeBrowser);

  for (const theme of ["dark", "light", "hcDark", "hcLight"] as ThemeName[]) {
    it(`${theme}: shows both sides, and tells what was changed, inserted and deleted`, async () => {
      const view = await open(theme);
      assert.equal(await summary(view), "4 differences: 2 changed, 1 only on the right, 1 only on the left");
      await view.press("F7", "F7", "F7");
      mkdirSync(PICTURES, { recursive: true });
      await view.page.screenshot({ path: `${PICTURES}/compare-${theme}.png` });
      const hues = await view.page.evaluate(() =>
        ["left", "right"].map((side) => {
          const patches = [...document.querySelectorAll(`.compare-pane.${side} .field-colors .patch:not([hidden])`)];
          return [0, 1, 2].map((hue) => patches.some((one) => one.classList.contains(`hue${hue}`)));
        }),
      );
      assert.deepEqual(hues, [[true, false, true], [true, true, false]]); // prettier-ignore
      await view.close();
    });
  }

  it("goes to the next difference and the one before, around the ends, and says which it is", async () => {
    const view = await open();
    await view.press("F7");
    assert.match((await summary(view)) ?? "", /^1 of 4 differences/);
    await view.press("Shift+F7");
    assert.match((await summary(view)) ?? "", /^4 of 4/);
    const [left = 0, right = 0] = await topOffsets(view);
    assert.ok(left > 0x900 && left <= 0xc00, `left at ${left}`);
    assert.ok(Math.abs(left - right - 28) <= 16, `${left} and ${right} are 28 apart, to the row`);
    await view.press("F7");
    assert.match((await summary(view)) ?? "", /^1 of 4/);
    assert.deepEqual(await topOffsets(view), [0, 0]);
    await view.close();
  });

  it("scrolls both sides together, whichever the person moves", async () => {
    const view = await open();
    await view.page.locator(".compare-pane.right .body").hover();
    await view.page.mouse.wheel(0, 600);
    await view.frames(4);
    const [left = 0, right = 0] = await topOffsets(view);
    assert.ok(right > 0x100 && left > right && left - right <= 44, `${left} and ${right}`);
    await view.page.locator(".compare-pane.left .grid").focus();
    await view.press("Home");
    assert.deepEqual(await topOffsets(view), [0, 0]);
    await view.close();
  });

  it("applies a difference to a side that can be edited, and says why not to the other", async () => {
    const view = await open();
    const button = (command: string) => view.page.locator(`.compare-button[data-command="${command}"]`);
    assert.equal(await button("toRight").isDisabled(), true, "no difference is chosen");
    await view.press("F7");
    assert.match((await button("toLeft").getAttribute("title")) ?? "", /file on disk/);
    assert.equal(await button("toLeft").isDisabled(), true);
    await view.press("Alt+ArrowLeft", "Alt+ArrowRight");
    const applied = await view.page.evaluate(() =>
      window.fakeHost.compare.asked.filter(({ kind }) => kind === "apply"),
    );
    assert.deepEqual(applied, [{ kind: "apply", index: 0, to: "right", run: 1 }]);
    await view.close();
  });

  it("shows that it runs, and stops when asked to", async () => {
    const view = await open();
    await view.page.evaluate(() => {
      window.fakeHost.compare.running = true;
      window.fakeHost.send({ type: "compare", news: { kind: "status", status: window.fakeHost.compare.status() } });
    });
    await view.frames(3);
    assert.equal(await view.page.getAttribute(".compare-progress", "aria-valuenow"), "75");
    await view.press("Escape");
    assert.ok(await view.page.evaluate(() => window.fakeHost.compare.asked.some(({ kind }) => kind === "stop")));
    await view.close();
  });
});
